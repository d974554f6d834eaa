import Places
import Postgres

extension StoreTransaction {
  /// Remembers, or forgets, that two living places are not the same one. Either may be named by an old or foreign id.
  /// Nothing is done for a place that doesn't live or that the caller may not see: see ``pair(_:viewer:)``.
  public func decide(_ pair: DuplicateIDs, distinct: Bool, reason: String?) async throws {
    guard distinct else {
      // What the matching thinks of it, it thinks still; what nothing speaks for goes.
      _ = try await connection.query(
        """
        update place_duplicate set state = 'open', decided_by = null, decided_person = null, decided_time = null,
          decision_reason = null, via = null
        where low = \(pair.low) and high = \(pair.high)
        """)
      _ = try await connection.query(
        "delete from place_duplicate where low = \(pair.low) and high = \(pair.high) and score = 0")
      return
    }
    _ = try await connection.query(
      """
      insert into place_duplicate (low, high, score, reasons, state, decided_by, decided_person, decided_time,
        decision_reason)
      values (\(pair.low), \(pair.high), 0, '[]', 'distinct', \(author.actor), \(author.person), now(), \(reason))
      on conflict (low, high) do update set state = 'distinct', decided_by = excluded.decided_by,
        decided_person = excluded.decided_person, decided_time = excluded.decided_time,
        decision_reason = excluded.decision_reason, via = null
      """)
  }

  /// What was said of the merged place counts for the one that answers for it, too.
  func takeOverDistinct(from loser: Int64, to survivor: Int64) async throws {
    _ = try await connection.query(
      """
      insert into place_duplicate (low, high, score, reasons, state, decided_by, decided_person, decided_time,
        decision_reason, via)
      select least(o.pk, \(survivor)::bigint), greatest(o.pk, \(survivor)::bigint), 0, '[]', 'distinct', o.decided_by,
        o.decided_person, o.decided_time, o.decision_reason, \(loser)::bigint
      from (
        select case when d.low = \(loser) then d.high else d.low end as pk, d.*
        from place_duplicate d where \(loser) in (d.low, d.high) and d.state = 'distinct'
      ) o
      where o.pk <> \(survivor)
      on conflict (low, high) do update set state = 'distinct', decided_by = excluded.decided_by,
        decided_person = excluded.decided_person, decided_time = excluded.decided_time,
        decision_reason = excluded.decision_reason, via = excluded.via
      where place_duplicate.state = 'open'
      """)
  }

  /// Takes back what ``takeOverDistinct(from:to:)`` did.
  func returnDistinct(of loser: Int64) async throws {
    _ = try await connection.query("delete from place_duplicate where via = \(loser) and score = 0")
    _ = try await connection.query(
      """
      update place_duplicate set state = 'open', decided_by = null, decided_person = null, decided_time = null,
        decision_reason = null, via = null
      where via = \(loser)
      """)
  }

  /// Takes the words of a place out of the reasons why it may be a duplicate; they are made anew with what is left.
  func forgetDuplicateReasons(_ places: [Int64]) async throws {
    _ = try await connection.query(
      """
      update place_duplicate set reasons = '[]', decision_reason = null
      where low = any(\(places)::bigint[]) or high = any(\(places)::bigint[])
      """)
  }

  /// The two living places that these ids lead to, where the viewer may see both and they are two; nil for the index of
  /// an id that leads to none.
  public func pair(_ ids: [String], viewer: Viewer) async throws -> DuplicateFinding {
    var found: [(pk: Int64, id: String)] = []
    for (index, id) in ids.enumerated() {
      guard let end = try await current(id) else { return .unknown(index: index) }
      let rows = try await connection.query(
        "select k.pk, k.id from place_key k where k.id = \(end.id.description) and \(PlaceStore.visible(viewer))"
      ).decode((Int64, String).self)
      guard let row = rows.first else { return .unknown(index: index) }
      found.append(row)
    }
    guard found.count == 2, found[0].pk != found[1].pk else { return .same }
    let ordered = found.sorted { $0.pk < $1.pk }
    return .pair(DuplicateIDs(low: ordered[0].pk, high: ordered[1].pk, ids: ordered.map(\.id)))
  }
}

/// A pair of places by their keys.
public struct DuplicateIDs: Sendable, Hashable {
  let low, high: Int64
  /// Their current ids.
  public let ids: [String]
}

/// What two ids lead to.
public enum DuplicateFinding: Sendable, Hashable {
  /// Two living places.
  case pair(DuplicateIDs)
  /// No living place that the asker may see, by the position among those given.
  case unknown(index: Int)
  /// Both to one place.
  case same
}
