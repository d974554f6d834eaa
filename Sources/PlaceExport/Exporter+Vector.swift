import Geodesy
import PlaceStore
import Places
import VectorFiles

extension Exporter {
  /// Has GDAL write a GeoPackage or a workbook.
  func vectorFile(to path: String) async throws -> ExportReport {
    let start = ContinuousClock.now
    do {
      var report = try await store.snapshot(options.query) { snapshot in
        var report = ExportReport(
          options, snapshot, sources: try await snapshot.sources(of: options.kind))
        let table = try await table(snapshot)
        let writer = try VectorWriter(
          path: path, format: options.format == .gpkg ? .geopackage : .xlsx,
          layer: options.kind.rawValue,
          columns: table.columns.map(Self.column), srid: report.crs,
          metadata: Self.metadata(report),
          description: Self.description(report))
        report.rows = try await table.each { row in
          try writer.write(cells: row.cells.map(\.text), point: row.point.map { ($0.x, $0.y) })
        }
        try await writer.finish()
        return report
      }
      (report.sha256, report.bytes) = try Self.digest(of: path)
      report.seconds = start.duration(to: .now) / .seconds(1)
      return report
    } catch let error as VectorFileError {
      throw ExportFailure(error.detail, flag: error.flag)
    }
  }

  private static func column(_ column: ExportColumn) -> VectorColumn {
    switch column.kind {
    case .text: VectorColumn(column.name, .text)
    case .integer: VectorColumn(column.name, .integer)
    case .real: VectorColumn(column.name, .real)
    }
  }

  /// What a GeoPackage says of itself: GDAL's items are texts by name.
  private static func metadata(_ report: ExportReport) -> [(key: String, value: String)] {
    var w = JSONWriter()
    w.beginObject()
    report.state(&w)
    w.endObject()
    return [
      ("sequence", String(report.sequence)), ("epoch", report.epoch), ("timeStamp", report.time),
      ("placeregistry", w.string),
    ]
  }

  /// The licences, where GIS programs show them.
  private static func description(_ report: ExportReport) -> String {
    report.sources.map { source in
      let terms = [source.attribution, source.licence, source.licenceURL].compactMap { $0 }
      return ([source.name] + terms).joined(separator: ", ")
    }.joined(separator: "; ")
  }
}
