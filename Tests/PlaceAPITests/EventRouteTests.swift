import Foundation
import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

/// Reading events: the object as Linked Events' clients know it, and what becomes of ids.
@Suite("Event routes")
struct EventRouteTests {
  /// The keys that Linked Events' own tests expect of an event.
  static let linkedEventsKeys = [
    "@context", "@id", "@type", "audience", "created_time", "custom_data", "data_source", "date_published",
    "description", "end_time", "event_status", "external_links", "id", "images", "in_language", "info_url",
    "has_user_editable_resources", "keywords", "last_modified_time", "location", "location_extra_info", "name",
    "offers", "provider", "provider_contact_info", "publisher", "short_description", "audience_min_age",
    "audience_max_age", "start_time", "sub_events", "super_event", "super_event_type", "videos", "replaced_by",
    "deleted", "local", "type_id", "enrolment_start_time", "enrolment_end_time", "maximum_attendee_capacity",
    "minimum_attendee_capacity", "registration", "environment", "environmental_certificate",
  ]

  @Test("An event has every key of Linked Events, addresses of this host, and what was stored as it came")
  func object() async throws {
    try await TestAPI.withEvents { api in
      let event = try #require(
        EventFixture.events.first { $0.isPublic && $0.location == "turku:logomo" && $0.keywords.count > 1 })
      let reply = try await api.get("/v1/event/\(ResourceAddress.segment(event.id.description))/")
      #expect(reply.status == 200)
      let json = reply.json()
      for key in Self.linkedEventsKeys { #expect(json[key] != nil, "\(key)") }
      #expect(json["@id"] == .string("http://test.fi/v1/event/\(event.id)/"))
      #expect(json["location"] == .object([.init("@id", .string("http://test.fi/v1/place/turku:logomo/"))]))
      let keywords = (json["keywords"]?.arrayValue ?? []).compactMap { $0["@id"]?.stringValue }
      #expect(keywords == event.keywords.map { $0.hasPrefix("http") ? $0 : "http://test.fi/v1/keyword/\($0)/" })
      #expect(reply.header("ETag")?.hasPrefix("\"1.") == true)
      #expect(json["offers"] != nil && json["deleted"] == .bool(false))
      let elsewhere = try await api.send(.get, "/v1/event/\(event.id)/", authority: "other.fi").json()
      #expect(elsewhere["@id"]?.stringValue?.hasPrefix("http://other.fi/") == true)
      let linked = try await api.get("/v1/event/\(event.id)", ["Accept": "application/ld+json"])
      #expect(linked.header("Content-Type") == "application/ld+json")
      #expect(linked.json() == json)
      #expect(
        try await api.get("/v1/event/\(event.id)/", ["If-None-Match": reply.header("ETag") ?? ""]).status == 304)
    }
  }

  @Test("include=location gives the place whole, in the list and singly, in the CRS asked for")
  func included() async throws {
    try await TestAPI.withEvents { api in
      let place = try await api.get("/v1/place/turku:library/?srid=3067").json()
      let list = try await api.get(
        "/v1/event/?location=turku:library&event_type=all&include=location,keywords&srid=3067")
      let events = try #require(list.json()["data"]?.arrayValue)
      #expect(!events.isEmpty)
      for event in events { #expect(event["location"] == place) }
      let id = try #require(events[0]["id"]?.stringValue)
      let single = try await api.get("/v1/event/\(ResourceAddress.segment(id))/?include=location&srid=3067").json()
      #expect(single["location"] == place)
      let none = try await api.get("/v1/event/?ids=\(id)&event_type=all&include=keywords,nothing").json()
      #expect(none["data"]?.arrayValue?.first?["location"]?["@id"] != nil)
    }
  }

  @Test("The parts of an event are listed with it, drafts and deleted ones are not")
  func subEvents() async throws {
    try await TestAPI.withEvents { api in
      let parents = EventFixture.events.enumerated().filter { index, event in
        event.isPublic && event.superEventType != nil && !EventFixture.isDeleted(index)
      }.map(\.element)
      var found = 0
      for parent in parents {
        let children = EventFixture.events.enumerated().filter { index, event in
          event.superEvent == parent.id.description && event.isPublic && !EventFixture.isDeleted(index)
        }.map { "http://test.fi/v1/event/\(ResourceAddress.segment($0.element.id.description))/" }.sorted()
        let json = try await api.get("/v1/event/\(ResourceAddress.segment(parent.id.description))/").json()
        let told = (json["sub_events"]?.arrayValue ?? []).compactMap { $0["@id"]?.stringValue }.sorted()
        #expect(told == children)
        found += told.count
      }
      #expect(found > 0)
    }
  }

  @Test("Deleted: 410 and the reduced shape; drafts and unknown ids: 404")
  func deleted() async throws {
    try await TestAPI.withEvents { api in
      let index = try #require(
        EventFixture.events.indices.first {
          EventFixture.isDeleted($0) && EventFixture.events[$0].isPublic && EventFixture.events[$0].type == .general
        })
      let id = EventFixture.events[index].id.description
      let gone = try await api.get("/v1/event/\(id)/")
      #expect(gone.status == 410)
      #expect(gone.code() == "gone")
      #expect(try await api.get("/v1/event/?ids=\(id)").count() == 0)
      for flag in ["show_deleted=1", "deleted=true"] {
        let list = try await api.get("/v1/event/?ids=\(id)&\(flag)").json()
        let event = try #require(list["data"]?.arrayValue?.first)
        #expect((event.members ?? []).map(\.key) == ["id", "name", "last_modified_time", "deleted", "replaced_by"])
        #expect(event["name"]?["fi"] == .string("POISTETTU"))
      }
      let all = try await api.get("/v1/event/?event_type=all&page_size=1000&show_deleted=true").count()
      let living = try await api.get("/v1/event/?event_type=all&page_size=1000").count()
      let dead = try await api.get("/v1/event/?event_type=all&page_size=1000&deleted=true").count()
      #expect(all == living + dead && dead > 0)
      let draft = try #require(EventFixture.events.first { !$0.isPublic && $0.id.source.description == "turku" })
      #expect(try await api.get("/v1/event/\(draft.id)/").status == 404)
      #expect(try await api.get("/v1/event/none:1/").status == 404)
      #expect(try await api.get("/v1/event/nothing/").status == 404)
      let key = ["apikey": "turku-reader"]
      #expect(try await api.get("/v1/event/\(draft.id)/", key).header("Cache-Control") == "private, no-cache")
      #expect(try await api.get("/v1/event/\(draft.id)/", ["apikey": "kaarina-editor"]).status == 404)
      let drafts = try await api.get("/v1/event/?event_type=all&publication_status=draft&page_size=1000", key).ids()
      #expect(drafts.contains(draft.id.description))
      #expect(drafts.allSatisfy { $0.hasPrefix("turku:") })
      #expect(try await api.get("/v1/event/?event_type=all&publication_status=draft").count() == 0)
    }
  }

  @Test("Linked Events' other routes lead to the event API where it is known, else nowhere")
  func forwarded() async throws {
    var configuration = APIConfiguration()
    configuration.eventAPIURL = "https://events.example.fi"
    try await TestAPI.with(configuration: configuration) { api in
      let reply = try await api.get("/v1/keyword/yso:p1/?lang=fi&x=a%20b")
      #expect(reply.status == 307)
      #expect(reply.header("Location") == "https://events.example.fi/v1/keyword/yso:p1/?lang=fi&x=a%20b")
      #expect(
        try await api.get("/v1/search/?q=k").header("Location") == "https://events.example.fi/v1/search/?q=k")
      #expect(try await api.get("/v1/nothing/").status == 404)
    }
    try await TestAPI.with { api async throws in
      #expect(try await api.get("/v1/keyword/").status == 404)
      #expect(try await api.get("/v1/image/1/").status == 404)
    }
  }

  @Test("A kept answer is given no longer when an event was written")
  func kept() async throws {
    try await TestAPI.withEvents { api in
      let target = "/v1/event/?location=turku:library&event_type=all"
      let first = try await api.get(target)
      #expect(try await api.get(target).header("ETag") == first.header("ETag"))
      var event = EventLink(id: try PlaceID("turku:new"), name: try #require(LocalizedText([.fi: "Uusi"])))
      event.start = EventTime("2031-01-01")
      event.location = "turku:library"
      try await EventFixture.save([event], to: api.database)
      let second = try await api.get(target)
      #expect(second.count() == first.count() + 1)
      #expect(second.ids().first == "turku:new")
      let place = try await api.get("/v1/place/turku:library/").json()
      #expect(place["has_upcoming_events"] == .bool(true))
    }
  }
}
