/// The file formats of exports.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// RFC 4180.
  case csv
  /// One JSON object a line: the objects that the service answers.
  case ndjson
  /// A FeatureCollection (RFC 7946).
  case geojson
  /// OGC GeoPackage.
  case gpkg
  /// Office Open XML, all codes as text.
  case xlsx

  /// The format that a file's ending tells; nil when it tells none.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "csv": self = .csv
    case "ndjson", "jsonl": self = .ndjson
    case "geojson", "json": self = .geojson
    case "gpkg": self = .gpkg
    case "xlsx": self = .xlsx
    default: return nil
    }
  }

  /// The media type of the file.
  public var mediaType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8"
    case .ndjson: "application/x-ndjson"
    case .geojson: "application/geo+json"
    case .gpkg: "application/geopackage+sqlite3"
    case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }

  /// Whether rows have a geometry beside their columns.
  var hasGeometry: Bool { self == .geojson || self == .gpkg }
  /// Whether GDAL writes it, to a file only.
  var isWrittenByGDAL: Bool { self == .gpkg || self == .xlsx }
}
