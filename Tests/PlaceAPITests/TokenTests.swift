import Crypto
import CryptoExtras
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Places
import Testing

@testable import PlaceAPI

/// Bearer tokens of OpenID Connect issuers.
@Suite("Tokens")
struct TokenTests {
  private static let key = SigningKey.p256(P256.Signing.PrivateKey())

  /// An issuer with one key, and what checks its tokens.
  private static func issuer(_ settings: String? = nil) throws -> (FakeIssuer, TokenVerifier) {
    let issuer = FakeIssuer()
    issuer.show([try key.jwk("1")])
    return (issuer, try settings.map { try issuer.verifier($0) } ?? issuer.verifier())
  }

  private static func problem(_ body: () async throws -> TokenIdentity) async -> Problem? {
    do {
      let identity = try await body()
      Issue.record("A token was believed: \(identity)")
      return nil
    } catch let problem as Problem { return problem } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test("A good token tells organisation, role and person; the issuer is asked once")
  func good() async throws {
    let (issuer, verifier) = try Self.issuer()
    let token = try Self.key.token("ES256", issuer.claims())
    for _ in 0..<3 {
      let identity = try await verifier.identity(token)
      #expect(identity.organization.description == "turku")
      #expect(identity.role == .editor)
      #expect(identity.person == "https://id.turku.example#maija")
    }
    #expect(issuer.fetches == 1)
  }

  @Test(
    "every algorithm with a key of its kind",
    arguments: [
      ("ES256", key), ("ES384", .p384(P384.Signing.PrivateKey())), ("ES512", .p521(P521.Signing.PrivateKey())),
      ("EdDSA", .ed25519(Curve25519.Signing.PrivateKey())), ("RS256", .sharedRSA), ("RS384", .sharedRSA),
      ("RS512", .sharedRSA), ("PS256", .sharedRSA), ("PS384", .sharedRSA), ("PS512", .sharedRSA),
    ] as [(String, SigningKey)])
  func algorithms(name: String, key: SigningKey) async throws {
    let issuer = FakeIssuer()
    issuer.show([try key.jwk("1")])
    let verifier = try issuer.verifier()
    #expect(try await verifier.identity(key.token(name, issuer.claims())).role == .editor)
    // A key that is for one algorithm is for no other.
    issuer.show([try key.jwk("1", [("alg", name == "PS256" ? "RS256" : "PS256"), ("use", "sig")])])
    let other = try issuer.verifier()
    #expect(await Self.problem { try await other.identity(key.token(name, issuer.claims())) }?.status.code ?? 0 >= 401)
  }

  @Test(
    "claims that make a token useless",
    arguments: [
      ("exp", .integer(1_800_000_000 - 61), "expired"), ("exp", nil, "exp"), ("exp", "tomorrow", "exp"),
      ("nbf", .integer(1_800_000_061), "nbf"), ("nbf", "now", "nbf"), ("aud", "others", "aud"), ("aud", nil, "aud"),
      ("aud", .array(["a", "b"]), "aud"), ("iss", "https://id.elsewhere.example", "iss"), ("iss", nil, "iss"),
      ("iss", "https://id.turku.example/", "iss"), ("sub", nil, "sub"), ("sub", "", "sub"), ("sub", "a\0b", "sub"),
    ] as [(String, JSONValue?, String)])
  func badClaims(name: String, value: JSONValue?, word: String) async throws {
    let (issuer, verifier) = try Self.issuer()
    let token = try Self.key.token("ES256", issuer.claims([(name, value)]))
    let problem = await Self.problem { try await verifier.identity(token) }
    #expect(problem?.status == .unauthorized)
    #expect(problem?.code == "invalid-token")
    #expect(problem?.detail.contains(word) == true, "\(problem?.detail ?? "")")
    #expect(problem?.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
  }

  @Test(
    "clocks may differ by a minute, audiences may be many, times may have fractions",
    arguments: [
      ("exp", .integer(1_800_000_000 - 59)), ("nbf", .integer(1_800_000_059)), ("nbf", nil),
      ("aud", .array(["others", "registry"])), ("exp", .number(1_800_000_000.5)),
    ] as [(String, JSONValue?)])
  func goodClaims(name: String, value: JSONValue?) async throws {
    let (issuer, verifier) = try Self.issuer()
    #expect(try await verifier.identity(Self.key.token("ES256", issuer.claims([(name, value)]))).role == .editor)
  }

  @Test("What isn't signed, or signed with a public key as if it were a secret, is not believed")
  func forged() async throws {
    let issuer = FakeIssuer()
    let rsa = SigningKey.sharedRSA
    issuer.show([try rsa.jwk("1"), try Self.key.jwk("2")])
    let verifier = try issuer.verifier()
    let claims = issuer.claims()
    guard case .rsa(let secret) = rsa else { return }
    let pem = Data(secret.publicKey.pemRepresentation.utf8)
    let modulus = try secret.publicKey.getKeyPrimitives().modulus
    func hmac(_ key: Data) throws -> String {
      try SigningKey.token("HS256", claims) {
        Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: key)))
      }
    }
    let good = try rsa.token("RS256", claims)
    let parts = good.split(separator: ".")
    let another = try SigningKey.p256(P256.Signing.PrivateKey()).token("ES256", kid: "2", claims)
    var forged: [String] = []
    for name in ["none", "None", "NONE", ""] { forged.append(try SigningKey.token(name, claims) { _ in Data() }) }
    forged += [
      try hmac(pem), try hmac(modulus), try hmac(Data()), another,
      // A key of one kind under the algorithm of another, or under another algorithm of its kind.
      try rsa.token("RS256", kid: "2", claims), try Self.key.token("ES256", kid: "1", claims),
      try SigningKey.token("RS256", claims) { try rsa.sign("PS256", $0) },
      try SigningKey.token("ES256", kid: "2", claims) { try Self.key.sign("ES256", $0).dropLast() },
      try SigningKey.token("ES256", kid: "2", claims) { _ in Data(count: 64) },
      // Others' claims under a good signature.
      "\(parts[0]).\(base64URL(Data(issuer.claims([("sub", "ylläpitäjä")]).text.utf8))).\(parts[2])",
      try rsa.token("RS256", claims, header: [.init("crit", .array(["b64"])), .init("b64", .bool(false))]),
    ]
    for token in forged {
      let problem = await Self.problem { try await verifier.identity(token) }
      #expect(problem?.status == .unauthorized, "\(token)")
    }
    #expect(try await verifier.identity(good).role == .editor)
  }

  @Test(
    "what is no token",
    arguments: [
      "", ".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30.e30", "W10.W10.", "eyJhbGciOiJFUzI1NiJ9.e30",
      "eyJhbGciOiJFUzI1NiJ9=.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.%%", String(repeating: "a", count: 20_000) + ".a.a",
    ])
  func noToken(text: String) async throws {
    let (issuer, verifier) = try Self.issuer()
    #expect(await Self.problem { try await verifier.identity(text) }?.status == .unauthorized)
    #expect(issuer.fetches == 0)
  }

  @Test("A key that is not known is looked for, at most once a minute; the old ones are kept while the issuer is away")
  func rotation() async throws {
    let (issuer, verifier) = try Self.issuer()
    let old = try Self.key.token("ES256", issuer.claims([("exp", .integer(1_800_100_000))]))
    let next = SigningKey.p256(P256.Signing.PrivateKey())
    let new = try next.token("ES256", kid: "2", issuer.claims([("exp", .integer(1_800_100_000))]))
    _ = try await verifier.identity(old)
    issuer.show([try Self.key.jwk("1"), try next.jwk("2")])
    for _ in 0..<3 { #expect(await Self.problem { try await verifier.identity(new) }?.status == .unauthorized) }
    #expect(issuer.fetches == 1)
    issuer.pass(seconds: 61)
    issuer.isAway(true)
    #expect(await Self.problem { try await verifier.identity(new) }?.status == .unauthorized)
    #expect(issuer.fetches == 2)
    _ = try await verifier.identity(old)
    issuer.isAway(false)
    #expect(await Self.problem { try await verifier.identity(new) }?.status == .unauthorized)
    issuer.pass(seconds: 11)
    _ = try await verifier.identity(new)
    _ = try await verifier.identity(old)
    #expect(issuer.fetches == 3)
    // An hour later keys are fetched without a reason, beside the requests, and what the issuer took back is gone.
    issuer.show([try next.jwk("2")])
    issuer.pass(seconds: 3601)
    for _ in 0..<500 {
      guard (try? await verifier.identity(old)) != nil else { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(await Self.problem { try await verifier.identity(old) }?.status == .unauthorized)
    #expect(try await verifier.identity(new).role == .editor)
  }

  @Test("An issuer that never answered is 503, not the client's fault; a hundred at once ask it once")
  func away() async throws {
    let (issuer, verifier) = try Self.issuer()
    let token = try Self.key.token("ES256", issuer.claims())
    issuer.isAway(true)
    #expect(await Self.problem { try await verifier.identity(token) }?.status == .serviceUnavailable)
    for text in [
      "", "[]", "{\"keys\": 1}", "{\"keys\": []}", String(repeating: " ", count: 1 << 20) + "{\"keys\": []}",
    ] {
      issuer.isAway(false)
      issuer.show(text)
      issuer.pass(seconds: 11)
      #expect(await Self.problem { try await verifier.identity(token) }?.status == .serviceUnavailable)
    }
    issuer.show([try Self.key.jwk("1")])
    issuer.pass(seconds: 11)
    let before = issuer.fetches
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { _ = try await verifier.identity(token) } }
      try await group.waitForAll()
    }
    #expect(issuer.fetches == before + 1)
  }

  @Test("Key sets hold much that is not for signatures, and tokens may not name their key")
  func mixedKeySet() async throws {
    let issuer = FakeIssuer()
    let second = SigningKey.p256(P256.Signing.PrivateKey())
    guard case .p256(let lost) = SigningKey.p256(P256.Signing.PrivateKey()) else { return }
    issuer.show([
      .object([.init("kty", "oct"), .init("k", "AAAA"), .init("kid", "1")]), .null, .object([]), "text",
      .object([.init("kty", "OKP"), .init("crv", "X25519"), .init("x", "AAAA")]),
      .object([.init("kty", "RSA"), .init("n", "AQAB"), .init("e", "AQAB"), .init("kid", "short")]),
      try SigningKey.sharedRSA.jwk("enc", [("use", "enc"), ("alg", "RSA-OAEP-256")]),
      try SigningKey.p256(lost).jwk("lost", [("d", base64URL(lost.rawRepresentation))]),
      try second.jwk("other"), try Self.key.jwk("1", [("use", "sig"), ("x5t", "abc"), ("alg", "ES256")]),
    ])
    let verifier = try issuer.verifier()
    #expect(try await verifier.identity(Self.key.token("ES256", issuer.claims())).role == .editor)
    #expect(try await verifier.identity(Self.key.token("ES256", kid: nil, issuer.claims())).role == .editor)
    #expect(try await verifier.identity(second.token("ES256", kid: nil, issuer.claims())).role == .editor)
    for token in [
      try SigningKey.sharedRSA.token("RS256", kid: "enc", issuer.claims()),
      try SigningKey.p256(lost).token("ES256", kid: "lost", issuer.claims()),
    ] { #expect(await Self.problem { try await verifier.identity(token) }?.status == .unauthorized) }
  }

  @Test(
    "roles and organisations from claims",
    arguments: [
      ("{\"realm_access\": {\"roles\": [\"paikat-yp\", \"paikat\"]}}", "admin turku"),
      ("{\"realm_access\": {\"roles\": \"paikat-luku\"}}", "reader turku"),
      ("{\"realm_access\": {\"roles\": \"openid paikat profile\"}}", "editor turku"),
      ("{\"realm_access\": {\"roles\": []}}", "no-role"), ("{\"realm_access\": {\"roles\": [\"admin\"]}}", "no-role"),
      ("{\"realm_access\": 7}", "no-role"), ("{\"realm_access.roles\": [\"paikat-luku\"]}", "reader turku"),
      ("{\"org\": [\"Naantali\", \"Kaarina\", \"Turun kaupunki\"]}", "editor kaarina"),
      ("{\"org\": \"turku\"}", "no-organization"), ("{\"org\": null}", "no-organization"),
    ])
  func claims(json: String, expected: String) async throws {
    let (issuer, verifier) = try Self.issuer()
    let changes = try #require(try JSONParser.parse(json).members).map { ($0.key, Optional($0.value)) }
    let cleared: [(String, JSONValue?)] = json.contains("access.") ? [("realm_access", nil)] : []
    let token = try Self.key.token("ES256", issuer.claims(cleared + changes))
    do {
      let identity = try await verifier.identity(token)
      #expect("\(identity.role) \(identity.organization)" == expected)
    } catch let problem as Problem {
      #expect(problem.code == expected)
      #expect(problem.status == .forbidden)
    }
  }

  @Test("Two issuers, each with its own keys and meaning; one may stand twice for two audiences")
  func twoIssuers() async throws {
    let other = SigningKey.sharedRSA
    let fetches = FakeIssuer()
    let settings = """
      [\(FakeIssuer.settings()),
       {"issuer": "https://sts.kaarina.example", "audience": ["api://paikat", "paikat"], "jwks_url": "https://kaarina",
        "organization": "kaarina", "role_claim": "roles", "roles": {"Editor": "editor", "paikat": "reader"}},
       {"issuer": "https://id.turku.example", "audience": "robots", "jwks_url": "https://id.turku.example/jwks",
        "organization_claim": "org", "role_claim": "scope", "roles": {"write": "editor"}}]
      """
    let turku = try Self.key.jwk("1")
    let kaarina = try other.jwk("1")
    let verifier = TokenVerifier(
      try TokenIssuer.list(json: Array(settings.utf8), directory: "/nowhere"),
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { fetches.now },
      fetch: { url in
        Array(JSONValue.object([.init("keys", .array([url == "https://kaarina" ? kaarina : turku]))]).text.utf8)
      })
    func claims(_ issuer: String, _ audience: String, _ role: (String, JSONValue), _ organization: JSONValue?)
      -> JSONValue
    {
      fetches.claims([("iss", .string(issuer)), ("aud", .string(audience)), (role.0, role.1), ("org", organization)])
    }
    let ofKaarina = claims("https://sts.kaarina.example", "paikat", ("roles", .array(["Editor"])), nil)
    let identity = try await verifier.identity(other.token("RS256", ofKaarina))
    #expect(identity.organization.description == "kaarina")
    #expect(identity.person == "https://sts.kaarina.example#maija")
    #expect(try await verifier.identity(Self.key.token("ES256", fetches.claims())).organization.description == "turku")
    let robot = claims("https://id.turku.example", "robots", ("scope", "openid write"), "raisio")
    #expect(try await verifier.identity(Self.key.token("ES256", robot)).organization.description == "raisio")
    // One issuer's key is nothing to the other.
    #expect(await Self.problem { try await verifier.identity(Self.key.token("ES256", ofKaarina)) }?.status.code == 401)
    #expect(await Self.problem { try await verifier.identity(other.token("RS256", robot)) }?.status.code == 401)
  }

  @Test("Key sets from a server and from a file")
  func served() async throws {
    let text = JSONValue.object([.init("keys", .array([try Self.key.jwk("1")]))]).text
    let router = Router()
    router.get("/jwks") { _, _ in ByteBuffer(string: text) }
    let clock = FakeIssuer()
    let token = try Self.key.token("ES256", clock.claims())
    let issuers = try TokenIssuer.list(json: Array("[\(FakeIssuer.settings())]".utf8), directory: "/nowhere")
    let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let identity = try await Application(router: router, logger: quiet).test(.live) { client in
      let verifier = TokenVerifier(issuers, logger: quiet, now: { clock.now }) { url in
        let response = try await client.execute(uri: try #require(URL(string: url)).path, method: .get)
        return Array(response.body.readableBytesView)
      }
      return try await verifier.identity(token)
    }
    #expect(identity.organization.description == "turku")
    let folder = FileManager.default.temporaryDirectory.appending(path: "jwks-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appending(path: "keys.json"))
    let settings = FakeIssuer.settings().replacing(
      "\"jwks_url\": \"\(FakeIssuer.url)\"", with: "\"jwks_file\": \"keys.json\"")
    let fromFile = TokenVerifier(
      try TokenIssuer.list(json: Array("[\(settings)]".utf8), directory: folder.path), logger: quiet,
      now: { clock.now }, fetch: { _ in throw FakeIssuer.Away() })
    #expect(try await fromFile.identity(token).organization.description == "turku")
  }

  @Test(
    "settings that can't be used are told with the issuer and the member",
    arguments: [
      ("", "JSON"), ("[]", "array"), ("{}", "array"), ("[{}]", "issuer"), ("[1]", "issuer"),
      ("[\(FakeIssuer.settings(", \"audiance\": \"x\""))]", "audiance"),
      ("[\(FakeIssuer.settings(", \"audience\": []"))]", "audience"),
      ("[\(FakeIssuer.settings(", \"audience\": \"\""))]", "audience"),
      ("[\(FakeIssuer.settings(", \"jwks_file\": \"keys.json\""))]", "jwks_url"),
      ("[\(FakeIssuer.settings(url: "ftp://id.example"))]", "jwks_url"),
      ("[\(FakeIssuer.settings(", \"organization\": \"turku\""))]", "organization_claim"),
      ("[\(FakeIssuer.settings(", \"organizations\": {\"a\": \"Turku\"}"))]", "Turku"),
      ("[\(FakeIssuer.settings(", \"organizations\": []"))]", "organizations"),
      ("[\(FakeIssuer.settings(", \"role_claim\": \"\""))]", "role_claim"),
      ("[\(FakeIssuer.settings(", \"roles\": {}"))]", "roles"),
      ("[\(FakeIssuer.settings(", \"roles\": {\"a\": \"owner\"}"))]", "roles"),
      ("[\(FakeIssuer.settings()), \(FakeIssuer.settings(", \"roles\": 1"))]", "Issuer 2 (https://id.turku.example)"),
    ])
  func settings(text: String, word: String) {
    let error = #expect(throws: InvalidValue.self) {
      try TokenIssuer.list(json: Array(text.utf8), directory: "/nowhere")
    }
    #expect(error?.detail.contains(word) == true, "\(error?.detail ?? "")")
  }
}
