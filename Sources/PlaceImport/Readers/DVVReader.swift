import Places

/// Reads the addresses of buildings as DVV (the Digital and Population Data Services Agency) gives them out: `.OPT`,
/// `;` between the columns, no header, no quotes, ISO-8859-1 unless it was saved as something else.
///
/// Columns by position, of which there may be more: 1 permanent building id, 2 municipality, 5 northing and 6 easting
/// (ETRS-TM35FIN), 7 running number of the building's address, 8 and 9 street in Finnish and Swedish, 10 house number,
/// 11 postal code (`00000`: none). An address has the id `<building>-<running number>`.
public struct DVVReader: RowReader {
  /// The fewest columns that a row has.
  static let columnCount = 14
  private static let maximumRowLength = 1 << 16

  /// The columns' names.
  public let header = [
    "id", "building_id", "street_fi", "street_sv", "number", "postal_code", "municipality", "x", "y", "srid",
  ]
  private let source: TextSource
  private var buffer: [UInt8] = []
  private var position = 0
  private var isLast = false
  private var line = 0
  /// Where the columns of the row begin and the last one ends.
  private var starts = [Int](repeating: 0, count: columnCount + 1)

  /// Reads a file; `encoding` nil: UTF-8 if it is that, else ISO-8859-1. Throws ``ImportFailure`` when it can't be read.
  public init(_ source: ByteSource, encoding: TextEncoding? = nil) throws {
    let found = encoding ?? (try? EncodingDetector.detect(source))
    try source.makeRewindable()
    try source.rewind()
    switch found {
    case .utf8, .utf16LittleEndian, .utf16BigEndian: self.source = try TextSource(source, encoding: found)
    default: self.source = try TextSource(source, encoding: encoding ?? .latin1)
    }
  }

  /// The encoding that the file is read in.
  public var encoding: TextEncoding? { source.encoding }
  /// ETRS-TM35FIN, which the column `srid` says in each row.
  public var declaredCRS: DeclaredCRS? { nil }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { source.bytesRead }

  /// The next row; nil at the end.
  public mutating func next() throws -> SourceRow? {
    while let end = try lineEnd() {
      let start = position
      position = min(end + 1, buffer.count)
      line += 1
      let stop = end > start && buffer[end - 1] == 0x0D ? end - 1 : end
      if stop > start { return row(start, stop) }
    }
    return nil
  }

  /// The offset of the next line feed, or the end of the text; nil when nothing is left.
  private mutating func lineEnd() throws -> Int? {
    var searched = position
    while true {
      let found = buffer.withUnsafeBufferPointer { bytes in
        bytes[searched...].firstIndex(of: 0x0A)
      }
      if let found { return found }
      if isLast { return position < buffer.count ? buffer.count : nil }
      guard buffer.count - position <= Self.maximumRowLength else {
        throw ImportFailure(
          "row-length", "The row is longer than 64 KB: this is no DVV file of building addresses.", line: line + 1)
      }
      buffer.removeSubrange(..<position)
      position = 0
      searched = buffer.count
      isLast = try !source.read(into: &buffer)
    }
  }

  private mutating func row(_ start: Int, _ end: Int) -> SourceRow {
    var count = 0
    var isText = true
    var hasZero = false
    starts[0] = start
    buffer.withUnsafeBufferPointer { bytes in
      for index in start..<end {
        let byte = bytes[index]
        if byte == UInt8(ascii: ";") {
          count += 1
          if count <= Self.columnCount { starts[count] = index + 1 }
        } else if byte == 0 {
          hasZero = true
        } else if byte == 0xFF {
          isText = false
        }
      }
    }
    count += 1
    if count <= Self.columnCount { starts[count] = end + 1 }
    guard count >= Self.columnCount, isText, !hasZero else {
      let fault =
        if count < Self.columnCount {
          RowFault(
            "columns",
            "The row has \(count) columns; DVV's building addresses have \(Self.columnCount) or more. Is it cut off?")
        } else {
          hasZero
            ? RowFault("nul", "The row holds a NUL byte, which no text has. Remove it.")
            : RowFault("encoding", "The row holds bytes that are no text in \(source.encoding.rawValue).")
        }
      return SourceRow(
        line: line, fields: [String(decoding: buffer[start..<end].prefix(200), as: UTF8.self)], fault: fault)
    }
    return buffer.withUnsafeBufferPointer { bytes in
      func cell(_ column: Int) -> String {
        var first = starts[column - 1]
        var last = starts[column] - 1
        while first < last, bytes[first] == 0x20 { first += 1 }
        while last > first, bytes[last - 1] == 0x20 { last -= 1 }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[first..<last]), as: UTF8.self)
      }
      let building = cell(1)
      let running = cell(7)
      let postalCode = cell(11)
      return SourceRow(
        line: line,
        fields: [
          building.isEmpty || running.isEmpty ? "" : building + "-" + running, building, cell(8), cell(9), cell(10),
          postalCode == "00000" ? "" : postalCode, cell(2), cell(6), cell(5), "3067",
        ])
    }
  }
}
