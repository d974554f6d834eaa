import PlaceStore
import Places

/// Imports event links: Linked Events' JSON (an array, a page of its API, or one event a line), or CSV with the names of
/// its fields; all in one transaction, and no row lost because of another.
public struct EventImporter: Sendable {
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
    try await store.runImport(.events, options) { try await load(path, $0, session: $1) }
  }

  private func load(_ path: String, _ transaction: StoreTransaction, session: String) async throws -> ImportReport {
    let text = try TextSource(path: path, encoding: options.encoding)
    var batch = EventBatch(
      source: options.source, session: options.isDryRun ? nil : session,
      report: ImportReport(kind: "events", options: options))
    batch.report.encoding = text.encoding.rawValue
    try await transaction.ensureSource(options.source)
    let lower = path.lowercased()
    let isTable = [".csv", ".tsv", ".txt"].contains { lower.hasSuffix($0) } || options.delimiter != nil
    if isTable {
      try await table(text, &batch, transaction)
    } else {
      var reader = try ObjectReader(text)
      while let object = try reader.next() {
        if let fault = object.fault {
          batch.report.rows += 1
          batch.report.add([ImportProblem(line: object.line, fault: fault)])
        } else {
          batch.add(line: object.line, object.json)
        }
        if batch.count >= Self.batchSize { try await batch.flush(transaction, store) }
      }
    }
    try await batch.flush(transaction, store)
    try await transaction.settlePlaces()
    batch.report.sortProblems()
    return batch.report
  }

  private func table(
    _ text: TextSource, _ batch: inout EventBatch, _ transaction: StoreTransaction
  ) async throws {
    var reader = try CSVReader(text, delimiter: options.delimiter, isKnown: { $0.lowercased().hasPrefix("name") })
    let mapper = try EventRowMapper(header: reader.header, options: options)
    batch.report.unknownColumns = mapper.unknownColumns
    while let row = try reader.next() {
      guard !row.isBlank else { continue }
      if let fault = row.fault {
        batch.report.rows += 1
        batch.report.add([ImportProblem(line: row.line, fault: fault, value: row.fields.first)])
      } else {
        batch.add(line: row.line, mapper.body(row))
      }
      if batch.count >= Self.batchSize { try await batch.flush(transaction, store) }
    }
  }
}
