import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@Suite("Views for GIS programs")
struct GISViewTests {
  @Test("the views have the promised columns, a unique id and a geometry of known type")
  func columns() async throws {
    try await TestDatabase.with { database in
      let columns = try await database.client.query(
        """
        select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns
        where table_schema = 'gis' and table_name = 'place'
        """
      ).string(0, 0)
      #expect(
        columns?.hasPrefix(
          "id name_fi name_sv name_en street_address_fi street_address_sv postal_code post_office_fi post_office_sv "
            + "municipality_code municipality_fi data_source opening_hours info_url_fi n_events last_modified_time geom"
        )
          == true)
      let geometries = try await database.client.query(
        """
        select f_table_name || ' ' || f_geometry_column || ' ' || type || ' ' || srid from geometry_columns
        where f_table_schema = 'gis' order by 1
        """
      ).decode(String.self)
      #expect(geometries.contains("place geom POINT 3067"))
      #expect(geometries.contains("address geom POINT 3067"))
      #expect(geometries.contains("municipality geom MULTIPOLYGON 3067"))
    }
  }

  @Test("they show public, living places only")
  func rows() async throws {
    try await TestDatabase.with { database in
      try await Registry.fill(database)
      let rows = try await database.client.query(
        "select id, coalesce(municipality_fi, '-'), coalesce(ST_AsText(geom), '-') from gis.place order by id"
      ).decode((String, String, String).self)
      #expect(rows.map(\.0) == ["vienti:nimet", "vienti:paljas", "vienti:talo", "vienti:täysi/1"])
      #expect(rows.map(\.1) == ["-", "-", "Turku", "Helsinki"])
      #expect(rows[0].2 == "POINT(240000 6711000.25)")
      #expect(try await database.number("select count(*) from gis.municipality where name_fi = 'Turku'") == 1)
    }
  }

  @Test("the role reads the views and nothing else")
  func role() async throws {
    try await TestDatabase.with { database in
      try await Registry.fill(database)
      func asRole(_ statement: String) async throws -> String? {
        try await database.client.withConnection { connection in
          _ = try await connection.query("set role placeregistry_gis")
          let result: Result<String?, any Error>
          do { result = .success(try await connection.query(SQL(unescaped: statement)).string(0, 0)) } catch {
            result = .failure(error)
          }
          _ = try await connection.query("reset role")
          return try result.get()
        }
      }
      for view in ["place", "municipality"] {
        #expect(try await asRole("select (count(*) > 0)::text from gis.\(view)") == "true")
      }
      let tables = try await database.client.query(
        """
        select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
        where schemaname in ('public', 'gis') and tablename <> 'spatial_ref_sys' order by 1
        """
      ).decode(String.self)
      #expect(tables.count > 20)
      for table in tables {
        let error = await #expect(throws: PostgresError.self) { _ = try await asRole("select 1 from \(table) limit 1") }
        #expect(error?.sqlState == "42501", "\(table)")
      }
      #expect(try await asRole("select (count(*) = 0)::text from gis.address") == "true")
      let rights = try await database.client.query(
        """
        select string_agg(v || ' ' || r, ', ') from unnest('{place,address,municipality}'::text[]) v,
          unnest('{insert,update,delete,truncate}'::text[]) r where has_table_privilege('placeregistry_gis', 'gis.' || v, r)
        """)
      #expect(rights.string(0, 0) == nil)
      let error = await #expect(throws: PostgresError.self) { _ = try await asRole("create table gis.own (id text)") }
      #expect(error?.sqlState == "42501")
    }
  }

  @Test("a box on the map is answered by an index")
  func index() async throws {
    try await TestDatabase.with { database in
      let places = try (0..<2000).map { number in
        try Registry.place("p\(number)", "Paikka") {
          $0.position = DeliveredPosition(srid: 3067, x: 200_000 + Double(number) * 200, y: 6_700_000)
        }
      }
      try await Registry.save(places, to: database)
      try await database.execute("analyze")
      let box = "geom && ST_MakeEnvelope(300000, 6699000, 300400, 6701000, 3067)"
      let plan = try await database.client.query(
        SQL(unescaped: "explain select id, name_fi, geom from gis.place where \(box)")
      ).decode(String.self).joined(separator: "\n")
      #expect(plan.contains("place_key_geom") || plan.contains("place_key_events_geom"), "\(plan)")
      #expect(try await database.number("select count(*) from gis.place where \(box)") == 3)
    }
  }
}
