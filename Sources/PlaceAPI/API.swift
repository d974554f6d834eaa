import Delivery
import Foundation
import Geodesy
import HTTPTypes
import Logging
import NIOCore
import PlaceExport
import PlaceStore
import Places

/// The HTTP side of the registry: what all handlers share.
public struct API: Sendable {
  let store: PlaceStore
  /// Wakes long polls.
  let watch: ChangeWatch
  /// Asks whether webhooks may go where they are to go.
  let outgoing: OutgoingHTTP
  let configuration: APIConfiguration
  /// The dumps under `/export/`.
  let dumps: DumpCache
  /// Checks and applies uploaded files.
  public let imports: ImportWorker
  /// Whose key or token a request carries; throws ``Problem`` 401 for one that is not known.
  let caller: @Sendable (HTTPFields) async throws -> Caller?
  let renderMetrics: @Sendable () -> String
  let openAPI: Answer
  let docs: Answer

  /// Makes the API on a store; `tokens` checks bearer tokens (nil: none are taken), `metrics` renders the Prometheus text,
  /// and `caller` takes the place of the registry's own keys. Long polls notice changes while `watch` runs.
  public init(
    store: PlaceStore, watch: ChangeWatch? = nil, outgoing: OutgoingHTTP = OutgoingHTTP(),
    configuration: APIConfiguration, tokens: TokenVerifier? = nil, metrics: @escaping @Sendable () -> String,
    caller: (@Sendable (HTTPFields) async throws -> Caller?)? = nil
  ) {
    self.store = store
    self.watch = watch ?? ChangeWatch(store)
    self.outgoing = outgoing
    dumps = DumpCache(
      store: store, directory: configuration.exportDirectory, maximumBytes: configuration.exportCacheBytes)
    imports = ImportWorker(store: store, logger: Logger(label: "import"))
    let access = Access(store: store, tokens: tokens)
    self.caller = caller ?? { try await access.caller($0) }
    self.configuration = configuration
    renderMetrics = metrics
    let document = PackageResources.openapi_json
    openAPI = .json(document)
    docs = Answer(media: .html, body: ByteBuffer(string: DocsPage.render(openAPI: Data(document))))
  }

  /// The time zone in which times without an offset are read.
  static let zone = TimeZone(identifier: "Europe/Helsinki") ?? .gmt
}
