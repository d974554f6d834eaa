import Places

/// Reads a mapping file and gathers everything that is wrong with it.
struct MappingParser {
  private(set) var problems: [String] = []

  private static let forms = ["pointer", "column", "first", "join", "template", "value"]
  private static let extras = ["where", "then", "separator", "values", "otherwise", "web"]

  mutating func problem(_ place: String, _ text: String) { problems.append("\(place): \(text)") }

  /// What a field is made of; `place` is the pointer to it within the mapping.
  mutating func value(_ json: JSONValue, at place: String) -> MappingValue? {
    switch json {
    case .string(let text): return reference(text, at: place).map { .reference($0) }
    case .array(let elements):
      guard !elements.isEmpty else {
        problem(
          place, "an empty list says nothing: list pointers or columns, of which the first that is filled counts.")
        return nil
      }
      return .first(elements.enumerated().compactMap { value($1, at: "\(place)/\($0)") })
    case .object(let members): return object(json, members, at: place)
    default:
      problem(
        place,
        "\(json.text) is neither a pointer (\"/name\"), a column's name, a list nor an object. A value for all rows is {\"value\": \"\(json.cell)\"}."
      )
      return nil
    }
  }

  private mutating func object(_ json: JSONValue, _ members: [JSONValue.Member], at place: String) -> MappingValue? {
    for member in members where !(Self.forms + Self.extras).contains(member.key) {
      problem("\(place)/\(member.key)", "there is no such key." + Self.nearest(member.key, Self.forms + Self.extras))
    }
    let given = Self.forms.filter { json[$0] != nil }
    guard given.count == 1, let form = given.first, let content = json[form] else {
      problem(
        place,
        "exactly one of \(Self.forms.joined(separator: ", ")) is needed"
          + (given.isEmpty ? "." : ", not \(given.joined(separator: " and "))."))
      return nil
    }
    let separator = text(json, "separator", at: place)
    var result: MappingValue?
    switch form {
    case "pointer", "column": result = picked(json, content, separator, at: place, form)
    case "first":
      guard content.arrayValue != nil else {
        problem("\(place)/first", "a list is needed.")
        return nil
      }
      result = value(content, at: "\(place)/first")
    case "join":
      guard let elements = content.arrayValue, !elements.isEmpty else {
        problem("\(place)/join", "a list of pointers or columns is needed.")
        return nil
      }
      result = .join(
        elements.enumerated().compactMap { value($1, at: "\(place)/join/\($0)") }, separator: separator ?? " ")
    case "template": result = template(content, at: "\(place)/template")
    default:
      guard !content.isNested, content != .null else {
        problem("\(place)/value", "text, a number, true or false is needed.")
        return nil
      }
      result = .constant(content.cell)
    }
    if form != "pointer", form != "column" {
      for key in ["where", "then"] where json[key] != nil {
        problem("\(place)/\(key)", "this goes with \"pointer\" only.")
      }
      if separator != nil, form != "join" {
        problem("\(place)/separator", "this goes with \"join\" and \"pointer\" only.")
      }
    }
    guard let result, let value = translated(result, json, at: place) else { return nil }
    switch json["web"] {
    case nil, .bool(false)?: return value
    case .bool(true)?: return .web(value)
    default:
      problem("\(place)/web", "true or false is needed.")
      return nil
    }
  }

  private mutating func picked(
    _ json: JSONValue, _ content: JSONValue, _ separator: String?, at place: String, _ form: String
  ) -> MappingValue? {
    guard let text = content.stringValue else {
      problem("\(place)/\(form)", "text is needed, not \(content.text).")
      return nil
    }
    let name = reference(text, at: "\(place)/\(form)")
    var conditions: [MappingValue.Condition] = []
    if let given = json["where"] {
      guard let members = given.members, !members.isEmpty else {
        problem("\(place)/where", "an object is needed, such as {\"language\": \"fi\"}.")
        return nil
      }
      for member in members {
        let values = member.value.arrayValue ?? [member.value]
        if values.isEmpty || values.contains(where: \.isNested) {
          problem("\(place)/where/\(member.key)", "a value or a list of values is needed.")
        }
        conditions.append(.init(reference: member.key, values: values.map(\.cell)))
      }
    }
    let then = json["then"].flatMap { value($0, at: "\(place)/then") }
    guard let name else { return nil }
    if conditions.isEmpty, then == nil, separator == nil { return .reference(name) }
    return .pick(name, where: conditions, then: then, separator: separator)
  }

  private mutating func translated(_ value: MappingValue, _ json: JSONValue, at place: String) -> MappingValue? {
    let otherwise = text(json, "otherwise", at: place)
    guard let given = json["values"] else {
      if otherwise != nil { problem("\(place)/otherwise", "this goes with \"values\" only.") }
      return value
    }
    guard let members = given.members, !members.isEmpty, members.allSatisfy({ !$0.value.isNested }) else {
      problem(
        "\(place)/values", "an object from the file's values to the registry's is needed, such as {\"1\": \"public\"}.")
      return nil
    }
    let words = Dictionary(members.map { ($0.key, $0.value.cell) }) { _, last in last }
    return .translated(value, words, otherwise: otherwise)
  }

  /// `lipas={/sportsPlaceId}`; a brace itself is doubled.
  private mutating func template(_ json: JSONValue, at place: String) -> MappingValue? {
    guard let text = json.stringValue else {
      problem(place, "text is needed, such as \"lipas={/sportsPlaceId}\".")
      return nil
    }
    var pieces: [MappingValue.Piece] = []
    var plain = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if (character == "{" || character == "}"), rest.first == character {
        plain.append(character)
        rest.removeFirst()
      } else if character == "{", let end = rest.firstIndex(of: "}") {
        if !plain.isEmpty { pieces.append(.text(plain)) }
        plain = ""
        guard let name = reference(String(rest[..<end]), at: place) else { return nil }
        pieces.append(.reference(name))
        rest = rest[rest.index(after: end)...]
      } else if character == "{" || character == "}" {
        problem(place, "a brace stands alone; one that is meant as such is written twice.")
        return nil
      } else {
        plain.append(character)
      }
    }
    if !plain.isEmpty { pieces.append(.text(plain)) }
    return .template(pieces)
  }

  private mutating func reference(_ text: String, at place: String) -> String? {
    let name = text.trimmed
    if name.isEmpty {
      problem(place, "a pointer such as /name or a column's name is needed.")
      return nil
    }
    if name.hasPrefix("/"), JSONPointer(name) == nil {
      problem(place, "\"\(name)\" is no JSON Pointer: in a key ~ is written ~0, / is written ~1.")
      return nil
    }
    return name
  }

  mutating func text(_ json: JSONValue, _ key: String, at place: String) -> String? {
    guard let value = json[key] else { return nil }
    if value.isNested || value == .null {
      problem("\(place)/\(key)", "text is needed.")
      return nil
    }
    return value.cell
  }

  /// ` Did you mean …?` where one of the names is near.
  static func nearest(_ name: String, _ names: [String]) -> String {
    let near = names.map { ($0, PlaceField.distance(name.lowercased(), $0)) }.min { $0.1 < $1.1 }
    guard let near, near.1 <= 2 else { return " Known: \(names.joined(separator: ", "))." }
    return " Did you mean \(near.0)?"
  }
}
