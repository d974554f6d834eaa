/// A position in the plane of some coordinate reference system, which its owner knows.
///
/// The order is the same for every system, whatever the authority's own order is (see `CRS.axisOrder`).
public struct Coordinate: Sendable, Hashable {
  /// Easting in the system's unit, or longitude in degrees.
  public var x: Double
  /// Northing in the system's unit, or latitude in degrees.
  public var y: Double

  /// A position from easting (or longitude) and northing (or latitude), in this order.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  /// Whether both numbers are finite: neither NaN nor infinite.
  public var isFinite: Bool { x.isFinite && y.isFinite }
}

/// A box parallel to the axes of some coordinate reference system, in that system's own unit, edges included.
public struct BoundingBox: Sendable, Hashable {
  /// The least easting or longitude. Greater than `east` when a box in degrees crosses the antimeridian.
  public var west: Double
  /// The least northing or latitude.
  public var south: Double
  /// The greatest easting or longitude.
  public var east: Double
  /// The greatest northing or latitude.
  public var north: Double

  /// A box from its four edges, x first: the order of GeoJSON's `bbox`.
  public init(west: Double, south: Double, east: Double, north: Double) {
    self.west = west
    self.south = south
    self.east = east
    self.north = north
  }

  /// Whether all four edges are finite numbers.
  public var isFinite: Bool { west.isFinite && south.isFinite && east.isFinite && north.isFinite }

  /// Whether the position lies in the box or on its edge. Both must be in the same system; takes no account of the
  /// antimeridian.
  public func contains(_ c: Coordinate) -> Bool {
    c.x >= west && c.x <= east && c.y >= south && c.y <= north
  }

  /// What two boxes of the same system have in common, or nil when nothing. Takes no account of the antimeridian.
  public func intersection(_ other: BoundingBox) -> BoundingBox? {
    let common = BoundingBox(
      west: max(west, other.west), south: max(south, other.south),
      east: min(east, other.east), north: min(north, other.north))
    return common.west <= common.east && common.south <= common.north ? common : nil
  }

  /// Whether a position in degrees lies in this box in degrees widened by `margin` degrees, which may cross the
  /// antimeridian.
  func contains(longitude: Double, latitude: Double, margin: Double) -> Bool {
    guard latitude >= south - margin, latitude <= north + margin, abs(latitude) <= 90 else { return false }
    let width = (east >= west ? east - west : east - west + 360) + 2 * margin
    if width >= 360 { return abs(longitude) <= 180 + margin }
    var offset = (longitude - (west - margin)).truncatingRemainder(dividingBy: 360)
    if offset < 0 { offset += 360 }
    return offset <= width
  }
}

/// What came of transforming one position.
public struct Transformed: Sendable {
  /// The position in the system asked for.
  public var coordinate: Coordinate
  /// The coordinate operation used, by its name in the EPSG register; steps are joined by " + ".
  public var operation: String
  /// How far off the answer may be by that operation, in metres; 0 for a mere conversion, nil where it is not known.
  public var accuracy: Double?
}
