import Geodesy
import Places
import VectorFiles

/// Reads GeoPackage, Shapefile, GML, FlatGeobuf, MapInfo, KML, XLSX and ODS through GDAL in a child process: the file's
/// own columns, and the position of each feature as the column `wkt` (`SRID=3067;POINT (x y)`), beside whatever
/// coordinates its columns hold. Areas and lines come with ``SourceRow/geometry`` and a point that lies on them.
public struct OGRReader: RowReader {
  /// The file's columns; `wkt` behind them when its layer has geometry, and `fid` (a GeoPackage's own number) when no
  /// column is called `id`.
  public let header: [String]
  /// Nil: these files know their encodings themselves.
  public var encoding: TextEncoding? { nil }
  /// The CRS that the layer declares.
  public let declaredCRS: DeclaredCRS?
  /// Nil: GDAL doesn't tell.
  public var bytesRead: Int? { nil }
  /// How many features the layer has, for a progress bar; nil where the file doesn't tell without being read.
  public let featureCount: Int?

  private let reader: VectorReader
  private let hasFID: Bool
  private let hasGeometry: Bool
  private let prefix: String

  /// Opens a file; `layer` is needed where several hold something, `encoding` for Shapefiles that don't tell theirs.
  /// Throws ``ImportFailure``.
  public init(path: String, layer: String? = nil, encoding: TextEncoding? = nil) throws {
    reader = try Self.failing { try VectorReader(path: path, layer: layer, encoding: encoding?.rawValue) }
    let head = reader.head
    declaredCRS = head.crs.map { crs in crs.epsg.map { .epsg($0) } ?? .unreadable(crs.name) }
    prefix = declaredCRS?.epsg.map { "SRID=\($0);" } ?? ""
    hasGeometry = head.geometry != "None"
    let names = head.columns.map { $0.lowercased() }
    hasFID = head.fidColumn != nil && !names.contains("id")
    var header = head.columns
    // The geometry is what was drawn: a column of the same name steps aside.
    if hasGeometry, let taken = names.firstIndex(of: "wkt") { header[taken] += "_1" }
    if hasGeometry { header.append("wkt") }
    if hasFID { header.append(head.fidColumn ?? "fid") }
    self.header = header
    featureCount = head.layers.first { $0.name == head.layer }?.features
  }

  /// The next feature; its ``SourceRow/line`` is its number from 1, in workbooks the number of its row. Throws ``ImportFailure``.
  public mutating func next() throws -> SourceRow? {
    guard let feature = try Self.failing({ try reader.next() }) else { return nil }
    var fields = feature.cells.map { $0 ?? "" }
    var fault = feature.fault.map { RowFault($0.code, $0.detail) }
    var notes: [RowFault] = []
    var geometry: Geometry?
    if hasGeometry {
      var position = ""
      if let json = feature.geometry, fault == nil {
        do {
          (geometry, position) = try self.position(Geometry(geoJSON: json), of: feature, notes: &notes)
        } catch let wrong as RowFault {
          fault = wrong
        }
      }
      fields.append(position)
    }
    if hasFID { fields.append(String(feature.fid)) }
    // GDAL numbers the rows of a sheet as the sheet does.
    let isSheet = reader.head.kind == .xlsx || reader.head.kind == .ods
    let line = isSheet ? Int(feature.fid) : feature.number
    return SourceRow(line: line, fields: fields, fault: fault, notes: notes, geometry: geometry)
  }

  /// The geometry of areas and lines, and the cell `wkt`.
  private func position(_ geometry: Geometry, of feature: VectorFeature, notes: inout [RowFault]) throws -> (
    Geometry?, String
  ) {
    if feature.hadHeight {
      notes.append(RowFault("height-dropped", "The geometry has heights, which are not kept."))
    }
    if case .point = geometry { return (nil, prefix + (try geometry.wkt())) }
    guard let point = feature.surfacePoint else { return (geometry, "") }
    notes.append(
      RowFault("surface-point", "The geometry is a \(geometry.type): a point on it is taken as the position."))
    return (geometry, prefix + "POINT(\(point.x) \(point.y))")
  }

  /// What the child says as what importers say.
  private static func failing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as VectorFileError {
      throw ImportFailure(error.code, error.detail, flag: error.flag)
    }
  }
}
