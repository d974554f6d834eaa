import Glibc
import Places

/// A table whose rows ask for places.
public final class ColumnFile {
  /// How it is read and written.
  public struct Options: Sendable {
    /// `NAME` or `field=NAME`, see ``QuestionColumns``.
    public var columns: [String] = []
    /// The encoding; nil: found out.
    public var encoding: TextEncoding?
    /// What separates the cells; nil: found out.
    public var delimiter: Character?
    /// Where the answer goes; nil: standard output.
    public var output: String?
    /// Each question once, with a count, instead of all rows.
    public var isUnique = false
    /// JSON, one object a line, instead of a table.
    public var isJSON = false
    /// Semicolons and a byte order mark, as Finnish Excel reads them.
    public var isForExcel = false
    /// Candidates told of each question at the most.
    public var limit = 5
    /// Told now and then how far it is.
    public var progress: (@Sendable (ImportProgress) -> Void)?

    /// Makes the default options.
    public init() {}
  }

  let options: Options
  let questions: QuestionColumns
  /// The input's columns that go into the output: those of an earlier answer are replaced.
  let kept: [Int]
  var reader: CSVReader
  let size: Int?
  private let input: InputFile
  private let hasMark: Bool

  /// Opens a table; `-` is standard input. Throws ``ImportFailure``: `unknown-column` where a column isn't there.
  public init(path: String, options: Options) throws {
    input = try InputFile(path)
    self.options = options
    guard try input.format() == .csv else {
      throw ImportFailure("format-unsupported", "\(path) is no CSV table: save it as one, with a header row.")
    }
    if let output = options.output, path != "-", Self.isSame(output, path) {
      throw ImportFailure("file-unwritable", "-o names the file that is read: give another name.", flag: "-o")
    }
    var start: [UInt8] = []
    _ = try ByteSource(path: input.path).read(into: &start)
    let asked = Set(options.columns.map { $0.lowercased() })
    let reader = try CSVReader(
      TextSource(path: input.path, encoding: options.encoding), delimiter: options.delimiter
    ) { name in
      asked.contains { $0 == name.lowercased() || $0.hasSuffix("=" + name.lowercased()) }
        || ResolvedCells.names.contains(name)
    }
    self.reader = reader
    size = input.size
    hasMark = TextEncoding.byteOrderMark(start) != nil || reader.encoding != .utf8
    questions = try QuestionColumns(options.columns, header: reader.header)
    kept = reader.header.indices.filter { !ResolvedCells.names.contains(reader.header[$0]) }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    var one = stat()
    var other = stat()
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// The output's header.
  var header: [String] {
    (options.isUnique ? questions.names + ["count"] : kept.map { reader.header[$0] }) + ResolvedCells.names
  }

  /// Begins the output: UTF-8, with a byte order mark where the input had one or was in another encoding.
  func output() throws -> RowFile {
    try RowFile(
      path: options.output, delimiter: options.isForExcel ? ";" : reader.delimiter,
      hasMark: !options.isJSON && (options.isForExcel || hasMark), header: options.isJSON ? nil : header)
  }

  /// The next row and what is wrong with it.
  func next(_ report: inout ColumnReport) throws -> SourceRow? {
    guard let row = try reader.next() else { return nil }
    report.rows += 1
    return row
  }

  /// The cells that are kept of a row, as many as the header has: what is too much stays in the last one.
  func cells(_ row: SourceRow) -> [String] {
    let count = reader.header.count
    var fields = row.fields
    if fields.count > count, count > 0 {
      let rest = fields[(count - 1)...].joined(separator: String(reader.delimiter))
      fields = fields.prefix(count - 1) + [rest]
    }
    return kept.map { fields.indices.contains($0) ? fields[$0] : "" }
  }
}
