/// A statement on its way through pool and session. Everything mutable is for the loop's thread only.
final class Request: @unchecked Sendable {
  enum Kind {
    /// Prepared once per connection.
    case statement
    /// Extended protocol without preparing: BEGIN, COMMIT, SET.
    case unprepared
    /// Several statements, simple protocol.
    case script
    case copyIn
    case copyOut
  }

  enum Place {
    case nowhere
    case waiting(Waiter)
    case queued(Session)
    case sent(Session)
    case done
  }

  let sql: SQL
  let kind: Kind
  let promise = Promise<Rows>()

  var place = Place.nowhere
  /// When a quick statement has waited too long for a connection.
  var deadline: UInt64 = 0
  /// How long to wait for the answer where the connection has no time-out of its own.
  var patience: Duration?
  var isCancelled = false
  /// nil until the server has answered, and after an answer of "aborted because of a neighbour".
  var outcome: Result<Rows, PostgresError>?
  /// It used a statement that an earlier request had prepared.
  var usedCache = false
  var hasRetriedPlan = false
  /// Sent in a group of its own, since a neighbour's error had aborted it.
  var isAlone = false
  /// Runs after completion, e.g. to give the connection back.
  var onFinish: (() -> Void)?

  init(_ sql: SQL, _ kind: Kind = .statement) {
    self.sql = sql
    self.kind = kind
  }

  func complete(_ result: Result<Rows, PostgresError>) {
    if case .done = place { return }
    place = .done
    switch result {
    case .success(let rows): promise.succeed(rows)
    case .failure(let error): promise.fail(isCancelled ? CancellationError() : error)
    }
    let finish = onFinish
    onFinish = nil
    finish?()
  }
}

/// Someone waiting for an exclusive connection. Loop thread only.
final class Waiter: @unchecked Sendable {
  let deadline: UInt64
  private var deliver: ((Result<Session, any Error>) -> Void)?

  init(deadline: UInt64, _ deliver: @escaping (Result<Session, any Error>) -> Void) {
    self.deadline = deadline
    self.deliver = deliver
  }

  var isSettled: Bool { deliver == nil }

  func settle(_ result: Result<Session, any Error>) {
    let deliver = deliver
    self.deliver = nil
    deliver?(result)
  }
}
