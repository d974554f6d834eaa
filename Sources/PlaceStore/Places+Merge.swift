import Places
import Postgres

/// What a merge or split did.
public struct MoveOutcome: Sendable, Hashable {
  /// The ids that answer for it now.
  public let replacedBy: [String]
  /// The event links that moved.
  public let events: [String]

  /// Makes an outcome.
  public init(replacedBy: [String], events: [String]) {
    self.replacedBy = replacedBy
    self.events = events
  }
}

/// Why a place can't be merged, split or brought back.
public enum MoveRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// No such place, or none that the asker may see.
  case unknown(id: String)
  /// Merged or split before; the ids that answer for it.
  case moved(id: String, current: [String])
  /// Deleted.
  case deleted(id: String)
  /// It would answer as itself.
  case circle(id: String)
  /// A public place can't be answered for by a draft.
  case draft(id: String)

  /// What is in the way and how to mend it.
  public var description: String {
    switch self {
    case .unknown(let id): "There is no place with the id \(id)."
    case .deleted(let id): "\(id) was deleted: bring it back first, or take another."
    case .circle: "A place can't be merged or split into itself."
    case .draft(let id): "\(id) is a draft, and a public id must lead to a public place: publish it first."
    case .moved(let id, let current):
      "\(id) was merged or split before; \(current.joined(separator: ", ")) answers for it."
    }
  }
}

extension StoreTransaction {
  /// The native id behind a native, old or foreign id, at the end of its chain of merges; its state besides. A split
  /// place is its own end. Nil: unknown.
  public func current(_ id: String) async throws -> (id: PlaceID, state: String)? {
    try await ends(of: [id])[id].map { (try PlaceID($0.id), $0.state) }
  }

  /// The place that an id leads to, locked: the living end of its chain. Throws ``MoveRefusal``.
  private func lockLiving(_ id: String, with others: [PlaceID]) async throws -> (StoredPlace, [PlaceID: StoredPlace]) {
    guard let end = try await current(id) else { throw MoveRefusal.unknown(id: id) }
    // All locks in one statement, in the order of the ids.
    let locked = try await lockPlaces(others + [end.id])
    guard let place = locked[end.id] else { throw MoveRefusal.unknown(id: id) }
    switch place.state {
    case "live": return (place, locked)
    case "deleted": throw MoveRefusal.deleted(id: end.id.description)
    default:
      // It was merged while we waited for the lock, or is split.
      throw MoveRefusal.moved(id: end.id.description, current: try await successors(place))
    }
  }

  /// The ids that answer for a merged or split place now.
  public func successors(_ place: StoredPlace) async throws -> [String] {
    try await connection.query(
      """
      with recursive chain (pk, path) as (
        select u, array[u] from unnest(\(place.replacedBy)::bigint[]) u
        union all
        select r.pk, c.path || r.pk from chain c join place p on p.pk = c.pk and p.state in ('merged', 'split')
        cross join unnest(p.replaced_by) as r (pk) where not r.pk = any (c.path)
      )
      select distinct p.id from chain c join place p on p.pk = c.pk where p.state = 'live' order by 1
      """
    ).decode(String.self)
  }

  private func requireLiving(_ place: StoredPlace) async throws {
    switch place.state {
    case "live": return
    case "deleted": throw MoveRefusal.deleted(id: place.place.id.description)
    default: throw MoveRefusal.moved(id: place.place.id.description, current: try await successors(place))
    }
  }

  /// Merges a place into another: identifiers, names, children and event links move, the other's own fields stay.
  /// Throws ``MoveRefusal``.
  public func merge(_ loser: PlaceID, into survivorID: String) async throws -> MoveOutcome {
    let (survivor, locked) = try await lockLiving(survivorID, with: [loser])
    guard let loser = locked[loser] else { throw MoveRefusal.unknown(id: loser.description) }
    try await requireLiving(loser)
    guard loser.pk != survivor.pk else { throw MoveRefusal.circle(id: survivor.place.id.description) }
    guard survivor.place.isPublic || !loser.place.isPublic else {
      throw MoveRefusal.draft(id: survivor.place.id.description)
    }
    var changes = [try change(loser) { $0.identifiers = [] }]
    changes[0].life = .merged(into: survivor.pk)
    let identifiers = loser.place.identifiers.filter { !survivor.place.identifiers.contains($0) }
    let names = Self.namesToAdd(of: loser.place, to: survivor.place)
    var children = try await lockPlaces(where: "p.parent = \(loser.pk) and p.state = 'live'")
    let survivorIsChild = children.removeValue(forKey: survivor.place.id) != nil
    let kept = try change(survivor) {
      $0.identifiers += identifiers
      $0.alternateNames += names
      if survivorIsChild { $0.parent = loser.place.parent == $0.id.description ? nil : loser.place.parent }
    }
    if kept.changesAnything { changes.append(kept) }
    for child in children.values.sorted(by: { $0.place.id < $1.place.id }) {
      changes.append(try change(child) { $0.parent = survivor.place.id.description })
    }
    try await save(changes)
    try await rememberMove(
      loser.pk, survivor.pk, identifiers: identifiers, names: names,
      children: children.values.map(\.pk) + (survivorIsChild ? [survivor.pk] : []))
    try await takeOverDistinct(from: loser.pk, to: survivor.pk)
    let events = try await moveLinks(of: loser.pk, to: survivor.pk, chosen: [:])
    return MoveOutcome(replacedBy: [survivor.place.id.description], events: events)
  }

  /// Splits a place into others, at least two: event links go where they are told to, all else to the first. Throws
  /// ``MoveRefusal``, and ``FieldError`` for an event that is not linked to it or a successor that is not among them.
  public func split(_ id: PlaceID, into ids: [String], events: [String: String]) async throws -> MoveOutcome {
    var ends: [PlaceID] = []
    var byGiven: [String: PlaceID] = [:]
    for given in ids {
      guard let end = try await current(given) else { throw MoveRefusal.unknown(id: given) }
      byGiven[given] = end.id
      if !ends.contains(end.id) { ends.append(end.id) }
    }
    let locked = try await lockPlaces(ends + [id])
    guard let loser = locked[id] else { throw MoveRefusal.unknown(id: id.description) }
    try await requireLiving(loser)
    var successors: [StoredPlace] = []
    for end in ends {
      guard let place = locked[end] else { throw MoveRefusal.unknown(id: end.description) }
      guard place.pk != loser.pk else { throw MoveRefusal.circle(id: end.description) }
      try await requireLiving(place)
      guard place.place.isPublic || !loser.place.isPublic else { throw MoveRefusal.draft(id: end.description) }
      successors.append(place)
    }
    guard let first = successors.first, successors.count > 1 else {
      throw FieldError(
        pointer: "/into", value: ids.joined(separator: ", "), code: "split",
        detail: "A place is split into at least two others; to put it into one, merge it.")
    }
    let chosen = try await chosen(events, of: loser, successors: successors, byGiven: byGiven)
    var changes = [try change(loser) { _ in }]
    changes[0].life = .split(into: successors.map(\.pk))
    let children = try await lockPlaces(where: "p.parent = \(loser.pk) and p.state = 'live'")
      .filter { id, _ in !ends.contains(id) }
    for child in children.values.sorted(by: { $0.place.id < $1.place.id }) {
      changes.append(try change(child) { $0.parent = first.place.id.description })
    }
    for successor in successors where successor.place.parent == id.description {
      changes.append(try change(successor) { $0.parent = loser.place.parent })
    }
    try await save(changes)
    try await rememberMove(loser.pk, first.pk, identifiers: [], names: [], children: children.values.map(\.pk))
    let moved = try await moveLinks(of: loser.pk, to: first.pk, chosen: chosen)
    return MoveOutcome(replacedBy: successors.map(\.place.id.description), events: moved)
  }

  private func chosen(
    _ events: [String: String], of loser: StoredPlace, successors: [StoredPlace], byGiven: [String: PlaceID]
  ) async throws -> [String: Int64] {
    guard !events.isEmpty else { return [:] }
    let linked = Set(try await linkedEvents(of: loser.pk))
    var chosen: [String: Int64] = [:]
    for (event, place) in events {
      let pointer = "/events/\(JSONValue.escaped(event))"
      guard linked.contains(event) else {
        throw FieldError(
          pointer: pointer, value: event, code: "unknown-event", detail: "This event is not linked to the place.")
      }
      var end = byGiven[place]
      if end == nil { end = try await current(place)?.id }
      guard let successor = successors.first(where: { $0.place.id == end }) else {
        throw FieldError(
          pointer: pointer, value: place, code: "unknown-successor", detail: "This is none of the ids in \"into\".")
      }
      chosen[event] = successor.pk
    }
    return chosen
  }

  /// Brings a merged, split or deleted place back to life; what a merge moved and nobody changed since goes back to it.
  /// Returns the change still to be saved, so that it can be edited in the same version.
  public func revive(_ stored: StoredPlace) async throws -> PlaceChange {
    var revived = try change(stored) { _ in }
    guard stored.state != "deleted" else { return revived }
    let rows = try await connection.query(
      "select identifiers, alternate_names, children from place_move where pk = \(stored.pk)"
    ).decode((String, String, [Int64]).self)
    guard let (identifiers, names, children) = rows.first else { return revived }
    let taken = try JSONParser.parse(identifiers).arrayValue ?? []
    let added = try JSONParser.parse(names).arrayValue ?? []
    // The survivor may have been merged on: whoever answers for it now holds what it got.
    let ids = taken.compactMap { i in
      (i["scheme"]?.stringValue).flatMap { s in i["value"]?.stringValue.map { "\(s):\($0)" } }
    }
    let holders = try await lockPlaces(
      where: """
        p.state = 'live' and (p.pk in (select f.pk from place_namespace f where not f.native and f.id = any(\(ids)))
          or p.id = any(\(try await successors(stored))))
        """)
    var changes: [PlaceChange] = []
    for holder in holders.values.sorted(by: { $0.place.id < $1.place.id }) {
      let given = try change(holder) { place in
        for identifier in place.identifiers where ids.contains(identifier.description) {
          revived.place.identifiers.append(identifier)
        }
        place.identifiers.removeAll { ids.contains($0.description) }
        place.alternateNames.removeAll { name in
          added.contains {
            $0["name"]?.stringValue == name.name && $0["language"]?.stringValue == name.language?.rawValue
          }
        }
      }
      if given.changesAnything { changes.append(given) }
    }
    let heirs = holders.values.map(\.pk)
    let back = try await lockPlaces(
      where: "p.pk = any(\(children)) and p.state = 'live' and p.parent = any(\(heirs)) and p.pk <> \(stored.pk)")
    for child in back.values.sorted(by: { $0.place.id < $1.place.id }) {
      if let index = changes.firstIndex(where: { $0.place.id == child.place.id }) {
        changes[index].place.parent = stored.place.id.description
      } else {
        changes.append(try change(child) { $0.parent = stored.place.id.description })
      }
    }
    try await save(changes)
    _ = try await connection.query("delete from place_move where pk = \(stored.pk)")
    try await returnDistinct(of: stored.pk)
    return revived
  }

  /// Moves back the event links that a merge or split moved; after the place lives again.
  public func returnLinks(_ id: PlaceID) async throws -> [String] {
    guard let pk = try await connection.query("select pk from place where id = \(id.description)").int(0, 0) else {
      return []
    }
    return try await moveLinksBack(of: Int64(pk))
  }

  /// Those of some events that a viewer may know of: a link that moved may be another organisation's draft.
  public func visible(events: [String], viewer: Viewer) async throws -> [String] {
    let seen: SQL
    switch viewer {
    case .public: seen = "e.publication_status = 'public'"
    case .sources(let sources): seen = "(e.publication_status = 'public' or e.data_source = any(\(sources)))"
    case .all: return events
    }
    let known = Set(
      try await connection.query("select e.id from event_key e where e.id = any(\(events)) and \(seen)")
        .decode(String.self))
    return events.filter(known.contains)
  }

  func change(_ stored: StoredPlace, _ edit: (inout Place) -> Void) throws -> PlaceChange {
    var place = stored.place
    edit(&place)
    return try PlaceChange(place, existing: stored, engine: engine)
  }

  private static func namesToAdd(of loser: Place, to survivor: Place) -> [AlternateName] {
    let own = loser.name.values.map { AlternateName($0.text, language: $0.language, kind: .other) }
    var added: [AlternateName] = []
    for name in own + loser.alternateNames {
      let isKnown =
        survivor.name.values.contains { $0.text == name.name }
        || (survivor.alternateNames + added).contains { $0.name == name.name && $0.language == name.language }
      if !isKnown { added.append(name) }
    }
    return added
  }

  private func rememberMove(
    _ loser: Int64, _ survivor: Int64, identifiers: [ForeignIdentifier], names: [AlternateName], children: [Int64]
  ) async throws {
    let identifiers = JSONValue.array(
      identifiers.map { .object([.init("scheme", .string($0.scheme)), .init("value", .string($0.value))]) })
    let names = JSONValue.array(
      names.map {
        .object([.init("name", .string($0.name)), .init("language", $0.language.map { .string($0.rawValue) } ?? .null)])
      })
    _ = try await connection.query(
      """
      insert into place_move (pk, survivor, identifiers, alternate_names, children)
      values (\(loser), \(survivor), \(identifiers.text)::jsonb, \(names.text)::jsonb, \(children))
      on conflict (pk) do update set survivor = excluded.survivor, moved_time = now(),
        identifiers = excluded.identifiers, alternate_names = excluded.alternate_names, children = excluded.children
      """)
  }
}
