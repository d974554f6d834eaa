import CProj
import Glibc

/// Exact geometry on the ellipsoid WGS 84, by GeographicLib's routines (Karney 2013), which PROJ carries.
///
/// Positions are in degrees, x = longitude, y = latitude between −90 and 90. Safe to call from any thread.
public enum Geodesic {
  /// WGS 84's semi-major axis in metres.
  private static let semiMajorAxis = 6_378_137.0
  /// WGS 84's flattening.
  private static let flattening = 1 / 298.257223563

  // Set up once and only read afterwards.
  private nonisolated(unsafe) static let ellipsoid: UnsafePointer<geod_geodesic> = {
    let geodesic = UnsafeMutablePointer<geod_geodesic>.allocate(capacity: 1)
    geod_init(geodesic, semiMajorAxis, flattening)
    return UnsafePointer(geodesic)
  }()

  /// The length in metres of the shortest path on the ellipsoid between two positions in degrees; exact to 15
  /// nanometres. NaN when a latitude is beyond 90 degrees or a number is not finite.
  public static func distance(_ a: Coordinate, _ b: Coordinate) -> Double {
    var metres = 0.0
    geod_inverse(ellipsoid, a.y, a.x, b.y, b.x, &metres, nil, nil)
    return metres
  }

  /// The position in degrees that is reached from another by going `distance` metres along the geodesic that sets out
  /// at `azimuth` degrees clockwise from north. The longitude answered lies between −180 and 180.
  public static func destination(from start: Coordinate, azimuth: Double, distance: Double) -> Coordinate {
    var latitude = 0.0
    var longitude = 0.0
    geod_direct(ellipsoid, start.y, start.x, azimuth, distance, &latitude, &longitude, nil)
    return Coordinate(x: longitude, y: latitude)
  }

  /// The earth-centred, earth-fixed coordinates in metres (EPSG:4978) of a position in degrees at height 0. The straight
  /// line between two such points is shorter than the geodesic by about d³ / (24 R²): 1 mm at 10 km.
  public static func earthCentred(_ c: Coordinate) -> (x: Double, y: Double, z: Double) {
    let radians = Double.pi / 180
    let squaredEccentricity = flattening * (2 - flattening)
    let sine = sin(c.y * radians)
    let cosine = cos(c.y * radians)
    let radius = semiMajorAxis / (1 - squaredEccentricity * sine * sine).squareRoot()
    return (
      radius * cosine * cos(c.x * radians),
      radius * cosine * sin(c.x * radians),
      radius * (1 - squaredEccentricity) * sine
    )
  }
}
