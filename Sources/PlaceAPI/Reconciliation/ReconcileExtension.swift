import HTTPTypes
import PlaceStore
import Places

/// A data extension query: the values of some properties of some entities.
struct ReconcileExtension: Sendable {
  /// One property with its settings.
  struct Column: Sendable {
    let id: String
    /// Nil where entities here have no such property: their values are none.
    let property: ReconcileProperty?
    var language = ReconcileLanguage.any
    /// The most values; nil: all.
    var limit: Int?
  }

  private(set) var ids: [String] = []
  private(set) var columns: [Column] = []

  /// Ids in one request.
  static let maximumIDs = 1000
  private static let maximumColumns = 100

  /// Throws ``Problem`` 413 for too many ids, 400 with everything that is not as the specification says.
  init(_ json: JSONValue) throws {
    var reader = ReconcileReader(field: "extend")
    for member in json.members ?? [] where !["ids", "properties"].contains(member.key) {
      reader.fail("/" + JSONValue.escaped(member.key), member.value, "There are ids and properties, nothing else.")
    }
    let given = json["ids"]?.arrayValue
    if given == nil { reader.fail("/ids", json["ids"] ?? .null, "Give an array of entity ids.") }
    for (index, id) in (given ?? []).enumerated() {
      guard let text = id.stringValue else {
        reader.fail("/ids/\(index)", id, "Give an id, a string.")
        continue
      }
      ids.append(text)
    }
    guard let list = json["properties"]?.arrayValue, list.count <= Self.maximumColumns else {
      reader.fail("/properties", json["properties"] ?? .null, "Give an array of at most \(Self.maximumColumns).")
      try reader.finish()
      return
    }
    for (index, property) in list.enumerated() {
      guard let id = property["id"]?.stringValue else {
        reader.fail("/properties/\(index)", property, "Give an object with the property's id, a string.")
        continue
      }
      let column = Self.column(id, property["settings"], "/properties/\(index)/settings", &reader)
      if !columns.contains(where: { $0.id == id }) { columns.append(column) }
    }
    try reader.finish()
    guard ids.count <= Self.maximumIDs else {
      throw Problem(
        status: .contentTooLarge, code: "batch-too-large", title: "Too many ids",
        detail: "There are \(ids.count) ids: send at most \(Self.maximumIDs) in a request.")
    }
  }

  /// Settings come as text, for they come out of a form; those of other services are left aside.
  private static func column(
    _ id: String, _ settings: JSONValue?, _ at: String, _ reader: inout ReconcileReader
  ) -> Column {
    var column = Column(id: id, property: ReconcileProperty(rawValue: id))
    guard let settings, settings != .null else { return column }
    guard settings.members != nil else {
      reader.fail(at, settings, "Give an object.")
      return column
    }
    if let given = settings["language"], given != .null {
      if let language = given.stringValue.flatMap({ ReconcileLanguage($0) }) {
        column.language = language
      } else {
        let known = ReconcileLanguage.choices.map(\.value).joined(separator: ", ")
        reader.fail(at + "/language", given, "The languages are \(known).")
      }
    }
    if let given = settings["limit"], given != .null, given.stringValue != "" {
      let number = given.doubleValue ?? given.stringValue.flatMap { Double($0) }
      if let number, number >= 0, number == number.rounded() {
        column.limit = number == 0 ? nil : Int(min(number, 1000))
      } else {
        reader.fail(at + "/limit", given, "Give a whole number; 0 stands for all values.")
      }
    }
    return column
  }
}

extension API {
  /// Rows of values under the ids as they were asked for: an old or foreign id has those of the places that answer for
  /// it, an unknown one has none.
  func extend(_ asked: ReconcileExtension) async throws -> [UInt8] {
    let resolved = try await store.resolve(ids: asked.ids, viewer: .public)
    var places: [String: ReconcilePlace] = [:]
    for row in try await store.places(withIDs: resolved.flatMap(\.current)) { places[row.id] = try ReconcilePlace(row) }
    let unknown = resolved.filter { $0.status == .unknown }.map(\.id)
    let addresses = Dictionary(try await addresses(withIDs: unknown).map { ($0.found.id, $0) }) { a, _ in a }
    var parents: [String: String] = [:]
    if asked.columns.contains(where: { $0.property == .parent }) {
      let ids = places.values.compactMap { $0.document["parent"]?.stringValue }
      for row in try await store.places(withIDs: ids) { parents[row.id] = try ReconcilePlace(row).name }
    }
    var w = JSONWriter(capacity: 1024 + asked.ids.count * asked.columns.count * 64)
    w.beginObject()
    w.key("meta")
    w.value(.array(asked.columns.map(Self.meta)))
    w.key("rows")
    w.beginObject()
    var told: Set<String> = []
    for entry in resolved where told.insert(entry.id).inserted {
      let entities: [ReconcileEntity] =
        addresses[entry.id].map { [.address($0)] } ?? entry.current.compactMap { places[$0] }.map { .place($0) }
      w.key(entry.id)
      w.beginObject()
      for column in asked.columns {
        w.key(column.id)
        let values = entities.flatMap { $0.values(column, parents: parents) }
        w.value(.array(Array(values.prefix(column.limit ?? .max))))
      }
      w.endObject()
    }
    w.endObject()
    w.endObject()
    return w.bytes
  }

  private static func meta(_ column: ReconcileExtension.Column) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(column.id)), .init("name", .string(column.property?.label ?? column.id)),
    ]
    if let type = column.property?.entityType { members.append(.init("type", type.json)) }
    return .object(members)
  }

  /// `GET /reconcile/properties`: what can be fetched of entities of a type.
  func proposeProperties(_ exchange: Exchange) throws -> Answer {
    var reader = ParameterReader(exchange.query)
    let limit = reader.whole("limit", 1...1000)
    try reader.finish()
    let type = exchange.query["type"]
    // A type that is not here has no properties; without one all are told.
    let types = type.map { [ReconcileType(rawValue: $0)].compactMap { $0 } } ?? ReconcileType.allCases
    let known = ReconcileProperty.allCases.filter { property in types.contains { property.isKnown(of: $0) } }
    var members: [JSONValue.Member] = [.init("properties", .array(known.prefix(limit ?? known.count).map(\.json)))]
    if let type { members.append(.init("type", .string(type))) }
    if let limit { members.append(.init("limit", .integer(Int64(limit)))) }
    return .json(Array(JSONValue.object(members).text.utf8))
  }
}
