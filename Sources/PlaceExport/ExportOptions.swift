import PlaceStore
import Places

/// What an export is told.
public struct ExportOptions: Sendable, Hashable {
  /// What is exported.
  public var kind: ExportKind
  /// The file format.
  public var format: ExportFormat
  /// Whether a CSV file is made for spreadsheets: UTF-8 with a byte order mark, `;` between cells, decimal commas.
  public var isForSpreadsheets = false
  /// The EPSG code of geometries in GeoJSON and GeoPackage; nil: 4326, longitude first. Columns are not touched by it.
  public var crs: Int?
  /// Which rows.
  public var query = ExportQuery()
  /// Where the addresses (`@id`) in NDJSON begin, without a slash at the end; nil: `@id` is left out, and references
  /// begin with a slash.
  public var baseURL: String?

  /// Makes the default options.
  public init(kind: ExportKind, format: ExportFormat) {
    self.kind = kind
    self.format = format
  }

  /// Throws ``ExportFailure`` when the options don't go together.
  func check(path: String?) throws {
    if isForSpreadsheets, format != .csv {
      throw ExportFailure("--excel is for CSV only: leave it out, or use --format csv.", flag: "--excel")
    }
    if crs != nil, !format.hasGeometry {
      throw ExportFailure(
        "--crs is the system of geometries, and \(format.rawValue) has none: positions stand in lon, lat and, as they "
          + "were delivered, in x, y, srid. Leave it out, or use --format geojson or gpkg.", flag: "--crs")
    }
    if path == "-", format.isWrittenByGDAL {
      throw ExportFailure("A \(format.rawValue) file can't be written to standard output: name a file.", flag: "-o")
    }
    if kind != .places, query.scope.names(.kind) {
      throw ExportFailure(
        "Only places have a kind: filter by municipality, data_source or postal_code.", flag: "--where")
    }
  }
}

/// Why nothing was exported: what, and how to mend it.
public struct ExportFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do about it.
  public let description: String
  /// The flag that settles it, such as `--crs`.
  public let flag: String?

  /// Makes a failure.
  public init(_ description: String, flag: String? = nil) {
    self.description = description
    self.flag = flag
  }
}
