import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Where imported places disagree with the registers and look like other sources' places.
@Suite("Doubts")
struct DoubtTests {
  private static func place(_ id: String, _ name: String, _ edit: (inout Place) -> Void = { _ in }) throws -> Place {
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
    edit(&place)
    return place
  }

  /// Saves places and tells what is doubted of them: `id code: detail`.
  @discardableResult
  private static func doubts(_ places: [Place], _ database: TestDatabase) async throws -> [PlaceDoubt] {
    try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
        .filter(\.changesAnything)
      try await transaction.save(changes)
      return try await transaction.doubts(changes.count)
    }.0
  }

  private static func codes(_ places: [Place], _ database: TestDatabase) async throws -> [String] {
    try await doubts(places, database).map { "\($0.id.local) \($0.code)" }
  }

  /// Turku (bilingual, 230–240 km east) and Kaarina (Finnish, 240–250), Piikkiö which became Kaarina, and three postal codes.
  private static func prepare(_ database: TestDatabase) async throws {
    func municipality(_ code: String, _ fi: String, _ sv: String, _ language: String, _ west: Double?) throws
      -> MunicipalityChange
    {
      var change = MunicipalityChange(code: try MunicipalityCode(code))
      change.name = LocalizedText([.fi: fi, .sv: sv])
      change.languageClass = language
      change.boundary = west.map {
        "POLYGON((\($0) 6700000,\($0 + 10000) 6700000,\($0 + 10000) 6710000,\($0) 6710000,\($0) 6700000))"
      }
      return change
    }
    var piikkio = try municipality("602", "Piikkiö", "Pikis", "fi", nil)
    piikkio.validTo = "2008-12-31"
    piikkio.successors = [try MunicipalityCode("202")]
    let municipalities = [
      try municipality("853", "Turku", "Åbo", "fi-sv", 230_000),
      try municipality("202", "Kaarina", "S:t Karins", "fi", 240_000),
      piikkio,
    ]
    func code(_ code: String, _ fi: String, _ sv: String, _ municipality: String) throws -> PostalCodeRecord {
      PostalCodeRecord(
        code: try PostalCode(code), postOffice: try #require(LocalizedText([.fi: fi, .sv: sv])),
        municipality: try MunicipalityCode(municipality), type: "normal")
    }
    let codes = [
      try code("20100", "Turku", "Åbo", "853"), try code("20780", "Kaarina", "S:t Karins", "202"),
      try code("21500", "Piikkiö", "Pikis", "202"),
    ]
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
      _ = try await $0.saveMunicipalities(municipalities, source: DataSourceID("fi"))
      _ = try await $0.savePostalCodes(codes, source: DataSourceID("fi"))
    }
  }

  private static func at(_ e: Double, _ n: Double = 6_705_000) -> DeliveredPosition {
    DeliveredPosition(srid: 3067, x: e, y: n)
  }

  @Test("A position outside the municipality given; a former municipality counts as its successor")
  func municipalities() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      let kaarina = try MunicipalityCode("202")
      let found = try await Self.doubts(
        [
          Self.place("a:1", "Yksi") {
            $0.position = Self.at(245_000)
            $0.givenMunicipality = kaarina
          },
          Self.place("a:2", "Kaksi") {
            $0.name = LocalizedText([.fi: "Kaksi", .sv: "Två"]) ?? $0.name
            $0.position = Self.at(235_000)
            $0.givenMunicipality = kaarina
          },
          Self.place("a:3", "Kolme") {
            $0.position = Self.at(246_000)
            $0.givenMunicipality = try? MunicipalityCode("602")
          }, Self.place("a:4", "Neljä") { $0.givenMunicipality = kaarina },
        ], database)
      #expect(
        found.map { "\($0.id) \($0.code) \($0.field) \($0.value)" } == ["a:2 municipality-disagrees municipality 202"])
      #expect(found.first?.detail.contains("Turku (853)") == true)
    }
  }

  @Test("A postal code that the register lacks, of another municipality, with another post office")
  func postalCodes() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      func make(_ id: String, _ code: String, _ offices: [Language: String], _ e: Double?, given: String? = nil) throws
        -> Place
      {
        try Self.place("a:\(id)", "Paikka \(id)") {
          $0.name = LocalizedText([.fi: "Paikka \(id)", .sv: "Plats \(id)"]) ?? $0.name
          $0.postalCode = try? PostalCode(code)
          $0.postOffice = LocalizedText(offices)
          $0.position = e.map { Self.at($0) }
          $0.givenMunicipality = given.flatMap { try? MunicipalityCode($0) }
        }
      }
      let found = try await Self.doubts(
        [
          make("1", "20100", [.fi: "TURKU"], 235_000), make("2", "20101", [:], nil),
          make("3", "20780", [:], 235_000), make("4", "20780", [:], nil, given: "853"),
          make("5", "21500", [:], nil, given: "602"), make("6", "21500", [.sv: "Åbo"], nil),
          make("7", "20100", [.sv: "åbo"], nil), make("8", "20100", [.fi: "Naantali"], nil),
          make("9", "20780", [:], nil),
        ], database)
      #expect(
        found.map { "\($0.id.local) \($0.code) \($0.field) \($0.value)" } == [
          "2 unknown-postal-code postal_code 20101", "3 postal-code-municipality postal_code 20780",
          "4 postal-code-municipality postal_code 20780", "6 post-office-disagrees post_office Åbo",
          "8 post-office-disagrees post_office Naantali",
        ])
      #expect(found[1].detail.contains("Kaarina (202)") && found[1].detail.contains("Turku (853)"))
      #expect(found[3].detail.contains("21500 is Piikkiö"))
    }
  }

  @Test("A house number that Posti has under another postal code")
  func numbers() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      var range = StreetRange(
        postalCode: try PostalCode("21500"), municipality: try MunicipalityCode("202"),
        street: try #require(LocalizedText([.fi: "Hadvalantie"])))
      range.parity = .even
      range.first = .init(number: 2, letter: "")
      range.last = .init(number: 10, letter: "")
      let ranges = [range]
      _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
        try await $0.saveStreetRanges(ranges, source: DataSourceID("fi"))
      }
      func place(_ id: String, _ number: Int, _ code: String) throws -> Place {
        try Self.place("a:\(id)", "Paikka \(id)") {
          $0.streetAddress = LocalizedText([.fi: "Hadvalantie \(number)"])
          $0.postalCode = try? PostalCode(code)
        }
      }
      let found = try await Self.doubts(
        [place("1", 4, "21500"), place("2", 4, "20780"), place("3", 12, "20780")], database)
      #expect(found.map { "\($0.id.local) \($0.code) \($0.value)" } == ["2 number-range 20780"])
    }
  }

  @Test("A Swedish name that is missing in a bilingual municipality")
  func swedishNames() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      let found = try await Self.codes(
        [
          Self.place("a:1", "Yksi") { $0.position = Self.at(235_000) },
          Self.place("a:2", "Kaksi") { $0.position = Self.at(245_000) },
          Self.place("a:3", "Kolme") {
            $0.name = LocalizedText([.fi: "Kolme", .sv: "Tre"]) ?? $0.name
            $0.position = Self.at(235_000)
          }, Self.place("a:4", "Neljä"),
          Self.place("a:5", "Viisi") {
            $0.kind = .online
            $0.givenMunicipality = try? MunicipalityCode("853")
          },
        ], database)
      #expect(found == ["1 swedish-name-missing"])
    }
  }

  @Test("The same name near by or at the same address in another source")
  func duplicates() async throws {
    try await TestDatabase.with { database in
      func make(_ id: String, _ name: String, _ e: Double?, _ street: String? = nil, _ code: String? = nil) throws
        -> Place
      {
        try Self.place(id, name) {
          $0.position = e.map { Self.at($0) }
          $0.streetAddress = street.flatMap { LocalizedText([.fi: $0]) }
          $0.postalCode = code.flatMap { try? PostalCode($0) }
        }
      }
      let others = [
        try make("b:near", "Kirjasto", 235_000), try make("b:nearer", "Kirjasto", 235_050),
        try make("b:street", "Uimahalli", nil, "Linnankatu 2", "20100"),
        try make("b:nocode", "Sali", nil, "Linnankatu 3"),
        try Self.place("b:draft", "Museo") {
          $0.position = Self.at(236_000)
          $0.isPublic = false
        },
      ]
      #expect(try await Self.codes(others, database).isEmpty)
      let found = try await Self.doubts(
        [
          make("a:1", "KIRJASTO ", 235_080), make("a:2", "Kirjasto", 235_250), make("a:3", "Kirjasto 2", 235_050),
          make("a:4", "Uimahalli", nil, "linnankatu 2", "20100"),
          make("a:5", "Uimahalli", nil, "Linnankatu 2", "20540"),
          make("a:6", "Uimahalli", nil), make("a:7", "Museo", 236_000),
          make("a:8", "Sali", nil, "Linnankatu 3", "20100"),
        ], database)
      #expect(
        found.map { "\($0.id.local) \($0.code) \($0.value)" } == [
          "1 possible-duplicate b:nearer", "4 possible-duplicate b:street",
        ])
      #expect(found[0].detail.contains("30 m away") && found[0].detail.contains("b:nearer of the source b"))
      #expect(found[1].detail.contains("street address"))
      // Of the same source, or once it is gone, it is none.
      #expect(try await Self.codes([make("b:9", "Kirjasto", 235_020)], database) == ["9 possible-duplicate"])
    }
  }
}
