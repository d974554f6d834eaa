import CLibPQ

/// One libpq connection: what was sent, what is expected, who waits. Loop thread only, except for construction.
///
/// Owns the PGconn from the moment it is handed over until `close`. Ordinary statements run in pipeline mode; scripts
/// and COPY wait until nothing is expected, leave pipeline mode and return to it afterwards.
final class Session: EventHandler, @unchecked Sendable {
  enum Role { case shared, exclusive, listener }

  enum Expectation {
    case prepare(Request)
    case execute(Request)
    /// A command of our own whose outcome does not matter.
    case housekeeping
    case sync
  }

  let pool: Pool
  let role: Role
  // PQfinish happens in close(), and only there; nobody uses it once isClosed is set.
  let connection: OpaquePointer
  private(set) var isClosed = false
  /// The server has said that it ends the connection, or the state is beyond repair: not to be used again.
  var isBroken = false
  /// Counts check-outs, so that a handle kept too long is recognized.
  var lease = 0
  var isLeased = false

  var statements = StatementCache(capacity: 256)
  var expected = Queue<Expectation>()
  /// Requests whose commands have been answered and which wait for the Sync behind them.
  var answered: [Request] = []
  /// Requests that wait for a script or COPY to end, or are scripts or COPY.
  var queue = Queue<Request>()
  var simple: Request?
  var simpleOutcome: Result<Rows, PostgresError>?
  var copy: CopyState?
  var onNotification: ((PostgresNotification) -> Void)?
  var onClosed: ((PostgresError) -> Void)?

  // NULLs from PQgetResult that ended nothing; more than a few mean that we have lost count.
  var strayNulls = 0
  var sawResult = false

  var statementTimeout: Duration?
  /// When the server counts as dead unless it gives a sign of life; 0 while nothing is expected from it.
  var deadline: UInt64 = 0
  /// When a cancellation counts as failed; 0 without one.
  var cancelDeadline: UInt64 = 0
  var cancelThreads = 0
  /// What the cancellation is meant for, until it has been answered.
  var cancelTarget: Request?
  /// What may be told to callers only when no cancellation can hit the next statement any more.
  var deferred: [() -> Void] = []

  private let descriptor: Int32
  private var registration: UInt64?
  private var watchesWritable = false

  /// Takes over a connected, non-blocking connection in pipeline mode.
  init(_ pool: Pool, _ role: Role, owning connection: OpaquePointer) {
    self.pool = pool
    self.role = role
    self.connection = connection
    descriptor = PQsocket(connection)
    statementTimeout = pool.configuration.statementTimeout
    setListening(true)
  }

  var loop: EventLoop { pool.loop }

  /// Nothing is under way in either direction.
  var isQuiet: Bool {
    expected.isEmpty && queue.isEmpty && simple == nil && cancelDeadline == 0 && deferred.isEmpty && answered.isEmpty
  }

  var isIdleInTransactionTerms: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

  // MARK: Requests

  /// Sends the request, or queues it behind a script.
  func run(_ request: Request) {
    if isClosed { return request.complete(.failure(PostgresError(.connectionLost))) }
    if request.isCancelled { return request.complete(.failure(PostgresError(.closed))) }
    if request.sql.hasZeroByte {
      var error = PostgresError(.encoding, message: "zero byte in text")
      error.sqlState = "22021"
      return request.complete(.failure(error))
    }
    if copy != nil || simple?.kind == .copyIn || simple?.kind == .copyOut {
      return request.complete(.failure(PostgresError(.misuse, message: "the connection is busy with COPY")))
    }
    request.place = .queued(self)
    queue.append(request)
    pump()
  }

  /// Sends what can be sent.
  func pump() {
    while !isClosed, simple == nil, let next = queue.first {
      if case .done = next.place {
        _ = queue.popFirst()
        continue
      }
      switch next.kind {
      case .statement, .unprepared:
        _ = queue.popFirst()
        guard send(next), sync() else { return lost() }
      case .script, .copyIn, .copyOut:
        guard expected.isEmpty else { return }
        _ = queue.popFirst()
        startSimple(next)
      }
    }
    flush()
  }

  /// Puts PREPARE (when needed) and EXECUTE into libpq's buffer, without Sync. False when the connection is gone.
  func send(_ request: Request) -> Bool {
    request.place = .sent(self)
    request.outcome = nil
    request.usedCache = false
    if expected.isEmpty { touch() }
    if deadline == 0, let patience = request.patience { deadline = loop.now + patience.nanoseconds }
    let sql = request.sql
    let connection = connection
    // In a failed transaction nothing can be prepared or deallocated, but ROLLBACK must pass.
    // And what is still being prepared for a neighbour may fail, which is then the neighbour's error, not ours.
    if request.kind == .unprepared || PQtransactionStatus(connection) == PQTRANS_INERROR
      || (role != .shared || request.isAlone) && statements.isUncertain(request.sql.text)
    {
      let sent = sql.withParameters { count, values in
        PQsendQueryParams(connection, sql.text, count, nil, values, nil, nil, 0)
      }
      expected.append(.execute(request))
      return sent == 1
    }
    let name: String
    if let known = statements.name(for: sql.text) {
      name = known
      request.usedCache = true
    } else {
      name = statements.insert(sql.text)
      // With a Sync of its own, so that a failure does not abort what follows.
      for old in statements.takeGarbage() {
        guard PQsendQueryParams(connection, "deallocate \(old)", 0, nil, nil, nil, nil, 0) == 1 else { return false }
        expected.append(.housekeeping)
        guard sync() else { return false }
      }
      guard PQsendPrepare(connection, name, sql.text, 0, nil) == 1 else { return false }
      expected.append(.prepare(request))
    }
    expected.append(.execute(request))
    let sent = sql.withParameters { count, values in
      PQsendQueryPrepared(connection, name, count, values, nil, nil, 0)
    }
    return sent == 1
  }

  func sync() -> Bool {
    expected.append(.sync)
    return PQpipelineSync(connection) == 1
  }

  // MARK: Socket

  /// Writes what libpq has buffered and asks epoll only for what could not be written.
  func flush() {
    if isClosed { return }
    let status = PQflush(connection)
    if status < 0 { return lost() }
    watchWritable(status == 1)
    if status == 0 { copyFlushed() }
  }

  private func watchWritable(_ wanted: Bool) {
    guard wanted != watchesWritable else { return }
    watchesWritable = wanted
    if let registration { loop.watch(descriptor, registration, writable: wanted) }
  }

  /// Switches all events off while the consumer of a COPY is behind. Merely not asking for EPOLLIN would not do: a
  /// hang-up is always reported and would make the loop spin.
  func setListening(_ listening: Bool) {
    if listening, registration == nil, descriptor >= 0 {
      registration = loop.register(descriptor, self)
      watchesWritable = false
    } else if !listening, let registration {
      loop.unregister(descriptor, registration)
      self.registration = nil
    }
  }

  func ready(readable: Bool, writable: Bool) {
    if isClosed { return }
    if deadline != 0 { touch() }
    if writable { flush() }
    if isClosed || !readable { return }
    let alive = consume()
    drainNotifications()
    // Even when the connection is gone: what has arrived before is still to be read.
    readResults()
    if isClosed { return }
    if !alive || PQstatus(connection) == CONNECTION_BAD { return lost() }
    flush()
  }

  /// Reads from the socket; false at its end.
  func consume() -> Bool {
    // Under TLS libpq may leave the rest of a record in OpenSSL's buffer, where epoll does not see it.
    for _ in 0..<(PQsslInUse(connection) == 1 ? 3 : 1) where PQconsumeInput(connection) == 0 { return false }
    return true
  }

  private func drainNotifications() {
    while let notification = PQnotifies(connection) {
      let event = PostgresNotification(
        channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra),
        processID: notification.pointee.be_pid)
      PQfreemem(notification)
      onNotification?(event)
    }
  }

  /// Something moved, or a wait begins: the dead line moves on.
  func touch() {
    guard let timeout = statementTimeout else {
      deadline = 0
      return
    }
    deadline = loop.now + timeout.nanoseconds + 2_000_000_000
  }

  // MARK: End

  func lost() {
    close(PostgresError(.connectionLost, message: String(cString: PQerrorMessage(connection))))
  }

  /// Frees the connection and answers everybody with `error`, unless they have an answer already.
  func close(_ error: PostgresError) {
    if isClosed { return }
    isClosed = true
    isBroken = true
    setListening(false)
    PQfinish(connection)
    deadline = 0
    cancelDeadline = 0
    cancelTarget = nil
    var unanswered = answered
    for expectation in expected.drain() {
      if case .execute(let request) = expectation { unanswered.append(request) }
    }
    if let simple { unanswered.append(simple) }
    unanswered += queue.drain()
    answered = []
    simple = nil
    let copy = copy
    self.copy = nil
    let told = deferred
    deferred = []
    pool.sessionClosed(self)
    for tell in told { tell() }
    copy?.fail(error)
    for request in unanswered {
      switch request.outcome {
      case .failure(let answer)?: request.complete(.failure(answer))
      // Reads are over with their rows; anything else is certain only after Sync.
      case .success(let rows)? where role == .shared: request.complete(.success(rows))
      default: request.complete(.failure(error))
      }
    }
    onClosed?(error)
    onClosed = nil
    onNotification = nil
  }
}
