import PlaceStore
import Places

extension PlaceStore {
  /// Runs an import of a kind as a session of its own, in one transaction, of which a dry run and a refused one leave
  /// nothing. Throws what `load` throws, ``ImportFailure`` `import-running` and ``PlaceStore/StoreError``; then nothing
  /// has changed.
  func runImport(
    _ kind: ImportKind, _ options: ImportOptions,
    _ load: (StoreTransaction, _ session: String) async throws -> ImportReport
  ) async throws -> ImportReport {
    let start = ContinuousClock.now
    let session = options.session ?? MintedName.local()
    var report: ImportReport
    do {
      let (done, sequence) = try await write(
        by: Author(actor: "import:\(session)", person: options.person, action: "import \(kind.rawValue)"),
        statementTimeout: .seconds(3600), attempts: 1, isLong: true
      ) { transaction in
        try await transaction.lockImports(of: options.source)
        var record = ImportSession(
          id: session, kind: kind.rawValue, source: options.source.description, status: .applying)
        record.fileName = options.fileName
        record.organization = options.organization
        if !options.isDryRun { try await transaction.begin(record) }
        var report = try await load(transaction, session)
        report.session = options.isDryRun ? options.session : session
        report.seconds = start.duration(to: .now) / .seconds(1)
        if options.isDryRun || !report.refusals.isEmpty { throw NothingApplied(report: report) }
        record.status = .applied
        record.report = try JSONParser.parse(report.json)
        try await transaction.save(record)
        return report
      }
      report = done
      report.sequence = sequence
    } catch let end as NothingApplied {
      report = end.report
    } catch let error as ImportRunning {
      throw ImportFailure(
        "import-running", "Another import of \(error.source) is under way: wait for its end and run this one again.")
    }
    report.seconds = start.duration(to: .now) / .seconds(1)
    return report
  }

  /// Takes back what a session wrote: all values are what they were before, only ids stay burnt. Refused, with the
  /// reasons in the outcome, where later edits stand on it. Throws ``ImportFailure`` `unknown-session` and
  /// `not-applied`.
  public func undoImport(_ session: String, by person: String? = nil) async throws -> UndoOutcome {
    do {
      return try await write(
        by: Author(actor: "import:\(session)", person: person, action: "import undo \(session)"),
        statementTimeout: .seconds(3600)
      ) { transaction in
        guard let record = try await transaction.lockSession(session) else {
          throw ImportFailure("unknown-session", "There is no import \(session): import list shows them.")
        }
        guard record.status == .applied else {
          throw ImportFailure(
            "not-applied", "The import \(session) is \(record.status.rawValue): nothing to take back.")
        }
        try await transaction.lockImports(of: DataSourceID(record.source))
        let outcome =
          switch ImportKind(rawValue: record.kind) {
          case .places: try await transaction.undoPlaces(of: session)
          case .events: try await transaction.undoEvents(of: session)
          case .municipalities, .divisions, .postalCodes: try await transaction.undoGeography(of: session)
          case .addresses: try await transaction.undoAddresses(of: session)
          case nil: throw ImportFailure("kind", "There is no kind \(record.kind).")
          }
        if !outcome.reasons.isEmpty { throw UndoRefused(outcome: outcome) }
        try await transaction.noteUndone(session)
        return outcome
      }.0
    } catch let refused as UndoRefused {
      return refused.outcome
    } catch let error as ImportRunning {
      throw ImportFailure(
        "import-running", "Another import of \(error.source) is under way: wait for its end and try again.")
    }
  }
}

/// Thrown inside the transaction of a dry run or a refused import, so that nothing of it stays.
private struct NothingApplied: Error {
  let report: ImportReport
}

private struct UndoRefused: Error {
  let outcome: UndoOutcome
}
