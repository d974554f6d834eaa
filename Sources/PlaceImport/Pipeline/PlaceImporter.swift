import Geodesy
import PlaceStore
import Places

/// Imports places: rows to places, checked against the registry a batch at a time, all in one transaction, and no row
/// lost because of another.
public struct PlaceImporter: Sendable {
  let store: PlaceStore
  let options: ImportOptions
  private static let batchSize = 5000

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads a file. Throws ``ImportFailure`` when the file as a whole can't be taken, and ``PlaceStore/StoreError``; then
  /// nothing has changed.
  func run(_ file: InputFile) async throws -> ImportReport {
    // Looked at before anything is locked: others write meanwhile.
    let (judge, proposals) = try await survey(file)
    return try await store.runImport(.places, options) { transaction, session in
      try await load(file, judge, proposals, transaction, session)
    }
  }

  /// A first pass over the file: what its positions and postal codes have in common. Throws ``ImportFailure`` when the
  /// CRS is not known.
  private func survey(_ file: InputFile) async throws -> (PositionJudge, [Proposal]) {
    let engine = store.engine
    let judge = PositionJudge(
      engine: engine, areas: try await store.expectedAreas(), assumptions: options.assumptions)
    var reader = try file.open(.places, options, engine)
    var survey = try FileSurvey(
      header: reader.header, map: try await store.columns(for: reader.header, .places, options),
      crs: try crs(of: reader), judge: judge)
    while let row = try reader.next() { survey.add(row) }
    let verdict = try await survey.verdict().lookingForShift(store, judge: judge)
    if let failure = verdict.missingCRS { throw failure }
    return (judge.following(verdict), verdict.proposals)
  }

  /// The EPSG code of the file's own coordinates. Throws ``ImportFailure`` for one that isn't known here.
  private func crs(of reader: any RowReader) throws -> Int? {
    if let crs = options.crs { return crs }
    guard case .unreadable(let name)? = reader.declaredCRS else { return reader.declaredCRS?.epsg }
    throw ImportFailure(
      "unknown-crs", "The file names the CRS \"\(name)\", which isn't known here: give --crs EPSG:n.", flag: "--crs")
  }

  private func load(
    _ file: InputFile, _ judge: PositionJudge, _ proposals: [Proposal], _ transaction: StoreTransaction,
    _ session: String
  ) async throws -> ImportReport {
    var reader = try file.open(.places, options, store.engine)
    let map = try await store.columns(for: reader.header, .places, options)
    let mapper = try PlaceRowMapper(
      header: reader.header, source: options.source,
      options: mapperOptions(map: map, crs: try crs(of: reader), judge: judge))
    let files = try ImportFiles(options, reader: reader, idColumn: mapper.mapping.columns["id"])
    var batch = try PlaceBatch(
      mapper: mapper, engine: store.engine, gazetteer: transaction.gazetteer, options: options,
      report: report(reader, mapper), files: files)
    batch.report.proposals = proposals
    try await transaction.ensureSource(options.source)
    try await transaction.beginImport()
    while let row = try reader.next() {
      guard !row.isBlank else { continue }
      batch.add(row)
      if batch.count >= Self.batchSize { try await batch.flush(transaction) }
    }
    batch.report.remarks = reader.remarks.map(\.detail)
    try await batch.flush(transaction)
    try await batch.flushWaiting(transaction)
    try await retireMissing(&batch, transaction, session)
    batch.report.refusals += batch.guards.refusals(options)
    batch.report.sortProblems()
    if batch.report.refusals.isEmpty, !options.isDryRun {
      try await transaction.recordPlaces(of: session)
      try await transaction.keepColumns(.places, options)
    }
    try batch.files.finish()
    return batch.report
  }

  private func report(_ reader: any RowReader, _ mapper: PlaceRowMapper) -> ImportReport {
    var report = ImportReport(kind: "places", options: options)
    report.encoding = reader.encoding?.rawValue
    report.crs = mapper.options.crs
    report.unknownColumns = mapper.unknownColumns
    report.suggestions = mapper.suggestions.map(\.description)
    report.columns = mapper.mapping.columns.sorted { $0.value < $1.value }.map { ($0.key, reader.header[$0.value]) }
    return report
  }

  private func mapperOptions(map: [String: String], crs: Int?, judge: PositionJudge) -> PlaceRowMapper.Options {
    var mapped = PlaceRowMapper.Options()
    mapped.crs = crs
    mapped.map = map
    mapped.idFrom = options.idFrom
    mapped.isIDOptional = options.matchesByName
    mapped.emptyKeeps = options.emptyKeeps
    mapped.keepsUnmapped = options.keepsUnmapped
    mapped.assumptions = options.assumptions
    mapped.judge = judge
    let engine = store.engine
    mapped.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    return mapped
  }

  /// `--missing retire`: what the file lacks, within bounds.
  private func retireMissing(
    _ batch: inout PlaceBatch, _ transaction: StoreTransaction, _ session: String
  ) async throws {
    guard options.retiresMissing else { return }
    var scope = StoreTransaction.MissingScope(source: options.source)
    scope.municipalities = batch.municipalities
    scope.postalCodes = options.scope.postalCodes
    let (all, missing) = try await transaction.missing(scope)
    guard missing > 0 else { return }
    if let refusal = options.refusal(toRetire: missing, of: all, rows: batch.report.rows) {
      batch.report.refusals.append(refusal)
      return
    }
    let retired = try await transaction.retireMissing(scope, reason: "Missing in the import \(session).")
    batch.report.retired = retired.count
    batch.report.retiredPlaces = retired.sorted { $0.events > $1.events }.prefix(100).map {
      RetiredPlace(id: $0.id.description, events: $0.events)
    }
  }
}
