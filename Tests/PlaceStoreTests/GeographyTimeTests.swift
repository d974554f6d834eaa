import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Municipalities and divisions that begin, end, merge and move, now and ahead of their day.
@Suite("Geography over time")
struct GeographyTimeTests {
  private static let source = "test"

  @discardableResult
  static func write<R: Sendable>(
    _ database: TestDatabase, session: String = "first", _ body: (StoreTransaction) async throws -> R
  ) async throws -> R {
    try await database.store.write(by: Author(actor: "import:\(session)", action: "test")) { transaction in
      try await transaction.ensureSource(DataSourceID(source))
      return try await body(transaction)
    }.0
  }

  static func square(_ west: Double, _ width: Double = 1000) -> String {
    "POLYGON((\(west) 6700000,\(west + width) 6700000,\(west + width) 6701000,\(west) 6701000,\(west) 6700000))"
  }

  static func municipality(
    _ code: String, _ name: String? = nil, _ boundary: String? = nil,
    _ edit: (inout MunicipalityChange) -> Void = { _ in }
  ) throws -> MunicipalityChange {
    var change = MunicipalityChange(code: try MunicipalityCode(code))
    change.name = name.flatMap { LocalizedText([.fi: $0]) }
    change.boundary = boundary
    edit(&change)
    return change
  }

  @discardableResult
  static func save(
    _ changes: [MunicipalityChange], to database: TestDatabase, session: String = "first"
  ) async throws -> GeographyOutcome {
    try await write(database, session: session) {
      try await $0.saveMunicipalities(changes, source: DataSourceID(source))
    }
  }

  static func place(
    _ id: String, at x: Double?, in database: TestDatabase, _ edit: (inout Place) -> Void = { _ in }
  ) async throws {
    try await write(database) { transaction in
      var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: "Paikka"])))
      try await transaction.ensureSource(place.id.source)
      place.position = x.map { DeliveredPosition(srid: 3067, x: $0, y: 6_700_500) }
      edit(&place)
      try await transaction.save([try PlaceChange(place, existing: nil, engine: TestDatabase.engine)])
    }
  }

  static func municipality(of id: String, _ database: TestDatabase) async throws -> String {
    try await database.client.query(
      "select coalesce(k.municipality, '-') || ' ' || coalesce(k.municipality_source, '-') from place_key k where id = \(id)"
    ).string(0, 0) ?? "none"
  }

  /// Everything that imports of geography write and what hangs on it, in one text.
  static func state(_ database: TestDatabase) async throws -> [String] {
    try await database.client.query(
      """
      select 'm ' || coalesce(md5(string_agg(to_jsonb(m)::text, '|' order by m.code)), '') from municipality m
      union all select 's ' || coalesce(string_agg(code || successor, ',' order by code, successor), '')
        from municipality_successor
      union all select 'b ' || coalesce(string_agg(code || md5(ST_AsEWKB(geom)), ',' order by code), '')
        from municipality_boundary
      union all select 'p ' || count(*) || coalesce(md5(string_agg(code || ST_AsEWKT(geom), ',' order by code, geom)), '')
        from municipality_part
      union all select 'v ' || coalesce(string_agg(ocd_id || name || found_by::text || coalesce(valid_to::text, '')
        || coalesce(md5(ST_AsEWKB(geom)), ''), ',' order by ocd_id), '') from division
      union all select 'vs ' || coalesce(string_agg(division || ' ' || successor, ',' order by 1), '')
        from division_successor
      union all select 'o ' || coalesce(string_agg(to_jsonb(o)::text, ',' order by code), '') from postal_code o
      union all select 'r ' || count(*) from street_range
      union all select 'a ' || coalesce(string_agg(key || valid_from || change, ',' order by key, valid_from), '')
        from geography_ahead
      union all select 'k ' || coalesce(string_agg(id || ' ' || coalesce(municipality, '') || state, ',' order by id), '')
        from place_key where state <> 'deleted'
      """
    ).decode(String.self)
  }

  @Test("A merger: places, built-in places and questions by the old code or name go to the successor")
  func merger() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [
          Self.municipality("507", "Mäntyharju", Self.square(230_000)),
          Self.municipality("588", "Pertunmaa", Self.square(231_000)),
        ], to: database)
      try await Self.place("a:1", at: 231_500, in: database)
      try await Self.place("a:2", at: nil, in: database) { $0.givenMunicipality = try? MunicipalityCode("588") }
      #expect(try await Self.municipality(of: "a:1", database) == "588 boundary")
      let before = try await Self.state(database)
      let end = try Self.municipality("588") {
        $0.validTo = "2024-12-31"
        $0.successors = [try? MunicipalityCode("507")].compactMap { $0 }
      }
      let outcome = try await Self.save([end], to: database, session: "merger")
      #expect(outcome.changed == 1)
      #expect(try await Self.municipality(of: "a:1", database) == "507 boundary", "the old boundary tells the new one")
      #expect(try await Self.municipality(of: "a:2", database) == "507 given")
      let gazetteer = try await database.store.municipalities()
      for asked in ["588", "Pertunmaa", "pertunmaa"] {
        let found = try #require(gazetteer.find(asked))
        #expect(gazetteer.current(found.code).map(\.description) == ["507"])
      }
      #expect(gazetteer.andFormer([try MunicipalityCode("507")]).map(\.description) == ["507", "588"])
      let built = try await database.client.query(
        "select p.state, r.id, p.version from place p left join place r on r.pk = p.replaced_by[1] where p.id = 'fi:588'"
      ).decode((String, String?, Int).self)
      #expect(built.first?.0 == "merged" && built.first?.1 == "fi:507" && built.first?.2 == 2)
      let again = try await Self.save([end], to: database, session: "again")
      #expect(again.unchanged == 1 && again.changed == 0 && again.placesChanged == 0)

      let undone = try await database.store.undoGeography(
        session: "merger", by: Author(actor: "import:merger", action: "test"))
      #expect(undone.restored == 1 && undone.removed == 0)
      #expect(try await Self.state(database) == before)
      #expect(try await Self.municipality(of: "a:1", database) == "588 boundary")
    }
  }

  @Test("What is imported ahead takes effect on its day, once, with versions and feed lines")
  func ahead() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [
          Self.municipality("507", "Mäntyharju", Self.square(230_000)),
          Self.municipality("588", "Pertunmaa", Self.square(231_000)),
        ], to: database)
      try await Self.place("a:1", at: 231_500, in: database)
      try await Self.place("a:2", at: 232_500, in: database)
      let coming = [
        try Self.municipality("507", "Uusi Mäntyharju", Self.square(230_000, 2000)) { $0.validFrom = "2999-01-01" },
        try Self.municipality("588") {
          $0.validTo = "2998-12-31"
          $0.successors = [try? MunicipalityCode("507")].compactMap { $0 }
        },
        try Self.municipality("999", "Uusi kunta", Self.square(232_000)) { $0.validFrom = "2999-01-01" },
      ]
      let before = try await Self.state(database)
      let outcome = try await Self.save(coming, to: database, session: "ahead")
      #expect(outcome.created == 1 && outcome.changed == 2 && outcome.ahead == 1)
      #expect(try await Self.save(coming, to: database, session: "same").unchanged == 3)
      #expect(try await Self.municipality(of: "a:1", database) == "588 boundary")
      #expect(try await Self.municipality(of: "a:2", database) == "- -")
      #expect(try await database.number("select count(*) from place where id = 'fi:999'") == 0)
      #expect(try await database.store.municipalities().find("507")?.name.preferred == "Mäntyharju")
      let lines = try await database.number("select count(*) from change")

      #expect(try await database.store.applyDueGeography(today: "2998-12-31") == 0)
      #expect(try await database.number("select count(*) from change") == lines)
      #expect(try await database.store.applyDueGeography(today: "2999-01-01") == 3)
      #expect(try await Self.municipality(of: "a:1", database) == "507 boundary")
      #expect(try await Self.municipality(of: "a:2", database) == "999 boundary")
      #expect(try await database.number("select count(*) from geography_ahead") == 0)
      let gazetteer = try await database.store.municipalities()
      #expect(gazetteer.today == "2999-01-01")
      #expect(gazetteer.find("507")?.name.preferred == "Uusi Mäntyharju")
      let told = try await database.client.query(
        "select id || ' ' || kind || ' ' || derived from change order by tx, ordinal offset \(lines)"
      ).decode(String.self)
      for line in [
        "fi:588 merged false", "fi:507 updated false", "fi:999 created false", "a:1 updated true", "a:2 updated true",
      ] { #expect(told.contains(line), "\(line) in \(told)") }
      #expect(try await database.number("select max(version) from place where data_source = 'a'") == 1)
      let done = try await database.number("select count(*) from change")
      #expect(try await database.store.applyDueGeography(today: "2999-01-01") == 0)
      #expect(try await database.number("select count(*) from change") == done)
      #expect(try await Self.save(coming, to: database, session: "later").unchanged == 3, "the file says what holds")

      // Taken back after its day, it is as if it had never come; the new one's id stays burnt.
      _ = try await database.store.undoGeography(session: "ahead", by: Author(actor: "import:ahead", action: "test"))
      #expect(try await Self.state(database) == before)
      #expect(try await database.number("select count(*) from place where id = 'fi:999' and state = 'deleted'") == 1)
      try await Self.save([coming[2]], to: database, session: "back")
      #expect(try await database.number("select count(*) from place where id = 'fi:999' and state = 'live'") == 1)
    }
  }

  @Test("An undo is refused where a later session or a place stands on it")
  func obstacles() async throws {
    try await TestDatabase.with { database in
      try await Self.save([Self.municipality("507", "Mäntyharju")], to: database, session: "one")
      try await Self.save([Self.municipality("507", "Mäntyharju toinen")], to: database, session: "two")
      try await Self.place("a:1", at: nil, in: database) { $0.givenMunicipality = try? MunicipalityCode("507") }
      let before = try await Self.state(database)
      let refusal = await #expect(throws: GeographyUndoRefusal.self) {
        try await database.store.undoGeography(session: "one", by: Author(actor: "import:one", action: "test"))
      }
      let reasons = refusal?.reasons ?? []
      #expect(reasons.count == 2)
      #expect(reasons.contains { $0.contains("two") } && reasons.contains { $0.contains("a:1") }, "\(reasons)")
      #expect(try await Self.state(database) == before)
    }
  }

  @Test("Places that a boundary or postal code puts in doubt are counted once")
  func doubts() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [Self.municipality("507", "Mäntyharju", Self.square(230_000)), Self.municipality("588", "Pertunmaa")],
        to: database)
      for (id, x) in [("a:1", 230_500.0), ("a:2", 231_500)] {
        try await Self.place(id, at: x, in: database) {
          $0.givenMunicipality = try? MunicipalityCode("588")
          $0.postalCode = try? PostalCode("52700")
          $0.postOffice = LocalizedText([.fi: "Mäntyharju"])
        }
      }
      let outcome = try await Self.save(
        [Self.municipality("507", nil, Self.square(230_000, 2000))], to: database, session: "wide")
      #expect(outcome.placesInDoubt == 1, "a:1 was in doubt before")
      #expect(outcome.doubts.map(\.doubt.id.description) == ["a:2"])
      #expect(outcome.doubts.first?.key == "507")
      let record = PostalCodeRecord(
        code: try PostalCode("52700"), postOffice: try #require(LocalizedText([.fi: "Hartola"])),
        municipality: try MunicipalityCode("507"), type: "normal")
      let postal = try await Self.write(database, session: "postal") {
        try await $0.savePostalCodes([record], source: DataSourceID(Self.source))
      }
      #expect(postal.created == 1 && postal.placesInDoubt == 2)
      #expect(Set(postal.doubts.map(\.doubt.code)) == ["post-office-disagrees"])
    }
  }

  @Test("A division ends into another, now and ahead; asked for by its old name, the new one answers")
  func divisions() async throws {
    try await TestDatabase.with { database in
      func division(_ local: String, _ west: Double?, _ edit: (inout DivisionChange) -> Void = { _ in }) throws
        -> DivisionChange
      {
        var change = DivisionChange(id: try DivisionID("ocd-division/country:fi/kunta:turku/osa-alue:\(local)"))
        change.type = .neighborhood
        change.name = LocalizedText([.fi: local])
        if let west { change.boundary = .replaced(by: Self.square(west)) }
        edit(&change)
        return change
      }
      func save(_ changes: [DivisionChange], _ session: String) async throws -> GeographyOutcome {
        try await Self.write(database, session: session) {
          try await $0.saveDivisions(changes, source: DataSourceID(Self.source))
        }
      }
      func members(_ name: String) async throws -> [String] {
        let found = try await database.store.divisions(asked: [name]).found
        return try await database.client.query(
          """
          select p.id from place_division l join place p using (pk) where l.division = any(\(found.keys)) order by 1
          """
        ).decode(String.self)
      }
      _ = try await save([division("a", 230_000), division("b", 231_000)], "one")
      try await Self.place("p:1", at: 230_500, in: database)
      try await Self.place("p:2", at: 231_500, in: database)
      #expect(try await members("a") == ["p:1"])
      let before = try await Self.state(database)
      let coming = [
        try division("a", nil) {
          $0.validTo = "2998-12-31"
          $0.successors = [try? DivisionID("ocd-division/country:fi/kunta:turku/osa-alue:b")].compactMap { $0 }
        },
        try division("b", 230_600) { $0.validFrom = "2999-01-01" },
      ]
      let outcome = try await save(coming, "two")
      #expect(outcome.changed == 2 && outcome.ahead == 1)
      #expect(try await save(coming, "same").unchanged == 2)
      #expect(try await members("a") == ["p:1"])
      #expect(try await members("b") == ["p:2"])
      #expect(try await database.store.applyDueGeography(today: "2999-01-01") == 2)
      #expect(try await members("b") == ["p:2"])
      #expect(try await members("a") == ["p:2"], "a's places are b's")
      #expect(try await save(coming, "later").unchanged == 2)
      let undone = try await Self.write(database, session: "two") { try await $0.undoGeography(of: "two") }
      #expect(undone.reasons == [])
      #expect(try await Self.state(database) == before)
      #expect(try await members("a") == ["p:1"])
    }
  }

  @Test("Helsinki's day is the one that counts, whatever the session's time zone")
  func day() async throws {
    try await TestDatabase.with { database in
      let isSame = try await database.client.query(
        "select registry_today() = (now() at time zone 'Europe/Helsinki')::date"
      ).bool(0, 0)
      #expect(isSame == true)
      #expect(try await database.store.applyDueGeography() == 0)
    }
  }
}
