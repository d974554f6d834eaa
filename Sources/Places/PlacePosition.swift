import Geodesy

/// A position in every form that the registry stores, made once when a place is written: what is stored is what is
/// answered and filtered, so a box drawn round our own answer contains it.
public struct PlacePosition: Sendable, Hashable {
  /// As it was delivered.
  public let delivered: DeliveredPosition
  /// Degrees (WGS 84): as delivered, or rounded to 1e-8 (1 mm).
  public let longitude, latitude: Double
  /// Metres in the registry's projected CRS (ETRS-TM35FIN, EPSG:3067): as delivered, or rounded to 0.001.
  public let easting, northing: Double
  /// Earth-centred metres on WGS 84 at height 0; straight-line distances between them order places as geodesics do.
  public let earthCentred: (x: Double, y: Double, z: Double)
  /// The PROJ operation by which degrees were found, and its accuracy in metres.
  public let operation: String
  /// Accuracy of that operation in metres, nil when unknown.
  public let accuracy: Double?

  /// The projected CRS that positions are indexed in.
  public static let indexSRID = 3067
  /// WGS 84 in degrees, longitude first.
  public static let geographicSRID = 4326

  /// Where Finland lies, with its sea areas, in degrees; positions outside are refused.
  public static let finland = BoundingBox(west: 18.9, south: 58.7, east: 31.7, north: 70.2)

  /// Throws ``Geodesy/GeodesyError`` when PROJ can't transform it and ``InvalidValue`` when it lies outside Finland.
  public init(_ delivered: DeliveredPosition, engine: CoordinateEngine) throws {
    let given = Coordinate(x: delivered.x, y: delivered.y)
    let degrees = try engine.transform(given, from: delivered.srid, to: Self.geographicSRID)
    let metres = try engine.transform(given, from: delivered.srid, to: Self.indexSRID)
    let isDegrees = delivered.srid == Self.geographicSRID
    let isIndex = delivered.srid == Self.indexSRID
    self.delivered = delivered
    longitude = isDegrees ? delivered.x : (degrees.coordinate.x * 1e8).rounded() / 1e8
    latitude = isDegrees ? delivered.y : (degrees.coordinate.y * 1e8).rounded() / 1e8
    easting = isIndex ? delivered.x : (metres.coordinate.x * 1e3).rounded() / 1e3
    northing = isIndex ? delivered.y : (metres.coordinate.y * 1e3).rounded() / 1e3
    earthCentred = Geodesic.earthCentred(Coordinate(x: longitude, y: latitude))
    operation = degrees.operation
    accuracy = degrees.accuracy
    let box = Self.finland
    guard (box.west...box.east).contains(longitude), (box.south...box.north).contains(latitude) else {
      throw InvalidValue(
        "outside-finland", value: "\(delivered.x) \(delivered.y)",
        "The position (EPSG:\(delivered.srid)) lies at longitude \(longitude), latitude \(latitude), outside Finland."
          + Self.suggestion(delivered, engine: engine))
    }
  }

  /// Same delivered position, same forms.
  public static func == (a: PlacePosition, b: PlacePosition) -> Bool { a.delivered == b.delivered }
  /// By the delivered position.
  public func hash(into hasher: inout Hasher) { hasher.combine(delivered) }

  /// What the numbers look like: swapped axes, or metres of ETRS-TM35FIN given as degrees. Empty when nothing fits.
  public static func suggestion(_ delivered: DeliveredPosition, engine: CoordinateEngine) -> String {
    func isInFinland(_ x: Double, _ y: Double, _ srid: Int) -> Bool {
      guard let point = try? engine.transform(Coordinate(x: x, y: y), from: srid, to: geographicSRID).coordinate else {
        return false
      }
      return (finland.west...finland.east).contains(point.x) && (finland.south...finland.north).contains(point.y)
    }
    if isInFinland(delivered.y, delivered.x, delivered.srid) {
      return " With the axes swapped it lies in Finland: swapped axes?"
    }
    if delivered.srid == geographicSRID, abs(delivered.x) > 180 || abs(delivered.y) > 90 {
      if isInFinland(delivered.x, delivered.y, indexSRID) { return " These look like TM35FIN metres: give srid 3067." }
      if isInFinland(delivered.y, delivered.x, indexSRID) {
        return " These look like TM35FIN metres with the axes swapped: give srid 3067, easting first."
      }
    }
    if delivered.srid != geographicSRID, abs(delivered.x) <= 180, abs(delivered.y) <= 90 {
      return " These look like degrees: give srid 4326."
    }
    return ""
  }
}
