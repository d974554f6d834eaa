import Geodesy
import PlaceStore
import Places

/// Imports a CSV file of places: rows to places, checked against the registry a batch at a time, all in one transaction,
/// and no row lost because of another.
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
    try await store.runImport("places", options) { try await load(path, $0) }
  }

  private func load(_ path: String, _ transaction: StoreTransaction) async throws -> ImportReport {
    let text = try TextSource(path: path, encoding: options.encoding)
    var reader = try CSVReader(text, delimiter: options.delimiter, isKnown: { PlaceField.named($0) != nil })
    var mapperOptions = PlaceRowMapper.Options()
    mapperOptions.crs = options.crs
    mapperOptions.map = options.map
    mapperOptions.idFrom = options.idFrom
    mapperOptions.keepsUnmapped = options.keepsUnmapped
    mapperOptions.assumesHours = options.assumesHours
    let engine = store.engine
    mapperOptions.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    let mapper = try PlaceRowMapper(header: reader.header, source: options.source, options: mapperOptions)
    var batch = PlaceBatch(
      mapper: mapper, engine: engine, gazetteer: transaction.gazetteer,
      report: ImportReport(kind: "places", options: options))
    batch.report.encoding = text.encoding.rawValue
    batch.report.crs = options.crs
    batch.report.unknownColumns = mapper.unknownColumns
    try await transaction.ensureSource(options.source)
    while let row = try reader.next() {
      guard !row.isBlank else { continue }
      batch.add(row)
      if batch.count >= Self.batchSize { try await batch.flush(transaction, isLast: false) }
    }
    try await batch.flush(transaction, isLast: false)
    try await batch.flush(transaction, isLast: true)
    batch.report.sortProblems()
    return batch.report
  }
}
