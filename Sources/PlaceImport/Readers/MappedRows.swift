import Places

/// The rows of another reader's table under the fields of a mapping. The position that a geometry gave stays where the
/// mapping names none.
public struct MappedRows: RowReader {
  /// The mapping's fields.
  public let header: [String]
  /// The encoding of the file below.
  public var encoding: TextEncoding? { reader.encoding }
  /// The mapping's CRS, else the file's.
  public var declaredCRS: DeclaredCRS? { mapping.crs.map { .epsg($0) } ?? reader.declaredCRS }
  /// How many bytes of the file were read.
  public var bytesRead: Int? { reader.bytesRead }
  /// What the reader below says.
  public var remarks: [RowFault] { reader.remarks }
  private var reader: any RowReader
  private let mapping: ImportMapping
  private let columns: [String: Int]
  private let geometryColumn: Int?

  /// Throws ``ImportFailure`` with flag `--mapping` that names all columns which the table lacks.
  public init(_ reader: any RowReader, mapping: ImportMapping) throws {
    self.reader = reader
    self.mapping = mapping
    var columns: [String: Int] = [:]
    var problems: [String] = []
    for rule in mapping.rules {
      for name in rule.value.references where columns[name] == nil {
        guard let index = Self.column(name, in: reader.header) else {
          let near = reader.header.filter { !$0.isEmpty }
            .map { ($0, PlaceField.distance($0.lowercased(), name.lowercased())) }.min { $0.1 < $1.1 }
          let hint = near.flatMap { $0.1 <= 2 ? " Did you mean \"\($0.0)\"?" : nil } ?? ""
          problems.append("/fields/\(rule.field): the file has no column \"\(name)\".\(hint)")
          continue
        }
        columns[name] = index
      }
    }
    guard problems.isEmpty else {
      let list = reader.header.filter { !$0.isEmpty }.joined(separator: ", ")
      throw ImportFailure("mapping", problems.joined(separator: " ") + " Its columns: \(list).", flag: "--mapping")
    }
    self.columns = columns
    geometryColumn =
      mapping.hasPosition || reader is CSVReader ? nil : reader.header.firstIndex { $0.lowercased() == "wkt" }
    header = mapping.fields + (geometryColumn == nil ? [] : ["wkt"])
  }

  /// As it is written, else in any case; `/name` too where no column begins with `/`.
  private static func column(_ name: String, in header: [String]) -> Int? {
    if let exact = header.firstIndex(of: name) { return exact }
    let lower = name.lowercased()
    let found = header.indices.filter { header[$0].lowercased() == lower }
    if found.count == 1 { return found[0] }
    guard name.hasPrefix("/"), let key = JSONPointer(name)?.tokens, key.count == 1 else { return nil }
    return column(key[0], in: header)
  }

  /// The next row under the mapping's fields.
  public mutating func next() throws -> SourceRow? {
    guard var row = try reader.next() else { return nil }
    let given = row.fields
    // What spreadsheets leave below their last row stays blank, whatever is the same in all rows.
    guard !row.isBlank, row.fault == nil else {
      row.fields = Array(repeating: "", count: header.count)
      return row
    }
    let (fields, fault) = mapping.cells { name in
      columns[name].map { .string($0 < given.count ? given[$0].trimmed : "") }
    }
    row.fields = fields
    if let column = geometryColumn { row.fields.append(column < given.count ? given[column] : "") }
    guard let fault else { return row }
    return SourceRow(line: row.line, fields: row.fields, fault: fault, notes: row.notes, geometry: row.geometry)
  }
}
