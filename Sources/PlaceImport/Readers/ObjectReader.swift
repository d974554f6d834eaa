import Places

/// A JSON object of a file, or why it can't be read.
public struct FileObject: Sendable {
  /// The physical line on which it starts.
  public let line: Int
  /// The object; null where there is a fault.
  public let json: JSONValue
  /// Why it can't be used.
  public let fault: RowFault?

  init(line: Int, json: JSONValue = .null, fault: RowFault? = nil) {
    self.line = line
    self.json = json
    self.fault = fault
  }
}

/// Reads JSON objects one at a time, whatever the file's size: an array of them, a page as Linked Events answers it
/// (`{"meta": …, "data": [ … ]}`), or one object after the other, one a line or not.
public struct ObjectReader {
  /// The largest object in bytes.
  public static let maximumLength = 16 << 20

  private var stream: JSONStream
  private var mode = Mode.ended
  private var isFirst = true
  /// What has to end behind the array: the objects and arrays that it stands in, the innermost last.
  private var enclosing: [Enclosure] = []
  /// Text members of the document that stand before the array, such as `next`.
  private(set) var envelope: [String: String] = [:]

  private enum Mode {
    case array, lines, sequence, ended
  }

  private enum Enclosure {
    case object, array
  }

  /// Reads as far as the first object. `rows`: where in one document their array stands, which must be there; empty: no
  /// member is looked for; nil: a top-level member `data`, if there is one. Throws ``ImportFailure``.
  public init(_ source: TextSource, rows: JSONPointer? = nil) throws {
    stream = JSONStream(source, limit: Self.maximumLength)
    guard let first = try stream.peek() else {
      throw ImportFailure("file-empty", "The file is empty: JSON objects are needed.")
    }
    if let rows, !rows.tokens.isEmpty {
      try descend(rows)
      return
    }
    if first == UInt8(ascii: "[") {
      mode = .array
      return
    }
    guard first == UInt8(ascii: "{") else {
      throw stream.failure("This is no JSON: an array of objects, or objects one a line, are needed.")
    }
    stream.setMark()
    let line = stream.line
    stream.advance()
    if try findMember(rows == nil ? "data" : nil) {
      stream.dropMark()
      mode = .array
      enclosing = [.object]
      return
    }
    let isOneLine = stream.line == line
    let isMore = try stream.peek() != nil
    stream.returnToMark()
    mode = isOneLine && isMore ? .lines : .sequence
  }

  /// Goes to the array at a pointer.
  private mutating func descend(_ rows: JSONPointer) throws {
    for (depth, token) in rows.tokens.enumerated() {
      let place = JSONPointer(tokens: Array(rows.tokens[...depth])).description
      let first = try stream.peek()
      if first == UInt8(ascii: "{") {
        stream.advance()
        let isLast = depth == rows.tokens.count - 1
        guard try findMember(token, isArray: isLast) else {
          throw Self.noRows(isLast ? "has no array at \(place)" : "has nothing at \(place)", line: stream.line)
        }
        enclosing.append(.object)
      } else if first == UInt8(ascii: "["), let index = Int(token), index >= 0 {
        stream.advance()
        for _ in 0..<index {
          guard try stream.peek() != UInt8(ascii: "]") else {
            throw Self.noRows("has nothing at \(place)", line: stream.line)
          }
          _ = try stream.value(keeping: false)
          guard try stream.peek() != UInt8(ascii: "]") else {
            throw Self.noRows("has nothing at \(place)", line: stream.line)
          }
          try stream.expect(",", "between two values")
        }
        enclosing.append(.array)
      } else {
        throw Self.noRows("has nothing at \(place)", line: stream.line)
      }
    }
    guard try stream.peek() == UInt8(ascii: "[") else {
      throw Self.noRows("has no array at \(rows)", line: stream.line)
    }
    mode = .array
  }

  private static func noRows(_ what: String, line: Int) -> ImportFailure {
    ImportFailure(
      "rows", "The file \(what): \"rows\" of the mapping points to the array that holds the rows.", line: line,
      flag: "--mapping")
  }

  /// Goes over an object's members: true when it stands before the value of this one (an array, if so wanted), false
  /// behind the object.
  private mutating func findMember(_ wanted: String?, isArray: Bool = true) throws -> Bool {
    if try stream.peek() == UInt8(ascii: "}") {
      stream.advance()
      return false
    }
    while true {
      guard try stream.peek() == UInt8(ascii: "\"") else { throw stream.failure("A key of the object is expected.") }
      let range = try stream.value(keeping: true)
      let key = (try? stream.parse(range))?.stringValue ?? ""
      try stream.expect(":", "behind the key \"\(key)\"")
      let next = try stream.peek()
      if key == wanted, !isArray || next == UInt8(ascii: "[") { return true }
      if next == UInt8(ascii: "\""), wanted != nil {
        let range = try stream.value(keeping: true)
        if envelope.count < 100, range.count < 2000 { envelope[key] = (try? stream.parse(range))?.stringValue }
      } else {
        _ = try stream.value(keeping: false)
      }
      if try stream.peek() == UInt8(ascii: ",") {
        stream.advance()
        continue
      }
      try stream.expect("}", "at the end of the object")
      return false
    }
  }

  /// The next object; nil at the end. Throws ``ImportFailure`` where the rest can't be read.
  public mutating func next() throws -> FileObject? {
    switch mode {
    case .ended: return nil
    case .lines:
      guard let (line, range) = try stream.textLine() else { return nil }
      return object(line: line, range)
    case .sequence:
      guard try stream.peek() != nil else { return nil }
      let line = stream.line
      let range = try stream.value(keeping: true)
      return object(line: line, range)
    case .array: return try nextOfArray()
    }
  }

  private mutating func nextOfArray() throws -> FileObject? {
    if isFirst {
      try stream.expect("[", "at the beginning of the objects")
    } else if try stream.peek() != UInt8(ascii: "]") {
      try stream.expect(",", "between two objects")
    }
    if try stream.peek() == UInt8(ascii: "]") {
      stream.advance()
      mode = .ended
      while let enclosure = enclosing.popLast() { try close(enclosure) }
      if try stream.peek() != nil { throw stream.failure("Text follows the end of the objects.") }
      return nil
    }
    isFirst = false
    guard try stream.peek() != nil else { throw stream.failure("The file ends among the objects: truncated.") }
    let line = stream.line
    let range = try stream.value(keeping: true)
    return object(line: line, range)
  }

  /// Goes over what follows in what the array stands in.
  private mutating func close(_ enclosure: Enclosure) throws {
    while try stream.peek() == UInt8(ascii: ",") {
      stream.advance()
      _ = try stream.value(keeping: false)
      guard enclosure == .object else { continue }
      try stream.expect(":", "behind a key")
      _ = try stream.value(keeping: false)
    }
    try stream.expect(enclosure == .object ? "}" : "]", "behind the objects")
  }

  private func object(line: Int, _ range: Range<Int>) -> FileObject {
    do {
      let json = try stream.parse(range)
      guard json.members != nil else {
        return FileObject(line: line, fault: RowFault("json", "An object is needed here."))
      }
      return FileObject(line: line, json: json)
    } catch {
      return FileObject(line: line, fault: RowFault("json", "This is no JSON: \(error)."))
    }
  }
}
