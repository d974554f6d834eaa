import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// House numbers against Posti's ranges.
@Suite("Street ranges")
struct StreetRangeTests {
  private static func range(
    _ code: String, _ street: String, _ parity: StreetRange.Parity, _ first: Int, _ last: Int, letter: String = ""
  ) throws -> StreetRange {
    var range = StreetRange(
      postalCode: try PostalCode(code), municipality: try MunicipalityCode("853"),
      street: try #require(LocalizedText([.fi: street, .sv: "Slottsgatan"])))
    range.parity = parity
    range.first = StreetRange.End(number: first, letter: "")
    range.last = StreetRange.End(number: last, letter: letter)
    return range
  }

  @Test("A number in another postal code's range is doubted, an unknown street or number isn't")
  func doubts() async throws {
    try await TestDatabase.with { database in
      try await GeographyTimeTests.save([GeographyTimeTests.municipality("853", "Turku")], to: database)
      let ranges = [
        try Self.range("20100", "LINNANKATU", .odd, 1, 13, letter: "B"),
        try Self.range("20810", "LINNANKATU", .odd, 15, 99), try Self.range("20100", "LINNANKATU", .even, 2, 98),
      ]
      let source = try DataSourceID("posti")
      let first = try await GeographyTimeTests.write(database, session: "baf") { transaction in
        try await transaction.ensureSource(source)
        let records = try ["20100", "20810"].map {
          PostalCodeRecord(
            code: try PostalCode($0), postOffice: try #require(LocalizedText([.fi: "Turku"])),
            municipality: try MunicipalityCode("853"), type: "normal")
        }
        _ = try await transaction.savePostalCodes(records, source: source)
        return try await transaction.saveStreetRanges(ranges, source: source)
      }
      #expect(first.created == 3)
      let doubts = try await GeographyTimeTests.write(database) { transaction in
        let addresses = [
          ("1", "Linnankatu 13", "20100"), ("2", "Linnankatu 13 b", "20100"), ("3", "Linnankatu 15", "20100"),
          ("4", "Slottsgatan 15 A 3", "20100"), ("5", "Linnankatu 1001", "20100"), ("6", "Muukatu 15", "20100"),
          ("7", "Linnankatu 4-8", "20810"), ("8", "Linnankatu", "20810"), ("9", "LINNANKATU 17b", "20810"),
        ]
        try await transaction.ensureSource(DataSourceID("a"))
        let changes = try addresses.map { id, street, code in
          var place = Place(id: try PlaceID("a:\(id)"), name: try #require(LocalizedText([.fi: "Paikka"])))
          place.streetAddress = LocalizedText([street.hasPrefix("S") ? .sv : .fi: street])
          place.postalCode = try PostalCode(code)
          return try PlaceChange(place, existing: nil, engine: TestDatabase.engine)
        }
        try await transaction.save(changes)
        return try await transaction.streetRangeDoubts(changes.count)
      }
      #expect(doubts.map(\.id.description) == ["a:3", "a:4", "a:7"])
      #expect(doubts.allSatisfy { $0.code == "number-range" && $0.field == "postal_code" })
      #expect(doubts.first?.detail.contains("20810") == true)
      // The file holds the whole of its municipalities: what it lacks goes.
      let second = try await GeographyTimeTests.write(database, session: "baf2") {
        try await $0.saveStreetRanges([ranges[0]], source: source)
      }
      #expect(second.unchanged == 1 && second.removed == 2 && second.created == 0)
      let undone = try await GeographyTimeTests.write(database, session: "baf2") {
        try await $0.undoGeography(of: "baf2")
      }
      #expect(undone.restored == 1)
      #expect(try await database.number("select count(*) from street_range") == 3)
    }
  }
}
