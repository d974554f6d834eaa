import Geodesy
import Testing

@Suite("Coordinate systems and what is refused")
struct SystemTests {
  let engine = Fixture.engine

  @Test("the authority's axis order is known", arguments: [4326, 4258, 3877, 3047, 2391, 2393, 4123, 3035])
  func northingFirst(srid: Int) throws {
    #expect(try engine.crs(srid).axisOrder == .northingEasting)
  }

  @Test("the authority's axis order is known", arguments: [3067, 3857, 32635, 27700, 3031])
  func eastingFirst(srid: Int) throws {
    #expect(try engine.crs(srid).axisOrder == .eastingNorthing)
  }

  @Test func aSystemTellsAboutItself() throws {
    let gk23 = try engine.crs(3877)
    #expect(gk23.name == "ETRS89 / GK23FIN")
    #expect(gk23.unit == .metre)
    #expect(gk23.isFinnish)
    #expect(gk23.areaOfUse.map { $0.west < $0.east && $0.south > 58 && $0.north < 71 } == true)
    #expect(gk23.authorityOrder(Turku.gk23) == (Turku.gk23.y, Turku.gk23.x))
    #expect(gk23.coordinate(authorityOrder: Turku.gk23.y, Turku.gk23.x) == Turku.gk23)
    #expect(try engine.crs(4326).unit == .degree)
    #expect(try engine.crs(2225).unit == .other(name: "US survey foot", toMetre: 12.0 / 39.37))
    #expect(engine.version.hasPrefix("9."))
  }

  @Test func onlyFinnishSystemsAreFinnish() throws {
    for srid in [2391, 2394, 3873, 3885, 3067, 3046, 3048] { #expect(try engine.crs(srid).isFinnish) }
    for srid in [4326, 4258, 3857, 32635, 3386, 4123] { #expect(try !engine.crs(srid).isFinnish) }
  }

  @Test("an unknown code", arguments: [0, -1, 1, 99_999, 1_000_000, Int.max])
  func unknown(srid: Int) {
    #expect(throws: GeodesyError.unknownCRS(srid)) { try engine.crs(srid) }
    #expect(throws: GeodesyError.unknownCRS(srid)) { try engine.transform(Turku.degrees, from: 4326, to: srid) }
  }

  @Test(
    "systems that are no map",
    arguments: [(5773, "heights"), (4978, "geocentric"), (4979, "heights"), (7423, "heights")])
  func unsupported(srid: Int, reason: String) {
    #expect(throws: GeodesyError.self) { try engine.crs(srid) }
    do { _ = try engine.crs(srid) } catch { #expect("\(error)".contains(reason), "\(error)") }
  }

  @Test("numbers that are none", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    for (from, to) in [(4326, 3067), (3067, 4326), (2393, 4326), (3067, 3067), (4326, 27700)] {
      #expect(throws: GeodesyError.notFinite) { try engine.transform(Coordinate(x: value, y: 60), from: from, to: to) }
      #expect(throws: GeodesyError.notFinite) { try engine.transform(Coordinate(x: 22, y: value), from: from, to: to) }
    }
  }

  @Test func absurdNumbersAreRefused() {
    for (from, to) in [(3877, 4326), (2393, 4326), (4326, 3877), (3857, 3067), (27700, 4326)] {
      for value in [1e9, -1e9, 1e20, 1e308] {
        #expect(throws: GeodesyError.self, "\(from) → \(to)") {
          try engine.transform(Coordinate(x: value, y: value), from: from, to: to)
        }
      }
    }
  }

  @Test func finnishSystemsAreGoodAllOverFinland() throws {
    // Ilomantsi in the westernmost zone and Åland in the easternmost, both far beyond the zones' areas of use.
    _ = try engine.transform(Coordinate(x: 31.5, y: 62.9), from: 4326, to: 3873)
    _ = try engine.transform(Coordinate(x: 19.5, y: 60.2), from: 4326, to: 3885)
    _ = try engine.transform(Coordinate(x: 31.5, y: 62.9), from: 4326, to: 2391)
  }

  @Test func otherSystemsAreGoodWithinThreeDegreesOfTheirArea() throws {
    // UTM zone 35N: 24 to 30 degrees east.
    for x in [21.1, 27, 32.9] { _ = try engine.transform(Coordinate(x: x, y: 62), from: 4326, to: 32635) }
    for x in [20.9, 33.1, 100] {
      do {
        _ = try engine.transform(Coordinate(x: x, y: 62), from: 4326, to: 32635)
        Issue.record("longitude \(x) was not refused")
      } catch {
        guard case .outsideAreaOfUse(srid: 32635, _, let longitude, let latitude) = error else { throw error }
        #expect((longitude, latitude) == (x, 62))
        #expect("\(error)".contains("EPSG:32635 (WGS 84 / UTM zone 35N)"))
      }
    }
    // The same where neither side is in degrees, and for a system to itself.
    let far = try engine.transform(Coordinate(x: 19, y: 62), from: 4326, to: 3067).coordinate
    for to in [32635, 27700] {
      #expect(throws: GeodesyError.self) { try engine.transform(far, from: 3067, to: to) }
    }
    #expect(throws: GeodesyError.self) { try engine.transform(Coordinate(x: 22, y: 91), from: 4326, to: 4326) }
    #expect(throws: GeodesyError.self) { try engine.transform(Coordinate(x: 400, y: 60), from: 4326, to: 3067) }
  }

  @Test func anAreaOfUseMayCrossTheAntimeridian() throws {
    // Fiji 1986 / Fiji Map Grid: 176.81 degrees east to 178.15 degrees west.
    let fiji = try engine.crs(3460)
    #expect(fiji.areaOfUse.map { $0.west > $0.east } == true)
    for x in [178.0, -179.5, 179.9] {
      #expect(throws: Never.self) {
        do { _ = try engine.transform(Coordinate(x: x, y: -17), from: 4326, to: 3460) } catch {
          if case GeodesyError.outsideAreaOfUse = error { throw error }
        }
      }
    }
    #expect(throws: GeodesyError.self) { try engine.transform(Coordinate(x: 22, y: -17), from: 4326, to: 3460) }
  }

  @Test func whatDoesNotComeBackIsRefused() throws {
    // Once more round the world: PROJ answers, but with the longitude of the other turn.
    do {
      _ = try engine.transform(Coordinate(x: 42_500_000, y: 8_500_000), from: 3857, to: 3067)
      Issue.record("not refused")
    } catch {
      guard case .roundTrip(let metres) = error else { throw error }
      #expect(metres > 1e7)
      #expect("\(error)".contains("there and back"))
    }
  }

  @Test func swappedInputIsRefusedOrFarFromFinland() throws {
    let finland = BoundingBox(west: 19, south: 59, east: 32, north: 71)
    for (srid, place) in [(3067, Turku.tm35fin), (3877, Turku.gk23), (2393, Turku.ykj)] {
      let swapped = Coordinate(x: place.y, y: place.x)
      if let answer = try? engine.transform(swapped, from: srid, to: 4326) {
        #expect(!finland.contains(answer.coordinate), "EPSG:\(srid)")
      }
    }
    let answer = try engine.transform(Coordinate(x: 60.4518, y: 22.2666), from: 4326, to: 3067)
    #expect(answer.coordinate.y < 6_000_000)
  }
}
