import HTTPTypes
import Hummingbird
import NIOCore
import PlaceImport
import PlaceStore
import Places
import Synchronization

extension API {
  /// `GET /v1/import/`: those of the data sources that the key writes.
  func imports(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let reader = ParameterReader(exchange.query)
    let (page, size) = (try reader.page(), reader.pageSize())
    var sources = caller.writable
    if let asked = exchange.query["source"] { sources = caller.mayWrite(asked) ? [asked] : [] }
    let (count, sessions) = try await store.importSessions(sources: sources, page: page, pageSize: size)
    if sessions.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * size < count)
    var w = JSONWriter(capacity: 256 + sessions.count * 1024)
    w.beginObject()
    paging.meta(count: count, into: &w)
    w.key("data")
    w.beginArray()
    for session in sessions { session.write(into: &w) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// `GET /v1/import/{session}/`
  func showImport(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let wait = try Self.wait(exchange)
    let session = try await ownImport(exchange.segments[0], caller)
    return Self.answer(try await settled(session, wait: exchange.method == .head ? .zero : wait))
  }

  /// `POST /v1/import/`: the file is taken in, and read as a dry run while nobody has to wait for it.
  func createImport(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let parameters = try ImportParameters(exchange.query)
    try Self.mayImport(parameters.kind.rawValue, caller)
    try Self.mayWrite(parameters.source.description, caller)
    guard let pieces = exchange.pieces else { throw Problem.fault }
    let upload = try await ImportUpload.read(
      contentType: exchange.headers[.contentType], limit: configuration.maximumImportBytes,
      hashes: exchange.headers[.idempotencyKey] != nil, pieces)
    let session = try Self.session(parameters, upload, caller)
    var exchange = exchange
    exchange.body = ByteBuffer(string: String(upload.hash, radix: 16))
    let (path, location) = (upload.path, "\(exchange.baseURL)/v1/import/\(session.id)/")
    let written = try await write(exchange) { transaction, _ in
      try await transaction.begin(session)
      guard let reader = PieceReader(path: path) else { throw Problem.fault }
      var part = 0
      while let bytes = try reader.next() {
        try await transaction.store(bytes, part: part, .upload, of: session.id)
        part += 1
      }
      return Written(status: .accepted, location: location)
    }
    withExtendedLifetime(upload) {}
    // A repeated request is told of the session that the first one made.
    let made = written.headers[.location]?.split(separator: "/").last.map(String.init) ?? session.id
    if made == session.id { imports.enqueue(.init(session: made, person: caller.person)) }
    return try await underWay(made, written, wait: parameters.wait)
  }

  /// `POST /v1/import/{session}/apply`
  func applyImport(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let wait = try Self.wait(exchange)
    let id = try await ownImport(exchange.segments[0], caller, toWrite: true).id
    let location = "\(exchange.baseURL)/v1/import/\(id)/"
    let isFresh = Mutex(false)
    let written = try await write(exchange) { transaction, _ in
      guard let session = try await transaction.lockSession(id) else { throw Self.noImport(id) }
      guard session.status == .checked else { throw Self.notChecked(session) }
      guard try await transaction.hasFile(.upload, of: id) else { throw Self.purged }
      try await transaction.noteApplying(id)
      isFresh.withLock { $0 = true }
      return Written(status: .accepted, location: location)
    }
    // A repeated request is at work already.
    if isFresh.withLock({ $0 }) { imports.enqueue(.init(session: id, person: caller.person)) }
    return try await underWay(id, written, wait: wait)
  }

  /// `POST /v1/import/{session}/undo`
  func undoImport(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let session = try await ownImport(exchange.segments[0], caller, toWrite: true)
    if session.status != .undone {
      let outcome: UndoOutcome
      do { outcome = try await store.undoImport(session.id, by: caller.person) } catch let failure as ImportFailure {
        throw Problem.conflict(failure.code, id: session.id, failure.detail)
      }
      guard outcome.reasons.isEmpty else { throw Self.laterEdits(outcome, session.id) }
    }
    var answer = Self.answer(try await store.importSession(session.id) ?? session)
    answer.headers[.changeSequence] = String(try await store.state().sequence)
    return answer
  }

  /// `GET /v1/import/{session}/rejects`: the rejected rows as they came, each with its reason.
  func importRejects(_ exchange: Exchange) async throws -> Answer {
    try await importFile(exchange, .rejects, "No row was rejected, or this kind keeps none.")
  }

  /// `GET /v1/import/{session}/verdicts`: what becomes of each row.
  func importVerdicts(_ exchange: Exchange) async throws -> Answer {
    try await importFile(exchange, .verdicts, "There are no verdicts yet, or this kind keeps none.")
  }

  private func importFile(_ exchange: Exchange, _ role: ImportFileRole, _ missing: String) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let session = try await ownImport(exchange.segments[0], caller)
    guard let file = try await store.importFile(role, of: session.id) else {
      if session.organization != nil, try await store.importFile(.upload, of: session.id) == nil { throw Self.purged }
      throw Problem.notFound(missing)
    }
    var answer = Answer(media: .csv, body: ByteBuffer(), caching: .none)
    answer.stored = StoredBody(store: store, session: session.id, role: role, parts: file.parts, length: file.bytes)
    // Rejected rows keep the file's encoding.
    let encoding = role == .rejects ? session.report?["encoding"]?.stringValue : nil
    answer.headers[.contentType] = "text/csv; charset=\(encoding?.lowercased() ?? "utf-8")"
    answer.headers[.contentDisposition] = "attachment; filename=\"\(session.id)-\(role.rawValue).csv\""
    return answer
  }
}

extension API {
  /// The session, if the caller may know of it, and with `toWrite` only if it may import what it holds. Throws
  /// ``Problem`` 404 and 403.
  private func ownImport(_ id: String, _ caller: Caller, toWrite: Bool = false) async throws -> ImportSession {
    guard id.utf8.count <= 64, let session = try await store.importSession(id), caller.mayWrite(session.source) else {
      throw Self.noImport(id)
    }
    if toWrite { try Self.mayImport(session.kind, caller) }
    return session
  }

  /// Throws ``Problem`` 403 where only admins import a kind: registers that all sources stand on.
  private static func mayImport(_ kind: String, _ caller: Caller) throws {
    let isOpen = [ImportKind.places, .addresses, .events].contains { $0.rawValue == kind }
    if !isOpen, caller.role != .admin {
      throw Problem.forbidden("Importing \(kind) needs the role admin; the key has the role \(caller.role.rawValue).")
    }
  }

  private static func session(
    _ parameters: ImportParameters, _ upload: ImportUpload, _ caller: Caller
  ) throws -> ImportSession {
    var session = ImportSession(
      id: MintedName.local(), kind: parameters.kind.rawValue, source: parameters.source.description, status: .checking)
    session.fileName = parameters.fileName ?? upload.fileName.flatMap(ImportParameters.baseName)
    session.organization = caller.organization
    session.progress = ProgressNote.json(rows: 0, bytes: 0, size: upload.count)
    var options = parameters.options.members ?? []
    if let mapping = upload.mapping {
      do {
        guard !mapping.text.contains("\\u0000") else { throw ImportFailure("mapping", "The mapping holds a NUL.") }
        _ = try ImportMapping(json: mapping, kind: parameters.kind)
      } catch let failure as ImportFailure { throw Problem.field("/mapping", "", "mapping", failure.detail) }
      options.append(.init("mapping", mapping))
    }
    session.options = .object(options)
    return session
  }

  /// `wait`: seconds to wait for the end of the work.
  private static func wait(_ exchange: Exchange) throws -> Duration {
    var reader = ParameterReader(exchange.query)
    let wait = reader.whole("wait", 0...60) ?? 0
    try reader.finish()
    return .seconds(wait)
  }

  /// The session when nobody is at work on it any more, at the latest when the time is over.
  private func settled(_ session: ImportSession, wait: Duration) async throws -> ImportSession {
    let deadline = ContinuousClock.now + wait
    var session = session
    while session.isWorking, .now < deadline, !imports.isEnded {
      try await Task.sleep(for: .milliseconds(200))
      session = try await store.importSession(session.id) ?? session
    }
    return session
  }

  /// 202 while it is worked on, 200 when that is over.
  private func underWay(_ id: String, _ written: Answer, wait: Duration) async throws -> Answer {
    guard let session = try await store.importSession(id) else { throw Self.noImport(id) }
    let settled = try await settled(session, wait: wait)
    var answer = Self.answer(settled)
    answer.status = settled.isWorking ? .accepted : .ok
    answer.headers[.location] = written.headers[.location]
    answer.headers[.changeSequence] =
      settled.status == .applied ? String(try await store.state().sequence) : written.headers[.changeSequence]
    return answer
  }

  private static func answer(_ session: ImportSession) -> Answer {
    var w = JSONWriter()
    session.write(into: &w)
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    return answer
  }

  private static func noImport(_ id: String) -> Problem { .notFound("There is no import \(id).") }

  private static let purged = Problem(
    status: .gone, code: "upload-purged", title: "No longer kept",
    detail: "The uploaded file and its rejected rows are no longer kept: upload the file again.")

  private static func notChecked(_ session: ImportSession) -> Problem {
    let mend =
      switch session.status {
      case .checking: "Its file is still being read: wait until it is checked."
      case .applying: "It is being applied."
      case .applied: "It is applied already."
      case .undone: "It was taken back: upload the file again."
      default: "Its file was refused, as failure tells: upload it again."
      }
    return .conflict("not-checked", id: session.id, mend)
  }

  private static func laterEdits(_ outcome: UndoOutcome, _ id: String) -> Problem {
    var problem = Problem.conflict(
      "later-edits", id: id,
      "Later edits stand on the import, \(outcome.reasonCount) in all, so nothing was taken back: undo those first.")
    problem.errors = outcome.reasons.map {
      InputError(parameter: "session", value: id, code: "later-edit", detail: $0)
    }
    return problem
  }
}

/// A file in the store that is answered piece by piece.
struct StoredBody: Sendable {
  let store: PlaceStore
  let session: String
  let role: ImportFileRole
  let parts: Int
  /// In bytes.
  let length: Int

  var body: ResponseBody {
    ResponseBody(contentLength: length) { writer in
      for part in 0..<parts {
        guard let bytes = try await store.importFile(role, of: session, part: part) else { throw CancellationError() }
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finish(nil)
    }
  }
}
