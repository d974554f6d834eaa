import HTTPTypes
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Writing places")
struct PlaceWritingTests {
  static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await TestAPI.with { api in
      for source in ["turku", "shared", "kaarina"] {
        _ = try await api.database.client.query(
          "insert into data_source (id, name) values (\(source), \(source)) on conflict do nothing")
      }
      try await body(api)
    }
  }

  @Test("A place is made with an id given or minted, found at once, and its id is never given again")
  func create() async throws {
    try await Self.with { api in
      let reply = try await api.write(
        .post, "/v1/place/",
        #"{"id": "turku:uusi", "name": {"fi": "Uusi talo"}, "position": {"type": "Point", "coordinates": [22.27, 60.45]}, "postalCode": "20100"}"#
      )
      #expect(reply.status == 201)
      #expect(reply.header("Location") == "http://test.fi/v1/place/turku:uusi/")
      #expect(Int(reply.header("X-Change-Sequence") ?? "") != nil)
      #expect(reply.json()["municipality"]?["code"] == .string("853"))
      let read = try await api.get("/v1/place/turku:uusi/")
      #expect(read.json()["postal_code"] == .string("20100"))
      #expect(read.json().isSame(as: reply.json()))
      let again = try await api.write(.post, "/v1/place/", #"{"id": "turku:uusi", "name": {"fi": "Toinen"}}"#)
      #expect(again.status == 409)
      #expect(again.json()["id"] == .string("turku:uusi"))
      let minted = try await api.write(.post, "/v1/place/", #"{"data_source": "turku", "name": {"fi": "Nimi"}}"#)
      #expect(minted.status == 201)
      let id = try #require(minted.json()["id"]?.stringValue)
      #expect(id.wholeMatch(of: /turku:[2-9a-hjkmnp-z]{11}/) != nil, "\(id)")
      #expect(try await api.write(.delete, "/v1/place/turku:uusi/").status == 204)
      #expect(try await api.write(.post, "/v1/place/", #"{"id": "turku:uusi", "name": {"fi": "A"}}"#).status == 409)
    }
  }

  @Test("All errors are told at once, each with its pointer, and nothing is made")
  func errors() async throws {
    try await Self.with { api in
      let before = try await api.list([("show_all_places", "1")]).count()
      let reply = try await api.write(
        .post, "/v1/place/",
        #"""
        [{"id": "turku:hyva", "name": {"fi": "Hyvä"}},
         {"id": "turku:huono", "name": {"xx": "?"}, "postal_code": "2010", "info_url": {"fi": "javascript:alert(1)"},
          "position": {"type": "Point", "coordinates": [60.45, 22.27]}, "parent": "turku:ei-ole", "colour": "red",
          "municipality": "Atlantis", "identifiers": [{"scheme": "tprek"}], "email": "nobody", "kind": "castle"}]
        """#)
      #expect(reply.status == 422)
      let pointers = Set((reply.json()["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue })
      #expect(
        pointers == [
          "/1/name/xx", "/1/postal_code", "/1/info_url/fi", "/1/position", "/1/parent", "/1/colour",
          "/1/municipality", "/1/identifiers/0", "/1/email", "/1/kind",
        ])
      #expect(String(decoding: reply.plain, as: UTF8.self).contains("swapped"))
      #expect(try await api.list([("show_all_places", "1")]).count() == before)
      #expect(try await api.get("/v1/place/turku:hyva/").status == 404)
    }
  }

  @Test("Reading and writing back the same body changes nothing, in any CRS and for any place")
  func roundTrip() async throws {
    try await Self.with { api in
      let ids = try await api.list([("show_all_places", "1"), ("include_areas", "1"), ("page_size", "1000")]).ids()
      #expect(ids.count > 40)
      for id in ids {
        for query in ["", "?srid=3067", "?srid=3877"] {
          let path = "/v1/place/\(Paging.escape(id))/\(query)"
          let read = try await api.get(path)
          let put = try await api.write(.put, path, String(decoding: read.plain, as: UTF8.self), key: "admin")
          #expect(put.status == 200, "\(id)")
          #expect(put.json().isSame(as: read.json()), "\(id) \(query)")
        }
      }
    }
  }

  @Test("Of two keys for one thing the one that was touched is the edit")
  func pairs() async throws {
    try await Self.with { api in
      let path = "/v1/place/turku:kupittaa-swim/"
      func body() async throws -> JSONValue { try await api.get(path).json() }
      func put(_ change: (String, JSONValue)...) async throws -> TestAPI.Reply {
        var value = try await body()
        for (key, new) in change { value = value.merged(with: .object([.init(key, new)])) }
        return try await api.write(.put, path, value.text)
      }
      let locality = try await put(("address_locality", .object([.init("fi", .string("Turku 2"))])))
      #expect(locality.status == 200)
      #expect(locality.json()["post_office"]?["fi"] == .string("Turku 2"))
      #expect(locality.json()["post_office"]?["sv"] == .string("Åbo"))
      let both = try await put(
        ("address_locality", .object([.init("fi", .string("Kaarina"))])),
        ("post_office", .object([.init("fi", .string("Lieto"))])))
      #expect(both.status == 422)
      let point = JSONValue.object([
        .init("type", .string("Point")), .init("coordinates", .array([.number(22.3), .number(60.45)])),
      ])
      let moved = try await put(("position", point))
      #expect(moved.json()["position"]?.isSame(as: point) == true)
      #expect(moved.json()["coordinates"] == .null)
      let delivered = try await put(
        (
          "coordinates",
          .object([.init("srid", .integer(3877)), .init("x", .number(23_460_952.7)), .init("y", .number(6_703_718.4))])
        ))
      #expect(delivered.json()["coordinates"]?["srid"] == .integer(3877))
      let cleared = try await api.write(.patch, path, #"{"position": null}"#)
      #expect(cleared.json()["position"] == .null)
      #expect(cleared.json()["coordinates"] == .null)
    }
  }

  @Test("Of 50 who change the same version at the same time exactly one wins")
  func ifMatch() async throws {
    try await Self.with { api in
      let path = "/v1/place/turku:library/"
      let tag = try #require(try await api.get(path).header("ETag"))
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<50 {
          group.addTask {
            try await api.write(.patch, path, #"{"email": "a\#(number)@example.fi"}"#, ["If-Match": tag]).status
          }
        }
        return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(statuses == [200: 1, 412: 49])
      #expect(try await api.get(path).json()["version"] == .integer(2))
    }
  }

  @Test("A rename keeps the former name, a correction doesn't")
  func rename() async throws {
    try await Self.with { api in
      let path = "/v1/place/turku:logomo/"
      let renamed = try await api.write(.patch, path, #"{"name": {"fi": "Konepajahalli"}}"#)
      #expect(renamed.json()["alternate_names"]?.arrayValue?.first?["name"] == .string("Logomo"))
      #expect(try await api.list([("text", "Logomo")]).ids().contains("turku:logomo"))
      let corrected = try await api.write(.patch, path + "?correction=true", #"{"name": {"fi": "Konepaja-halli"}}"#)
      #expect(corrected.json()["alternate_names"]?.arrayValue?.count == 1)
    }
  }

  @Test("An Idempotency-Key is answered as the first time")
  func idempotency() async throws {
    try await Self.with { api in
      let body = #"{"data_source": "turku", "name": {"fi": "Kerran"}}"#
      async let one = api.write(.post, "/v1/place/", body, ["Idempotency-Key": "k1"])
      async let two = api.write(.post, "/v1/place/", body, ["Idempotency-Key": "k1"])
      let (first, second) = try await (one, two)
      #expect(first.status == 201 && second.status == 201)
      #expect(first.plain == second.plain)
      #expect(first.header("X-Change-Sequence") == second.header("X-Change-Sequence"))
      #expect(first.header("ETag") != nil && first.header("ETag") == second.header("ETag"))
      let other = try await api.write(
        .post, "/v1/place/", #"{"data_source": "turku", "name": {"fi": "Toinen"}}"#, ["Idempotency-Key": "k1"])
      #expect(other.status == 422)
      #expect(other.code() == "idempotency-key-reused")
    }
  }

  @Test("Who may write what")
  func permissions() async throws {
    try await Self.with { api async throws in
      let body = #"{"data_source": "turku", "name": {"fi": "Talo"}}"#
      #expect(try await api.write(.post, "/v1/place/", body, key: nil).status == 401)
      #expect(try await api.write(.post, "/v1/place/", body, key: "turku-reader").status == 403)
      #expect(try await api.write(.post, "/v1/place/", body, key: "kaarina-editor").status == 403)
      #expect(try await api.write(.post, "/v1/place/", body, key: "shared-only").status == 403)
      #expect(try await api.write(.post, "/v1/place/", body, key: "wrong").status == 401)
      #expect(try await api.write(.post, "/v1/place/", body, key: "admin").status == 201)
      let path = "/v1/place/turku:library/"
      #expect(try await api.write(.patch, path, #"{"email": null}"#, key: "kaarina-editor").status == 403)
      #expect(try await api.write(.delete, path, key: "kaarina-editor").status == 403)
      #expect(try await api.write(.patch, path, "{", key: "turku-editor").status == 400)
      #expect(try await api.write(.patch, path, "a=b", ["Content-Type": "text/plain"]).status == 415)
    }
  }

  @Test("Drafts are shown to nobody without a key, and withdrawing answers 410 unpublished")
  func drafts() async throws {
    try await Self.with { api in
      #expect(try await api.get("/v1/place/turku:draft/").status == 404)
      #expect(try await api.get("/v1/place/turku:draft/", ["apikey": "turku-reader"]).status == 200)
      #expect(try await api.get("/v1/place/turku:draft/", ["apikey": "kaarina-editor"]).status == 404)
      #expect(try await api.get("/v1/place/tprek:666/", ["apikey": "turku-reader"]).status == 301)
      let shown = try await api.get("/v1/place/?show_all_places=1&page_size=1000", ["apikey": "turku-reader"])
      #expect(shown.ids().contains("turku:draft"))
      #expect(shown.header("Cache-Control") == "private, no-cache")
      let open = try await api.get("/v1/place/?show_all_places=1&page_size=1000")
      #expect(!open.ids().contains("turku:draft"))
      // A child must not tell its parent's id while that is a draft, and its keeper's GET → PUT changes nothing then.
      let parent = "/v1/place/turku:logomo/"
      #expect(try await api.write(.patch, parent, #"{"publication_status": "draft"}"#).status == 200)
      let gone = try await api.get(parent)
      #expect(gone.status == 410)
      #expect(gone.code() == "unpublished")
      let child = "/v1/place/turku:logomo-1/"
      let body = try await api.get(child)
      #expect(body.json()["parent"] == .null)
      #expect(try await api.write(.put, child, String(decoding: body.plain, as: UTF8.self)).status == 200)
      #expect(try await api.write(.patch, parent, #"{"publication_status": "public"}"#).status == 200)
      #expect(try await api.get(child).json()["parent"] == .string("turku:logomo"))
      #expect(try await api.get(child).json()["version"] == .integer(1))
      let history = try await api.get(parent + "history/")
      #expect((history.json()["data"]?.arrayValue ?? []).map { $0["version"] } == [.integer(3), .integer(1)])
      let kinds = try await api.database.client.query(
        "select kind, public_kind from change where id = 'turku:logomo' and not derived order by tx, ordinal"
      ).decode((String, String?).self)
      #expect(kinds.map(\.1) == ["created", "deleted", "created"])
    }
  }
}
