import Geodesy
import PlaceImport
import PlaceMatching
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
      #expect(try await Self.find(database) { $0.street = "Slottsgränd" }.isEmpty)
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

  static let streets = """
    id,street_fi,street_sv,number,postal_code,municipality,x,y
    1,Itäinen Pitkäkatu,Östra Långgatan,4a,20100,853,239500,6711000
    2,Itäinen Pitkäkatu,Östra Långgatan,4b,20100,853,239520,6711000
    3,Hämeenkatu,Tavastgatan,1-4,20100,853,239600,6711100
    4,Hameenkatu,,1,20780,202,246000,6707000
    5,Yliopistonmäentie,,7,20100,853,239700,6711200
    6,Kirkkotie,,5,20100,853,239800,6711300
    7,Kirkkotie,,5,20780,202,246100,6707100
    8,Kirkkotie,,5,21500,602,252000,6704000
    9,Aleksis Kiven katu,,12,20100,853,239900,6711400
    """

  @Test(
    "Streets are found abbreviated, in Swedish, without dots and with typing errors, and told when corrected",
    arguments: [
      ("It. Pitkäk.", 4, "a", ["1 exact"]), ("östra långg.", 4, "b", ["2 exact"]),
      ("ÖSTRA LÅNGGATAN", 4, nil, ["1 exact", "2 exact"]), ("Itainen Pitkakatu", 4, "b", ["2 exact corrected"]),
      ("Itäinen Pitkäkatu", 4, "c", ["1 nearest_number", "2 nearest_number"]),
      ("Hämeenkatu", 3, nil, ["3 exact"]), ("Hameenkatu", 3, nil, ["4 nearest_number"]),
      ("Yliopistomäentie", 7, nil, ["5 exact corrected"]), ("Ylioipstonmäentie", 7, nil, ["5 exact corrected"]),
      ("Yliopstonmäentei", 7, nil, ["5 exact corrected"]), ("Yloipostonmaentie", 7, nil, []),
      ("Aleksis Kiven k.", 12, nil, ["9 exact"]), ("Aleksis Kivenkatu", 12, nil, ["9 exact"]),
      ("Kirkkokatu", 5, nil, []),
      ("Kirkotie", 5, nil, ["6 exact corrected", "7 exact corrected", "8 exact corrected"]),
      ("", 5, nil, []), ("...", 5, nil, []),
    ] as [(String, Int, String?, [String])])
  func spellings(street: String, number: Int, letter: String?, expected: [String]) async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.streets)
      var query = AddressQuery()
      query.street = street
      query.number = number
      query.letter = letter
      let found = try await database.store.addresses(query).map {
        "\($0.id.dropFirst(7)) \($0.match?.rawValue ?? "-")\($0.isCorrected ? " corrected" : "")"
      }
      #expect(found.sorted() == expected, "\(street)")
    }
  }

  @Test("A page counts all that fit; post offices and several municipalities narrow")
  func pages() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.streets)
      var query = AddressQuery(limit: 2)
      query.street = "kirkkotie"
      let first = try await database.store.addressPage(query)
      #expect(first.count == 3 && first.addresses.count == 2)
      query.offset = 2
      let second = try await database.store.addressPage(query)
      #expect(second.count == 3 && second.addresses.count == 1)
      #expect(Set((first.addresses + second.addresses).map(\.id)).count == 3)
      query.offset = 0
      query.postOffices = ["piikkiö"]
      #expect(try await database.store.addresses(query).map(\.id) == ["osoite:8"])
      query.postOffices = nil
      query.municipalities = [try MunicipalityCode("202")]
      #expect(try await database.store.addresses(query).map(\.id) == ["osoite:7", "osoite:8"])
      query.municipalities = [try MunicipalityCode("853")]
      query.number = 5
      #expect(try await database.store.addresses(query).map(\.id) == ["osoite:6"])
    }
  }

  @Test("Many addresses are located at once: one answer where one house can be meant, none where several can")
  func locate() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.streets)
      let towns = try await database.store.townNames()
      let cases: [(String, String?)] = [
        ("It. Pitkäk. 4 b, Turku", "2 exact"), ("Östra Långgatan 4, Åbo", "1 exact"),
        ("Kirkkotie 5", nil), ("Kirkkotie 5, Turku", "6 exact"), ("Kirkkotie 5, 20780 Kaarina", "7 exact"),
        ("Kirkkotie 5, 21500 Piikkiö", "8 exact"), ("Kirkkotie 5, Kaarina", nil),
        ("Kirkkotie 9, Turku", "6 nearest_number"), ("Hämeenkatu 3, Turku", "3 exact"), ("Hämeenkatu 3", "3 exact"),
        ("Hämeenkatu 30", nil), ("Itäinen Pitkäkatu, Turku", nil), ("Yliopistomäentie 7, Turku", "5 exact"),
        ("Yliopistonmäentie 7, Kaarina", nil), ("PL 12, 20101 Turku", nil), ("Kirjasto, Rantatie 3, Turku", nil),
        ("Itäinen Pitkäkatu 4 A 12, Turku", "1 exact"), ("Tuntematonkatu 1 / Östra Långgatan 4 b, Turku", "2 exact"),
      ]
      let found = try await database.store.locate(cases.map { AddressText($0.0, towns: towns) })
      #expect(found.count == cases.count)
      for (found, (text, expected)) in zip(found, cases) {
        #expect(found.map { "\($0.id.dropFirst(7)) \($0.match?.rawValue ?? "-")" } == expected, "\(text)")
      }
      #expect(try await database.store.locate([]).isEmpty)
    }
  }

  @Test("Nearest is nearest on the ground, however the register is ordered; a merged municipality is told by its heir")
  func nearestOnTheGround() async throws {
    try await AddressImportTests.with { database async throws in
      let center = try TestDatabase.engine.transform(Coordinate(x: 240000, y: 6710000), from: 3067, to: 4326).coordinate
      var file = "id,street_fi,number,municipality,lon,lat\n"
      // Thirty rings whose radii differ by less than the plane's distance errs.
      for index in 0..<30 {
        let azimuth = Double(index * 77 % 360)
        let point = Geodesic.destination(from: center, azimuth: azimuth, distance: 3000 + Double(index) * 0.01)
        file += "\(index),Kehätie,\(index),602,\(point.x),\(point.y)\n"
      }
      try await AddressImportTests.load(database, file) { $0.crs = nil }
      var query = AddressQuery(limit: 5)
      query.point = center
      let found = try await database.store.addressPage(query)
      #expect(found.addresses.map(\.number?.number) == [0, 1, 2, 3, 4] && found.count == 5)
      #expect(found.addresses.allSatisfy { $0.municipality?.description == "202" })
      query.street = "kehätie"
      query.number = 3
      let one = try await database.store.addressPage(query)
      #expect(one.addresses.map(\.number?.number) == [3] && one.addresses[0].match == .exact)
      #expect(abs((one.addresses[0].distance ?? 0) - 3000.03) < 0.001)
    }
  }

  @Test("Each way of writing a street is settled once, by imports and by filling")
  func settling() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.streets)
      let count = try await database.number("select count(*) from address_street")
      #expect(count == 8)
      #expect(try await database.store.fillStreets() == 0)
      try await AddressImportTests.load(
        database, Self.streets + "\n10,Uusikatu,Nygatan,1,20100,853,239500,6711000", session: "session02")
      #expect(try await database.number("select count(*) from address_street") == count + 2)
      try await database.execute("delete from address_street")
      #expect(try await database.store.fillStreets() == count + 2)
      #expect(try await Self.find(database) { $0.street = "Uusik." } == ["osoite:10 street"])
    }
  }

  @Test("An address answers by its id; one that its register dropped is gone, with the import that retired it")
  func byID() async throws {
    try await AddressImportTests.with { database async throws in
      try await AddressImportTests.load(database, Self.file)
      guard case .address(let address) = try await database.store.address(id: "osoite:2") else {
        Issue.record("osoite:2 is not found")
        return
      }
      #expect(address.number == HouseNumber(6, end: 10, letter: "b") && address.streetSv == "Slottsgatan")
      #expect(address.delivered == DeliveredPosition(srid: 3067, x: 239600, y: 6711100))
      #expect(try await database.store.address(id: "osoite:99") == .unknown)
      let rest = Self.file.split(separator: "\n").filter { !$0.hasPrefix("2,") }.joined(separator: "\n")
      try await AddressImportTests.load(database, rest, session: "session02") {
        $0.retiresMissing = true
        $0.maxRetired = 100
      }
      guard case .retired(let time, let session) = try await database.store.address(id: "osoite:2") else {
        Issue.record("osoite:2 is not retired")
        return
      }
      #expect(session == "session02" && time.hasSuffix("Z"))
    }
  }
}
