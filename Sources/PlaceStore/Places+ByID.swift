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
  /// Deleted: when (RFC 3339) and why.
  case gone(deletedTime: String?, reason: String?)
  /// It was public once and is a draft now.
  case withdrawn
  /// Never existed, or nothing that the asker may see.
  case unknown
}

extension PlaceStore {
  /// The place with a native, old or foreign id, as a viewer may see it.
  public func place(id: String, viewer: Viewer = .public) async throws -> PlaceLookup {
    // The usual case reads two rows by two indexes; only what that doesn't find is looked for in the namespace.
    let rows = try await quick(
      "\(Self.byKey)join place_document d on d.pk = k.pk where k.id = \(id) and \(Self.visible(viewer))")
    if rows.count > 0 {
      return .place(PlaceRow(rows: rows, index: 0, first: 0), RegistryState(rows, 0, PlaceRow.columnCount))
    }
    let others = try await quick(
      """
      select k.id, k.state, k.publication_status, k.data_source, \(Self.wasPublic)
      from place_namespace n join place_key k on k.pk = n.pk
      where n.id = \(id) order by n.native desc limit 1
      """
    ).decode((String, String, String, String, Bool).self)
    guard let (current, state, status, source, wasPublic) = others.first else { return .unknown }
    let isSeen = status == "public" || viewer.sees(source)
    if state == "live" { return isSeen ? .moved(to: current) : wasPublic ? .withdrawn : .unknown }
    return isSeen || wasPublic ? try await ended(id: current, viewer: viewer) : .unknown
  }

  private static let byKey: SQL = "select \(PlaceRow.columns), h.seq, h.geography from change_head h, place_key k "

  /// Whether a version of `k` was ever public: its id is known to the world then.
  static let wasPublic: SQL =
    """
    (k.publication_status = 'public' or exists (
      select 1 from place_history o where o.pk = k.pk and o.publication_status = 'public'))
    """

  /// The living places of `place_key k` that a viewer may see.
  static func visible(_ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "k.listed"
    case .sources(let sources): "k.state = 'live' and (k.listed or k.data_source = any(\(sources)))"
    case .all: "k.state = 'live'"
    }
  }

  /// The same for places that no longer live, too.
  static func visibleOrEnded(_ viewer: Viewer) -> SQL {
    switch viewer {
    case .public: "k.publication_status = 'public'"
    case .sources(let sources): "(k.publication_status = 'public' or k.data_source = any(\(sources)))"
    case .all: "true"
    }
  }

  /// Follows a merged or split place to its living successors, whatever the length of the chain.
  private func ended(id: String, viewer: Viewer) async throws -> PlaceLookup {
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
      select distinct p.id, p.state, \(PlaceStore.rfc3339("p.deleted_time")), p.deletion_reason, p.publication_status,
        p.data_source
      from chain c join place p using (pk) order by 1
      """)
    let found = try rows.decode((String, String, String?, String?, String, String).self)
    let living = found.filter { $0.1 == "live" }
    let seen = living.filter { $0.4 == "public" || viewer.sees($0.5) }.map(\.0)
    guard let first = seen.first else {
      guard living.isEmpty else { return .withdrawn }
      let last = found.first { $0.1 == "deleted" }
      return .gone(deletedTime: last?.2, reason: last?.3)
    }
    return seen.count == 1 ? .moved(to: first) : .split(into: seen)
  }

  /// SQL for a time as RFC 3339 in UTC with microseconds.
  static func rfc3339(_ column: String) -> SQL {
    SQL(unescaped: "to_char(\(column) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
  }
}
