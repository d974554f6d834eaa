import CLibPQ

/// A COPY under way. Loop thread only.
final class CopyState {
  enum Direction { case into, out }

  let direction: Direction
  /// Waits until the server has taken what was written.
  var writer: Promise<Void>?
  /// What libpq had no room for.
  var pending: [UInt8] = []
  var ending: Promise<Rows>?
  var endSent = false
  /// Waits for the next chunk.
  var reader: Promise<[UInt8]?>?
  var sourceDry = false
  var end: Result<Rows, PostgresError>?

  init(_ direction: Direction) { self.direction = direction }

  func fail(_ error: PostgresError) {
    writer?.fail(error)
    ending?.fail(error)
    reader?.fail(error)
    writer = nil
    ending = nil
    reader = nil
  }
}

/// Simple protocol: scripts and COPY. Loop thread only.
extension Session {
  private static var chunkSize: Int { 256 * 1024 }

  func startSimple(_ request: Request) {
    guard request.sql.bindCount == 0 else {
      return request.complete(.failure(PostgresError(.misuse, message: "scripts and COPY take no binds")))
    }
    request.place = .sent(self)
    simple = request
    simpleOutcome = nil
    touch()
    guard PQexitPipelineMode(connection) == 1, PQsendQuery(connection, request.sql.text) == 1 else { return lost() }
    flush()
  }

  func readSimple() {
    while !isClosed, let request = simple {
      if let copy {
        if copy.direction == .out, !copy.sourceDry {
          if !readCopy(copy) { return }
          continue
        }
        // Until the data has ended the server has nothing to say that libpq would tell us.
        if copy.direction == .into, !copy.endSent { return }
      }
      if PQisBusy(connection) != 0 { return }
      guard let result = PQgetResult(connection) else { return endSimple(request) }
      switch PQresultStatus(result) {
      case PGRES_COPY_IN, PGRES_COPY_OUT: startCopy(request, result)
      case PGRES_FATAL_ERROR:
        let error = PostgresError(result: result)
        PQclear(result)
        if error.isFatal { isBroken = true }
        if case .failure? = simpleOutcome { break }
        simpleOutcome = .failure(error)
      default:
        let rows = Rows(owning: result)
        if case .failure? = simpleOutcome { break }
        simpleOutcome = .success(rows)
      }
    }
  }

  private func startCopy(_ request: Request, _ result: OpaquePointer) {
    let isInto = PQresultStatus(result) == PGRES_COPY_IN
    let rows = Rows(owning: result)
    guard request.kind == (isInto ? .copyIn : .copyOut), copy == nil else {
      simpleOutcome = .failure(PostgresError(.misuse, message: "unexpected COPY"))
      if isInto {
        _ = PQputCopyEnd(connection, "unexpected COPY")
        flush()
      } else {
        close(PostgresError(.connectionLost, message: "unexpected COPY"))
      }
      return
    }
    copy = CopyState(isInto ? .into : .out)
    deadline = 0
    if !isInto { setListening(false) }
    request.promise.succeed(rows)
  }

  private func endSimple(_ request: Request) {
    guard PQenterPipelineMode(connection) == 1 else { return lost() }
    simple = nil
    deadline = 0
    setListening(true)
    let outcome = simpleOutcome ?? .failure(PostgresError(.misuse, message: "no statement"))
    if let copy {
      self.copy = nil
      cancelAnswered(request)
      whenCancelReturned {
        request.complete(outcome)
        copy.finish(outcome)
      }
    } else if request.kind != .script, case .success = outcome {
      finish(request, .failure(PostgresError(.misuse, message: "not a COPY statement")))
    } else {
      finish(request, outcome)
    }
    if isClosed { return }
    pump()
    pool.sessionQuiet(self)
  }

  // MARK: COPY in

  func writeCopy(_ bytes: [UInt8], _ promise: Promise<Void>) {
    guard let copy, !isClosed, copy.direction == .into, !copy.endSent, copy.writer == nil else {
      return promise.fail(PostgresError(isClosed ? .connectionLost : .misuse, message: "no COPY to write to"))
    }
    copy.writer = promise
    copy.pending = bytes
    touch()
    flush()
  }

  /// Everything has left libpq's buffer: time for more. This keeps memory flat, since PQputCopyData never refuses.
  func copyFlushed() {
    guard let copy, copy.direction == .into, !copy.endSent else { return }
    if !copy.pending.isEmpty {
      let connection = connection
      let status = copy.pending.withUnsafeBytes { raw in
        PQputCopyData(connection, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
      }
      if status < 0 { return lost() }
      if status == 1 { copy.pending = [] }
      return flush()
    }
    guard let writer = copy.writer else { return }
    copy.writer = nil
    deadline = 0
    writer.succeed(())
  }

  /// Ends the data; with a reason the server undoes it all.
  func endCopy(_ reason: String?, _ promise: Promise<Rows>) {
    guard let copy, !isClosed, copy.direction == .into, !copy.endSent else {
      return promise.fail(PostgresError(isClosed ? .connectionLost : .misuse, message: "no COPY to end"))
    }
    copy.ending = promise
    copy.endSent = true
    touch()
    guard PQputCopyEnd(connection, reason) == 1 else { return lost() }
    flush()
    readResults()
  }

  // MARK: COPY out

  func nextChunk(_ promise: Promise<[UInt8]?>) {
    guard let copy, !isClosed, copy.direction == .out, copy.reader == nil else {
      return promise.fail(PostgresError(isClosed ? .connectionLost : .misuse, message: "no COPY to read from"))
    }
    copy.reader = promise
    touch()
    setListening(true)
    readResults()
  }

  /// Hands over what is there, at most a chunk. True when the data has ended and results follow.
  private func readCopy(_ copy: CopyState) -> Bool {
    guard let reader = copy.reader else { return false }
    var chunk: [UInt8] = []
    var dry = false
    while chunk.count < Self.chunkSize {
      // Allocated by libpq, freed here.
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(connection, &row, 1)
      if length > 0, let row {
        if chunk.isEmpty { chunk.reserveCapacity(Self.chunkSize + Int(length)) }
        chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
        PQfreemem(row)
        dry = false
      } else if length == 0 {
        // Once more from the socket before handing over a small chunk.
        if dry || !consume() { break }
        dry = true
      } else {
        copy.sourceDry = true
        break
      }
    }
    if chunk.isEmpty { return copy.sourceDry }
    copy.reader = nil
    deadline = 0
    setListening(false)
    reader.succeed(chunk)
    return false
  }
}

extension CopyState {
  /// The server has confirmed the end.
  func finish(_ outcome: Result<Rows, PostgresError>) {
    switch outcome {
    case .success(let rows):
      writer?.succeed(())
      ending?.succeed(rows)
      reader?.succeed(nil)
    case .failure(let error): fail(error)
    }
  }
}
