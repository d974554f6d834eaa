/// Separates bytes into rows and cells (RFC 4180, and what is found in the wild: any delimiter, CR line ends, spaces
/// after a closing quote).
struct CSVScanner {
  /// A cell's bytes within the buffer, without the outer quotes.
  struct Cell {
    var start: Int
    var end: Int
    /// Whether doubled quotes are in it, which stand for one.
    var hasDoubledQuotes = false
  }

  /// How far a row goes.
  enum End {
    /// The row ends; the next one starts at this offset.
    case row(next: Int)
    /// More bytes are needed.
    case more(isQuoted: Bool)
  }

  let delimiter: UInt8
  private let stops: [Bool]
  var cells: [Cell] = []
  var lines = 0
  var hasZero = false
  var hasTextAfterQuote = false

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    stops = (0...255).map { $0 == Int(delimiter) || $0 == 0x0A || $0 == 0x0D || $0 == 0 }
  }

  /// Reads one row from `start`; `isLast`: nothing follows the buffer.
  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool) -> End {
    cells.removeAll(keepingCapacity: true)
    lines = 0
    hasZero = false
    hasTextAfterQuote = false
    var index = start
    while true {
      var cell = Cell(start: index, end: index)
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        guard let end = quoted(bytes, from: index + 1, isLast: isLast, cell: &cell) else {
          return .more(isQuoted: true)
        }
        index = end
      } else {
        index = plain(bytes, from: index)
        cell.end = index
      }
      cells.append(cell)
      guard index < bytes.count else { return isLast ? .row(next: index) : .more(isQuoted: false) }
      if bytes[index] == delimiter {
        index += 1
        continue
      }
      if bytes[index] == 0x0D {
        guard index + 1 < bytes.count || isLast else { return .more(isQuoted: false) }
        if index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
      }
      lines += 1
      return .row(next: index + 1)
    }
  }

  private mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    stops.withUnsafeBufferPointer { stops in
      var index = start
      while index < bytes.count {
        if stops[Int(bytes[index])] {
          guard bytes[index] == 0 else { break }
          hasZero = true
        }
        index &+= 1
      }
      return index
    }
  }

  /// The offset of the delimiter or line end behind a quoted cell; nil when it doesn't end in the buffer.
  private mutating func quoted(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool, cell: inout Cell
  ) -> Int? {
    cell.start = start
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        guard index + 1 < bytes.count || isLast else { return nil }
        if index + 1 < bytes.count, bytes[index + 1] == byte {
          cell.hasDoubledQuotes = true
          index += 2
          continue
        }
        cell.end = index
        return afterQuote(bytes, from: index + 1)
      }
      if byte == 0x0A || byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A) { lines += 1 }
      if byte == 0 { hasZero = true }
      index += 1
    }
    return nil
  }

  private mutating func afterQuote(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let end = plain(bytes, from: start)
    if bytes[start..<end].contains(where: { $0 != 0x20 }) { hasTextAfterQuote = true }
    return end
  }
}
