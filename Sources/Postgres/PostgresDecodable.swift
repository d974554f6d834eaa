import Glibc

/// A value that can be read from a column in PostgreSQL's text form.
public protocol PostgresDecodable {
  /// Reads a value that is not NULL. The bytes are followed by a zero byte and valid only during the call.
  init(postgresText: UnsafeRawBufferPointer) throws

  /// Reads a column, nil being NULL. Only Optional has reason to implement this.
  static func postgresColumn(_ bytes: UnsafeRawBufferPointer?) throws -> Self
}

/// Why a column could not be read; becomes a `PostgresError` that knows the column.
struct ColumnMismatch: Error {
  let reason: StaticString
}

extension PostgresDecodable {
  /// NULL is an error unless the type is optional.
  public static func postgresColumn(_ bytes: UnsafeRawBufferPointer?) throws -> Self {
    guard let bytes else { throw ColumnMismatch(reason: "unexpected NULL") }
    return try Self(postgresText: bytes)
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// A value that is there.
  public init(postgresText: UnsafeRawBufferPointer) throws {
    self = .some(try Wrapped(postgresText: postgresText))
  }

  /// nil for NULL.
  public static func postgresColumn(_ bytes: UnsafeRawBufferPointer?) throws -> Self {
    guard let bytes else { return nil }
    return .some(try Wrapped(postgresText: bytes))
  }
}

extension String: PostgresDecodable {
  /// The text itself; client_encoding is UTF-8.
  public init(postgresText: UnsafeRawBufferPointer) throws {
    self = String(decoding: postgresText, as: UTF8.self)
  }
}

extension FixedWidthInteger {
  /// Decimal digits with an optional sign, straight from the bytes.
  fileprivate init(postgresDigits bytes: UnsafeRawBufferPointer) throws {
    var digits = bytes[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    if digits.isEmpty { throw ColumnMismatch(reason: "not an integer") }
    var value: Self = 0
    for byte in digits {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { throw ColumnMismatch(reason: "not an integer") }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      // Counting away from zero on the side of the sign, so that the least value fits.
      let (next, carry) =
        isNegative
        ? scaled.subtractingReportingOverflow(Self(digit)) : scaled.addingReportingOverflow(Self(digit))
      if overflow || carry { throw ColumnMismatch(reason: "integer out of range") }
      value = next
    }
    self = value
  }
}

extension Int: PostgresDecodable {
  /// Decimal digits.
  public init(postgresText: UnsafeRawBufferPointer) throws { try self.init(postgresDigits: postgresText) }
}

extension Int32: PostgresDecodable {
  /// Decimal digits.
  public init(postgresText: UnsafeRawBufferPointer) throws { try self.init(postgresDigits: postgresText) }
}

extension Int64: PostgresDecodable {
  /// Decimal digits.
  public init(postgresText: UnsafeRawBufferPointer) throws { try self.init(postgresDigits: postgresText) }
}

extension Double: PostgresDecodable {
  /// Any of PostgreSQL's float or numeric spellings.
  public init(postgresText: UnsafeRawBufferPointer) throws {
    // A copy on the stack, because nothing promises strtod a zero byte behind an arbitrary buffer.
    let parsed: Double? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: postgresText.count + 1) { copy in
      guard let start = copy.baseAddress, let source = postgresText.baseAddress, postgresText.count > 0 else {
        return nil
      }
      memcpy(start, source, postgresText.count)
      start[postgresText.count] = 0
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      return end == start + postgresText.count ? value : nil
    }
    guard let parsed else { throw ColumnMismatch(reason: "not a number") }
    self = parsed
  }
}

extension Bool: PostgresDecodable {
  /// `t` or `f`, also the words (boolean cast to text).
  public init(postgresText: UnsafeRawBufferPointer) throws {
    switch postgresText.first {
    case UInt8(ascii: "t") where postgresText.count == 1 || postgresText.elementsEqual("true".utf8): self = true
    case UInt8(ascii: "f") where postgresText.count == 1 || postgresText.elementsEqual("false".utf8): self = false
    default: throw ColumnMismatch(reason: "not a boolean")
    }
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// A one-dimensional array literal with the default bounds.
  public init(postgresText: UnsafeRawBufferPointer) throws {
    self = []
    var parser = ArrayLiteralParser(bytes: postgresText)
    try parser.parse { element in append(try Element.postgresColumn(element)) }
  }
}

/// Reads `{a,"b \"c\"",NULL}`.
private struct ArrayLiteralParser {
  let bytes: UnsafeRawBufferPointer
  var position = 0
  var scratch: [UInt8] = []

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func parse(_ element: (UnsafeRawBufferPointer?) throws -> Void) throws {
    guard take() == UInt8(ascii: "{") else { throw ColumnMismatch(reason: "not an array") }
    if bytes.count == 2, bytes[1] == UInt8(ascii: "}") { return }
    while true {
      scratch.removeAll(keepingCapacity: true)
      let quoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
      if quoted { try readQuoted() } else { try readPlain() }
      if !quoted, scratch.elementsEqual("NULL".utf8) {
        try element(nil)
      } else {
        try scratch.withUnsafeBytes { try element($0) }
      }
      switch take() {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "}") where position == bytes.count: return
      default: throw ColumnMismatch(reason: "malformed array")
      }
    }
  }

  private mutating func take() -> UInt8? {
    guard position < bytes.count else { return nil }
    position += 1
    return bytes[position - 1]
  }

  private mutating func readQuoted() throws {
    position += 1
    while let byte = take() {
      if byte == UInt8(ascii: "\"") { return }
      if byte != UInt8(ascii: "\\") {
        scratch.append(byte)
      } else if let escaped = take() {
        scratch.append(escaped)
      }
    }
    throw ColumnMismatch(reason: "malformed array")
  }

  private mutating func readPlain() throws {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") { break }
      if byte == UInt8(ascii: "{") { throw ColumnMismatch(reason: "nested array") }
      scratch.append(byte)
      position += 1
    }
    if scratch.isEmpty { throw ColumnMismatch(reason: "malformed array") }
  }
}
