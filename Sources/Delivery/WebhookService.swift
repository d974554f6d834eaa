import Logging
import PlaceStore
import Places
import ServiceLifecycle
import Synchronization

/// Tells webhooks of changes: follows the log after what each has taken, one delivery after the other for each of them,
/// all of them at once. Several processes may do so: a webhook is leased by one at a time. Writing never waits for it.
public final class WebhookService: Service {
  /// How patient it is.
  public struct Timing: Sendable {
    /// Before the second attempt; doubled for each further one.
    public var firstPause = Duration.seconds(2)
    /// The most between two attempts.
    public var longestPause = Duration.seconds(3600)
    /// A webhook that has failed for so long is switched off.
    public var patience = Duration.seconds(3 * 86_400)
    /// How often webhooks are looked for that are due to be tried again, or were switched on elsewhere.
    public var poll = Duration.seconds(1)

    /// The defaults.
    public init() {}

    /// The pause after so many failures, between half of it and the whole.
    func pause(after failures: Int) -> Duration {
      let longest = min(longestPause / .milliseconds(1), firstPause / .milliseconds(1) * pow2(min(failures - 1, 30)))
      return .milliseconds(Int(longest * Double.random(in: 0.5...1)))
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << max(exponent, 0)) }
  }

  private let store: PlaceStore
  private let watch: ChangeWatch
  private let outgoing: OutgoingHTTP
  private let timing: Timing
  private let logger: Logger
  /// Names this process in leases.
  private let holder = WebhookService.randomID()

  /// Webhooks that are served at once.
  private static let most = 64

  private struct State {
    var running = 0
    /// The wait of the main loop, to be ended when a webhook became free with more to tell.
    var waiting: Task<Void, Never>?
    var isNudged = false
  }
  private let state = Mutex(State())

  /// Makes the service; it works while ``run()`` does. `watch` must be running, too.
  public init(
    store: PlaceStore, watch: ChangeWatch, outgoing: OutgoingHTTP, timing: Timing = Timing(), logger: Logger
  ) {
    self.store = store
    self.watch = watch
    self.outgoing = outgoing
    self.timing = timing
    self.logger = logger
  }

  /// Delivers until graceful shutdown or cancellation. What is being sent then is given up and sent again by whoever
  /// comes next, with the same `X-Delivery`.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        while !Task.isCancelled {
          let leases = await self.lease()
          for lease in leases {
            self.state.withLock { $0.running += 1 }
            group.addTask {
              await self.serve(lease)
              self.state.withLock { $0.running -= 1 }
            }
          }
          if leases.isEmpty { await self.pause() }
        }
      }
    }
  }

  private func lease() async -> [WebhookLease] {
    let free = Self.most - state.withLock { $0.running }
    guard free > 0 else { return [] }
    do {
      return try await store.leaseWebhooks(
        holder: holder, limit: free, patience: Int(timing.patience / .seconds(1)))
    } catch {
      if !(error is CancellationError) { logger.debug("webhooks can't be read", metadata: ["error": "\(error)"]) }
      return []
    }
  }

  /// Waits for a change, a webhook that became free, or the next look.
  private func pause() async {
    let head = (try? await store.state().sequence) ?? .max
    let watch = self.watch
    let deadline = ContinuousClock.now + timing.poll
    let wait = Task {
      // Without a watch that runs the clock alone counts.
      if await watch.wait(after: head, until: deadline, isClient: false) == .ended {
        try? await Task.sleep(until: deadline, clock: .continuous)
      }
    }
    let isNudged = state.withLock { state in
      defer { state.isNudged = false }
      state.waiting = wait
      return state.isNudged
    }
    if isNudged { wait.cancel() }
    await withTaskCancellationHandler {
      await wait.value
    } onCancel: {
      wait.cancel()
    }
    state.withLock { $0.waiting = nil }
  }

  private func nudge() {
    state.withLock { state in
      if let waiting = state.waiting { waiting.cancel() } else { state.isNudged = true }
    }
  }

  /// Delivers to one webhook until it has everything, fails, or the service ends.
  private func serve(_ given: WebhookLease) async {
    var lease = given
    do {
      var query = lease.query
      while !Task.isCancelled {
        guard let next = try await deliver(lease, query) else { return }
        if next == query.after { break }
        query.after = next
        lease.succeeded()
      }
    } catch {
      if !(error is CancellationError) {
        logger.warning("webhook not served", metadata: ["webhook": "\(lease.id)", "error": "\(error)"])
        // The database is away, most likely: not at once again.
        try? await Task.sleep(for: timing.poll)
      }
    }
    // Also when this task was cancelled: whoever comes next need not wait for the lease to end.
    let store = self.store
    let hasMore = await Task { (try? await store.release(given)) ?? false }.value
    if hasMore { nudge() }
  }

  /// Makes the next delivery, or repeats the one that was not taken. Returns up to where the webhook has been told; nil
  /// when it is out of our hands.
  private func deliver(_ lease: WebhookLease, _ query: ChangeQuery) async throws -> Int? {
    var pending = try await store.pendingDelivery(lease)
    guard case .page(var page) = try await store.changes(query) else {
      let reason = "The changes after number \(query.after) are no longer kept: read everything anew, then switch on."
      try await store.failDelivery(lease, pending, httpStatus: nil, error: reason, pause: 0, givingUp: reason)
      return nil
    }
    if let pending {
      // The same lines as the first time, whatever has come since.
      page.lines.removeAll { $0.sequence > pending.last }
      page.next = min(page.next, pending.last)
    }
    guard let first = page.lines.first?.sequence else {
      guard page.next > query.after || pending != nil else { return query.after }
      let note = pending == nil ? nil : "Nothing of it is for this webhook any more."
      let isOurs = try await store.advance(lease, past: pending, to: page.next, note: note)
      return isOurs ? page.next : nil
    }
    if pending == nil {
      pending = try await store.beginDelivery(
        lease, id: Self.randomID(), first: first, last: page.next, lines: page.lines.count)
    }
    guard let pending, try await store.beginAttempt(lease, pending) else { return nil }
    return try await send(page, pending, lease)
  }

  private func send(_ page: ChangePage, _ delivery: PendingDelivery, _ lease: WebhookLease) async throws -> Int? {
    let body = page.json
    var status: Int?
    var failure: String
    do {
      let answer = try await outgoing.post(
        lease.url,
        headers: [
          ("Content-Type", "application/json"), ("X-Delivery", delivery.id),
          ("X-Signature-256", WebhookSignature.header(body, secret: lease.secret)),
        ], body: body, bodyLimit: 0)
      if (200..<300).contains(answer.status) {
        let isOurs = try await store.advance(lease, past: delivery, to: page.next, httpStatus: answer.status)
        return isOurs ? page.next : nil
      }
      status = answer.status
      failure = "The receiver answered \(answer.status)."
      if (300..<400).contains(answer.status) { failure += " Redirects are not followed: change the url." }
    } catch let error as OutgoingError { failure = error.description }
    let failures = lease.failures + 1
    let givingUp =
      lease.isHopeless
      ? "Switched off after failing for \(Int(timing.patience / .seconds(86_400))) days. \(failure)" : nil
    try await store.failDelivery(
      lease, delivery, httpStatus: status, error: failure,
      pause: Int(timing.pause(after: failures) / .milliseconds(1)), givingUp: givingUp)
    let about: Logger.Metadata = [
      "webhook": "\(lease.id)", "delivery": "\(delivery.id)", "failures": "\(failures)", "reason": "\(failure)",
    ]
    if givingUp == nil {
      logger.info("delivery failed", metadata: about)
    } else {
      logger.warning("webhook switched off", metadata: about)
    }
    return nil
  }

  /// 24 characters of 32: 120 random bits.
  static func randomID() -> String {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return String((0..<24).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
  }
}
