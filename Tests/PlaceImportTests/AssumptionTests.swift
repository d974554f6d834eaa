import Geodesy
import PlaceImport
import PlaceStore
import Places
import TestDatabase
import Testing

@Suite struct AssumptionTests {
  private static let source = try! DataSourceID("turku")

  /// What becomes of one row's x and y.
  private static func map(
    _ x: String, _ y: String, crs: Int, assume: [String] = [], municipality: String = "", areas: ExpectedAreas? = nil,
    wholeFile: PositionMend? = nil
  ) throws -> MappedRow {
    var options = PlaceRowMapper.Options()
    options.crs = crs
    options.assumptions = try Assumptions(assume)
    options.judge = PositionJudge(
      engine: TestDatabase.engine, areas: areas, assumptions: options.assumptions, wholeFile: wholeFile)
    let mapper = try PlaceRowMapper(
      header: ["id", "name_fi", "x", "y", "municipality"], source: source, options: options)
    return mapper.apply(SourceRow(line: 9, fields: ["1", "Kupittaa", x, y, municipality]), to: nil)
  }

  @Test("Every proposal is read, in any case and repeated")
  func parse() throws {
    let all = try Assumptions([
      "swapped", "ZONE:3878", "zone:3877", "zone:3877", "crs:EPSG:2393", "crs:3067", "leading-zeros", " hours",
    ])
    #expect(all.swapped && all.leadingZeros && all.hours)
    #expect(all.zones == [3878, 3877])
    #expect(all.systems == [2393, 3067])
    #expect(try Assumptions([]).isEmpty)
  }

  @Test(
    "A word that is no proposal is refused with what was meant",
    arguments: [
      ("swaped", "swapped"), ("leading-zero", "leading-zeros"), ("zone:3067", "zone:3873 to zone:3885"),
      ("zone:24", "zone:3873"), ("crs:YKJ", "crs:EPSG:2393"), ("epsg:3067", "crs:EPSG:2393"), ("everything", "swapped"),
      ("", "swapped"), ("crs:EPSG:-1", "crs:EPSG:2393"),
    ])
  func unknown(word: String, hint: String) throws {
    let failure = #expect(throws: ImportFailure.self) { try Assumptions([word]) }
    #expect(failure?.code == "assume-unknown")
    #expect(failure?.flag == "--assume")
    #expect(failure?.detail.contains(hint) == true, "\(failure?.detail ?? "")")
  }

  /// Kupittaa in several systems, with what it takes to read it.
  static let wrong: [(x: String, y: String, crs: Int, assume: [String], hint: String)] = [
    ("6703718.4", "23460952.7", 3877, ["swapped"], "write 23460952.7 6703718.4."),
    ("23460952.7", "6703718.4", 3878, ["zone:3877"], "EPSG:3877"),
    ("23460952.7", "6703718.4", 3067, ["zone:3877"], "as the easting's beginning 23 tells"),
    ("23460952.7", "6703718.4", 4326, ["zone:3877"], "EPSG:3877"),
    ("460952,7", "6703718,4", 3877, ["zone:3877"], "lacks the zone's prefix 23"),
    ("6703718.4", "460952.7", 3877, ["swapped", "zone:3877"], "with the axes exchanged"),
    ("60.4437", "22.2907", 4326, ["swapped"], "write 22.2907 60.4437."),
    ("22.2907", "60.4437", 3067, ["crs:EPSG:4326"], "these are degrees"),
    ("60.4437", "22.2907", 3877, ["swapped", "crs:EPSG:4326"], "degrees"),
    ("240972.6", "6710068.2", 4326, ["crs:EPSG:3067"], "TM35FIN"),
    ("240972.6", "6710068.2", 3877, ["crs:EPSG:3067"], "TM35FIN"),
    ("6710068.2", "240972.6", 4326, ["swapped", "crs:EPSG:3067"], "TM35FIN"),
    ("3241036", "6712988", 3067, ["crs:EPSG:2393"], "YKJ"),
    ("1571300", "6704300", 3067, ["crs:EPSG:2391"], "KKJ zone 1"),
    ("2481391", "8499335", 3067, ["crs:EPSG:3857"], "Web Mercator"),
  ]

  @Test("A position in other axes, another zone or another system is rejected with a mend that works", arguments: wrong)
  func mends(x: String, y: String, crs: Int, assume: [String], hint: String) throws {
    let rejected = try Self.map(x, y, crs: crs)
    let problem = try #require(rejected.problems.first)
    #expect(rejected.problems.count == 1)
    #expect(rejected.isRejected)
    #expect(problem.code == "outside-finland" && problem.field == "x" && problem.line == 9)
    #expect(problem.detail.contains(hint), "\(problem.detail)")
    #expect(problem.detail.contains(assume.map { "--assume \($0)" }.joined(separator: " ")), "\(problem.detail)")

    let taken = try Self.map(x, y, crs: crs, assume: assume)
    let position = try #require(taken.place?.position)
    let degrees = try PlacePosition(position, engine: TestDatabase.engine)
    #expect(abs(degrees.longitude - 22.29) < 0.01 && abs(degrees.latitude - 60.44) < 0.01, "\(degrees.delivered)")
    #expect(taken.problems.count == 1)
    #expect(taken.problems.first?.severity == .warning)
    #expect(taken.problems.first?.code.hasPrefix("assumed-") == true)
  }

  @Test("What is stored is the position put right, exactly")
  func stored() throws {
    #expect(
      try Self.map("6703718.4", "460952.7", crs: 3877, assume: ["swapped", "zone:3877"]).place?.position
        == DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4))
    #expect(
      try Self.map("60.4437", "22.2907", crs: 4326, assume: ["swapped"]).place?.position
        == DeliveredPosition(srid: 4326, x: 22.2907, y: 60.4437))
  }

  @Test("Rows that fit as given stay as they are, whatever is assumed")
  func honestRows() throws {
    let all = ["swapped", "zone:3878", "crs:EPSG:2393", "crs:EPSG:3067", "crs:EPSG:4326"]
    let row = try Self.map("23460952.7", "6703718.4", crs: 3877, assume: all)
    #expect(row.problems.isEmpty)
    #expect(row.place?.position == DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4))
  }

  @Test("An assumption that doesn't put the row right leaves it rejected")
  func wrongAssumption() throws {
    #expect(try Self.map("60.4437", "22.2907", crs: 4326, assume: ["zone:3877"]).isRejected)
    #expect(try Self.map("24460952.7", "6703718.4", crs: 3067, assume: ["zone:3877"]).isRejected)
    #expect(try Self.map("0", "0", crs: 4326, assume: ["swapped", "crs:EPSG:3067"]).isRejected)
  }

  @Test("A system that there is not, and numbers that mean nothing")
  func unknownSystems() throws {
    #expect(try Self.map("1", "2", crs: 99_999).problems.map(\.code) == ["crs-unknown"])
    #expect(try Self.map("5", "5", crs: 4326).problems.map(\.code) == ["outside-finland"])
    // Stockholm.
    let stockholm = try Self.map("18.06", "59.33", crs: 4326).problems
    #expect(stockholm.map(\.code) == ["outside-finland"])
    #expect(stockholm.first?.detail.contains("longitude 18.06") == true)
  }

  @Test("Positions in the wrong part of Finland are mended only where the whole file is off")
  func elsewhere() throws {
    let areas = try PositionSurveyTests.areas
    // TM35FIN takes these for a place near Kouvola, 230 km from Turku.
    let numbers = ("460952.7", "6703718.4")
    let assume = ["zone:3877"]
    let zone = PositionMend(system: .zone(3877))
    let alone = try Self.map(
      numbers.0, numbers.1, crs: 3067, assume: assume, municipality: "853", areas: areas)
    #expect(alone.place?.position?.srid == 3067, "one row may as well name the wrong municipality")
    for municipality in ["853", "Turku", "ÅBO", "", "unknown"] {
      let row = try Self.map(
        numbers.0, numbers.1, crs: 3067, assume: assume, municipality: municipality, areas: areas, wholeFile: zone)
      #expect(row.place?.position == DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4))
      #expect(row.problems.map(\.code) == ["assumed-zone"])
    }
    let unasked = try Self.map(numbers.0, numbers.1, crs: 3067, municipality: "853", areas: areas, wholeFile: zone)
    #expect(unasked.place?.position?.srid == 3067, "nothing is assumed without the user's word")
    let right = try Self.map(
      "240972.6", "6710068.2", crs: 3067, assume: assume, municipality: "853", areas: areas, wholeFile: zone)
    #expect(right.place?.position?.srid == 3067)
  }

  @Test("Postal codes without their zeros are filled up on the user's word only")
  func leadingZeros() throws {
    func map(_ code: String, _ assume: [String]) throws -> MappedRow {
      var options = PlaceRowMapper.Options()
      options.assumptions = try Assumptions(assume)
      return try PlaceRowMapper(header: ["id", "name_fi", "postal_code"], source: Self.source, options: options).apply(
        SourceRow(line: 2, fields: ["1", "a", code]), to: nil)
    }
    let rejected = try map("100", [])
    #expect(rejected.problems.map(\.code) == ["postal-code"])
    #expect(rejected.problems.first?.detail.contains("Write 00100") == true)
    let taken = try map("100", ["leading-zeros"])
    #expect(taken.place?.postalCode?.description == "00100")
    #expect(taken.problems.map(\.code) == ["assumed-leading-zeros"])
    #expect(try map("20", ["leading-zeros"]).place?.postalCode?.description == "00020")
    for code in ["1", "123456", "2O100"] { #expect(try map(code, ["leading-zeros"]).isRejected) }
  }

  @Test(
    "Degrees and minutes are rejected with the decimal number",
    arguments: [
      ("22°17'26.52\"E", "22.2907"), ("22° 17.442′", "22.2907"), ("E 22°17'26,52''", "22.2907"),
      ("22:17:26.52", "22.2907"), ("22,2907°", "22.2907"), ("22°77'", ""), ("222°", ""), ("abc°", ""),
    ])
  func sexagesimal(text: String, decimal: String) throws {
    let problem = try #require(try Self.map(text, "60.4437", crs: 4326).problems.first)
    #expect(problem.code == "coordinates-unreadable" && problem.field == "x" && problem.value == text)
    #expect(problem.detail.contains(decimal.isEmpty ? "no number" : "write \(decimal)."), "\(problem.detail)")
  }

  @Test("No place is its own parent")
  func ownParent() throws {
    let mapper = try PlaceRowMapper(header: ["id", "name_fi", "parent"], source: Self.source, crs: nil)
    for parent in ["1", "turku:1"] {
      let row = mapper.apply(SourceRow(line: 2, fields: ["1", "a", parent]), to: nil)
      #expect(row.problems.map(\.code) == ["parent"])
    }
  }
}
