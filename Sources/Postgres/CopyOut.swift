/// The data of a COPY … TO STDOUT in chunks of whole rows, about 256 KB each. Reading from the server stops while
/// the consumer is behind. To be consumed once, to the end, before the connection does anything else.
public struct CopyReader: AsyncSequence, Sendable {
  /// Whole rows as the server formats them.
  public typealias Element = [UInt8]

  let connection: PostgresConnection

  /// Starts reading.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(connection: connection)
  }

  /// Asks for one chunk after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let connection: PostgresConnection
    var isAtEnd = false

    /// The next chunk, nil at the end.
    public mutating func next() async throws -> [UInt8]? {
      try await next(isolation: nil)
    }

    /// The next chunk, nil at the end.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
      if isAtEnd { return nil }
      try Task.checkCancellation()
      let promise = Promise<[UInt8]?>()
      let session = connection.session
      do {
        try connection.onLoop(promise) { session.nextChunk(promise) }
        let chunk = try await promise.value { _ = session.pool.submit { session.interruptCopy() } }
        isAtEnd = chunk == nil
        return chunk
      } catch {
        isAtEnd = true
        if Task.isCancelled { throw CancellationError() }
        throw error
      }
    }
  }
}

extension PostgresConnection {
  /// Runs `copy … to stdout`.
  public nonisolated(nonsending) func copyOut(_ sql: SQL) async throws -> CopyReader {
    _ = try await run(Request(sql, .copyOut))
    return CopyReader(connection: self)
  }
}
