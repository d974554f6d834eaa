import Foundation
import Geodesy
import Logging
import Places
import Postgres

/// The registry's store: the only door to PostgreSQL for everything about places. Questions are in extensions by what
/// is asked (`Places+Radius`, `Places+Search`, …).
public final class PlaceStore: Sendable {
  let client: PostgresClient
  /// The coordinate engine that positions pass through on their way in and out.
  public let engine: CoordinateEngine
  let logger: Logger
  let gazetteer: GazetteerCache
  let towns = TownCache()
  let hotKeys = HotKeys()
  let counts = CountCache<PlaceQuery>()
  let eventCounts = CountCache<EventQuery>()
  let states = StateReader()
  let calendars = HoursMemory()
  let keyUses = KeyUses()
  /// Questions of what a text means keep both this process and the database busy.
  let resolvingFew = Turnstile(limit: 2 * ProcessInfo.processInfo.activeProcessorCount)
  let resolvingMany = Turnstile(limit: ProcessInfo.processInfo.activeProcessorCount)

  /// Settings that each connection needs. Statements are prepared and their parameters hardly change what plan is best:
  /// planning each anew cost more than half of a short list's time.
  public static let sessionSettings = [
    "plan_cache_mode": "force_generic_plan", "pg_trgm.similarity_threshold": "\(nearness)",
  ]

  /// Makes a store on a database client, which the caller runs and closes.
  public init(client: PostgresClient, engine: CoordinateEngine, logger: Logger) {
    self.client = client
    self.engine = engine
    self.logger = logger
    gazetteer = GazetteerCache()
    engine.warm([
      (PlacePosition.geographicSRID, PlacePosition.indexSRID), (PlacePosition.indexSRID, PlacePosition.geographicSRID),
    ])
  }

  /// Runs a short read on the shared pipelines.
  func quick(_ sql: SQL) async throws -> Rows {
    do { return try await client.quick(sql) } catch { throw StoreError.wrapping(error) }
  }

  /// Runs a longer read on a connection of its own.
  func query(_ sql: SQL) async throws -> Rows {
    do { return try await client.query(sql) } catch { throw StoreError.wrapping(error) }
  }

  /// Whether the database answers and its schema is this program's. Throws ``StoreError``.
  public func checkReady() async throws {
    try await Migrator(client: client, logger: logger).verify()
  }
}
