import Foundation
import Geodesy
import Places
import Testing

@Suite("Positions and pages") struct PlacePositionTests {
  private static let engine = CoordinateEngine(
    gridDirectory: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Seeds/proj").path)

  private func position(_ srid: Int, _ x: Double, _ y: Double) throws -> PlacePosition {
    try PlacePosition(DeliveredPosition(srid: srid, x: x, y: y), engine: Self.engine)
  }

  private func decimals(_ value: Double, _ scale: Double) -> Bool { (value * scale).rounded() / scale == value }

  // The market place of Turku in several systems: Tests/GeodesyTests/Fixtures/transformations.tsv (pyproj).
  @Test func degreesAreKeptAndMetresRounded() throws {
    let found = try position(4326, 22.2666000000001, 60.4518)
    #expect(found.longitude == 22.2666000000001)
    #expect(found.latitude == 60.4518)
    #expect(found.easting == 239_742.338)
    #expect(found.northing == 6_711_088.987)
    #expect(found.delivered == DeliveredPosition(srid: 4326, x: 22.2666000000001, y: 60.4518))
  }

  @Test func metresOfTheIndexAreKeptAndDegreesRounded() throws {
    let found = try position(3067, 239_742.3381234, 6_711_088.9866)
    #expect(found.easting == 239_742.3381234)
    #expect(found.northing == 6_711_088.9866)
    #expect(found.longitude == 22.2666)
    #expect(found.latitude == 60.4518)
  }

  @Test(
    "other systems are rounded on both sides",
    arguments: [
      (3877, 23_459_636.1205, 6_704_635.3599), (3884, 30_075_039.7146, 6_729_416.3001),
      (2391, 1_569_893.4745, 6_705_230.1485),
    ])
  func others(srid: Int, x: Double, y: Double) throws {
    let found = try position(srid, x, y)
    #expect(abs(found.easting - 239_742.338) < 0.0021)
    #expect(abs(found.northing - 6_711_088.987) < 0.0021)
    #expect(abs(found.longitude - 22.2666) < 1e-7)
    #expect(abs(found.latitude - 60.4518) < 1e-7)
    #expect(decimals(found.easting, 1e3) && decimals(found.northing, 1e3))
    #expect(decimals(found.longitude, 1e8) && decimals(found.latitude, 1e8))
    #expect(found.delivered.x == x && found.delivered.y == y && found.delivered.srid == srid)
    #expect(!found.operation.isEmpty)
  }

  @Test func theCorrectTriangulationIsNamedForOldCoordinates() throws {
    #expect(try position(2391, 1_569_893.4745, 6_705_230.1485).operation.contains("triangulation"))
  }

  @Test func earthCentredDistancesOrderAsGeodesicsDo() throws {
    let here = try position(4326, 24.9414, 60.1719)
    let places = try [(24.942, 60.172), (24.95, 60.175), (25.2, 60.3), (27.0, 65.0)].map {
      try position(4326, $0.0, $0.1)
    }
    func chord(_ other: PlacePosition) -> Double {
      let (a, b) = (here.earthCentred, other.earthCentred)
      return ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + (a.z - b.z) * (a.z - b.z)).squareRoot()
    }
    let geodesics = places.map {
      Geodesic.distance(Coordinate(x: 24.9414, y: 60.1719), Coordinate(x: $0.longitude, y: $0.latitude))
    }
    #expect(geodesics == geodesics.sorted())
    #expect(places.map(chord) == places.map(chord).sorted())
    #expect(abs(chord(places[0]) - geodesics[0]) < 0.001)
    #expect(chord(here) == 0)
  }

  @Test(
    "outside Finland, with what it looks like",
    arguments: [
      (4326, 60.1719, 24.9414, "swapped axes?"), (3067, 6_672_253.0, 385_926.0, "swapped axes?"),
      (4326, 385_926.0, 6_672_253.0, "TM35FIN metres: give srid 3067"),
      (4326, 6_672_253.0, 385_926.0, "TM35FIN metres with the axes swapped"),
      (3067, 24.9414, 60.1719, "give srid 4326"),
      (3877, 22.2666, 60.4518, "give srid 4326"), (3067, 60.1719, 24.9414, "give srid 4326"),
    ])
  func suggestions(srid: Int, x: Double, y: Double, expected: String) {
    let suggestion = PlacePosition.suggestion(DeliveredPosition(srid: srid, x: x, y: y), engine: Self.engine)
    #expect(suggestion.contains(expected), "\(suggestion)")
  }

  @Test(
    "refused as outside Finland",
    arguments: [(0.0, 0.0), (18.0686, 59.3293), (24.7536, 70.3), (31.8, 62.0), (25, 58.6)])
  func outside(longitude: Double, latitude: Double) {
    let error = #expect(throws: InvalidValue.self) { try position(4326, longitude, latitude) }
    #expect(error?.code == "outside-finland")
    #expect(error?.value == "\(longitude) \(latitude)")
    #expect(error?.detail.contains("outside Finland.") == true)
    #expect(error?.detail.contains("swapped") == false)
  }

  @Test("swapped axes are refused with the suggestion") func swapped() {
    let error = #expect(throws: InvalidValue.self) { try position(4326, 60.1719, 24.9414) }
    #expect(error?.detail.hasSuffix("With the axes swapped it lies in Finland: swapped axes?") == true)
  }

  @Test(
    "the corners of Finland are in", arguments: [(19.0832, 60.3), (31.5867, 62.9), (27.3, 70.0922), (25.0, 59.4547)])
  func corners(longitude: Double, latitude: Double) throws {
    #expect(try position(4326, longitude, latitude).longitude == longitude)
  }

  @Test(
    "what PROJ can't transform is an error",
    arguments: [(4326, Double.nan, 60.0), (3067, .infinity, 0.0), (999_999, 1.0, 2.0), (0, 1, 2)])
  func impossible(srid: Int, x: Double, y: Double) {
    #expect(throws: (any Error).self) { try position(srid, x, y) }
  }

  @Test func cursorsRoundTrip() throws {
    let cursor = PlaceCursor([
      .text("Åbo \"x\""), .integer(-5), .integer(.max), .double(0.1 + 0.2), .double(-0.0), .double(.infinity),
      .text(""),
      .double(412.307), .text("turku:1"),
    ])
    let read = try #require(PlaceCursor(json: cursor.json))
    #expect(read == cursor)
    guard case .double(let zero) = read.values[4] else {
      Issue.record("no double")
      return
    }
    #expect(zero.sign == .minus)
  }

  @Test(
    "forged cursors are refused",
    arguments: [
      "", "x", "{}", "null", "[1.5]", "[null]", "[[1]]", "[{\"d\":5}]", "[{\"d\":\"xyz\"}]", "[{\"e\":\"0\"}]",
      "[true]", "[1,2", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
    ])
  func forged(json: String) { #expect(PlaceCursor(json: json) == nil) }
}
