import Geodesy
import PlaceStore
import Places

/// Rows on their way into the registry: gathered, checked against what is there, written together.
struct PlaceBatch {
  let mapper: PlaceRowMapper
  let engine: CoordinateEngine
  let gazetteer: Gazetteer
  var report: ImportReport
  private var rows: [(id: PlaceID, row: SourceRow)] = []
  /// Rows whose parent has not come yet; they wait for the end of the file.
  private var waiting: [(id: PlaceID, row: SourceRow)] = []
  /// Hashes of the ids that earlier rows had: 64 bits each, whatever the file's size.
  private var seen: Set<Int> = []

  init(mapper: PlaceRowMapper, engine: CoordinateEngine, gazetteer: Gazetteer, report: ImportReport) {
    self.mapper = mapper
    self.engine = engine
    self.gazetteer = gazetteer
    self.report = report
  }

  var count: Int { rows.count }

  /// Takes a row, or rejects it when it has no id or one that an earlier row had.
  mutating func add(_ row: SourceRow) {
    report.rows += 1
    switch mapper.id(of: row) {
    case .failure(let problem): report.add([problem])
    case .success(let id):
      guard seen.insert(id.hashValue).inserted else {
        report.add([
          ImportProblem(
            line: row.line, id: id.description, code: "duplicate-id", field: "id", value: id.description,
            detail: "An earlier row of this file has this id: give each row its own.")
        ])
        return
      }
      rows.append((id, row))
    }
  }

  /// Writes what was gathered; with `isLast` the rows that waited for their parent, too.
  mutating func flush(_ transaction: StoreTransaction, isLast: Bool) async throws {
    let batch = isLast ? waiting : rows
    if isLast { waiting = [] } else { rows = [] }
    guard !batch.isEmpty else { return }
    let stored = try await transaction.lockPlaces(batch.map(\.id))
    var mapped = batch.map { (id: $0.id, row: $0.row, result: mapper.apply($0.row, to: stored[$0.id]?.place)) }
    let parents = Set(mapped.compactMap { $0.result.place?.parent })
    // Grows with each row taken: a parent that is itself rejected is none.
    var known = try await transaction.known(parents)
    let identifiers = Set(mapped.flatMap { $0.result.place?.identifiers.map(\.description) ?? [] })
    let new = mapped.filter { stored[$0.id] == nil }.map(\.id.description)
    var holders = try await transaction.holders(of: Array(identifiers) + new)
    let taken = holders
    for (id, _, result) in mapped where !result.isRejected && identifiers.contains(id.description) {
      holders[id.description] = id
    }
    var changes: [PlaceChange] = []
    var lines: [PlaceID: Int] = [:]
    for index in Self.parentsFirst(mapped.map { ($0.id.description, $0.result.place?.parent) }) {
      let (id, row, _) = mapped[index]
      if let parent = mapped[index].result.place?.parent, !known.contains(parent), !isLast {
        waiting.append((id, row))
        continue
      }
      if let existing = stored[id], existing.state != "live" {
        report.add([
          ImportProblem(
            line: row.line, id: id.description, severity: .warning, code: "moved-id", field: "id",
            value: id.description, detail: "The place was \(existing.state); the row was left out.")
        ])
        continue
      }
      if stored[id] == nil, let holder = taken[id.description] {
        report.add([
          ImportProblem(
            line: row.line, id: id.description, code: "id-taken", field: "id", value: id.description,
            detail: "\(holder) has this as an identifier: it is that place, or give the row another id.")
        ])
        continue
      }
      var problems = mapped[index].result.problems
      let change = check(
        &mapped[index].result, line: row.line, existing: stored[id], known: known, holders: &holders, &problems)
      report.add(problems)
      guard let change else { continue }
      known.insert(id.description)
      if change.changesAnything {
        changes.append(change)
        lines[id] = row.line
        if change.existing == nil { report.created += 1 } else { report.changed += 1 }
      } else {
        report.unchanged += 1
      }
    }
    try await transaction.save(changes)
    for doubt in try await transaction.doubts(changes.count) {
      guard let line = lines[doubt.id] else { continue }
      report.add([
        ImportProblem(
          line: line, id: doubt.id.description, severity: .warning, code: doubt.code, field: doubt.field,
          value: doubt.value, detail: doubt.detail)
      ])
    }
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

  /// The checks that need the registry: municipality, parent, identifiers, position. Nil when the row is rejected.
  private func check(
    _ mapped: inout MappedRow, line: Int, existing: StoredPlace?, known: Set<String>,
    holders: inout [String: PlaceID], _ problems: inout [ImportProblem]
  ) -> PlaceChange? {
    guard var place = mapped.place else { return nil }
    var isRejected = false
    func reject(_ code: String, _ field: String, _ value: String, _ detail: String) {
      problems.append(
        ImportProblem(
          line: line, id: place.id.description, code: code, field: field, value: value, detail: detail))
      isRejected = true
    }
    if let text = mapped.municipalityText {
      if let municipality = gazetteer.find(text) {
        place.givenMunicipality = municipality.code
      } else {
        reject(
          "unknown-municipality", "municipality", text,
          "There is no such municipality: give its three-digit code or its name.")
      }
    }
    if let parent = place.parent, !known.contains(parent) || parent == place.id.description {
      reject("unknown-parent", "parent", parent, "There is no place with this id, here or in the file.")
    }
    for identifier in place.identifiers {
      if let holder = holders[identifier.description], holder != place.id {
        reject(
          "identifier-taken", "identifiers", identifier.description, "\(holder) has this id or identifier already.")
      }
    }
    var change: PlaceChange?
    do {
      change = try PlaceChange(place, existing: existing, delivered: mapped.delivered, engine: engine)
    } catch let error as InvalidValue {
      reject(error.code, "position", error.value, error.detail)
    } catch {
      reject(
        "coordinates", "position", place.position.map { "\($0.x) \($0.y)" } ?? "",
        "The position can't be transformed: \(error)")
    }
    guard !isRejected else { return nil }
    for identifier in place.identifiers { holders[identifier.description] = place.id }
    return change
  }
}
