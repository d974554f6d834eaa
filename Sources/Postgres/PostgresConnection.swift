/// How strictly concurrent transactions are kept apart.
public enum PostgresIsolation: String, Sendable {
  /// Each statement sees what was committed before it.
  case readCommitted = "read committed"
  /// All statements see the same state.
  case repeatableRead = "repeatable read"
  /// As if transactions ran one after the other.
  case serializable
}

/// A connection lent to one caller. Statements of several tasks are pipelined in the order of their arrival.
///
/// After the end of the closure it was lent to, it refuses everything.
public final class PostgresConnection: Sendable {
  let session: Session
  private let lease: Int

  init(_ session: Session, lease: Int) {
    self.session = session
    self.lease = lease
  }

  /// Runs one statement. Cancelling the task cancels it on the server.
  public nonisolated(nonsending) func query(_ sql: SQL) async throws -> Rows {
    try await run(Request(sql))
  }

  /// Runs several statements separated by semicolons; without own transaction control they succeed or fail together.
  public nonisolated(nonsending) func script(_ text: String) async throws {
    _ = try await run(Request(SQL(unescaped: text), .script))
  }

  nonisolated(nonsending) func run(_ request: Request) async throws -> Rows {
    try Task.checkCancellation()
    try start(request)
    return try await answer(request)
  }

  private nonisolated(nonsending) func answer(_ request: Request) async throws -> Rows {
    try await request.promise.value { [session] in
      _ = session.pool.submit { session.pool.cancel(request) }
    }
  }

  /// Runs a statement to its end even when the task is cancelled: COMMIT, ROLLBACK.
  private nonisolated(nonsending) func runShielded(_ sql: SQL) async throws -> Rows {
    let request = Request(sql, .unprepared)
    request.patience = .seconds(30)
    try start(request)
    return try await request.promise.value()
  }

  private func start(_ request: Request) throws {
    try onLoop(request.promise) { [session] in session.run(request) }
  }

  /// Runs `job` on the loop's thread if the connection is still lent to this handle, or fails `promise`.
  func onLoop<Value>(_ promise: Promise<Value>, _ job: @escaping @Sendable () -> Void) throws {
    let accepted = session.pool.submit { [session, lease] in
      if session.isClosed { return promise.fail(PostgresError(.connectionLost)) }
      guard session.lease == lease else {
        return promise.fail(PostgresError(.misuse, message: "connection used after it was given back"))
      }
      job()
    }
    if !accepted { throw PostgresError(.closed) }
  }

  nonisolated(nonsending) func setStatementTimeout(_ timeout: Duration) async throws {
    let isNone = timeout <= .zero
    let milliseconds = isNone ? 0 : timeout.postgresMilliseconds
    let request = Request(SQL(unescaped: "set statement_timeout = \(milliseconds)"), .unprepared)
    try onLoop(request.promise) { [session] in
      // Noted before it is known to work: in doubt it is set back on return.
      session.statementTimeout = isNone ? nil : timeout
      session.run(request)
    }
    _ = try await answer(request)
  }

  func giveBack() {
    _ = session.pool.submit { [session, lease] in
      if session.lease == lease { session.pool.release(session) }
    }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. Does not nest.
  public nonisolated(nonsending) func transaction<R>(
    isolation: PostgresIsolation? = nil, readOnly: Bool = false,
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
  ) async throws -> R {
    var begin: SQL = "begin"
    if let isolation { begin += SQL(unescaped: " isolation level \(isolation.rawValue)") }
    if readOnly { begin += " read only" }
    _ = try await run(Request(begin, .unprepared))
    let value: R
    do {
      value = try await body(self)
      try Task.checkCancellation()
    } catch {
      // When this fails the connection is dropped, which undoes everything as well.
      _ = try? await runShielded("rollback")
      throw error
    }
    try await commit()
    return value
  }

  private nonisolated(nonsending) func commit() async throws {
    let rows: Rows
    do {
      rows = try await runShielded("commit")
    } catch var error as PostgresError {
      switch error.kind {
      case .connectionLost, .timeout, .closed: error.commitUnknown = true
      default: error.commitUnknown = error.isFatal
      }
      throw error
    }
    // The server answers COMMIT of a failed transaction with ROLLBACK and no error.
    if rows.commandTag == "ROLLBACK" {
      throw PostgresError(.server(sqlState: "25P02"), message: "the transaction had failed before COMMIT")
    }
  }
}
