import HTTPTypes
import PlaceImport
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Harvesting this service itself")
struct HarvestTests {
  /// Keys that are each registry's own; the fixture's counts are made up without events.
  private static let own: Set<String> = [
    "version", "created_time", "last_modified_time", "publisher", "n_events", "has_upcoming_events",
  ]

  private static func bare(_ document: JSONValue) -> JSONValue {
    JSONValue.object((document.members ?? []).filter { !own.contains($0.key) }).canonical
  }

  @Test("A harvested copy answers the same places and events, merged and deleted ones too, and stays so")
  func copy() async throws {
    try await TestAPI.with { there in
      try await Self.change(there)
      try await TestDatabase.with { database in
        try await Fixture.writeGeography(to: database)
        let here = try TestAPI(database)
        var options = try HarvestOptions(url: "http://test.fi", source: DataSourceID("there"))
        options.rate = 10_000
        options.pageSize = 7
        let harvester = Harvester(store: database.store, options: options) { url in
          let reply = try await there.get(try TestAPI.target(of: url))
          return HarvestResponse(
            status: reply.status, headers: ["date": "Sun, 22 Nov 2020 12:00:00 GMT"], body: reply.plain)
        }
        let report = try await harvester.run()
        #expect(report.isComplete && report.rejected == 0, "\(report.text)")
        try await Self.compare(there, here)
        let head = try await database.client.query("select seq from change_head").int(0, 0)
        let again = try await harvester.run()
        #expect(again.places.changed == 0 && again.places.created == 0, "\(again.text)")
        #expect(again.events.changed == 0 && again.events.created == 0, "\(again.text)")
        #expect(try await database.client.query("select seq from change_head").int(0, 0) == head)

        try await there.write(
          .patch, "/v1/place/turku:h1/", #"{"name": {"fi": "Uusi nimi"}, "address_locality": {"sv": "Åbo"}}"#)
        try await there.write(.patch, "/v1/place/turku:h2/", #"{"deleted": false, "replaced_by": null}"#)
        try await there.write(.delete, "/v1/event/turku:he1/")
        let later = try await harvester.run()
        #expect(later.rejected == 0, "\(later.text)")
        try await Self.compare(there, here)
        #expect(try await here.get("/v1/event/turku:he1/").status == 410)
      }
    }
  }

  /// Places and events that are written, merged and deleted over HTTP.
  private static func change(_ api: TestAPI) async throws {
    _ = try await api.database.client.query(
      "insert into data_source (id, name) values ('turku', 'Turku') on conflict do nothing")
    for id in ["h1", "h2", "h3", "h4"] {
      let reply = try await api.write(
        .post, "/v1/place/",
        """
        {"id": "turku:\(id)", "name": {"fi": "Harava \(id)"}, "postal_code": "20100", "post_office": {"fi": "Turku"},
        "coordinates": {"srid": 3067, "x": 239450.5, "y": 6710950.25}, "info_url": {"fi": "https://turku.fi/\(id)"},
        "identifiers": [{"scheme": "ptv", "value": "\(id)"}], "custom_data": {"a": [1, 2.5]}}
        """)
      #expect(reply.status == 201)
    }
    #expect(try await api.write(.patch, "/v1/place/turku:h4/", #"{"parent": "turku:h1"}"#).status == 200)
    for (id, place) in [("he1", "h1"), ("he2", "h2")] {
      let reply = try await api.write(
        .post, "/v1/event/",
        """
        {"id": "turku:\(id)", "name": {"fi": "Tapahtuma"}, "start_time": "2030-01-01T10:00:00Z", "type_id": "Hobby",
        "location": {"@id": "http://test.fi/v1/place/turku:\(place)/"},
        "keywords": [{"@id": "http://test.fi/v1/keyword/yso:p1/"}],
        "offers": [{"is_free": true}], "description": {"fi": "<p>Tervetuloa</p>"}}
        """)
      #expect(reply.status == 201, "\(reply.json())")
    }
    #expect(try await api.write(.post, "/v1/place/turku:h2/merge", #"{"into": "turku:h1"}"#).status == 200)
    #expect(try await api.write(.delete, "/v1/place/turku:h3/").status == 204)
  }

  private static func compare(
    _ there: TestAPI, _ here: TestAPI, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for list in [
      "/v1/place/?show_all_places=1&show_deleted=1&include_areas=1&sort=id&page_size=1000",
      "/v1/event/?event_type=all&sort=name&page_size=1000",
    ] {
      let one = try await there.get(list).json()["data"]?.arrayValue ?? []
      let other = try await here.get(list).json()["data"]?.arrayValue ?? []
      // The municipalities' own places are built in on both sides.
      let expected = one.filter { $0["data_source"] != .string("fi") }
      let found = Dictionary(
        other.compactMap { document in document["id"]?.stringValue.map { ($0, document) } },
        uniquingKeysWith: { a, _ in a })
      #expect(!expected.isEmpty)
      for document in expected {
        let id = document["id"]?.stringValue ?? ""
        let copy = try #require(found[id], "\(id)", sourceLocation: sourceLocation)
        let differences = JSONValue.differences(bare(document), bare(copy))
        #expect(
          differences.isEmpty, "\(id): \(differences) \(document.text) \(copy.text)", sourceLocation: sourceLocation)
      }
    }
    for id in ["turku:h1", "turku:h2", "turku:h3", "turku:h4"] {
      let one = try await there.get("/v1/place/\(id)/")
      let other = try await here.get("/v1/place/\(id)/")
      #expect(one.status == other.status, "\(id)", sourceLocation: sourceLocation)
      #expect(one.json()["n_events"] == other.json()["n_events"], "\(id)", sourceLocation: sourceLocation)
    }
  }
}
