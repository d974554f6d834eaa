import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Writing: versions, history, the change log, counts, and what is derived anew when a register changes.
@Suite("Writing")
struct WriteTests {
  private static func place(_ id: String, _ name: String, _ edit: (inout Place) -> Void = { _ in }) throws -> Place {
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
    edit(&place)
    return place
  }

  /// Writes places as they are to become, over what is there.
  @discardableResult
  private static func save(_ places: [Place], to database: TestDatabase) async throws -> Int? {
    try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
      try await transaction.save(changes.filter(\.changesAnything))
    }.sequence
  }

  private static func municipality(_ code: String, _ name: String, _ west: Double? = nil) throws -> MunicipalityChange {
    var change = MunicipalityChange(code: try MunicipalityCode(code))
    change.name = LocalizedText([.fi: name])
    change.boundary = west.map {
      "POLYGON((\($0) 6700000,\($0 + 1000) 6700000,\($0 + 1000) 6701000,\($0) 6701000,\($0) 6700000))"
    }
    return change
  }

  private static func save(_ changes: [MunicipalityChange], to database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
      try await $0.saveMunicipalities(changes, source: DataSourceID("fi"))
    }
  }

  /// Municipality code and source of a place, and whether its document tells the same.
  private static func municipality(of id: String, _ database: TestDatabase) async throws -> String {
    let rows = try await database.client.query(
      """
      select coalesce(k.municipality, '-') || ' ' || coalesce(k.municipality_source, '-'), d.body
      from place_key k join place_document d using (pk) where k.id = \(id)
      """)
    let (key, body) = try #require(try rows.decode((String, String).self).first)
    let told = try JSONParser.parse("{\(body)}")["municipality"]
    let document = "\(told?["code"]?.stringValue ?? "-") \(told?["source"]?.stringValue ?? "-")"
    #expect(document == key, "the document of \(id) tells another municipality than the key")
    return key
  }

  @Test("A change makes a version and keeps the old one in the history; no change makes nothing")
  func versions() async throws {
    try await TestDatabase.with { database in
      let client = database.client
      let first = try await Self.save([Self.place("a:1", "Yksi"), Self.place("a:2", "Kaksi")], to: database)
      #expect(first != nil)
      #expect(try await client.query("select count(*) from place_history").int(0, 0) == 0)
      let unchanged = try await Self.save([Self.place("a:1", "Yksi")], to: database)
      #expect(unchanged == nil, "nothing was written, so the change log has no line")
      let second = try await Self.save([Self.place("a:1", "Uusi"), Self.place("a:2", "Kaksi")], to: database)
      #expect(second == first.map { $0 + 1 })
      let rows = try await client.query(
        "select id, version, name ->> 'fi' from place where data_source = 'a' order by id")
      let live = try rows.decode((String, Int, String).self).map { "\($0.0) \($0.1) \($0.2)" }
      #expect(live == ["a:1 2 Uusi", "a:2 1 Kaksi"])
      let old = try await client.query("select id, version, name ->> 'fi' from place_history")
      #expect(try old.decode((String, Int, String).self).map { "\($0.0) \($0.1) \($0.2)" } == ["a:1 1 Yksi"])
    }
  }

  @Test("Ten writers at once: the change log has no gaps, no doubles, and counts equal a recount")
  func concurrentWriters() async throws {
    try await TestDatabase.with { database in
      try await Self.save([Self.municipality("853", "Turku", 230_000)], to: database)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<10 {
          group.addTask {
            for round in 0..<6 {
              // Every writer has places of its own and fights the others for one.
              let places = try (0..<5).map { number in
                try Self.place("w\(writer):\(number)", "Paikka \(round / 2)") {
                  $0.position = .init(srid: 3067, x: 230_100 + Double(round / 2) * 600, y: 6_700_500)
                  $0.isPublic = (round + number) % 3 != 0
                  $0.postalCode = try? PostalCode(round % 2 == 0 ? "20100" : "20200")
                }
              }
              try await Self.save(places, to: database)
            }
          }
        }
        try await group.waitForAll()
      }
      let client = database.client
      let lines = try await client.query(
        "select t.first_seq + c.ordinal from change c join change_tx t using (tx) order by 1"
      ).decode(Int.self)
      #expect(lines == Array(1...lines.count))
      #expect(try await client.query("select seq from change_head").int(0, 0) == lines.count)
      #expect(try await client.query("select count(*) from change").int(0, 0) == lines.count)
      try await Self.expectCountsRight(database)
    }
  }

  private static func expectCountsRight(_ database: TestDatabase) async throws {
    let differing = try await database.client.query(
      """
      with recount as (
        select f.facet, f.value, count(*) as n from place_key k
        cross join lateral (values ('all', ''), ('municipality', k.municipality), ('postal_code', k.postal_code),
          ('data_source', k.data_source)) f (facet, value)
        where k.listed and k.kind = 'venue' and f.value is not null group by 1, 2)
      select coalesce(c.facet, r.facet) || ' ' || coalesce(c.value, r.value) from place_count c
      full join recount r on (r.facet, r.value) = (c.facet, c.value) where coalesce(c.n, 0) <> coalesce(r.n, 0)
      """
    ).decode(String.self)
    #expect(differing.isEmpty)
    #expect(try await database.client.query("select count(*) from place_count where n > 0").int(0, 0) ?? 0 > 0)
  }

  @Test("The municipality comes from the boundary, else as given, else from the postal code, and follows each change")
  func municipalities() async throws {
    try await TestDatabase.with { database in
      let source = try DataSourceID("fi")
      try await Self.save(
        [
          Self.municipality("853", "Turku", 230_000), Self.municipality("202", "Kaarina"),
          Self.municipality("529", "Naantali"),
        ],
        to: database)
      let inside = try Self.place("a:all", "Kaikki") {
        $0.position = .init(srid: 3067, x: 230_500, y: 6_700_500)
        $0.givenMunicipality = try? MunicipalityCode("202")
        $0.postalCode = try? PostalCode("21100")
      }
      let given = try Self.place("a:given", "Annettu") {
        $0.position = .init(srid: 3067, x: 240_500, y: 6_700_500)
        $0.givenMunicipality = try? MunicipalityCode("202")
        $0.postalCode = try? PostalCode("21100")
      }
      let posted = try Self.place("a:post", "Posti") { $0.postalCode = try? PostalCode("21100") }
      try await Self.save([inside, given, posted, Self.place("a:none", "Ei")], to: database)
      #expect(try await Self.municipality(of: "a:all", database) == "853 boundary")
      #expect(try await Self.municipality(of: "a:given", database) == "202 given")
      #expect(try await Self.municipality(of: "a:post", database) == "- -")
      #expect(try await Self.municipality(of: "a:none", database) == "- -")
      let record = PostalCodeRecord(
        code: try PostalCode("21100"), postOffice: try #require(LocalizedText([.fi: "Naantali"])),
        municipality: try MunicipalityCode("529"), type: "normal")
      let (outcome, _) = try await database.store.write(by: Author(actor: "test", action: "test")) {
        try await $0.savePostalCodes([record], source: source)
      }
      #expect(outcome.created == 1 && outcome.placesChanged == 1)
      #expect(try await Self.municipality(of: "a:post", database) == "529 postal_code")
      try await Self.save([Self.municipality("202", "Kaarina", 240_000)], to: database)
      #expect(try await Self.municipality(of: "a:given", database) == "202 boundary", "a boundary came")
      // The boundary moves away: the place falls back to what was given.
      try await Self.save([Self.municipality("853", "Turku", 250_000)], to: database)
      #expect(try await Self.municipality(of: "a:all", database) == "202 given")
      // Names stand in documents.
      try await Self.save([Self.municipality("202", "Uusi Kaarina")], to: database)
      let body =
        try await database.client.query(
          "select body from place_document d join place p using (pk) where p.id = 'a:given'"
        ).string(0, 0) ?? ""
      #expect(body.contains("Uusi Kaarina"))
      // Merged: first the end, later the successor.
      var end = MunicipalityChange(code: try MunicipalityCode("529"))
      end.validTo = "2020-12-31"
      try await Self.save([end], to: database)
      end.successors = [try MunicipalityCode("853")]
      try await Self.save([end], to: database)
      #expect(try await Self.municipality(of: "a:post", database) == "853 postal_code", "the successor came later")
      let versions = try await database.client.query("select max(version) from place where data_source = 'a'").int(0, 0)
      #expect(versions == 1, "what is derived makes no version")
      try await Self.expectCountsRight(database)
    }
  }

  @Test("On a border the lower code counts")
  func border() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [Self.municipality("300", "A", 230_000), Self.municipality("200", "B", 231_000)], to: database)
      for (id, x) in [("b:1", 230_999.999), ("b:2", 231_000), ("b:3", 231_000.001)] {
        try await Self.save(
          [Self.place(id, "Raja") { $0.position = .init(srid: 3067, x: x, y: 6_700_500) }], to: database)
      }
      #expect(try await Self.municipality(of: "b:1", database) == "300 boundary")
      #expect(try await Self.municipality(of: "b:2", database) == "200 boundary")
      #expect(try await Self.municipality(of: "b:3", database) == "200 boundary")
    }
  }

  @Test("A parent may be a later row of the same batch, or a foreign identifier")
  func parents() async throws {
    try await TestDatabase.with { database in
      let child = try Self.place("a:child", "Lapsi") { $0.parent = "a:parent" }
      let parent = try Self.place("a:parent", "Vanhempi") {
        $0.identifiers = [try? ForeignIdentifier(scheme: "tprek", value: "1")].compactMap { $0 }
      }
      try await Self.save([child, parent], to: database)
      try await Self.save([Self.place("a:other", "Toinen") { $0.parent = "tprek:1" }], to: database)
      let rows = try await database.client.query(
        "select c.id, p.id from place c join place p on p.pk = c.parent order by 1")
      #expect(
        try rows.decode((String, String).self).map { "\($0.0) \($0.1)" } == ["a:child a:parent", "a:other a:parent"])
    }
  }

  @Test("An identifier stands on one place only; a refused write changes nothing")
  func identifiers() async throws {
    try await TestDatabase.with { database in
      let identifier = try ForeignIdentifier(scheme: "tprek", value: "1")
      try await Self.save([Self.place("a:1", "Yksi") { $0.identifiers = [identifier] }], to: database)
      let before = try await database.client.query("select count(*), max(pk) from place").int(0, 0)
      await #expect(throws: StoreError.self) {
        try await Self.save(
          [Self.place("a:2", "Kaksi"), Self.place("a:3", "Kolme") { $0.identifiers = [identifier] }], to: database)
      }
      #expect(try await database.client.query("select count(*) from place").int(0, 0) == before)
      // Given up, it is free again.
      try await Self.save([Self.place("a:1", "Yksi")], to: database)
      try await Self.save([Self.place("a:3", "Kolme") { $0.identifiers = [identifier] }], to: database)
      let holder = try await database.client.query(
        "select p.id from place_namespace n join place p using (pk) where n.id = 'tprek:1'")
      #expect(try holder.decode(String.self) == ["a:3"])
    }
  }
}
