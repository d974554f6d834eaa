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

  /// Reads a file ("-" is standard input). Throws ``ImportFailure`` when the file as a whole can't be taken, and
  /// ``PlaceStore/StoreError``; then nothing has changed.
  public func run(path: String) async throws -> ImportReport {
    try await store.runImport(.places, options) { try await load(path, $0, session: $1) }
  }

  private func load(_ path: String, _ transaction: StoreTransaction, session: String) async throws -> ImportReport {
    var reader = try open(path)
    let map = try await map(for: reader.header)
    let mapper = try PlaceRowMapper(
      header: reader.header, source: options.source, options: mapperOptions(reader, map: map))
    let files = try ImportFiles(options, reader: reader, idColumn: mapper.mapping.columns["id"])
    var batch = try PlaceBatch(
      mapper: mapper, engine: store.engine, gazetteer: transaction.gazetteer, options: options,
      report: report(reader, mapper), files: files)
    try await transaction.ensureSource(options.source)
    try await transaction.beginImport()
    while let row = try reader.next() {
      guard !row.isBlank else { continue }
      batch.add(row)
      if batch.count >= Self.batchSize {
        try await batch.flush(transaction)
        options.progress?(ImportProgress(rows: batch.report.rows, bytes: reader.bytesRead, size: nil))
      }
    }
    try await batch.flush(transaction)
    try await batch.flushWaiting(transaction)
    try await retireMissing(&batch, transaction, session)
    batch.report.refusals += batch.guards.refusals(options)
    batch.report.sortProblems()
    if batch.report.refusals.isEmpty, !options.isDryRun {
      try await transaction.recordPlaces(of: session)
      try await keepMapping(transaction)
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

  private func open(_ path: String) throws -> any RowReader {
    let text = try TextSource(path: path, encoding: options.encoding)
    return try CSVReader(text, delimiter: options.delimiter, isKnown: { PlaceField.named($0) != nil })
  }

  private func mapperOptions(_ reader: any RowReader, map: [String: String]) -> PlaceRowMapper.Options {
    var mapped = PlaceRowMapper.Options()
    mapped.crs = options.crs ?? reader.declaredCRS?.epsg
    mapped.map = map
    mapped.idFrom = options.idFrom
    mapped.isIDOptional = options.matchesByName
    mapped.emptyKeeps = options.emptyKeeps
    mapped.keepsUnmapped = options.keepsUnmapped
    mapped.assumesHours = options.assumesHours
    let engine = store.engine
    mapped.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    return mapped
  }

  /// The columns that were named: now, or with the source's last file where this one has them too.
  private func map(for header: [String]) async throws -> [String: String] {
    guard options.map.isEmpty else { return options.map }
    let columns = Set(header.map { $0.lowercased() })
    let kept = try await store.importMapping(options.source, kind: ImportKind.places.rawValue)?["fields"]?.members ?? []
    var map: [String: String] = [:]
    for member in kept {
      guard let column = member.value.stringValue, columns.contains(column.lowercased()),
        !columns.contains(member.key)
      else { continue }
      map[member.key] = column
    }
    return map
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
    if batch.report.rows == 0, !options.allowsEmpty {
      batch.report.refusals.append(
        ImportFailure(
          "empty-file", "The file has no rows and would retire \(missing) places. --allow-empty if it is meant.",
          flag: "--allow-empty"))
      return
    }
    let share = Double(missing) / Double(all) * 100
    if share > options.maxRetired {
      batch.report.refusals.append(
        ImportFailure(
          "max-retired",
          "The file lacks \(missing) of \(all) places, which is more than \(options.maxRetired) per cent. Raise "
            + "--max-retired if it is meant.", flag: "--max-retired"))
      return
    }
    let retired = try await transaction.retireMissing(scope, reason: "Missing in the import \(session).")
    batch.report.retired = retired.count
    batch.report.retiredPlaces = retired.sorted { $0.events > $1.events }.prefix(100).map {
      RetiredPlace(id: $0.id.description, events: $0.events)
    }
  }

  /// The columns that were named are kept for the source's next file.
  private func keepMapping(_ transaction: StoreTransaction) async throws {
    guard !options.map.isEmpty else { return }
    let fields = options.map.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    try await transaction.saveMapping(
      .object([.init("fields", .object(fields))]), of: options.source, kind: ImportKind.places.rawValue)
  }
}
