import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// One place as the world sees it: its document, its address and everything HTTP promises about both.
@Suite("One place")
struct PlaceDetailTests {
  static let keys: Set = [
    "@id", "@context", "@type", "id", "data_source", "publisher", "has_user_editable_resources", "name", "description",
    "street_address", "postal_code", "post_office", "address_locality", "municipality", "post_office_box_num",
    "address_region", "address_country", "position", "coordinates", "opening_hours", "info_url", "urls", "kind",
    "operating_status", "alternate_names", "held", "verified_time", "email", "telephone", "contact_type", "image",
    "identifiers", "parent", "divisions", "n_events", "has_upcoming_events", "replaced_by", "deleted",
    "publication_status", "created_time", "last_modified_time", "version", "custom_data",
  ]

  @Test("The document has exactly the contract's keys and the values that were written")
  func document() async throws {
    try await TestAPI.with { api in
      let json = try await api.get("/v1/place/turku:kupittaa-swim/").json()
      #expect(Set((json.members ?? []).map(\.key)) == Self.keys)
      #expect(json["@id"] == .string("http://test.fi/v1/place/turku:kupittaa-swim/"))
      #expect(json["name"]?.text == #"{"fi":"Kupittaan maauimala","sv":"Kuppis utebad"}"#)
      #expect(json["description"] == .null)
      #expect(json["address_locality"] == json["post_office"])
      #expect(json["municipality"]?.text == #"{"code":"853","name":{"fi":"Turku","sv":"Åbo"},"source":"boundary"}"#)
      #expect(json["coordinates"]?.text == #"{"srid":3877,"x":23460952.7,"y":6703718.4,"accuracy":null}"#)
      #expect(json["parent"] == .string("turku:kupittaa-park"))
      #expect(json["n_events"] == .integer(3))
      #expect(json["has_upcoming_events"] == .bool(true))
      #expect(json["identifiers"]?.text == #"[{"scheme":"tprek","value":"12345"}]"#)
      #expect(json["opening_hours"]?["expression"] == .string("Jun-Aug: Mo-Fr 06:30-20:00"))
      let bare = try await api.get("/v1/place/kaarina:given/").json()
      #expect(Set((bare.members ?? []).map(\.key)) == Self.keys, "absent values are null, not absent")
      #expect(bare["position"] == .null)
      #expect(bare["opening_hours"] == .null)
      #expect(bare["municipality"]?["source"] == .string("given"))
    }
  }

  @Test("Every place of the fixture answers under its own @id, and drafts under nothing")
  func everyPlace() async throws {
    try await TestAPI.with { api in
      for place in Fixture.places {
        let address = "/v1/place/\(ResourceAddress.segment(place.id.description))/"
        let reply = try await api.get(address)
        guard place.isPublic else {
          #expect(reply.status == 404)
          continue
        }
        let json = reply.json()
        #expect(json["id"] == .string(place.id.description))
        let url = try #require(json["@id"]?.stringValue)
        #expect(try TestAPI.target(of: url) == address)
        #expect(json["name"].flatMap { LocalizedText(json: $0) } == place.name)
      }
      for format in ["geojson", "jsonld"] {
        for place in Fixture.places where place.isPublic {
          let segment = ResourceAddress.segment(place.id.description)
          #expect(try await api.get("/v1/place/\(segment)/?format=\(format)").status == 200)
        }
      }
    }
  }

  @Test("Coordinates come back exactly as they were delivered, in their own system")
  func exactCoordinates() async throws {
    try await TestAPI.with { api in
      for place in Fixture.places where place.isPublic {
        guard let delivered = place.position else { continue }
        let segment = ResourceAddress.segment(place.id.description)
        let json = try await api.get("/v1/place/\(segment)/?srid=\(delivered.srid)").json()
        let numbers = json["position"]?["coordinates"]?.arrayValue?.map(\.doubleValue)
        #expect(numbers == [delivered.x, delivered.y], "\(place.id)")
        #expect((json["coordinates"] == .null) == (delivered.srid == 4326), "\(place.id)")
      }
    }
  }

  @Test("In every CRS the position is the same point, to the millimetre", arguments: [4326, 3067, 3877, 3879, 2393])
  func systems(srid: Int) async throws {
    try await TestAPI.with { api in
      let json = try await api.get("/v1/place/turku:kupittaa-swim/?srid=\(srid)").json()
      let numbers = (json["position"]?["coordinates"]?.arrayValue ?? []).compactMap(\.doubleValue)
      try #require(numbers.count == 2)
      let back = try api.database.store.engine.transform(
        .init(x: numbers[0], y: numbers[1]), from: srid, to: 3877
      ).coordinate
      #expect(abs(back.x - 23_460_952.7) < 0.0015 && abs(back.y - 6_703_718.4) < 0.0015)
    }
  }

  @Test("A foreign identifier leads to its holder, the query kept; a draft's leads nowhere")
  func foreignIdentifier() async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/place/tprek:12345/?srid=3067&format=json&utm_source=x")
      #expect(reply.status == 301)
      #expect(
        reply.header("Location") == "http://test.fi/v1/place/turku:kupittaa-swim/?srid=3067&format=json")
      #expect(reply.json().text == #"{"replaced_by":"turku:kupittaa-swim"}"#)
      let draft = try await api.get("/v1/place/tprek:666/")
      #expect(draft.status == 404)
      #expect(!String(decoding: draft.plain, as: UTF8.self).contains("turku:draft"))
    }
  }

  @Test("Merged, split and deleted places say so")
  func ended() async throws {
    try await TestAPI.with { api in
      func end(_ id: String, _ state: String, _ successors: [String]) async throws {
        _ = try await api.database.client.query(
          """
          update place set state = \(state), replaced_by = case when \(state) = 'deleted' then null else
              (select array_agg(pk) from place s where s.id = any(\(successors))) end,
            deleted_time = case when \(state) = 'deleted' then '2026-01-02T03:04:05Z'::timestamptz end,
            deletion_reason = case when \(state) = 'deleted' then 'never was' end
          where id = \(id)
          """)
        _ = try await api.database.client.query(
          "update place_key set state = \(state), listed = false where id = \(id)")
      }
      try await end("same:1", "merged", ["same:2"])
      try await end("same:2", "merged", ["same:3"])
      try await end("odd:slash", "split", ["odd:pipe", "odd:quote"])
      try await end("odd:emoji", "deleted", [])
      let merged = try await api.get("/v1/place/same:1/?srid=3067")
      #expect(merged.status == 301)
      #expect(merged.header("Location") == "http://test.fi/v1/place/same:3/?srid=3067", "the end of the chain")
      let split = try await api.get("/v1/place/odd:slash/")
      #expect(split.status == 300)
      #expect(split.json().text == #"{"replaced_by":["odd:pipe","odd:quote"]}"#)
      let gone = try await api.get("/v1/place/odd:emoji/")
      #expect(gone.status == 410)
      #expect(gone.code() == "gone")
      #expect(gone.json()["deleted_time"] == .string("2026-01-02T03:04:05.000000Z"))
      #expect(gone.json()["reason"] == .string("never was"))
    }
  }

  @Test("GeoJSON and schema.org forms", arguments: ["Accept", "format"])
  func forms(by way: String) async throws {
    try await TestAPI.with { api in
      func get(_ format: String, _ accept: String) async throws -> TestAPI.Reply {
        way == "Accept"
          ? try await api.get("/v1/place/turku:library/?srid=4326", ["Accept": accept])
          : try await api.get("/v1/place/turku:library/?srid=4326&format=\(format)")
      }
      let feature = try await get("geojson", "application/geo+json")
      #expect(feature.header("Content-Type") == "application/geo+json")
      #expect(feature.json()["geometry"]?.text == #"{"type":"Point","coordinates":[22.2713,60.45111111]}"#)
      #expect(feature.json()["properties"]?["name"]?["sv"] == .string("Åbo stadsbibliotek"))
      let linked = try await get("jsonld", "application/ld+json;q=0.9, text/html")
      #expect(linked.header("Content-Type") == "application/ld+json")
      #expect(linked.json()["geo"]?["latitude"] == .number(60.45111111))
      #expect(linked.json()["address"]?["postalCode"] == .string("20100"))
    }
  }
}
