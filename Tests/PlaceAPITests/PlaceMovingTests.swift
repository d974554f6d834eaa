import HTTPTypes
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Ids that move")
struct PlaceMovingTests {
  @Test(
    "A merged id answers with its survivor for ever: redirect, filters, foreign ids, children; undone it is itself again"
  )
  func merge() async throws {
    try await PlaceWritingTests.with { api in
      let before = try await api.get("/v1/place/turku:kupittaa-swim/").json()
      let dry = try await api.write(
        .post, "/v1/place/turku:kupittaa-swim/merge?dry_run=true", #"{"into": "turku:renovated"}"#)
      #expect(dry.json()["replaced_by"] == .string("turku:renovated"))
      #expect(try await api.get("/v1/place/turku:kupittaa-swim/").status == 200)
      let reply = try await api.write(
        .post, "/v1/place/turku:kupittaa-swim/merge", #"{"into": "http://test.fi/v1/place/turku:renovated/"}"#)
      #expect(reply.status == 200)
      let moved = try await api.get("/v1/place/turku:kupittaa-swim/?srid=3067")
      #expect(moved.status == 301)
      #expect(moved.header("Location") == "http://test.fi/v1/place/turku:renovated/?srid=3067")
      #expect(
        try await api.get("/v1/place/tprek:12345/").header("Location") == "http://test.fi/v1/place/turku:renovated/")
      #expect(try await api.list([("ids", "turku:kupittaa-swim")]).ids() == ["turku:renovated"])
      let survivor = try await api.get("/v1/place/turku:renovated/").json()
      #expect((survivor["alternate_names"]?.arrayValue ?? []).contains { $0["name"] == .string("Kupittaan maauimala") })
      #expect(try await api.write(.patch, "/v1/place/turku:kupittaa-swim/", #"{"email": "a@b.fi"}"#).status == 409)
      #expect(
        try await api.write(.post, "/v1/place/turku:kupittaa-swim/merge", #"{"into": "turku:library"}"#).status == 409)
      // On along the chain: one hop for the reader.
      #expect(
        try await api.write(.put, "/v1/place/turku:renovated/", #"{"replaced_by": "turku:library"}"#).status == 200)
      #expect(
        try await api.get("/v1/place/turku:kupittaa-swim/").header("Location")
          == "http://test.fi/v1/place/turku:library/")
      #expect(
        try await api.write(.post, "/v1/place/turku:library/merge", #"{"into": "turku:kupittaa-swim"}"#).status == 422)
      let undone = try await api.write(
        .patch, "/v1/place/turku:kupittaa-swim/", #"{"deleted": false, "replaced_by": null}"#)
      #expect(undone.status == 200)
      #expect(undone.json()["identifiers"]?.isSame(as: before["identifiers"] ?? .null) == true)
      #expect(
        try await api.get("/v1/place/tprek:12345/").header("Location") == "http://test.fi/v1/place/turku:kupittaa-swim/"
      )
      let history = try await api.get("/v1/place/turku:kupittaa-swim/history/").json()["data"]?.arrayValue ?? []
      #expect(history.map { $0["kind"]?.stringValue } == ["restored", "merged", "created"])
      let children = try await api.write(.post, "/v1/place/turku:logomo/merge", #"{"into": "turku:planned"}"#)
      #expect(children.status == 200)
      #expect(try await api.list([("parent", "turku:logomo")]).count() == 4)
      #expect(try await api.get("/v1/place/turku:logomo-2/").json()["parent"] == .string("turku:planned"))
    }
  }

  @Test("Two places merged into each other at the same time make no circle")
  func noCircle() async throws {
    try await PlaceWritingTests.with { api in
      for round in 0..<10 {
        for name in ["a", "b", "c"] {
          _ = try await api.write(
            .post, "/v1/place/", #"{"id": "turku:\#(name)\#(round)", "name": {"fi": "\#(name)"}}"#)
        }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for (one, other) in [("a", "b"), ("b", "c"), ("c", "a")] {
            group.addTask {
              try await api.write(
                .post, "/v1/place/turku:\(one)\(round)/merge", #"{"into": "turku:\#(other)\#(round)"}"#
              ).status
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { [200, 409, 422].contains($0) }, "\(statuses)")
        let living =
          try await api.database.client.query(
            "select count(*) from place where id like \("turku:_\(round)") and state = 'live'"
          ).int(0, 0) ?? 0
        #expect(living >= 1)
        for name in ["a", "b", "c"] {
          let reply = try await api.get("/v1/place/turku:\(name)\(round)/")
          #expect([200, 301].contains(reply.status), "\(name) \(reply.status)")
        }
      }
    }
  }

  @Test("A split place answers 300, its children go to the first successor, and it can be undone")
  func split() async throws {
    try await PlaceWritingTests.with { api in
      let bad = try await api.write(.post, "/v1/place/turku:logomo/split", #"{"into": ["turku:planned"]}"#)
      #expect(bad.status == 422)
      let reply = try await api.write(
        .post, "/v1/place/turku:logomo/split", #"{"into": ["turku:logomo-1", "turku:logomo-2"]}"#)
      #expect(reply.status == 200)
      let read = try await api.get("/v1/place/turku:logomo/")
      #expect(read.status == 300)
      #expect(read.json()["replaced_by"] == .array([.string("turku:logomo-1"), .string("turku:logomo-2")]))
      #expect(try await api.get("/v1/place/turku:logomo-3/").json()["parent"] == .string("turku:logomo-1"))
      #expect(try await api.get("/v1/place/turku:logomo-1/").json()["parent"] == .null)
      let resolved = try await api.send(
        .post, "/v1/place/resolve-ids",
        body: #"{"ids": ["turku:logomo", "tprek:12345", "turku:draft", "nobody:1", "turku:library"]}"#)
      let data = resolved.json()["data"]?.arrayValue ?? []
      #expect(data.map { $0["status"]?.stringValue } == ["split", "current", "unknown", "unknown", "current"])
      #expect(data[1]["current"] == .array([.string("turku:kupittaa-swim")]))
      #expect(
        try await api.write(.patch, "/v1/place/turku:logomo/", #"{"deleted": false, "replaced_by": null}"#).status
          == 200)
      #expect(try await api.get("/v1/place/turku:logomo-3/").json()["parent"] == .string("turku:logomo"))
    }
  }

  @Test("A deleted place tells when and why; it comes back by a PATCH, an old version by restore, an old time by at")
  func deleteAndRestore() async throws {
    try await PlaceWritingTests.with { api in
      let path = "/v1/place/turku:library/"
      let original = try await api.get(path).json()
      #expect(
        try await api.write(.patch, path, #"{"name": {"fi": "Pääkirjasto"}, "postal_code": "20110"}"#).status == 200)
      #expect(try await api.write(.delete, path + "?reason=Never%20was").status == 204)
      #expect(try await api.write(.delete, path).status == 204)
      let gone = try await api.get(path)
      #expect(gone.status == 410)
      #expect(gone.json()["reason"] == .string("Never was"))
      #expect(gone.json()["deleted_time"]?.stringValue != nil)
      #expect(try await api.get(path + "history/").status == 401)
      #expect(try await api.get(path + "history/", ["apikey": "turku-reader"]).status == 200)
      #expect(try await api.write(.patch, path, #"{"email": "a@b.fi"}"#).status == 410)
      #expect(try await api.write(.patch, path, #"{"deleted": false}"#).status == 200)
      let history = try await api.get(path + "history/").json()["data"]?.arrayValue ?? []
      #expect(history.map { $0["kind"]?.stringValue } == ["restored", "deleted", "updated", "created"])
      #expect(history[2]["changed"] == .array(["/name/fi", "/postal_code", "/alternate_names"].map { .string($0) }))
      #expect(history[2]["person"] == nil)
      let own = try await api.get(path + "history/", ["apikey": "turku-reader"]).json()["data"]?.arrayValue ?? []
      #expect(own[2]["person"] == .string("key:editor"))
      let restored = try await api.write(.post, path + "restore", #"{"version": 1}"#)
      #expect(restored.status == 200)
      #expect(restored.json()["name"]?.isSame(as: original["name"] ?? .null) == true)
      #expect(restored.json()["version"] == .integer(5))
      let time = try #require(history[3]["time"]?.stringValue)
      let then = try await api.get(path + "?at=\(time)")
      #expect(then.status == 200)
      #expect(then.json()["version"] == .integer(1))
      #expect(then.json()["postal_code"] == original["postal_code"])
      #expect(then.json()["position"]?.isSame(as: original["position"] ?? .null) == true)
      #expect(then.json()["municipality"]?.isSame(as: original["municipality"] ?? .null) == true)
      #expect(try await api.get(path + "?at=2000-01-01").status == 404)
    }
  }

  @Test("An identifier stands on one living place; that of a deleted one may be taken over")
  func identifiers() async throws {
    try await PlaceWritingTests.with { api in
      let body = #"{"identifiers": [{"scheme": "tprek", "value": "12345"}]}"#
      let taken = try await api.write(.patch, "/v1/place/turku:library/", body)
      #expect(taken.status == 409)
      #expect(taken.json()["id"] == .string("turku:kupittaa-swim"))
      let native = try await api.write(
        .patch, "/v1/place/turku:library/", #"{"identifiers": ["turku:logomo"]}"#)
      #expect(native.status == 409)
      #expect(try await api.write(.delete, "/v1/place/turku:kupittaa-swim/").status == 204)
      #expect(try await api.write(.patch, "/v1/place/turku:library/", body).status == 200)
      #expect(
        try await api.get("/v1/place/tprek:12345/").header("Location") == "http://test.fi/v1/place/turku:library/")
      #expect(try await api.write(.patch, "/v1/place/turku:kupittaa-swim/", #"{"deleted": false}"#).status == 409)
    }
  }

  @Test("Looking at a place and finding it right makes no version")
  func verified() async throws {
    try await PlaceWritingTests.with { api in
      let path = "/v1/place/turku:library/"
      let reply = try await api.write(.patch, path, #"{"verified_time": "2026-05-01T12:00:00+03:00"}"#)
      #expect(reply.json()["verified_time"] == .string("2026-05-01T09:00:00.000000Z"))
      #expect(reply.json()["version"] == .integer(1))
      let line = try await api.database.client.query(
        "select derived from change where id = 'turku:library' order by tx desc limit 1")
      #expect(line.bool(0, 0) == true)
    }
  }
}
