import Geodesy
import PlaceMatching
import Places

/// Reads the questions of `POST /v1/resolve` and gathers everything that is wrong in them.
struct ResolveReader {
  /// The questions, each with the key under which it is answered.
  private(set) var questions: [(key: String, query: MatchQuery)] = []
  /// How many candidates each may have.
  private(set) var limit = Self.defaultLimit
  private var reader = BodyReader()

  static let mostQueries = 1000
  static let defaultLimit = 5
  static let limits = 1...20
  private static let keys: Set<String> = [
    "key", "text", "name", "street_address", "postal_code", "post_office", "municipality", "lat", "lon", "identifiers",
  ]

  /// Throws ``Problem`` 422 with everything that is wrong.
  init(_ body: JSONValue) throws {
    try API.only(["queries", "limit"], body)
    guard let given = body["queries"], let elements = given.arrayValue else {
      throw Problem.field("/queries", body["queries"]?.text ?? "", "required", "Give a list of queries.")
    }
    guard elements.count <= Self.mostQueries else {
      throw Problem.field(
        "/queries", "\(elements.count)", "too-long",
        "At most \(Self.mostQueries) queries can be asked at once: ask in several requests.")
    }
    if let value = body["limit"], value != .null {
      if let number = value.integerValue, Self.limits.contains(Int(clamping: number)) {
        limit = Int(number)
      } else {
        reader.fail("/limit", value, "invalid-value", Self.limitDetail)
      }
    }
    for (index, element) in elements.enumerated() { question(element, index) }
    guard reader.errors.isEmpty else { throw Problem.fields(reader.errors) }
  }

  static let limitDetail = "Give a whole number from \(limits.lowerBound) to \(limits.upperBound)."

  private mutating func question(_ body: JSONValue, _ index: Int) {
    let base = "/queries/\(index)"
    guard let members = body.members else {
      return reader.fail(base, body, "wrong-type", "A query is a JSON object.")
    }
    let count = reader.errors.count
    var query = MatchQuery()
    var (lat, lon): (JSONValue?, JSONValue?)
    var key = String(index)
    for member in members {
      let pointer = "\(base)/\(JSONValue.escaped(member.key))"
      let name = Self.keys.contains(member.key) ? member.key : BodyReader.snakeCase(member.key)
      let value = member.value
      switch name {
      case "key":
        switch value {
        case .null: break
        case .integer(let number): key = String(number)
        default: key = value.stringValue.map { _ in reader.text(pointer, value) ?? "" } ?? fail(pointer, value)
        }
      case "text": query.text = text(pointer, value)
      case "name": query.names = texts(pointer, value)
      case "street_address": query.streetAddresses = texts(pointer, value)
      case "postal_code": query.postalCode = text(pointer, value)
      case "post_office": query.postOffice = texts(pointer, value).first
      case "municipality": query.municipality = text(pointer, value)
      case "lat": lat = value == .null ? nil : value
      case "lon": lon = value == .null ? nil : value
      case "identifiers":
        let elements = reader.array(pointer, value, limit: 20) ?? []
        query.identifiers = elements.enumerated().compactMap { text("\(pointer)/\($0)", $1) }
      default:
        let near = NearestName.find(name, among: Self.keys).map { ": did you mean \($0)?" } ?? "."
        reader.fail(
          pointer, value, "unknown-key",
          "A query has no such key\(near) The keys are \(Self.keys.sorted().joined(separator: ", ")).")
      }
    }
    query.position = position(base, lat, lon)
    if reader.errors.count == count, query.isEmpty { reader.fail(base, body, "required", Self.emptyDetail) }
    questions.append((key, query))
  }

  static let emptyDetail = "Ask something: text, or at least one of the fields."

  private mutating func fail(_ pointer: String, _ value: JSONValue) -> String {
    reader.fail(pointer, value, "wrong-type", "A key is a string or a whole number.")
    return ""
  }

  private mutating func text(_ pointer: String, _ value: JSONValue) -> String? {
    reader.text(pointer, value).flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
  }

  /// A text, or one in several languages.
  private mutating func texts(_ pointer: String, _ value: JSONValue) -> [String] {
    guard value.members != nil else { return text(pointer, value).map { [$0] } ?? [] }
    return reader.localized(pointer, value, old: nil)?.values.map(\.text) ?? []
  }

  private mutating func position(_ base: String, _ lat: JSONValue?, _ lon: JSONValue?) -> Coordinate? {
    let y = degrees("\(base)/lat", lat, 90)
    let x = degrees("\(base)/lon", lon, 180)
    if (lat == nil) != (lon == nil) {
      reader.fail(
        lat == nil ? "\(base)/lat" : "\(base)/lon", .null, "required", "lat and lon stand together, or neither.")
    }
    guard let x, let y else { return nil }
    return Coordinate(x: x, y: y)
  }

  private mutating func degrees(_ pointer: String, _ value: JSONValue?, _ most: Double) -> Double? {
    guard let value else { return nil }
    guard let number = value.doubleValue, number.isFinite, abs(number) <= most else {
      reader.fail(
        pointer, value, value.doubleValue == nil ? "wrong-type" : "invalid-value",
        "Give degrees (WGS 84) as a number from −\(Int(most)) to \(Int(most)).")
      return nil
    }
    return number
  }
}

extension MatchQuery {
  /// Whether it asks nothing.
  var isEmpty: Bool {
    (text ?? "").isEmpty && names.isEmpty && streetAddresses.isEmpty && postalCode == nil && postOffice == nil
      && municipality == nil && position == nil && identifiers.isEmpty
  }
}
