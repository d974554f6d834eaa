import Foundation

/// A JSON document as it stands. Unlike `JSONSerialization` it tells numbers from booleans and refuses a key that stands
/// twice in an object, which text spliced from parts may well produce.
enum CheckedJSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([CheckedJSON])
  case object([String: CheckedJSON])

  struct SyntaxError: Error, CustomStringConvertible {
    var offset: Int
    var reason: String
    var description: String { "not JSON at byte \(offset): \(reason)" }
  }

  init(_ data: Data) throws {
    var parser = Parser(bytes: Array(data))
    self = try parser.document()
  }

  init(_ text: String) throws { try self.init(Data(text.utf8)) }

  var object: [String: CheckedJSON]? { if case .object(let value) = self { value } else { nil } }
  var array: [CheckedJSON]? { if case .array(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  subscript(key: String) -> CheckedJSON? { object?[key] }

  /// The names that `type` knows for this value: 3 and 3.0 are numbers and integers.
  var typeNames: Set<String> {
    switch self {
    case .null: ["null"]
    case .bool: ["boolean"]
    case .number(let value): value.rounded() == value ? ["number", "integer"] : ["number"]
    case .string: ["string"]
    case .array: ["array"]
    case .object: ["object"]
    }
  }
}

extension CheckedJSON {
  private struct Parser {
    var bytes: [UInt8]
    var at = 0
    var depth = 0

    mutating func document() throws -> CheckedJSON {
      let value = try self.value()
      space()
      if at < bytes.count { throw error("something follows the document") }
      return value
    }

    func error(_ reason: String) -> SyntaxError { SyntaxError(offset: at, reason: reason) }
    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func space() {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    mutating func take(_ text: StaticString) throws {
      for byte in text.description.utf8 {
        guard next == byte else { throw error("expected \(text)") }
        at += 1
      }
    }

    mutating func value() throws -> CheckedJSON {
      space()
      depth += 1
      defer { depth -= 1 }
      if depth > 200 { throw error("nested too deeply") }
      switch next {
      case UInt8(ascii: "{"): return try objectValue()
      case UInt8(ascii: "["): return try arrayValue()
      case UInt8(ascii: "\""): return .string(try stringValue())
      case UInt8(ascii: "t"): try take("true"); return .bool(true)
      case UInt8(ascii: "f"): try take("false"); return .bool(false)
      case UInt8(ascii: "n"): try take("null"); return .null
      default: return try numberValue()
      }
    }

    mutating func objectValue() throws -> CheckedJSON {
      var members: [String: CheckedJSON] = [:]
      try take("{")
      space()
      if next == UInt8(ascii: "}") { at += 1; return .object(members) }
      while true {
        space()
        let key = try stringValue()
        space()
        try take(":")
        let value = try value()
        if members.updateValue(value, forKey: key) != nil { throw error("the key \"\(key)\" stands twice") }
        space()
        if next == UInt8(ascii: ",") { at += 1; continue }
        try take("}")
        return .object(members)
      }
    }

    mutating func arrayValue() throws -> CheckedJSON {
      var items: [CheckedJSON] = []
      try take("[")
      space()
      if next == UInt8(ascii: "]") { at += 1; return .array(items) }
      while true {
        items.append(try value())
        space()
        if next == UInt8(ascii: ",") { at += 1; continue }
        try take("]")
        return .array(items)
      }
    }

    /// Finds the string's end and lets Foundation read its escapes.
    mutating func stringValue() throws -> String {
      let start = at
      try take("\"")
      while let byte = next, byte != UInt8(ascii: "\"") {
        if byte < 0x20 { throw error("a control character in a string") }
        at += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      try take("\"")
      let raw = bytes[start..<at]
      if !raw.contains(UInt8(ascii: "\\")) {
        guard let text = String(validating: raw.dropFirst().dropLast(), as: UTF8.self) else { throw error("not UTF-8") }
        return text
      }
      guard let text = try? JSONDecoder().decode(String.self, from: Data(raw)) else { throw error("a bad string") }
      return text
    }

    mutating func numberValue() throws -> CheckedJSON {
      let start = at
      while let byte = next, "+-.0123456789eE".utf8.contains(byte) { at += 1 }
      let text = String(decoding: bytes[start..<at], as: UTF8.self)
      guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil, let value = Double(text),
        value.isFinite
      else { throw error("expected a value") }
      return .number(value)
    }
  }
}
