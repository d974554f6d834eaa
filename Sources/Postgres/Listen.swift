import CLibPQ

/// What NOTIFY delivered.
public struct PostgresNotification: Sendable, Equatable {
  /// The channel.
  public let channel: String
  /// The text that came along, possibly empty.
  public let payload: String
  /// The server process that sent it.
  public let processID: Int32
}

extension PostgresClient {
  /// Notifications of some channels, on a connection of their own. The stream ends by throwing when the connection is
  /// lost or the client closed; whoever listens again must assume that notifications were missed meanwhile.
  ///
  /// - Parameter onListening: called once LISTEN is in force, i.e. nothing is missed from then on.
  public func listen(
    _ channels: [String], onListening: (@Sendable () -> Void)? = nil
  ) -> AsyncThrowingStream<PostgresNotification, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: PostgresNotification.self)
    let listener = Listener(pool, channels, continuation, onListening)
    continuation.onTermination = { [pool] _ in _ = pool.submit { listener.end() } }
    if !pool.submit({ listener.start() }) { continuation.finish(throwing: PostgresError(.closed)) }
    return stream
  }
}

/// A stream's connection. Loop thread only.
private final class Listener: @unchecked Sendable {
  private let pool: Pool
  private let channels: [String]
  private let continuation: AsyncThrowingStream<PostgresNotification, any Error>.Continuation
  private let onListening: (@Sendable () -> Void)?
  private var session: Session?
  private var isEnded = false

  init(
    _ pool: Pool, _ channels: [String],
    _ continuation: AsyncThrowingStream<PostgresNotification, any Error>.Continuation,
    _ onListening: (@Sendable () -> Void)?
  ) {
    self.pool = pool
    self.channels = channels
    self.continuation = continuation
    self.onListening = onListening
  }

  func start() {
    if isEnded { return }
    if pool.isClosing { return continuation.finish(throwing: PostgresError(.closed)) }
    pool.connect(.listener) { [self] result in
      switch result {
      case .success(let fresh): connected(fresh)
      case .failure(let error): continuation.finish(throwing: error)
      }
    }
  }

  private func connected(_ fresh: FreshConnection) {
    if isEnded { return PQfinish(fresh.pointer) }
    let session = Session(pool, .listener, owning: fresh.pointer)
    self.session = session
    pool.listeners.append(session)
    session.onNotification = { [continuation] notification in continuation.yield(notification) }
    session.onClosed = { [continuation] error in continuation.finish(throwing: error) }
    // One text for all of them, so that there is one moment from which nothing is missed.
    let names = channels.map {
      "\"" + $0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    let request = Request(SQL(unescaped: names.map { "listen \($0)" }.joined(separator: "; ")), .script)
    request.onFinish = { [unowned self, unowned request] in listening(request) }
    session.run(request)
  }

  private func listening(_ request: Request) {
    switch session?.simpleOutcome {
    case .success?: onListening?()
    case .failure(let error)?: session?.close(error)
    case nil: break
    }
  }

  /// The consumer has gone, or the connection.
  func end() {
    isEnded = true
    session?.close(PostgresError(.closed))
    session = nil
  }
}
