import Foundation
import HTTPTypes
import JWTKit
import Logging
import Places

/// Whom a token tells of, by the issuer's word and the settings.
struct TokenIdentity: Sendable, Hashable {
  let organization: OrganizationID
  let role: Caller.Role
  /// Issuer and subject.
  let person: String
}

/// Checks JSON Web Tokens of the issuers that are trusted: signature, issuer, audience and times.
public struct TokenVerifier: Sendable {
  private struct Trusted: Sendable {
    let issuer: TokenIssuer
    let keys: IssuerKeys
  }
  private let trusted: [Trusted]
  private let now: @Sendable () -> Double
  /// Seconds by which clocks may differ.
  private static let leeway = 60.0
  /// Seconds that an issuer may take to tell its keys.
  private static let patience = Duration.seconds(10)

  /// Makes a verifier. `fetch` gives what is at an address (and is expected to limit whom it asks and how much it reads);
  /// `now` is seconds since 1970.
  public init(
    _ issuers: [TokenIssuer], logger: Logger, now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 },
    fetch: @escaping @Sendable (String) async throws -> [UInt8]
  ) {
    self.now = now
    trusted = issuers.map { issuer in
      Trusted(
        issuer: issuer,
        keys: IssuerKeys(issuer: issuer.issuer, logger: logger, now: now) {
          switch issuer.keys {
          case .url(let url): try await Self.within(Self.patience) { try await fetch(url) }
          case .file(let path): Array(try Data(contentsOf: URL(fileURLWithPath: path)))
          }
        })
    }
  }

  /// Whom a token tells of. Throws a ``Problem``: 401 when it is not good, 403 when its holder has no role or
  /// organisation here, 503 while its issuer's keys can't be had.
  func identity(_ text: String) async throws -> TokenIdentity {
    guard let token = JSONWebToken(text) else { throw Problem.invalidToken("The token is no JSON Web Token.") }
    let ofIssuer = trusted.filter { $0.issuer.issuer == token.claims["iss"]?.stringValue }
    guard !ofIssuer.isEmpty else {
      throw Problem.invalidToken("The token's issuer (iss) is not one that is trusted here.")
    }
    let audiences = JSONWebToken.texts("aud", in: token.claims)
    guard let trusted = ofIssuer.first(where: { $0.issuer.audiences.contains(where: audiences.contains) }) else {
      throw Problem.invalidToken("The token is meant for others: its audience (aud) is not this registry's.")
    }
    try await verify(token, trusted.keys)
    try checkTimes(token.claims)
    return try identity(token.claims, trusted.issuer)
  }

  private func verify(_ token: JSONWebToken, _ keys: IssuerKeys) async throws {
    for attempt in 0..<2 {
      let candidates = await keys.candidates(token.keyID, token.algorithm)
      for key in candidates where (try? key.verify(token.signature, signs: token.signed)) == true { return }
      // A key that is not known may be a new one.
      guard attempt == 0, candidates.isEmpty || token.keyID == nil else { break }
      await keys.refresh()
    }
    guard await keys.areKnown else {
      throw Problem(
        status: .serviceUnavailable, code: "unavailable", title: "Unavailable",
        detail: "The keys of the token's issuer can't be had at the moment; try again as Retry-After says.",
        headers: [.retryAfter: "10"])
    }
    throw Problem.invalidToken("The token's signature is not its issuer's.")
  }

  private func checkTimes(_ claims: JSONValue) throws {
    guard let end = claims["exp"]?.doubleValue else {
      throw Problem.invalidToken("The token has no end (exp): such tokens are not taken.")
    }
    guard now() < end + Self.leeway else { throw Problem.invalidToken("The token has expired: get a new one.") }
    if let begin = claims["nbf"] {
      guard let begin = begin.doubleValue, now() >= begin - Self.leeway else {
        throw Problem.invalidToken("The token is not valid yet (nbf).")
      }
    }
  }

  private func identity(_ claims: JSONValue, _ issuer: TokenIssuer) throws -> TokenIdentity {
    guard let subject = claims["sub"]?.stringValue, (1...255).contains(subject.utf8.count),
      subject.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw Problem.invalidToken("The token doesn't tell whose it is (sub).") }
    let values = JSONWebToken.texts(issuer.roleClaim, in: claims)
    // OAuth's scope is one text with spaces between.
    let roles = values.flatMap { [$0] + $0.split(separator: " ").map(String.init) }.compactMap { issuer.roles[$0] }
    guard let role = roles.max() else {
      throw Problem.noRole("The token's claim \(issuer.roleClaim) has no value that is a role here.")
    }
    guard let organization = organization(claims, issuer) else {
      throw Problem.noRole(
        "The token's claim \(issuer.organizationClaim ?? "") has no value that is an organisation here.",
        code: "no-organization")
    }
    return TokenIdentity(organization: organization, role: role, person: "\(issuer.issuer)#\(subject)")
  }

  /// The first of the claim's values that is an organisation's.
  private func organization(_ claims: JSONValue, _ issuer: TokenIssuer) -> OrganizationID? {
    if let organization = issuer.organization { return try? OrganizationID(organization) }
    for value in JSONWebToken.texts(issuer.organizationClaim ?? "", in: claims) {
      let id = issuer.organizations == nil ? value : issuer.organizations?[value]
      if let id, let organization = try? OrganizationID(id) { return organization }
    }
    return nil
  }

  private static func within<R: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> R)
    async throws -> R
  {
    try await withThrowingTaskGroup(of: R.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw KeySetError("no answer within \(limit)")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}
