/// Takes the data of a COPY … FROM STDIN. Collects small pieces; suspends while the server is behind.
public final class CopyWriter {
  private static let chunkSize = 128 * 1024

  private let connection: PostgresConnection
  private var buffer: [UInt8] = []

  init(_ connection: PostgresConnection) {
    self.connection = connection
    buffer.reserveCapacity(Self.chunkSize)
  }

  /// Adds bytes, which need not end at a row's end.
  public nonisolated(nonsending) func write(_ bytes: some Collection<UInt8>) async throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.chunkSize { try await send() }
  }

  /// Adds bytes, which are copied before the call suspends.
  public nonisolated(nonsending) func write(_ bytes: UnsafeRawBufferPointer) async throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.chunkSize { try await send() }
  }

  /// Adds UTF-8 text.
  public nonisolated(nonsending) func write(_ text: String) async throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.chunkSize { try await send() }
  }

  nonisolated(nonsending) func send() async throws {
    try Task.checkCancellation()
    if buffer.isEmpty { return }
    let promise = Promise<Void>()
    var chunk: [UInt8] = []
    chunk.reserveCapacity(Self.chunkSize)
    swap(&chunk, &buffer)
    // libpq counts in 32 bits.
    guard chunk.count <= Int(Int32.max) else { throw PostgresError(.misuse, message: "chunk of more than 2 GB") }
    let session = connection.session
    try connection.onLoop(promise) { [chunk] in session.writeCopy(chunk, promise) }
    try await promise.value { _ = session.pool.submit { session.interruptCopy() } }
  }
}

extension Session {
  /// The task behind a COPY was cancelled. Loop thread only.
  func interruptCopy() {
    if copy != nil { interrupt(simple) }
  }
}

extension PostgresConnection {
  /// Runs `copy … from stdin` with the data that `body` writes; returns the number of rows. When `body` throws,
  /// nothing is stored and the error goes through.
  public nonisolated(nonsending) func copyIn(
    _ sql: SQL, _ body: nonisolated(nonsending) (CopyWriter) async throws -> Void
  ) async throws -> Int {
    _ = try await run(Request(sql, .copyIn))
    let writer = CopyWriter(self)
    do {
      try await body(writer)
      try await writer.send()
    } catch {
      _ = try? await endCopy("cancelled by the client")
      throw error
    }
    do {
      return try await endCopy(nil).affected
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw error
    }
  }

  private nonisolated(nonsending) func endCopy(_ reason: String?) async throws -> Rows {
    let promise = Promise<Rows>()
    let session = session
    try onLoop(promise) { session.endCopy(reason, promise) }
    // With a reason the end must be awaited in any case, or the connection would be unusable.
    if reason != nil { return try await promise.value() }
    return try await promise.value { _ = session.pool.submit { session.interruptCopy() } }
  }
}
