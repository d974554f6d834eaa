import Geodesy
import PlaceStore
import Places

extension AddressImporter {
  /// Imports a file as a session of its own. Throws ``ImportFailure`` when the file as a whole can't be taken, and
  /// ``PlaceStore/StoreError``; then nothing has changed.
  public func run(_ open: @Sendable () throws -> any RowReader) async throws -> ImportReport {
    // Looked at before anything is locked.
    let (judge, proposals) = try await survey(open)
    return try await store.runImport(.addresses, options) { transaction, _ in
      var report = ImportReport(kind: ImportKind.addresses.rawValue, options: options)
      report.proposals = proposals
      try await load(open(), judge: judge, transaction: transaction, report: &report)
      if options.retiresMissing { try await retireMissing(transaction, report: &report) }
      try await finish(transaction)
      return report
    }
  }

  /// Imports a file of any format.
  func run(_ file: InputFile) async throws -> ImportReport {
    let engine = store.engine
    let options = options
    return try await run { try file.open(.addresses, options, engine) }
  }

  /// A first pass over the file: what its positions and postal codes have in common. DVV's have a form of their own, of
  /// which all is known. Throws ``ImportFailure`` when the CRS is not known.
  private func survey(_ open: () throws -> any RowReader) async throws -> (PositionJudge, [Proposal]) {
    let judge = PositionJudge(
      engine: store.engine, areas: try await store.expectedAreas(), assumptions: options.assumptions)
    var reader = try open()
    guard !(reader.unwrapped is DVVReader) else { return (judge, []) }
    let common: Set = ["x", "y", "srid", "lon", "lat", "wkt", "municipality", "postal_code"]
    let map = try await store.columns(for: reader.header, .addresses, options).filter {
      common.contains($0.key.lowercased())
    }
    var survey = try FileSurvey(
      header: reader.header, map: map, crs: options.crs ?? reader.declaredCRS?.epsg, judge: judge)
    while let row = try reader.next() { survey.add(row) }
    let verdict = try await survey.verdict().lookingForShift(store, judge: judge)
    if let failure = verdict.missingCRS { throw failure }
    return (judge.following(verdict), verdict.proposals)
  }

  /// `--missing retire`: what the file lacks, within bounds.
  func retireMissing(_ transaction: StoreTransaction, report: inout ImportReport) async throws {
    var scope = AddressScope(source: options.source)
    scope.municipalities = try options.scope.codes(transaction.gazetteer)
    scope.postalCodes = options.scope.postalCodes
    let (all, missing) = try await transaction.missingAddresses(scope)
    guard missing > 0 else { return }
    let known = max(missing, all - report.created)
    if let refusal = options.refusal(toRetire: missing, of: known, rows: report.rows) {
      report.refusals.append(refusal)
      return
    }
    report.retired = try await transaction.retireMissingAddresses(scope, session: transaction.importSession)
  }
}
