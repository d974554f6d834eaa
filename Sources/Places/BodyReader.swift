import Foundation

/// Reads values out of a JSON body and gathers everything that is wrong in it, so that all of it is told at once.
public struct BodyReader {
  /// What was wrong.
  public private(set) var errors: [FieldError] = []

  /// Makes a reader without errors.
  public init() {}

  /// Notes an error.
  public mutating func fail(_ pointer: String, _ value: JSONValue, _ code: String, _ detail: String) {
    let text = value.stringValue ?? value.text
    errors.append(FieldError(pointer: pointer, value: text, code: code, detail: detail))
  }

  /// Notes errors that were found elsewhere.
  mutating func add(_ found: [FieldError]) { errors += found }

  /// Text, nil for null and for the empty string (forms send it for "nothing").
  public mutating func text(_ pointer: String, _ value: JSONValue, limit: Int = 2000) -> String? {
    switch value {
    case .null: return nil
    case .string(let text):
      guard text.unicodeScalars.count <= limit else {
        fail(pointer, value, "too-long", "This may have \(limit) characters.")
        return nil
      }
      guard !text.utf8.contains(0) else {
        fail(pointer, value, "invalid-character", "Text can't hold the character U+0000.")
        return nil
      }
      return text.isEmpty ? nil : text
    default:
      fail(pointer, value, "wrong-type", "Give a string or null.")
      return nil
    }
  }

  /// Multilingual text: the languages given replace those of `old`, null or an empty text takes one away; null alone
  /// takes all away.
  public mutating func localized(
    _ pointer: String, _ value: JSONValue, old: LocalizedText?, limit: Int = 2000
  ) -> LocalizedText? {
    if value == .null { return nil }
    guard case .object(let members) = value else {
      fail(pointer, value, "wrong-type", "Give the text by language, such as {\"fi\": \"…\", \"sv\": \"…\"}.")
      return old
    }
    var texts = Dictionary((old?.values ?? []).map { ($0.language, $0.text) }) { a, _ in a }
    for member in members {
      let name = member.key == "zhHans" ? "zh_hans" : member.key
      guard let language = Language(rawValue: name) else {
        let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
        fail(
          "\(pointer)/\(JSONValue.escaped(member.key))", member.value, "unknown-language", "The languages are \(known)."
        )
        continue
      }
      texts[language] = text("\(pointer)/\(language.rawValue)", member.value, limit: limit)
    }
    return LocalizedText(texts)
  }

  /// Web addresses by language.
  public mutating func webAddresses(_ pointer: String, _ value: JSONValue, old: LocalizedText?) -> LocalizedText? {
    guard let result = localized(pointer, value, old: old) else { return nil }
    for text in result.values where text.text != old?[text.language] {
      do { _ = try WebAddress(text.text) } catch {
        fail("\(pointer)/\(text.language.rawValue)", .string(text.text), "web-address", error.detail)
      }
    }
    return result
  }

  /// A value of a type that reads itself from text; nil for null.
  public mutating func value<T>(
    _ pointer: String, _ value: JSONValue, _ parse: (String) throws(InvalidValue) -> T
  ) -> T? {
    guard let text = text(pointer, value) else { return nil }
    do { return try parse(text) } catch {
      fail(pointer, value, error.code, error.detail)
      return nil
    }
  }

  /// One of an enumeration's values; nil (and an error) for anything else.
  public mutating func choice<T: RawRepresentable & CaseIterable>(
    _ pointer: String, _ value: JSONValue, _ type: T.Type
  ) -> T? where T.RawValue == String {
    if let found = value.stringValue.flatMap({ T(rawValue: $0) }) { return found }
    fail(
      pointer, value, "invalid-value", "The values are \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
    return nil
  }

  /// A truth value; nil (and an error) for anything else.
  public mutating func bool(_ pointer: String, _ value: JSONValue) -> Bool? {
    if let bool = value.boolValue { return bool }
    fail(pointer, value, "wrong-type", "Give true or false.")
    return nil
  }

  /// An array; nil (and an error) for anything else but null, which is empty.
  public mutating func array(_ pointer: String, _ value: JSONValue, limit: Int = 1000) -> [JSONValue]? {
    if value == .null { return [] }
    guard let array = value.arrayValue else {
      fail(pointer, value, "wrong-type", "Give an array.")
      return nil
    }
    guard array.count <= limit else {
      fail(pointer, .integer(Int64(array.count)), "too-long", "At most \(limit) elements can be given.")
      return nil
    }
    return array
  }

  /// A time (RFC 3339); without an offset it is read in `zone`. Nil for null.
  public mutating func time(_ pointer: String, _ value: JSONValue, zone: TimeZone) -> Timestamp? {
    guard let text = text(pointer, value) else { return nil }
    guard let time = Timestamp(rfc3339: text, zone: zone) else {
      fail(pointer, value, "time", "Give a time such as 2026-06-01T12:00:00+03:00.")
      return nil
    }
    return time
  }

  /// A day, `yyyy-mm-dd`; nil for null.
  public mutating func date(_ pointer: String, _ value: JSONValue) -> String? {
    guard let text = text(pointer, value) else { return nil }
    guard text.utf8.count == 10, Timestamp(rfc3339: text, zone: .gmt) != nil else {
      fail(pointer, value, "date", "Give a date such as 2026-06-01.")
      return nil
    }
    return text
  }

  /// The id in `"id"`, `{"@id": …}`, a URL of any host or a path; nil for null.
  public mutating func reference(_ pointer: String, _ value: JSONValue) -> String? {
    text(pointer, value["@id"] ?? value["id"] ?? value).map { ResourceAddress.id($0) }
  }

  /// A key in snake case: Linked Events takes camelCase too.
  public static func snakeCase(_ key: String) -> String {
    var result = ""
    for scalar in key.unicodeScalars {
      if ("A"..."Z").contains(scalar) {
        result += "_" + String(scalar).lowercased()
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
