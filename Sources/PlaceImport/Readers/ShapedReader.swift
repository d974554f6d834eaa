import Places

/// Reads JSON of a form that is known here (PTV, TPREK, Turku's, Linked Events places) as rows.
struct ShapedReader: RowReader {
  private(set) var header: [String]
  let encoding: TextEncoding?
  var declaredCRS: DeclaredCRS? { nil }
  var bytesRead: Int? { source.bytesRead }
  /// How many objects were left out and why.
  var remarks: [RowFault] {
    leftOut.sorted { $0.key < $1.key }.map { RowFault("left-out", "Left out: \($0.value) \($0.key).") }
  }
  private let source: TextSource
  private let shape: JSONShape
  private var surroundings: JSONShape.Surroundings
  private var objects: ObjectReader
  private var leftOut: [String: Int] = [:]

  static let maximumColumns = 2000

  /// `rows`: where the objects stand in the document; empty for a top-level array or a sequence.
  init(_ source: TextSource, shape: JSONShape, rows: JSONPointer, transform: PlaceRowMapper.Transform? = nil) throws {
    self.source = source
    self.shape = shape
    encoding = source.encoding
    header = shape.header
    surroundings = JSONShape.Surroundings(transform: transform)
    if shape.hasMoreColumns {
      try source.makeRewindable()
      header = try Self.columns(source, shape, rows)
      try source.rewind()
    }
    objects = try ObjectReader(source, rows: rows)
    surroundings.envelope = objects.envelope
  }

  private static func columns(_ source: TextSource, _ shape: JSONShape, _ rows: JSONPointer) throws -> [String] {
    var header = shape.header
    var known = Set(header)
    var objects = try ObjectReader(source, rows: rows)
    let surroundings = JSONShape.Surroundings()
    while let object = try objects.next() {
      guard object.fault == nil else { continue }
      let cells = shape.cells(object.json, surroundings)
      guard cells.leftOut == nil else { continue }
      for column in cells.columns where known.insert(column).inserted { header.append(column) }
      guard header.count <= maximumColumns else {
        throw ImportFailure(
          "columns", "The objects have more than \(maximumColumns) different members.", line: object.line)
      }
    }
    return header
  }

  mutating func next() throws -> SourceRow? {
    while let object = try objects.next() {
      if let fault = object.fault { return SourceRow(line: object.line, fields: [], fault: fault) }
      var cells = shape.cells(object.json, surroundings)
      if let reason = cells.leftOut {
        leftOut[reason, default: 0] += 1
        continue
      }
      if cells.fault == nil, !shape.recognises(object.json) {
        cells.fault = RowFault("shape", "This is no object of \(shape.name), as the first one of the file is.")
      }
      return SourceRow(
        line: object.line, fields: header.map { cells[$0] }, fault: cells.fault, notes: cells.notes)
    }
    return nil
  }
}
