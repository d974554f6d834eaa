import HTTPTypes
import Logging
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// The service's own pages, what it does without its database, and what can be configured.
@Suite("Service")
struct ServiceRouteTests {
  @Test("Health, readiness, metrics, description, documentation, root")
  func pages() async throws {
    try await TestAPI.with { api in
      #expect(try await api.get("/health").json().text == #"{"status":"ok"}"#)
      #expect(try await api.get("/ready").json().text == #"{"status":"ready"}"#)
      for target in ["/health", "/ready", "/metrics"] {
        let reply = try await api.get(target)
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.header("ETag") == nil)
      }
      let metrics = try await api.get("/metrics")
      #expect(metrics.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
      let openAPI = try await api.get("/openapi.json")
      #expect(openAPI.json()["openapi"]?.stringValue?.hasPrefix("3.1") == true)
      #expect(!String(decoding: openAPI.plain, as: UTF8.self).contains("\"$ref\":\"http"))
      let docs = try await api.get("/docs")
      #expect(docs.header("Content-Type") == "text/html; charset=utf-8")
      let root = try await api.get("/")
      #expect(root.json()["docs"] == .string("http://test.fi/docs"))
      let browser = try await api.get("/", ["Accept": "text/html,*/*;q=0.8"])
      #expect(browser.status == 303)
      #expect(browser.header("Location") == "http://test.fi/docs")
      let index = try await api.get("/v1/")
      for link in index.json().members ?? [] {
        let target = try TestAPI.target(of: link.value.stringValue ?? "")
        #expect(try await api.get(target).status == 200, "\(link.key)")
      }
    }
  }

  @Test("Every route of the program is described, and nothing else")
  func described() async throws {
    try await TestAPI.with { api in
      let document = try await api.get("/openapi.json").json()
      let described = Set(
        (document["paths"]?.members ?? []).map { path in
          path.key.split(separator: "/").map { $0.hasPrefix("{") ? "*" : String($0) }
        })
      #expect(described == Set(Route.all.map(\.pattern)))
      for route in Route.all {
        let path = (document["paths"]?.members ?? []).first { member in
          member.key.split(separator: "/").map { $0.hasPrefix("{") ? "*" : String($0) } == route.pattern
        }
        let methods = Set((path?.value.members ?? []).map(\.key)).subtracting(["parameters", "summary", "description"])
        #expect(methods == Set(route.actions.keys.map { $0.rawValue.lowercased() }), "\(route.name)")
        for (method, action) in route.actions {
          let operation = path?.value[method.rawValue.lowercased()]
          let named = Set(
            (operation?["parameters"]?.arrayValue ?? []).map { parameter -> String in
              let reference = parameter["$ref"]?.stringValue?.split(separator: "/").last.map(String.init)
              let target = reference.flatMap { document["components"]?["parameters"]?[$0] } ?? parameter
              return target["in"] == .string("query") ? target["name"]?.stringValue ?? "" : ""
            }.filter { !$0.isEmpty })
          #expect(named.isSubset(of: action.parameters.union(action.unsupported)), "\(method) \(route.name)")
          #expect(
            action.parameters.subtracting(named).isSubset(of: ["include", "format", "cursor"]),
            "\(method) \(route.name)")
        }
      }
    }
  }

  @Test("Without the schema it is alive but not ready")
  func notReady() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      #expect(try await api.get("/ready").status == 200)
      _ = try await database.client.query("delete from schema_migration where name = 'functions'")
      let differing = try await api.get("/ready")
      #expect(differing.status == 503)
      _ = try await database.client.query("drop table schema_migration")
      let missing = try await api.get("/ready")
      #expect(missing.status == 503)
      #expect(missing.header("Retry-After") != nil)
      #expect(missing.header("Content-Type") == "application/problem+json")
      #expect(try await api.get("/health").status == 200)
    }
  }

  @Test("Without the database: 503 with Retry-After and a problem, on every route that needs it")
  func databaseAway() async throws {
    try await TestDatabase.with { database in
      var configuration = PostgresConfiguration(url: "postgresql://nobody:secret@127.0.0.1:1/none")
      configuration.acquireTimeout = .milliseconds(300)
      configuration.connectTimeout = .milliseconds(300)
      let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let client = PostgresClient(configuration, logger: logger)
      let store = PlaceStore(client: client, engine: TestDatabase.engine, logger: logger)
      let api = try TestAPI(database, store: store)
      for target in [
        "/ready", "/v1/place/", "/v1/place/a:1/", "/v1/place/?municipality=853", "/v1/place/?nearest=22,60",
        "/v1/place/?srid=3877&bbox=23460000,6700000,23470000,6710000", "/v1/municipality/", "/v1/municipality/853/",
        "/v1/municipality/?lat=60&lon=22", "/v1/postal_code/", "/v1/postal_code/20100/", "/v1/data_source/",
      ] {
        let reply = try await api.get(target)
        #expect(reply.status == 503, "\(target)")
        #expect(reply.header("Retry-After").flatMap { Int($0) } ?? 0 > 0, "\(target)")
        #expect(reply.header("Content-Type") == "application/problem+json")
        let told = String(decoding: reply.plain, as: UTF8.self)
        #expect(!told.contains("secret") && !told.contains("127.0.0.1"))
      }
      for target in ["/health", "/docs", "/openapi.json", "/metrics", "/v1/"] {
        #expect(try await api.get(target).status == 200, "\(target)")
      }
      await client.close()
    }
  }

  @Test("Absolute URLs begin with the public URL, else the Host; forwarded ones count from trusted proxies only")
  func baseURLs() async throws {
    try await TestDatabase.with { database in
      func base(_ configuration: APIConfiguration, _ headers: [String: String], _ authority: String?, peer: String)
        async throws
        -> String
      {
        let api = try TestAPI(database, configuration: configuration)
        let reply = try await api.send(.get, "/", headers, authority: authority, peer: peer)
        return reply.json()["docs"]?.stringValue ?? ""
      }
      var open = APIConfiguration()
      let forwarded = ["X-Forwarded-Host": "a.fi", "X-Forwarded-Proto": "https"]
      #expect(try await base(open, [:], "b.fi:8080", peer: "10.0.0.1") == "http://b.fi:8080/docs")
      #expect(try await base(open, forwarded, "b.fi", peer: "10.0.0.1") == "http://b.fi/docs")
      open.trustedProxies = ["10.0.0.1"]
      #expect(try await base(open, forwarded, "b.fi", peer: "10.0.0.1") == "https://a.fi/docs")
      #expect(try await base(open, forwarded, "b.fi", peer: "10.0.0.2") == "http://b.fi/docs")
      for evil in ["a.fi/x", "a\"b", "a<b>", "a@b", "a b", "å.fi", ""] {
        let told = try await base(.init(), [:], evil, peer: "10.0.0.1")
        #expect(told == "http://localhost/docs", "\(evil)")
      }
      open.publicURL = "https://paikat.example.fi"
      #expect(try await base(open, forwarded, "b.fi", peer: "10.0.0.1") == "https://paikat.example.fi/docs")
    }
  }

  @Test("Above the rate an address gets 429 with Retry-After; others go on")
  func rateLimit() async throws {
    try await TestDatabase.with { database in
      var configuration = APIConfiguration()
      configuration.rateLimit = 3
      configuration.trustedProxies = ["10.0.0.9"]
      let api = try TestAPI(database, configuration: configuration)
      for _ in 0..<3 { #expect(try await api.send(.get, "/health", peer: "10.0.0.1").status == 200) }
      let refused = try await api.send(.get, "/v1/place/", peer: "10.0.0.1")
      #expect(refused.status == 429)
      #expect(refused.header("Retry-After") == "10")
      #expect(refused.code() == "too-many-requests")
      #expect(try await api.send(.get, "/v1/", peer: "10.0.0.2").status == 200)
      // Behind a proxy it is the client that counts, the last address that the proxy wrote.
      for _ in 0..<3 {
        let reply = try await api.send(.get, "/v1/", ["X-Forwarded-For": "1.1.1.1, 10.0.0.3"], peer: "10.0.0.9")
        #expect(reply.status == 200)
      }
      #expect(try await api.send(.get, "/v1/", ["X-Forwarded-For": "10.0.0.3"], peer: "10.0.0.9").status == 429)
      #expect(try await api.send(.get, "/v1/", ["X-Forwarded-For": "10.0.0.4"], peer: "10.0.0.9").status == 200)
      // Keys have allowances of their own, wherever they come from; paths that are not there count too.
      for peer in ["10.0.0.1", "10.0.0.5", "10.0.0.6"] {
        #expect(try await api.send(.get, "/v1/place/", ["apikey": "turku-reader"], peer: peer).status == 200)
      }
      #expect(try await api.send(.get, "/v1/place/", ["apikey": "turku-reader"], peer: "10.0.0.7").status == 429)
      #expect(try await api.send(.get, "/v1/place/", ["apikey": "admin"], peer: "10.0.0.1").status == 200)
      for _ in 0..<3 { #expect(try await api.send(.get, "/nothing", peer: "10.0.0.8").status == 404) }
      #expect(try await api.send(.get, "/nothing", peer: "10.0.0.8").status == 429)
    }
  }

  @Test("Cache-Control is settable")
  func cacheControl() async throws {
    try await TestDatabase.with { database in
      var configuration = APIConfiguration()
      configuration.cacheControl = "public, max-age=60"
      let reply = try await TestAPI(database, configuration: configuration).get("/v1/place/")
      #expect(reply.header("Cache-Control") == "public, max-age=60")
    }
  }
}
