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
  /// Whether the array is a member of an object, which has to end behind it.
  private var isEnveloped = false

  private enum Mode {
    case array, lines, sequence, ended
  }

  /// Reads as far as the first object. Throws ``ImportFailure``.
  public init(_ source: TextSource) throws {
    stream = JSONStream(source, limit: Self.maximumLength)
    guard let first = try stream.peek() else {
      throw ImportFailure("file-empty", "The file is empty: JSON objects are needed.")
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
    if try findData() {
      stream.dropMark()
      mode = .array
      isEnveloped = true
      return
    }
    let isOneLine = stream.line == line
    let isMore = try stream.peek() != nil
    stream.returnToMark()
    mode = isOneLine && isMore ? .lines : .sequence
  }

  /// Goes over an object's members: true when it stands before the array `data`, false behind the object.
  private mutating func findData() throws -> Bool {
    if try stream.peek() == UInt8(ascii: "}") {
      stream.advance()
      return false
    }
    while true {
      guard try stream.peek() == UInt8(ascii: "\"") else { throw stream.failure("A key of the object is expected.") }
      let range = try stream.value(keeping: true)
      let key = (try? stream.parse(range))?.stringValue ?? ""
      try stream.expect(":", "behind the key \"\(key)\"")
      if key == "data", try stream.peek() == UInt8(ascii: "[") { return true }
      _ = try stream.value(keeping: false)
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
      if isEnveloped {
        while try stream.peek() == UInt8(ascii: ",") {
          stream.advance()
          _ = try stream.value(keeping: false)
          try stream.expect(":", "behind a key")
          _ = try stream.value(keeping: false)
        }
        try stream.expect("}", "behind the objects")
      }
      if try stream.peek() != nil { throw stream.failure("Text follows the end of the objects.") }
      return nil
    }
    isFirst = false
    guard try stream.peek() != nil else { throw stream.failure("The file ends among the objects: truncated.") }
    let line = stream.line
    let range = try stream.value(keeping: true)
    return object(line: line, range)
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
