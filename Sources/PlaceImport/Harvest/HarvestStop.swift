import Synchronization

/// Tells a harvest to stop after the page under way, and ends its pauses at once.
public final class HarvestStop: Sendable {
  private struct State {
    var isStopped = false
    var pauses: [Int: Task<Void, Never>] = [:]
    var last = 0
  }

  private let state = Mutex(State())
  private let sleep: @Sendable (Duration) async -> Void

  /// Makes one; `sleep` is what pauses are made of.
  public init(sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }) {
    self.sleep = sleep
  }

  /// Whether the harvest is to end.
  public var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Tells the harvest to end.
  public func stop() {
    let pauses = state.withLock { state in
      state.isStopped = true
      return Array(state.pauses.values)
    }
    for pause in pauses { pause.cancel() }
  }

  /// Waits, but not once the harvest is to end.
  public func pause(for time: Duration) async {
    let sleep = sleep
    let started: (number: Int, task: Task<Void, Never>)? = state.withLock { state in
      guard !state.isStopped else { return nil }
      state.last += 1
      let task = Task { await sleep(time) }
      state.pauses[state.last] = task
      return (state.last, task)
    }
    guard let (number, task) = started else { return }
    await task.value
    state.withLock { $0.pauses[number] = nil }
  }
}
