import ArgumentParser
import Configuration
import CoreMetrics
import Delivery
import Glibc
import Hummingbird
import Logging
import NIOCore
import PlaceAPI
import PlaceStore
import Postgres
import ServiceLifecycle
import UnixSignals

/// `placeregistry serve`
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the registry over HTTP.",
    discussion: "Refuses to start on a schema that is not this program's: run migrate first. SIGTERM lets running "
      + "requests finish and exits with 0.")

  @Option(help: "The address to listen on (PLACEREGISTRY_HOST, 127.0.0.1).")
  var host: String?

  @Option(help: "The port to listen on (PLACEREGISTRY_PORT, 8080).")
  var port: Int?

  func run() async throws {
    var overrides: [AbsoluteConfigKey: ConfigValue] = [:]
    if let host { overrides[["placeregistry", "host"]] = ConfigValue(.string(host), isSecret: false) }
    if let port { overrides[["placeregistry", "port"]] = ConfigValue(.string(String(port)), isSecret: false) }
    let settings = try await Settings.load(overrides: overrides)
    try await Session.run(settings) { try await Serve.serve($0, settings) }
  }

  private static func serve(_ session: Session, _ settings: Settings) async throws {
    let registry = PrometheusRegistry(help: [
      "http_requests": "Requests answered, by route and class of status.",
      "http_request_duration": "Seconds from a request's head to its answer.",
      "feed_waiting": "Long polls of the change feed that wait for a change.",
    ])
    MetricsSystem.bootstrap(registry)
    var configuration = settings.api
    configuration.version = PlaceRegistry.version
    let outgoing = OutgoingHTTP(rules: settings.outgoingRules, userAgent: "placeregistry/\(PlaceRegistry.version)")
    let tokens =
      settings.issuers.isEmpty
      ? nil
      : TokenVerifier(settings.issuers, logger: session.logger) { url in
        let answer = try await outgoing.get(url, bodyLimit: 1 << 20)
        guard answer.status == 200 else { throw Failure("\(url) answered \(answer.status).") }
        return answer.body
      }
    let watch = ChangeWatch(session.store)
    let api = API(
      store: session.store, watch: watch, outgoing: outgoing, configuration: configuration, tokens: tokens,
      metrics: { registry.render() })
    _ = try await session.store.municipalities()
    let logger = session.logger
    let application = Application(
      responder: APIResponder(api),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: "placeregistry"),
      onServerRunning: { channel in
        let address = channel.localAddress.map { "\($0)" } ?? ""
        logger.notice("serving", metadata: ["address": "\(address)"])
      },
      logger: Logger(label: "http"))
    let webhooks = WebhookService(store: session.store, watch: watch, outgoing: outgoing, logger: logger)
    let maintenance = Maintenance(session.store, settings, logger: logger)
    // Ended from the last to the first: who waits for changes is sent away before the server waits for its requests.
    var services: [any Service] = [session.client, maintenance, application, api.imports, webhooks, watch]
    if settings.findsDuplicates {
      services.insert(DuplicateSearch(session.store, watch: watch, logger: logger), at: 2)
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map {
          ServiceGroupConfiguration.ServiceConfiguration(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
        },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do { try await group.run() } catch let error as IOError {
      let address = "\(settings.host):\(settings.port)"
      throw Failure(
        error.errnoCode == EADDRINUSE
          ? "\(address) is taken by another program: stop that one, or set PLACEREGISTRY_PORT (or --port) to a free port."
          : "Can't listen on \(address): \(String(cString: strerror(error.errnoCode))). Set PLACEREGISTRY_HOST and "
            + "PLACEREGISTRY_PORT.")
    }
  }
}
