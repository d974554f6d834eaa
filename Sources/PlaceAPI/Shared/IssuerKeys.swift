import JWTKit
import Logging
import Places

/// One key of an issuer that signatures can be checked with.
private struct VerificationKey: Sendable {
  let id: String?
  /// By the name of the algorithm; only those that fit the key's type and curve and what the key set says of it.
  let algorithms: [String: any JWTAlgorithm]
}

/// An issuer's public keys, fetched at need and kept: again for a key that is not known, at most once a minute, and when
/// they are an hour old, beside the requests. While the issuer is away the old ones stay.
actor IssuerKeys {
  private let issuer: String
  private let fetch: @Sendable () async throws -> [UInt8]
  private let now: @Sendable () -> Double
  private let logger: Logger
  private var keys: [VerificationKey] = []
  private var fetchedTime: Double?
  private var nextFetchTime = -Double.infinity
  private var fetching: Task<Void, Never>?

  private static let maximumBytes = 1 << 20
  /// Seconds after which keys are fetched anew although all that were asked for are known: revoked ones must go.
  private static let lifetime = 3600.0
  /// Seconds between two fetches, the first of which succeeded or failed.
  private static let pauseAfterSuccess = 60.0
  private static let pauseAfterFailure = 10.0

  /// `fetch` gives the key set as it came, `now` seconds since any fixed time.
  init(
    issuer: String, logger: Logger, now: @escaping @Sendable () -> Double,
    fetch: @escaping @Sendable () async throws -> [UInt8]
  ) {
    self.issuer = issuer
    self.logger = logger
    self.now = now
    self.fetch = fetch
  }

  /// Whether keys were ever had.
  var areKnown: Bool { fetchedTime != nil }

  /// What may have signed a token with this algorithm: the key that it names, or all when it names none.
  func candidates(_ keyID: String?, _ algorithm: String) -> [any JWTAlgorithm] {
    if let fetchedTime, now() - fetchedTime > Self.lifetime { _ = startFetching() }
    return keys.compactMap { keyID == nil || $0.id == keyID ? $0.algorithms[algorithm] : nil }
  }

  /// Fetches the keys unless that was done just now.
  func refresh() async { await startFetching()?.value }

  private func startFetching() -> Task<Void, Never>? {
    if let fetching { return fetching }
    guard now() >= nextFetchTime else { return nil }
    let task = Task { await load() }
    fetching = task
    return task
  }

  private func load() async {
    defer { fetching = nil }
    do {
      let bytes = try await fetch()
      guard bytes.count <= Self.maximumBytes else { throw KeySetError("it has more than 1 MB") }
      let found = try await Self.read(bytes)
      guard !found.isEmpty else { throw KeySetError("it has no key that signatures can be checked with") }
      keys = found
      fetchedTime = now()
      nextFetchTime = now() + Self.pauseAfterSuccess
    } catch {
      nextFetchTime = now() + Self.pauseAfterFailure
      logger.warning(
        "an issuer's keys can't be had", metadata: ["issuer": "\(issuer)", "error": "\(error)"])
    }
  }

  /// Reads a key set; keys for other purposes and of kinds that nobody here knows are left out.
  private static func read(_ bytes: [UInt8]) async throws -> [VerificationKey] {
    guard let elements = try JSONParser.parse(bytes, maximumDepth: 16)["keys"]?.arrayValue else {
      throw KeySetError("it is no JSON Web Key Set")
    }
    var keys: [VerificationKey] = []
    for element in elements {
      // A key set is public: whoever publishes a private key there has lost it.
      guard element["d"] == nil, element["use"].map({ $0.stringValue == "sig" }) ?? true else { continue }
      var algorithms: [String: any JWTAlgorithm] = [:]
      for name in names(element) { algorithms[name] = try? await algorithm(name, element) }
      if !algorithms.isEmpty {
        keys.append(VerificationKey(id: element["kid"]?.stringValue, algorithms: algorithms))
      }
    }
    return keys
  }

  /// The algorithms that a key may be used with: never `none`, never HMAC, for which a public key is no secret.
  private static func names(_ key: JSONValue) -> [String] {
    let possible: [String] =
      switch (key["kty"]?.stringValue, key["crv"]?.stringValue) {
      case ("RSA", _): ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
      case ("EC", "P-256"): ["ES256"]
      case ("EC", "P-384"): ["ES384"]
      case ("EC", "P-521"): ["ES512"]
      case ("OKP", "Ed25519"): ["EdDSA"]
      default: []
      }
    guard let declared = key["alg"]?.stringValue else { return possible }
    return possible.filter { $0 == declared }
  }

  private static func algorithm(_ name: String, _ key: JSONValue) async throws -> any JWTAlgorithm {
    var members = ["kty", "crv", "n", "e", "x", "y"].compactMap { member in
      key[member].map { JSONValue.Member(member, $0) }
    }
    members += [.init("alg", .string(name)), .init("kid", .string(name))]
    let collection = JWTKeyCollection()
    try await collection.add(jwk: JWK(json: JSONValue.object(members).text))
    return try await collection.getKey(for: JWKIdentifier(string: name), alg: name)
  }
}

/// Why a key set is not taken.
struct KeySetError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
