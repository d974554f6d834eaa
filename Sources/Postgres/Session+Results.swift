import CLibPQ

/// Reading answers. Loop thread only.
extension Session {
  func readResults() {
    if isClosed { return }
    if simple != nil { return readSimple() }
    while !isClosed, let head = expected.first {
      // PQgetResult would block otherwise.
      if PQisBusy(connection) != 0 { return }
      guard let result = PQgetResult(connection) else {
        endOfCommand(head)
        continue
      }
      strayNulls = 0
      handle(result, head)
    }
    // Parses what came unasked (notices, notifications), so that the end of the server is noticed.
    if !isClosed, expected.isEmpty, simple == nil { _ = PQisBusy(connection) }
  }

  /// A NULL ends a command's results; there is none behind a Sync.
  private func endOfCommand(_ head: Expectation) {
    if sawResult, !head.isSync {
      sawResult = false
      _ = expected.popFirst()
      if case .execute(let request) = head { answered.append(request) }
      return
    }
    strayNulls += 1
    if strayNulls > 2 { lost() }
  }

  /// Takes the result over.
  private func handle(_ result: OpaquePointer, _ head: Expectation) {
    sawResult = true
    let status = PQresultStatus(result)
    switch status {
    case PGRES_PIPELINE_SYNC:
      PQclear(result)
      sawResult = false
      guard head.isSync else { return lost() }
      _ = expected.popFirst()
      settle()
    case PGRES_FATAL_ERROR:
      let error = PostgresError(result: result)
      PQclear(result)
      if error.isFatal { isBroken = true }
      fail(head, error)
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
      if case .prepare(let request) = head { statements.forget(request.sql.text) }
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      if case .execute(let request) = head {
        request.outcome = .success(Rows(owning: result))
      } else {
        PQclear(result)
        if case .prepare(let request) = head { statements.confirm(request.sql.text) }
      }
    default:
      // COPY through query(): libpq cannot do that in a pipeline, and the server now speaks COPY.
      PQclear(result)
      if case .execute(let request) = head {
        request.outcome = .failure(PostgresError(.misuse, message: "COPY needs copyIn or copyOut"))
      }
      close(PostgresError(.connectionLost, message: "unexpected result"))
    }
  }

  private func fail(_ head: Expectation, _ error: PostgresError) {
    switch head {
    case .prepare(let request):
      statements.forget(request.sql.text)
      request.outcome = .failure(error)
    case .execute(let request):
      request.outcome = .failure(error)
    case .sync:
      // The implicit COMMIT failed, e.g. through a deferred constraint: all of the group is undone.
      for request in answered { request.outcome = .failure(error) }
    case .housekeeping: break
    }
  }

  /// A Sync has been answered: the group's outcomes are final.
  private func settle() {
    let group = answered
    answered = []
    if expected.isEmpty { deadline = 0 } else { touch() }
    // A statement such as BEGIN has no business on a shared connection; what follows would run inside. (libpq knows
    // the status only while nothing is expected.)
    if role == .shared, expected.isEmpty, !isIdleInTransactionTerms { isBroken = true }
    for request in group {
      switch request.outcome {
      case .failure(let error) where mayRetryPlan(request, error):
        request.hasRetriedPlan = true
        again(request)
      case .some(let outcome):
        finish(request, outcome)
      case nil where role == .shared && !request.isAlone:
        again(request)
      case nil:
        finish(request, .failure(PostgresError(.connectionLost, message: "aborted without a cause")))
      }
    }
    if isClosed { return }
    if role == .shared, isBroken { return close(PostgresError(.connectionLost)) }
    if expected.isEmpty {
      pump()
      pool.sessionQuiet(self)
    } else {
      interruptIfWanted()
    }
  }

  private func again(_ request: Request) {
    request.isAlone = true
    if role == .shared { pool.requeue(request) } else { run(request) }
  }

  /// A statement that was prepared earlier no longer fits the tables, or somebody said DEALLOCATE ALL.
  private func mayRetryPlan(_ request: Request, _ error: PostgresError) -> Bool {
    guard request.kind == .statement, request.usedCache else { return false }
    switch error.sqlState {
    case "0A000": statements.discard(request.sql.text)
    case "26000": statements.forget(request.sql.text)
    default: return false
    }
    return !request.hasRetriedPlan && !request.isCancelled && (role == .shared || isIdleInTransactionTerms)
  }

  func finish(_ request: Request, _ outcome: Result<Rows, PostgresError>) {
    cancelAnswered(request)
    if isBroken { return request.complete(outcome) }
    whenCancelReturned { request.complete(outcome) }
  }
}

extension Session.Expectation {
  var isSync: Bool {
    if case .sync = self { return true }
    return false
  }
}
