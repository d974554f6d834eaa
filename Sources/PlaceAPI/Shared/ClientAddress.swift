import HTTPTypes

/// Where a request came from and what its absolute URLs begin with; `X-Forwarded-*` count from trusted proxies only.
struct ClientAddress: Sendable {
  /// The client's address, without port.
  let address: String
  /// `http` or `https` and host, without a slash at the end.
  let baseURL: String

  init(peer: String?, head: HTTPRequest, configuration: APIConfiguration) {
    let headers = head.headerFields
    let isTrusted = peer.map { configuration.trustedProxies.contains($0) } ?? false
    if isTrusted, let forwarded = headers[.forwardedFor]?.split(separator: ",").last?.trimmed {
      address = forwarded
    } else {
      address = peer ?? ""
    }
    if let publicURL = configuration.publicURL {
      baseURL = publicURL
      return
    }
    let forwardedHost = isTrusted ? headers[.forwardedHost] : nil
    let host = forwardedHost ?? head.authority ?? headers[.hostField] ?? "localhost"
    let scheme = isTrusted && headers[.forwardedProto] == "https" ? "https" : "http"
    baseURL = "\(scheme)://\(Self.isHost(host) ? host : "localhost")"
  }

  /// A host with an optional port: nothing that could break out of a URL or a JSON text.
  private static func isHost(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F: true
        default: false
        }
      }
  }

  /// The address with its last part taken off (IPv4 /24, IPv6 /48), as logs may hold it.
  var shortened: String {
    if address.contains(":") { return address.split(separator: ":").prefix(3).joined(separator: ":") + "::" }
    return address.split(separator: ".").prefix(3).joined(separator: ".") + ".0"
  }
}

extension HTTPField.Name {
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
  static let forwardedFor = known("X-Forwarded-For")
  static let forwardedHost = known("X-Forwarded-Host")
  static let forwardedProto = known("X-Forwarded-Proto")
  static let hostField = known("Host")
  static let requestID = known("X-Request-ID")
  static let link = known("Link")
}
