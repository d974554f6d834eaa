import Places
import Postgres

/// What an id leads to.
public enum PlaceLookup: Sendable {
  /// The place itself, and the state of the registry that shows it so.
  case place(PlaceRow, RegistryState)
  /// Merged, or a foreign identifier: the place that answers for it.
  case moved(to: String)
  /// Split: the successors.
  case split(into: [String])
  /// Deleted or withdrawn: when (RFC 3339) and why.
  case gone(deletedTime: String?, reason: String?)
  /// Never existed, or nothing that the asker may see.
  case unknown
}

extension PlaceStore {
  /// The place with a native, old or foreign id.
  public func place(id: String) async throws -> PlaceLookup {
    // The usual case reads two rows by two indexes; only what that doesn't find is looked for in the namespace.
    let rows = try await quick(
      "\(Self.byKey)join place_document d on d.pk = k.pk where k.id = \(id) and k.listed")
    if rows.count > 0 {
      return .place(PlaceRow(rows: rows, index: 0, first: 0), RegistryState(rows, 0, PlaceRow.columnCount))
    }
    let others = try await quick(
      """
      select n.native, k.id, k.state, k.publication_status
      from place_namespace n join place_key k on k.pk = n.pk
      where n.id = \(id) order by n.native desc limit 1
      """
    ).decode((Bool, String, String, String).self)
    guard let (_, current, state, status) = others.first, status == "public" else { return .unknown }
    return state == "live" ? .moved(to: current) : try await ended(id: current)
  }

  private static let byKey: SQL = "select \(PlaceRow.columns), h.seq, h.geography from change_head h, place_key k "

  /// Follows a merged or split place to its living successors, whatever the length of the chain.
  private func ended(id: String) async throws -> PlaceLookup {
    let rows = try await quick(
      """
      with recursive chain (pk, path) as (
        select pk, array[pk] from place where id = \(id)
        union all
        select r.pk, c.path || r.pk
        from chain c join place p on p.pk = c.pk and p.state in ('merged', 'split')
        cross join unnest(p.replaced_by) as r (pk)
        where not r.pk = any (c.path)
      )
      select distinct p.id, p.state, p.id = \(id), \(PlaceStore.rfc3339("p.deleted_time")), p.deletion_reason
      from chain c join place p using (pk) where p.publication_status = 'public' order by 1
      """)
    let found = try rows.decode((String, String, Bool, String?, String?).self)
    let living = found.filter { $0.1 == "live" }.map(\.0)
    guard let first = living.first else {
      let last = found.first { $0.1 == "deleted" }
      return .gone(deletedTime: last?.3, reason: last?.4)
    }
    return living.count == 1 ? .moved(to: first) : .split(into: living)
  }

  /// SQL for a time as RFC 3339 in UTC with microseconds.
  static func rfc3339(_ column: String) -> SQL {
    SQL(unescaped: "to_char(\(column) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
  }
}
