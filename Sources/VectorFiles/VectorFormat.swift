/// Reads and writes GIS files through GDAL, in a child process of its own.
public enum VectorFormat: String, Sendable, Hashable, CaseIterable {
  case geopackage = "GPKG"
  case xlsx = "XLSX"
}
