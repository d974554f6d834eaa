import HTTPTypes
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// `/v1/duplicates/`.
@Suite("Duplicates over HTTP")
struct DuplicateRouteTests {
  /// Adds a copy of the fixture's library and a draft of it, and looks.
  private static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await TestAPI.with { api in
      for (id, status) in [("kaarina:copy", "public"), ("turku:draft-copy", "draft")] {
        let source = id.prefix { $0 != ":" }
        let reply = try await api.write(
          .post, "/v1/place/",
          """
          {"id": "\(id)", "data_source": "\(source)", "name": {"fi": "Turun kaupunginkirjasto"},
            "street_address": {"fi": "Linnankatu 2"}, "postal_code": "20100", "publication_status": "\(status)",
            "position": {"type": "Point", "coordinates": [22.2713, 60.4511]}}
          """, key: "admin")
        #expect(reply.status == 201, "\(reply.json().text)")
      }
      try await look(api)
      try await body(api)
    }
  }

  private static func look(_ api: TestAPI) async throws {
    while try await api.database.store.findDuplicates(holder: "test").left > 0 {}
  }

  private static func pairs(_ reply: TestAPI.Reply) -> [String] {
    (reply.json()["data"]?.arrayValue ?? []).map { pair in
      (pair["places"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }.sorted().joined(separator: "=")
    }
  }

  private static let copy = "kaarina:copy=turku:library"

  @Test("A pair tells both places, the score, the reasons and where to merge; merged it is gone")
  func list() async throws {
    try await Self.with { api in
      #expect(Self.pairs(try await api.get("/v1/duplicates/?min_score=5e-324")).contains(Self.copy))
      let reply = try await api.get("/v1/duplicates/?min_score=60")
      #expect(reply.status == 200 && Self.pairs(reply).contains(Self.copy))
      #expect(reply.json()["meta"]?["changes_behind"]?.integerValue == 0)
      let pair = try #require(
        reply.json()["data"]?.arrayValue?.first {
          $0["places"]?.arrayValue?.contains { $0["id"] == .string("kaarina:copy") } == true
        })
      #expect(pair["state"] == .string("open") && (pair["reasons"]?.arrayValue?.count ?? 0) > 1)
      let place = try #require(pair["places"]?.arrayValue?.first { $0["id"] == .string("kaarina:copy") })
      #expect(place["@id"] == .string("http://test.fi/v1/place/kaarina:copy/"))
      let url = try #require(place["merge_url"]?.stringValue)
      let merged = try await api.write(
        .post, try TestAPI.target(of: url), #"{"into": "turku:library"}"#, key: "kaarina-editor")
      #expect(merged.status == 200)
      #expect(!Self.pairs(try await api.get("/v1/duplicates/")).contains(Self.copy))
    }
  }

  @Test("Municipality, data source, state and score narrow; drafts are shown with a key")
  func filters() async throws {
    try await Self.with { api throws in
      func has(_ query: String, key: String? = nil, _ pair: String = Self.copy) async throws -> Bool {
        let reply = try await api.get("/v1/duplicates/?page_size=1000&\(query)", key.map { ["apikey": $0] } ?? [:])
        #expect(reply.status == 200)
        return Self.pairs(reply).contains(pair)
      }
      for filter in ["municipality=Turku", "data_source=kaarina", "data_source=turku"] {
        #expect(try await has(filter), "\(filter)")
      }
      for filter in ["municipality=091", "data_source=helsinki"] {
        #expect(try await has(filter) == false, "\(filter)")
      }
      #expect(try await !has("state=distinct"))
      let draft = "turku:draft-copy=turku:library"
      #expect(try await !has("", draft))
      #expect(try await has("", key: "turku-reader", draft))
      #expect(try await has("", key: "admin", draft))
      #expect(try await !has("", key: "kaarina-editor", draft))
      let likely = try await api.get("/v1/duplicates/?page_size=1000&min_score=90")
      let scores = (likely.json()["data"]?.arrayValue ?? []).compactMap { $0["score"]?.doubleValue }
      #expect(!scores.isEmpty && scores.allSatisfy { $0 >= 90 }, "\(scores)")
      for wrong in ["state=all", "min_score=101", "min_score=x", "municipality=nowhere", "verdict=open"] {
        #expect(try await api.get("/v1/duplicates/?\(wrong)").status == 400, "\(wrong)")
      }
      #expect(try await api.get("/v1/duplicates/?page=9").status == 404)
    }
  }

  @Test("Not the same is said by an editor of either source and forgotten by DELETE or the verdict unknown")
  func decisions() async throws {
    try await Self.with { api in
      let body = #"{"places": ["turku:library", "kaarina:copy"], "verdict": "distinct", "reason": "two floors"}"#
      #expect(try await api.write(.post, "/v1/duplicates/", body, key: nil).status == 401)
      #expect(try await api.write(.post, "/v1/duplicates/", body, key: "turku-reader").status == 403)
      #expect(try await api.write(.post, "/v1/duplicates/", body, key: "shared-only").status == 403)
      for key in ["turku-editor", "kaarina-editor", "admin"] {
        let said = try await api.write(.post, "/v1/duplicates/", body, key: key)
        #expect(said.status == 200 && said.json()["verdict"] == .string("distinct"))
        #expect(!Self.pairs(try await api.get("/v1/duplicates/")).contains(Self.copy))
        let listed = try await api.get("/v1/duplicates/?state=distinct")
        #expect(Self.pairs(listed) == [Self.copy])
        let pair = listed.json()["data"]?.arrayValue?.first
        #expect(pair?["decision_reason"] == .string("two floors") && pair?["decided_time"]?.stringValue != nil)
        if key == "admin" {
          let target = "/v1/duplicates/?places=kaarina:copy,turku:library"
          #expect(try await api.write(.delete, target, key: key).status == 204)
        } else {
          let unknown = #"{"places": ["turku:library", "kaarina:copy"], "verdict": "unknown"}"#
          #expect(try await api.write(.post, "/v1/duplicates/", unknown, key: key).status == 200)
        }
        #expect(Self.pairs(try await api.get("/v1/duplicates/")).contains(Self.copy))
      }
    }
  }

  @Test(
    "A wrong decision is told with its mend",
    arguments: [
      (#"{"places": ["turku:library"], "verdict": "distinct"}"#, "two-places", "/places"),
      (#"{"verdict": "distinct"}"#, "two-places", "/places"),
      (#"{"places": ["turku:library", "turku:logomo"], "verdict": "same"}"#, "unknown-verdict", "/verdict"),
      (#"{"places": ["turku:library", "turku:logomo"]}"#, "unknown-verdict", "/verdict"),
      (#"{"places": ["turku:library", "turku:nothing"], "verdict": "distinct"}"#, "unknown-place", "/places/1"),
      (#"{"places": ["turku:library", "turku:library"], "verdict": "distinct"}"#, "circle", "/places/1"),
      (#"{"places": ["turku:library", "turku:logomo"], "verdict": "distinct", "why": ""}"#, "unknown-key", "/why"),
    ])
  func wrong(body: String, code: String, pointer: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.write(.post, "/v1/duplicates/", body)
      let error = reply.json()["errors"]?.arrayValue?.first
      #expect(reply.status == 422 && error?["code"] == .string(code) && error?["pointer"] == .string(pointer))
      #expect(try await api.write(.delete, "/v1/duplicates/?places=turku:library").status == 400)
      #expect(try await api.write(.delete, "/v1/duplicates/?places=turku:library,turku:nothing").status == 404)
      #expect(try await api.write(.delete, "/v1/duplicates/?places=turku:library,turku:library").status == 400)
    }
  }
}
