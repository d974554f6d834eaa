import HTTPTypes
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Events whose place is told in free text")
struct EventLocationTextTests {
  private static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await PlaceWritingTests.with { api in
      try await api.database.execute("update place_key set n_events = 0, last_event_end = null")
      try await body(api)
    }
  }

  private static func event(_ id: String, _ more: String) -> String {
    #"{"id": "turku:\#(id)", "name": {"fi": "Keikka"}, "start_time": "2030-06-01", \#(more)}"#
  }

  private static let swim = "Kupittaan maauimala, Blombergin aukio 12, Turku"

  private static func place(_ reply: TestAPI.Reply) -> String? {
    reply.json()["location"]?["@id"]?.stringValue?.split(separator: "/").last.map(String.init)
  }

  private static func info(_ reply: TestAPI.Reply, _ language: String = "fi") -> String? {
    reply.json()["location_extra_info"]?[language]?.stringValue
  }

  @Test("A certain text is linked, its room is kept, and the place counts the event")
  func linked() async throws {
    try await Self.with { api in
      let reply = try await api.write(
        .post, "/v1/event/?resolve=true", Self.event("a", #""location_text": "\#(Self.swim), 2. krs""#))
      #expect(reply.status == 201)
      #expect(Self.place(reply) == "turku:kupittaa-swim")
      #expect(Self.info(reply) == "2. krs")
      #expect(reply.json()["resolution"]?["verdict"] == .string("match"))
      #expect(reply.json()["resolution"]?["candidates"]?.arrayValue?.isEmpty == false)
      #expect(try await api.get("/v1/place/turku:kupittaa-swim/").json()["n_events"] == .integer(1))
      #expect(try await api.get("/v1/event/turku:a/").json()["resolution"] == nil)
      let back = try await api.write(.put, "/v1/event/turku:a/", String(decoding: reply.plain, as: UTF8.self))
      #expect(back.status == 200)
      #expect(back.json()["version"] == .integer(1), "what was answered can be written back")
      let town = try await api.write(
        .post, "/v1/event/?resolve=true", Self.event("b", #""locationText": {"sv": "Åbo"}"#))
      #expect(Self.place(town) == "fi:853")
      #expect(town.json()["location_extra_info"] == .null)
    }
  }

  @Test("A text that is not certain is kept behind what is there, once, and the candidates are told")
  func kept() async throws {
    try await Self.with { api in
      let body = Self.event(
        "a", #""location_text": {"sv": "Sama paikka"}, "location_extra_info": {"fi": "Takapiha", "sv": "Gården"}"#)
      let reply = try await api.write(.post, "/v1/event/?resolve=true", body)
      #expect(reply.status == 201)
      #expect(reply.json()["location"] == .null)
      #expect(Self.info(reply) == "Takapiha")
      #expect(Self.info(reply, "sv") == "Gården, Sama paikka")
      #expect(reply.json()["resolution"]?["verdict"] == .string("ambiguous"))
      #expect((reply.json()["resolution"]?["candidates"]?.arrayValue?.count ?? 0) > 1)
      let again = try await api.write(
        .patch, "/v1/event/turku:a/?resolve=true", #"{"location_text": {"sv": "Sama paikka"}}"#)
      #expect(again.json()["version"] == .integer(1))
      // Once it is known what it means, the text is no longer needed.
      _ = try await api.write(
        .post, "/v1/resolve/decisions", #"{"text": "Sama paikka", "id": "same:2"}"#)
      let none = try await api.write(
        .post, "/v1/event/?resolve=true", Self.event("b", #""location_text": "Seurojentalo Ruusula""#))
      #expect(none.json()["resolution"]?["verdict"] == .string("none"))
      #expect(Self.info(none) == "Seurojentalo Ruusula")
      _ = try await api.write(
        .post, "/v1/resolve/decisions", #"{"text": "Seurojentalo Ruusula", "id": "turku:logomo"}"#)
      let known = try await api.write(
        .patch, "/v1/event/turku:b/?resolve=true", #"{"location_text": "Seurojentalo Ruusula"}"#)
      #expect(Self.place(known) == "turku:logomo")
      #expect(known.json()["location_extra_info"] == .null)
    }
  }

  @Test("A location beside it wins; one that is there stays while the text is not certain; null makes room for it")
  func beside() async throws {
    try await Self.with { api in
      let reply = try await api.write(
        .post, "/v1/event/?resolve=true",
        Self.event("a", #""location": "turku:library", "location_text": "\#(Self.swim)""#))
      #expect(Self.place(reply) == "turku:library")
      #expect(reply.json()["resolution"] == nil)
      #expect(reply.json()["location_extra_info"] == .null)
      let kept = try await api.write(
        .patch, "/v1/event/turku:a/?resolve=true", #"{"location_text": "Sama paikka"}"#)
      #expect(Self.place(kept) == "turku:library")
      #expect(Self.info(kept) == "Sama paikka")
      let moved = try await api.write(
        .put, "/v1/event/turku:a/?resolve=true", #"{"location_text": "\#(Self.swim)"}"#)
      #expect(Self.place(moved) == "turku:kupittaa-swim")
      let same = try await api.write(
        .patch, "/v1/event/turku:a/?resolve=true", #"{"location": null, "location_text": "\#(Self.swim)"}"#)
      #expect(Self.place(same) == "turku:kupittaa-swim", "null beside it takes nothing away")
      let none = try await api.write(
        .patch, "/v1/event/turku:a/?resolve=true", #"{"location": null, "location_text": "Sama paikka"}"#)
      #expect(none.json()["location"] == .null)
      #expect(try await api.get("/v1/place/turku:kupittaa-swim/").json()["n_events"] == .integer(0))
    }
  }

  @Test("Arrays tell what each came to; without resolve=true free text is an error that says so")
  func arrays() async throws {
    try await Self.with { api in
      let reply = try await api.write(
        .post, "/v1/event/?resolve=true",
        "[\(Self.event("a", #""location_text": "\#(Self.swim)""#)), \(Self.event("b", #""location": null"#))]")
      let events = reply.json().arrayValue ?? []
      #expect(events.map { $0["resolution"]?["id"] } == [.string("turku:kupittaa-swim"), nil])
      for method in [HTTPMethod.put, .patch] {
        let again = try await api.write(
          method, "/v1/event/?resolve=true", #"[{"id": "turku:b", "location_text": "Keskustakirjasto Oodi"}]"#)
        #expect(again.json().arrayValue?.first?["resolution"]?["id"] == .string("helsinki:oodi"))
      }
      let without = try await api.write(.post, "/v1/event/", Self.event("c", #""location_text": "Logomo""#))
      #expect(without.status == 422)
      #expect(without.json()["detail"]?.stringValue?.contains("?resolve=true") == true)
      #expect(
        try await api.write(.post, "/v1/event/", Self.event("c", #""location_text": null"#)).status == 201)
      let wrong = try await api.write(.post, "/v1/event/?resolve=yes", Self.event("d", #""location_text": "Logomo""#))
      #expect(wrong.parameters() == ["resolve"])
      let type = try await api.write(.post, "/v1/event/?resolve=true", Self.event("d", #""location_text": 3"#))
      #expect(type.status == 422)
    }
  }

  typealias HTTPMethod = EventWritingTests.HTTPMethod

  @Test("Drafts are never linked by text: an event is for all to see")
  func drafts() async throws {
    try await Self.with { api in
      let reply = try await api.write(
        .post, "/v1/event/?resolve=true", Self.event("a", #""location_text": "Salainen uimahalli""#))
      #expect(reply.status == 201)
      #expect(reply.json()["location"] == .null)
      #expect(!String(decoding: reply.plain, as: UTF8.self).contains("turku:draft"))
    }
  }
}
