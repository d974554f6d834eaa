import Geodesy
import Testing

@Suite("Distances on the ellipsoid")
struct GeodesicTests {
  @Test("agree with GeographicLib", arguments: Fixture.geodesics)
  func agreesWithGeographicLib(row: [Double]) {
    let start = Coordinate(x: row[0], y: row[1])
    let end = Coordinate(x: row[2], y: row[3])
    #expect(abs(Geodesic.distance(start, end) - row[4]) < 0.001)
    #expect(Geodesic.distance(start, end) == Geodesic.distance(end, start))
    let reached = Geodesic.destination(from: start, azimuth: row[5], distance: row[4])
    #expect(Geodesic.distance(reached, end) < 0.001)
  }

  @Test func theTableIsLargeEnough() {
    #expect(Fixture.geodesics.count >= 50)
  }

  @Test func earthCentredCoordinatesLieOnTheEllipsoid() {
    let equator = Geodesic.earthCentred(Coordinate(x: 90, y: 0))
    #expect(abs(equator.x) < 1e-6 && abs(equator.y - 6_378_137) < 1e-6 && equator.z == 0)
    let pole = Geodesic.earthCentred(Coordinate(x: 0, y: -90))
    #expect(abs(pole.x) < 1e-6 && abs(pole.z + 6_356_752.314_245) < 1e-6)
    // The chord is a little shorter than the geodesic: by d³ / 24 R².
    let a = Coordinate(x: 22.2666, y: 60.4518)
    let b = Geodesic.destination(from: a, azimuth: 33, distance: 1000)
    let (p, q) = (Geodesic.earthCentred(a), Geodesic.earthCentred(b))
    let chord =
      ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y) + (p.z - q.z) * (p.z - q.z)).squareRoot()
    #expect(abs(1000 - chord - 1e9 / 24 / 6.38e6 / 6.38e6) < 1e-7)
  }

  @Test func whatIsNoPositionHasNoDistance() {
    #expect(Geodesic.distance(Coordinate(x: 22, y: 91), Turku.degrees).isNaN)
    #expect(Geodesic.distance(Coordinate(x: .nan, y: 60), Turku.degrees).isNaN)
  }
}
