import Geodesy
import PlaceImport
import PlaceStore
import Places
import TestDatabase
import Testing

@Suite struct PositionSurveyTests {
  private static let engine = TestDatabase.engine

  /// Rough bounds of Turku, Helsinki, Kouvola and Utsjoki in EPSG:3067.
  static var areas: ExpectedAreas {
    get throws {
      func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> BoundingBox {
        BoundingBox(west: west, south: south, east: east, north: north)
      }
      return ExpectedAreas(
        bounds: [
          try MunicipalityCode("853"): box(226_000, 6_694_000, 256_000, 6_740_000),
          try MunicipalityCode("091"): box(377_000, 6_640_000, 405_000, 6_690_000),
          try MunicipalityCode("286"): box(440_000, 6_700_000, 520_000, 6_790_000),
          try MunicipalityCode("890"): box(450_000, 7_680_000, 570_000, 7_780_000),
        ],
        names: ["Turku": try MunicipalityCode("853"), "Åbo": try MunicipalityCode("853")],
        postalCodes: ["20100": try MunicipalityCode("853")])
    }
  }

  /// Points of Turku, in degrees, a few hundred metres from each other.
  private static func turku(_ index: Int) -> Coordinate {
    Coordinate(x: 22.2 + Double(index % 20) * 0.008, y: 60.42 + Double(index % 13) * 0.006)
  }

  private static func carry(_ point: Coordinate, to srid: Int) throws -> Coordinate {
    try engine.transform(point, from: 4326, to: srid).coordinate
  }

  private struct Sample {
    var point: Coordinate
    var srid: Int?
    var municipality: String?
  }

  private static func survey(_ samples: [Sample], areas: ExpectedAreas? = nil) -> PositionSurvey {
    var survey = PositionSurvey(judge: PositionJudge(engine: engine, areas: areas))
    for (index, sample) in samples.enumerated() {
      survey.add(
        x: sample.point.x, y: sample.point.y, srid: sample.srid, line: index + 2, municipality: sample.municipality)
    }
    return survey
  }

  /// 40 points of Turku in one system, made wrong.
  private static func samples(
    in srid: Int, told: Int?, count: Int = 40, municipality: String? = nil,
    _ spoil: (Coordinate) -> Coordinate = { $0 }
  ) throws -> [Sample] {
    try (0..<count).map {
      Sample(point: spoil(try carry(turku($0), to: srid)), srid: told, municipality: municipality)
    }
  }

  private static func swapped(_ point: Coordinate) -> Coordinate { Coordinate(x: point.y, y: point.x) }
  private static func unprefixed(_ point: Coordinate) -> Coordinate {
    Coordinate(x: point.x.truncatingRemainder(dividingBy: 1e6), y: point.y)
  }

  @Test("Files that are as they say get no proposal", arguments: [4326, 3067, 3877, 2393, 3857, 3046, 3885])
  func honest(srid: Int) throws {
    let survey = Self.survey(try Self.samples(in: srid, told: srid))
    #expect(survey.proposals.isEmpty)
    #expect(survey.wholeFile == nil)
    #expect(survey.missingCRS == nil)
  }

  static let whole: [(actual: Int, told: Int, swaps: Bool, unprefixed: Bool, proposal: String)] = [
    (4326, 4326, true, false, "swapped"), (3067, 3067, true, false, "swapped"), (3877, 3877, true, false, "swapped"),
    (3877, 3878, false, false, "zone:3877"), (3877, 3877, false, true, "zone:3877"),
    (3877, 3067, false, false, "zone:3877"), (2393, 3067, false, false, "crs:EPSG:2393"),
    (2391, 3067, false, false, "crs:EPSG:2391"), (3067, 2393, false, false, "crs:EPSG:3067"),
    (3067, 4326, false, false, "crs:EPSG:3067"), (3067, 4326, true, false, "swapped crs:EPSG:3067"),
    (4326, 3067, false, false, "crs:EPSG:4326"), (4326, 3879, true, false, "swapped crs:EPSG:4326"),
    (2393, 4326, false, false, "crs:EPSG:2393"), (3857, 3067, false, false, "crs:EPSG:3857"),
  ]

  @Test("A whole file that is off gets one proposal with its number of rows", arguments: whole)
  func wholeFiles(actual: Int, told: Int, swaps: Bool, unprefixed: Bool, proposal: String) throws {
    let samples = try Self.samples(in: actual, told: told) { point in
      let point = unprefixed ? Self.unprefixed(point) : point
      return swaps ? Self.swapped(point) : point
    }
    for areas in [nil, try Self.areas] {
      let found = Self.survey(
        samples.map { Sample(point: $0.point, srid: $0.srid, municipality: areas == nil ? nil : "853") }, areas: areas
      ).proposals
      #expect(found.map(\.proposal) == [proposal], "\(found.map(\.detail))")
      #expect(found.first?.rows == 40)
      for word in proposal.split(separator: " ") { #expect(found.first?.detail.contains("--assume \(word)") == true) }
    }
  }

  @Test("A few swapped rows among many are proposed, two are not, and different ones are not")
  func fewRows() throws {
    let honest = try Self.samples(in: 4326, told: 4326, count: 500)
    let three = try Self.samples(in: 4326, told: 4326, count: 3, Self.swapped)
    let found = Self.survey(honest + three).proposals
    #expect(found.map(\.proposal) == ["swapped"])
    #expect(found.first?.rows == 3)
    #expect(found.first?.detail.hasPrefix("3 of 503 positions") == true)
    #expect(found.first?.detail.contains("lines 502, 503, 504)") == true)
    #expect(Self.survey(honest + three.prefix(2)).proposals.isEmpty)
    let others = try Self.samples(in: 3067, told: 4326, count: 3)
    #expect(Self.survey(honest + three + others).proposals.isEmpty, "no one proposal puts 95 % of them right")
    let nonsense = Sample(point: Coordinate(x: 0, y: 0), srid: 4326)
    #expect(Self.survey(honest + three + [nonsense]).proposals.isEmpty)
    let many = try Self.samples(in: 4326, told: 4326, count: 30, Self.swapped)
    #expect(Self.survey(honest + many + [nonsense]).proposals.first?.rows == 30)
  }

  @Test("Eastings without a prefix that lie in Finland by chance are found by the municipalities")
  func missingPrefix() throws {
    let samples = try Self.samples(in: 3877, told: 3067, municipality: "Turku", Self.unprefixed)
    #expect(Self.survey(samples).proposals.isEmpty, "nothing speaks against a place near Kouvola")
    let survey = Self.survey(samples, areas: try Self.areas)
    #expect(survey.wholeFile == PositionMend(system: .zone(3877)))
    #expect(survey.proposals.map(\.proposal) == ["zone:3877"])
    #expect(survey.proposals.first?.detail.contains("lacks the zone's prefix 23") == true)
    // Half of the rows name no municipality: they can't be counted, but the others agree.
    let half = samples.enumerated().map { index, sample in
      Sample(point: sample.point, srid: 3067, municipality: index.isMultiple(of: 2) ? nil : "853")
    }
    #expect(Self.survey(half, areas: try Self.areas).wholeFile == PositionMend(system: .zone(3877)))
  }

  @Test("Honest rows that name the wrong municipality cast no doubt on the file")
  func honestMistakes() throws {
    let right = try Self.samples(in: 3067, told: 3067, count: 60, municipality: "853")
    let wrong = try Self.samples(in: 3067, told: 3067, count: 20, municipality: "091")
    let survey = Self.survey(right + wrong, areas: try Self.areas)
    #expect(survey.wholeFile == nil)
    #expect(survey.proposals.isEmpty)
  }

  @Test("The missing prefix is the zone of the municipality", arguments: [3875, 3876, 3877, 3878])
  func zoneByMunicipality(zone: Int) throws {
    let samples = try Self.samples(in: zone, told: 4326, municipality: "853", Self.unprefixed)
    let found = Self.survey(samples, areas: try Self.areas).proposals
    #expect(found.map(\.proposal) == ["zone:\(zone)"])
  }

  static let unknown: [(actual: Int, swaps: Bool, unprefixed: Bool, flags: String)] = [
    (3067, false, false, "give --crs EPSG:3067."), (3877, false, false, "give --crs EPSG:3877."),
    (2393, false, false, "give --crs EPSG:2393."), (4326, false, false, "give --crs EPSG:4326."),
    (3067, true, false, "give --crs EPSG:3067 --assume swapped."),
    (3877, false, true, "--crs EPSG:3877 --assume zone:3877"),
  ]

  @Test("A file that names no system is refused with those that fit", arguments: unknown)
  func unknownSystem(actual: Int, swaps: Bool, unprefixed: Bool, flags: String) throws {
    let samples = try Self.samples(in: actual, told: nil, municipality: "853") { point in
      let point = unprefixed ? Self.unprefixed(point) : point
      return swaps ? Self.swapped(point) : point
    }
    let survey = Self.survey(samples, areas: try Self.areas)
    let failure = try #require(survey.missingCRS)
    #expect(failure.code == "crs-missing" && failure.flag == "--crs")
    #expect(failure.detail.contains(flags), "\(failure.detail)")
    #expect(survey.proposals.isEmpty)
  }

  @Test("Where several systems fit, all are named, and where none does, none is")
  func candidates() throws {
    let samples = try Self.samples(in: 3877, told: nil, Self.unprefixed)
    let detail = try #require(Self.survey(samples).missingCRS?.detail)
    #expect(detail.contains("--crs EPSG:3067"))
    #expect(detail.contains("Possible too:"))
    #expect(detail.contains("--assume zone:38"))
    let nonsense = Sample(point: Coordinate(x: 5e6, y: 5e6), srid: nil)
    #expect(Self.survey([nonsense]).missingCRS?.detail.contains("none of the usual ones") == true)
  }

  // MARK: - From a file's rows

  private static func verdict(_ header: String, _ rows: [String], crs: Int? = nil) throws -> FileVerdict {
    func cells(_ text: String) -> [String] {
      text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
    var survey = try FileSurvey(
      header: cells(header), map: header.contains("Nimi") ? ["y": "N", "x": "E"] : [:], crs: crs,
      judge: PositionJudge(engine: engine, areas: try areas))
    for (index, row) in rows.enumerated() { survey.add(SourceRow(line: index + 2, fields: cells(row))) }
    return survey.verdict()
  }

  @Test("Columns under other names, decimal commas, systems of their own and cells that are no numbers")
  func rows() throws {
    let rows = ["A;6703305,5;23457449", "B;6704479;23459433", "C;6702966;23457475", "D;;", "E;x;y"]
    #expect(try Self.verdict("Nimi;N;E", rows, crs: 3877).proposals.isEmpty)
    #expect(try Self.verdict("Nimi;N;E", rows, crs: 3879).proposals.map(\.proposal) == ["zone:3877"])
    #expect(try Self.verdict("Nimi;N;E", rows).missingCRS?.detail.contains("--crs EPSG:3877.") == true)
    let ptv = ["258000.000;6730000.000", "240000;6711000", "241000;6712000"]
    #expect(try Self.verdict("lon;lat", ptv).proposals.map(\.proposal) == ["crs:EPSG:3067"])
    let own = ["22.2;60.4;4326", "240000;6711000;EPSG:3067", "23457449;6703305;3877"]
    let verdict = try Self.verdict("x;y;srid", own)
    #expect(verdict.proposals.isEmpty && verdict.missingCRS == nil)
    let gaps = try Self.verdict("x;y;srid", own + ["240000;6711000;", "23457449;6703305;gk23"])
    #expect(gaps.missingCRS == nil, "single rows without a system are rejected one by one")
    #expect(try Self.verdict("x;y;srid", ["240000;6711000;"]).missingCRS != nil)
    let texts = ["POINT(60.4 22.2)", "SRID=4326;POINT(60.4 22.3)", "POINT(60.5 22.2)"].map {
      $0.replacing("SRID=4326;", with: "")
    }
    #expect(try Self.verdict("wkt", texts, crs: 4326).proposals.map(\.proposal) == ["swapped"])
  }

  @Test("Postal codes without any leading zero are proposed to be filled up")
  func postalCodes() throws {
    let found = try Self.verdict("postal_code", ["100", "20100", "2100", "FI-20100", "x", ""]).proposals
    #expect(found.map(\.proposal) == ["leading-zeros"])
    #expect(found.first?.rows == 2)
    #expect(found.first?.detail.contains("lines 2, 4)") == true)
    #expect(try Self.verdict("postal_code", ["100", "00100"]).proposals.isEmpty)
    #expect(try Self.verdict("postal_code", ["20100", "20540"]).proposals.isEmpty)
  }

  @Test("Proposals as JSON")
  func json() {
    var writer = JSONWriter()
    Proposal("swapped", rows: 3, detail: "Three.").write(to: &writer)
    #expect(writer.string == #"{"proposal":"swapped","rows":3,"detail":"Three."}"#)
  }

  @Test("The same place twice in a file is told with the line of the first")
  func duplicateRows() throws {
    var rows = DuplicateRows()
    func place(_ id: String, _ name: String, _ change: (inout Place) -> Void) throws -> Place {
      var place = Place(id: try PlaceID("t:\(id)"), name: try #require(LocalizedText([.fi: name])))
      change(&place)
      return place
    }
    func check(_ line: Int, _ name: String, _ change: (inout Place) -> Void = { _ in }) throws -> String? {
      rows.check(try place("\(line)", name, change), line: line)?.detail
    }
    let street = LocalizedText([.fi: "Linnankatu 2"])
    let code = try PostalCode("20100")
    #expect(
      try check(2, "Sali") {
        $0.streetAddress = street
        $0.postalCode = code
      } == nil)
    #expect(try check(3, "Sali") { $0.streetAddress = street } == nil, "another postal code may be another town")
    #expect(
      try check(4, " SALI") {
        $0.streetAddress = LocalizedText([.fi: "linnankatu  2"])
        $0.postalCode = code
      }?.contains("line 2") == true)
    #expect(try check(5, "Piste") { $0.position = .init(srid: 3067, x: 1, y: 2) } == nil)
    #expect(try check(6, "Piste") { $0.position = .init(srid: 3067, x: 1, y: 3) } == nil)
    #expect(try check(7, "Piste") { $0.position = .init(srid: 3067, x: 1, y: 2) }?.contains("line 5") == true)
    #expect(try check(8, "Puisto") == nil)
    #expect(try check(9, "Puisto") == nil, "a name alone is shared by many")
    let problem = rows.check(
      try place("10", "Piste") { $0.position = .init(srid: 3067, x: 1, y: 2) }, line: 10)
    #expect(problem?.code == "duplicate-row" && problem?.severity == .warning && problem?.id == "t:10")
  }
}
