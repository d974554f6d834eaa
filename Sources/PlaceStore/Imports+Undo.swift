import Places
import Postgres

/// What taking back an import did.
public struct UndoOutcome: Sendable, Hashable {
  /// Records that were made and are gone again; their ids stay burnt.
  public var removed = 0
  /// Records that have their former values again.
  public var restored = 0
  /// Why it was refused: what later edits stand on it; empty when it was done.
  public var reasons: [String] = []
  /// How many reasons there are, also those beyond the first hundred.
  public var reasonCount = 0
  /// Makes an empty one.
  public init() {}

  /// Notes a reason.
  public mutating func refuse(_ reason: String) {
    reasonCount += 1
    if reasons.count < 100 { reasons.append(reason) }
  }
}

extension StoreTransaction {
  /// A session, locked until the transaction ends; nil when there is none.
  public func lockSession(_ id: String) async throws -> ImportSession? {
    let rows = try await connection.query(
      "select \(ImportSession.columns) from import_session s where s.id = \(id) for update of s")
    return rows.count > 0 ? try ImportSession(rows, 0) : nil
  }

  /// Notes that a session was taken back.
  public func noteUndone(_ id: String) async throws {
    _ = try await connection.query(
      "update import_session set status = 'undone', undone_time = now(), modified_time = now() where id = \(id)")
  }

  /// Gives the places that a session wrote their former values, those that it made are deleted. Nothing is done, and
  /// the reasons are told, where anything was written later that stands on it.
  public func undoPlaces(of session: String) async throws -> UndoOutcome {
    var outcome = UndoOutcome()
    let keys = try await connection.query("select i.pk from import_place i where i.session = \(session)").decode(
      Int64.self)
    _ = try await lockPlaces(keys: keys)
    for reason in try await laterEdits(of: session) { outcome.refuse(reason) }
    guard outcome.reasons.isEmpty else { return outcome }
    var done = 0
    // What the session made goes last to first, so that nothing is left without its parent.
    let ordered = keys.sorted(by: >)
    while done < ordered.count {
      let batch = Array(ordered[done..<min(done + 5000, ordered.count)])
      try await undo(batch, of: session, &outcome)
      done += batch.count
    }
    return outcome
  }

  /// What was written later and stands on what a session wrote.
  private func laterEdits(of session: String) async throws -> [String] {
    try await connection.query(
      """
      select case
        when p.version <> i.version then p.id || ' was changed since by ' || p.actor || ' (version ' || p.version || ')'
        else p.id || ' has ' || f.events || ' events and ' || f.children || ' parts that the import did not bring' end
      from import_place i join place p on p.pk = i.pk
      cross join lateral (
        select case when i.version_before is null then (select count(*) from event e where e.location = p.pk and e.state = 'live')
            else 0 end as events,
          case when i.version_before is null then (select count(*) from place c where c.parent = p.pk and c.state = 'live'
            and not exists (select 1 from import_place o where o.session = i.session and o.pk = c.pk)) else 0 end as children
      ) f
      where i.session = \(session) and (p.version <> i.version or f.events + f.children > 0)
      order by p.id
      """
    ).decode(String.self)
  }

  private func undo(_ keys: [Int64], of session: String, _ outcome: inout UndoOutcome) async throws {
    let stored = try await lockPlaces(where: "p.pk = any(\(keys))")
    let former = try await connection.query(
      """
      select i.pk, i.version_before, h.state, h.deletion_reason from import_place i
      left join place_history h on h.pk = i.pk and h.version = i.version_before
      where i.session = \(session) and i.pk = any(\(keys))
      """
    ).decode((Int64, Int?, String?, String?).self)
    let byKey = Dictionary(former.map { ($0.0, $0) }) { a, _ in a }
    let before = try await formerPlaces(of: session, keys)
    var changes: [PlaceChange] = []
    for place in stored.values.sorted(by: { $0.place.id < $1.place.id }) {
      guard let old = byKey[place.pk] else { continue }
      if old.1 == nil {
        var change = try PlaceChange(place.place, existing: place, engine: engine)
        change.life = .deleted(reason: "The import \(session) was undone.")
        changes.append(change)
        outcome.removed += 1
      } else if let then = before[place.pk] {
        var change = try PlaceChange(then, existing: place, engine: engine)
        if old.2 == "deleted" { change.life = .deleted(reason: old.3) }
        changes.append(change)
        outcome.restored += 1
      }
    }
    try await save(changes.filter(\.changesAnything))
    _ = try await connection.query(
      """
      delete from place_delivered d using import_place i, place p
      where i.session = \(session) and i.pk = any(\(keys)) and p.pk = i.pk and d.pk = i.pk and d.data_source = p.data_source
        and i.delivered_before is null
      """)
    _ = try await connection.query(
      """
      update place_delivered d set fields = i.delivered_before from import_place i, place p
      where i.session = \(session) and i.pk = any(\(keys)) and p.pk = i.pk and d.pk = i.pk and d.data_source = p.data_source
        and i.delivered_before is not null
      """)
  }

  /// The versions that the session's places had before it; those whose version it left alone are not among them.
  private func formerPlaces(of session: String, _ keys: [Int64]) async throws -> [Int64: Place] {
    let rows = try await connection.query(
      """
      select p.pk, \(PlaceColumns.selection)
      from import_place i join place_history p on p.pk = i.pk and p.version = i.version_before
      left join hours h on h.id = p.hours_id left join place a on a.pk = p.parent
      where i.session = \(session) and i.pk = any(\(keys)) and i.version_before <> i.version
      """)
    var found: [Int64: Place] = [:]
    for row in 0..<rows.count { found[Int64(rows.int(row, 0) ?? 0)] = try PlaceColumns.read(rows, row, 1) }
    return found
  }

  /// Gives the events that a session wrote their former values, those that it made are deleted; refused as
  /// ``undoPlaces(of:)`` is.
  public func undoEvents(of session: String) async throws -> UndoOutcome {
    var outcome = UndoOutcome()
    let later = try await connection.query(
      """
      select v.id || ' was changed since by ' || v.actor || ' (version ' || v.version || ')'
      from import_event i join event v on v.pk = i.pk where i.session = \(session) and v.version <> i.version order by v.id
      """
    ).decode(String.self)
    for reason in later { outcome.refuse(reason) }
    guard outcome.reasons.isEmpty else { return outcome }
    let ids = try await connection.query(
      "select v.id from import_event i join event v on v.pk = i.pk where i.session = \(session) order by v.id"
    ).decode(String.self).map { try PlaceID($0) }
    var done = 0
    while done < ids.count {
      let batch = Array(ids[done..<min(done + 5000, ids.count)])
      try await undoEvents(batch, of: session, &outcome)
      done += batch.count
    }
    try await settlePlaces()
    return outcome
  }

  private func undoEvents(_ ids: [PlaceID], of session: String, _ outcome: inout UndoOutcome) async throws {
    let rows = try await connection.query(
      """
      select v.pk, v.state, \(EventColumns.selection)
      from import_event i join event_history v on v.pk = i.pk and v.version = i.version_before
      left join place l on l.pk = v.location
      where i.session = \(session) and v.id = any(\(ids.map(\.description)))
      """)
    let made = try await connection.query(
      """
      select v.id from import_event i join event v on v.pk = i.pk
      where i.session = \(session) and i.version_before is null and v.id = any(\(ids.map(\.description)))
      """
    ).decode(String.self)
    let isMade = Set(made)
    var former: [PlaceID: (event: EventLink, state: EventState)] = [:]
    for row in 0..<rows.count {
      let event = try EventColumns.read(rows, row, 2)
      former[event.id] = (event, EventState(rawValue: rows.string(row, 1) ?? "") ?? .live)
    }
    let locked = try await lockEvents(ids, locations: Set(former.values.compactMap(\.event.location)))
    var changes: [EventChange] = []
    for stored in locked.events.values.sorted(by: { $0.event.id < $1.event.id }) {
      if isMade.contains(stored.event.id.description) {
        changes.append(EventChange(stored.event, existing: stored, state: .deleted))
        outcome.removed += 1
        continue
      }
      // One that was only delivered again has its version still.
      guard let then = former[stored.event.id] else { continue }
      let target = then.event.location.flatMap { locked.locations[$0]?.target }
      changes.append(EventChange(then.event, existing: stored, target: target, state: then.state))
      outcome.restored += 1
    }
    try await save(changes.filter(\.changesAnything), settles: false)
    _ = try await connection.query(
      """
      delete from event_delivered d using import_event i, event v
      where i.session = \(session) and v.pk = i.pk and v.id = any(\(ids.map(\.description))) and d.pk = i.pk
      """)
    _ = try await connection.query(
      """
      insert into event_delivered (pk, fields)
      select i.pk, i.delivered_before from import_event i join event v on v.pk = i.pk
      where i.session = \(session) and v.id = any(\(ids.map(\.description))) and i.delivered_before is not null
      """)
  }
}
