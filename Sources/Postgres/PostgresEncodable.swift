/// A value that can be bound to a placeholder.
public protocol PostgresEncodable {
  /// PostgreSQL's text form; nil for NULL.
  var postgresText: String? { get }
}

extension String: PostgresEncodable {
  /// The string itself.
  public var postgresText: String? { self }
}

extension Substring: PostgresEncodable {
  /// The characters as a string.
  public var postgresText: String? { String(self) }
}

extension Int: PostgresEncodable {
  /// Decimal digits.
  public var postgresText: String? { String(self) }
}

extension Int32: PostgresEncodable {
  /// Decimal digits.
  public var postgresText: String? { String(self) }
}

extension Int64: PostgresEncodable {
  /// Decimal digits.
  public var postgresText: String? { String(self) }
}

extension Double: PostgresEncodable {
  /// The shortest text that reads back as the same number; infinities and NaN as PostgreSQL spells them.
  public var postgresText: String? {
    if isFinite { return description }
    if isNaN { return "NaN" }
    return self < 0 ? "-Infinity" : "Infinity"
  }
}

extension Bool: PostgresEncodable {
  /// `true` or `false`.
  public var postgresText: String? { self ? "true" : "false" }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// NULL when nil.
  public var postgresText: String? { self?.postgresText }
}

/// Marks elements that are arrays themselves: in a literal they stand unquoted (`{{1,2},{3,4}}`).
private protocol ArrayElement {}
extension Array: ArrayElement {}

extension Array: PostgresEncodable where Element: PostgresEncodable {
  /// An array literal such as `{1,NULL,"a \"b\""}`.
  public var postgresText: String? {
    let nested = Element.self is any ArrayElement.Type
    var literal: [UInt8] = [UInt8(ascii: "{")]
    for (index, element) in enumerated() {
      if index > 0 { literal.append(UInt8(ascii: ",")) }
      guard let text = element.postgresText else {
        literal.append(contentsOf: "NULL".utf8)
        continue
      }
      if nested || text.utf8.isPlainNumber {
        literal.append(contentsOf: text.utf8)
        continue
      }
      // Everything else is quoted: that covers commas, braces, spaces, the empty string and the word NULL.
      literal.append(UInt8(ascii: "\""))
      for byte in text.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { literal.append(UInt8(ascii: "\\")) }
        literal.append(byte)
      }
      literal.append(UInt8(ascii: "\""))
    }
    literal.append(UInt8(ascii: "}"))
    return String(decoding: literal, as: UTF8.self)
  }
}

extension String.UTF8View {
  fileprivate var isPlainNumber: Bool {
    !isEmpty
      && allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: ".")
      }
  }
}
