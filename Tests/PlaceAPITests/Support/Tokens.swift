import Crypto
import CryptoExtras
import Foundation
import Logging
import Places
import Synchronization

@testable import PlaceAPI

/// Makes keys and tokens with the cryptography alone, apart from the library that checks them.
enum SigningKey: Sendable {
  case p256(P256.Signing.PrivateKey)
  case p384(P384.Signing.PrivateKey)
  case p521(P521.Signing.PrivateKey)
  case ed25519(Curve25519.Signing.PrivateKey)
  case rsa(_RSA.Signing.PrivateKey)

  /// One RSA key for all tests: making one takes a while.
  static let sharedRSA = SigningKey.rsa(try! _RSA.Signing.PrivateKey(keySize: .bits2048))

  /// The public key as a member of a key set.
  func jwk(_ id: String?, _ more: [(String, String)] = []) throws -> JSONValue {
    func halves(_ raw: Data) -> [(String, String)] {
      [("x", base64URL(raw.prefix(raw.count / 2))), ("y", base64URL(raw.suffix(raw.count / 2)))]
    }
    var members: [(String, String)] =
      switch self {
      case .p256(let key): [("kty", "EC"), ("crv", "P-256")] + halves(key.publicKey.rawRepresentation)
      case .p384(let key): [("kty", "EC"), ("crv", "P-384")] + halves(key.publicKey.rawRepresentation)
      case .p521(let key): [("kty", "EC"), ("crv", "P-521")] + halves(key.publicKey.rawRepresentation)
      case .ed25519(let key):
        [("kty", "OKP"), ("crv", "Ed25519"), ("x", base64URL(key.publicKey.rawRepresentation))]
      case .rsa(let key):
        try [
          ("kty", "RSA"), ("n", base64URL(key.publicKey.getKeyPrimitives().modulus)),
          ("e", base64URL(key.publicKey.getKeyPrimitives().publicExponent)),
        ]
      }
    if let id { members.append(("kid", id)) }
    return .object((members + more).map { .init($0.0, .string($0.1)) })
  }

  func sign(_ algorithm: String, _ bytes: Data) throws -> Data {
    switch self {
    case .p256(let key): return try key.signature(for: bytes).rawRepresentation
    case .p384(let key): return try key.signature(for: bytes).rawRepresentation
    case .p521(let key): return try key.signature(for: bytes).rawRepresentation
    case .ed25519(let key): return try key.signature(for: bytes)
    case .rsa(let key):
      let padding: _RSA.Signing.Padding = algorithm.hasPrefix("PS") ? .PSS : .insecurePKCS1v1_5
      return switch algorithm.suffix(3) {
      case "384": try key.signature(for: SHA384.hash(data: bytes), padding: padding).rawRepresentation
      case "512": try key.signature(for: SHA512.hash(data: bytes), padding: padding).rawRepresentation
      default: try key.signature(for: SHA256.hash(data: bytes), padding: padding).rawRepresentation
      }
    }
  }

  /// A token with these claims.
  func token(_ algorithm: String, kid: String? = "1", _ claims: JSONValue, header: [JSONValue.Member] = []) throws
    -> String
  {
    try Self.token(algorithm, kid: kid, claims, header: header) { try sign(algorithm, $0) }
  }

  static func token(
    _ algorithm: String, kid: String? = "1", _ claims: JSONValue, header: [JSONValue.Member] = [],
    sign: (Data) throws -> Data
  ) throws -> String {
    let members =
      [.init("alg", .string(algorithm)), .init("typ", "JWT")] + (kid.map { [.init("kid", .string($0))] } ?? []) + header
    let signed = base64URL(Data(JSONValue.object(members).text.utf8)) + "." + base64URL(Data(claims.text.utf8))
    return signed + "." + base64URL(try sign(Data(signed.utf8)))
  }
}

func base64URL(_ data: Data) -> String {
  data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

extension JSONValue: ExpressibleByStringLiteral {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
}

/// An issuer that is not there but answers, on a clock that stands still until it is set.
final class FakeIssuer: Sendable {
  static let url = "https://id.turku.example/jwks"
  static let issuer = "https://id.turku.example"

  private struct State {
    var keySet = ""
    var isAway = false
    var fetches = 0
    var now = 1_800_000_000.0
  }
  private let state = Mutex(State())

  var fetches: Int { state.withLock { $0.fetches } }
  func show(_ keys: [JSONValue]) { show(JSONValue.object([.init("keys", .array(keys))]).text) }
  func show(_ text: String) { state.withLock { $0.keySet = text } }
  func isAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
  func pass(seconds: Double) { state.withLock { $0.now += seconds } }
  var now: Double { state.withLock { $0.now } }

  struct Away: Error {}

  func fetch() throws -> [UInt8] {
    try state.withLock { state in
      state.fetches += 1
      if state.isAway { throw Away() }
      return Array(state.keySet.utf8)
    }
  }

  /// The settings of an issuer in the form of the file.
  static func settings(_ more: String = "", issuer: String = issuer, url: String = url) -> String {
    """
    {"issuer": "\(issuer)", "audience": "registry", "jwks_url": "\(url)", "organization_claim": "org",
     "role_claim": "realm_access.roles", "roles": {"paikat-luku": "reader", "paikat": "editor", "paikat-yp": "admin"},
     "organizations": {"Turun kaupunki": "turku", "Kaarina": "kaarina"}\(more)}
    """
  }

  func verifier(_ settings: String = "[\(settings())]") throws -> TokenVerifier {
    TokenVerifier(
      try TokenIssuer.list(json: Array(settings.utf8), directory: "/nowhere"),
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { self.now },
      fetch: { _ in try self.fetch() })
  }

  /// Claims of a token that is good, changed as given; nil takes a claim away.
  func claims(_ changes: [(String, JSONValue?)] = []) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("iss", .string(Self.issuer)), .init("aud", "registry"), .init("sub", "maija"),
      .init("org", "Turun kaupunki"),
      .init("exp", .integer(Int64(now) + 300)), .init("nbf", .integer(Int64(now) - 5)),
      .init("realm_access", .object([.init("roles", .array(["offline_access", "paikat"]))])),
    ]
    for (key, value) in changes {
      members.removeAll { $0.key == key }
      if let value { members.append(.init(key, value)) }
    }
    return .object(members)
  }
}
