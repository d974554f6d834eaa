import Geodesy
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Distances: geodesic metres, right at the edge to the millimetre, in the order of the geodesic.
@Suite("Radius and nearest")
struct RadiusTests {
  static let origins = [
    Coordinate(x: 22.266667, y: 60.451389), Coordinate(x: 27, y: 65), Coordinate(x: 20.5, y: 69.1),
    Coordinate(x: 30.9, y: 62.7),
  ]

  /// Writes places at exact positions in degrees under `source:index`.
  static func write(_ points: [Coordinate], source: String, to database: TestDatabase) async throws {
    let id = try DataSourceID(source)
    let changes = try points.enumerated().map { index, point in
      var place = Place(
        id: try PlaceID(source: id, local: "\(index)"), name: try #require(LocalizedText([.fi: "Piste \(index)"])))
      place.position = DeliveredPosition(srid: 4326, x: point.x, y: point.y)
      return try PlaceChange(place, existing: nil, engine: TestDatabase.engine)
    }
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      try await transaction.ensureSource(id)
      try await transaction.save(changes)
    }
  }

  @Test(
    "A millimetre inside is inside and a millimetre outside is outside, in every direction",
    arguments: [1, 10, 999.999, 10_000, 100_000])
  func edge(metres: Double) async throws {
    try await TestDatabase.with { database in
      for (number, origin) in Self.origins.enumerated() {
        let azimuths = stride(from: 0.0, to: 360, by: 7.5)
        var inside: [Coordinate] = []
        var outside: [Coordinate] = []
        for azimuth in azimuths {
          let near = Geodesic.destination(from: origin, azimuth: azimuth, distance: metres - 0.001)
          let far = Geodesic.destination(from: origin, azimuth: azimuth, distance: metres + 0.001)
          guard PlacePosition.finland.contains(near), PlacePosition.finland.contains(far) else { continue }
          inside.append(near)
          outside.append(far)
        }
        try await Self.write(inside, source: "in\(number)", to: database)
        try await Self.write(outside, source: "out\(number)", to: database)
        let api = try TestAPI(database)
        let reply = try await api.get(
          "/v1/place/?dwithin_origin=\(origin.x),\(origin.y)&dwithin_metres=\(metres)&page_size=1000"
            + "&data_source=in\(number),out\(number)")
        #expect(Set(reply.ids()) == Set(inside.indices.map { "in\(number):\($0)" }), "\(origin)")
        #expect(reply.count() == inside.count)
        #expect(inside.count >= 15, "the origin leaves too few directions")
      }
    }
  }

  @Test("Radius 0 finds what lies on the very point, and the edge itself is inside")
  func zero() async throws {
    try await TestDatabase.with { database in
      let origin = Self.origins[0]
      let metre = Geodesic.destination(from: origin, azimuth: 33, distance: 1)
      let millimetre = Geodesic.destination(from: origin, azimuth: 200, distance: 0.001)
      try await Self.write([origin, metre, millimetre], source: "zero", to: database)
      let api = try TestAPI(database)
      let base = "/v1/place/?dwithin_origin=\(origin.x),\(origin.y)&dwithin_metres="
      #expect(try await api.get(base + "0").ids() == ["zero:0"])
      #expect(try await api.get(base + "0.0011").ids() == ["zero:0", "zero:2"])
      #expect(try await api.get(base + "1.00000002").ids() == ["zero:0", "zero:2", "zero:1"])
      let exact = Geodesic.distance(origin, metre)
      #expect(try await api.get(base + "\((exact * 1e8).rounded() / 1e8)").ids().count == 3)
    }
  }

  private static func scattered(_ count: Int, seed: UInt64) -> [Coordinate] {
    var random = SeededGenerator(seed)
    return (0..<count).map { index in
      index % 2 == 0
        ? Coordinate(x: .random(in: 20...31, using: &random), y: .random(in: 59.8...69.9, using: &random))
        : Geodesic.destination(
          from: origins[0], azimuth: .random(in: 0..<360, using: &random),
          distance: 120_000 * Double.random(in: 0...1, using: &random))
    }
  }

  @Test("2,000 random places: the same as by brute force, in the geodesic's order")
  func againstBruteForce() async throws {
    try await TestDatabase.with { database in
      let points = Self.scattered(2000, seed: 42)
      try await Self.write(points, source: "r", to: database)
      let api = try TestAPI(database)
      var random = SeededGenerator(43)
      for metres in [500.0, 5_000, 10_000, 10_001, 31_234.5, 75_000, 100_000] {
        for _ in 0..<4 {
          let near = points[Int.random(in: 0..<points.count, using: &random)]
          let origin = Coordinate(x: near.x + .random(in: -0.2...0.2, using: &random), y: near.y)
          let expected = Self.byDistance(points, origin).prefix { $0.metres <= metres }
          let reply = try await api.get(
            "/v1/place/?dwithin_origin=\(origin.x),\(origin.y)&dwithin_metres=\(metres)&page_size=1000")
          #expect(reply.count() == expected.count)
          #expect(reply.ids() == expected.prefix(1000).map { "r:\($0.index)" }, "\(origin) \(metres)")
          let distances = reply.json()["data"]?.arrayValue?.compactMap { $0["distance"]?.doubleValue } ?? []
          #expect(distances == expected.prefix(1000).map { ($0.metres * 1000).rounded() / 1000 })
        }
      }
    }
  }

  private static func byDistance(_ points: [Coordinate], _ origin: Coordinate) -> [(index: Int, metres: Double)] {
    points.enumerated().map { (index: $0.offset, metres: Geodesic.distance(origin, $0.element)) }
      .sorted { ($0.metres, "\($0.index)") < ($1.metres, "\($1.index)") }
  }

  @Test(
    "nearest: every page as by brute force, from near and from far away",
    arguments: [
      Coordinate(x: 22.27, y: 60.45), Coordinate(x: 27, y: 69.99), Coordinate(x: 18.9, y: 58.7),
      Coordinate(x: 2.35, y: 48.9),
      Coordinate(x: -0.1, y: 51.5), Coordinate(x: 44, y: 56), Coordinate(x: 24.9, y: 78), Coordinate(x: 24.9, y: 10),
      Coordinate(x: -74, y: 40.7), Coordinate(x: 139.7, y: 35.7), Coordinate(x: 25, y: -60), Coordinate(x: 180, y: 0),
      Coordinate(x: 0, y: 90), Coordinate(x: 100, y: 60),
    ])
  func nearest(origin: Coordinate) async throws {
    try await TestDatabase.with { database in
      let points = Self.scattered(1200, seed: 7)
      try await Self.write(points, source: "r", to: database)
      let api = try TestAPI(database)
      let expected = Self.byDistance(points, origin).map { "r:\($0.index)" }
      let target = "/v1/place/?nearest=\(origin.x),\(origin.y)"
      for (page, size) in [(1, 1), (1, 20), (2, 20), (7, 50), (3, 300), (1, 1000), (2, 1000), (60, 20)] {
        let reply = try await api.get(target + "&page_size=\(size)&page=\(page)")
        #expect(reply.ids() == Array(expected.dropFirst((page - 1) * size).prefix(size)), "page \(page) of \(size)")
        #expect(reply.count() == points.count)
        #expect((reply.next() == nil) == (page * size >= points.count))
      }
      #expect(try await api.walk(target + "&page_size=250").flatMap { $0 } == expected)
    }
  }

  @Test("nearest keeps to the other filters; what has no position comes last; closed venues are left out")
  func nearestFilters() async throws {
    try await TestAPI.with { api in
      let oracle = try Oracle()
      let origin = Fixture.origin
      func expected(_ condition: (Oracle.Entry) -> Bool) -> [String] {
        func metres(_ entry: Oracle.Entry) -> Double {
          entry.degrees.map { Geodesic.distance(origin, $0) } ?? .infinity
        }
        return oracle.entries.filter { $0.place.isPublic && $0.place.kind == .venue && condition($0) }
          .sorted { (metres($0), $0.id) < (metres($1), $1.id) }.map(\.id)
      }
      let base = "/v1/place/?nearest=\(origin.x),\(origin.y)&page_size=1000"
      let states = "&operating_status=open,planned,temporarily_closed"
      let all = try await api.get(base + states)
      #expect(all.ids() == expected { $0.place.operatingStatus.state != .closed })
      #expect(all.count() == all.ids().count)
      #expect(try await api.get(base + states + "&sort=distance").ids() == all.ids())
      let turku = try await api.get(base + "&municipality=853&operating_status=open")
      #expect(turku.ids() == expected { $0.municipality == "853" && $0.place.operatingStatus.state == .open })
      #expect(try await api.get(base + "&operating_status=closed").ids() == ["turku:closed-hall"], "asked by name")
      let both = try await api.get(base + "&dwithin_origin=\(origin.x),\(origin.y)&dwithin_metres=1000")
      #expect(both.ids().first == "ring:0")
      let plain = try await api.get(base)
      #expect(plain.ids() == all.ids(), "nobody is sent to a closed venue")
      #expect(plain.count() == all.count())
    }
  }

  @Test("distance stands in radius and nearest answers only")
  func distanceKey() async throws {
    try await TestAPI.with { api in
      for (query, isThere) in [
        ("dwithin_origin=22.27,60.45&dwithin_metres=5000", true), ("nearest=22.27,60.45", true),
        ("dwithin_origin=22.27,60.45&dwithin_metres=5000&sort=name", true), ("municipality=853", false),
        ("bbox=22,60,23,61", false),
      ] {
        let data = try await api.get("/v1/place/?\(query)").json()["data"]?.arrayValue ?? []
        #expect(!data.isEmpty)
        let positioned = data.filter { $0["position"] != .null }
        #expect(positioned.allSatisfy { ($0["distance"] != nil) == isThere }, "\(query)")
      }
      #expect(try await api.get("/v1/place/turku:library/").json()["distance"] == nil)
    }
  }

  @Test("Origins in every CRS are the same origin", arguments: [3067, 3877, 3879, 2393])
  func originsInSystems(srid: Int) async throws {
    try await TestAPI.with { api in
      let point = try TestDatabase.engine.transform(Fixture.origin, from: 4326, to: srid).coordinate
      let ids = try await api.get(
        "/v1/place/?srid=\(srid)&dwithin_origin=\(point.x),\(point.y)&dwithin_metres=1000.0005&page_size=1000"
      ).ids()
      let expected = try await api.get(
        "/v1/place/?dwithin_origin=\(Fixture.origin.x),\(Fixture.origin.y)&dwithin_metres=1000.0005&page_size=1000"
      ).ids()
      #expect(ids == expected)
      #expect(ids.contains("ring:4") && !ids.contains("ring:5"))
    }
  }
}
