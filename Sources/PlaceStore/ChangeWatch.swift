import Logging
import Places
import Postgres
import ServiceLifecycle
import Synchronization

/// Tells whoever waits that the change log has grown: one LISTEN connection for the whole process, however many wait.
/// Nobody holds a database connection while waiting. When LISTEN is lost the log's head is polled until it is back.
public final class ChangeWatch: Service, Sendable {
  /// Why a wait ended.
  public enum Outcome: Sendable, Hashable {
    /// The log has lines after the number waited for.
    case changed
    /// The time is over.
    case timedOut
    /// The waiting task was cancelled, or the service ends.
    case ended
  }

  private struct Waiter {
    let after: Int
    let isClient: Bool
    let continuation: CheckedContinuation<Outcome, Never>
    let alarm: Task<Void, Never>

    func finish(_ outcome: Outcome) {
      alarm.cancel()
      continuation.resume(returning: outcome)
    }
  }

  private struct State {
    var head = 0
    var isListening = false
    var isEnded = false
    var waiters: [Int: Waiter] = [:]
    var cancelled: Set<Int> = []
    var nextID = 0
    var readings: [ChangeQuery: Task<ChangeAnswer, any Error>] = [:]
  }

  private let store: PlaceStore
  private let state = Mutex(State())

  /// Makes a watch on a store; it works while ``run()`` does.
  public init(_ store: PlaceStore) { self.store = store }

  /// How many clients wait now.
  public var waiting: Int { state.withLock { $0.waiters.values.count { $0.isClient } } }
  /// Whether notifications come in; otherwise the head is polled.
  public var isListening: Bool { state.withLock { $0.isListening } }

  /// Follows the log until graceful shutdown or cancellation; then every wait ends at once, and none begins any more.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.listen() }
        group.addTask { await self.poll() }
      }
    }
    let waiters = state.withLock { state in
      state.isEnded = true
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.finish(.ended) }
  }

  /// Waits until the log has a line after `sequence`, at most until `deadline`.
  public func wait(
    after sequence: Int, until deadline: ContinuousClock.Instant, isClient: Bool = true
  ) async -> Outcome {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    defer { _ = state.withLock { $0.cancelled.remove(id) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let outcome: Outcome? = state.withLock { state in
          if state.cancelled.contains(id) || state.isEnded { return .ended }
          if state.head > sequence { return .changed }
          let alarm = Task { [weak self] in
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
            self?.settle(id, .timedOut)
          }
          state.waiters[id] = Waiter(after: sequence, isClient: isClient, continuation: continuation, alarm: alarm)
          return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
      }
    } onCancel: {
      settle(id, .ended)
    }
  }

  /// Reads the log for one of many that were woken by the same change: equal questions are asked once. The answer is
  /// not older than the change that woke.
  public func read(_ query: ChangeQuery) async throws -> ChangeAnswer {
    let (reading, head) = state.withLock { state in
      if let reading = state.readings[query] { return (reading, state.head) }
      let reading = Task {
        defer { _ = self.state.withLock { $0.readings.removeValue(forKey: query) } }
        return try await self.store.changes(query)
      }
      state.readings[query] = reading
      return (reading, state.head)
    }
    let answer = try await reading.value
    // It may have been under way before the change.
    return answer.head >= head ? answer : try await store.changes(query)
  }

  private func settle(_ id: Int, _ outcome: Outcome) {
    let waiter = state.withLock { state in
      let waiter = state.waiters.removeValue(forKey: id)
      // Cancelled before it was there.
      if waiter == nil, outcome == .ended { state.cancelled.insert(id) }
      return waiter
    }
    waiter?.finish(outcome)
  }

  /// Wakes whoever waits for a number before `head`.
  private func note(head: Int) {
    let woken = state.withLock { state in
      state.head = max(state.head, head)
      let woken = state.waiters.filter { $0.value.after < head }
      for id in woken.keys { state.waiters[id] = nil }
      return woken
    }
    for waiter in woken.values { waiter.finish(.changed) }
  }

  private func listen() async {
    while !Task.isCancelled {
      do {
        let stream = store.client.listen(["changes"]) {
          self.state.withLock { $0.isListening = true }
          // Whatever was written before LISTEN was in force.
          Task { await self.readHead() }
        }
        for try await notification in stream {
          if let head = Int(notification.payload) { note(head: head) }
        }
      } catch {
        store.logger.debug("LISTEN was lost", metadata: ["error": "\(error)"])
      }
      state.withLock { $0.isListening = false }
      try? await Task.sleep(for: .milliseconds(Int.random(in: 200...800)))
    }
  }

  /// Every 200 ms without LISTEN; with it now and then, against connections that died without a word.
  private func poll() async {
    var beats = 0
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(200))
      beats += 1
      let isDue = state.withLock { state in !state.waiters.isEmpty && (!state.isListening || beats % 25 == 0) }
      if isDue { await readHead() }
    }
  }

  private func readHead() async {
    let before = state.withLock { $0.head }
    guard let now = try? await store.state().sequence else { return }
    if now < before {
      // The database went back in time.
      state.withLock { state in if state.head == before { state.head = now } }
    } else {
      note(head: now)
    }
  }
}
