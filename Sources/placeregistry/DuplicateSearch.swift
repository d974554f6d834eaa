import Logging
import PlaceStore
import ServiceLifecycle

/// Looks for duplicates among the places that changed, as they change. Of several processes one does it at a time; another
/// goes on where it ends.
struct DuplicateSearch: Service {
  let store: PlaceStore
  let watch: ChangeWatch
  let logger: Logger
  /// Places that are compared in one step.
  private static let stepSize = 200
  /// Names this process in the lease.
  private let holder = "\(UInt64.random(in: 0 ... .max))"

  init(_ store: PlaceStore, watch: ChangeWatch, logger: Logger) {
    self.store = store
    self.watch = watch
    self.logger = logger
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let start = ContinuousClock.now
        do {
          let head = try await store.changeHead().head
          let step = try await store.findDuplicates(holder: holder, limit: Self.stepSize)
          if step.compared > 0 {
            logger.debug("compared places", metadata: ["count": "\(step.compared)", "left": "\(step.left)"])
          }
          if step.isElsewhere {
            try await Task.sleep(for: .seconds(30))
          } else if step.left > 0 {
            // Requests come first: a quarter of the time at most is spent here.
            try await Task.sleep(for: start.duration(to: .now) * 3)
          } else if await watch.wait(after: head, until: .now + .seconds(60), isClient: false) == .changed {
            // Whoever edits a place goes on editing it.
            try await Task.sleep(for: .seconds(2))
          }
        } catch is CancellationError { break } catch {
          logger.warning("duplicates not looked for", metadata: ["error": "\(error)"])
          try? await Task.sleep(for: .seconds(30))
        }
      }
    }
    // Also when this task was cancelled: whoever comes next need not wait for the lease to end.
    await Task { [store, holder] in try? await store.leaveDuplicates(holder: holder) }.value
  }
}
