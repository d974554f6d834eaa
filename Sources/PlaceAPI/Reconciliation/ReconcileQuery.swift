import Geodesy
import HTTPTypes
import PlaceMatching
import Places

/// The kinds of entities that are told apart.
enum ReconcileType: String, Sendable, Hashable, CaseIterable {
  case place = "Place"
  case address = "Address"

  var json: JSONValue { .object([.init("id", .string(rawValue)), .init("name", .string(rawValue))]) }

  /// In a few words.
  var description: String {
    switch self {
    case .place: "A place where events happen: a venue, an area, a municipality"
    case .address: "A street address of the address register"
    }
  }
}

/// One question of a batch.
struct ReconcileQuery: Sendable {
  /// A value of a property: text, a number or truth value as text, or an entity that was told apart before.
  struct Value: Sendable, Hashable {
    var text: String
    /// The entity's id.
    var id: String?
  }

  /// The key under which it is answered.
  var key: String
  /// The entity's name, or a line of text.
  var text: String?
  /// What may be answered; empty: nothing, as the question asks for types that are not here.
  var types: Set<ReconcileType> = [.place]
  /// The most candidates, 1–50.
  var limit = 5
  /// Values by property.
  var values: [String: [Value]] = [:]

  /// Questions in one request.
  static let batchSize = 100
  static let maximumLimit = 50
  /// Characters of a cell that count: what follows is no name.
  private static let maximumLength = 500
  private static let maximumValues = 20

  /// The first value of a property.
  func first(_ property: ReconcileProperty) -> Value? { values[property.rawValue]?.first }

  /// Whether anything is known of what is looked for.
  var isEmpty: Bool { text == nil && values.isEmpty }

  /// Longitude and latitude in degrees where both are given and can be read.
  var position: Coordinate? {
    func number(_ property: ReconcileProperty) -> Double? {
      first(property).flatMap { Double($0.text.replacing(",", with: ".")) }.flatMap { $0.isFinite ? $0 : nil }
    }
    guard let lat = number(.latitude), let lon = number(.longitude), abs(lat) <= 90, abs(lon) <= 180 else { return nil }
    return Coordinate(x: lon, y: lat)
  }

  /// Five digits; a table that took the code for a number has lost zeros.
  var postalCode: String? {
    first(.postalCode).map { value in
      let digits = value.text.trimmed
      let isShort = digits.utf8.count < 5 && !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return isShort ? String(repeating: "0", count: 5 - digits.utf8.count) + digits : digits
    }
  }

  /// A code or name; an entity is a built-in place such as `fi:853`.
  var municipality: String? {
    first(.municipality).map { value in
      guard let id = value.id, id.hasPrefix("fi:") else { return value.text.trimmed }
      return String(id.dropFirst(3))
    }
  }

  /// The ids and foreign identifiers that it names.
  var identifiers: [String] {
    (values[ReconcileProperty.identifier.rawValue] ?? []).map { $0.id ?? $0.text.trimmed }
  }

  /// The question to the registry's places.
  var matchQuery: MatchQuery {
    func texts(_ property: ReconcileProperty) -> [String] {
      (values[property.rawValue] ?? []).map(\.text.trimmed).filter { !$0.isEmpty }
    }
    let streets = texts(.streetAddress)
    // With an address beside it the text is a name: "Linnankatu 2" is what a café may be called.
    return MatchQuery(
      text: streets.isEmpty ? text : nil, names: (streets.isEmpty ? [] : [text].compactMap { $0 }) + texts(.name),
      streetAddresses: streets, postalCode: postalCode, postOffice: texts(.postOffice).first,
      municipality: municipality, position: position, identifiers: identifiers)
  }

  /// Reads a batch. Throws ``Problem`` 413 for too many, 400 with everything that is not as the specification says.
  static func batch(_ json: JSONValue) throws -> [ReconcileQuery] {
    let members = json.members ?? []
    guard members.count <= batchSize else {
      throw Problem(
        status: .contentTooLarge, code: "batch-too-large", title: "Too many queries",
        detail: "There are \(members.count) queries: send at most \(batchSize) in a request, as the manifest says.")
    }
    var reader = ReconcileReader(field: "queries")
    let queries = members.map { ReconcileQuery($0.key, $0.value, &reader) }
    try reader.finish()
    return queries
  }

  private init(_ key: String, _ json: JSONValue, _ reader: inout ReconcileReader) {
    self.key = key
    let at = "/" + JSONValue.escaped(key)
    guard let members = json.members else {
      reader.fail(at, json, "Give an object with query or properties.")
      return
    }
    let known: Set = ["query", "type", "limit", "properties", "type_strict"]
    for member in members where !known.contains(member.key) {
      let near = NearestName.find(member.key, among: known).map { "; did you mean \($0)?" } ?? "."
      reader.fail("\(at)/\(JSONValue.escaped(member.key))", member.value, "A query has no such key" + near)
    }
    if json["query"] == nil, json["properties"]?.arrayValue?.isEmpty != false {
      reader.fail(at, json, "Give query, or properties with at least one.")
    }
    if let given = json["query"] {
      if let string = given.stringValue {
        text = Self.shortened(string)
      } else {
        reader.fail(at + "/query", given, "Give a string.")
      }
    }
    readTypes(json, at, &reader)
    if let given = json["limit"] {
      if let number = given.doubleValue, number >= 1, number == number.rounded() {
        limit = Int(min(number, Double(Self.maximumLimit)))
      } else {
        reader.fail(at + "/limit", given, "Give a whole number from 1.")
      }
    }
    readProperties(json["properties"], at + "/properties", &reader)
  }

  /// Types that are not here are no error: no entity has them. Without any, places are meant.
  private mutating func readTypes(_ json: JSONValue, _ at: String, _ reader: inout ReconcileReader) {
    let strictness = json["type_strict"]
    if let strictness, !["any", "should", "all"].contains(strictness.stringValue) {
      reader.fail(at + "/type_strict", strictness, "Give any, should or all.")
    }
    guard let given = json["type"] else { return }
    let ids = (given.arrayValue ?? [given]).map { $0.stringValue ?? $0["id"]?.stringValue }
    guard !ids.contains(nil) else { return reader.fail(at + "/type", given, "Give the id of a type, or several.") }
    let asked = Set(ids.compactMap(\.self).filter { !$0.isEmpty })
    guard !asked.isEmpty else { return }
    types = Set(asked.compactMap { ReconcileType(rawValue: $0) })
    // Nothing is of two types.
    if strictness?.stringValue == "all", asked.count > 1 { types = [] }
  }

  /// Properties that are not here say nothing of an entity and are left aside.
  private mutating func readProperties(_ json: JSONValue?, _ at: String, _ reader: inout ReconcileReader) {
    guard let json else { return }
    guard let list = json.arrayValue else { return reader.fail(at, json, "Give an array.") }
    for (index, property) in list.enumerated() {
      guard let id = property["pid"]?.stringValue else {
        reader.fail("\(at)/\(index)", property, "Give an object with pid, a string, and v.")
        continue
      }
      guard let value = property["v"] else {
        reader.fail("\(at)/\(index)", property, "Give a value v, or several in an array.")
        continue
      }
      var read: [Value] = []
      for (place, item) in (value.arrayValue ?? [value]).enumerated() {
        switch Self.value(item) {
        case .success(let value): if let value { read.append(value) }
        case .failure(let fault): reader.fail("\(at)/\(index)/v/\(place)", item, fault.detail)
        }
      }
      if !read.isEmpty { values[id] = Array(((values[id] ?? []) + read).prefix(Self.maximumValues)) }
    }
  }

  private struct Fault: Error { let detail: String }

  private static func value(_ json: JSONValue) -> Result<Value?, Fault> {
    switch json {
    case .null: return .success(nil)
    case .string(let text): return .success(shortened(text).map { Value(text: $0) })
    case .bool(let flag): return .success(Value(text: String(flag)))
    case .integer(let number): return .success(Value(text: String(number)))
    case .number(let number):
      return .success(Value(text: Int64(exactly: number).map { String($0) } ?? String(number)))
    case .object:
      guard let id = json["id"]?.stringValue else {
        return .failure(Fault(detail: "An entity has an id, a string."))
      }
      return .success(Value(text: shortened(json["name"]?.stringValue ?? id) ?? id, id: id))
    case .array: return .failure(Fault(detail: "Give a string, a number, true or false, or an entity with its id."))
    }
  }

  /// Without white space at the ends; nil where nothing is left.
  private static func shortened(_ text: String) -> String? {
    let trimmed = String(text.unicodeScalars.prefix(maximumLength)).trimmed
    return trimmed.isEmpty ? nil : trimmed
  }
}

/// Gathers what is wrong in the JSON of a form's field, each with the place where it stands.
struct ReconcileReader {
  let field: String
  private var errors: [InputError] = []

  init(field: String) { self.field = field }

  mutating func fail(_ pointer: String, _ value: JSONValue, _ detail: String) {
    errors.append(
      InputError(
        parameter: field, value: ReconcileForm.excerpt(value.text), code: "invalid-query",
        detail: "\(pointer): \(detail)"
      ))
  }

  /// Throws ``Problem`` 400 with the first twenty things that were wrong.
  func finish() throws {
    if !errors.isEmpty { throw Problem.parameters(Array(errors.prefix(20))) }
  }
}
