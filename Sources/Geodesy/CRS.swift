/// A horizontal coordinate reference system of the EPSG register: geographic or projected, two-dimensional.
///
/// Made by `CoordinateEngine.crs(_:)` from PROJ's database.
public struct CRS: Sendable, Hashable {
  /// What the coordinates are counted in.
  public enum Unit: Sendable, Hashable {
    /// Degrees of arc, in a geographic system.
    case degree
    /// Metres, in a projected system.
    case metre
    /// Some other unit of length by its name and its length in metres, as in `("US survey foot", 0.3048006…)`.
    case other(name: String, toMetre: Double)
  }

  /// The order in which the authority (EPSG) writes a position.
  public enum AxisOrder: Sendable, Hashable {
    /// Easting or longitude first.
    case eastingNorthing
    /// Northing or latitude first, as in EPSG:4326 and the Finnish GK zones.
    case northingEasting
  }

  /// The EPSG code.
  public let srid: Int
  /// The name in the EPSG register, as in "ETRS89 / TM35FIN(E,N)".
  public let name: String
  /// The unit of both axes.
  public let unit: Unit
  /// The authority's own axis order. `Coordinate` does not follow it: x is always easting or longitude.
  public let axisOrder: AxisOrder
  /// Where the system is meant to be used, in degrees of longitude and latitude; nil where the register says nothing.
  /// Its `west` is greater than its `east` when it crosses the antimeridian.
  public let areaOfUse: BoundingBox?

  /// Whether it is one of the Finnish systems that are in use all over Finland, beyond their nominal zones: KKJ 2391
  /// to 2394, the GK zones 3873 to 3885, TM35FIN 3067 and the zones 3046 to 3048. Their area of use refuses nothing.
  public var isFinnish: Bool { CRS.isFinnish(srid) }

  /// The same position in the order that the authority writes it: the first and the second number.
  public func authorityOrder(_ c: Coordinate) -> (Double, Double) {
    axisOrder == .eastingNorthing ? (c.x, c.y) : (c.y, c.x)
  }

  /// The position from two numbers in the order in which the authority writes them.
  public func coordinate(authorityOrder first: Double, _ second: Double) -> Coordinate {
    axisOrder == .eastingNorthing ? Coordinate(x: first, y: second) : Coordinate(x: second, y: first)
  }
}

extension CRS {
  static func isFinnish(_ srid: Int) -> Bool {
    switch srid {
    case 2391...2394, 3873...3885, 3067, 3046...3048: true
    default: false
    }
  }

  /// Old Finnish systems on the datum KKJ: zones 0 to 5, YKJ and the geographic one.
  static func isKKJ(_ srid: Int) -> Bool {
    switch srid {
    case 2391...2394, 3386, 3387, 4123: true
    default: false
    }
  }

  /// Systems on ETRS89 that are Finnish, and ETRS89 in degrees itself.
  static func isFinnishETRS89(_ srid: Int) -> Bool {
    switch srid {
    case 3873...3885, 3067, 3046...3048, 4258: true
    default: false
    }
  }

  /// Systems on WGS 84 that Finnish positions come and go in; ETRS89 is taken as the same datum.
  static func isWGS84(_ srid: Int) -> Bool {
    switch srid {
    case 4326, 3857, 32633...32637: true
    default: false
    }
  }

  /// Whether no position in this system can break the rule on areas of use.
  var isUsedEverywhere: Bool { isFinnish }

  /// Where, in its own unit, the system is known to be exact both ways, so that no round trip is needed: Finland and
  /// about 1,000 km around it. Nil for systems that nothing is known of.
  static func safeDomain(_ srid: Int) -> BoundingBox? {
    func zone(_ falseEasting: Double) -> BoundingBox {
      BoundingBox(west: falseEasting - 1e6, south: 6.3e6, east: falseEasting + 1e6, north: 8.3e6)
    }
    switch srid {
    case 4326, 4258, 4123: return BoundingBox(west: 14, south: 56, east: 37, north: 74)
    case 3857: return BoundingBox(west: 1.56e6, south: 7.56e6, east: 4.12e6, north: 1.25e7)
    case 3067, 3046...3048, 32633...32637, 3386: return zone(500_000)
    case 3873...3885: return zone(Double(srid - 3873 + 19) * 1e6 + 500_000)
    case 2391...2394: return zone(Double(srid - 2390) * 1e6 + 500_000)
    case 3387: return zone(5_500_000)
    default: return nil
    }
  }
}
