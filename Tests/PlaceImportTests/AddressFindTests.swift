import Geodesy
import PlaceStore
import Places
import TestDatabase
import Testing

@Suite("Finding addresses")
struct AddressFindTests {
  static let file = """
    id,street_fi,street_sv,number,postal_code,municipality,x,y
    1,Linnankatu,Slottsgatan,2,20100,853,239500,6711000
    2,Linnankatu,Slottsgatan,6-10b,20100,853,239600,6711100
    3,Linnankatu,,6,21500,602,246000,6707000
    4,Linnankatu,Slottsgatan,,20100,853,,
    5,Pyhän Katariinan tie,Sankt Karins väg,6,20780,202,246100,6707000
    """

  static func find(_ database: TestDatabase, _ edit: (inout AddressQuery) -> Void) async throws -> [String] {
    var query = AddressQuery()
    edit(&query)
    return try await database.store.addresses(query).map { "\($0.id) \($0.match?.rawValue ?? "-")" }
  }

  @Test("Street and number find the address, else the nearest number, in either language")
  func streets() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.file)
      #expect(
        try await Self.find(database) {
          $0.street = "LINNANKATU"
          $0.number = 6
        } == ["osoite:3 exact", "osoite:2 exact"])
      #expect(
        try await Self.find(database) {
          $0.street = "slottsgatan"
          $0.number = 8
          $0.letter = "B"
        } == ["osoite:2 exact"])
      #expect(
        try await Self.find(database) {
          $0.street = "Linnankatu"
          $0.number = 3
          $0.postalCode = "20100"
        } == ["osoite:1 nearest_number", "osoite:2 nearest_number", "osoite:4 street"])
      #expect(try await Self.find(database) { $0.street = "S:t Karins väg" } == ["osoite:5 street"])
      #expect(try await Self.find(database) { $0.street = "Slottsgata" }.isEmpty)
    }
  }

  @Test("A municipality finds what its predecessors' addresses were; the answer names the current one")
  func municipalities() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.file)
      let kaarina = try MunicipalityCode("202")
      #expect(try await Self.find(database) { $0.municipalities = [kaarina] } == ["osoite:3 -", "osoite:5 -"])
      var query = AddressQuery()
      query.municipalities = [try MunicipalityCode("602")]
      let found = try await database.store.addresses(query)
      #expect(found.map(\.municipality) == [kaarina, kaarina])
      #expect(found.first?.postOffice?.preferred == "PIIKKIÖ" && found.first?.streetSv == nil)
    }
  }

  @Test("The addresses nearest to a point come first, with geodesic metres; retired ones don't")
  func reverse() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.file)
      try await database.execute("update address set state = 'retired' where id = 'osoite:5'")
      let point = try TestDatabase.engine.transform(Coordinate(x: 246090, y: 6707000), from: 3067, to: 4326).coordinate
      var query = AddressQuery(limit: 2)
      query.point = point
      let found = try await database.store.addresses(query)
      #expect(found.map(\.id) == ["osoite:3", "osoite:2"])
      let metres = try #require(found.first?.distance)
      #expect(abs(metres - 90) < 0.1 && found[0].match == nil && found[0].number == HouseNumber(6))
    }
  }
}
