import Geodesy
import PlaceImport
import Places
import Testing

@Suite struct HeaderTests {
  private let source = try! DataSourceID("turku")

  private func failure(_ header: [String], crs: Int? = nil, map: [String: String] = [:]) -> ImportFailure? {
    #expect(throws: ImportFailure.self) {
      try PlaceRowMapper(header: header, source: source, crs: crs, map: map)
    }
  }

  @Test func swappedAndUnknownColumns() throws {
    let mapper = try PlaceRowMapper(
      header: ["Foo", "NAME_SV", "", "Osoite", "postal_cod", "Id"], source: source, crs: nil)
    #expect(mapper.unknownColumns == ["Foo", "Osoite", "postal_cod"])
    #expect(mapper.suggestions.map(\.description) == ["--map address=Osoite", "--map postal_code=postal_cod"])
    let place = mapper.apply(SourceRow(line: 2, fields: ["", "Salen", "", "", "", "9"]), to: nil).place
    #expect(place?.id.description == "turku:9")
    #expect(place?.name.preferred == "Salen")
  }

  @Test func missingColumnsNameMap() {
    let missing = failure(["tunnus", "nimi"])
    #expect(missing?.flag == "--map")
    #expect(missing?.detail.contains("--map id=tunnus") == true)
    #expect(missing?.detail.contains("--map name_fi=nimi") == true)
    #expect(failure(["id", "name_fi", "lon"])?.detail.contains("lat") == true)
    #expect(failure(["id", "name_fi", "ID"])?.detail.contains("both named") == true)
  }

  @Test func coordinatesWithoutCRSNameTheFlag() throws {
    #expect(failure(["id", "name_fi", "x", "y"])?.flag == "--crs")
    _ = try PlaceRowMapper(header: ["id", "name_fi", "x", "y"], source: source, crs: 3067)
    _ = try PlaceRowMapper(header: ["id", "name_fi", "x", "y", "srid"], source: source, crs: nil)
  }

  @Test func maps() throws {
    let header = ["Tunnus", "Nimi", "E", "N", "id"]
    let mapper = try PlaceRowMapper(
      header: header, source: source, crs: 3877, map: ["id": "tunnus", "name_fi": "Nimi", "x": "E", "y": "N"])
    #expect(mapper.unknownColumns == ["id"])
    let place = mapper.apply(SourceRow(line: 2, fields: ["7", "Sali", "23460000", "6703000", "x"]), to: nil).place
    #expect(place?.id.description == "turku:7")
    #expect(place?.position?.srid == 3877)
    #expect(failure(header, map: ["nam_fi": "Nimi"])?.detail.contains("name_fi") == true)
    #expect(failure(header, map: ["name_fi": "Name"])?.detail.contains("no column") == true)
  }

  @Test func idsFromColumns() throws {
    var options = PlaceRowMapper.Options()
    options.idFrom = ["name_fi", "Katu"]
    let mapper = try PlaceRowMapper(header: ["name_fi", "katu"], source: source, options: options)
    let id = try mapper.id(of: SourceRow(line: 2, fields: ["Pyhän Henrikin kappeli", "Linnankatu 2"])).get()
    #expect(id.description == "turku:pyhän-henrikin-kappeli_linnankatu-2")
    #expect(throws: ImportProblem.self) { try mapper.id(of: SourceRow(line: 2, fields: ["", ""])).get() }
    options.idFrom = ["x"]
    #expect(throws: ImportFailure.self) { try PlaceRowMapper(header: ["name_fi"], source: source, options: options) }
  }
}

@Suite struct PositionTests {
  private let source = try! DataSourceID("turku")

  private func map(_ columns: [(String, String)], crs: Int? = nil, stored: DeliveredPosition? = nil) throws -> MappedRow
  {
    var options = PlaceRowMapper.Options()
    options.crs = crs
    // Degrees and metres by a rule of the test's own: 100 km a degree.
    options.transform = { point, from, to in
      let degrees = from == 4326 ? point : Coordinate(x: point.x / 100_000, y: point.y / 100_000)
      return to == 4326 ? degrees : Coordinate(x: degrees.x * 100_000, y: degrees.y * 100_000)
    }
    let mapper = try PlaceRowMapper(header: ["id", "name_fi"] + columns.map(\.0), source: source, options: options)
    var existing: Place?
    if let stored {
      existing = Place(id: try PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "a"])))
      existing?.position = stored
    }
    return mapper.apply(SourceRow(line: 2, fields: ["1", "a"] + columns.map(\.1)), to: existing)
  }

  @Test func forms() throws {
    #expect(
      try map([("lon", "22,27"), ("lat", "60.45")]).place?.position == DeliveredPosition(srid: 4326, x: 22.27, y: 60.45)
    )
    let row = try map([("x", "2500000"), ("y", "6000000"), ("srid", "EPSG:3879"), ("accuracy", "1,5")])
    #expect(row.place?.position == DeliveredPosition(srid: 3879, x: 2_500_000, y: 6_000_000, accuracy: 1.5))
    let text = "POINT(2500000 6000000)"
    #expect(
      try map([("wkt", "SRID=3067;" + text)]).place?.position
        == DeliveredPosition(srid: 3067, x: 2_500_000, y: 6_000_000))
    #expect(try map([("wkt", text)], crs: 3067).place?.position?.srid == 3067)
    #expect(try map([("lon", ""), ("lat", "")]).place?.position == nil)
  }

  @Test(
    arguments: [
      ("lon=22;lat=", "coordinates-unreadable"), ("lon=0x16;lat=60", "coordinates-unreadable"),
      ("lon=22,1.5;lat=60", "coordinates-unreadable"), ("lon=1e999;lat=60", "coordinates-not-finite"),
      ("lon=NaN;lat=60", "coordinates-not-finite"), ("lon=#NUM!;lat=60", "coordinates-not-finite"),
      ("lon=60°27′;lat=60", "coordinates-unreadable"), ("wkt=POINT(1 2)", "coordinates-unreadable"),
      ("x=1;y=2;srid=", "coordinates-unreadable"), ("x=1;y=2;srid=gk", "coordinates-unreadable"),
    ] as [(String, String)])
  func wrong(cells: String, code: String) throws {
    let columns = cells.split(separator: ";").map { cell in
      let parts = cell.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      return (parts[0], parts[1])
    }
    #expect(try map(columns).problems.map(\.code) == [code])
  }

  @Test func severalPositions() throws {
    let stored = DeliveredPosition(srid: 3067, x: 2_212_345.678, y: 6_000_000)
    let same = [("lon", "22.12345678"), ("lat", "60"), ("x", "2212345.678"), ("y", "6000000")]
    #expect(try map(same, crs: 3067, stored: stored).place?.position == stored)
    var edited = same
    edited[0].1 = "22.5"
    #expect(try map(edited, crs: 3067, stored: stored).place?.position == DeliveredPosition(srid: 4326, x: 22.5, y: 60))
    edited[2].1 = "2300000"
    #expect(try map(edited, crs: 3067, stored: stored).problems.map(\.code) == ["coordinates-disagree"])
    edited[2].1 = "2250000.000"
    #expect(
      try map(edited, crs: 3067, stored: stored).place?.position
        == DeliveredPosition(srid: 3067, x: 2_250_000, y: 6_000_000))
    let rounded = [("lon", "22.12346"), ("lat", "60.00000"), ("x", "2212345.678"), ("y", "6000000.0")]
    #expect(try map(rounded, crs: 3067).place?.position == stored)
  }
}

@Suite struct MunicipalityFeatureTests {
  private func read(_ properties: String, id: JSONValue? = nil, geometry: String? = nil) throws
    -> (value: MunicipalityFeature?, problems: [ImportProblem])
  {
    try MunicipalityFeature.read(
      GeoJSONFeature(
        line: 4, id: id, properties: JSONParser.parse(properties), geometry: geometry.map { try JSONParser.parse($0) }))
  }

  @Test(arguments: [
    #"{"code":"005"}"#, #"{"kuntanumero":5}"#, #"{"natcode":"005"}"#, #"{"NATCODE":"5"}"#, #"{"kunta":"005"}"#,
    #"{"kunta":"Alajärvi","code":null,"natcode":"05"}"#,
  ])
  func codes(properties: String) throws { #expect(try read(properties).value?.code.description == "005") }

  @Test func idsAndNames() throws {
    #expect(try read("{}", id: .integer(91)).value?.code.description == "091")
    #expect(try read("{}", id: .string("853")).value?.name == nil)
    #expect(try read("{}", id: .string("municipality.1")).problems.map(\.code) == ["missing-id"])
    let finnish = try read(#"{"kunta":"853","nimi":"Turku","namn":"Åbo","name":"Turku"}"#).value
    #expect(finnish?.name == LocalizedText([.fi: "Turku", .sv: "Åbo", .en: "Turku"]))
    #expect(try read(#"{"code":"853","name":"Turku"}"#).value?.name == LocalizedText([.fi: "Turku"]))
    let full = #"{"code":"005","name_fi":"Alajärvi","region_code":2,"region_fi":"A","region_sv":"B","successor":"10"}"#
    let value = try read(full).value
    #expect(value?.regionCode == "02")
    #expect(value?.regionName == LocalizedText([.fi: "A", .sv: "B"]))
    #expect(value?.successors.map(\.description) == ["010"])
  }

  @Test func boundaries() throws {
    let ring = #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#
    let value = try read(#"{"code":"853"}"#, geometry: ring).value
    #expect(value?.boundary?.type == "MultiPolygon")
    #expect(
      try read(#"{"code":"853"}"#, geometry: #"{"type":"Point","coordinates":[1,2]}"#).problems.map(\.code) == [
        "geometry"
      ])
    #expect(value?.municipality(existing: nil) == nil)
    let stored = Municipality(code: try MunicipalityCode("853"), name: try #require(LocalizedText([.fi: "Turku"])))
    #expect(value?.municipality(existing: stored)?.hasBoundary == true)
    #expect(value?.municipality(existing: stored)?.name.preferred == "Turku")
  }

  @Test func rowsOfATable() throws {
    let row = SourceRow(line: 3, fields: ["9", "Alavieska", "", "2025-01-01"])
    let feature = GeoJSONFeature(row: row, header: ["code", "name_fi", "name_sv", "valid_from"])
    let value = MunicipalityFeature.read(feature).value
    #expect(value?.code.description == "009")
    #expect(value?.validFrom == "2025-01-01")
    let wrong = GeoJSONFeature(row: SourceRow(line: 3, fields: ["9", "soon"]), header: ["code", "valid_to"])
    #expect(MunicipalityFeature.read(wrong).problems.map(\.code) == ["date"])
  }
}
