/// Reads Posti's streets with their ranges of numbers (`BAF_yyyymmdd.dat`): lines of 256 characters that begin with
/// `KATUN`, usually in ISO-8859-1.
public struct BAFReader: RowReader {
  /// What each line begins with.
  public static let record = "KATUN"
  /// Characters in a line.
  public static let lineLength = 256

  /// The columns: street, `parity` (1 odd, 2 even, empty without numbers) and the range's ends with their letters.
  public let header = [
    "postal_code", "municipality", "street_fi", "street_sv", "parity", "first_number", "first_letter", "last_number",
    "last_letter",
  ]
  private var lines: FixedWidthLines

  /// Reads from the beginning of a file.
  public init(_ source: TextSource) { lines = FixedWidthLines(source) }

  /// The encoding that the file is read in.
  public var encoding: TextEncoding? { lines.source.encoding }
  /// It has no coordinates.
  public var declaredCRS: DeclaredCRS? { nil }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { lines.source.bytesRead }

  /// The next row; nil at the end. A line of another length or record comes with a fault.
  public mutating func next() throws -> SourceRow? {
    guard let line = try lines.next() else { return nil }
    // An end of a range may be a range itself (`1-3`): the first number of the first, the last one of the last counts.
    let first = (line.column(188, 5), line.column(193, 1))
    let ends = [(208, 213), (201, 206), (195, 200), (188, 193)].map { (line.column($0, 5), line.column($1, 1)) }
    let last = ends.first { !$0.0.isEmpty } ?? ("", "")
    let fields = [
      line.column(14, 5), line.column(214, 3), line.column(103, 30), line.column(133, 30), line.column(187, 1), first.0,
      first.1, last.0, last.1,
    ]
    return SourceRow(
      line: line.number, fields: fields, fault: line.fault(record: Self.record, length: Self.lineLength))
  }
}
