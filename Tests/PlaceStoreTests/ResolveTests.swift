import Geodesy
import PlaceMatching
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Which place of a small registry a text means.
@Suite("Resolving")
struct ResolveTests {
  private static func place(
    _ id: String, _ name: String, sv: String? = nil, street: String? = nil, streetSwedish: String? = nil,
    code: String? = nil, office: String? = nil, at: Coordinate? = nil, _ edit: (inout Place) -> Void = { _ in }
  ) throws -> Place {
    var names: [Language: String] = [.fi: name]
    names[.sv] = sv
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText(names)))
    var streets: [Language: String] = [:]
    streets[.fi] = street
    streets[.sv] = streetSwedish
    place.streetAddress = LocalizedText(streets)
    place.postalCode = try code.map { try PostalCode($0) }
    place.postOffice = office.flatMap { LocalizedText([.fi: $0]) }
    place.position = at.map { DeliveredPosition(srid: 4326, x: $0.x, y: $0.y) }
    edit(&place)
    return place
  }

  private static func save(_ places: [Place], _ database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      let known = try await transaction.lockPlaces(places.map(\.id))
      try await transaction.save(
        try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) })
    }
  }

  private static func registry(_ database: TestDatabase) async throws {
    func municipality(_ code: String, _ fi: String, _ sv: String) throws -> MunicipalityChange {
      var change = MunicipalityChange(code: try MunicipalityCode(code))
      change.name = LocalizedText([.fi: fi, .sv: sv])
      return change
    }
    func code(_ code: String, _ fi: String, _ sv: String, _ municipality: String) throws -> PostalCodeRecord {
      PostalCodeRecord(
        code: try PostalCode(code), postOffice: try #require(LocalizedText([.fi: fi, .sv: sv])),
        municipality: try MunicipalityCode(municipality), type: "normal")
    }
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      _ = try await transaction.saveMunicipalities(
        [try municipality("853", "Turku", "Åbo"), try municipality("202", "Kaarina", "S:t Karins")],
        source: try DataSourceID("fi"))
      _ = try await transaction.savePostalCodes(
        [
          try code("20720", "TURKU", "ÅBO", "853"), try code("20100", "TURKU", "ÅBO", "853"),
          try code("21500", "PIIKKIÖ", "PIKIS", "202"), try code("20780", "KAARINA", "S:T KARINS", "202"),
        ], source: try DataSourceID("fi"))
    }
    try await save(
      [
        place(
          "t:pool", "Kupittaan maauimala", sv: "Kuppis utebad", street: "Blombergin aukio 12",
          streetSwedish: "Blombergs plan 12", code: "20720", office: "Turku", at: Coordinate(x: 22.2907, y: 60.4437)),
        place(
          "t:hall", "Kupittaan palloiluhalli", street: "Tahkonkuja 5", code: "20520", office: "Turku",
          at: Coordinate(x: 22.2950, y: 60.4450)),
        place(
          "t:library", "Turun pääkirjasto", sv: "Åbo huvudbibliotek", street: "Linnankatu 2", code: "20100",
          office: "Turku"
        ) {
          $0.alternateNames = [AlternateName("Kaupunginkirjasto", kind: .former)]
          $0.identifiers = [try! ForeignIdentifier(scheme: "tprek", value: "123")]
        },
        place("t:r1", "R-kioski", street: "Kauppiaskatu 1", code: "20100", office: "Turku"),
        place("t:r2", "R-kioski", street: "Aurakatu 8", code: "20100", office: "Turku"),
        place("t:r3", "R-kioski", street: "Hadvalantie 1", code: "21500", office: "Piikkiö"),
        place("t:pitch1", "Kenttä 1", street: "Urheilutie 4", code: "20780", office: "Kaarina"),
        place("t:pitch2", "Kenttä 2", street: "Urheilutie 4", code: "20780", office: "Kaarina"),
      ], database)
  }

  private static func resolve(_ texts: [String], _ database: TestDatabase) async throws -> [String] {
    try await database.store.resolve(texts.map { MatchQuery(text: $0) }).map {
      $0.id.map { "match \($0)" } ?? $0.verdict.rawValue
    }
  }

  @Test func aLineOfTextFindsTheOnePlace() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let texts = [
        "Kupittaan maauimala, Blombergin aukio 12, Turku", "Blombergin aukio 12, Turku / Kupittaa, Kupittaan maauimala",
        "KUPITTAAN MAAUIMALA, TURKU", "Kupitaan mauimala, Blombergin aukio 12, Turku", "Kupittaan maauimalassa, Turku",
        "Kuppis utebad, Blombergs plan 12, Åbo", "Kupittaan maauimala, 20720 Turku", "Blombergin aukio 12, 20720 Turku",
        "Kupittaan maauimala, Blombergin aukio 14, Turku",
        "Kupittaan maauimala (iso allas), Blombergin aukio 12, Turku",
      ]
      #expect(try await Self.resolve(texts, database) == texts.map { _ in "match t:pool" })
    }
  }

  @Test func whatIsNotThereIsNone() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let texts = [
        "Kupittaan jäähalli, Turku", "Ruissalon kylpylä, Ruissalon puistotie 640, Turku", "Kaarinan kirjasto, Kaarina",
        "Blombergin aukio 99, Turku",
      ]
      #expect(try await Self.resolve(texts, database) == texts.map { _ in "none" })
    }
  }

  @Test func chainsWithoutAnAddressAreAmbiguousAndWithOneAreNot() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let found = try await Self.resolve(
        [
          "R-kioski, Turku", "R-kioski", "R-kioski, Aurakatu 8, Turku", "R-kioski, Piikkiö",
          "R-kioski, Eerikinkatu 3, Turku",
        ],
        database)
      #expect(found == ["ambiguous", "ambiguous", "match t:r2", "match t:r3", "ambiguous"])
    }
  }

  @Test func numbersInNamesTellPlacesApart() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let found = try await Self.resolve(
        ["Kenttä 2, Urheilutie 4, Kaarina", "Kenttä 3, Urheilutie 4, Kaarina", "Urheilutie 4, Kaarina"], database)
      #expect(found == ["match t:pitch2", "ambiguous", "ambiguous"])
    }
  }

  @Test func aTownAloneIsItsBuiltInPlace() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let found = try await database.store.resolve(
        ["Turku", "Åbo", "Verkossa", "Eri paikat"].map { MatchQuery(text: $0) })
      #expect(found.map(\.id) == ["fi:853", "fi:853", "fi:online", "fi:various"])
      #expect(found.map(\.precision) == [.municipality, .municipality, .place, .place])
    }
  }

  @Test func fieldsAreComparedToo() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let found = try await database.store.resolve([
        MatchQuery(names: ["Kupittaan maauimala"], position: Coordinate(x: 22.2909, y: 60.4438)),
        MatchQuery(names: ["Kupittaan maauimala"], position: Coordinate(x: 22.40, y: 60.50)),
        MatchQuery(names: ["Pääkirjasto"], streetAddresses: ["Linnankatu 2"], municipality: "Turku"),
        MatchQuery(names: ["Kaupunginkirjasto"], postOffice: "Turku"), MatchQuery(identifiers: ["tprek:123"]),
        MatchQuery(names: ["Turun pääkirjasto"], municipality: "202"),
      ])
      #expect(found.map(\.id) == ["t:pool", nil, "t:library", "t:library", "t:library", nil])
    }
  }

  @Test func eachCandidateTellsWhy() async throws {
    try await TestDatabase.with { database in
      try await Self.registry(database)
      let found = try await database.store.resolve([
        MatchQuery(text: "Kupittaan maauimala, Blombergin aukio 12, Turku")
      ])
      let best = try #require(found[0].candidates.first)
      #expect(best.score > 95)
      #expect(best.name.preferred == "Kupittaan maauimala")
      #expect(Set(best.reasons.map(\.feature)) == [.name, .street, .number, .postOffice, .municipality])
      #expect(best.reasons.contains { $0.detail.contains("Blombergin aukio 12") })
    }
  }
}
