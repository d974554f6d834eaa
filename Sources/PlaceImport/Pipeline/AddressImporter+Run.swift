import PlaceStore
import Places

extension AddressImporter {
  /// Reads a file of addresses as a session of its own. Throws ``ImportFailure`` when the file as a whole can't be taken,
  /// and ``PlaceStore/StoreError``; then nothing has changed.
  func run(_ file: InputFile) async throws -> ImportReport {
    try await store.runImport(.addresses, options) { transaction, session in
      let reader = try file.open(.addresses, options, store.engine)
      var report = ImportReport(kind: ImportKind.addresses.rawValue, options: options)
      let files = try ImportFiles(options, reader: reader, idColumn: nil)
      try await load(reader, transaction: transaction, report: &report) { row, problems in
        try files.add(row, RowVerdict(line: row.line, id: problems.first?.id, kind: .rejected), problems)
      }
      try await retireMissing(transaction, session, &report)
      try await finish(transaction: transaction)
      try files.finish()
      return report
    }
  }

  /// `--missing retire`: what the file lacks, within bounds.
  private func retireMissing(
    _ transaction: StoreTransaction, _ session: String, _ report: inout ImportReport
  ) async throws {
    guard options.retiresMissing else { return }
    var scope = AddressScope(source: options.source)
    scope.municipalities = try options.scope.codes(transaction.gazetteer)
    scope.postalCodes = options.scope.postalCodes
    let (all, missing) = try await transaction.missingAddresses(scope)
    guard missing > 0 else { return }
    if let refusal = options.refusal(toRetire: missing, of: all, rows: report.rows) {
      report.refusals.append(refusal)
      return
    }
    report.retired = try await transaction.retireMissingAddresses(scope, session: session)
  }
}
