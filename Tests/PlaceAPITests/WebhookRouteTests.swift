import Delivery
import HTTPTypes
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// `/v1/webhook/`: who may make which webhooks, what is refused, and what is never told.
@Suite("Webhook routes")
struct WebhookRouteTests {
  // An address of Finland's university network: no name has to be looked up.
  private static let url = "https://193.166.3.2/hook"
  private static let body = #"{"url": "\#(url)", "secret": "top-secret-text"}"#

  private static func make(_ api: TestAPI, _ body: String = body, key: String = "turku-editor") async throws -> String {
    let reply = try await api.write(.post, "/v1/webhook/", body, key: key)
    try #require(reply.status == 201, "\(String(decoding: reply.plain, as: UTF8.self))")
    return try #require(reply.json()["id"]?.stringValue)
  }

  @Test("A webhook is made, read, changed and removed; its secret is never shown")
  func life() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      try await ChangeRouteTests.save(
        [Place(id: PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "Yksi"])))], database.store)
      let made = try await api.write(
        .post, "/v1/webhook/",
        #"""
        {"url": "\#(Self.url)", "secret": "top-secret-text", "entities": ["place", "event"],
          "filter": {"data_source": ["turku"], "kind": ["created", "merged"]}}
        """#)
      #expect(made.status == 201)
      let hook = made.json()
      let id = try #require(hook["id"]?.stringValue)
      #expect(made.header("Location") == "http://test.fi/v1/webhook/\(id)/")
      #expect(made.header("X-Change-Sequence") == "1")
      #expect(hook["organization"] == .string("turku") && hook["url"] == .string(Self.url))
      #expect(hook["entities"] == .array([.string("event"), .string("place")]))
      #expect(hook["active"] == .bool(true) && hook["after"] == .integer(1) && hook["paused_reason"] == .null)
      #expect(hook["filter"]?["data_source"] == .array([.string("turku")]))
      let path = "/v1/webhook/\(id)/"
      #expect(try await api.get(path, ["apikey": "turku-editor"]).json() == hook)
      #expect(try await api.get("/v1/webhook/", ["apikey": "turku-editor"]).json()["data"] == .array([hook]))
      // GET, change, PATCH of the same body is no error.
      let same = try await api.write(.patch, path, hook.text)
      #expect(same.status == 200)
      let paused = try await api.write(.patch, path, #"{"active": false, "filter": null, "secret": "another-secret"}"#)
      #expect(paused.json()["active"] == .bool(false) && paused.json()["filter"] == .object([]))
      #expect(paused.json()["entities"] == hook["entities"])
      let secret = try await database.client.query("select secret from webhook").string(0, 0)
      #expect(secret == "another-secret")
      let log = try await api.get(path + "deliveries/", ["apikey": "turku-editor"])
      #expect(log.json()["data"] == .array([]) && log.count() == 0)
      for reply in [made, same, paused, log] {
        #expect(!String(decoding: reply.plain, as: UTF8.self).contains("secret"))
      }
      #expect(try await api.write(.delete, path).status == 204)
      #expect(try await api.write(.delete, path).status == 404)
      #expect(try await api.get(path, ["apikey": "turku-editor"]).status == 404)
      let audited = try await database.number("select count(*) from audit where action like '%/v1/webhook/%'")
      #expect(audited == 4)
    }
  }

  @Test("Only editors and admins, and only their own organisation's")
  func access() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let id = try await Self.make(api)
      _ = try await Self.make(api, key: "kaarina-editor")
      let targets: [(HTTPRequest.Method, String, String?)] = [
        (.get, "/v1/webhook/", nil), (.post, "/v1/webhook/", Self.body), (.get, "/v1/webhook/\(id)/", nil),
        (.patch, "/v1/webhook/\(id)/", #"{"active": false}"#), (.delete, "/v1/webhook/\(id)/", nil),
        (.get, "/v1/webhook/\(id)/deliveries/", nil),
      ]
      for (method, target, body) in targets {
        #expect(try await api.write(method, target, body, key: nil).status == 401, "\(method) \(target)")
        #expect(try await api.write(method, target, body, key: "turku-reader").status == 403, "\(method) \(target)")
        if target.contains(id) {
          #expect(try await api.write(method, target, body, key: "kaarina-editor").status == 404, "\(method) \(target)")
        }
      }
      let turku = try await api.get("/v1/webhook/", ["apikey": "turku-editor"])
      #expect(turku.ids() == [id] && turku.count() == 1)
      #expect(try await api.get("/v1/webhook/?page_size=1", ["apikey": "admin"]).count() == 2)
      #expect(try await api.write(.patch, "/v1/webhook/\(id)/", #"{"active": false}"#, key: "admin").status == 200)
      #expect(try await api.write(.delete, "/v1/webhook/\(id)/", key: "admin").status == 204)
    }
  }

  @Test("Everything that is wrong in a body is told with its place, and nothing is made")
  func validation() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      func pointers(_ body: String) async throws -> [String] {
        let reply = try await api.write(.post, "/v1/webhook/", body)
        #expect(reply.status == 422, "\(body)")
        return (reply.json()["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue }.sorted()
      }
      #expect(try await pointers("{}") == ["/secret", "/url"])
      #expect(try await pointers(#"{"url": "ftp://x.fi", "secret": ""}"#) == ["/secret", "/url"])
      #expect(try await pointers(#"{"url": 1, "secret": 2, "active": 3}"#) == ["/active", "/secret", "/url"])
      let rest = Self.body.dropLast()
      #expect(try await pointers(rest + #", "entities": ["place", "plase", 1]}"#) == ["/entities/1", "/entities/2"])
      #expect(try await pointers(rest + #", "entities": "place"}"#) == ["/entities"])
      #expect(
        try await pointers(rest + #", "filter": {"municipality": ["853"], "kind": ["x"], "data_source": ["A B"]}}"#)
          == ["/filter/data_source/0", "/filter/kind/0", "/filter/municipality"])
      #expect(try await pointers(rest + #", "filter": []}"#) == ["/filter"])
      #expect(try await pointers(rest + #", "sercet": "x"}"#) == ["/sercet"])
      #expect(try await api.write(.post, "/v1/webhook/", "[]").status == 400)
      #expect(try await api.write(.post, "/v1/webhook/", "{").status == 400)
      #expect(try await database.number("select count(*) from webhook") == 0)
      let id = try await Self.make(api)
      let reply = try await api.write(.patch, "/v1/webhook/\(id)/", #"{"url": "x", "active": null}"#)
      #expect(reply.status == 422 && reply.json()["errors"]?.arrayValue?.count == 2)
    }
  }

  @Test("A private address is refused when the webhook is made or moved, unless it is allowed")
  func privateAddress() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let id = try await Self.make(api)
      for url in ["http://127.0.0.1/", "http://localhost:9999/x", "http://10.0.0.1/", "http://[::1]/", "http://127.1/"]
      {
        let body = #"{"url": "\#(url)", "secret": "s"}"#
        let made = try await api.write(.post, "/v1/webhook/", body)
        #expect(made.status == 422 && made.code() == "private-address", "\(url)")
        #expect(try await api.write(.patch, "/v1/webhook/\(id)/", body).status == 422, "\(url)")
      }
      let open = try TestAPI(database, outgoing: OutgoingHTTP(rules: AddressRules(allow: ["127.0.0.0/8"])))
      _ = try await Self.make(open, #"{"url": "http://127.0.0.1/", "secret": "s"}"#)
    }
  }

  @Test("The delivery log is paged, newest first")
  func log() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let id = try await Self.make(api)
      try await database.execute(
        """
        insert into webhook_delivery (id, webhook, first_seq, last_seq, lines, attempts, status, http_status, error,
          created_time, attempted_time, finished_time)
        select 'd' || i, '\(id)', i, i, 1, 1, 'delivered', 200, null, now() - i * interval '1 minute', now(), now()
        from generate_series(1, 5) i
        """)
      let pages = try await [1, 2, 3].asyncMap { page in
        try await api.get("/v1/webhook/\(id)/deliveries/?page=\(page)&page_size=2", ["apikey": "turku-editor"])
      }
      #expect(pages.map { $0.ids() } == [["d1", "d2"], ["d3", "d4"], ["d5"]])
      #expect(pages[0].count() == 5 && pages[2].next() == nil)
      #expect(
        try await api.get("/v1/webhook/\(id)/deliveries/?page=4", ["apikey": "turku-editor"]).status == 404)
    }
  }

  @Test("A repeated Idempotency-Key makes one webhook")
  func idempotency() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let first = try await api.write(.post, "/v1/webhook/", Self.body, ["Idempotency-Key": "k1"])
      let second = try await api.write(.post, "/v1/webhook/", Self.body, ["Idempotency-Key": "k1"])
      #expect(first.status == 201 && second.status == 201 && first.json() == second.json())
      #expect(try await database.number("select count(*) from webhook") == 1)
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
