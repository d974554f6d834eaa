/// SQL text together with the values bound to its placeholders.
///
/// Written as a string literal, every interpolated value becomes a bind (`$1`, `$2`, …) and never part of the text.
/// Values travel as text with unspecified type, so that the statement's casts and inference decide.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  /// The statement with `$n` placeholders.
  public private(set) var text: String
  // All binds one after the other as C strings: one allocation instead of one per value, and ready for libpq.
  private(set) var bytes: [UInt8] = []
  // Where each bind starts in `bytes`; negative for NULL.
  private(set) var offsets: [Int] = []
  // UTF-8 offset of each placeholder in `text`, so that embedding can renumber without parsing SQL.
  private var marks: [Int] = []
  /// A value or the text has a zero byte: PostgreSQL has no such character, and a C string would be cut silently.
  private(set) var hasZeroByte = false

  /// Raw text, without binds. Never pass anything that came from outside.
  public init(unescaped text: String) {
    self.text = text
    hasZeroByte = text.utf8.contains(0)
  }

  /// A literal without interpolation.
  public init(stringLiteral value: String) {
    self.init(unescaped: value)
  }

  /// A literal with interpolated values.
  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.sql
  }

  /// The number of placeholders.
  var bindCount: Int { offsets.count }

  /// Adds `other` at the end and renumbers its placeholders.
  public mutating func append(_ other: SQL) {
    let base = offsets.count
    let start = text.utf8.count
    if base == 0 || other.marks.isEmpty {
      text += other.text
      for mark in other.marks { marks.append(start + mark) }
    } else {
      let utf8 = other.text.utf8
      var cursor = utf8.startIndex
      for (number, mark) in other.marks.enumerated() {
        let place = utf8.index(utf8.startIndex, offsetBy: mark)
        text += other.text[cursor..<place]
        marks.append(text.utf8.count)
        text += "$\(base + number + 1)"
        cursor = utf8.index(place, offsetBy: 1 + String(number + 1).utf8.count)
      }
      text += other.text[cursor...]
    }
    let shift = bytes.count
    for offset in other.offsets { offsets.append(offset < 0 ? offset : offset + shift) }
    bytes += other.bytes
    hasZeroByte = hasZeroByte || other.hasZeroByte
  }

  /// Both texts one after the other.
  public static func + (left: SQL, right: SQL) -> SQL {
    var sum = left
    sum.append(right)
    return sum
  }

  /// Appends in place.
  public static func += (left: inout SQL, right: SQL) {
    left.append(right)
  }

  private mutating func appendRaw(_ raw: String) {
    if raw.utf8.contains(0) { hasZeroByte = true }
    text += raw
  }

  private mutating func bind(_ value: String?) {
    marks.append(text.utf8.count)
    guard let value else {
      offsets.append(-1)
      text += "$\(offsets.count)"
      return
    }
    offsets.append(bytes.count)
    text += "$\(offsets.count)"
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    if bytes[start...].contains(0) { hasZeroByte = true }
    bytes.append(0)
  }

  /// Calls `body` with libpq's array of C strings; it is valid only inside.
  func withParameters<R>(_ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
    if offsets.isEmpty { return body(0, nil) }
    return bytes.withUnsafeBytes { raw in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: offsets.count) { pointers in
        for (index, offset) in offsets.enumerated() {
          let start = offset < 0 ? nil : raw.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
          pointers.initializeElement(at: index, to: start)
        }
        return body(Int32(offsets.count), pointers.baseAddress.map { UnsafePointer($0) })
      }
    }
  }

  /// Collects the pieces of an interpolated literal.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var sql = SQL(unescaped: "")

    /// Starts with room for the literal's parts.
    public init(literalCapacity: Int, interpolationCount: Int) {
      sql.text.reserveCapacity(literalCapacity + interpolationCount * 3)
    }

    /// Literal text.
    public mutating func appendLiteral(_ literal: String) {
      sql.appendRaw(literal)
    }

    /// A value, as a bind.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      sql.bind(value.postgresText)
    }

    /// A value that may be missing, as a bind; nil is NULL.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      sql.bind(value?.postgresText)
    }

    /// Raw text; the only way around binds.
    public mutating func appendInterpolation(unescaped raw: String) {
      sql.appendRaw(raw)
    }

    /// Another statement's text and binds.
    public mutating func appendInterpolation(_ other: SQL) {
      sql.append(other)
    }
  }
}

extension Sequence<SQL> {
  /// All elements in a row with `separator` between them.
  public func joined(separator: SQL) -> SQL {
    var joined = SQL(unescaped: "")
    var isFirst = true
    for element in self {
      if !isFirst { joined.append(separator) }
      joined.append(element)
      isFirst = false
    }
    return joined
  }
}
