import Geodesy
import PlaceStore
import Places

/// Writes dumps: all rows of a kind and scope as the registry was at one moment, in the order of their ids, with flat
/// memory whatever their number.
public struct Exporter: Sendable {
  let store: PlaceStore
  let options: ExportOptions

  /// Makes an exporter.
  public init(store: PlaceStore, options: ExportOptions) {
    self.store = store
    self.options = options
  }

  /// Hands the file over piece by piece; not for formats that GDAL writes. Throws ``ExportFailure``,
  /// ``PlaceStore/StoreError`` and what `sink` throws.
  public func stream(into sink: @escaping @Sendable (_ piece: [UInt8]) async throws -> Void) async throws
    -> ExportReport
  {
    try options.check(path: "-")
    try checkCRS()
    let start = ContinuousClock.now
    var report = try await store.snapshot(options.query) { snapshot in
      let output = ExportOutput(sink)
      var report = ExportReport(options, snapshot, sources: try await snapshot.sources(of: options.kind))
      if options.format == .ndjson {
        report.rows = try await objects(snapshot, output)
      } else {
        report.rows = try await table(snapshot, report, output)
      }
      try await output.flush()
      report.bytes = output.count
      report.sha256 = output.sha256
      return report
    }
    report.seconds = start.duration(to: .now) / .seconds(1)
    return report
  }

  private func table(_ snapshot: ExportSnapshot, _ report: ExportReport, _ output: ExportOutput) async throws -> Int {
    let table = try await table(snapshot)
    let csv = CSVLines(forSpreadsheets: options.isForSpreadsheets)
    var features = FeatureLines(table.columns)
    let isCSV = options.format == .csv
    if isCSV {
      csv.header(table.columns, into: &output.bytes)
    } else {
      features.header(report, into: &output.bytes)
    }
    let rows = try await table.each { row in
      if isCSV {
        csv.row(row.cells, into: &output.bytes)
      } else {
        features.row(row, into: &output.bytes)
      }
      try await output.flushIfFull()
    }
    if !isCSV { features.footer(rows: rows, into: &output.bytes) }
    return rows
  }

  private func objects(_ snapshot: ExportSnapshot, _ output: ExportOutput) async throws -> Int {
    let viewer: Viewer = options.query.isForPublic ? .public : .all
    let lines = ObjectLines(baseURL: options.baseURL ?? "", now: snapshot.seconds, viewer: viewer)
    var count = 0
    var last: String?
    while true {
      let size: Int
      switch options.kind {
      case .places:
        let page = try await snapshot.placeDocuments(after: last, limit: ExportTable.pageSize)
        for row in page {
          lines.place(row, into: &output.bytes)
          try await output.flushIfFull()
        }
        (size, last) = (page.count, page.last?.id)
      case .addresses:
        let page = try await snapshot.addresses(after: last, limit: ExportTable.pageSize)
        for row in page {
          lines.address(row, into: &output.bytes)
          try await output.flushIfFull()
        }
        (size, last) = (page.count, page.last?.id)
      case .events:
        let page = try await snapshot.eventDocuments(after: last, limit: ExportTable.pageSize)
        for row in page {
          lines.event(row, into: &output.bytes)
          try await output.flushIfFull()
        }
        (size, last) = (page.count, page.last?.id)
      }
      count += size
      if size < ExportTable.pageSize { return count }
    }
  }

  /// The rows as a table.
  func table(_ snapshot: ExportSnapshot) async throws -> ExportTable {
    switch options.kind {
    case .places:
      let table = PlaceTable(try await snapshot.placeColumns())
      return ExportTable(columns: table.columns) { last in
        try await snapshot.places(after: last, limit: ExportTable.pageSize).map { row in
          let id = row.place.id.description
          return ExportRow(
            id: id, cells: table.row(row), point: try point(id, row.degrees, row.metres, row.place.position))
        }
      }
    case .addresses:
      return ExportTable(columns: AddressTable.columns) { last in
        try await snapshot.addresses(after: last, limit: ExportTable.pageSize).map { row in
          ExportRow(
            id: row.id, cells: AddressTable.row(row),
            point: try point(row.id, row.degrees, row.metres, row.delivered))
        }
      }
    case .events:
      let table = EventTable(try await snapshot.eventColumns())
      return ExportTable(columns: table.columns) { last in
        try await snapshot.events(after: last, limit: ExportTable.pageSize).map { row in
          let id = row.event.id.description
          return ExportRow(
            id: id, cells: table.row(row.event), point: try point(id, row.degrees, row.metres, row.delivered))
        }
      }
    }
  }

  /// A position in the CRS of the file's geometries.
  private func point(
    _ id: String, _ degrees: Coordinate?, _ metres: Coordinate?, _ delivered: DeliveredPosition?
  ) throws -> Coordinate? {
    guard options.format.hasGeometry, let degrees else { return nil }
    switch options.crs ?? PlacePosition.geographicSRID {
    case PlacePosition.geographicSRID: return degrees
    case PlacePosition.indexSRID: return metres
    case let srid:
      do { return try store.answered(degrees, delivered, srid: srid) } catch {
        throw ExportFailure(
          "\(id) can't be told in EPSG:\(srid): \(error) Choose another --crs, or leave such places out by --where.",
          flag: "--crs")
      }
    }
  }

  func checkCRS() throws {
    guard let srid = options.crs else { return }
    do { _ = try store.engine.crs(srid) } catch {
      throw ExportFailure("--crs EPSG:\(srid): \(error)", flag: "--crs")
    }
  }
}

extension ExportTable {
  /// Goes through all rows; tells how many there were.
  func each(_ body: (ExportRow) async throws -> Void) async throws -> Int {
    var count = 0
    var last: String?
    while true {
      try Task.checkCancellation()
      let rows = try await page(last)
      for row in rows { try await body(row) }
      count += rows.count
      if rows.count < Self.pageSize { return count }
      last = rows.last?.id
    }
  }
}
