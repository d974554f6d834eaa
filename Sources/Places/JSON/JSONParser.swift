/// Why bytes are no JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Offset in bytes from the start.
  public let offset: Int
  /// What was wrong there.
  public let reason: String
  /// The reason with its place.
  public var description: String { "\(reason) at byte \(offset)" }
}

/// A strict JSON parser (RFC 8259) over bytes, with bounded nesting.
public struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0
  private let maximumDepth: Int
  private let keepsLongIntegers: Bool

  /// Parses one value that fills all of `bytes`. Throws ``JSONError``.
  public static func parse(_ bytes: [UInt8], maximumDepth: Int = 128) throws -> JSONValue {
    try bytes.withUnsafeBufferPointer { try parse($0, maximumDepth: maximumDepth) }
  }

  /// Parses one value that fills all of `text`. Throws ``JSONError``.
  public static func parse(_ text: String) throws -> JSONValue {
    try parse(Array(text.utf8))
  }

  /// Parses one value that fills all of `bytes`. `keepsLongIntegers`: a whole number beyond 64 bits, which as a double
  /// would lose digits (somebody's id), becomes a string. Throws ``JSONError``.
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = 128, keepsLongIntegers: Bool = false
  ) throws -> JSONValue {
    var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth, keepsLongIntegers: keepsLongIntegers)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.index == bytes.count else { throw parser.error("text after the value") }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, keepsLongIntegers: Bool) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.keepsLongIntegers = keepsLongIntegers
  }

  private func error(_ reason: String) -> JSONError { JSONError(offset: index, reason: reason) }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws {
    guard current == UInt8(ascii: byte) else { throw error("'\(byte)' expected") }
    index += 1
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth)") }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw error("unexpected end")
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard index + count <= bytes.count else { throw error("a value expected") }
    for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] { throw error("a value expected") }
    index += count
    return value
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    var places: [String: Int] = [:]
    skipSpace()
    if current == UInt8(ascii: "}") {
      index += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw error("a key expected") }
      let key = try string()
      skipSpace()
      try expect(":")
      let value = try value(depth: depth + 1)
      // Few keys are looked through, many are indexed: a hostile object must not cost the square of its size.
      if members.count == 16, places.isEmpty {
        for (place, member) in members.enumerated() { places[member.key] = place }
      }
      let existing = places.isEmpty ? members.firstIndex { $0.key == key } : places[key]
      if let existing {
        members[existing].value = value
      } else {
        if !places.isEmpty { places[key] = members.count }
        members.append(.init(key, value))
      }
      skipSpace()
      if current == UInt8(ascii: ",") {
        index += 1
        continue
      }
      try expect("}")
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    index += 1
    var values: [JSONValue] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      index += 1
      return .array([])
    }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if current == UInt8(ascii: ",") {
        index += 1
        continue
      }
      try expect("]")
      return .array(values)
    }
  }

  private mutating func number() throws -> JSONValue {
    let start = index
    if current == UInt8(ascii: "-") { index += 1 }
    let digits = index
    while let byte = current, byte >= 0x30, byte <= 0x39 { index += 1 }
    guard index > digits, index == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
      throw error("a value expected")
    }
    var whole = true
    if current == UInt8(ascii: ".") {
      whole = false
      index += 1
      try someDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      whole = false
      index += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
      try someDigits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if whole, let integer = Int64(text) { return .integer(integer) }
    if whole, keepsLongIntegers { return .string(text) }
    guard let number = Double(text), number.isFinite else { throw error("a number beyond a double's range") }
    return .number(number)
  }

  private mutating func someDigits() throws {
    let start = index
    while let byte = current, byte >= 0x30, byte <= 0x39 { index += 1 }
    guard index > start else { throw error("digits expected") }
  }

  private mutating func string() throws -> String {
    index += 1
    let start = index
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
    if current == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try valid(Array(bytes[start..<index]))
    }
    var text = Array(bytes[start..<index])
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return try valid(text)
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &text)
      case 0..<0x20: throw error("a control character in a string")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw error("a string without an end")
  }

  private func valid(_ text: [UInt8]) throws -> String {
    guard let string = String(validating: text, as: UTF8.self) else { throw error("text that is not UTF-8") }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    guard let byte = current else { throw error("a string without an end") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try scalar())).utf8)
    default: throw error("an unknown escape")
    }
  }

  private mutating func scalar() throws -> Unicode.Scalar {
    let first = try hex()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, current == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u")
    else { throw error("half a surrogate pair") }
    index += 2
    let second = try hex()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error("half a surrogate pair") }
    return scalar
  }

  private mutating func hex() throws -> UInt32 {
    guard index + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
      bytes[index] != UInt8(ascii: "+"), bytes[index] != UInt8(ascii: "-")
    else { throw error("four hexadecimal digits expected") }
    index += 4
    return value
  }
}
