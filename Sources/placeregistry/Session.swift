import Geodesy
import Logging
import PlaceStore
import Postgres

/// What a command that works on the registry has in hand.
struct Session {
  let settings: Settings
  let client: PostgresClient
  let store: PlaceStore
  let logger: Logger

  /// Connects, runs the command and closes everything, whatever happened.
  static func run<R: Sendable>(_ settings: Settings, checkSchema: Bool = true, _ body: (Session) async throws -> R)
    async throws -> R
  {
    LogOutput.bootstrap(settings)
    let logger = Logger(label: "placeregistry")
    let isPrivate = settings.databaseURL == nil
    let url = try settings.databaseURL ?? PrivateCluster.enter(dataDirectory: settings.dataDirectory)
    defer { if isPrivate { PrivateCluster.leave(dataDirectory: settings.dataDirectory) } }
    var configuration = PostgresConfiguration(url: url)
    configuration.maxConnections = settings.connections
    configuration.statementTimeout = .seconds(settings.statementTimeout)
    configuration.sessionSettings = PlaceStore.sessionSettings
    let client = PostgresClient(configuration, logger: logger)
    let engine = CoordinateEngine(gridDirectory: SeedsDirectory.locate().map { $0 + "/proj" })
    let store = PlaceStore(client: client, engine: engine, logger: logger)
    do {
      if checkSchema { try await store.checkReady() }
      let result = try await body(Session(settings: settings, client: client, store: store, logger: logger))
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }
}
