import PlaceStore
import Places

/// Features of a file of municipalities or divisions, whatever its format: GeoJSON's own, or the rows of any
/// ``RowReader`` with their geometry.
public struct FeatureSource {
  /// The encoding of a text file; nil for others.
  public let encoding: TextEncoding?
  /// The CRS that the file declares; nil where it tells none.
  public let declaredCRS: DeclaredCRS?
  /// Whether the format means degrees where no CRS is declared, as GeoJSON does.
  let isGeographic: Bool
  private let read: () throws -> (feature: GeoJSONFeature, notes: [RowFault])?

  /// The features of a GeoJSON file.
  public init(_ reader: GeoJSONReader, encoding: TextEncoding?) {
    var reader = reader
    self.encoding = encoding
    declaredCRS = reader.declaredCRS
    isGeographic = true
    read = { try reader.next().map { ($0, []) } }
  }

  /// The rows of a table or of a GIS file.
  public init(_ reader: any RowReader) {
    var reader = reader
    encoding = reader.encoding
    declaredCRS = reader.declaredCRS
    isGeographic = false
    read = {
      while let row = try reader.next() {
        if !row.isBlank { return (GeoJSONFeature(row: row, header: reader.header), row.notes) }
      }
      return nil
    }
  }

  /// The next feature and what its reader noted of it; nil at the end.
  func next() throws -> (feature: GeoJSONFeature, notes: [RowFault])? { try read() }

  /// The features of a file of any format.
  static func open(_ file: InputFile, _ kind: ImportKind, _ options: ImportOptions, _ store: PlaceStore) throws
    -> FeatureSource
  {
    if try file.format() == .json, options.mapping == nil {
      let text = try TextSource(path: file.path, encoding: options.encoding)
      return FeatureSource(try GeoJSONReader(text), encoding: text.encoding)
    }
    return FeatureSource(try file.open(kind, options, store.engine))
  }

  /// All features; tells the report rows, encoding and CRS. Throws ``ImportFailure`` when there are geometries and
  /// nobody says what their coordinates mean.
  func all(_ options: ImportOptions, _ report: inout ImportReport) throws -> [GeoJSONFeature] {
    report.encoding = encoding?.rawValue
    var features: [GeoJSONFeature] = []
    while let (feature, notes) = try next() {
      report.rows += 1
      features.append(feature)
      if feature.fault == nil, !notes.isEmpty {
        report.add(
          notes.map {
            ImportProblem(line: feature.line, severity: .warning, code: $0.code, field: "geometry", detail: $0.detail)
          })
      }
    }
    guard isGeographic || declaredCRS != nil || features.contains(where: { $0.shape != nil }) else { return features }
    if options.crs == nil, let declaredCRS, declaredCRS.epsg == nil {
      throw ImportFailure(
        "unknown-crs", "The file names a CRS that isn't an EPSG code: give --crs EPSG:n.", flag: "--crs")
    }
    guard let crs = options.crs ?? declaredCRS?.epsg ?? (isGeographic ? PlacePosition.geographicSRID : nil) else {
      throw ImportFailure(
        "crs-missing", "The file doesn't say what its coordinates mean: give --crs EPSG:n.", flag: "--crs")
    }
    report.crs = crs
    return features
  }
}
