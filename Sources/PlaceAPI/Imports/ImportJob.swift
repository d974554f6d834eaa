import Logging
import PlaceImport
import PlaceStore
import Places

/// The checking or applying of one uploaded file.
struct ImportJob {
  let worker: ImportWorker
  let id: String
  /// Who asked for it.
  let person: String
  let progress: ProgressNote
  private var store: PlaceStore { worker.store }
  /// How often an import that another one of the same source keeps out is tried again, and after how long.
  private static let tries = 150
  private static let pause = Duration.seconds(2)

  init(worker: ImportWorker, id: String, person: String, progress: ProgressNote) {
    self.worker = worker
    self.id = id
    self.person = person
    self.progress = progress
  }

  /// Does what the session's status says; what goes wrong is told by the session.
  func run() async {
    do {
      var session = try await store.importSession(id)
      if let found = session, found.status == .checking {
        try await check(found)
        // It may have been asked to go on.
        session = try await store.importSession(id)
      }
      if let session, session.status == .applying { try await apply(session) }
    } catch is CancellationError {} catch {
      worker.logger.error("an import was left", metadata: ["session": "\(id)", "error": "\(error)"])
    }
  }

  private func check(_ session: ImportSession) async throws {
    var path = ""
    do {
      let files = try ImportFolder(session)
      path = files.upload
      let report = try await read(session, files, isDryRun: true)
      let json = try Self.json(of: report, hiding: files)
      try await keep(files, report)
      if let refusal = report.refusals.first {
        _ = try await store.endCheck(
          id, next: .failed, report: json, failure: refusal.value(hiding: files.upload, as: session.fileName))
      } else {
        let goesOn = session.options["apply"]?.boolValue == true
        _ = try await store.endCheck(id, next: goesOn ? .applying : .checked, report: json, failure: nil)
      }
    } catch let error as CancellationError { throw error } catch {
      _ = try await store.endCheck(id, next: .failed, report: nil, failure: failure(error, session, path))
    }
  }

  private func apply(_ session: ImportSession) async throws {
    var path = ""
    do {
      let files = try ImportFolder(session)
      path = files.upload
      let report = try await read(session, files, isDryRun: false)
      try await keep(files, report)
      guard let refusal = report.refusals.first else { return }
      // The registry has changed since the file was checked.
      try await store.endApply(
        id, next: .failed, report: try Self.json(of: report, hiding: files),
        failure: refusal.value(hiding: files.upload, as: session.fileName))
    } catch let error as CancellationError { throw error } catch let error as ImportFailure
      where error.code != "import-running" && error.code != "upload-purged"
    {
      try await store.endApply(id, next: .failed, report: nil, failure: failure(error, session, path))
    } catch {
      // Where the commit's answer was lost it may be applied: then this says nothing.
      try await store.endApply(id, next: .checked, report: nil, failure: failure(error, session, path))
    }
  }

  private func read(_ session: ImportSession, _ files: ImportFolder, isDryRun: Bool) async throws -> ImportReport {
    guard let kind = ImportKind(rawValue: session.kind) else { throw ImportFailure("kind", "The kind is unknown.") }
    progress.begin(size: try await files.restore(store))
    var options = try ImportOptions(source: DataSourceID(session.source))
    ImportParameters.apply(session.options, to: &options)
    options.mapping = try session.options["mapping"].map { try ImportMapping(json: $0, kind: kind) }
    options.isDryRun = isDryRun
    options.session = id
    options.person = person
    options.organization = session.organization
    options.fileName = session.fileName
    options.rejectsPath = files.rejects
    options.verdictsPath = files.verdicts
    options.progress = { [progress] in progress.note($0) }
    var left = Self.tries
    while true {
      do { return try await Importer(store: store, options: options).run(kind, path: files.upload) } catch let error
        as ImportFailure where error.code == "import-running" && left > 0
      {
        left -= 1
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Keeps the rejected rows and the verdicts where there are any.
  private func keep(_ files: ImportFolder, _ report: ImportReport) async throws {
    for (role, path, isWanted) in [
      (ImportFileRole.rejects, files.rejects, report.rejected > 0), (.verdicts, files.verdicts, report.rows > 0),
    ] {
      let reader = isWanted ? PieceReader(path: path) : nil
      try await store.replaceImportFile(role, of: id) { try reader?.next() }
    }
  }

  private static func json(of report: ImportReport, hiding files: ImportFolder) throws -> JSONValue {
    // PostgreSQL takes no NUL in JSON.
    try JSONParser.parse(report.json).mapStrings(keys: true) { text in
      text.replacing("\0", with: "\u{FFFD}").replacing(files.upload, with: files.name)
    }
  }

  /// Why it failed, without anything of the inside.
  private func failure(_ error: any Error, _ session: ImportSession, _ path: String) -> JSONValue {
    switch error {
    case let error as ImportFailure:
      return error.value(hiding: path, as: session.fileName).mapStrings { $0.replacing("\0", with: "\u{FFFD}") }
    case StoreError.unavailable:
      return ImportFailure("unavailable", "The database did not answer: try again later.").value()
    case StoreError.conflict(let id):
      return ImportFailure("id-taken", "\(id) holds an id or identifier of the file already.").value()
    case let problem as Problem:
      return ImportFailure(problem.code, problem.detail).value()
    default:
      worker.logger.error("an import failed", metadata: ["session": "\(id)", "error": "\(error)"])
      return ImportFailure("internal", "Something failed here; the log tells more under the session's id.")
        .value()
    }
  }
}

/// The files of an import while it is worked on.
struct ImportFolder {
  private let folder: TemporaryFolder
  private let session: String
  /// Where the uploaded file lies.
  let upload: String
  /// Where the rejected rows are written to.
  var rejects: String { folder.path + "/.rejects" }
  /// Where the verdicts are written to.
  var verdicts: String { folder.path + "/.verdicts" }
  /// What the file is called.
  let name: String

  init(_ session: ImportSession) throws {
    folder = try TemporaryFolder()
    self.session = session.id
    name = session.fileName ?? "the file"
    upload = folder.path(of: session.fileName ?? "")
  }

  /// Brings the uploaded file back from the store; tells its size in bytes. Throws ``ImportFailure`` `upload-purged`.
  func restore(_ store: PlaceStore) async throws -> Int {
    let file = try TemporaryFile(path: upload)
    var part = 0
    while let bytes = try await store.importFile(.upload, of: session, part: part) {
      try bytes.withUnsafeBytes { try file.write($0) }
      part += 1
    }
    guard part > 0 else {
      throw ImportFailure("upload-purged", "The uploaded file is no longer kept: upload it again.")
    }
    return file.count
  }
}
