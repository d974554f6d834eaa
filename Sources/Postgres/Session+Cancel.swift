import CLibPQ

/// A PGcancel on its way to the thread that uses and frees it.
private struct CancelHandle: @unchecked Sendable {
  let pointer: OpaquePointer
}

/// Cancelling what the server is doing. Loop thread only.
extension Session {
  private static var patience: UInt64 { 3_000_000_000 }

  /// The caller of `request` has lost interest.
  func cancel(_ request: Request) {
    switch request.place {
    case .queued:
      request.complete(.failure(PostgresError(.closed)))
      pump()
    case .sent: interruptIfWanted()
    case .nowhere, .waiting, .done: break
    }
  }

  /// Interrupts when the statement that is being executed is a cancelled one.
  func interruptIfWanted() {
    if let simple {
      if simple.isCancelled { interrupt(simple) }
      return
    }
    switch expected.first {
    case .prepare(let request)?, .execute(let request)?:
      if request.isCancelled { interrupt(request) }
    case .sync?:
      if let request = answered.first(where: { $0.isCancelled }) { interrupt(request) }
    case .housekeeping?, nil: break
    }
  }

  /// Has the server interrupted, from a thread of its own: PQcancel connects anew and blocks, against a stopped server
  /// for good. A connection that has not answered within a few seconds is closed.
  func interrupt(_ target: Request?) {
    guard !isClosed, cancelDeadline == 0, let handle = PQgetCancel(connection) else { return }
    let cancel = CancelHandle(pointer: handle)
    cancelDeadline = loop.now + Self.patience
    cancelTarget = target
    cancelThreads += 1
    let started = startThread("postgres-cancel") {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
        _ = PQcancel(cancel.pointer, message.baseAddress, 256)
      }
      PQfreeCancel(cancel.pointer)
      _ = self.pool.submit { self.cancelReturned() }
    }
    if !started {
      PQfreeCancel(handle)
      cancelReturned()
    }
  }

  private func cancelReturned() {
    cancelThreads -= 1
    if isClosed || cancelThreads > 0 { return }
    cancelSettled()
    let told = deferred
    deferred = []
    for tell in told { tell() }
    if isClosed { return }
    if isQuiet { pool.sessionQuiet(self) }
  }

  func whenCancelReturned(_ tell: @escaping () -> Void) {
    if cancelThreads == 0 { tell() } else { deferred.append(tell) }
  }

  func cancelAnswered(_ request: Request) {
    if cancelTarget === request { cancelTarget = nil }
    cancelSettled()
  }

  /// The deadline goes when both the statement and the thread have come to an end.
  private func cancelSettled() {
    if cancelThreads == 0, cancelTarget == nil { cancelDeadline = 0 }
  }
}
