import Places
import Postgres

/// A data source with its licence and age.
public struct DataSource: Sendable, Hashable {
  /// The id.
  public let id: String
  /// The name.
  public let name: String
  /// The organisation that owns it.
  public let organization: String?
  /// The licence of its data.
  public let licence: String?
  /// Where the licence can be read.
  public let licenceURL: String?
  /// What to show beside the data.
  public let attribution: String?
  /// Whom to ask.
  public let contact: String?
  /// When data last came in (RFC 3339).
  public let dataTime: String?
  /// Its public venues.
  public let placeCount: Int
}

extension PlaceStore {
  /// All data sources in the order of their ids.
  public func dataSources() async throws -> [DataSource] {
    let rows = try await quick(
      """
      select s.id, s.name, s.organization, s.licence, s.licence_url, s.attribution, s.contact,
        \(Self.rfc3339("s.data_time")),
        coalesce((select n from place_count c where c.facet = 'data_source' and c.value = s.id), 0)
      from data_source s order by s.id
      """)
    return try rows.decode((String, String, String?, String?, String?, String?, String?, String?, Int).self).map {
      DataSource(
        id: $0.0, name: $0.1, organization: $0.2, licence: $0.3, licenceURL: $0.4, attribution: $0.5, contact: $0.6,
        dataTime: $0.7, placeCount: $0.8)
    }
  }

  /// Removes a data source with all its places and events outright, their history included: for demo data. One that
  /// belongs to an organisation, is shared or has keys stays, without them. Returns the numbers of places and events.
  /// Throws ``StoreError/unusable(_:)`` while other sources' events are linked to its places, and
  /// ``StoreError/refused(constraint:table:column:)`` while other sources' places or events refer to them.
  public func purge(_ source: DataSourceID) async throws -> (places: Int, events: Int) {
    guard source.description != "fi" else {
      throw StoreError.unusable(
        "The built-in data source fi can't be removed: it holds the municipalities' own places.")
    }
    let (counts, _) = try await write(
      by: Author(actor: "purge", action: "source purge \(source)"), statementTimeout: .seconds(600)
    ) { transaction in
      let connection = transaction.connection
      let id = source.description
      let events = try await transaction.purgeEvents(of: id)
      let count =
        try await connection.query("select count(*) from place where data_source = \(id)").int(0, 0) ?? 0
      _ = try await connection.query(
        """
        insert into change (tx, ordinal, entity, id, kind, version, actor, public_kind)
        select \(transaction.number), \(transaction.takeLines(count)) + (row_number() over (order by p.id))::int - 1,
          'place', p.id, 'deleted', p.version, 'purge', case when p.publication_status = 'public' then 'deleted' end
        from place p where p.data_source = \(id)
        """)
      for table in ["place_history", "place_namespace"] {
        _ = try await connection.query(
          """
          delete from \(unescaped: table) t using place p where p.pk = t.pk and p.data_source = \(id)
          """)
      }
      _ = try await connection.query("delete from place where data_source = \(id)")
      _ = try await connection.query(
        "delete from data_source s where s.id = \(id) and s.id <> 'fi' and not exists "
          + "(select 1 from municipality m where m.data_source = s.id) and not exists "
          + "(select 1 from postal_code o where o.data_source = s.id) and s.organization is null and not exists "
          + "(select 1 from division v where v.data_source = s.id) and not exists "
          + "(select 1 from source_grant g where g.data_source = s.id) and not exists "
          + "(select 1 from access_key a where a.data_source = s.id)")
      return (count, events)
    }
    return counts
  }

  /// Says who a data source is and under which licence its data may be used; makes it when it is new.
  public func describe(
    _ source: DataSourceID, name: String, licence: String, licenceURL: String, attribution: String
  ) async throws {
    _ = try await query(
      """
      insert into data_source (id, name, licence, licence_url, attribution)
      values (\(source.description), \(name), \(licence), \(licenceURL), \(attribution))
      on conflict (id) do update set name = excluded.name, licence = excluded.licence,
        licence_url = excluded.licence_url, attribution = excluded.attribution
      """)
  }
}

extension StoreTransaction {
  /// Removes all events of a source outright, and takes them off their places' counts. Returns how many there were.
  fileprivate func purgeEvents(of source: String) async throws -> Int {
    let others = try await connection.query(
      """
      select v.data_source || ' (' || count(*) || ')' from event v join place p on p.pk = v.location
      where p.data_source = \(source) and v.data_source <> \(source) group by v.data_source order by 1
      """
    ).decode(String.self)
    guard others.isEmpty else {
      throw StoreError.unusable(
        "Events of other data sources are linked to places of \(source): \(others.joined(separator: ", ")). Remove or "
          + "link those elsewhere first.")
    }
    let places = try await connection.query(
      "select distinct location from event where data_source = \(source) and location is not null"
    ).decode(Int64.self)
    try await lockPlaces(keys: places)
    try await touch(
      """
      select k.place, -count(*) filter (where k.listed) from event_key k
      where k.data_source = \(source) and k.place is not null group by k.place
      """)
    let count =
      try await connection.query("select count(*) from event where data_source = \(source)").int(0, 0) ?? 0
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, version, actor, public_kind)
      select \(number), \(takeLines(count)) + (row_number() over (order by v.id))::int - 1, 'event', v.id, 'deleted',
        v.version, 'purge', case when v.publication_status = 'public' then 'deleted' end
      from event v where v.data_source = \(source)
      """)
    _ = try await connection.query(
      "delete from event_history h using event v where v.pk = h.pk and v.data_source = \(source)")
    _ = try await connection.query("delete from event where data_source = \(source)")
    try await settlePlaces()
    return count
  }
}
