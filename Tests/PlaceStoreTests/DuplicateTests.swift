import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Pairs of places that may be the same one.
@Suite("Duplicates")
struct DuplicateTests {
  private static func place(
    _ id: String, _ name: String, _ street: String? = "Linnankatu 2", _ edit: (inout Place) -> Void = { _ in }
  ) throws -> Place {
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
    place.streetAddress = street.flatMap { LocalizedText([.fi: $0]) }
    place.position = DeliveredPosition(srid: 3067, x: 239_500, y: 6_711_000)
    edit(&place)
    return place
  }

  private static func save(_ places: [Place], to database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
      try await transaction.save(changes.filter(\.changesAnything))
    }
  }

  /// Looks until nothing is left; how many places were compared.
  @discardableResult
  private static func look(_ database: TestDatabase, holder: String = "test", limit: Int = 100) async throws -> Int {
    var compared = 0
    while true {
      let step = try await database.store.findDuplicates(holder: holder, limit: limit)
      try #require(!step.isElsewhere)
      compared += step.compared
      if step.left <= 0 { return compared }
    }
  }

  private static func pairs(
    _ database: TestDatabase, _ state: DuplicateState = .open, viewer: Viewer = .public
  ) async throws -> [String] {
    var query = DuplicateQuery(viewer: viewer)
    query.state = state
    let (count, pairs) = try await database.store.duplicates(query)
    #expect(count == pairs.count)
    return pairs.map { $0.places.map(\.id).joined(separator: "=") }
  }

  private static func decide(
    _ ids: [String], _ distinct: Bool, _ database: TestDatabase, reason: String? = nil
  ) async throws {
    _ = try await database.store.write(by: Author(actor: "turku", person: "key:1", action: "test")) { transaction in
      guard case .pair(let pair) = try await transaction.pair(ids, viewer: .all) else {
        Issue.record("\(ids) is no pair")
        return
      }
      try await transaction.decide(pair, distinct: distinct, reason: reason)
    }
  }

  private static func merge(_ loser: String, _ survivor: String, _ database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
      try await $0.merge(try PlaceID(loser), into: survivor)
    }
  }

  private static func revive(_ id: String, _ database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      let id = try PlaceID(id)
      let stored = try #require(try await transaction.lockPlaces([id])[id])
      var change = try await transaction.revive(stored)
      change.life = .live
      try await transaction.save([change])
    }
  }

  @Test("A pair is found when the second place comes, with reasons, and goes with a change, a merge and a deletion")
  func life() async throws {
    try await TestDatabase.with { database in
      try await Self.save([Self.place("a:1", "Turun kaupunginkirjasto")], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database) == [])
      let others = [
        try Self.place("b:1", "Kaupunginkirjasto Turku"), try Self.place("b:2", "Ravintola Aura", "Kauppiaskatu 7"),
      ]
      try await Self.save(others, to: database)
      #expect(try await database.store.duplicatesBehind() == 2)
      #expect(try await Self.look(database) == 2, "what didn't change is not compared again")
      #expect(try await database.store.duplicatesBehind() == 0)
      #expect(try await Self.pairs(database) == ["a:1=b:1"])
      let pair = try #require(try await database.store.duplicates(DuplicateQuery()).pairs.first)
      #expect(pair.score >= 30 && pair.reasons.contains("\"feature\": \"name\""), "\(pair)")

      try await Self.save([Self.place("b:1", "Apteekki", "Humalistonkatu 11")], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database) == [])
      try await Self.save([Self.place("b:1", "Turun kaupunginkirjasto")], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database) == ["a:1=b:1"])

      try await Self.merge("b:1", "a:1", database)
      #expect(try await Self.pairs(database) == [], "before anything is looked at")
      try await Self.look(database)
      #expect(try await database.number("select count(*) from place_duplicate") == 0)
      try await Self.revive("b:1", database)
      try await Self.look(database)
      #expect(try await Self.pairs(database) == ["a:1=b:1"])
      _ = try await database.store.purge(try DataSourceID("b"))
      try await Self.look(database)
      #expect(try await Self.pairs(database) == [])
    }
  }

  @Test("Not the same is remembered when the places change, and forgotten on request")
  func distinct() async throws {
    try await TestDatabase.with { database in
      let name = "Turun kaupunginkirjasto"
      try await Self.save([Self.place("a:1", name), Self.place("b:1", name)], to: database)
      try await Self.look(database)
      try await Self.decide(["b:1", "a:1"], true, database, reason: "two floors")
      #expect(try await Self.pairs(database) == [])
      #expect(try await Self.pairs(database, .distinct) == ["a:1=b:1"])
      let pair = try await database.store.write(by: Author(actor: "test", action: "test")) { _ in }
      #expect(pair.sequence == nil, "a decision is no change of a place")
      // Neither growing alike nor growing apart undoes it.
      try await Self.save([Self.place("b:1", "Ravintola Aura", "Kauppiaskatu 7")], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database, .distinct) == ["a:1=b:1"])
      try await Self.save([Self.place("b:1", name + "!")], to: database)
      try await Self.look(database)
      var query = DuplicateQuery()
      query.state = .distinct
      let remembered = try #require(try await database.store.duplicates(query).pairs.first)
      #expect(remembered.decidedBy == "turku" && remembered.decisionReason == "two floors" && remembered.score > 30)
      #expect(try await Self.pairs(database) == [])
      try await Self.decide(["a:1", "b:1"], false, database)
      #expect(try await Self.pairs(database) == ["a:1=b:1"])
      #expect(try await Self.pairs(database, .distinct) == [])
      // What nothing speaks for is kept only while somebody says so.
      try await Self.save([Self.place("b:2", "Ravintola Aura", "Kauppiaskatu 7")], to: database)
      try await Self.decide(["a:1", "b:2"], true, database)
      #expect(try await Self.pairs(database, .distinct) == ["a:1=b:2"])
      try await Self.decide(["a:1", "b:2"], false, database)
      #expect(try await database.number("select count(*) from place_duplicate") == 1)
    }
  }

  @Test("What was said of a merged place counts for the one that answers for it, until the merge is undone")
  func takenOver() async throws {
    try await TestDatabase.with { database in
      let name = "Turun kaupunginkirjasto"
      try await Self.save(
        [Self.place("a:1", name), Self.place("b:1", name), Self.place("c:1", name)], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database).sorted() == ["a:1=b:1", "a:1=c:1", "b:1=c:1"])
      try await Self.decide(["a:1", "b:1"], true, database)
      try await Self.merge("a:1", "c:1", database)
      #expect(try await Self.pairs(database) == [])
      #expect(try await Self.pairs(database, .distinct) == ["b:1=c:1"])
      try await Self.look(database)
      #expect(try await Self.pairs(database) == [])
      #expect(try await Self.pairs(database, .distinct) == ["b:1=c:1"])
      try await Self.revive("a:1", database)
      try await Self.look(database)
      #expect(try await Self.pairs(database).sorted() == ["a:1=c:1", "b:1=c:1"])
      #expect(try await Self.pairs(database, .distinct) == ["a:1=b:1"])
      // The two of which it was said become one: nothing is left of it.
      try await Self.merge("a:1", "b:1", database)
      #expect(try await Self.pairs(database, .distinct) == [])
    }
  }

  @Test("Drafts are shown to those who may see both places; parts of a place are no duplicates of it")
  func visibility() async throws {
    try await TestDatabase.with { database in
      let name = "Turun kaupunginkirjasto"
      try await Self.save(
        [
          Self.place("a:1", name), Self.place("b:1", name) { $0.isPublic = false },
          Self.place("c:1", name) { $0.parent = "a:1" },
        ], to: database)
      try await Self.look(database)
      #expect(try await Self.pairs(database) == [])
      #expect(try await Self.pairs(database, viewer: .sources(["a"])) == [])
      #expect(try await Self.pairs(database, viewer: .sources(["b"])).sorted() == ["a:1=b:1", "b:1=c:1"])
      #expect(try await Self.pairs(database, viewer: .all).sorted() == ["a:1=b:1", "b:1=c:1"])
      let finding = try await database.store.write(by: Author(actor: "test", action: "test")) {
        try await $0.pair(["a:1", "b:1"], viewer: .public)
      }.0
      #expect(finding == .unknown(index: 1))
    }
  }

  @Test("One process looks at a time, goes on where another ended, and starts anew when the log was trimmed or reset")
  func progress() async throws {
    try await TestDatabase.with { database in
      let store = database.store
      let name = "Turun kaupunginkirjasto"
      try await Self.save([Self.place("a:1", name), Self.place("b:1", name)], to: database)
      #expect(try await store.duplicatesBehind() == nil, "nothing was looked at yet")
      #expect(try await store.findDuplicates(holder: "one", limit: 1).left == 2)
      #expect(try await store.findDuplicates(holder: "two", limit: 1).isElsewhere)
      #expect(try await store.findDuplicates(holder: "one", limit: 1).compared == 1)
      try await store.leaveDuplicates(holder: "one")
      // Another goes on with the second place.
      #expect(try await Self.look(database, holder: "two", limit: 1) == 1)
      #expect(try await Self.pairs(database) == ["a:1=b:1"])
      try await database.execute("update duplicate_progress set leased_until = now() - interval '1 second'")
      try await Self.save([Self.place("c:1", name)], to: database)
      #expect(try await Self.look(database, holder: "three", limit: 1) == 1)
      #expect(try await Self.pairs(database).count == 3)
      // Who lost the lease writes nothing.
      #expect(try await store.findDuplicates(holder: "two").isElsewhere)
      try await store.leaveDuplicates(holder: "three")

      try await Self.save([Self.place("d:1", name)], to: database)
      try await database.execute("update change_head set trimmed = seq")
      #expect(try await store.findDuplicates(holder: "one").compared == 0)
      #expect(try await Self.look(database, holder: "one") == 4, "everything is compared anew")
      #expect(try await Self.pairs(database).count == 6)
    }
  }

  @Test("A redacted name stands in no reason; it is made anew with what is left")
  func redaction() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [
          Self.place("a:1", "Kampaamo Tuntematon"),
          Self.place("b:1", "Kampaamo Tuntematon") { $0.email = "a@example.fi" },
        ], to: database)
      try await Self.look(database)
      #expect(try await database.tables(holding: "Tuntematon").contains("public.place_duplicate"))
      for id in ["a:1", "b:1"] {
        _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
          try await $0.redact(
            place: try PlaceID(id), fields: [RedactedField(place: "/name")], reason: "requested")
        }
      }
      #expect(!(try await database.tables(holding: "Tuntematon").contains("public.place_duplicate")))
      try await Self.look(database)
      // Two places without names in the same spot and street may still be one.
      #expect(try await Self.pairs(database) == ["a:1=b:1"])
      #expect(!(try await database.tables(holding: "Tuntematon").contains("public.place_duplicate")))
    }
  }

  @Test("Lists narrow by municipality, data source and score, and page")
  func lists() async throws {
    try await TestDatabase.with { database in
      try await database.execute(
        "insert into municipality (code, name) values ('853', '{\"fi\": \"Turku\"}'), ('202', '{\"fi\": \"Kaarina\"}')")
      let turku = try MunicipalityCode("853")
      let kaarina = try MunicipalityCode("202")
      let name = "Turun kaupunginkirjasto"
      try await Self.save(
        [
          Self.place("a:1", name) { $0.givenMunicipality = turku },
          Self.place("b:1", name) { $0.givenMunicipality = turku },
          Self.place("c:1", "Kaarinan uimahalli", "Rantatie 1") { $0.givenMunicipality = kaarina },
          Self.place("d:1", "Kaarinan uimahali", "Rantatie 1") { $0.givenMunicipality = kaarina },
        ], to: database)
      try await Self.look(database)
      var query = DuplicateQuery()
      query.pageSize = 1
      let first = try await database.store.duplicates(query)
      #expect(first.count == 2 && first.pairs.count == 1)
      query.page = 2
      let second = try await database.store.duplicates(query)
      #expect(second.pairs.count == 1 && second.pairs[0].score <= first.pairs[0].score)
      query.page = 1
      query.municipalities = [kaarina]
      #expect(try await database.store.duplicates(query).pairs.map { $0.places.map(\.id) } == [["c:1", "d:1"]])
      query.municipalities = nil
      query.sources = ["b"]
      #expect(try await database.store.duplicates(query).pairs.map { $0.places.map(\.id) } == [["a:1", "b:1"]])
      query.leastScore = 100
      #expect(try await database.store.duplicates(query).count == 0)
    }
  }
}
