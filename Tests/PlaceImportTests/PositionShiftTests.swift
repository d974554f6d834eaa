import Geodesy
import PlaceImport
import PlaceStore
import Places
import TestDatabase
import Testing

/// What the boundaries in the registry tell of a file's positions.
@Suite("Positions against boundaries")
struct PositionShiftTests {
  /// Ala and, north of it, Ylä, ten kilometres a side, and Vanha, which became Ylä.
  private static func prepare(_ database: TestDatabase) async throws {
    func municipality(_ code: String, _ name: String, _ south: Int?) throws -> MunicipalityChange {
      var change = MunicipalityChange(code: try MunicipalityCode(code))
      change.name = LocalizedText([.fi: name])
      change.boundary = south.map {
        "POLYGON((230000 \($0),240000 \($0),240000 \($0 + 10_000),230000 \($0 + 10_000),230000 \($0)))"
      }
      return change
    }
    var old = try municipality("003", "Vanha", nil)
    old.validTo = "2008-12-31"
    old.successors = [try MunicipalityCode("002")]
    let changes = [try municipality("001", "Ala", 6_700_000), try municipality("002", "Ylä", 6_710_000), old]
    let codes = [
      PostalCodeRecord(
        code: try PostalCode("20100"), postOffice: try #require(LocalizedText([.fi: "Ala"])),
        municipality: try MunicipalityCode("001"), type: "normal")
    ]
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
      _ = try await $0.saveMunicipalities(changes, source: DataSourceID("fi"))
      _ = try await $0.savePostalCodes(codes, source: DataSourceID("fi"))
    }
  }

  @Test("Municipalities are expected where they lie, by code, name, successor or postal code")
  func expectedAreas() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      let areas = try await database.store.expectedAreas()
      func south(_ municipality: String?, _ postalCode: String? = nil) -> Double? {
        areas.box(municipality: municipality, postalCode: postalCode)?.south
      }
      #expect(south("001") == 6_690_000)
      #expect(south("1") == 6_690_000)
      #expect(south("ylä") == 6_700_000)
      #expect(south("003") == 6_700_000)
      #expect(south("Vanha", "20100") == 6_700_000)
      #expect(south(nil, "20100") == 6_670_000)
      #expect(south("Muualla", "20100") == 6_670_000)
      #expect(south(nil, "99999") == nil)
      #expect(south("") == nil)
    }
  }

  /// A hundred points of Ala and Ylä, carried to another system and without its prefix.
  private static func rows(in srid: Int) throws -> [SourceRow] {
    try (0..<100).map { index in
      let isAla = index.isMultiple(of: 2)
      let point = Coordinate(
        x: 230_500 + Double(index * 90), y: (isAla ? 6_700_400 : 6_710_400) + Double(index % 25) * 370)
      let moved = try TestDatabase.engine.transform(point, from: 3067, to: srid).coordinate
      let easting = moved.x.truncatingRemainder(dividingBy: 1e6)
      return SourceRow(
        line: index + 2, fields: ["\(index)", "P", isAla ? "Ala" : "002", "\(easting)", "\(moved.y)"])
    }
  }

  private static let header = ["id", "name_fi", "municipality", "x", "y"]

  @Test("The old grid without its leading 3 is told from TM35FIN by the boundaries, and moves every row")
  func shift() async throws {
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      let areas = try await database.store.expectedAreas()
      func verdict(_ srid: Int) async throws -> FileVerdict {
        let judge = PositionJudge(engine: TestDatabase.engine, areas: areas)
        var survey = try FileSurvey(header: Self.header, crs: 3067, judge: judge)
        for row in try Self.rows(in: srid) { survey.add(row) }
        #expect(survey.verdict().proposals.isEmpty, "three kilometres are nothing to a box")
        return try await survey.verdict().lookingForShift(database.store, judge: judge)
      }
      let honest = try await verdict(3067)
      #expect(honest.proposals.isEmpty && honest.wholeFile == nil && !honest.movesAll)
      let old = try await verdict(2393)
      #expect(old.proposals.first?.proposal == "crs:EPSG:2393")
      #expect(old.proposals.first?.detail.contains("three kilometres north") == true)
      #expect(old.movesAll)

      func positions(_ assume: [String]) throws -> [DeliveredPosition] {
        var options = PlaceRowMapper.Options()
        options.crs = 3067
        options.assumptions = try Assumptions(assume)
        options.judge = PositionJudge(
          engine: TestDatabase.engine, areas: areas, assumptions: options.assumptions
        ).following(old)
        let mapper = try PlaceRowMapper(header: Self.header, source: DataSourceID("t"), options: options)
        return try Self.rows(in: 2393).compactMap { mapper.apply($0, to: nil).place?.position }
      }
      let unasked = try positions([])
      #expect(unasked.count == 100 && unasked.allSatisfy { $0.srid == 3067 })
      let moved = try positions(["crs:EPSG:2393"])
      #expect(moved.count == 100 && moved.allSatisfy { $0.srid == 2393 && (3e6..<4e6).contains($0.x) })
    }
  }
}
