import PlaceImport
import Places

/// A file's rows as tests look at them: column → cell.
struct ReadRows {
  var header: [String]
  var rows: [[String: String]] = []
  var sources: [SourceRow] = []
  var remarks: [RowFault]
  var crs: DeclaredCRS?

  init(_ reader: any RowReader) throws {
    var reader = reader
    header = reader.header
    crs = reader.declaredCRS
    while let row = try reader.next() {
      sources.append(row)
      rows.append(Dictionary(zip(reader.header, row.fields)) { first, _ in first })
    }
    remarks = reader.remarks
  }

  /// Opens text as a file of some name.
  init(
    _ text: String, name: String = "input.json", kind: ImportKind = .places, mapping: String? = nil,
    options: ImportFile.Options = .init()
  ) throws {
    var options = options
    options.mapping = try mapping.map { try ImportMapping(text: $0, kind: kind) }
    try self.init(ImportFile.open(bytes: Array(text.utf8), name: name, kind: kind, options: options))
  }

  /// The codes of all faults and notes.
  var codes: [String] { sources.flatMap { ($0.fault.map { [$0.code] } ?? []) + $0.notes.map(\.code) } }
}

/// The failure that a closure throws; nil when it throws none.
func importFailure(_ body: () throws -> Void) -> ImportFailure? {
  do {
    try body()
    return nil
  } catch {
    return error as? ImportFailure
  }
}
