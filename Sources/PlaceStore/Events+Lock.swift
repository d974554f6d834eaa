import Places
import Postgres

/// An event as the registry holds it, locked by the transaction that read it.
public struct StoredEvent: Sendable {
  /// What was said of it.
  public let event: EventLink
  /// The version, from 1.
  public let version: Int
  /// Whether it lives, was deleted or was replaced.
  public let state: EventState
  /// The id of the event that took its place.
  public let replacedBy: String?
  /// Whether its place is a draft.
  public let isAtDraft: Bool
  /// The data source of its place.
  public let placeSource: String?
  /// Who wrote this version: an organisation's id, `import:<session>` or a command.
  public let actor: String
  let pk: Int64
  let place: Int64?
  let replacement: Int64?
}

/// Whether an event lives.
public enum EventState: String, Sendable, Hashable {
  case live, deleted, replaced
}

/// A place that events can be linked to, locked so that it is neither merged nor deleted meanwhile.
public struct LinkTarget: Sendable, Hashable {
  /// Its current id.
  public let id: String
  /// Whether the public may know it.
  public let isPublic: Bool
  /// Its data source.
  public let source: String
  /// The registry's key.
  public let pk: Int64
}

/// What an id given as an event's location leads to.
public enum LocationLookup: Sendable, Hashable {
  /// The one living place.
  case place(LinkTarget)
  /// It was split: the successors.
  case split(into: [String])
  /// It was deleted, under this id.
  case deleted(id: String)
  /// Nothing known.
  case unknown
}

/// Events and the places that they are, or are to be, linked to.
public struct LockedEvents: Sendable {
  /// The events that are there, by id.
  public let events: [PlaceID: StoredEvent]
  /// What each location given leads to.
  public let locations: [String: LocationLookup]
}

/// Thrown when what was looked up before locking is no longer so after it; the transaction is run again.
struct ChangedMeanwhile: Error {}

extension StoreTransaction {
  /// Locks the places that events are or are to be linked to, in the order of their ids, then the events, in the order of
  /// theirs: so any number of writers wait for each other, and none for ever.
  public func lockEvents(_ ids: [PlaceID], locations: Set<String> = []) async throws -> LockedEvents {
    let texts = ids.map(\.description)
    let found = try await lookUp(locations)
    let linked = try await connection.query(
      "select distinct location from event where id = any(\(texts)) and location is not null"
    ).decode(Int64.self)
    let places = Set(found.values.compactMap(\.target?.pk) + linked)
    try await lockPlaces(keys: Array(places))
    // Locked first, read by a second statement: one that waits sees the row anew, but what it joined as before.
    let keys = try await connection.query(
      "select v.pk from event v where v.id = any(\(texts)) order by v.id for no key update"
    ).decode(Int64.self)
    let rows = try await connection.query(
      """
      select v.pk, v.version, v.state, (select r.id from event r where r.pk = v.replaced_by), v.location, v.replaced_by,
        l.publication_status = 'draft', l.data_source, v.actor, \(EventColumns.selection)
      from \(EventColumns.tables) where v.pk = any(\(keys))
      """)
    var events: [PlaceID: StoredEvent] = [:]
    for row in 0..<rows.count {
      let event = try EventColumns.read(rows, row, 9)
      let stored = StoredEvent(
        event: event, version: rows.int(row, 1) ?? 1, state: EventState(rawValue: rows.string(row, 2) ?? "") ?? .live,
        replacedBy: rows.string(row, 3), isAtDraft: rows.bool(row, 6) ?? false, placeSource: rows.string(row, 7),
        actor: rows.string(row, 8) ?? "",
        pk: Int64(rows.int(row, 0) ?? 0), place: rows.int(row, 4).map { Int64($0) },
        replacement: rows.int(row, 5).map { Int64($0) })
      if let place = stored.place, !places.contains(place) { throw ChangedMeanwhile() }
      events[event.id] = stored
    }
    // A merge may have come between; what is locked now stays as it is.
    guard try await lookUp(locations) == found else { throw ChangedMeanwhile() }
    return LockedEvents(events: events, locations: found)
  }

  /// Locks places in the order of their ids.
  func lockPlaces(keys: [Int64]) async throws {
    guard !keys.isEmpty else { return }
    _ = try await connection.query(
      "select count(*) from (select 1 from place where pk = any(\(keys)) order by id for no key update) l")
  }

  /// What native, old and foreign ids lead to now.
  private func lookUp(_ ids: Set<String>) async throws -> [String: LocationLookup] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      """
      with recursive chain (given, pk, path) as (
        select g.given, n.pk, array[n.pk] from unnest(\(ids.sorted())::text[]) g (given)
        cross join lateral (select n.pk from place_namespace n where n.id = g.given order by n.native desc limit 1) n
        union all
        select c.given, r.pk, c.path || r.pk
        from chain c join place f on f.pk = c.pk and f.state in ('merged', 'split')
        cross join unnest(f.replaced_by) as r (pk) where not r.pk = any (c.path)
      )
      select distinct c.given, p.state, p.id, p.publication_status = 'public', p.data_source, p.pk
      from chain c join place p on p.pk = c.pk where p.state in ('live', 'deleted') order by p.id
      """)
    var living: [String: [LinkTarget]] = [:]
    var deleted: [String: String] = [:]
    for row in try rows.decode((String, String, String, Bool, String, Int64).self) {
      if row.1 == "live" {
        living[row.0, default: []].append(LinkTarget(id: row.2, isPublic: row.3, source: row.4, pk: row.5))
      } else {
        deleted[row.0] = row.2
      }
    }
    var found: [String: LocationLookup] = [:]
    for id in ids {
      switch living[id]?.count ?? 0 {
      case 0: found[id] = deleted[id].map { .deleted(id: $0) } ?? .unknown
      case 1: found[id] = living[id]?.first.map { .place($0) }
      default: found[id] = .split(into: living[id]?.map(\.id) ?? [])
      }
    }
    return found
  }
}

extension LocationLookup {
  /// The living place, if it is one.
  public var target: LinkTarget? {
    if case .place(let target) = self { target } else { nil }
  }
}
