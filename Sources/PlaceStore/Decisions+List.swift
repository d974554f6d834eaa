import Places
import Postgres

/// One page of decisions.
public struct DecisionPage: Sendable {
  /// The newest first.
  public let decisions: [MatchDecision]
  /// How many there are on all pages.
  public let count: Int
}

extension PlaceStore {
  /// Decisions, the newest first: those whose place this one is now (its id, an old or a foreign one), those on a text,
  /// or all. Those for places that the viewer may not see, or that no longer live, are left out; those for none of ours
  /// only come `withNone`. Throws ``StoreError``.
  public func decisions(
    place: String? = nil, text: String? = nil, withNone: Bool, viewer: Viewer, page: Int, pageSize: Int
  ) async throws -> DecisionPage {
    var filter: SQL = "true"
    if let text { filter = "d.folded = \(Folding.fold(text))" }
    if let place {
      let current = try await resolve(ids: [place], viewer: viewer).first?.current ?? []
      guard current.count == 1 else { return DecisionPage(decisions: [], count: 0) }
      filter = "\(filter) and d.pk = any(array(\(Self.forerunners(of: current[0]))))"
    }
    let rows = try await query(
      """
      with recursive \(Self.chain(from: filter)),
      -- One end each; of a split place there are several, and nothing is decided between them.
      ended as (
        select c.folded, min(k.pk) as pk from chain c join place_key k on k.pk = c.pk and \(Self.visible(viewer))
        group by c.folded having count(*) = 1
      )
      select count(*) over (), d.folded, \(Self.decisionColumns)
      from match_decision d
      left join (ended e join place_key k on k.pk = e.pk join place p on p.pk = k.pk) on e.folded = d.folded
      where \(filter) and (k.pk is not null or d.pk is null and \(withNone))
      order by d.time desc, d.folded limit \(pageSize) offset \((page - 1) * pageSize)
      """)
    return DecisionPage(
      decisions: try Self.read(rows, from: 1).map(\.decision), count: rows.count > 0 ? rows.int(0, 0) ?? 0 : 0)
  }

  /// The keys of a place and of all that were merged into it.
  private static func forerunners(of id: String) -> SQL {
    """
    with recursive earlier (pk) as (
      select pk from place where id = \(id)
      union
      select p.pk from earlier e join place p on p.replaced_by @> array[e.pk] and p.state in ('merged', 'split')
    ) select pk from earlier
    """
  }
}
