import Foundation

/// A web address that requests may be sent to: http or https, a plain host, no credentials.
public struct OutgoingURL: Sendable, Hashable {
  /// The address as it is requested.
  public let text: String
  /// The host in lower case, an IPv6 address without brackets.
  public let host: String
  /// The port, also where the scheme says it.
  public let port: Int

  /// Throws ``OutgoingError/invalidURL(_:)`` saying what to do.
  public init(_ text: String) throws(OutgoingError) {
    guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let given = parts.percentEncodedHost, !given.isEmpty
    else {
      throw .invalidURL(
        "Give a web address such as https://example.fi/hook: ASCII only (a host with other letters as xn--…), "
          + "at most 2000 characters.")
    }
    guard scheme == "http" || scheme == "https" else {
      throw .invalidURL("The address begins with https:// or http://.")
    }
    guard parts.user == nil, parts.password == nil else {
      throw .invalidURL("The address holds a user name or password: leave it out and use the signature.")
    }
    let isLiteral = given.hasPrefix("[") && given.hasSuffix("]")
    let host = (isLiteral ? String(given.dropFirst().dropLast()) : given).lowercased()
    let isHost = isLiteral ? IPAddress(host) != nil : host.wholeMatch(of: /[a-z0-9_]([a-z0-9_.\-]*[a-z0-9_.])?/) != nil
    guard isHost, host.utf8.count <= 253 else { throw .invalidURL("\(given) is no host name.") }
    if let port = parts.port, !(1...65535).contains(port) { throw .invalidURL("The port is a number from 1 to 65535.") }
    self.host = host
    port = parts.port ?? (scheme == "https" ? 443 : 80)
    var path = parts.percentEncodedPath
    if path.isEmpty { path = "/" }
    let query = parts.percentEncodedQuery.map { "?" + $0 } ?? ""
    let authority = (isLiteral ? "[\(host)]" : host) + (parts.port.map { ":\($0)" } ?? "")
    self.text = "\(scheme)://\(authority)\(path)\(query)"
  }
}

/// Why an outgoing request failed; told to users, so it names no address of the network inside.
public enum OutgoingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address can't be requested, with the mend.
  case invalidURL(String)
  /// The host has only addresses that requests may not go to.
  case refused(host: String)
  /// The host is not known.
  case unknownHost(String)
  /// There was no answer in time.
  case timeout
  /// The answer is larger than allowed.
  case tooLarge
  /// The connection or TLS failed.
  case failed(String)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .invalidURL(let detail): detail
    case .refused(let host):
      "\(host) leads to a private or reserved address, where requests may not go "
        + "(PLACEREGISTRY_OUTGOING_ALLOW can allow it)."
    case .unknownHost(let host): "The host \(host) is not known."
    case .timeout: "There was no answer in time."
    case .tooLarge: "The answer is too large."
    case .failed(let detail): detail
    }
  }
}
