import Geodesy
import PlaceStore
import Places

/// Rows on their way into the registry: gathered, checked against what is there, written together.
struct PlaceBatch {
  /// A row and what is known of it so far.
  struct Entry {
    var row: SourceRow
    /// Of no meaning while the row is rejected for its id.
    var id: PlaceID
    var result = MappedRow.empty
    var problems: [ImportProblem] = []
    var verdict = RowVerdict.Kind.rejected
    /// The fields that it changes.
    var fields: [String] = []
  }

  let mapper: PlaceRowMapper
  let engine: CoordinateEngine
  let gazetteer: Gazetteer
  let options: ImportOptions
  /// The municipalities of `--where`.
  let municipalities: [MunicipalityCode]?
  var report: ImportReport
  var files: ImportFiles
  var guards = ImportGuards()
  private var duplicates = DuplicateRows()
  private var rows: [SourceRow] = []
  /// Rows whose parent has not come yet; they wait for the end of the file.
  private var waiting: [Entry] = []
  /// Hashes of the ids that earlier rows had: 64 bits each, whatever the file's size.
  private var seen: Set<Int> = []
  /// Ids that were made for rows without one, by the hash of name, street and postal code.
  var minted: [Int: PlaceID] = [:]

  init(
    mapper: PlaceRowMapper, engine: CoordinateEngine, gazetteer: Gazetteer, options: ImportOptions,
    report: ImportReport, files: ImportFiles
  ) throws {
    self.mapper = mapper
    self.engine = engine
    self.gazetteer = gazetteer
    self.options = options
    municipalities = try options.scope.codes(gazetteer)
    self.report = report
    self.files = files
  }

  var count: Int { rows.count }

  /// Takes a row for the next ``flush(_:)``, unless `--where` leaves it out.
  mutating func add(_ row: SourceRow) {
    report.rows += 1
    if isOutside(row) == true { report.skipped += 1 } else { rows.append(row) }
  }

  /// Whether the row's own cells say that it is outside the scope; nil when they don't tell.
  private func isOutside(_ row: SourceRow) -> Bool? {
    if row.fault != nil { return nil }
    if let codes = options.scope.postalCodes, let text = mapper.cell("postal_code", row), !codes.contains(text) {
      return true
    }
    guard let municipalities else { return false }
    guard let text = mapper.cell("municipality", row), !text.isEmpty else { return nil }
    return !(gazetteer.find(text).map { municipalities.contains($0.code) } ?? true)
  }

  /// Writes what was gathered.
  mutating func flush(_ transaction: StoreTransaction) async throws {
    let gathered = rows
    rows = []
    guard !gathered.isEmpty else { return }
    var entries: [Entry] = []
    let ids = try await identify(gathered, transaction)
    for (row, id) in zip(gathered, ids) {
      switch id {
      case .failure(let problem): try reject(row, nil, problem)
      case .success(let id):
        if seen.insert(id.hashValue).inserted {
          entries.append(Entry(row: row, id: id))
        } else {
          let problem = ImportProblem(
            line: row.line, id: id.description, code: "duplicate-id", field: "id", value: id.description,
            detail: "An earlier row of this file has this id: give each row its own.")
          try reject(row, id, problem)
        }
      }
    }
    try await transaction.noteMet(entries.map(\.id))
    try await take(entries, transaction, isLast: false)
  }

  /// Writes the rows that waited for their parent.
  mutating func flushWaiting(_ transaction: StoreTransaction) async throws {
    let entries = waiting
    waiting = []
    try await take(entries, transaction, isLast: true)
  }

  private mutating func take(_ given: [Entry], _ transaction: StoreTransaction, isLast: Bool) async throws {
    guard !given.isEmpty else { return }
    var entries = given
    var work = try await PlaceBatchWork(entries.map(\.id), transaction)
    for index in entries.indices {
      let entry = entries[index]
      if let existing = work.stored[entry.id], existing.state == "live", !options.overwritesHeld,
        let last = work.delivered[entry.id], mapper.says(entry.row, nothingSince: last)
      {
        entries[index].verdict = .unchanged
        guards.noteUnchanged()
        continue
      }
      entries[index].result = mapper.apply(
        entry.row, to: work.stored[entry.id]?.place, id: entry.id, lastDelivered: lastDelivered(entry.id, work))
      entries[index].problems =
        entries[index].result.problems
        + entry.row.notes.map {
          ImportProblem(
            line: entry.row.line, id: entry.id.description, severity: .warning, code: $0.code, detail: $0.detail)
        }
    }
    try await work.look(entries, transaction)
    var changes: [PlaceChange] = []
    var onlyDelivered: [(id: PlaceID, fields: JSONValue)] = []
    var changed: [PlaceID: Int] = [:]
    var isWaiting = Set<Int>()
    for index in Self.parentsFirst(entries.map { ($0.id.description, $0.result.place?.parent) })
    where entries[index].verdict != .unchanged {
      if let parent = entries[index].result.place?.parent, !work.known.contains(parent), !isLast {
        waiting.append(Entry(row: entries[index].row, id: entries[index].id))
        isWaiting.insert(index)
        continue
      }
      guard let change = check(&entries[index], &work) else { continue }
      if let municipalities, try await isOutside(change, municipalities, transaction) {
        report.skipped += 1
        isWaiting.insert(index)
        continue
      }
      work.known.insert(change.place.id.description)
      if let warning = duplicates.check(change.place, line: entries[index].row.line) {
        entries[index].problems.append(warning)
      }
      guards.note(change, delivered: work.delivered[change.place.id] != nil)
      if change.changesAnything {
        entries[index].verdict = change.existing == nil ? .new : .changed
        if let old = change.existing { entries[index].fields = PlaceFacet.changed(change.place, old.place) }
        changed[change.place.id] = index
        changes.append(change)
      } else {
        entries[index].verdict = .unchanged
        if let fields = change.delivered { onlyDelivered.append((change.place.id, fields)) }
      }
    }
    try await transaction.saveImported(changes)
    for doubt in try await transaction.doubts(changes.count) {
      guard let index = changed[doubt.id] else { continue }
      entries[index].problems.append(
        ImportProblem(
          line: entries[index].row.line, id: doubt.id.description, severity: .warning, code: doubt.code,
          field: doubt.field, value: doubt.value, detail: doubt.detail))
    }
    try await transaction.keepDelivered(onlyDelivered)
    for index in entries.indices where !isWaiting.contains(index) { try finish(entries[index], entries[index].id) }
  }

  /// The row that the source delivered last, as far as it counts.
  private func lastDelivered(_ id: PlaceID, _ work: PlaceBatchWork) -> JSONValue? {
    guard let last = work.delivered[id] else { return nil }
    guard options.overwritesHeld, let held = work.stored[id]?.place.held, !held.isEmpty else { return last }
    // What was held is looked at anew.
    let facets = PlaceFacet.all.filter { facet in
      held.contains { $0.split(separator: "/").first.map(String.init) == facet.name }
    }
    return .object((last.members ?? []).filter { member in !facets.contains { $0.holds(member.key) } })
  }

  private func isOutside(
    _ change: PlaceChange, _ municipalities: [MunicipalityCode], _ transaction: StoreTransaction
  ) async throws -> Bool {
    let place = change.place
    let found = try await transaction.municipalities(of: [
      (change.position?.easting, change.position?.northing, place.givenMunicipality, place.postalCode)
    ])
    return found.first.flatMap { $0 }.map { !municipalities.contains($0) } ?? true
  }

  /// Leaves out a row that has no id, or one that can't be its own; what else is wrong with it is told, too.
  private mutating func reject(_ row: SourceRow, _ id: PlaceID?, _ problem: ImportProblem) throws {
    var problems = [problem]
    if row.fault == nil { problems += mapper.apply(row, to: nil, id: id).problems.filter { !problems.contains($0) } }
    report.add(problems)
    try files.add(row, RowVerdict(line: row.line, id: id?.description, kind: .rejected), problems)
  }

  /// Tells what became of a row.
  private mutating func finish(_ entry: Entry, _ id: PlaceID?) throws {
    let verdict = RowVerdict(line: entry.row.line, id: id?.description, kind: entry.verdict, fields: entry.fields)
    report.add(entry.problems)
    report.kept += entry.problems.count { $0.code == "kept" }
    report.note(verdict)
    try files.add(entry.row, verdict, entry.problems)
  }

  /// The rows' indices as they came, but each row after the one that is its parent; rows of a ring come where they are.
  static func parentsFirst(_ rows: [(id: String, parent: String?)]) -> [Int] {
    guard rows.contains(where: { $0.parent != nil }) else { return Array(rows.indices) }
    let byID = Dictionary(rows.enumerated().map { ($1.id, $0) }) { a, _ in a }
    var order: [Int] = []
    var isPlaced = [Bool](repeating: false, count: rows.count)
    for start in rows.indices {
      var chain: [Int] = []
      var next: Int? = start
      while let index = next, !isPlaced[index] {
        isPlaced[index] = true
        chain.append(index)
        next = rows[index].parent.flatMap { byID[$0] }
      }
      order.append(contentsOf: chain.reversed())
    }
    return order
  }
}
