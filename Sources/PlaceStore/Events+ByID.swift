import Places
import Postgres

/// What an event's id leads to.
public enum EventLookup: Sendable {
  /// The event itself, and the state of the registry that shows it so.
  case event(EventRow, RegistryState)
  /// Another event took its place: the end of the chain.
  case moved(to: String)
  /// Deleted, or withdrawn by its publisher: when (RFC 3339).
  case gone(time: String?, isWithdrawn: Bool)
  /// Never existed, or nothing that the asker may see.
  case unknown
}

extension PlaceStore {
  /// The event with an id.
  public func event(id: String, viewer: Viewer = .public, includingPlace: Bool = false) async throws -> EventLookup {
    let rows = try await quick(
      """
      select \(EventRow.columns(key: "o", places: includingPlace)), h.seq, h.geography, o.publication_status, o.data_source
      from change_head h, event_key o \(EventRow.joins(key: "o", places: includingPlace)) where o.id = \(id)
      """)
    guard rows.count > 0 else { return .unknown }
    let last = EventRow.columnCount(places: includingPlace)
    let row = EventRow(rows: rows, index: 0, first: 0, hasPlace: includingPlace)
    guard rows.string(0, last + 2) == "public" || viewer.sees(rows.string(0, last + 3) ?? "") else {
      // What the public has seen once is withdrawn, not unheard of.
      let seen = try await quick(
        """
        select \(Self.rfc3339("max(h.superseded_time)")) from event_history h join event_key k on k.pk = h.pk
        where k.id = \(id) and h.publication_status = 'public' and h.state = 'live'
        """)
      return seen.string(0, 0).map { .gone(time: $0, isWithdrawn: true) } ?? .unknown
    }
    switch row.state {
    case .live: return .event(row, RegistryState(rows, 0, last))
    case .deleted: return .gone(time: row.lastModifiedTime, isWithdrawn: false)
    case .replaced: return try await replacement(of: id, viewer)
    }
  }

  /// The living event at the end of a chain of replacements, of any length and without end in a circle.
  private func replacement(of id: String, _ viewer: Viewer) async throws -> EventLookup {
    let rows = try await quick(
      """
      with recursive chain (pk, path) as (
        select pk, array[pk] from event where id = \(id)
        union all
        select v.replaced_by, c.path || v.replaced_by
        from chain c join event v on v.pk = c.pk where v.replaced_by is not null and not v.replaced_by = any (c.path)
      )
      select v.id, v.publication_status = 'public', v.data_source from chain c join event v on v.pk = c.pk
      where v.state = 'live'
      """)
    guard let (last, isPublic, source) = try rows.decode((String, Bool, String).self).first,
      isPublic || viewer.sees(source)
    else { return .gone(time: nil, isWithdrawn: false) }
    return .moved(to: last)
  }
}

extension StoreTransaction {
  /// Events as this transaction sees them, in the order of the ids.
  public func eventRows(of ids: [PlaceID], includingPlaces: Bool = false) async throws -> [EventRow] {
    let rows = try await connection.query(
      """
      select \(EventRow.columns(key: "o", places: includingPlaces))
      from unnest(\(ids.map(\.description))::text[]) with ordinality g (id, n) join event_key o on o.id = g.id
      \(EventRow.joins(key: "o", places: includingPlaces)) order by g.n
      """)
    return (0..<rows.count).map { EventRow(rows: rows, index: $0, first: 0, hasPlace: includingPlaces) }
  }
}
