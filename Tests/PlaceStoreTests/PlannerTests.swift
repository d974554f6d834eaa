import Geodesy
import Logging
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Whether the questions of the interface use the indexes that were made for them, on a table where it matters.
@Suite("Planner")
struct PlannerTests {
  private static let rows = 60_000

  /// Fills the narrow tables as ``StoreTransaction`` would, without its work for each row.
  private static func fill(_ database: TestDatabase) async throws {
    _ = try await database.client.query("insert into data_source (id, name) values ('gen', 'gen')")
    _ = try await database.client.query(
      """
      insert into place (pk, id, data_source, name, actor) overriding system value
      select i, 'gen:' || i, 'gen', '{"fi":"Paikka"}', 'test' from generate_series(1, \(rows)) i
      """)
    _ = try await database.client.query(
      """
      insert into place_key (pk, id, version, state, listed, publication_status, kind, operating_status, data_source,
        municipality, municipality_source, postal_code, n_events, sort_name, modified, lon, lat, e, n, ex, ey, ez, geom)
      select i, 'gen:' || i, 1, 'live', true, 'public', 'venue', 'open', 'gen', lpad((i % 300)::text, 3, '0'), 'given',
        lpad((i % 3000)::text, 5, '0'), i % 7, 'paikka ' || i, now() - i * interval '1 minute', 22, 60,
        100000 + (i::bigint * 7919) % 600000, 6650000 + (i::bigint * 104729) % 1100000, 0, 0, 0,
        ST_SetSRID(ST_MakePoint(100000 + (i::bigint * 7919) % 600000, 6650000 + (i::bigint * 104729) % 1100000), 3067)
      from generate_series(1, \(rows)) i
      """)
    _ = try await database.client.query("select settle_counts()")
    _ = try await database.client.query(
      "insert into place_namespace (id, native, pk) select id, true, pk from place_key")
    _ = try await database.client.query(
      "insert into place_document (pk, body) select pk, '\"id\":\"x\"' from place_key")
    _ = try await database.client.query(
      """
      insert into place_search (pk, words, folded, plain, post_offices)
      select pk, to_tsvector('simple', sort_name), '|' || sort_name || '|', '|' || sort_name || '|', '{}' from place_key
      """)
    _ = try await database.client.query(
      """
      insert into division (ocd_id, type, name)
      select 'ocd-division/country:fi/x:' || i, 'district', '{"fi":"Alue"}' from generate_series(1, 200) i
      """)
    _ = try await database.client.query(
      "insert into place_division (pk, division) select k.pk, v.id from place_key k join division v on v.id % 200 = k.pk % 200"
    )
    _ = try await database.client.query("analyze")
  }

  /// How often each index was used for rows of `place_key` and its neighbours, as the server counts it.
  private static func scans(_ database: TestDatabase) async throws -> [String: Int] {
    _ = try await database.client.query("select pg_stat_force_next_flush()")
    let rows = try await database.client.query(
      """
      select indexrelname, idx_scan from pg_stat_user_indexes
      union all select relname || ' (sequential)', seq_scan from pg_stat_user_tables
      """)
    return Dictionary(try rows.decode((String, Int).self).map { ($0.0, $0.1) }) { a, _ in a }
  }

  @Test("Each question uses the index made for it and reads no table from end to end")
  func indexes() async throws {
    try await TestDatabase.with { database in
      try await Self.fill(database)
      var radius = PlaceQuery()
      radius.radius = .init(origin: Coordinate(x: 22.27, y: 60.45), metres: 5000)
      var box = PlaceQuery()
      box.box = .init(srid: 4326, bounds: .init(west: 22.2, south: 60.4, east: 22.4, north: 60.5))
      var planeBox = PlaceQuery()
      planeBox.box = .init(srid: 3067, bounds: .init(west: 239_000, south: 6.7e6, east: 245_000, north: 6.71e6))
      var zoneBox = PlaceQuery()
      zoneBox.box = .init(
        srid: 3877, bounds: .init(west: 23_455_000, south: 6.7e6, east: 23_465_000, north: 6.71e6))
      var area = PlaceQuery()
      area.area = .init(
        srid: 3067,
        polygons: [
          [
            [(239e3, 6.70e6), (245e3, 6.70e6), (245e3, 6.71e6), (239e3, 6.70e6)].map {
              Coordinate(x: $0.0, y: $0.1)
            }
          ]
        ])
      var municipality = PlaceQuery()
      municipality.municipalities = [try MunicipalityCode("091")]
      var postalCode = PlaceQuery()
      postalCode.postalCodes = [try PostalCode("00100")]
      var division = PlaceQuery()
      division.divisions = .init(municipalities: [], keys: [17])
      var divisions = PlaceQuery()
      divisions.divisions = .init(municipalities: [try MunicipalityCode("091")], keys: [17, 18])
      var nearest = PlaceQuery()
      nearest.nearest = Coordinate(x: 22.27, y: 60.45)
      var byName = PlaceQuery()
      byName.sort = [.init(.name)]
      let ids = { () -> PlaceQuery in
        var query = PlaceQuery()
        query.ids = ["gen:17", "gen:18"]
        return query
      }()
      for (query, index) in [
        (radius, "place_key_geom"), (box, "place_key_geom"), (planeBox, "place_key_geom"), (zoneBox, "place_key_geom"),
        (area, "place_key_geom"), (municipality, "place_key_municipality"), (postalCode, "place_key_postal_code"),
        (division, "place_division_members"), (divisions, "place_division_members"),
        (nearest, "place_key_geom"), (byName, "place_key_name"), (PlaceQuery(), "place_key_default"),
        (ids, "place_namespace_pkey"),
      ] {
        let before = try await Self.scans(database)
        try await Self.ask(query, database)
        let after = try await Self.scans(database)
        #expect(after[index] ?? 0 > before[index] ?? 0, "\(index) was not used")
        let name = "place_key (sequential)"
        #expect(after[name] == before[name], "place_key was read from end to end beside \(index)")
      }
    }
  }

  /// Asks on connections of its own: a connection tells the server's counters of its scans when it ends at the latest.
  private static func ask(_ query: PlaceQuery, _ database: TestDatabase) async throws {
    var configuration = PostgresConfiguration(url: database.url)
    configuration.sessionSettings = PlaceStore.sessionSettings
    let logger = Logger(label: "test")
    let client = PostgresClient(configuration, logger: logger)
    let store = PlaceStore(client: client, engine: TestDatabase.engine, logger: logger)
    let page = try await store.places(query)
    #expect(page.count >= page.rows.count)
    await client.close()
    // Backends end a moment after their connections.
    for _ in 0..<100 {
      let others = try await database.client.query(
        """
        select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
          and application_name = 'placeregistry' and backend_start > now() - interval '1 minute' and pid <> pg_backend_pid()
          and query like '%place_key%' and state = 'idle' and query not like '%pg_stat%'
        """)
      if others.int(0, 0) == 0 { return }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
