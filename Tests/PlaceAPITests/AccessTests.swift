import Crypto
import Foundation
import HTTPTypes
import Logging
import PlaceStore
import Places
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import PlaceAPI

/// Who asks, by the headers of a request.
@Suite("Access over HTTP")
struct HTTPAccessTests {
  private static func fields(_ headers: [(String, String)]) throws -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in headers { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
    return fields
  }

  @Test(
    "where a key or token is looked for",
    arguments: [
      ([], nil), ([("apikey", "")], nil), ([("apikey", "  ")], nil), ([("Authorization", "")], nil),
      ([("Authorization", "Bearer")], nil), ([("Authorization", "Bearer ")], nil),
      ([("Authorization", "Basic bWFpamE6c2FsYXN1cw==")], nil), ([("apikey", "k")], .key("k")),
      ([("ApiKey", " k ")], .key("k")), ([("Authorization", "Bearer k")], .key("k")),
      ([("Authorization", "bearer   k")], .key("k")), ([("Authorization", "BEARER a.b.c")], .token("a.b.c")),
      ([("apikey", "a.b.c")], .key("a.b.c")), ([("apikey", "k"), ("Authorization", "Bearer k")], .key("k")),
      ([("apikey", ""), ("Authorization", "Bearer k")], .key("k")),
      ([("apikey", "k"), ("Authorization", "Basic eA==")], .key("k")),
    ] as [([(String, String)], Credential?)])
  func credentials(headers: [(String, String)], expected: Credential?) throws {
    #expect(try Credential(Self.fields(headers)) == expected)
  }

  @Test("two different keys are a mistake")
  func twoKeys() throws {
    let problem = #expect(throws: Problem.self) {
      try Credential(Self.fields([("apikey", "a"), ("Authorization", "Bearer b")]))
    }
    #expect(problem?.status == .badRequest)
    #expect(problem?.code == "two-keys")
  }

  private static func with(_ body: (TestDatabase, Access, FakeIssuer) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      let issuer = FakeIssuer()
      issuer.show([try key.jwk("1")])
      _ = try await database.store.addOrganization(
        try OrganizationID("turku"), name: "Turku", by: Author(actor: "command", action: "test"))
      try await body(database, Access(store: database.store, tokens: try issuer.verifier()), issuer)
    }
  }
  private static let key = SigningKey.p256(P256.Signing.PrivateKey())

  private static func problem(_ access: Access, _ headers: [(String, String)]) async throws -> Problem {
    try await #require(throws: Problem.self) { try await access.caller(fields(headers)) }
  }

  @Test("Keys in both headers; what is no good key is 401 with the way to give one")
  func keys() async throws {
    try await Self.with { database, access, _ in
      let turku = try OrganizationID("turku")
      let author = Author(actor: "command", action: "test")
      let key = try await database.store.createKey(organization: turku, role: .editor, by: author)
      let expected = Caller(organization: "turku", role: .editor, sources: ["turku"], person: "key:\(key.id)")
      #expect(try await access.caller(Self.fields([("apikey", key.text)])) == expected)
      #expect(try await access.caller(Self.fields([("Authorization", "Bearer \(key.text)")])) == expected)
      #expect(try await access.caller(Self.fields([])) == nil)
      let wrong = [
        "nonsense", "pr_", AccessKeyText().text, key.text + "x", String(key.text.dropLast()), key.text.uppercased(),
        "pr_\(key.id)_\(AccessKeyText().text.suffix(43))", "'; drop table place; --",
        String(repeating: "k", count: 9000),
      ]
      for text in wrong {
        for headers in [[("apikey", text)], [("Authorization", "Bearer \(text)")]] {
          let problem = try await Self.problem(access, headers)
          #expect(problem.status == .unauthorized)
          #expect(problem.code == "unknown-key" || text.contains("."))
          #expect(problem.headers[.wwwAuthenticate] == "Bearer")
          #expect(!problem.detail.contains(text))
        }
      }
      #expect(try await database.store.revokeKey(key.id, by: author))
      #expect(try await Self.problem(access, [("apikey", key.text)]).code == "unknown-key")
    }
  }

  @Test("A token's organisation must be in the registry, and is met with its sources")
  func tokens() async throws {
    try await Self.with { database, access, issuer in
      func bearer(_ claims: JSONValue) throws -> [(String, String)] {
        [("Authorization", "Bearer \(try Self.key.token("ES256", claims))")]
      }
      let caller = try await access.caller(Self.fields(bearer(issuer.claims())))
      #expect(
        caller
          == Caller(
            organization: "turku", role: .editor, sources: ["turku"], person: "https://id.turku.example#maija"))
      let absent = try await Self.problem(access, try bearer(issuer.claims([("org", "Kaarina")])))
      #expect(absent.status == .forbidden)
      #expect(absent.code == "no-organization")
      let expired = try await Self.problem(access, try bearer(issuer.claims([("exp", .integer(1))])))
      #expect(expired.status == .unauthorized)
      let without = Access(store: database.store, tokens: nil)
      #expect(try await Self.problem(without, try bearer(issuer.claims())).code == "unknown-key")
    }
  }

  @Test("The rate limit counts by key, and by address without one or with a wrong one")
  func rateLimit() async throws {
    let api = API(
      store: PlaceStore(
        client: .init(.init(url: "postgresql://127.0.0.1:1/none"), logger: Logger(label: "test")),
        engine: TestDatabase.engine, logger: Logger(label: "test")),
      configuration: .init(), metrics: { "" },
      caller: { headers in
        guard let key = headers[.apikey] else { return nil }
        guard key.hasPrefix("good") else { throw Problem.unknownKey("no") }
        return Caller(organization: "turku", role: .reader, sources: [], person: "key:\(key)")
      })
    let limiter = RateLimiter(perMinute: 2)
    func status(_ key: String?, _ address: String) async throws -> Int {
      do {
        _ = try await api.admit(Self.fields(key.map { [("apikey", $0)] } ?? []), address: address, limiter: limiter)
        return 200
      } catch let problem as Problem { return problem.status.code }
    }
    for (key, address, expected) in [
      ("good1", "a", 200), ("good1", "b", 200), ("good1", "c", 429), ("good2", "a", 200), (nil, "a", 200),
      ("bad", "a", 401), ("bad", "a", 429), (nil, "a", 429), ("good2", "a", 200), ("good2", "a", 429), (nil, "b", 200),
    ] as [(String?, String, Int)] {
      #expect(try await status(key, address) == expected, "\(key ?? "-") \(address)")
    }
    _ = try await api.admit(Self.fields([]), address: "a", limiter: nil)
  }
}
