import Foundation
import HTTPTypes
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// Writing event links over HTTP.
@Suite("Writing events")
struct EventWritingTests {
  static let body = """
    {"id": "turku:gig", "name": {"fi": "Keikka", "sv": "Spelning"}, "start_time": "2030-06-01T18:00:00+03:00",
     "location": {"@id": "http://test.fi/v1/place/turku:library/"}, "keywords": [{"@id": "http://test.fi/v1/keyword/yso:p1/"}],
     "offers": [{"is_free": true, "price": {"fi": ""}}], "audience": [{"@id": "https://api.hel.fi/v1/keyword/yso:p9/"}],
     "in_language": [{"@id": "http://test.fi/v1/language/fi/"}], "images": [{"id": 3, "url": "https://example.fi/a.jpg"}],
     "info_url": {"fi": "https://example.fi/keikka"}, "custom_data": {"b": 1.50, "a": null}, "audience_min_age": 7}
    """

  private static func counts(_ api: TestAPI, _ place: String) async throws -> String {
    let json = try await api.get("/v1/place/\(place)/").json()
    return "\(json["n_events"]?.integerValue ?? -1) \(json["has_upcoming_events"]?.boolValue ?? false)"
  }

  private static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await TestAPI.with { api in
      try await api.database.execute("update place_key set n_events = 0, last_event_end = null")
      try await api.database.execute(
        "insert into data_source (id, name) values ('shared', 'Shared') on conflict do nothing")
      try await body(api)
    }
  }

  @Test("A link made is answered, found and counted at once; reading and writing it back changes nothing")
  func created() async throws {
    try await Self.with { api in
      let reply = try await api.write(.post, "/v1/event/", Self.body)
      #expect(reply.status == 201)
      #expect(reply.header("Location") == "http://test.fi/v1/event/turku:gig/")
      #expect(reply.header("X-Change-Sequence") != nil)
      let json = reply.json()
      #expect(json["publisher"] == .string("turku"))
      #expect(json["start_time"] == .string("2030-06-01T15:00:00Z"))
      #expect(json["location"]?["@id"] == .string("http://test.fi/v1/place/turku:library/"))
      #expect(json["offers"]?.arrayValue?.first?["is_free"] == .bool(true))
      #expect(json["audience"]?.arrayValue?.first?["@id"] == .string("https://api.hel.fi/v1/keyword/yso:p9/"))
      #expect(json["custom_data"]?["b"] == .number(1.5))
      #expect(try await Self.counts(api, "turku:library") == "1 true")
      for query in ["location=turku:library", "keyword=yso:p9", "keyword=yso:p1", "is_free=true", "in_language=fi"] {
        #expect(try await api.get("/v1/event/?\(query)").ids() == ["turku:gig"], "\(query)")
      }
      let read = try await api.get("/v1/event/turku:gig/")
      for (method, target, text) in [
        (HTTPMethod.put, "/v1/event/turku:gig/", read), (.patch, "/v1/event/turku:gig/", read),
      ] {
        let again = try await api.write(method, target, String(decoding: text.plain, as: UTF8.self))
        #expect(again.status == 200)
        #expect(again.json()["version"] == .integer(1))
      }
      let whole = try await api.get("/v1/event/turku:gig/?include=location")
      let again = try await api.write(.put, "/v1/event/turku:gig/", String(decoding: whole.plain, as: UTF8.self))
      #expect(again.json()["version"] == .integer(1), "a whole place where its address stood")
      let bulk = try await api.write(.put, "/v1/event/", "[\(String(decoding: read.plain, as: UTF8.self))]")
      #expect(bulk.status == 200)
      #expect(bulk.json().arrayValue?.first?["version"] == .integer(1))
    }
  }

  typealias HTTPMethod = HTTPRequest.Method

  @Test("Everything that is wrong is told at once, each with its pointer, and nothing is written")
  func errors() async throws {
    try await Self.with { api in
      let cases: [(String, [String: String])] = [
        (#"{"data_source": "turku"}"#, ["/name": "required", "/start_time": "required"]),
        (
          """
          {"data_source": "turku", "name": {"xx": "A"}, "start_time": "yesterday", "type_id": "Party", "info_url": {"fi":
           "javascript:alert(1)"}, "location": "none:1", "nmae": 1, "event_status": 3, "keywords": "yso:p1",
           "images": [{"url": "ftp://x"}], "audience_min_age": "7", "custom_data": [], "location_text": "Logomo",
           "publication_status": "hidden", "super_event_type": "big", "offers": {}, "provider": "Me"}
          """,
          [
            "/name/xx": "unknown-language", "/start_time": "time", "/type_id": "invalid-value",
            "/info_url/fi": "web-address", "/location": "unknown-place", "/nmae": "unknown-key",
            "/event_status": "invalid-value", "/keywords": "wrong-type", "/images/0/url": "web-address",
            "/audience_min_age": "wrong-type", "/custom_data": "wrong-type", "/location_text": "unsupported",
            "/publication_status": "invalid-value", "/super_event_type": "invalid-value", "/offers": "wrong-type",
            "/provider": "wrong-type",
          ]
        ),
        (
          #"{"data_source": "turku", "name": {"fi": "A"}, "start_time": "2030-01-02", "end_time": "2030-01-01"}"#,
          ["/end_time": "end-before-start"]
        ),
        (
          #"{"data_source": "turku", "name": {"fi": "A\u0000"}, "publication_status": "draft", "end_time": "2030-01-01"}"#,
          ["/name": "invalid-character", "/end_time": "end-without-start"]
        ),
        (
          #"{"data_source": "turku", "name": {"fi": "A"}, "start_time": "2030-01-01", "location": "turku:draft"}"#,
          ["/location": "draft-place"]
        ),
        (
          #"{"id": "turku:", "name": {"fi": "A"}, "start_time": "2030-01-01"}"#, ["/id": "id"]
        ),
        (
          """
          {"data_source": "turku", "name": {"fi": "A"}, "start_time": "2030-01-01",
           "location": {"@id": "https://api.hel.fi/v1/place/turku:library/"}}
          """, ["/location": "foreign-location"]
        ),
      ]
      for (body, expected) in cases {
        let reply = try await api.write(.post, "/v1/event/", body)
        #expect(reply.status == 422, "\(body)")
        let found = (reply.json()["errors"]?.arrayValue ?? []).map {
          ($0["pointer"]?.stringValue ?? "", $0["code"]?.stringValue ?? "")
        }
        for (pointer, code) in expected {
          #expect(found.contains { $0 == pointer && $1 == code }, "\(pointer) \(code) of \(body): \(found)")
        }
        #expect(found.allSatisfy { expected[$0.0] != nil }, "\(found)")
      }
      let array = try await api.write(
        .post, "/v1/event/", "[\(Self.body), {\"data_source\": \"turku\", \"name\": {\"fi\": \"B\"}}, \(Self.body)]")
      #expect(array.status == 422)
      let pointers = (array.json()["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue }
      #expect(Set(pointers) == ["/1/start_time", "/2/id"])
      #expect(try await api.get("/v1/event/?event_type=all").count() == 0)
      #expect(try await Self.counts(api, "turku:library") == "0 false")
    }
  }

  @Test("Who may write: a key of the source with role editor; conflicts, wrong bodies and unknown events")
  func refused() async throws {
    try await Self.with { api in
      #expect(try await api.write(.post, "/v1/event/", Self.body, key: nil).status == 401)
      #expect(try await api.write(.post, "/v1/event/", Self.body, key: "turku-reader").status == 403)
      #expect(try await api.write(.post, "/v1/event/", Self.body, key: "kaarina-editor").status == 403)
      #expect(try await api.write(.post, "/v1/event/", "{").status == 400)
      #expect(try await api.write(.post, "/v1/event/", "[]").status == 422)
      #expect(try await api.write(.put, "/v1/event/", "{}").status == 422)
      #expect(try await api.write(.put, "/v1/event/none:1/", "{}").status == 404)
      #expect(try await api.write(.delete, "/v1/event/nothing/").status == 404)
      #expect(try await api.write(.delete, "/v1/event/").status == 405)
      #expect(try await api.write(.post, "/v1/event/", Self.body).status == 201)
      let taken = try await api.write(.post, "/v1/event/", Self.body)
      #expect(taken.status == 409)
      #expect(taken.json()["id"] == .string("turku:gig"))
      #expect(try await api.write(.put, "/v1/event/turku:gig/", "{}", key: "kaarina-editor").status == 403)
      let many = "[" + Array(repeating: "{}", count: 1001).joined(separator: ",") + "]"
      #expect(try await api.write(.post, "/v1/event/", many).status == 422)
      // The key's only source needn't be named, and the id is made.
      let minted = try await api.write(
        .post, "/v1/event/", #"{"name": {"fi": "A"}, "startTime": "2030-01-01"}"#, key: "shared-only")
      #expect(minted.status == 201)
      #expect(minted.json()["id"]?.stringValue?.hasPrefix("shared:") == true)
      #expect(minted.json()["start_time"] == .string("2030-01-01"))
      let unnamed = try await api.write(.post, "/v1/event/", #"{"name": {"fi": "A"}, "start_time": "2030-01-01"}"#)
      #expect(unnamed.status == 422)
      let fixed = try await api.write(
        .patch, "/v1/event/turku:gig/", #"{"id": "turku:other", "data_source": "kaarina"}"#)
      #expect(
        Set((fixed.json()["errors"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue })
          == ["id-fixed", "data-source-fixed"])
    }
  }

  @Test("PUT keeps what is left out and clears with null; PATCH merges; If-Match tells the version")
  func edited() async throws {
    try await Self.with { api in
      try await api.write(.post, "/v1/event/", Self.body)
      let put = try await api.write(
        .put, "/v1/event/turku:gig/",
        #"{"name": {"sv": "Konsert"}, "offers": null, "custom_data": {"c": 2}, "end_time": "2030-06-02", "keywords": []}"#
      )
      let json = put.json()
      #expect(json["name"] == .object([.init("fi", .string("Keikka")), .init("sv", .string("Konsert"))]))
      #expect(json["offers"] == .array([]))
      #expect(json["custom_data"] == .object([.init("c", .integer(2))]))
      #expect(json["end_time"] == .string("2030-06-02"))
      #expect(json["version"] == .integer(2))
      #expect(json["images"]?.arrayValue?.count == 1)
      let tag = try #require(put.header("ETag"))
      let patch = try await api.write(
        .patch, "/v1/event/turku:gig/", #"{"customData": {"d": 3}, "location": null, "local": true}"#, ["If-Match": tag]
      )
      #expect(patch.json()["custom_data"] == .object([.init("c", .integer(2)), .init("d", .integer(3))]))
      #expect(patch.json()["location"] == .null)
      #expect(patch.json()["local"] == .bool(true))
      #expect(try await Self.counts(api, "turku:library") == "0 false")
      let stale = try await api.write(.patch, "/v1/event/turku:gig/", #"{"local": false}"#, ["If-Match": tag])
      #expect(stale.status == 412)
      #expect(stale.json()["version"] == .integer(3))
      let idempotent = ["Idempotency-Key": "k1"]
      let other = Self.body.replacing("turku:gig", with: "turku:gig2")
      #expect(try await api.write(.post, "/v1/event/", other, idempotent).status == 201)
      #expect(try await api.write(.post, "/v1/event/", other, idempotent).status == 201)
      #expect(try await api.get("/v1/event/?ids=turku:gig2").count() == 1)
    }
  }

  @Test("Links by old and foreign ids go to the current place; split, deleted and hidden ones are told")
  func locations() async throws {
    try await Self.with { api in
      func link(_ location: String, _ id: String = "turku:e\(UInt32.random(in: 0 ... .max))") async throws
        -> TestAPI.Reply
      {
        try await api.write(
          .post, "/v1/event/",
          #"{"id": "\#(id)", "name": {"fi": "A"}, "start_time": "2030-01-01", "location": \#(location)}"#)
      }
      for location in [
        #""tprek:12345""#, #"{"@id": "/v1/place/tprek:12345/"}"#, #"{"id": "turku:kupittaa-swim"}"#,
        #"{"@id": "http://test.fi/v1/place/turku:kupittaa-swim"}"#, #""http://test.fi/v1/place/tprek%3A12345/?a=b""#,
      ] {
        let reply = try await link(location)
        #expect(reply.status == 201, "\(location)")
        #expect(reply.json()["location"]?["@id"] == .string("http://test.fi/v1/place/turku:kupittaa-swim/"))
      }
      #expect(try await Self.counts(api, "turku:kupittaa-swim") == "5 true")
      let merged = try await api.write(.post, "/v1/place/turku:kupittaa-swim/merge", #"{"into": "turku:renovated"}"#)
      #expect(merged.status == 200)
      #expect(merged.json()["events"]?.arrayValue?.count == 5)
      #expect(try await Self.counts(api, "turku:renovated") == "5 true")
      for id in ["turku:kupittaa-swim", "tprek:12345", "turku:renovated"] {
        let count = try await api.get("/v1/event/?location=\(id)").count()
        #expect(try await api.get("/v1/event/?location=turku:renovated").count() == count)
        #expect(
          try await link("\"\(id)\"").json()["location"]?["@id"] == .string("http://test.fi/v1/place/turku:renovated/"))
        #expect(try await api.get("/v1/event/?location=\(id)").count() == count + 1)
      }
      let undone = try await api.write(
        .patch, "/v1/place/turku:kupittaa-swim/", #"{"deleted": false, "replaced_by": null}"#)
      #expect(undone.status == 200)
      #expect(try await Self.counts(api, "turku:kupittaa-swim") == "5 true")
      #expect(try await Self.counts(api, "turku:renovated") == "3 true")
      try await api.write(.delete, "/v1/place/turku:planned/")
      let deleted = try await link("\"turku:planned\"")
      #expect(deleted.status == 422)
      #expect(deleted.json()["errors"]?.arrayValue?.first?["code"] == .string("place-deleted"))
      let split = try await api.write(
        .post, "/v1/place/turku:logomo/split", #"{"into": ["turku:logomo-1", "turku:logomo-2"]}"#)
      #expect(split.status == 200)
      let reply = try await link("\"turku:logomo\"")
      #expect(reply.status == 422)
      #expect(reply.json()["errors"]?.arrayValue?.first?["code"] == .string("place-split"))
      #expect(reply.json()["detail"]?.stringValue?.contains("turku:logomo-2") == true)
      // A place whose events were there stays linked when it is deleted, and the event can still be edited.
      _ = try await link("\"turku:library\"", "turku:stays")
      try await api.write(.delete, "/v1/place/turku:library/")
      let read = try await api.get("/v1/event/turku:stays/")
      #expect(read.json()["location"]?["@id"] == .string("http://test.fi/v1/place/turku:library/"))
      let put = try await api.write(
        .put, "/v1/event/turku:stays/", String(decoding: read.plain, as: UTF8.self).replacing("\"A\"", with: "\"B\""))
      #expect(put.status == 200)
      #expect(put.json()["version"] == .integer(2))
    }
  }

  @Test("A draft at a draft place is shown to its own only; its place's id stands in no public answer")
  func drafts() async throws {
    try await Self.with { api in
      let body =
        #"{"id": "turku:secret", "name": {"fi": "A"}, "publication_status": "draft", "location": "turku:draft"}"#
      #expect(try await api.write(.post, "/v1/event/", body).status == 201)
      #expect(try await api.get("/v1/event/turku:secret/").status == 404)
      #expect(try await api.get("/v1/event/?location=turku:draft&event_type=all").count() == 0)
      let own = try await api.get("/v1/event/?location=turku:draft&event_type=all", ["apikey": "turku-reader"])
      #expect(own.ids() == ["turku:secret"])
      let published = try await api.write(
        .patch, "/v1/event/turku:secret/", #"{"publication_status": "public", "start_time": "2030-01-01"}"#)
      #expect(published.status == 422)
      #expect(published.json()["errors"]?.arrayValue?.first?["code"] == .string("draft-place"))
      // A public event at a place that is withdrawn afterwards.
      _ = try await api.write(.post, "/v1/event/", Self.body)
      try await api.write(.patch, "/v1/place/turku:library/", #"{"publication_status": "draft"}"#)
      #expect(try await api.get("/v1/event/turku:gig/").json()["location"] == .null)
      #expect(try await api.get("/v1/event/?location=turku:library").count() == 0)
      #expect(try await api.get("/v1/event/?municipality=853").count() == 0)
      let seen = try await api.get("/v1/event/turku:gig/", ["apikey": "turku-reader"])
      #expect(seen.json()["location"]?["@id"] != nil)
      // Withdrawing an event.
      try await api.write(.patch, "/v1/event/turku:gig/", #"{"publication_status": "draft"}"#)
      let gone = try await api.get("/v1/event/turku:gig/")
      #expect(gone.status == 410)
      #expect(gone.code() == "unpublished")
      let lines = try await api.database.client.query(
        "select kind || '/' || coalesce(public_kind, '-') from change where id in ('turku:gig', 'turku:secret') order by tx"
      )
      #expect(try lines.decode(String.self) == ["created/-", "created/created", "updated/deleted"])
    }
  }

  @Test("Deleting twice, bringing back, replacing without circles, and 301 that keeps the query")
  func life() async throws {
    try await Self.with { api in
      for id in ["a", "b", "c"] {
        try await api.write(.post, "/v1/event/", Self.body.replacing("turku:gig", with: "turku:\(id)"))
      }
      #expect(try await api.write(.delete, "/v1/event/turku:a/").status == 204)
      #expect(try await api.write(.delete, "/v1/event/turku:a/").status == 204)
      #expect(try await Self.counts(api, "turku:library") == "2 true")
      #expect(try await api.write(.patch, "/v1/event/turku:a/", #"{"name": {"fi": "X"}}"#).status == 410)
      let back = try await api.write(.patch, "/v1/event/turku:a/", #"{"deleted": false}"#)
      #expect(back.status == 200)
      #expect(back.json()["version"] == .integer(3))
      #expect(try await Self.counts(api, "turku:library") == "3 true")
      func replace(_ id: String, _ by: String) async throws -> TestAPI.Reply {
        try await api.write(.patch, "/v1/event/turku:\(id)/", #"{"replaced_by": \#(by)}"#)
      }
      #expect(try await replace("a", #""turku:a""#).status == 422)
      #expect(try await replace("a", #""none:1""#).status == 422)
      let replaced = try await replace("a", #"{"@id": "http://test.fi/v1/event/turku:b/"}"#)
      #expect(replaced.status == 200)
      #expect(replaced.json()["replaced_by"] == .string("turku:b"))
      let circle = try await replace("b", #""turku:a""#)
      #expect(circle.status == 422)
      #expect(circle.json()["errors"]?.arrayValue?.first?["code"] == .string("circle"))
      #expect(try await replace("b", #""turku:c""#).status == 200)
      let moved = try await api.get("/v1/event/turku:a/?include=location&srid=3067")
      #expect(moved.status == 301)
      #expect(moved.header("Location") == "http://test.fi/v1/event/turku:c/?include=location&srid=3067")
      #expect(try await Self.counts(api, "turku:library") == "1 true")
      let write = try await api.write(.patch, "/v1/event/turku:a/", #"{"name": {"fi": "X"}}"#)
      #expect(write.status == 409)
      #expect(write.json()["id"] == .string("turku:b"))
      let list = try await api.get("/v1/event/?deleted=true&sort=id").json()["data"]?.arrayValue ?? []
      #expect(list.map { $0["replaced_by"]?.stringValue } == ["turku:b", "turku:c"])
      #expect(try await replace("a", "null").status == 200)
      #expect(try await api.get("/v1/event/turku:a/").status == 200)
      #expect(try await Self.counts(api, "turku:library") == "2 true")
      #expect(try await api.write(.put, "/v1/event/turku:c/", #"{"deleted": true}"#).status == 200)
      #expect(try await api.get("/v1/event/turku:b/").status == 410)
    }
  }

  @Test("A thousand events at once, and all or none of an array of edits")
  func bulk() async throws {
    try await Self.with { api in
      let events = (0..<1000).map {
        #"{"id": "turku:n\#($0)", "name": {"fi": "Tapahtuma \#($0)"}, "start_time": "2030-01-01T12:00:00Z", "location": "turku:library"}"#
      }
      let before = try await api.database.number("select count(*) from change where derived and entity = 'place'")
      let made = try await api.write(.post, "/v1/event/", "[\(events.joined(separator: ","))]")
      #expect(made.status == 201)
      #expect(made.json().arrayValue?.count == 1000)
      #expect(try await Self.counts(api, "turku:library") == "1000 true")
      let edits = (0..<1000).map { #"{"id": "turku:n\#($0)", "location": "turku:logomo", "type_id": "Course"}"# }
      let one = try await api.write(.patch, "/v1/event/", "[\(edits.joined(separator: ",")), {\"id\": \"turku:none\"}]")
      #expect(one.status == 422)
      #expect(try await Self.counts(api, "turku:library") == "1000 true")
      let all = try await api.write(.patch, "/v1/event/", "[\(edits.joined(separator: ","))]")
      #expect(all.status == 200)
      #expect(try await Self.counts(api, "turku:library") == "0 false")
      #expect(try await Self.counts(api, "turku:logomo") == "1000 true")
      #expect(try await api.get("/v1/event/?event_type=course").count() == 1000)
      let lines = try await api.database.number("select count(*) from change where derived and entity = 'place'")
      #expect(lines == before + 3, "one line for each place that differs, not for each event")
    }
  }

  @Test("Fifty writers with one If-Match: exactly one wins")
  func race() async throws {
    try await Self.with { api in
      let tag = try #require(try await api.write(.post, "/v1/event/", Self.body).header("ETag"))
      let results = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<50 {
          group.addTask {
            try await api.write(
              .patch, "/v1/event/turku:gig/", #"{"name": {"fi": "Keikka \#(number)"}}"#, ["If-Match": tag]
            ).status
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(results.count { $0 == 200 } == 1)
      #expect(results.count { $0 == 412 } == 49)
    }
  }
}
