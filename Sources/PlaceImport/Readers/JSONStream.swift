import Places

/// Walks over JSON text value by value with one value in memory at a time.
struct JSONStream {
  /// The largest value that is kept, in bytes.
  let limit: Int
  /// The physical line of the next byte.
  private(set) var line = 1
  private let source: TextSource
  private(set) var buffer: [UInt8] = []
  private(set) var index = 0
  private var isLast = false
  /// Bytes from here on stay in the buffer.
  private(set) var mark: Int?
  private var markLine = 1

  init(_ source: TextSource, limit: Int) {
    self.source = source
    self.limit = limit
  }

  /// Keeps what follows, so that ``returnToMark()`` can go back to it; within the limit.
  mutating func setMark() {
    mark = index
    markLine = line
  }

  mutating func returnToMark() {
    index = mark ?? index
    line = mark == nil ? line : markLine
    mark = nil
  }

  mutating func dropMark() { mark = nil }

  func failure(_ detail: String, line: Int? = nil) -> ImportFailure {
    ImportFailure("json", detail, line: line ?? self.line)
  }

  /// Reads more bytes; `start`: the first byte that must stay. False at the end.
  private mutating func fill(keeping start: Int) throws -> Int? {
    guard !isLast else { return nil }
    let first = min(start, mark ?? start)
    guard buffer.count - first <= limit else {
      throw failure("A value is larger than \(limit >> 20) MB.")
    }
    buffer.removeSubrange(..<first)
    index -= first
    if let mark { self.mark = mark - first }
    isLast = try !source.read(into: &buffer)
    return first
  }

  /// The next byte that is no white space, which stays next; nil at the end.
  mutating func peek() throws -> UInt8? {
    while true {
      while index < buffer.count {
        switch buffer[index] {
        case 0x0A: line += 1
        case 0x20, 0x09, 0x0D, 0x1E: break
        default: return buffer[index]
        }
        index += 1
      }
      guard try fill(keeping: index) != nil else { return nil }
    }
  }

  mutating func advance() { index += 1 }

  mutating func expect(_ byte: Unicode.Scalar, _ what: String) throws {
    guard let next = try peek() else { throw failure("The file ends \(what): it is truncated.") }
    guard next == UInt8(ascii: byte) else { throw failure("'\(byte)' expected \(what).") }
    index += 1
  }

  /// Goes behind one value. `keeping`: answers where its bytes are in ``buffer``; otherwise it may be of any size.
  mutating func value(keeping: Bool) throws -> Range<Int> {
    guard try peek() != nil else { throw failure("The file ends where a value should be: it is truncated.") }
    var start = index
    let startLine = line
    var scan = Scan()
    while true {
      let isDone = buffer.withUnsafeBufferPointer { scan.run($0, &index, &line) }
      if isDone { break }
      let anchor = keeping ? start : index
      guard let removed = try fill(keeping: anchor) else {
        if scan.depth == 0, !scan.isString, !keeping || start < index { break }
        throw failure("The value that begins here has no end: the file is truncated.", line: startLine)
      }
      start -= removed
    }
    return max(start, 0)..<index
  }

  /// One line, for newline-delimited files, without its line end; nil at the end.
  mutating func textLine() throws -> (line: Int, bytes: Range<Int>)? {
    guard try peek() != nil else { return nil }
    var start = index
    while true {
      while index < buffer.count, buffer[index] != 0x0A { index += 1 }
      if index < buffer.count { break }
      guard let removed = try fill(keeping: start) else { break }
      start -= removed
    }
    return (line, start..<index)
  }

  /// The value in a range of the buffer.
  func parse(_ range: Range<Int>) throws -> JSONValue {
    try buffer.withUnsafeBufferPointer {
      try JSONParser.parse(UnsafeBufferPointer(rebasing: $0[range]), keepsLongIntegers: true)
    }
  }

  /// The state of going over one value.
  private struct Scan {
    var depth = 0
    var isString = false
    var isEscaped = false
    var isPlain = false

    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ line: inout Int) -> Bool {
      while index < bytes.count {
        let byte = bytes[index]
        if isString {
          if isEscaped {
            isEscaped = false
          } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
          } else if byte == UInt8(ascii: "\"") {
            isString = false
            if depth == 0 {
              index += 1
              return true
            }
          }
          if byte == 0x0A { line += 1 }
          index += 1
          continue
        }
        switch byte {
        case UInt8(ascii: "\""):
          if isPlain { return true }
          isString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          if isPlain { return true }
          depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return true }
          depth -= 1
          if depth == 0 {
            index += 1
            return true
          }
        case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
          if depth == 0 { return true }
          if byte == 0x0A { line += 1 }
        default: isPlain = depth == 0
        }
        index += 1
      }
      return false
    }
  }
}
