import Logging
import PlaceStore
import ServiceLifecycle

/// Removes what logs need not hold any longer, now and then, in every process: the work is safe to be done twice.
public struct LogRetention: Service {
  private let store: PlaceStore
  private let changesDays: Int
  private let deliveryDays: Int
  private let every: Duration
  private let logger: Logger

  /// Makes the service.
  /// - Parameters:
  ///   - changesDays: days that the change log is kept at least.
  ///   - deliveryDays: days that finished deliveries are kept.
  public init(
    store: PlaceStore, changesDays: Int, deliveryDays: Int, every: Duration = .seconds(3600), logger: Logger
  ) {
    self.store = store
    self.changesDays = changesDays
    self.deliveryDays = deliveryDays
    self.every = every
    self.logger = logger
  }

  /// Works until graceful shutdown or cancellation.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await purge()
        // Not all processes at once.
        try? await Task.sleep(for: every * Double.random(in: 0.8...1.2))
      }
    }
  }

  private func purge() async {
    do {
      let lines = try await store.trimChanges(olderThan: changesDays)
      let deliveries = try await store.trimDeliveries(olderThan: deliveryDays)
      let answers = try await store.purgeIdempotency()
      if lines + deliveries + answers > 0 {
        logger.info(
          "logs trimmed",
          metadata: ["changes": "\(lines)", "deliveries": "\(deliveries)", "idempotency_keys": "\(answers)"])
      }
    } catch {
      if !(error is CancellationError) { logger.warning("logs not trimmed", metadata: ["error": "\(error)"]) }
    }
  }
}
