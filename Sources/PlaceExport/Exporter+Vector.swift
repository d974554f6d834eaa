import PlaceStore
import Places
import VectorFiles

extension Exporter {
  /// Has GDAL write a GeoPackage or a workbook.
  func vectorFile(to path: String) async throws -> ExportReport {
    throw ExportFailure("\(options.format.rawValue) can't be written yet.", flag: "--format")
  }
}
