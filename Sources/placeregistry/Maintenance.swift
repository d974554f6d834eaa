import Foundation
import Logging
import PlaceStore
import ServiceLifecycle

/// What has outlived its time is forgotten, opening hours are expanded further ahead and what municipalities are due for
/// is carried out: once when the service starts, then every hour, give or take a few minutes, so that several processes
/// don't come all at once, and just after each midnight. That two of them do it at the same time does no harm.
struct Maintenance: Service {
  /// One kind of work.
  struct Purge: Sendable {
    /// The name under which it is logged.
    let name: String
    /// What is logged when there was something to do.
    var message: Logger.Message = "forgotten"
    /// Does it (forgets what is too old) and tells how many that were.
    let run: @Sendable () async throws -> Int
  }

  let purges: [Purge]
  let logger: Logger

  /// All that this registry forgets. Add others here: each retention has a setting and a line in README's table.
  init(_ store: PlaceStore, _ settings: Settings, logger: Logger) {
    self.logger = logger
    purges = [
      Purge(name: "geography", message: "carried out what was due") { try await store.applyDueGeography() },
      Purge(name: "opening hours", message: "expanded ahead") { try await store.renewHours() },
      Purge(name: "audit") { try await store.purgeAudit(olderThan: settings.auditDays) },
      Purge(name: "changes") { try await store.trimChanges(olderThan: settings.changesDays) },
      Purge(name: "deliveries") { try await store.trimDeliveries(olderThan: settings.deliveryDays) },
      Purge(name: "imports", message: "stopped midway") { try await store.noteStoppedImports() },
      Purge(name: "uploaded files") { try await store.purgeImportFiles(olderThan: settings.importDays) },
      Purge(name: "idempotency") { try await store.purgeIdempotency() },
    ]
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        for purge in purges {
          do {
            let count = try await purge.run()
            if count > 0 { logger.info(purge.message, metadata: ["what": "\(purge.name)", "count": "\(count)"]) }
          } catch is CancellationError { return } catch {
            logger.warning("maintenance failed", metadata: ["what": "\(purge.name)", "error": "\(error)"])
          }
        }
        try? await Task.sleep(for: .seconds(min(Double.random(in: 3300...3900), Self.secondsToMidnight())))
      }
    }
  }

  /// Until just after the next midnight in Helsinki, when municipalities begin and end.
  private static func secondsToMidnight(_ now: Date = Date()) -> Double {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "Europe/Helsinki") ?? .current
    guard let tomorrow = calendar.date(byAdding: .day, value: 1, to: now) else { return 3600 }
    return calendar.startOfDay(for: tomorrow).timeIntervalSince(now) + Double.random(in: 0.5...3)
  }
}
