import Foundation

/// What the checker knows of the document around the schemas: references, formats, and whether each schema in it is one
/// that the checker understands.
extension SchemaChecker {
  /// Keywords whose argument is checked when the document is read, with the type that the argument must have.
  private static let arguments: [String: Set<String>] = [
    "$ref": ["string"], "type": ["string", "array"], "enum": ["array"],
    "const": ["null", "boolean", "number", "string", "array", "object"], "required": ["array"],
    "properties": ["object"], "additionalProperties": ["boolean", "object"], "minProperties": ["integer"],
    "items": ["boolean", "object"], "minItems": ["integer"], "maxItems": ["integer"], "minimum": ["number"],
    "maximum": ["number"], "minLength": ["integer"], "maxLength": ["integer"], "pattern": ["string"],
    "format": ["string"], "oneOf": ["array"], "anyOf": ["array"], "allOf": ["array"],
  ]
  private static let typeNames: Set = ["null", "boolean", "number", "integer", "string", "array", "object"]

  static let formats: [String: @Sendable (String) -> Bool] = [
    "date-time": isDateTime,
    "uri": { isURI($0, relative: false) },
    "uri-reference": { isURI($0, relative: true) },
  ]

  /// Unknown keywords, formats and references in any schema of the document.
  static func lint(_ document: CheckedJSON) -> [String] {
    var problems: [String] = []
    func walk(_ value: CheckedJSON, _ pointer: String) {
      switch value {
      case .array(let items):
        for (index, item) in items.enumerated() { walk(item, "\(pointer)/\(index)") }
      case .object(let members):
        if let reference = members["$ref"], resolve(reference, in: document) == nil {
          problems.append("\(pointer): $ref leads nowhere: \(reference)")
        }
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
          let here = pointer + "/" + escape(key)
          if key == "schema" {
            lintSchema(member, here, document, &problems)
          } else if here == "/components/schemas" {
            for (name, schema) in member.object ?? [:] { lintSchema(schema, "\(here)/\(name)", document, &problems) }
          } else if key != "example" {
            walk(member, here)
          }
        }
      default: break
      }
    }
    walk(document, "")
    return problems.sorted()
  }

  private static func lintSchema(
    _ schema: CheckedJSON, _ pointer: String, _ document: CheckedJSON, _ problems: inout [String]
  ) {
    guard let keywords = schema.object else {
      if schema.bool == nil { problems.append("\(pointer): is no schema") }
      return
    }
    for (keyword, argument) in keywords where !annotations.contains(keyword) {
      let here = pointer + "/" + escape(keyword)
      guard let types = arguments[keyword] else {
        problems.append("\(here): the keyword is unknown")
        continue
      }
      if types.isDisjoint(with: argument.typeNames) { problems.append("\(here): the argument has the wrong type") }
      switch keyword {
      case "$ref": if resolve(argument, in: document) == nil { problems.append("\(here): leads nowhere: \(argument)") }
      case "format": if formats[argument.string ?? ""] == nil { problems.append("\(here): unknown: \(argument)") }
      case "pattern":
        if (try? NSRegularExpression(pattern: argument.string ?? "")) == nil { problems.append("\(here): bad pattern") }
      case "type":
        let names = argument.array ?? [argument]
        if !names.allSatisfy({ typeNames.contains($0.string ?? "") }) { problems.append("\(here): unknown type") }
      case "items", "additionalProperties": lintSchema(argument, here, document, &problems)
      case "properties":
        for (name, part) in argument.object ?? [:] { lintSchema(part, here + "/" + escape(name), document, &problems) }
      case "oneOf", "anyOf", "allOf":
        for (index, part) in (argument.array ?? []).enumerated() {
          lintSchema(part, "\(here)/\(index)", document, &problems)
        }
      default: break
      }
    }
  }

  /// What `#/a/b~1c` points to.
  static func resolve(_ reference: CheckedJSON, in document: CheckedJSON) -> CheckedJSON? {
    guard let text = reference.string, text.hasPrefix("#/") else { return nil }
    var found: CheckedJSON? = document
    for step in text.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
      let key = (step.removingPercentEncoding ?? String(step))
        .replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
      found = found?[key]
    }
    return found
  }

  /// A key as a step of a JSON pointer.
  static func escape(_ key: String) -> String {
    key.replacingOccurrences(of: "~", with: "~0").replacingOccurrences(of: "/", with: "~1")
  }

  /// Whether the pattern occurs in the string; as in JSON Schema it's not anchored.
  static func matches(_ string: String, _ pattern: String) -> Bool {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return false }
    return expression.firstMatch(in: string, range: NSRange(string.startIndex..., in: string)) != nil
  }

  /// RFC 3339, with an offset, and a day that exists.
  @Sendable private static func isDateTime(_ text: String) -> Bool {
    let pattern =
      /(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)/
    guard let match = text.wholeMatch(of: pattern.asciiOnlyDigits()), let year = Int(match.1),
      let month = Int(match.2), let day = Int(match.3), (1...12).contains(month)
    else { return false }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  /// RFC 3986: only its characters, escapes whole, and, unless relative, a scheme and for http(s) a host.
  private static func isURI(_ text: String, relative: Bool) -> Bool {
    let characters = /([A-Za-z0-9\-._~:\/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*/
    guard text.wholeMatch(of: characters) != nil, text.count(where: { $0 == "#" }) <= 1 else { return false }
    guard let scheme = text.prefixMatch(of: /([A-Za-z][A-Za-z0-9+.\-]*):/) else { return relative }
    return !["http", "https"].contains(scheme.1.lowercased()) || text.contains(/^https?:\/\/[^\/?#]+/.ignoresCase())
  }
}
