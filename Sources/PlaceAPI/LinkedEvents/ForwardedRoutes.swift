import HTTPTypes
import NIOCore
import Places

extension API {
  /// Linked Events' routes that are the event API's own.
  static let forwardedCollections: Set<String> = [
    "keyword", "keyword_set", "image", "search", "language", "organization", "organization_class", "registration",
    "registration_user_access", "signup", "signup_group", "user", "feedback", "guest-feedback", "offer",
    "price_group", "license",
  ]

  /// `/v1/keyword/`, `/v1/image/1/` …: to the event API, with the query, where its address is set.
  func forwarded(_ exchange: Exchange) throws -> Answer {
    guard let base = configuration.eventAPIURL else {
      throw Problem.notFound(
        "\(exchange.path) is the event API's, whose address this registry was not told (PLACEREGISTRY_EVENT_API_URL).")
    }
    let path = exchange.segments.map { ResourceAddress.segment($0) }.joined(separator: "/")
    return Answer(
      status: .temporaryRedirect, media: .json, body: ByteBuffer(),
      headers: [.location: "\(base)/v1/\(path)/" + QueryString.encoded(exchange.query.items)], caching: .none)
  }
}
