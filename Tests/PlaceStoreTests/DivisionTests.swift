import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Which divisions a place lies in: kept right with every place and every boundary that changes.
@Suite("Division membership")
struct DivisionTests {
  private static func write<R: Sendable>(
    _ database: TestDatabase, _ body: (StoreTransaction) async throws -> R
  ) async throws -> (R, sequence: Int?) {
    try await database.store.write(by: Author(actor: "test", action: "test"), body)
  }

  private static func id(_ local: String) throws -> DivisionID {
    try DivisionID("ocd-division/country:fi/kunta:turku/osa-alue:\(local)")
  }

  private static func square(_ west: Double, _ width: Double = 1000) -> DivisionChange.Boundary {
    .replaced(
      by: "POLYGON((\(west) 6700000,\(west + width) 6700000,\(west + width) 6701000,\(west) 6701000,\(west) 6700000))")
  }

  private static func division(
    _ local: String, _ boundary: DivisionChange.Boundary, type: DivisionType? = .neighborhood, name: String? = nil
  ) throws -> DivisionChange {
    var change = DivisionChange(id: try id(local))
    change.type = type
    change.name = LocalizedText([.fi: name ?? local])
    change.boundary = boundary
    return change
  }

  @discardableResult
  private static func save(_ changes: [DivisionChange], to database: TestDatabase) async throws -> GeographyOutcome {
    try await write(database) { transaction in
      try await transaction.ensureSource(DataSourceID("test"))
      return try await transaction.saveDivisions(changes, source: DataSourceID("test"))
    }.0
  }

  private static func save(_ id: String, at x: Double?, in transaction: StoreTransaction) async throws {
    let id = try PlaceID(id)
    try await transaction.ensureSource(id.source)
    let known = try await transaction.lockPlaces([id])
    var place = Place(id: id, name: try #require(LocalizedText([.fi: "Paikka"])))
    place.position = x.map { DeliveredPosition(srid: 3067, x: $0, y: 6_700_500) }
    try await transaction.save([try PlaceChange(place, existing: known[id], engine: TestDatabase.engine)])
  }

  private static func save(_ id: String, at x: Double?, to database: TestDatabase) async throws {
    _ = try await write(database) { try await save(id, at: x, in: $0) }
  }

  /// The divisions of a place as the table has them and as its document tells them, which must be the same.
  private static func divisions(of id: String, _ database: TestDatabase) async throws -> [String] {
    let rows = try await database.client.query(
      """
      select d.body, array(select v.ocd_id from place_division l join division v on v.id = l.division
        where l.pk = k.pk order by 1)
      from place_key k join place_document d using (pk) where k.id = \(id)
      """)
    let (body, members) = try #require(try rows.decode((String, [String]).self).first)
    let told = try JSONParser.parse("{\(body)}")["divisions"]?.arrayValue ?? []
    #expect(told.compactMap { $0["ocd_id"]?.stringValue }.sorted() == members, "the document of \(id) tells others")
    return members.compactMap { $0.split(separator: ":").last.map(String.init) }
  }

  @Test("A place is in its divisions when it is made, moved and when it loses its position")
  func places() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [
          Self.division("a", Self.square(230_000)), Self.division("b", Self.square(231_000)),
          Self.division("ab", Self.square(230_000, 2000), type: .district), Self.division("none", .kept),
        ], to: database)
      try await Self.save("p:1", at: 230_500, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == ["a", "ab"])
      try await Self.save("p:1", at: 231_500, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == ["ab", "b"])
      try await Self.save("p:1", at: 231_000, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == ["a", "ab", "b"], "on the line between them")
      try await Self.save("p:1", at: 232_000.001, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == [])
      try await Self.save("p:1", at: 232_000, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == ["ab", "b"], "on the outer edge")
      try await Self.save("p:1", at: nil, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == [])
    }
  }

  @Test("Boundaries that come, move and go take places along: derived lines, no versions, nobody else touched")
  func boundaries() async throws {
    try await TestDatabase.with { database in
      for (id, x) in [("p:1", 230_500.0), ("p:2", 231_500), ("p:3", 239_000)] {
        try await Self.save(id, at: x, to: database)
      }
      let start = try await database.client.query("select count(*) from change").int(0, 0) ?? 0
      let came = try await Self.save(
        [Self.division("a", Self.square(230_000)), Self.division("far", Self.square(300_000))], to: database)
      #expect(came.created == 2 && came.placesChanged == 1)
      #expect(try await Self.divisions(of: "p:1", database) == ["a"])
      let wide = try await Self.save([Self.division("a", Self.square(230_000, 2000))], to: database)
      #expect(wide.changed == 1 && wide.placesChanged == 1, "p:1 stays in it and is not touched")
      #expect(try await Self.divisions(of: "p:2", database) == ["a"])
      let same = try await Self.save([Self.division("a", Self.square(230_000, 2000))], to: database)
      #expect(same.unchanged == 1 && same.changed == 0 && same.placesChanged == 0)
      let moved = try await Self.save([Self.division("a", Self.square(231_200))], to: database)
      #expect(moved.placesChanged == 1)
      #expect(try await Self.divisions(of: "p:1", database) == [])
      let renamed = try await Self.save([Self.division("a", .kept, type: nil, name: "Uusi")], to: database)
      #expect(renamed.changed == 1 && renamed.placesChanged == 1)
      let body = try await database.client.query(
        "select body from place_document d join place p using (pk) where p.id = 'p:2'"
      ).string(0, 0)
      #expect(body?.contains(#""name":{"fi":"Uusi"}"#) == true)
      let gone = try await Self.save([Self.division("a", .removed)], to: database)
      #expect(gone.changed == 1 && gone.placesChanged == 1)
      #expect(try await Self.divisions(of: "p:2", database) == [])
      #expect(try await database.client.query("select count(*) from division_part").int(0, 0) == 1, "far's own")
      let lines = try await database.client.query(
        "select id, kind, derived, version from change order by tx, ordinal offset \(start)"
      ).decode((String, String, Bool, Int).self)
      #expect(lines.map(\.0) == ["p:1", "p:2", "p:1", "p:2", "p:2"])
      #expect(lines.allSatisfy { $0.1 == "updated" && $0.2 && $0.3 == 1 })
      #expect(try await database.client.query("select max(version) from place").int(0, 0) == 1)
      #expect(try await database.client.query("select count(*) from place_history").int(0, 0) == 0)
    }
  }

  @Test("A boundary that encloses nothing is refused, the others of its file are taken")
  func degenerate() async throws {
    try await TestDatabase.with { database in
      let line = try Self.division(
        "line", .replaced(by: "POLYGON((230000 6700000,231000 6700000,230500 6700000,230000 6700000))"))
      let outcome = try await Self.save([line, Self.division("a", Self.square(230_000))], to: database)
      #expect(outcome.withoutArea == [line.id])
      #expect(outcome.created == 1)
      #expect(
        try await database.client.query("select ocd_id from division").decode(String.self) == [Self.id("a").description]
      )
    }
  }

  @Test("A muni division counts itself only while the register lacks it")
  func municipality() async throws {
    try await TestDatabase.with { database in
      var change = DivisionChange(id: try DivisionID("ocd-division/country:fi/kunta:turku"))
      change.type = .muni
      change.name = LocalizedText([.fi: "Turku"])
      change.boundary = Self.square(230_000)
      try await Self.save([change], to: database)
      try await Self.save("p:1", at: 230_500, to: database)
      #expect(try await Self.divisions(of: "p:1", database) == ["turku"])
      _ = try await Self.write(database) { transaction in
        var turku = MunicipalityChange(code: try MunicipalityCode("853"))
        turku.name = LocalizedText([.fi: "Turku"])
        return try await transaction.saveMunicipalities([turku], source: DataSourceID("fi"))
      }
      change.municipality = try MunicipalityCode("853")
      let outcome = try await Self.save([change], to: database)
      #expect(outcome.changed == 1 && outcome.placesChanged == 1)
      #expect(try await Self.divisions(of: "p:1", database) == [])
    }
  }

  @Test("A boundary that comes while a place is being written: neither misses the other, whoever commits first")
  func race() async throws {
    try await TestDatabase.with { database in
      let placed = AsyncStream.makeStream(of: Void.self)
      let imported = AsyncStream.makeStream(of: Void.self)
      async let attempts: Int = {
        var attempts = 0
        _ = try await Self.write(database) { transaction in
          attempts += 1
          try await Self.save("p:1", at: 230_500, in: transaction)
          placed.continuation.finish()
          for await _ in imported.stream {}
        }
        return attempts
      }()
      for await _ in placed.stream {}
      try await Self.save([Self.division("a", Self.square(230_000))], to: database)
      imported.continuation.finish()
      #expect(try await attempts == 2, "what the first attempt derived was out of date")
      #expect(try await Self.divisions(of: "p:1", database) == ["a"])
      // The other way round: the place commits after the boundary was compared with all places, before its own commit.
      let compared = AsyncStream.makeStream(of: Void.self)
      let written = AsyncStream.makeStream(of: Void.self)
      async let outcome: Void = {
        _ = try await Self.write(database) { transaction in
          _ = try await transaction.saveDivisions(
            [Self.division("b", Self.square(231_000))], source: DataSourceID("test"))
          compared.continuation.finish()
          for await _ in written.stream {}
        }
      }()
      for await _ in compared.stream {}
      try await Self.save("p:2", at: 231_500, to: database)
      written.continuation.finish()
      try await outcome
      #expect(try await Self.divisions(of: "p:2", database) == ["b"])
    }
  }
}
