import Postgres
import Synchronization

/// Which state of the registry an answer shows. While it is the same, the same question has the same answer.
public struct RegistryState: Sendable, Hashable {
  /// The change log's head.
  public let sequence: Int
  /// How often municipalities, postal codes or the rights to data sources have changed.
  public let geography: Int

  /// Makes a state.
  public init(sequence: Int, geography: Int) {
    self.sequence = sequence
    self.geography = geography
  }

  /// Reads `seq` and `geography` of `change_head`, in the snapshot of the statement that they stand in.
  init(_ rows: Rows, _ row: Int, _ column: Int) {
    sequence = rows.int(row, column) ?? 0
    geography = rows.int(row, column + 1) ?? 0
  }
}

/// Reads the registry's state for many askers at once: who comes while a reading is under way waits for the next one, so
/// that nobody is told of a state older than the question.
final class StateReader: Sendable {
  private struct Queue {
    var isReading = false
    var waiting: [UnsafeContinuation<RegistryState, any Error>] = []
  }
  private let queue = Mutex(Queue())

  func state(read: @escaping @Sendable () async throws -> RegistryState) async throws -> RegistryState {
    try await withUnsafeThrowingContinuation { continuation in
      let isFirst = queue.withLock { queue in
        queue.waiting.append(continuation)
        defer { queue.isReading = true }
        return !queue.isReading
      }
      if isFirst { Task { await drain(read) } }
    }
  }

  private func drain(_ read: @Sendable () async throws -> RegistryState) async {
    while true {
      let waiting = queue.withLock { queue in
        defer { queue.waiting = [] }
        if queue.waiting.isEmpty { queue.isReading = false }
        return queue.waiting
      }
      if waiting.isEmpty { return }
      do {
        let state = try await read()
        for continuation in waiting { continuation.resume(returning: state) }
      } catch {
        for continuation in waiting { continuation.resume(throwing: error) }
      }
    }
  }
}

extension PlaceStore {
  /// The registry's state now: not older than this call.
  public func state() async throws -> RegistryState {
    try await states.state { [self] in
      RegistryState(try await quick("select seq, geography from change_head"), 0, 0)
    }
  }
}
