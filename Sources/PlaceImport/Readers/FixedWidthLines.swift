/// The lines of a file of fixed columns, as Posti's are: each line is as many characters as the format says.
struct FixedWidthLines {
  /// One line: its characters, so that a column is a range of them whatever the file's encoding was.
  struct Line {
    let number: Int
    let characters: [Unicode.Scalar]
    /// Whether all of it is text in the file's encoding.
    let isText: Bool

    /// The column that begins at a position (from 1, as the formats' tables count), without spaces round it.
    func column(_ position: Int, _ length: Int) -> String {
      let start = min(position - 1, characters.count)
      let cut = characters[start..<min(start + length, characters.count)]
      guard let first = cut.firstIndex(where: { $0 != " " }), let last = cut.lastIndex(where: { $0 != " " }) else {
        return ""
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: cut[first...last])
      return String(text)
    }
  }

  /// What no line is longer than: a file without line ends is another format.
  private static let maximumLength = 4096

  let source: TextSource
  private var buffer: [UInt8] = []
  private var position = 0
  private var isLast = false
  private var number = 0

  init(_ source: TextSource) { self.source = source }

  /// The next line that is not empty; nil at the end.
  mutating func next() throws -> Line? {
    while true {
      if let end = buffer[position...].firstIndex(of: 0x0A) {
        let bytes = buffer[position..<end]
        position = end + 1
        number += 1
        if let line = line(bytes) { return line }
      } else if isLast {
        let bytes = buffer[position...]
        position = buffer.count
        guard !bytes.isEmpty else { return nil }
        number += 1
        return line(bytes)
      } else {
        guard buffer.count - position <= Self.maximumLength * 4 else {
          throw ImportFailure(
            "row-length", "The line is longer than \(Self.maximumLength) characters: this is no file of Posti's.",
            line: number + 1)
        }
        buffer.removeSubrange(..<position)
        position = 0
        isLast = try !source.read(into: &buffer)
      }
    }
  }

  private func line(_ bytes: ArraySlice<UInt8>) -> Line? {
    let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard !bytes.isEmpty else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return Line(
      number: number, characters: Array(text.unicodeScalars),
      isText: !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil)
  }
}

extension FixedWidthLines.Line {
  /// Why this is no line of a format: its record id or its length is another one.
  func fault(record: String, length: Int) -> RowFault? {
    guard isText else { return RowFault("encoding", "The line holds bytes that are no text in the file's encoding.") }
    guard column(1, record.count) == record else {
      return RowFault("record", "A line of this file begins with \(record), this one with \"\(column(1, 5))\".")
    }
    guard characters.count == length else {
      return RowFault(
        "row-length", "A line of this file is \(length) characters, this one \(characters.count): was it cut off?")
    }
    return nil
  }
}
