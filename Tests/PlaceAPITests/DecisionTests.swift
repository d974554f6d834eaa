import HTTPTypes
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Decisions on texts")
struct DecisionTests {
  private static func verdict(_ api: TestAPI, _ text: String, key: String? = nil) async throws -> String {
    let reply = try await api.write(.post, "/v1/resolve", #"{"queries": [{"text": "\#(text)"}]}"#, key: key)
    let result = ResolveRouteTests.results(reply).first
    return "\(result?["verdict"]?.stringValue ?? "") \(result?["id"]?.stringValue ?? "-")"
  }

  private static func decide(
    _ api: TestAPI, _ text: String, _ id: String?, key: String? = "turku-editor"
  ) async throws -> TestAPI.Reply {
    try await api.write(
      .post, "/v1/resolve/decisions", #"{"text": "\#(text)", "id": \#(id.map { "\"\($0)\"" } ?? "null")}"#, key: key)
  }

  @Test("A decision is used next time, however the text is written; a second one replaces it, and it can be taken back")
  func life() async throws {
    try await PlaceWritingTests.with { api in
      let before = try await Self.verdict(api, "Jugend-kulma, iso puoli")
      #expect(before == "none -")
      let made = try await Self.decide(api, "Jugend-kulma, iso puoli", "tprek:12345")
      #expect(made.status == 201)
      #expect(made.json()["id"] == .string("turku:kupittaa-swim"))
      #expect(made.header("X-Change-Sequence") != nil)
      #expect(try await Self.verdict(api, "JUGEND-KULMA – iso puoli") == "match turku:kupittaa-swim")
      let again = try await Self.decide(api, "Jugend-kulma Iso Puoli", "turku:library")
      #expect(again.status == 200)
      #expect(again.json()["replaced"] == .bool(true))
      #expect(try await Self.verdict(api, "jugend-kulma, iso puoli") == "match turku:library")
      let list = try await api.get("/v1/resolve/decisions?text=jugend-kulma,%20ISO%20puoli")
      #expect(list.count() == 1)
      let decision = try #require(list.json()["data"]?.arrayValue?.first)
      #expect(decision["text"] == .string("Jugend-kulma Iso Puoli"))
      #expect(decision["actor"] == .string("turku"))
      #expect(decision["person"] == nil)
      #expect(decision["name"]?["sv"] == .string("Åbo stadsbibliotek"))
      let own = try await api.get("/v1/resolve/decisions", ["apikey": "turku-reader"])
      #expect(own.json()["data"]?.arrayValue?.first?["person"] == .string("key:editor"))
      let audit = try await api.database.store.audit(limit: 10).filter { $0.action.hasSuffix("/v1/resolve/decisions") }
      #expect(audit.count == 2)
      #expect(audit.first?.detail?.contains("turku:kupittaa-swim") == true, "what was replaced is told")
      let gone = try await api.write(.delete, "/v1/resolve/decisions?text=jugend-kulma%20iso%20puoli")
      #expect(gone.status == 204)
      #expect(try await api.write(.delete, "/v1/resolve/decisions?text=jugend-kulma%20iso%20puoli").status == 404)
      #expect(try await Self.verdict(api, "Jugend-kulma, iso puoli") == before)
    }
  }

  @Test("The reason is told, and a decision that a text is none of ours holds as well")
  func none() async throws {
    try await PlaceWritingTests.with { api in
      #expect(try await Self.verdict(api, "Keskustakirjasto Oodi") == "match helsinki:oodi")
      #expect(try await Self.decide(api, "Keskustakirjasto Oodi", nil).status == 201)
      #expect(try await Self.verdict(api, "Keskustakirjasto Oodi") == "none -")
      let reply = try await api.get("/v1/resolve?text=Keskustakirjasto%20Oodi")
      let reasons = ResolveRouteTests.results(reply).first?["candidates"]?.arrayValue?.first?["reasons"]?.arrayValue
      #expect(reasons?.first?["feature"] == .string("decision"))
      #expect(reasons?.first?["score"]?.doubleValue == -1)
      #expect(try await api.get("/v1/resolve/decisions").count() == 0, "they may be private addresses")
      #expect(try await api.get("/v1/resolve/decisions", ["apikey": "turku-reader"]).count() == 1)
      // A question that says more is another question.
      let more = try await api.write(
        .post, "/v1/resolve", #"{"queries": [{"text": "Keskustakirjasto Oodi", "identifiers": ["helsinki:oodi"]}]}"#,
        key: nil)
      #expect(ResolveRouteTests.results(more).first?["verdict"] == .string("match"))
    }
  }

  @Test("A decision follows its place into another, is told there, and is left aside when the place is deleted")
  func merges() async throws {
    try await PlaceWritingTests.with { api in
      _ = try await api.write(.post, "/v1/place/", #"{"id": "turku:vanha", "name": {"fi": "Rautatehdas"}}"#)
      #expect(try await Self.decide(api, "Vinttikamari", "turku:vanha").status == 201)
      let merged = try await api.write(.post, "/v1/place/turku:vanha/merge", #"{"into": "turku:logomo"}"#)
      #expect(merged.status == 200)
      #expect(try await Self.verdict(api, "vinttikamari") == "match turku:logomo")
      let place = try await api.get("/v1/place/turku:logomo/?include=decisions")
      let decisions = try #require(place.json()["decisions"]?.arrayValue)
      #expect(decisions.map { $0["text"]?.stringValue } == ["Vinttikamari"])
      #expect(decisions.first?["actor"] == .string("turku"))
      #expect(decisions.first?["person"] == nil)
      #expect(try await api.get("/v1/place/turku:logomo/").json()["decisions"] == nil)
      #expect(try await api.get("/v1/place/turku:logomo/?include=decisions&format=geojson").status == 200)
      #expect(try await api.get("/v1/resolve/decisions?place=turku:vanha").count() == 1)
      #expect(try await api.get("/v1/resolve/decisions?place=turku:library").count() == 0)
      let written = try await api.write(
        .put, "/v1/place/turku:logomo/", String(decoding: place.plain, as: UTF8.self))
      #expect(written.status == 200, "what was read can be written back")
      #expect(try await Self.decide(api, "Rautala", "turku:vanha").json()["id"] == .string("turku:logomo"))
      #expect(try await api.write(.delete, "/v1/place/turku:logomo/").status == 204)
      #expect(try await Self.verdict(api, "vinttikamari") == "none -")
      #expect(try await api.get("/v1/resolve/decisions").count() == 0)
    }
  }

  @Test("A place that was split decides nothing; drafts are hidden; who may not write, or writes nonsense, is refused")
  func refused() async throws {
    try await PlaceWritingTests.with { api in
      for id in ["turku:a", "turku:b", "turku:ab"] {
        _ = try await api.write(.post, "/v1/place/", #"{"id": "\#(id)", "name": {"fi": "Talo \#(id)"}}"#)
      }
      #expect(try await Self.decide(api, "Kaksoistupa", "turku:ab").status == 201)
      _ = try await api.write(.post, "/v1/place/turku:ab/split", #"{"into": ["turku:a", "turku:b"]}"#)
      #expect(try await Self.verdict(api, "Kaksoistupa") == "none -")
      let split = try await Self.decide(api, "Kaksoistupa", "turku:ab")
      #expect(split.status == 422)
      #expect(split.code() == "place-split")
      #expect(split.json()["detail"]?.stringValue?.contains("turku:a or turku:b") == true)

      #expect(try await Self.decide(api, "Piilopaikka", "turku:draft").status == 201)
      #expect(try await Self.verdict(api, "Piilopaikka") == "none -")
      #expect(try await Self.verdict(api, "Piilopaikka", key: "turku-reader") == "match turku:draft")
      #expect(try await Self.decide(api, "Piilo", "turku:draft", key: "kaarina-editor").code() == "unknown-place")
      #expect(try await Self.decide(api, "Piilo", "none:1").code() == "unknown-place")
      #expect(try await Self.decide(api, " –, ", "turku:library").status == 422)
      #expect(try await Self.decide(api, "Piilo", "turku:library", key: nil).status == 401)
      #expect(try await Self.decide(api, "Piilo", "turku:library", key: "turku-reader").status == 403)
      for body in [#"{"text": "a"}"#, #"{"id": "turku:library"}"#, #"{"text": "a", "id": null, "x": 1}"#, "[]"] {
        #expect(try await api.write(.post, "/v1/resolve/decisions", body).status == 422, "\(body)")
      }
      #expect(try await api.write(.delete, "/v1/resolve/decisions").status == 400)
      #expect(try await api.write(.delete, "/v1/resolve/decisions?text=Piilo", key: nil).status == 401)
      #expect(try await api.get("/v1/resolve/decisions?page=2").status == 404)
    }
  }

  @Test("Pages are walked to the end")
  func pages() async throws {
    try await PlaceWritingTests.with { api in
      for number in 1...5 { _ = try await Self.decide(api, "Paikka \(number)", "turku:library") }
      var texts: [String] = []
      for page in 1...3 {
        let reply = try await api.get("/v1/resolve/decisions?page=\(page)&page_size=2")
        #expect(reply.count() == 5)
        #expect((reply.next() == nil) == (page == 3))
        texts += reply.json()["data"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
      }
      #expect(texts == (1...5).reversed().map { "Paikka \($0)" })
    }
  }

  @Test("A name that is redacted is in no decision, audit line or kept answer any more")
  func redaction() async throws {
    try await PlaceWritingTests.with { api in
      _ = try await api.write(
        .post, "/v1/place/", #"{"id": "turku:ateljee", "name": {"fi": "Ateljee Tiina Tuntematon"}}"#)
      for (text, id) in [
        ("Ateljee Tiina Tuntematon, 2. krs", "turku:ateljee"), ("Taidetupa", "turku:ateljee"),
        ("ateljee tiina tuntematon", nil),
      ] as [(String, String?)] {
        let reply = try await api.write(
          .post, "/v1/resolve/decisions", #"{"text": "\#(text)", "id": \#(id.map { "\"\($0)\"" } ?? "null")}"#,
          key: "turku-editor", ["Idempotency-Key": "d-\(text.utf8.count)"])
        #expect(reply.status == 201)
      }
      let body = #"{"field": "/name", "reason": "Pyysi itse"}"#
      #expect(try await api.write(.post, "/v1/place/turku:ateljee/redact", body, key: "admin").status == 200)
      #expect(try await api.database.tables(holding: "tuntematon").isEmpty)
      #expect(try await api.database.tables(holding: "Tuntematon").isEmpty)
      #expect(try await api.get("/v1/resolve/decisions").count() == 1)
      #expect(try await Self.verdict(api, "Taidetupa") == "match turku:ateljee")
    }
  }

  @Test("A data source that is purged takes its decisions along")
  func purge() async throws {
    try await PlaceWritingTests.with { api in
      _ = try await Self.decide(api, "Kulmakunta", "helsinki:oodi")
      _ = try await api.database.store.purge(try DataSourceID("helsinki"))
      #expect(try await api.get("/v1/resolve/decisions").count() == 0)
      #expect(try await api.database.tables(holding: "Kulmakunta") == ["public.audit"])
    }
  }
}
