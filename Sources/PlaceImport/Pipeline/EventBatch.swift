import PlaceMatching
import PlaceStore
import Places

/// Event links on their way into the registry: gathered, checked against what is there, written together.
struct EventBatch {
  let source: DataSourceID
  /// Under which what is written is noted; nil: it isn't.
  let session: String?
  var report: ImportReport
  private var rows: [(line: Int, id: PlaceID, body: JSONValue)] = []
  /// Hashes of the ids that earlier rows had.
  private var seen: Set<Int> = []
  /// What the free texts of locations came to: equal ones are asked once.
  private var texts = LocationTexts()

  init(source: DataSourceID, session: String?, report: ImportReport) {
    self.source = source
    self.session = session
    self.report = report
  }

  var count: Int { rows.count }

  /// Takes a row, or rejects it when it has no id or one that an earlier row had.
  mutating func add(line: Int, _ body: JSONValue) {
    report.rows += 1
    let given = body["id"]
    guard let text = given?.stringValue, !text.isEmpty else {
      return reject(line, nil, "missing-id", "id", given?.text ?? "", "The row has no id.")
    }
    let id: PlaceID
    do throws(InvalidValue) {
      id = text.contains(":") ? try PlaceID(text) : try PlaceID(source: source, local: text)
    } catch { return reject(line, nil, "id", "id", text, error.detail) }
    guard id.source == source else {
      return reject(
        line, text, "other-source", "id", text,
        "\(id.source) is not the source of this import (\(source)): import it with its own --source.")
    }
    guard seen.insert(id.hashValue).inserted else {
      return reject(
        line, text, "duplicate-id", "id", text, "An earlier row of this file has this id: give each row its own.")
    }
    rows.append((line, id, body))
  }

  mutating func reject(
    _ line: Int, _ id: String?, _ code: String, _ field: String?, _ value: String?, _ detail: String
  ) {
    report.add([ImportProblem(line: line, id: id, code: code, field: field, value: value, detail: detail)])
  }

  /// Writes what was gathered; free texts are looked up in the store as it is without the import.
  mutating func flush(_ transaction: StoreTransaction, _ store: PlaceStore) async throws {
    let batch = rows
    rows = []
    guard !batch.isEmpty else { return }
    try await texts.resolve(batch.map(\.body), store)
    let delivered = try await transaction.deliveredEvents(batch.map(\.id))
    let probes = batch.map { edit($0.body, to: EventLink(id: $0.id, name: .blank), isNew: false) }
    let locked = try await transaction.lockEvents(
      batch.map(\.id), locations: Set(probes.compactMap { $0.location.flatMap { $0 } }))
    var changes: [EventChange] = []
    var taken: [(id: PlaceID, versionBefore: Int?, fields: JSONValue)] = []
    for (line, id, row) in batch {
      let stored = locked.events[id]
      let body = stored.map { news(row, since: delivered[id], $0) } ?? row
      if let stored, let problem = Self.isGone(stored, body, line) {
        if let problem { report.add([problem]) } else { report.unchanged += 1 }
        continue
      }
      let isDeleted = body["deleted"]?.boolValue == true
      if isDeleted {
        guard let stored else {
          report.unchanged += 1
          continue
        }
        changes.append(EventChange(stored.event, existing: stored, state: .deleted))
        taken.append((id, stored.version, row))
        report.changed += 1
        continue
      }
      let edit = edit(body, to: stored?.event ?? EventLink(id: id, name: .blank), isNew: stored == nil)
      var problems = edit.reader.errors.map { Self.problem($0, line, id) }
      let (target, fault) = Self.target(edit, stored, locked)
      if let fault { problems.append(Self.problem(fault, line, id)) }
      report.add(problems)
      guard problems.isEmpty else { continue }
      if let warning = texts.warning(edit, line) { report.add([warning]) }
      if delivered[id].map({ row.isSame(as: $0) }) != true { taken.append((id, stored?.version, row)) }
      let change = EventChange(edit.event, existing: stored, target: target)
      guard change.changesAnything else {
        report.unchanged += 1
        continue
      }
      changes.append(change)
      if stored == nil { report.created += 1 } else { report.changed += 1 }
    }
    // The places' counts follow at the end of the file, once for each place.
    try await transaction.save(changes, settles: false)
    if let session { try await transaction.recordEvents(taken, of: session) }
  }

  /// The keys that the source changed since it delivered the event last; what was edited here meanwhile stays. A text
  /// that came to no place then is asked again while no person has written the event.
  private func news(_ body: JSONValue, since last: JSONValue?, _ stored: StoredEvent) -> JSONValue {
    guard let last else { return body }
    func isNew(_ key: String) -> Bool { last[key].map { $0.isSame(as: body[key] ?? .null) } != true }
    let isWaiting = stored.event.location == nil && stored.actor.hasPrefix("import:") && texts.isCertain(body)
    return .object(
      (body.members ?? []).filter { member in
        switch member.key {
        case "id", "deleted": true
        case "location_text": isNew("location_text") || body["location"] != nil && isNew("location") || isWaiting
        default: isNew(member.key)
        }
      })
  }

  private func edit(_ body: JSONValue, to event: EventLink, isNew: Bool) -> EventEdit {
    var members = (body.members ?? []).filter { $0.key != "id" && $0.key != "replaced_by" && $0.key != "deleted" }
    members.removeAll { $0.key == "data_source" && $0.value == .null }
    var surroundings = EventEdit.Surroundings()
    surroundings.located = texts.located
    return EventEdit(.object(members), to: event, isNew: isNew, surroundings)
  }

  private static func problem(_ error: FieldError, _ line: Int, _ id: PlaceID) -> ImportProblem {
    ImportProblem(
      line: line, id: id.description, code: error.code, field: String(error.pointer.dropFirst()), value: error.value,
      detail: error.detail)
  }

  /// What becomes of a row whose event no longer lives: nil where it lives; else the warning, or none where the row says
  /// the same.
  private static func isGone(_ stored: StoredEvent, _ body: JSONValue, _ line: Int) -> ImportProblem?? {
    guard stored.state != .live else { return nil }
    // What an import took away, or undid, comes back with the next row.
    if stored.state == .deleted, stored.actor.hasPrefix("import:"), body["deleted"]?.boolValue != true { return nil }
    if body["deleted"]?.boolValue == true { return .some(nil) }
    let detail =
      stored.replacedBy.map { "The event was replaced by \($0); the row was left out." }
      ?? "The event was deleted and stays so; the row was left out. PATCH {\"deleted\": false} brings it back."
    return ImportProblem(
      line: line, id: stored.event.id.description, severity: .warning,
      code: stored.replacedBy == nil ? "deleted" : "moved-id", field: "id", value: stored.event.id.description,
      detail: detail)
  }

  /// The place that the event is to be linked to; nil where the link stays what it is.
  private static func target(
    _ edit: EventEdit, _ stored: StoredEvent?, _ locked: LockedEvents
  ) -> (LinkTarget?, FieldError?) {
    guard let id = edit.location.flatMap({ $0 }) else { return (nil, nil) }
    func error(_ code: String, _ detail: String) -> (LinkTarget?, FieldError?) {
      (nil, FieldError(pointer: "/location", value: id, code: code, detail: detail))
    }
    let old = stored?.event.location
    switch locked.locations[id] ?? .unknown {
    case .place(let place):
      if place.id == old { return (nil, nil) }
      if edit.event.isPublic, !place.isPublic { return error("draft-place", "The place is a draft: publish it first.") }
      return (place, nil)
    case .deleted(let current):
      return current == old ? (nil, nil) : error("place-deleted", "The place \(current) was deleted.")
    case .split(let successors):
      return error("place-split", "The place was split: name \(successors.joined(separator: " or ")).")
    case .unknown: return error("unknown-place", "There is no place with this id: import places first.")
    }
  }
}
