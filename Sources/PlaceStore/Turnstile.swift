import Synchronization

/// Lets so many tasks do one kind of work at a time; the others wait in the order in which they came. Work that keeps
/// every core busy isn't done sooner by more tasks at a time, but each of them later, and some very late.
final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var nextID = 0
    var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    /// Those that were cancelled before they stood in the queue.
    var cancelled: Set<Int> = []
  }
  private let state: Mutex<State>

  /// Makes a turnstile that `limit` tasks pass at a time.
  init(limit: Int) { state = Mutex(State(free: max(limit, 1))) }

  /// How many wait.
  var waiting: Int { state.withLock { $0.waiting.count } }

  /// Does the work when it is its turn. Throws what it throws, and `CancellationError` when cancelled while waiting.
  func pass<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    try await enter()
    defer { leave() }
    return try await work()
  }

  private func enter() async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    defer { _ = state.withLock { $0.cancelled.remove(id) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.contains(id) { return .failure(CancellationError()) }
          guard state.free == 0 else {
            state.free -= 1
            return .success(())
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
        guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil
        }
        return state.waiting.remove(at: index).continuation
      }
      continuation?.resume(throwing: CancellationError())
    }
  }

  /// The place goes to the next one, who need not look for it again.
  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}
