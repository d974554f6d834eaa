/// One row of a file, whatever its format: cells of text under the columns of ``RowReader/header``.
public struct SourceRow: Sendable, Hashable {
  /// The physical line on which the row starts (the header of a CSV file is line 1); a row's number where a format has
  /// no lines.
  public let line: Int
  /// The cells without their quotes; empty where the row says nothing.
  public var fields: [String]
  /// Why the row can't be used; its fields are then as far as they could be read.
  public let fault: RowFault?
  /// What was made of it on the way that its owner should know of: the row is taken, each is a warning.
  public var notes: [RowFault] = []
  /// The whole geometry in the file's CRS, for the kinds that have boundaries; the position of a place stands in cells.
  public var geometry: Geometry?

  /// Makes a row.
  public init(
    line: Int, fields: [String], fault: RowFault? = nil, notes: [RowFault] = [], geometry: Geometry? = nil
  ) {
    self.line = line
    self.fields = fields
    self.fault = fault
    self.notes = notes
    self.geometry = geometry
  }

  /// Whether all cells are empty: what spreadsheets leave below their last row.
  public var isBlank: Bool { fault == nil && geometry == nil && fields.allSatisfy(\.isEmpty) }
}

/// A file read row by row with flat memory. A format is one reader: what it holds comes as cells under columns, those
/// that it knows under the names of CONTRACT section 9 (`name_fi`, `postal_code`, `x`, `lon` …).
///
/// A row that is wrong in itself comes with a ``SourceRow/fault``; what makes the rest unreadable throws
/// ``ImportFailure``.
public protocol RowReader {
  /// The columns' names.
  var header: [String] { get }
  /// The encoding of a text file; nil for others.
  var encoding: TextEncoding? { get }
  /// The CRS that the file declares for `x`, `y` or `wkt`; nil where it tells none.
  var declaredCRS: DeclaredCRS? { get }
  /// How many bytes of the file were read, for a progress bar; nil where that is not known.
  var bytesRead: Int? { get }
  /// What the reader made of the file beside its rows (objects of other kinds left out, values that nobody asked for):
  /// whole when ``next()`` has answered nil, each to be told once.
  var remarks: [RowFault] { get }
  /// The next row; nil at the end. Throws ``ImportFailure`` when the rest can't be read.
  mutating func next() throws -> SourceRow?
}

extension RowReader {
  /// None.
  public var remarks: [RowFault] { [] }
}
