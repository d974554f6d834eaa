import CLibPQ
import Logging
import Synchronization

/// Who gets which connection. Everything is for the loop's thread only unless said otherwise.
final class Pool: EventLoopClient, @unchecked Sendable {
  let configuration: PostgresConfiguration
  let loop = EventLoop()
  let logger: Logger
  let notices: NoticeLog

  private var exclusive: [Session] = []
  private var idle: [Session] = []
  private var waiters = Queue<Waiter>()
  private var waiting = 0

  var shared: [Session] = []
  var quickQueue = Queue<Request>()

  var listeners: [Session] = []
  private(set) var isClosing = false
  private var closeDeadline: UInt64 = 0

  private var attempts: [ConnectAttempt] = []
  /// Threads that are in libpq's connect, those of abandoned attempts too.
  private var connecting = 0
  private var connectDeadline: UInt64 = 0
  private var backoff = Backoff()

  // Any thread.
  private let published = Lock(PostgresStatistics())

  init(_ configuration: PostgresConfiguration, _ logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    notices = NoticeLog(logger)
  }

  /// Any thread. False when the client is closed; the job is dropped.
  func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    loop.submit(for: self, job)
  }

  /// Any thread.
  var statistics: PostgresStatistics { published.withLock { $0 } }

  // MARK: Exclusive connections

  func acquire(_ deliver: @escaping (Result<Session, any Error>) -> Void) -> Waiter {
    let waiter = Waiter(deadline: loop.now + configuration.acquireTimeout.nanoseconds, deliver)
    if isClosing {
      waiter.settle(.failure(PostgresError(.closed)))
    } else if waiting == 0, let session = idle.popLast() {
      lend(session, to: waiter)
    } else if exclusive.isEmpty, let error = backoff.error(at: loop.now) {
      waiter.settle(.failure(error))
    } else {
      waiters.append(waiter)
      waiting += 1
      connectMore()
    }
    return waiter
  }

  /// The caller does not want a connection any more.
  func abandon(_ waiter: Waiter) {
    if waiter.isSettled { return }
    waiting -= 1
    waiter.settle(.failure(CancellationError()))
  }

  private func nextWaiter() -> Waiter? {
    while let waiter = waiters.popFirst() {
      if waiter.isSettled { continue }
      waiting -= 1
      return waiter
    }
    return nil
  }

  private func lend(_ session: Session, to waiter: Waiter) {
    session.lease += 1
    session.isLeased = true
    waiter.settle(.success(session))
  }

  /// The session comes back, in whatever state: it is tidied or dropped.
  func release(_ session: Session) {
    guard session.isLeased else { return }
    session.isLeased = false
    session.lease += 1
    if session.isClosed { return }
    if session.isBroken || !session.isQuiet {
      // Somebody let go in the middle of something, e.g. half-way through COPY.
      session.interrupt(nil)
      return session.close(PostgresError(.misuse, message: "connection returned while busy"))
    }
    tidy(session)
  }

  private func tidy(_ session: Session) {
    if !session.isIdleInTransactionTerms { return housekeep(session, "rollback") }
    if session.statementTimeout != configuration.statementTimeout {
      session.statementTimeout = configuration.statementTimeout
      let milliseconds = configuration.statementTimeout?.postgresMilliseconds ?? 0
      return housekeep(session, SQL(unescaped: "set statement_timeout = \(milliseconds)"))
    }
    offer(session)
  }

  private func housekeep(_ session: Session, _ sql: SQL) {
    let request = Request(sql, .unprepared)
    request.onFinish = { [unowned self, unowned session, unowned request] in
      if session.isClosed { return }
      if case .success? = request.outcome, !session.isBroken { return tidy(session) }
      session.close(PostgresError(.connectionLost, message: "could not be tidied"))
    }
    session.run(request)
  }

  private func offer(_ session: Session) {
    if isClosing { return session.close(PostgresError(.closed)) }
    if let waiter = nextWaiter() { lend(session, to: waiter) } else { idle.append(session) }
  }

  // MARK: Sessions' reports

  func sessionClosed(_ session: Session) {
    session.isLeased = false
    switch session.role {
    case .exclusive:
      exclusive.removeAll { $0 === session }
      idle.removeAll { $0 === session }
      if waiting > 0 { connectMore() }
    case .shared: shared.removeAll { $0 === session }
    case .listener: listeners.removeAll { $0 === session }
    }
  }

  /// Everything sent has been answered.
  func sessionQuiet(_ session: Session) {
    if session.role == .shared, isClosing, session.isQuiet { session.close(PostgresError(.closed)) }
  }

  // MARK: Connecting

  private func attempts(_ role: Session.Role) -> Int { attempts.count { $0.role == role } }

  func connectMore() {
    guard !isClosing, !backoff.isPausing(at: loop.now) else { return }
    while attempts(.exclusive) < waiting, exclusive.count + attempts(.exclusive) < max(1, configuration.maxConnections)
    {
      connect(.exclusive) { [unowned self] in arrived($0, .exclusive) }
    }
    if !quickQueue.isEmpty, attempts(.shared) == 0, shared.count < configuration.sharedConnections {
      connect(.shared) { [unowned self] in arrived($0, .shared) }
    }
  }

  func connect(_ role: Session.Role, _ onDone: @escaping (Result<FreshConnection, PostgresError>) -> Void) {
    let attempt = ConnectAttempt(role, configuration, notices, now: loop.now)
    attempt.onDone = onDone
    attempts.append(attempt)
    connecting += 1
    let started = startThread("postgres-conn") {
      let result = attempt.connect()
      let isAccepted = self.submit {
        self.connecting -= 1
        self.finish(attempt, result)
      }
      if isAccepted { return }
      if case .success(let fresh) = result { PQfinish(fresh.pointer) }
    }
    if started { return }
    connecting -= 1
    finish(attempt, .failure(PostgresError(.connectFailed, message: "no thread")))
  }

  private func finish(_ attempt: ConnectAttempt, _ result: Result<FreshConnection, PostgresError>) {
    attempts.removeAll { $0 === attempt }
    guard let done = attempt.onDone else {
      // Abandoned meanwhile; the connection is still ours to close.
      if case .success(let fresh) = result { PQfinish(fresh.pointer) }
      return
    }
    attempt.onDone = nil
    switch result {
    case .success: backoff.reset()
    case .failure(let error):
      if backoff.failures == 0 {
        logger.warning("database not reachable", metadata: ["reason": "\(error.serverMessage ?? "")"])
      }
      backoff.failed(error, at: loop.now)
    }
    done(result)
  }

  private func arrived(_ result: Result<FreshConnection, PostgresError>, _ role: Session.Role) {
    switch result {
    case .success(let fresh):
      let session = Session(self, role, owning: fresh.pointer)
      if role == .shared {
        shared.append(session)
      } else {
        exclusive.append(session)
        offer(session)
      }
    case .failure(let error):
      if exclusive.isEmpty { while let waiter = nextWaiter() { waiter.settle(.failure(error)) } }
      if shared.isEmpty { for request in quickQueue.drain() { request.complete(.failure(error)) } }
    }
  }

  /// The error of the last attempt while a new one would come too early and nobody else is connected.
  func quickError() -> PostgresError? { shared.isEmpty ? backoff.error(at: loop.now) : nil }

  // MARK: Time

  func turnEnded() {
    dispatchQuick()
    let isEmpty = exclusive.isEmpty && shared.isEmpty && listeners.isEmpty
    if isClosing, isEmpty, connecting == 0 || connectDeadline == 0 { loop.stop() }
    published.withLock { statistics in
      statistics.open = exclusive.count + shared.count + listeners.count
      statistics.idle = idle.count
      statistics.waiting = waiting + quickQueue.count
    }
  }

  func nextDeadline() -> UInt64 {
    var next = UInt64.max
    func consider(_ deadline: UInt64) { if deadline != 0 { next = min(next, deadline) } }
    forEachSession { session in
      consider(session.deadline)
      consider(session.cancelDeadline)
    }
    for attempt in attempts where attempt.onDone != nil { consider(attempt.deadline) }
    while let waiter = waiters.first, waiter.isSettled { _ = waiters.popFirst() }
    if let waiter = waiters.first { consider(waiter.deadline) }
    if let request = nextQuick() { consider(request.deadline) }
    if waiting > 0 || !quickQueue.isEmpty { consider(backoff.retryAt) }
    consider(closeDeadline)
    consider(connectDeadline)
    return next == .max ? 0 : next
  }

  func expire(now: UInt64) {
    var late: [Session] = []
    forEachSession { session in
      let isLate = session.deadline != 0 && session.deadline <= now
      if isLate || session.cancelDeadline != 0 && session.cancelDeadline <= now { late.append(session) }
    }
    for session in late { session.close(PostgresError(.timeout, message: "no answer from the server")) }
    for attempt in attempts where attempt.onDone != nil && attempt.deadline <= now {
      attempt.interrupt()
      finish(attempt, .failure(PostgresError(.connectFailed, message: "no answer from the server")))
    }
    while let waiter = waiters.first, waiter.isSettled || waiter.deadline <= now {
      nextWaiter()?.settle(.failure(PostgresError(.acquireTimeout)))
    }
    while let request = nextQuick(), request.deadline <= now {
      _ = quickQueue.popFirst()
      request.complete(.failure(PostgresError(.acquireTimeout)))
    }
    if backoff.expire(at: now) { connectMore() }
    if connectDeadline <= now { connectDeadline = 0 }
    if closeDeadline != 0, closeDeadline <= now {
      closeDeadline = 0
      forEachSession { session in
        session.interrupt(nil)
        session.close(PostgresError(.closed))
      }
    }
  }

  private func forEachSession(_ body: (Session) -> Void) {
    for session in exclusive { body(session) }
    for session in shared { body(session) }
    for session in listeners { body(session) }
  }

  // MARK: End

  func close(_ promise: Promise<Void>) {
    loop.whenEnded(promise)
    if isClosing { return }
    isClosing = true
    closeDeadline = loop.now + configuration.closeTimeout.nanoseconds
    // A thread that is still in libpq when the process exits meets a TLS library that has cleaned up already; one that
    // waits for the network does no harm.
    connectDeadline = loop.now + 1_000_000_000
    let closed = PostgresError(.closed)
    while let waiter = nextWaiter() { waiter.settle(.failure(closed)) }
    for request in quickQueue.drain() { request.complete(.failure(closed)) }
    for attempt in attempts {
      let done = attempt.onDone
      attempt.onDone = nil
      attempt.interrupt()
      done?(.failure(closed))
    }
    for session in idle + listeners { session.close(closed) }
    for session in shared where session.isQuiet { session.close(closed) }
  }
}
