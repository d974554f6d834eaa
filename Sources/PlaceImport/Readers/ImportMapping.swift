import Places

/// What `--mapping FILE` says: which field of the registry is made of what in a file, for JSON of any shape (by JSON
/// Pointers) and for tables (by columns' names).
///
/// ```json
/// { "rows": "/results", "crs": "EPSG:3067",
///   "fields": {
///     "id": "/sportsPlaceId",
///     "name_fi": ["/marketingName", "/name"],
///     "identifiers": {"template": "lipas={/sportsPlaceId}"},
///     "name_sv": {"pointer": "/names", "where": {"language": "sv"}, "then": "/value"},
///     "street_address_fi": {"join": ["/street", "/number"], "separator": " "},
///     "status": {"pointer": "/state", "values": {"1": "public"}, "otherwise": "draft"},
///     "info_url_fi": {"pointer": "/www", "web": true},
///     "kind": {"value": "venue"} } }
/// ```
/// `rows` tells where in a single document the array of rows stands; without it rows are a top-level array or one object
/// after the other. A list means the first that is filled, `web` puts `https://` before an address without a scheme. Fields that are not named stay out of the import.
public struct ImportMapping: Sendable, Hashable {
  /// The mapping as it was written, to be saved and read again.
  public let json: JSONValue
  /// Where the array of rows stands in a JSON document.
  public let rows: JSONPointer?
  /// The EPSG code of `x`, `y` and `wkt`.
  public let crs: Int?
  /// The fields that are made, in the file's order.
  public var fields: [String] { rules.map(\.field) }
  let rules: [Rule]

  struct Rule: Sendable, Hashable {
    let field: String
    let value: MappingValue
    /// Whether an array or object is taken as JSON text.
    var takesNested: Bool { field.hasPrefix("custom_data.") }
  }

  private static let keys = ["rows", "crs", "fields", "description"]

  /// Reads JSON text. Throws ``ImportFailure`` with flag `--mapping` that tells everything that is wrong.
  public init(text: String, kind: ImportKind) throws {
    let json: JSONValue
    do {
      json = try JSONParser.parse(text)
    } catch {
      throw ImportFailure("mapping", "The mapping is no JSON: \(error).", flag: "--mapping")
    }
    try self.init(json: json, kind: kind)
  }

  /// Reads a file. Throws ``ImportFailure``.
  public init(path: String, kind: ImportKind) throws {
    let source = try TextSource(path: path)
    var bytes: [UInt8] = []
    while try source.read(into: &bytes) {
      guard bytes.count <= 1 << 20 else {
        throw ImportFailure("mapping", "\(path) is larger than 1 MB, which no mapping is.", flag: "--mapping")
      }
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self), kind: kind)
  }

  /// Reads parsed JSON, such as a mapping that was saved. Throws ``ImportFailure`` that tells everything that is wrong.
  public init(json: JSONValue, kind: ImportKind) throws {
    var parser = MappingParser()
    self.json = json
    guard let members = json.members else {
      throw ImportFailure("mapping", "A mapping is an object {\"fields\": {…}}.", flag: "--mapping")
    }
    for member in members where !Self.keys.contains(member.key) {
      parser.problem("/\(member.key)", "there is no such key." + MappingParser.nearest(member.key, Self.keys))
    }
    rows = Self.rows(json["rows"], &parser)
    crs = Self.crs(json["crs"], &parser)
    var rules: [Rule] = []
    if let fields = json["fields"]?.members, !fields.isEmpty {
      for member in fields {
        let place = JSONPointer(tokens: ["fields", member.key]).description
        guard let field = Self.field(member.key, kind: kind, at: place, &parser) else { continue }
        if rules.contains(where: { $0.field == field }) { parser.problem(place, "\(field) is given twice.") }
        if let value = parser.value(member.value, at: place) { rules.append(Rule(field: field, value: value)) }
      }
    } else {
      parser.problem("/fields", "an object from fields to pointers or columns is needed.")
    }
    self.rules = rules
    guard parser.problems.isEmpty else {
      throw ImportFailure(
        "mapping", "The mapping can't be used. " + parser.problems.joined(separator: " "), flag: "--mapping")
    }
  }

  private static func rows(_ json: JSONValue?, _ parser: inout MappingParser) -> JSONPointer? {
    guard let json, json != .null else { return nil }
    guard let text = json.stringValue, let pointer = JSONPointer(text) else {
      parser.problem("/rows", "\(json.text) is no JSON Pointer to the array of rows, such as /results.")
      return nil
    }
    return pointer.tokens.isEmpty ? nil : pointer
  }

  private static func crs(_ json: JSONValue?, _ parser: inout MappingParser) -> Int? {
    guard let json, json != .null else { return nil }
    if let code = json.isNested ? nil : DeclaredCRS(name: json.cell).epsg { return code }
    parser.problem("/crs", "\(json.text) is no EPSG code, such as EPSG:3067.")
    return nil
  }

  private static func field(
    _ name: String, kind: ImportKind, at place: String, _ parser: inout MappingParser
  ) -> String? {
    switch kind {
    case .places:
      if let field = PlaceField.named(name) { return field }
      let near = PlaceField.suggestion(for: name).map { " Did you mean \($0)?" } ?? " README lists the fields."
      parser.problem(place, "there is no field \"\(name)\".\(near)")
      return nil
    case .addresses:
      let field = name.lowercased()
      if JSONShape.addressFields.contains(field) { return field }
      parser.problem(
        place, "there is no field \"\(name)\"." + MappingParser.nearest(field, JSONShape.addressFields))
      return nil
    // Their importers know the names, and tell of columns that they don't know.
    case .events, .municipalities, .divisions, .postalCodes: return name
    }
  }

  /// Whether the mapping makes a position.
  var hasPosition: Bool { fields.contains { ["x", "y", "lon", "lat", "wkt"].contains($0) } }

  /// A row's cells. `lookUp` answers what stands at a reference.
  func cells(_ lookUp: (String) -> JSONValue?) -> (fields: [String], fault: RowFault?) {
    var fault: RowFault?
    var fields: [String] = []
    fields.reserveCapacity(rules.count)
    for rule in rules {
      do {
        fields.append(try rule.value.cell(nested: rule.takesNested, lookUp))
      } catch {
        fields.append("")
        let found = error as? RowFault
        fault = fault ?? RowFault(found?.code ?? "mapping", "\(rule.field): \(found?.detail ?? "\(error)")")
      }
    }
    return (fields, fault)
  }
}
