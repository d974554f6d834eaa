/// Turns text of positions in one system into text of positions in another, block by block with flat memory.
///
/// A line is two decimal numbers with blanks, tabs, one comma or one semicolon between them; it may end in CR LF, the
/// last one in nothing. Each line in gives one line out: degrees with 10 decimals, everything else with 4, correctly
/// rounded; a line that cannot be read or transformed gives `error`. Not for use by several threads at once.
public struct TransformStream {
  private let swapIn: Bool
  private let swapOut: Bool
  private let decimals: Int
  private var partial: [UInt8] = []
  private var atStart = true
  private var discarding = false

  /// How many lines have been read, bad ones included.
  public private(set) var lines = 0
  /// How many of them gave `error`.
  public private(set) var badLines = 0

  /// A line of more bytes than this is bad.
  public static let longestLine = 4096

  /// - Parameters:
  ///   - from: the system of the positions that come in.
  ///   - to: the system of those that go out.
  ///   - authorityOrder: whether both sides are written in the systems' own axis order (`CRS.axisOrder`) instead of
  ///     easting or longitude first.
  public init(from: CRS, to: CRS, authorityOrder: Bool = false) {
    swapIn = authorityOrder && from.axisOrder == .northingEasting
    swapOut = authorityOrder && to.axisOrder == .northingEasting
    decimals = to.unit == .degree ? 10 : 4
  }

  /// Takes the next block of input, of any size and cut anywhere, and appends what it gives to `output`.
  ///
  /// - Parameters:
  ///   - input: UTF-8 or ASCII text.
  ///   - transformer: of the same two systems as the stream's.
  ///   - output: grows by at most some 60 bytes a line; empty it between blocks and keep its capacity.
  ///   - bad: called with the number of each bad line, from 1, and the reason.
  public mutating func feed(
    _ input: UnsafeRawBufferPointer, through transformer: borrowing Transformer, into output: inout [UInt8],
    bad: (_ line: Int, _ reason: String) -> Void
  ) {
    let bytes = input.bindMemory(to: UInt8.self)
    var start = 0
    while start < bytes.count, let end = newline(in: bytes, from: start) {
      let rest = DecimalText.Bytes(rebasing: bytes[start..<end])
      if partial.isEmpty && !discarding {
        line(rest, transformer, &output, bad)
      } else {
        endPartial(with: rest, transformer, &output, bad)
      }
      start = end + 1
    }
    if start < bytes.count { keep(DecimalText.Bytes(rebasing: bytes[start...])) }
  }

  /// Ends the input: a last line without a line end is taken as a line.
  public mutating func finish(
    through transformer: borrowing Transformer, into output: inout [UInt8],
    bad: (_ line: Int, _ reason: String) -> Void
  ) {
    if partial.isEmpty && !discarding { return }
    endPartial(with: DecimalText.Bytes(start: nil, count: 0), transformer, &output, bad)
  }

  // MARK: - Lines across blocks

  private func newline(in bytes: DecimalText.Bytes, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { return index }
      index += 1
    }
    return nil
  }

  private mutating func keep(_ bytes: DecimalText.Bytes) {
    if discarding || partial.count + bytes.count > TransformStream.longestLine {
      discarding = true
      partial.removeAll(keepingCapacity: true)
    } else {
      partial.append(contentsOf: bytes)
    }
  }

  private mutating func endPartial(
    with rest: DecimalText.Bytes, _ transformer: borrowing Transformer, _ output: inout [UInt8],
    _ bad: (Int, String) -> Void
  ) {
    keep(rest)
    if discarding {
      discarding = false
      atStart = false
      lines += 1
      refuse("the line is longer than \(TransformStream.longestLine) bytes", &output, bad)
      return
    }
    var whole: [UInt8] = []
    swap(&whole, &partial)
    whole.withUnsafeBufferPointer { line($0, transformer, &output, bad) }
    whole.removeAll(keepingCapacity: true)
    swap(&whole, &partial)
  }

  // MARK: - One line

  private mutating func line(
    _ bytes: DecimalText.Bytes, _ transformer: borrowing Transformer, _ output: inout [UInt8],
    _ bad: (Int, String) -> Void
  ) {
    lines += 1
    var start = 0
    if atStart {
      atStart = false
      // A byte order mark, as some editors write it.
      if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
    }
    guard bytes.count <= TransformStream.longestLine else {
      return refuse("the line is longer than \(TransformStream.longestLine) bytes", &output, bad)
    }
    do {
      let (first, second) = try PositionLine.parse(bytes, from: start)
      let (x, y) = try swapIn ? transformer.transform(second, first) : transformer.transform(first, second)
      append(swapOut ? y : x, swapOut ? x : y, to: &output)
    } catch let error as PositionLine.Malformed {
      refuse(error.reason, &output, bad)
    } catch {
      refuse("\(error)", &output, bad)
    }
  }

  private mutating func refuse(_ reason: String, _ output: inout [UInt8], _ bad: (Int, String) -> Void) {
    badLines += 1
    output.append(contentsOf: "error\n".utf8)
    bad(lines, reason)
  }

  private func append(_ first: Double, _ second: Double, to output: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 700) { text in
      guard let base = text.baseAddress else { return }
      var length = DecimalText.print(first, decimals: decimals, to: base)
      base[length] = UInt8(ascii: " ")
      length += 1
      length += DecimalText.print(second, decimals: decimals, to: base + length)
      base[length] = UInt8(ascii: "\n")
      output.append(contentsOf: UnsafeBufferPointer(start: base, count: length + 1))
    }
  }
}
