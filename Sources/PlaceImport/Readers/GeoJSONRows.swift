import Geodesy
import Places

/// Reads the features of a GeoJSON file (one collection or one feature a line) as rows: properties are columns, `id` is
/// the feature's own where no property is called so, `wkt` the position (`SRID=3877;POINT(x y)`). Areas and lines come
/// with ``SourceRow/geometry`` and, unless their properties give a position, a point that lies on them.
public struct GeoJSONRows: RowReader {
  /// The properties of all features, in the order in which they first come.
  public let header: [String]
  /// The encoding of the file.
  public let encoding: TextEncoding?
  /// The CRS of the old `crs` member; without one WGS 84, as RFC 7946 says, and then the cells of `wkt` name none, so
  /// that `--crs` can say otherwise.
  public let declaredCRS: DeclaredCRS?
  /// How many bytes of the file were read in this pass.
  public var bytesRead: Int? { source.bytesRead }
  private let source: TextSource
  private var reader: GeoJSONReader
  private let columns: GeoJSONColumns
  private let places: [String: Int]
  private let prefix: String
  private let makesPoints: Bool

  /// Goes through the file once for its columns. `makesPoints`: whether areas and lines get a point on them. Throws
  /// ``ImportFailure``.
  public init(_ source: TextSource, makesPoints: Bool = true) throws {
    self.source = source
    self.makesPoints = makesPoints
    try source.makeRewindable()
    columns = try GeoJSONColumns(source)
    try source.rewind()
    reader = try GeoJSONReader(source, lookAhead: false)
    header = columns.header
    encoding = source.encoding
    declaredCRS = columns.declaredCRS ?? .epsg(4326)
    // A column `srid` is about x and y, not about the geometry: such files are exports of ours.
    let hasSRID = columns.properties.contains { $0.lowercased() == "srid" }
    prefix = (columns.declaredCRS?.epsg ?? (hasSRID ? 4326 : nil)).map { "SRID=\($0);" } ?? ""
    places = Dictionary(columns.properties.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// The next feature.
  public mutating func next() throws -> SourceRow? {
    guard let feature = try reader.next() else { return nil }
    var fields = Array(repeating: "", count: columns.properties.count)
    GeoJSONColumns.cells(feature.properties) { name, value in
      if let place = places[name] { fields[place] = value }
    }
    if columns.featureID != nil { fields.append(feature.id?.cell ?? "") }
    var notes: [RowFault] = []
    var fault = feature.fault
    var geometry: Geometry?
    if columns.hasGeometry {
      var position = ""
      if let json = feature.geometry {
        do {
          let read = try Geometry(geoJSON: json)
          if Self.hasHeight(json) {
            notes.append(RowFault("height-dropped", "The geometry has heights, which are not kept."))
          }
          if case .point = read {
            position = prefix + (try read.wkt())
          } else {
            geometry = read
            if makesPoints, !hasPosition(fields), let point = read.surfacePoint {
              position = prefix + "POINT(\(point.x) \(point.y))"
              notes.append(
                RowFault("surface-point", "The geometry is a \(read.type): a point on it is taken as the position."))
            }
          }
        } catch {
          fault = fault ?? (error as? RowFault) ?? RowFault("geometry", "\(error)")
        }
      }
      fields.append(position)
    }
    return SourceRow(line: feature.line, fields: fields, fault: fault, notes: notes, geometry: geometry)
  }

  /// Whether the properties give a position themselves.
  private func hasPosition(_ fields: [String]) -> Bool {
    [["lon", "lat"], ["x", "y"]].contains { pair in
      pair.allSatisfy { name in
        columns.properties.indices.contains { columns.properties[$0].lowercased() == name && !fields[$0].isEmpty }
      }
    }
  }

  private static func hasHeight(_ geometry: JSONValue) -> Bool {
    func visit(_ value: JSONValue) -> Bool {
      guard let elements = value.arrayValue, let first = elements.first else { return false }
      return first.doubleValue != nil ? elements.count > 2 : elements.contains(where: visit)
    }
    if let coordinates = geometry["coordinates"] { return visit(coordinates) }
    return geometry["geometries"]?.arrayValue?.contains(where: hasHeight) ?? false
  }
}
