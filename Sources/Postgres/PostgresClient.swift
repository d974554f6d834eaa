public import Logging
public import ServiceLifecycle

/// Counts for metrics.
public struct PostgresStatistics: Sendable, Equatable {
  /// Connections of all kinds.
  public var open = 0
  /// Exclusive connections that wait for work.
  public var idle = 0
  /// Callers that wait for a connection.
  public var waiting = 0
}

/// A client of one PostgreSQL database: a pool of exclusive connections and a few shared ones for short reads.
///
/// Usable at once; connections are made when they are needed and made again when they break.
public final class PostgresClient: Service, Sendable {
  let pool: Pool

  /// Does not connect yet.
  public init(_ configuration: PostgresConfiguration, logger: Logger) {
    pool = Pool(configuration, logger)
  }

  deinit {
    // Whoever forgot to close gets the thread and the connections freed nevertheless.
    let pool = pool
    if !pool.loop.endIfIdle() { _ = pool.submit { pool.close(Promise()) } }
  }

  /// Lives until graceful shutdown or cancellation, then closes.
  public func run() async throws {
    try? await gracefulShutdown()
    await close()
  }

  /// Running statements finish within a bound, everything else fails; then connections and thread are gone.
  public func close() async {
    if pool.loop.endIfIdle() { return }
    let ended = Promise<Void>()
    guard pool.submit({ [pool] in pool.close(ended) }) else { return }
    _ = try? await ended.value()
  }

  /// Connections and waiters at this moment.
  public var statistics: PostgresStatistics { pool.statistics }

  /// Runs a short, read-only statement on a shared connection, in one round trip with whatever else waits. When the
  /// task is cancelled the answer is dropped.
  public nonisolated(nonsending) func quick(_ sql: SQL) async throws -> Rows {
    if pool.configuration.sharedConnections < 1 { return try await query(sql) }
    try Task.checkCancellation()
    let request = Request(sql)
    guard pool.submit({ [pool] in pool.quick(request) }) else { throw PostgresError(.closed) }
    return try await request.promise.value { request.promise.fail(CancellationError()) }
  }

  /// Runs one statement on an exclusive connection. Cancelling the task cancels the statement on the server.
  public nonisolated(nonsending) func query(_ sql: SQL) async throws -> Rows {
    try Task.checkCancellation()
    let request = Request(sql)
    guard pool.submit({ [pool] in pool.runOnce(request) }) else { throw PostgresError(.closed) }
    return try await request.promise.value { [pool] in _ = pool.submit { pool.cancel(request) } }
  }

  /// Lends a connection to `body` alone.
  ///
  /// - Parameter statementTimeout: instead of the configured one; zero for none.
  public nonisolated(nonsending) func withConnection<R>(
    statementTimeout: Duration? = nil,
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
  ) async throws -> R {
    let connection = try await checkOut()
    defer { connection.giveBack() }
    if let statementTimeout { try await connection.setStatementTimeout(statementTimeout) }
    return try await body(connection)
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Parameter statementTimeout: instead of the configured one; zero for none.
  public nonisolated(nonsending) func transaction<R>(
    isolation: PostgresIsolation? = nil, readOnly: Bool = false, statementTimeout: Duration? = nil,
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
  ) async throws -> R {
    try await withConnection(statementTimeout: statementTimeout) { connection in
      try await connection.transaction(isolation: isolation, readOnly: readOnly, body)
    }
  }

  private nonisolated(nonsending) func checkOut() async throws -> PostgresConnection {
    try Task.checkCancellation()
    let ticket = Ticket(pool)
    guard pool.submit({ ticket.start() }) else { throw PostgresError(.closed) }
    return try await ticket.promise.value { [pool] in _ = pool.submit { ticket.cancel() } }
  }
}

/// A task's wish for a connection; mutable state for the loop's thread only.
private final class Ticket: @unchecked Sendable {
  let promise = Promise<PostgresConnection>()
  private let pool: Pool
  private var waiter: Waiter?
  private var isCancelled = false

  init(_ pool: Pool) { self.pool = pool }

  func start() {
    // The cancellation may have overtaken the wish.
    if isCancelled { return promise.fail(CancellationError()) }
    waiter = pool.acquire { [promise] result in
      promise.complete(result.map { PostgresConnection($0, lease: $0.lease) })
    }
  }

  func cancel() {
    isCancelled = true
    if let waiter { pool.abandon(waiter) }
  }
}

extension Pool {
  /// Acquire, run, release without leaving the loop's thread. Loop thread only.
  func runOnce(_ request: Request) {
    if request.isCancelled { return request.complete(.failure(PostgresError(.closed))) }
    let waiter = acquire { [unowned self] result in
      switch result {
      case .success(let session):
        request.onFinish = { [unowned self] in release(session) }
        session.run(request)
      case .failure(let error):
        request.complete(.failure(error as? PostgresError ?? PostgresError(.closed)))
      }
    }
    if !waiter.isSettled { request.place = .waiting(waiter) }
  }

  /// Loop thread only.
  func cancel(_ request: Request) {
    request.isCancelled = true
    switch request.place {
    case .waiting(let waiter): abandon(waiter)
    case .queued(let session), .sent(let session): session.cancel(request)
    case .nowhere, .done: break
    }
  }
}
