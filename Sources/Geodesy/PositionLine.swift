/// The notation of one position on a line: two numbers, and blanks, tabs, one comma or one semicolon between them.
enum PositionLine {
  struct Malformed: Error {
    let reason: String
  }

  /// Reads both numbers in the order in which they stand. A carriage return at the end counts as a blank.
  static func parse(_ line: DecimalText.Bytes, from start: Int) throws(Malformed) -> (Double, Double) {
    var at = start
    skipBlanks(line, &at)
    if at == line.count { throw Malformed(reason: "the line is empty") }
    let first = try number(line, &at, "first")
    let gap = at
    skipBlanks(line, &at)
    if at < line.count, line[at] == UInt8(ascii: ",") || line[at] == UInt8(ascii: ";") {
      at += 1
      skipBlanks(line, &at)
    } else if at == gap, at < line.count {
      throw Malformed(reason: "the first number is followed by \(quoted(line, at))")
    }
    if at == line.count { throw Malformed(reason: "the second number is missing") }
    let second = try number(line, &at, "second")
    skipBlanks(line, &at)
    if at < line.count { throw Malformed(reason: "the second number is followed by \(quoted(line, at))") }
    return (first, second)
  }

  private static func number(
    _ line: DecimalText.Bytes, _ at: inout Int, _ which: String
  ) throws(Malformed) -> Double {
    guard let value = DecimalText.parse(line, &at) else {
      throw Malformed(reason: "the \(which) number cannot be read: \(quoted(line, at))")
    }
    guard value.isFinite else { throw Malformed(reason: "the \(which) number is not finite") }
    return value
  }

  @inline(__always)
  private static func skipBlanks(_ line: DecimalText.Bytes, _ at: inout Int) {
    while at < line.count, line[at] == 0x20 || line[at] == 0x09 || line[at] == 0x0D { at += 1 }
  }

  /// The rest of the line for a message: 20 bytes of it at most.
  private static func quoted(_ line: DecimalText.Bytes, _ at: Int) -> String {
    let rest = line[at..<min(line.count, at + 20)]
    return "\"" + String(decoding: rest.filter { $0 >= 0x20 }, as: UTF8.self) + (line.count > at + 20 ? "…\"" : "\"")
  }
}
