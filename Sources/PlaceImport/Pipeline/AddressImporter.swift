import Geodesy
import PlaceStore
import Places

/// Imports addresses: rows are read, checked and staged one after the other with flat memory, then merged as sets, all
/// in the caller's transaction.
///
/// A session calls ``load(_:transaction:report:rejected:)``, then perhaps ``retireMissing(transaction:report:)``, then
/// ``finish(transaction:)``, which writes its one line of the change log.
public struct AddressImporter: Sendable {
  let store: PlaceStore
  let options: ImportOptions

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads all rows and writes what is new or changed. `rejected` is told each row that is left out for an error, and
  /// why. Throws ``ImportFailure`` when the file as a whole can't be taken, and ``PlaceStore/StoreError``.
  public func load(
    _ reader: any RowReader, transaction: StoreTransaction, report: inout ImportReport,
    rejected: (SourceRow, [ImportProblem]) throws -> Void = { _, _ in }
  ) async throws {
    try await transaction.ensureSource(options.source)
    var mapper = try AddressRowMapper(
      header: reader.header, declaredCRS: reader.declaredCRS, options: options, engine: store.engine,
      gazetteer: transaction.gazetteer, postalCodes: try await transaction.postalCodes())
    var read = report
    read.unknownColumns = mapper.columns.unknown
    read.crs = mapper.crs ?? read.crs
    let session = transaction.importSession
    try await transaction.beginAddresses(session: session, source: options.source)
    var reader = reader
    try await transaction.stageAddresses {
      while let row = try reader.next() {
        guard !row.isBlank else { continue }
        read.rows += 1
        let address = mapper.map(row)
        if !mapper.problems.isEmpty {
          read.add(mapper.problems)
          if !address.isTaken { try rejected(row, mapper.problems) }
        }
        return address
      }
      return nil
    }
    read.encoding = reader.encoding?.rawValue ?? read.encoding
    let outcome = try await transaction.mergeAddresses(
      session: session, source: options.source, fields: mapper.fields, hasIDs: mapper.hasIDs, emptyKeeps: false)
    read.created += outcome.created
    read.changed += outcome.changed
    read.unchanged += outcome.unchanged
    note(outcome, transaction.gazetteer, &read)
    report = read
  }

  /// Warns of the addresses that lie outside the municipality given: the first thousand by name, all in the count.
  private func note(_ outcome: AddressOutcome, _ gazetteer: Gazetteer, _ report: inout ImportReport) {
    for row in outcome.outsideRows {
      let found = row.found.flatMap { gazetteer.find($0) }.map { " in \($0.name.preferred) (\($0.code))" }
      report.add([
        ImportProblem(
          line: row.line, id: row.id, severity: .warning, code: "municipality-disagrees", field: "municipality",
          value: row.municipality,
          detail: "The position lies\(found ?? " outside it"): correct one of them if it is wrong.")
      ])
    }
    report.warnings += outcome.outside - outcome.outsideRows.count
    report.sortProblems()
  }

  /// Writes the session's line of the change log, if it changed anything.
  public func finish(transaction: StoreTransaction) async throws {
    try await transaction.finishAddresses(session: transaction.importSession, source: options.source)
  }
}

extension StoreTransaction {
  /// The import's session: what follows `import:` in who writes.
  var importSession: String {
    let prefix = "import:"
    return author.actor.hasPrefix(prefix) ? String(author.actor.dropFirst(prefix.count)) : author.actor
  }
}
