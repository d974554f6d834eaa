import HTTPTypes
import PlaceStore
import Places

/// Who asks: the holder of a key of this registry or of a token of an issuer that it trusts, else nobody in particular.
struct Access: Sendable {
  let store: PlaceStore
  /// What checks tokens; nil: none are taken.
  let tokens: TokenVerifier?

  /// The caller that a request's headers tell; nil without key and token. A key costs one indexed read, a token its
  /// signature and one indexed read. Throws a ``Problem``: 400 for two different credentials, 401 for one that isn't
  /// good, 403 for a token whose holder has no role or organisation here, 503 while its issuer's keys can't be had.
  func caller(_ headers: HTTPFields) async throws -> Caller? {
    switch try Credential(headers) {
    case nil: return nil
    case .key(let text):
      guard let caller = try await store.caller(key: text) else {
        throw Problem.unknownKey("The key is unknown or revoked: see placeregistry key list, or ask for another.")
      }
      return caller
    case .token(let text):
      guard let tokens else {
        throw Problem.unknownKey(
          "This is no key of the registry, and it takes no tokens: PLACEREGISTRY_OIDC is not set.")
      }
      let identity = try await tokens.identity(text)
      let caller = try await store.caller(
        organization: identity.organization, role: identity.role, person: identity.person)
      guard let caller else {
        throw Problem.noRole(
          "The token's organisation \(identity.organization) is not in the registry: an admin adds it by placeregistry "
            + "organization add.", code: "no-organization")
      }
      return caller
    }
  }
}

extension API {
  /// The caller of a request, counted against the rate limit: by key or person where there is one, else by address. What
  /// isn't good counts by address, so that guessing keys is no way around the limit. Throws what ``caller`` throws, and
  /// 429.
  func admit(_ headers: HTTPFields, address: String, limiter: RateLimiter?) async throws -> Caller? {
    guard let limiter else { return try await caller(headers) }
    let caller: Caller?
    do { caller = try await self.caller(headers) } catch {
      guard limiter.admits(address) else { throw Problem.tooManyRequests }
      throw error
    }
    guard limiter.admits(caller?.person ?? address) else { throw Problem.tooManyRequests }
    return caller
  }
}

/// What a request gives to tell who asks.
enum Credential: Sendable, Hashable {
  /// A key of this registry, or what can be nothing else.
  case key(String)
  /// A JSON Web Token.
  case token(String)

  /// Reads `apikey: KEY` and `Authorization: Bearer KEY-or-token`; nil when neither says anything. Other schemes of
  /// `Authorization` are not ours and are left alone (a proxy in front may use them). Throws 400 when the two differ.
  init?(_ headers: HTTPFields) throws {
    let key = headers[.apikey].map { $0.trimmed } ?? ""
    let bearer = headers[.authorization].flatMap(Self.bearer) ?? ""
    guard key.isEmpty || bearer.isEmpty || key == bearer else {
      throw Problem(
        status: .badRequest, code: "two-keys", title: "Two keys",
        detail: "apikey and Authorization give different keys: send one of them.")
    }
    let text = key.isEmpty ? bearer : key
    if text.isEmpty { return nil }
    // A key has no dot; a token has two.
    self = key.isEmpty && text.contains(".") ? .token(text) : .key(text)
  }

  private static func bearer(_ header: String) -> String? {
    let parts = header.trimmed.split(separator: " ", maxSplits: 1)
    guard let scheme = parts.first, scheme.lowercased() == "bearer" else { return nil }
    return parts.count > 1 ? parts[1].trimmed : ""
  }
}

extension Problem {
  /// 401 for a key that is not good.
  static func unknownKey(_ detail: String) -> Problem {
    Problem(
      status: .unauthorized, code: "unknown-key", title: "Unknown key", detail: detail,
      headers: [.wwwAuthenticate: "Bearer"])
  }

  /// 401 for a token that is not good (RFC 6750).
  static func invalidToken(_ detail: String) -> Problem {
    Problem(
      status: .unauthorized, code: "invalid-token", title: "Invalid token", detail: detail,
      headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
  }

  /// 403 for a good token whose holder has nothing to do here.
  static func noRole(_ detail: String, code: String = "no-role") -> Problem {
    Problem(status: .forbidden, code: code, title: "No role here", detail: detail)
  }
}

extension HTTPField.Name {
  static let apikey = HTTPField.Name("apikey") ?? .authorization
}
