/// Reads a CSV file row by row with flat memory.
///
/// Rows that are not well formed come with a ``SourceRow/fault``; what makes the rest of the file unreadable (a quote
/// without an end) throws ``ImportFailure``. Lines without any character are skipped.
public struct CSVReader: RowReader {
  /// The longest row in bytes.
  public static let maximumRowLength = 1 << 20

  /// What separates the cells.
  public private(set) var delimiter: Character
  /// The header's cells without spaces round them.
  public private(set) var header: [String] = []
  /// The header's line: 1 unless empty lines or Excel's `sep=;` stand before it.
  public private(set) var headerLine = 0
  private let source: TextSource
  private var scanner: CSVScanner
  private var buffer: [UInt8] = []
  private var position = 0
  private var isLast = false
  private var line = 1
  private var scratch: [UInt8] = []

  /// Reads the header. `delimiter` nil: detected among `,` `;` tab `|`; when several are possible, the one for which
  /// more header cells satisfy `isKnown` is taken, else ``ImportFailure`` names `--delimiter`.
  public init(
    _ source: TextSource, delimiter: Character? = nil, isKnown: (String) -> Bool = { _ in false }
  ) throws {
    self.source = source
    while buffer.count < ByteSource.blockSize, !isLast { isLast = try !source.read(into: &buffer) }
    var chosen = delimiter?.asciiValue
    let mark = Array("sep=".utf8)
    if buffer.prefix(4).elementsEqual(mark), buffer.count > 5, buffer[5] == 0x0A || buffer[5] == 0x0D {
      chosen = chosen ?? buffer[4]
      position = buffer.count > 6 && buffer[5] == 0x0D && buffer[6] == 0x0A ? 7 : 6
      line = 2
    }
    let byte = try chosen ?? DelimiterDetector.detect(buffer, isWhole: isLast, name: source.name, isKnown: isKnown)
    self.delimiter = Character(Unicode.Scalar(byte))
    scanner = CSVScanner(delimiter: byte)
    guard let row = try next(columns: nil) else {
      throw ImportFailure("file-empty", "\(source.name) is empty: a header row is needed.")
    }
    if let fault = row.fault { throw ImportFailure(fault.code, fault.detail, line: row.line) }
    header = row.fields.map(\.trimmed)
    headerLine = row.line
  }

  /// Reads what `--delimiter` was given: one ASCII character, `tab` or `\t`. Throws ``ImportFailure``.
  public static func delimiter(named text: String) throws -> Character {
    if text.lowercased() == "tab" || text == "\\t" { return "\t" }
    guard text.utf8.count == 1, let character = text.first, !"\"\r\n\0".contains(character) else {
      throw ImportFailure(
        "delimiter-unknown", "--delimiter takes one character or the word tab, not \"\(text)\".", flag: "--delimiter")
    }
    return character
  }

  /// The encoding that the file is read in.
  public var encoding: TextEncoding? { source.encoding }
  /// CSV declares no CRS.
  public var declaredCRS: DeclaredCRS? { nil }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { source.bytesRead }

  /// The next row; nil at the end.
  public mutating func next() throws -> SourceRow? { try next(columns: header.count) }

  private mutating func next(columns: Int?) throws -> SourceRow? {
    while true {
      let result = buffer.withUnsafeBufferPointer { scanner.scan($0, from: position, isLast: isLast) }
      switch result {
      case .row(let end):
        if end == position { return nil }
        defer {
          position = end
          line += scanner.lines
        }
        if scanner.cells.count == 1, scanner.cells[0].start == position, scanner.cells[0].end == position { continue }
        return row(columns: columns, length: end - position)
      case .more(let isQuoted):
        if isQuoted, isLast || buffer.count - position > Self.maximumRowLength {
          throw ImportFailure(
            "quote-unclosed",
            "A quote opened in the row that starts here has no end"
              + (isLast ? "; the file may be truncated." : " within 1 MB."), line: line)
        }
        if buffer.count - position > Self.maximumRowLength { return try skipLongRow() }
        try fill()
      }
    }
  }

  private mutating func fill() throws {
    buffer.removeSubrange(..<position)
    position = 0
    isLast = try !source.read(into: &buffer)
  }

  private mutating func row(columns: Int?, length: Int) -> SourceRow {
    var fields: [String] = []
    fields.reserveCapacity(scanner.cells.count)
    var isText = true
    buffer.withUnsafeBufferPointer { bytes in
      for cell in scanner.cells {
        let text = cell.hasDoubledQuotes ? unquoted(bytes, cell) : Self.text(bytes, cell)
        if text == nil { isText = false }
        fields.append(text ?? String(decoding: bytes[cell.start..<cell.end], as: UTF8.self))
      }
    }
    let fault = fault(count: fields.count, columns: columns, isText: isText, length: length)
    return SourceRow(line: line, fields: fields, fault: fault)
  }

  private static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ cell: CSVScanner.Cell) -> String? {
    String(validating: UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end]), as: UTF8.self)
  }

  private mutating func unquoted(_ bytes: UnsafeBufferPointer<UInt8>, _ cell: CSVScanner.Cell) -> String? {
    scratch.removeAll(keepingCapacity: true)
    var index = cell.start
    while index < cell.end {
      scratch.append(bytes[index])
      index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return String(validating: scratch, as: UTF8.self)
  }

  private func fault(count: Int, columns: Int?, isText: Bool, length: Int) -> RowFault? {
    if length > Self.maximumRowLength {
      return RowFault("row-length", "The row is longer than 1 MB.")
    }
    if scanner.hasZero { return RowFault("nul", "The row holds a NUL byte, which no text has. Remove it.") }
    if !isText {
      return RowFault("encoding", "The row holds bytes that are no text in \(source.encoding.rawValue).")
    }
    if scanner.hasTextAfterQuote {
      return RowFault("quote", "Text follows a closing quote: a quote within a quoted cell is written twice.")
    }
    guard let columns, count != columns else { return nil }
    return RowFault(
      "columns",
      "The row has \(count) cells, the header \(columns). "
        + (count > columns ? "Is a cell that holds the delimiter not quoted?" : "Is the row cut off?"))
  }

  /// Leaves out the rest of a row that has no end within the limit.
  private mutating func skipLongRow() throws -> SourceRow {
    defer { line += 1 }
    let fields = scanner.cells.prefix(1).map { cell in
      String(decoding: buffer[cell.start..<min(cell.end, cell.start + 200)], as: UTF8.self)
    }
    let row = SourceRow(line: line, fields: fields, fault: RowFault("row-length", "The row is longer than 1 MB."))
    var start = position
    while true {
      if let end = buffer[start...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
        if buffer[end] == 0x0D, end + 1 == buffer.count, !isLast {
          position = end
          try fill()
          start = 0
          continue
        }
        position = end + 1
        if buffer[end] == 0x0D, position < buffer.count, buffer[position] == 0x0A { position += 1 }
        return row
      }
      position = buffer.count
      if isLast { return row }
      try fill()
      start = 0
    }
  }
}
