import Foundation
import Geodesy
import NIOCore
import PlaceStore
import Places

/// The HTTP side of the registry: what all handlers share.
public struct API: Sendable {
  let store: PlaceStore
  let access: Access
  let configuration: APIConfiguration
  let renderMetrics: @Sendable () -> String
  let openAPI: Answer
  let docs: Answer

  /// Makes the API on a store; `tokens` checks bearer tokens (nil: none are taken), `metrics` renders the Prometheus text.
  public init(
    store: PlaceStore, configuration: APIConfiguration, tokens: TokenVerifier? = nil,
    metrics: @escaping @Sendable () -> String
  ) {
    self.store = store
    access = Access(store: store, tokens: tokens)
    self.configuration = configuration
    renderMetrics = metrics
    let document = PackageResources.openapi_json
    openAPI = .json(document)
    docs = Answer(media: .html, body: ByteBuffer(string: DocsPage.render(openAPI: Data(document))))
  }

  /// The time zone in which times without an offset are read.
  static let zone = TimeZone(identifier: "Europe/Helsinki") ?? .gmt
}
