import Foundation
import Logging
import PlaceStore
import ServiceLifecycle

/// What has outlived its time is forgotten, opening hours are expanded further ahead, and municipalities change with the
/// day: once when the service starts, then every hour, give or take a few minutes, and just after midnight,
/// so that several processes don't come all at once. That two of them do it at the same time does no harm.
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
      Purge(name: "geography", message: "municipalities and divisions changed with the day") {
        try await store.applyDueGeography()
      },
      Purge(name: "opening hours", message: "expanded ahead") { try await store.renewHours() },
      Purge(name: "audit") { try await store.purgeAudit(olderThan: settings.auditDays) },
      Purge(name: "changes") { try await store.trimChanges(olderThan: settings.changesDays) },
      Purge(name: "deliveries") { try await store.trimDeliveries(olderThan: settings.deliveryDays) },
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
        try? await Task.sleep(for: .seconds(min(Int.random(in: 3300...3900), Self.secondsToMidnight(.now))))
      }
    }
  }

  /// Seconds until just after the next midnight in Finland, when what was imported ahead takes effect.
  static func secondsToMidnight(_ now: Date) -> Int {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "Europe/Helsinki") ?? .gmt
    let next = calendar.nextDate(
      after: now, matching: DateComponents(hour: 0, minute: 0, second: 1), matchingPolicy: .nextTime)
    return max(1, Int((next ?? now.addingTimeInterval(3600)).timeIntervalSince(now).rounded(.up)))
  }
}
