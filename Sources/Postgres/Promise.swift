import Synchronization

/// A value that one task waits for and another thread delivers, in either order; the first delivery counts.
final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(UnsafeContinuation<Value, any Error>)
    case delivered(Result<Value, any Error>)
    case spent
  }

  private let state = Lock(State.empty)

  /// True once there is an outcome, e.g. because the caller was cancelled and nobody needs an answer.
  var isSettled: Bool {
    state.withLock { state in
      switch state {
      case .empty, .waiting: false
      case .delivered, .spent: true
      }
    }
  }

  func complete(_ result: Result<Value, any Error>) {
    let waiting: UnsafeContinuation<Value, any Error>? = state.withLock { state in
      switch state {
      case .empty:
        state = .delivered(result)
        return nil
      case .waiting(let continuation):
        state = .spent
        return continuation
      case .delivered, .spent:
        return nil
      }
    }
    waiting?.resume(with: result)
  }

  func succeed(_ value: Value) { complete(.success(value)) }

  func fail(_ error: any Error) { complete(.failure(error)) }

  /// Waits for the outcome, whatever happens to the task. To be called once.
  nonisolated(nonsending) func value() async throws -> Value {
    try await withUnsafeThrowingContinuation { continuation in
      let early: Result<Value, any Error>? = state.withLock { state in
        switch state {
        case .empty:
          state = .waiting(continuation)
          return nil
        case .delivered(let result):
          state = .spent
          return result
        case .waiting, .spent:
          return .failure(PostgresError(.misuse, message: "awaited twice"))
        }
      }
      if let early { continuation.resume(with: early) }
    }
  }

  /// As `value()`, with `onCancel` run when the task is cancelled meanwhile.
  nonisolated(nonsending) func value(onCancel: @escaping @Sendable () -> Void) async throws -> Value {
    try await withTaskCancellationHandler {
      try await value()
    } onCancel: {
      onCancel()
    }
  }
}
