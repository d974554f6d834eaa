import Geodesy
import Testing

@Suite("Old Finnish coordinates by the National Land Survey's triangulation")
struct TriangulationTests {
  @Test func theFileIsThereAndUsed() {
    #expect(
      Fixture.engine.triangulationInUse, "Seeds/proj/fi_nls_ykj_etrs35fin.json is missing: run Seeds/proj/derive.py")
  }

  @Test func itIsNamedWithItsAccuracy() throws {
    let forth = try Fixture.engine.transform(Turku.ykj, from: 2393, to: 3067)
    #expect(forth.operation.contains("triangulation"))
    #expect(forth.accuracy == 0.1)
    #expect(Fixture.metres(forth.coordinate, Turku.tm35fin, degrees: false) < 0.002)
    let back = try Fixture.engine.transform(Turku.tm35fin, from: 3067, to: 2393)
    #expect(back.operation.hasPrefix("Inverse of KKJ"))
    #expect(back.accuracy == 0.1)
  }

  @Test("every KKJ system goes by it, to every other", arguments: [2391, 2392, 2393, 2394, 3386, 3387, 4123])
  func everyKKJSystemUsesIt(srid: Int) throws {
    // Zones 0 and 5 have an area of use of their own: Åland and the easternmost corner.
    let place = srid == 3386 ? Coordinate(x: 19.6, y: 60.2) : Coordinate(x: srid == 3387 ? 30.9 : 24.9, y: 62.5)
    for other in [4326, 4258, 3067, 3877, 3857, 32635] where srid != 3386 || other != 32635 {
      let there = try Fixture.engine.transform(place, from: 4326, to: srid)
      let back = try Fixture.engine.transform(there.coordinate, from: srid, to: other)
      #expect(back.operation.contains("triangulation"), "EPSG:\(srid) → \(other): \(back.operation)")
      #expect(back.accuracy.map { $0 >= 0.1 && $0 <= 1.1 } == true)
    }
  }

  @Test func zonesAmongThemselvesAreAMereProjection() throws {
    let zone2 = try Fixture.engine.transform(Turku.ykj, from: 2393, to: 2392)
    #expect(zone2.accuracy == 0)
    #expect(!zone2.operation.contains("triangulation"))
  }

  @Test("beyond it the other operation is used, and said to be", arguments: [(28.0, 59.0), (18.0, 63.0)])
  func beyondTheNetTheOtherOperation(longitude: Double, latitude: Double) throws {
    let place = Coordinate(x: longitude, y: latitude)
    let there = try Fixture.engine.transform(place, from: 4326, to: 2393)
    #expect(!there.operation.contains("triangulation"))
    #expect(there.operation.contains("KKJ to ETRS89"))
    #expect(there.accuracy.map { $0 > 0.1 } == true)
    #expect(there.coordinate == (try Fixture.bare.transform(place, from: 4326, to: 2393)).coordinate)
    let back = try Fixture.engine.transform(there.coordinate, from: 2393, to: 4326)
    #expect(Geodesic.distance(back.coordinate, place) < 0.01)
  }

  @Test func withoutTheFileTheAnswerSaysThatItIsCoarse() throws {
    if Fixture.bare.triangulationInUse { return }
    let coarse = try Fixture.bare.transform(Turku.ykj, from: 2393, to: 3067)
    #expect(!coarse.operation.contains("triangulation"))
    #expect(coarse.accuracy.map { $0 >= 0.5 } == true)
    let off = Fixture.metres(coarse.coordinate, Turku.tm35fin, degrees: false)
    #expect(off > 0.1 && off < 2.5)
  }

  @Test func aFolderWithoutTheFileIsNoObstacle() throws {
    let engine = CoordinateEngine(gridDirectory: "/nonexistent")
    #expect(try engine.crs(3067).name == "ETRS89 / TM35FIN(E,N)")
  }
}
