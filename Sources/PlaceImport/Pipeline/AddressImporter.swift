import Geodesy
import PlaceStore
import Places

/// Imports addresses: rows are read, checked and staged one after the other with flat memory, then merged as sets, all
/// in one transaction.
///
/// ``run(_:)`` is a whole session. Its parts can be called one by one within a transaction: ``load(_:judge:transaction:report:)``,
/// then perhaps ``retireMissing(_:report:)``, then ``finish(_:)``, which writes the session's one line of the change log.
public struct AddressImporter: Sendable {
  let store: PlaceStore
  let options: ImportOptions

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads all rows and writes what is new or changed. Throws ``ImportFailure`` when the file as a whole can't be taken,
  /// and ``PlaceStore/StoreError``.
  public func load(
    _ given: any RowReader, judge: PositionJudge, transaction: StoreTransaction, report: inout ImportReport
  ) async throws {
    var reader = given
    var mapper = try AddressRowMapper(
      header: reader.header, declaredCRS: reader.declaredCRS, options: options,
      map: try await store.columns(for: reader.header, .addresses, options),
      engine: store.engine, judge: judge, gazetteer: transaction.gazetteer,
      postalCodes: try await transaction.postalCodes())
    if options.idsPath != nil, !mapper.hasIDs {
      throw ImportFailure(
        "write-ids",
        "Addresses without ids get theirs at the end of the import, when the file has been read: export them instead "
          + "(placeregistry export addresses).", flag: "--write-ids")
    }
    let files = try ImportFiles(options, reader: reader, idColumn: mapper.columns.columns["id"])
    let session = transaction.importSession
    try await transaction.ensureSource(options.source)
    try await transaction.beginAddresses(session: session, source: options.source)
    var read = report
    try await transaction.stageAddresses {
      while let row = try reader.next() {
        guard !row.isBlank else { continue }
        read.rows += 1
        return try take(row, &mapper, files, &read)
      }
      return nil
    }
    try files.finish()
    read.remarks = reader.remarks.map(\.detail)
    read.encoding = reader.encoding?.rawValue
    read.crs = mapper.crs ?? read.crs
    read.columns = mapper.columns.columns.sorted { $0.value < $1.value }.map { ($0.key, reader.header[$0.value]) }
    read.unknownColumns = mapper.columns.unknown
    read.suggestions = mapper.columns.suggestions.map(\.description)
    let outcome = try await transaction.mergeAddresses(
      session: session, source: options.source, fields: mapper.fields, hasIDs: mapper.hasIDs,
      emptyKeeps: options.emptyKeeps)
    note(outcome, transaction.gazetteer, &read)
    try await transaction.keepColumns(.addresses, options)
    report = read
  }

  /// One row on its way: checked, told of where something is wrong with it.
  private func take(
    _ row: SourceRow, _ mapper: inout AddressRowMapper, _ files: ImportFiles, _ report: inout ImportReport
  ) throws -> DeliveredAddress {
    var address = mapper.map(row)
    if address.isTaken, mapper.isOutOfScope(address) {
      report.skipped += 1
      address.isTaken = false
      return address
    }
    if !mapper.problems.isEmpty { report.add(mapper.problems) }
    if !address.isTaken {
      try files.add(row, RowVerdict(line: row.line, id: address.id, kind: .rejected), mapper.problems)
    } else if options.idsPath != nil {
      try files.add(row, RowVerdict(line: row.line, id: address.id, kind: .unchanged), mapper.problems)
    }
    return address
  }

  /// Counts what was done, warns of the addresses that lie outside the municipality given (the first thousand by name,
  /// all in the count), and refuses what nobody can have meant.
  private func note(_ outcome: AddressOutcome, _ gazetteer: Gazetteer, _ report: inout ImportReport) {
    for row in outcome.written {
      report.note(
        RowVerdict(line: row.line, id: row.id, kind: row.fields == nil ? .new : .changed, fields: row.fields ?? []))
    }
    report.created = outcome.created
    report.changed = outcome.changed
    report.unchanged = outcome.unchanged
    for row in outcome.outsideRows {
      let found = row.found.flatMap { gazetteer.find($0) }.map { " in \($0.name.preferred) (\($0.code))" }
      report.add([
        ImportProblem(
          line: row.line, id: row.id, severity: .warning, code: "municipality-disagrees", field: "municipality",
          value: row.municipality, detail: "The position lies\(found ?? " outside it"): correct one if it is wrong.")
      ])
    }
    report.warnings += outcome.outside - outcome.outsideRows.count
    report.sortProblems()
    if !options.allowsClear {
      for loss in outcome.cleared where Double(loss.cleared) > Double(loss.of) * ImportGuards.share {
        report.refusals.append(
          ImportFailure(
            "mass-clear",
            "The file empties \(loss.field) of \(loss.cleared) of \(loss.of) addresses. --empty keep leaves them, "
              + "--allow-clear empties them.", flag: "--allow-clear"))
      }
    }
    if !options.allowsReuse, outcome.shifted >= ImportGuards.least,
      Double(outcome.shifted) > Double(outcome.known) * ImportGuards.share
    {
      report.refusals.append(
        ImportFailure(
          "ids-shifted",
          "\(outcome.shifted) of \(outcome.known) known addresses come with another street and number: their ids seem "
            + "to have been given anew. --allow-reuse if it is meant.", flag: "--allow-reuse"))
    }
  }

  /// Writes the session's line of the change log, if it changed anything.
  public func finish(_ transaction: StoreTransaction) async throws {
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
