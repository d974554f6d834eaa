import Geodesy
import Places
import Testing

@testable import PlaceAPI

/// Every filter against a plain condition in Swift: which places, in which order, how many.
@Suite("Filters")
struct PlaceListFilterTests {
  @Test("400 random combinations of filters and orders: exact ids, exact order, exact counts", arguments: [1, 2, 3, 4])
  func combinations(seed: UInt64) async throws {
    try await TestAPI.with { api in
      let oracle = try Oracle()
      var queries = RandomQueries(seed: seed, oracle: oracle)
      var matched = 0
      for _ in 0..<100 {
        let query = try queries.next()
        let expected = try oracle.answer(query).map(\.id)
        let reply = try await api.list(query.parameters + [("page_size", "1000")])
        try #require(reply.status == 200, "\(query.parameters) \(String(decoding: reply.plain, as: UTF8.self))")
        #expect(reply.ids() == expected, "\(query.parameters)")
        #expect(reply.count() == expected.count, "\(query.parameters)")
        matched += expected.isEmpty ? 0 : 1
      }
      #expect(matched > 25, "most of the questions had no answer, which proves little")
    }
  }

  @Test("Random questions in small pages: the pages put together are the whole, each with the exact count")
  func combinationsInPages() async throws {
    try await TestAPI.with { api in
      let oracle = try Oracle()
      var queries = RandomQueries(seed: 77, oracle: oracle)
      for _ in 0..<40 {
        let query = try queries.next()
        let expected = try oracle.answer(query).map(\.id)
        let size = queries.pick([1, 2, 3, 7])
        let first = try await api.list(query.parameters + [("page_size", "\(size)")])
        #expect(first.count() == expected.count, "\(query.parameters)")
        var ids = first.ids()
        if let next = first.next() {
          ids += try await api.walk(try TestAPI.target(of: next)).flatMap { $0 }
        }
        #expect(ids == expected, "\(query.parameters) in pages of \(size)")
      }
    }
  }

  @Test("text combines with every other filter", arguments: ["kirjasto", "sali", "uimahalli", "talo"])
  func textWithOthers(text: String) async throws {
    try await TestAPI.with { api in
      let oracle = try Oracle()
      let all = Set(try await api.list([("text", text), ("include_areas", "1"), ("page_size", "1000")]).ids())
      #expect(!all.isEmpty)
      var queries = RandomQueries(seed: 5, oracle: oracle)
      for _ in 0..<30 {
        var query = try queries.next()
        query.extra.append(("text", text))
        query.filters.append(.init(name: "modified_since", value: "2001-01-01") { all.contains($0.id) })
        guard query.filters.count(where: { $0.name == "modified_since" }) == 1 else { continue }
        let expected = try oracle.answer(query).map(\.id)
        let ids = try await api.list(query.parameters + [("page_size", "1000")]).ids()
        #expect(Set(ids) == Set(expected), "\(query.parameters)")
        if query.sort != nil { #expect(ids == expected, "\(query.parameters)") }
      }
    }
  }

  @Test("The bare list holds only places with events; any filter but the neutral ones lifts that")
  func bareList() async throws {
    try await TestAPI.with { api in
      let withEvents = Set(Fixture.events.keys)
      for query in [
        "", "?sort=name", "?page_size=50", "?show_all_places=false", "?show_all_places=0", "?srid=3067",
        "?data_source=turku,helsinki,kaarina", "?text=", "?format=json",
      ] {
        let ids = try await api.get("/v1/place/" + query).ids()
        #expect(Set(ids) == withEvents, "\(query)")
      }
      for query in ["?show_all_places", "?show_all_places=true", "?show_all_places=no", "?municipality=853"] {
        let target = "/v1/place/\(query)" + (query.contains("=") ? "" : "=x")
        #expect(try await api.get(target + "&page_size=1000").count() > withEvents.count, "\(query)")
      }
    }
  }

  @Test("Drafts are in no list, whatever is asked")
  func drafts() async throws {
    try await TestAPI.with { api in
      for query in [
        "ids=turku:draft", "ids=tprek:666", "identifier=tprek:666", "text=salainen",
        "show_deleted=true&data_source=turku",
        "dwithin_origin=22.266667,60.451389&dwithin_metres=1", "nearest=22.266667,60.451389",
        "sort=id&show_all_places=1",
        "bbox=22.26,60.45,22.27,60.46",
      ] {
        let reply = try await api.get("/v1/place/?page_size=1000&" + query)
        #expect(!reply.ids().contains("turku:draft"), "\(query)")
        #expect(!String(decoding: reply.plain, as: UTF8.self).contains("Salainen"), "\(query)")
      }
    }
  }

  @Test("GeoJSON and JSON-LD lists hold the same places")
  func forms() async throws {
    try await TestAPI.with { api in
      let target = "/v1/place/?municipality=853,202&page_size=7"
      let ids = try await api.get(target).ids()
      let features = try await api.get(target, ["Accept": "application/geo+json"])
      #expect(features.header("Content-Type") == "application/geo+json")
      #expect(features.json()["features"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ids)
      let count = try await api.get(target).count()
      #expect(features.json()["numberMatched"] == .integer(Int64(count)))
      let linked = try await api.get(target + "&format=jsonld").json()["@graph"]?.arrayValue ?? []
      #expect(
        linked.compactMap { $0["@id"]?.stringValue }.map { $0.split(separator: "/").last ?? "" }.count == ids.count)
    }
  }
}
