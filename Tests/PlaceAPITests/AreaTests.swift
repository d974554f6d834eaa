import Foundation
import Geodesy
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Boxes and polygons, in degrees and in metres, edges included.
@Suite("Boxes and polygons")
struct AreaTests {
  static let systems = [4326, 3067, 3877, 3879, 2393, 3857, 4258]

  /// A list's answered positions by id.
  private static func positions(_ reply: TestAPI.Reply) throws -> [String: Coordinate] {
    var found: [String: Coordinate] = [:]
    for place in reply.json()["data"]?.arrayValue ?? [] {
      guard let id = place["id"]?.stringValue,
        let numbers = place["position"]?["coordinates"]?.arrayValue?.compactMap(\.doubleValue), numbers.count == 2
      else { continue }
      found[id] = Coordinate(x: numbers[0], y: numbers[1])
    }
    return found
  }

  @Test("A box drawn around our own answer contains the place, down to a box of no size", arguments: systems)
  func roundTrip(srid: Int) async throws {
    try await TestAPI.with { api in
      let all = try Self.positions(try await api.get("/v1/place/?show_all_places=1&page_size=1000&srid=\(srid)"))
      #expect(all.count > 30)
      for (id, point) in all {
        for size in [0, srid == 4326 || srid == 4258 ? 1e-8 : 0.001, srid == 4326 || srid == 4258 ? 1e-4 : 10] {
          let box = "\(point.x - size),\(point.y - size),\(point.x + size),\(point.y + size)"
          let found = try await api.get("/v1/place/?srid=\(srid)&page_size=1000&bbox=\(box)").ids()
          #expect(found.contains(id), "\(id) in \(box)")
        }
      }
    }
  }

  @Test("Random boxes hold exactly the places whose answered coordinates lie in them", arguments: systems)
  func boxes(srid: Int) async throws {
    try await TestAPI.with { api in
      let all = try Self.positions(try await api.get("/v1/place/?show_all_places=1&page_size=1000&srid=\(srid)"))
      let points = Array(all.values).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
      var random = SeededGenerator(UInt64(srid))
      for _ in 0..<30 {
        // The edges run through places.
        let (a, b) = (points.randomElement(using: &random)!, points.randomElement(using: &random)!)
        let box = BoundingBox(west: min(a.x, b.x), south: min(a.y, b.y), east: max(a.x, b.x), north: max(a.y, b.y))
        let reply = try await api.get(
          "/v1/place/?srid=\(srid)&page_size=1000&bbox=\(box.west),\(box.south),\(box.east),\(box.north)")
        #expect(Set(reply.ids()) == Set(all.filter { box.contains($0.value) }.keys), "\(box)")
        #expect(reply.count() == reply.ids().count)
      }
    }
  }

  @Test("In degrees the edges of a wide box are parallels, not straight lines on the map")
  func parallels() async throws {
    try await TestDatabase.with { database in
      // At 26° E a straight line in TM35FIN between the corners runs more than 10 km away from the parallel.
      var points: [Coordinate] = []
      for step in 0...20 {
        let longitude = 20.5 + Double(step) / 2
        points += [Coordinate(x: longitude, y: 62.0001), Coordinate(x: longitude, y: 61.9999)]
      }
      try await RadiusTests.write(points, source: "p", to: database)
      let api = try TestAPI(database)
      let north = try await api.get("/v1/place/?bbox=20,62,31,63&page_size=1000").ids()
      #expect(Set(north) == Set(points.indices.filter { $0 % 2 == 0 }.map { "p:\($0)" }))
      let south = try await api.get("/v1/place/?bbox=20,61,31,62&page_size=1000").ids()
      #expect(Set(south) == Set(points.indices.filter { $0 % 2 == 1 }.map { "p:\($0)" }))
      #expect(try await api.get("/v1/place/?bbox=-180,-90,180,90").count() == points.count)
      let corner = points[3]
      let edge = try await api.get("/v1/place/?bbox=20,\(corner.y),\(corner.x),\(corner.y)").ids()
      #expect(edge == ["p:1", "p:3"], "a box without height holds what lies on it")
    }
  }

  /// Rays to the east, boundary included; an own implementation beside the store's.
  private static func contains(_ rings: [[Coordinate]], _ p: Coordinate) -> Bool {
    var inside = false
    for ring in rings {
      for (a, b) in zip(ring, ring.dropFirst()) {
        let cross = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)
        if cross == 0, (min(a.x, b.x)...max(a.x, b.x)).contains(p.x), (min(a.y, b.y)...max(a.y, b.y)).contains(p.y) {
          return true
        }
        if (a.y > p.y) != (b.y > p.y), p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
      }
    }
    return inside
  }

  private static func text(_ rings: [[Coordinate]]) -> String {
    "(" + rings.map { "(" + $0.map { "\($0.x) \($0.y)" }.joined(separator: ",") + ")" }.joined(separator: ",") + ")"
  }

  private static func square(_ c: Coordinate, _ half: Double) -> [Coordinate] {
    [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1), (-1, -1)].map { Coordinate(x: c.x + $0.0 * half, y: c.y + $0.1 * half) }
  }

  @Test("Polygons with holes and multipolygons, against the ray rule", arguments: [4326, 3067, 3877, 2393])
  func polygons(srid: Int) async throws {
    try await TestAPI.with { api in
      let all = try Self.positions(try await api.get("/v1/place/?show_all_places=1&page_size=1000&srid=\(srid)"))
      let points = Array(all.values).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
      var random = SeededGenerator(UInt64(srid) + 1)
      let unit = srid == 4326 ? 0.01 : 600.0
      for _ in 0..<25 {
        let (a, b) = (points.randomElement(using: &random)!, points.randomElement(using: &random)!)
        // A star with a square hole, and a square elsewhere, its corner on a place.
        var star = (0..<9).map { corner in
          let angle = Double(corner) / 9 * 2 * .pi
          let reach = unit * .random(in: 2...9, using: &random)
          return Coordinate(x: a.x + reach * cos(angle), y: a.y + reach * sin(angle))
        }
        star.append(star[0])
        let first = [star, Self.square(a, unit * 0.9)]
        let second = [Self.square(Coordinate(x: b.x + unit, y: b.y + unit), unit)]
        let wkt = "MULTIPOLYGON(\(Self.text(first)), \(Self.text(second)))"
        let reply = try await api.list([("srid", "\(srid)"), ("page_size", "1000"), ("within", wkt)])
        let expected = all.filter { Self.contains(first, $0.value) || Self.contains(second, $0.value) }
        if reply.status == 400 {
          #expect(reply.parameters() == ["within"], "overlapping polygons are no valid multipolygon")
        } else {
          #expect(Set(reply.ids()) == Set(expected.keys), "\(wkt)")
        }
        let single = try await api.list([
          ("srid", "\(srid)"), ("page_size", "1000"), ("within", "polygon \(Self.text(first))"),
        ])
        #expect(Set(single.ids()) == Set(all.filter { Self.contains(first, $0.value) }.keys), "\(wkt)")
      }
    }
  }

  @Test(
    "Crossing, flat, touching and overlapping polygons are answered by the even-odd rule or refused, never a fault",
    arguments: [
      "POLYGON((22.2 60.4, 22.3 60.5, 22.3 60.4, 22.2 60.5, 22.2 60.4))",
      "POLYGON((22.2 60.4, 22.2 60.4, 22.2 60.4, 22.2 60.4))", "POLYGON((22.2 60.4, 22.3 60.4, 22.2 60.4, 22.2 60.4))",
      "POLYGON((22.2 60.4,22.3 60.4,22.3 60.5,22.2 60.5,22.2 60.4),(22.1 60.3,22.4 60.3,22.4 60.6,22.1 60.6,22.1 60.3))",
      "POLYGON((22 60,23 60,23 61,22 61,22 60),(22.2 60.4,22.3 60.4,22.3 60.5,22.2 60.5,22.2 60.4),"
        + "(22.25 60.4,22.35 60.4,22.35 60.5,22.25 60.5,22.25 60.4))",
      "MULTIPOLYGON(((22 60,23 60,23 61,22 61,22 60)),((22.2 60.4,22.3 60.4,22.3 60.5,22.2 60.5,22.2 60.4)))",
      "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))", "POLYGON((0 0,1 0,1 1,0 1,0 0))",
      "POLYGON((22.2 60.4,1e-300 60.5,22.3 60.4,22.2 60.4))",
    ])
  func oddPolygons(wkt: String) async throws {
    try await TestAPI.with { api in
      for srid in Self.systems {
        let isDegrees = srid == 4326 || srid == 4258
        let text = isDegrees ? wkt : try Self.inMetres(wkt, srid)
        let reply = try await api.list([("srid", "\(srid)"), ("within", text), ("page_size", "1000")])
        #expect([200, 400].contains(reply.status), "\(srid) \(text)")
        if reply.status == 400 { #expect(!reply.parameters().isEmpty) }
        if reply.status == 200 { #expect(reply.count() == reply.ids().count) }
      }
    }
  }

  /// The numbers of a WKT text in degrees blown up to metres near Turku.
  private static func inMetres(_ wkt: String, _ srid: Int) throws -> String {
    let centre = try TestDatabase.engine.transform(Coordinate(x: 22.25, y: 60.45), from: 4326, to: srid).coordinate
    return wkt.replacing(/(-?[0-9.e-]+) (-?[0-9.e-]+)/) { match in
      "\(centre.x + ((Double(match.1) ?? 0) - 22.25) * 55_000) \(centre.y + ((Double(match.2) ?? 0) - 60.45) * 111_000)"
    }
  }
}
