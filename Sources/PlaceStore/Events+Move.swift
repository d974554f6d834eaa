import Places
import Postgres

/// Links follow their place when it is merged or split, and come back when that is undone.
extension StoreTransaction {
  /// The ids of the living events linked to a place, drafts among them.
  public func linkedEvents(of place: Int64) async throws -> [String] {
    try await connection.query("select id from event where location = \(place) and state = 'live' order by id")
      .decode(String.self)
  }

  /// Moves all links of a place to another, the named ones to others, each as a new version; what was moved is kept for
  /// ``moveLinksBack(of:)``. All places must have been locked in the order of their ids. Returns the ids of the living
  /// events that moved.
  ///
  /// - Parameter chosen: event id → the key of the place that it goes to instead.
  public func moveLinks(of place: Int64, to other: Int64, chosen: [String: Int64] = [:]) async throws -> [String] {
    let names = chosen.keys.sorted()
    try await beginMove(
      """
      select v.pk, coalesce(c.place, \(other)::bigint) from event v
      left join unnest(\(names)::text[], \(names.compactMap { chosen[$0] })::bigint[]) c (id, place) on c.id = v.id
      where v.location = \(place) order by v.id for no key update of v
      """)
    let moved = try await move()
    // Earlier moves of the same events stay undoable: nobody but a merge has changed them since.
    _ = try await connection.query(
      """
      update event_move m set version = v.version from moved_event s join event v on v.pk = s.pk
      where m.event = s.pk and m.version = v.version - 1
      """)
    _ = try await connection.query(
      """
      insert into event_move (event, place, version)
      select s.pk, \(place), v.version from moved_event s join event v on v.pk = s.pk
      on conflict (place, event) do update set version = excluded.version
      """)
    return moved
  }

  /// Moves the links back that ``moveLinks(of:to:chosen:)`` took away from a place and nobody changed since, each as a
  /// new version, and forgets the move. Returns the ids of the living events that moved.
  public func moveLinksBack(of place: Int64) async throws -> [String] {
    // They may have gone further since, to places that the caller doesn't know of.
    let places = try await connection.query(
      """
      select distinct v.location from event_move m join event v on v.pk = m.event and v.version = m.version
      where m.place = \(place) and v.location is not null
      """
    ).decode(Int64.self)
    try await lockPlaces(keys: places + [place])
    try await beginMove(
      """
      select v.pk, \(place)::bigint from event_move m join event v on v.pk = m.event and v.version = m.version
      where m.place = \(place) order by v.id for no key update of v
      """)
    let moved = try await move()
    _ = try await connection.query(
      """
      delete from event_move m using event_move o, moved_event s
      where o.place = \(place) and o.event = s.pk and m.event = s.pk and m.id > o.id
      """)
    _ = try await connection.query(
      """
      update event_move m set version = v.version from moved_event s join event v on v.pk = s.pk
      where m.event = s.pk and m.place <> \(place) and m.version = v.version - 1
      """)
    _ = try await connection.query("delete from event_move where place = \(place)")
    return moved
  }

  /// Locks the events of a select of key and new place, and notes where they go.
  private func beginMove(_ select: SQL) async throws {
    try await makeTouched()
    if !hasMoved {
      hasMoved = true
      try await connection.script(
        "create temp table moved_event (pk bigint primary key, place bigint, was_place bigint) on commit drop")
    }
    try await connection.script("truncate moved_event")
    _ = try await connection.query("insert into moved_event (pk, place) \(select)")
    _ = try await connection.query("update moved_event s set was_place = v.location from event v where v.pk = s.pk")
  }

  /// Gives the noted events their new place: history, version, keys, change lines and both places' counts.
  private func move() async throws -> [String] {
    _ = try await connection.query("analyze moved_event")
    _ = try await connection.query(
      """
      insert into event_history (\(EventColumns.row)) select \(EventColumns.rowOfEvent)
      from event v join moved_event s on s.pk = v.pk
      """)
    _ = try await connection.query(
      """
      update event v set location = s.place, version = v.version + 1, last_modified_time = clock_timestamp(),
        actor = \(author.actor), person = \(author.person), request_id = \(author.requestID)
      from moved_event s where s.pk = v.pk
      """)
    let moved = try await connection.query(
      """
      update event_key k set place = v.location, version = v.version, modified = v.last_modified_time
      from moved_event s join event v on v.pk = s.pk where k.pk = s.pk
      """
    ).affected
    let first = takeLines(moved)
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, version, actor, person, public_kind)
      select \(number), \(first) + (row_number() over (order by k.id))::int - 1, 'event', k.id, 'updated', k.version,
        \(author.actor), \(author.person), case when k.listed then 'updated' end
      from moved_event s join event_key k on k.pk = s.pk
      """)
    try await touch(
      """
      select c.place, sum(c.d) from (
        select s.was_place as place, -1 as d from moved_event s join event_key k on k.pk = s.pk where k.listed
        union all select s.place, 1 from moved_event s join event_key k on k.pk = s.pk where k.listed
      ) c where c.place is not null group by c.place
      """)
    try await settlePlaces()
    return try await connection.query(
      "select k.id from moved_event s join event_key k on k.pk = s.pk where k.state = 'live' order by k.id"
    ).decode(String.self)
  }
}
