import Geodesy
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Municipalities and postal codes.
@Suite("Municipalities and postal codes")
struct GeographyRouteTests {
  @Test(
    "A municipality by code, by name in any language, in any case",
    arguments: [
      ("853", "853"), ("Turku", "853"), ("turku", "853"), ("%C3%85bo", "853"), ("%C3%A5BO", "853"),
      ("S:t%20Karins", "202"),
      ("sankt%20karins", "202"), ("91", "091"), ("helsingfors", "091"), ("Merimasku", "485"), ("485", "485"),
    ])
  func one(asked: String, code: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/municipality/\(asked)/")
      #expect(reply.status == 200)
      #expect(reply.json()["code"] == .string(code))
    }
  }

  @Test("Old municipalities name their successors, those their predecessors")
  func successors() async throws {
    try await TestAPI.with { api in
      let old = try await api.get("/v1/municipality/Merimasku/").json()
      #expect(old["successors"]?.text == #"["529"]"#)
      #expect(old["valid_to"] == .string("2008-12-31"))
      #expect(old["has_boundary"] == .bool(false))
      let new = try await api.get("/v1/municipality/529/").json()
      #expect(new["predecessors"]?.text == #"["485"]"#)
      #expect(new["valid_to"] == .null)
      #expect(new["region"]?.text == #"{"code":"02","name":{"fi":"Varsinais-Suomi","sv":"Egentliga Finland"}}"#)
      let list = try await api.get("/v1/municipality/")
      #expect(list.count() == Fixture.areas.count)
      let codes = (list.json()["data"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
      #expect(codes == Fixture.areas.map(\.code).sorted())
    }
  }

  @Test("The boundary is told on request, as GeoJSON in degrees")
  func boundary() async throws {
    try await TestAPI.with { api in
      let without = try await api.get("/v1/municipality/853/").json()
      #expect(without["boundary"] == nil)
      let boundary = try await api.get("/v1/municipality/853/?include=boundary").json()["boundary"]
      #expect(boundary?["type"] == .string("MultiPolygon"))
      let corner = boundary?["coordinates"]?.arrayValue?.first?.arrayValue?.first?.arrayValue?.first?.arrayValue?
        .compactMap(\.doubleValue)
      let degrees = try #require(corner)
      let metres = try TestDatabase.engine.transform(
        Coordinate(x: degrees[0], y: degrees[1]), from: 4326, to: 3067
      ).coordinate
      #expect([230_000, 245_000].contains { abs($0 - metres.x) < 0.02 })
      #expect([6_700_000, 6_720_000].contains { abs($0 - metres.y) < 0.02 })
      let none = try await api.get("/v1/municipality/529/?include=boundary").json()
      #expect(none["boundary"] == .null)
    }
  }

  @Test("Which municipality is this: one at most, on a border the lower code")
  func atPoint() async throws {
    try await TestAPI.with { api in
      func codes(_ x: Double, _ y: Double) async throws -> [String] {
        let point = try TestDatabase.engine.transform(Coordinate(x: x, y: y), from: 3067, to: 4326).coordinate
        let reply = try await api.get("/v1/municipality/?lat=\(point.y)&lon=\(point.x)")
        #expect(reply.status == 200)
        let data = reply.json()["data"]?.arrayValue ?? []
        #expect(reply.count() == data.count)
        return data.compactMap { $0["code"]?.stringValue }
      }
      #expect(try await codes(244_999.99, 6_710_000) == ["853"])
      #expect(try await codes(245_000.01, 6_710_000) == ["202"])
      #expect(try await codes(300_000, 6_710_000) == [])
      #expect(try await codes(499_999.99, 6_710_000) == ["398"])
      #expect(try await codes(500_000.01, 6_710_000) == ["111"])
      let border = try await api.get("/v1/municipality/?lat=60.53&lon=27").json()
      #expect(border["data"]?.arrayValue?.first?["code"] == .string("111"), "27° E is the border")
      for far in ["lat=0&lon=0", "lat=90&lon=180", "lat=-90&lon=-180", "lat=60.45&lon=-157"] {
        let reply = try await api.get("/v1/municipality/?\(far)")
        #expect(reply.count() == 0, "\(far)")
      }
    }
  }

  @Test("A place on the border, and places by their old municipalities")
  func placesByMunicipality() async throws {
    try await TestAPI.with { api in
      let border = try await api.get("/v1/place/lahti:border/").json()
      #expect(border["municipality"]?["code"] == .string("111"))
      let merged = try await api.get("/v1/place/?municipality=merimasku")
      #expect(merged.ids() == ["kaarina:by-post", "kaarina:old-code"].sorted { a, _ in a == "kaarina:old-code" })
      let byNew = try await api.get("/v1/place/?municipality=529")
      #expect(byNew.ids() == merged.ids())
    }
  }

  @Test("Postal codes: one, all, by municipality and post office")
  func postalCodes() async throws {
    try await TestAPI.with { api in
      let one = try await api.get("/v1/postal_code/20780/").json()
      #expect(
        one.text
          == #"{"postal_code":"20780","post_office":{"fi":"Kaarina","sv":"S:t Karins"},"#
          + #""municipality":{"code":"202","name":{"fi":"Kaarina","sv":"S:t Karins"}},"type":"normal"}"#)
      func codes(_ query: String) async throws -> [String] {
        let reply = try await api.get("/v1/postal_code/" + query)
        let data = reply.json()["data"]?.arrayValue ?? []
        return data.compactMap { $0["postal_code"]?.stringValue }
      }
      #expect(try await codes("") == Fixture.postalCodes.map(\.code).sorted())
      #expect(try await codes("?municipality=%C3%85bo") == ["20100", "20720"])
      #expect(try await codes("?post_office=%C3%85BO,kaarina") == ["20100", "20720", "20780"])
      #expect(try await codes("?municipality=091&post_office=turku") == [])
      #expect(
        try await codes("?page_size=4&page=2")
          == ["20780", "21160"].filter { Fixture.postalCodes.map(\.code).sorted().dropFirst(4).contains($0) })
    }
  }
}
