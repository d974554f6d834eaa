import Places
import Postgres

/// What became of an id.
public struct ResolvedID: Sendable, Hashable {
  /// What became of it.
  public enum Status: String, Sendable, Hashable, CaseIterable { case current, merged, split, deleted, unknown }
  /// The id as it was asked for.
  public let id: String
  /// What became of it.
  public let status: Status
  /// The living ids that answer for it; itself where it is current, its holder for a foreign identifier.
  public let current: [String]
}

extension PlaceStore {
  /// What became of native, old and foreign ids, in the order asked, by one statement. Ids that the viewer may not see
  /// are unknown; withdrawn ones are deleted.
  public func resolve(ids: [String], viewer: Viewer) async throws -> [ResolvedID] {
    let rows = try await query(
      """
      with recursive asked as (
        select a.id, a.n, (
          select f.pk from place_namespace f where f.id = a.id order by f.native desc limit 1) as pk
        from unnest(\(ids)::text[]) with ordinality a (id, n)
      ),
      chain (n, pk, path) as (
        select n, pk, array[pk] from asked where pk is not null
        union all
        select c.n, r.pk, c.path || r.pk
        from chain c join place p on p.pk = c.pk and p.state in ('merged', 'split')
        cross join unnest(p.replaced_by) as r (pk)
        where not r.pk = any (c.path)
      )
      select a.n, k.state, \(Self.visibleOrEnded(viewer)) or \(Self.wasPublic),
        (select array_agg(distinct k.id order by k.id) from chain c join place_key k on k.pk = c.pk
          where c.n = a.n and \(Self.visible(viewer)))
      from asked a left join place_key k on k.pk = a.pk order by a.n
      """
    ).decode((Int, String?, Bool?, [String]?).self)
    return zip(ids, rows).map { id, row in
      guard let state = row.1, row.2 == true else { return ResolvedID(id: id, status: .unknown, current: []) }
      let current = row.3 ?? []
      let status: ResolvedID.Status =
        switch state {
        case "live": current.isEmpty ? .deleted : .current
        case "merged": current.isEmpty ? .deleted : .merged
        case "split": current.isEmpty ? .deleted : .split
        default: .deleted
        }
      return ResolvedID(id: id, status: status, current: current)
    }
  }
}

/// Where an id ends, as a writer needs to know it.
public struct IDEnd: Sendable, Hashable {
  /// The native id at the end of its chain of merges.
  public let id: String
  /// `live`, `split` or `deleted`.
  public let state: String
  /// Whether it is published.
  public let isPublic: Bool
}

extension StoreTransaction {
  /// Where native, old and foreign ids end; unknown ones are absent.
  public func ends(of ids: Set<String>) async throws -> [String: IDEnd] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      """
      with recursive chain (given, pk, depth) as (
        select a.id, (select f.pk from place_namespace f where f.id = a.id order by f.native desc limit 1), 0
        from unnest(\(Array(ids))::text[]) a (id)
        union all
        select c.given, p.replaced_by[1], c.depth + 1
        from chain c join place p on p.pk = c.pk and p.state = 'merged' where c.depth < 10000
      )
      select distinct on (c.given) c.given, p.id, p.state, p.publication_status = 'public'
      from chain c join place p on p.pk = c.pk order by c.given, c.depth desc
      """
    ).decode((String, String, String, Bool).self)
    return Dictionary(rows.map { ($0.0, IDEnd(id: $0.1, state: $0.2, isPublic: $0.3)) }) { a, _ in a }
  }
}
