import Places
import Postgres

/// What places tell of their events: `n_events`, and the end of the last one, from which `has_upcoming_events` follows
/// by the clock.
extension StoreTransaction {
  /// Makes the table of places whose events have changed, once in a transaction.
  func makeTouched() async throws {
    guard !hasTouched else { return }
    hasTouched = true
    try await connection.script(
      """
      create temp table touched_place (place bigint primary key, delta bigint not null) on commit drop;
      create temp table settled_place (pk bigint primary key, id text, version integer, listed boolean) on commit drop;
      """)
  }

  /// Notes places whose events have changed: rows of place and how many public events it has more.
  func touch(_ rows: SQL) async throws {
    try await makeTouched()
    _ = try await connection.query(
      """
      insert into touched_place as t (place, delta) \(rows)
      on conflict (place) do update set delta = t.delta + excluded.delta
      """)
  }

  /// Brings the counts of the noted places up to date, with a change line for each that differs. The places must have
  /// been locked.
  public func settlePlaces() async throws {
    guard hasTouched else { return }
    try await connection.script("truncate settled_place; analyze touched_place;")
    let settled = try await connection.query(
      """
      with wanted as materialized (
        select t.place, t.delta, (
          select e.ends from event_key e where e.place = t.place and e.listed and e.status <> 'EventCancelled'
          order by e.ends desc limit 1) as last
        from touched_place t
      ), changed as (
        update place_key k set n_events = k.n_events + w.delta, last_event_end = w.last
        from wanted w where k.pk = w.place and (w.delta <> 0 or k.last_event_end is distinct from w.last)
        returning k.pk, k.id, k.version, k.listed
      )
      insert into settled_place select * from changed
      """
    ).affected
    let first = takeLines(settled)
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, version, actor, person, derived, public_kind)
      select \(number), \(first) + (row_number() over (order by s.id))::int - 1, 'place', s.id, 'updated', s.version,
        \(author.actor), \(author.person), true, case when s.listed then 'updated' end
      from settled_place s
      """)
    try await connection.script("truncate touched_place")
  }
}
