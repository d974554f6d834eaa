/// Short reads on shared connections. Loop thread only.
extension Pool {
  private static var batchSize: Int { 64 }

  func quick(_ request: Request) {
    if isClosing { return request.complete(.failure(PostgresError(.closed))) }
    if request.sql.hasZeroByte {
      var error = PostgresError(.encoding, message: "zero byte in text")
      error.sqlState = "22021"
      return request.complete(.failure(error))
    }
    if let error = quickError() { return request.complete(.failure(error)) }
    request.deadline = loop.now + configuration.acquireTimeout.nanoseconds
    quickQueue.append(request)
  }

  /// The first that still has a caller.
  func nextQuick() -> Request? {
    while let request = quickQueue.first {
      if !request.promise.isSettled { return request }
      _ = quickQueue.popFirst()
    }
    return nil
  }

  /// Once more, in a group of its own.
  func requeue(_ request: Request) {
    if isClosing { return request.complete(.failure(PostgresError(.closed))) }
    request.deadline = loop.now + configuration.acquireTimeout.nanoseconds
    quickQueue.append(request)
  }

  /// Everything that waits goes to connections with nothing under way, as one batch with one Sync. Called at the end of
  /// a turn, when all requests of the turn have come in.
  func dispatchQuick() {
    if quickQueue.isEmpty { return }
    for session in shared where session.expected.isEmpty && !session.isBroken && !session.isClosed {
      if quickQueue.isEmpty { return }
      sendBatch(session)
    }
    if !quickQueue.isEmpty { connectMore() }
  }

  private func sendBatch(_ session: Session) {
    var size = 0
    var open = false
    while size < Self.batchSize, let request = quickQueue.popFirst() {
      // Cancelled meanwhile: nobody waits.
      if request.promise.isSettled { continue }
      size += 1
      var sent = true
      if request.isAlone, open {
        sent = session.sync()
        open = false
      }
      sent = sent && session.send(request)
      open = true
      if request.isAlone {
        sent = sent && session.sync()
        open = false
      }
      if !sent { return session.lost() }
    }
    if open, !session.sync() { return session.lost() }
    session.flush()
  }
}
