/// Rows as CSV (RFC 4180): CRLF at the end of lines, quotes where a cell needs them. Text is written as it is, also where
/// it begins with a sign that spreadsheets take for a formula: what is exported comes back unchanged.
struct CSVLines {
  private let delimiter: UInt8
  private let hasDecimalComma: Bool

  init(forSpreadsheets: Bool) {
    delimiter = forSpreadsheets ? UInt8(ascii: ";") : UInt8(ascii: ",")
    hasDecimalComma = forSpreadsheets
  }

  /// The byte order mark by which spreadsheets know UTF-8, where it is wanted, and the header.
  func header(_ columns: [ExportColumn], into bytes: inout [UInt8]) {
    if hasDecimalComma { bytes.append(contentsOf: [0xEF, 0xBB, 0xBF]) }
    row(columns.map { .text($0.name) }, into: &bytes)
  }

  func row(_ cells: [ExportCell], into bytes: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      switch cell {
      case .none: break
      case .text(let text): append(text, into: &bytes)
      case .integer(let number): bytes.append(contentsOf: String(number).utf8)
      case .real(let number):
        let digits = ExportCell.digits(number)
        bytes.append(contentsOf: hasDecimalComma ? digits.replacing(".", with: ",").utf8 : digits.utf8)
      }
    }
    bytes.append(contentsOf: [0x0D, 0x0A])
  }

  private func append(_ text: String, into bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    var needsQuotes = false
    for byte in text.utf8 where byte == delimiter || byte == quote || byte == 0x0A || byte == 0x0D {
      needsQuotes = true
      break
    }
    // White space at the ends is part of the text only within quotes, to some programs.
    if text.utf8.first == 0x20 || text.utf8.last == 0x20 { needsQuotes = true }
    guard needsQuotes else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
