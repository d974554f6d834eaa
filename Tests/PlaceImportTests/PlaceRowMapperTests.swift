import PlaceImport
import Places
import Testing

@Suite struct PlaceRowMapperTests {
  private let source = try! DataSourceID("turku")

  private func map(
    _ header: String, _ cells: String, crs: Int? = nil, existing: Place? = nil, last: JSONValue? = nil,
    options: PlaceRowMapper.Options = .init()
  ) throws -> MappedRow {
    var options = options
    options.crs = crs
    let mapper = try PlaceRowMapper(header: columns(header), source: source, options: options)
    return mapper.apply(SourceRow(line: 7, fields: columns(cells)), to: existing, lastDelivered: last)
  }

  private func columns(_ text: String) -> [String] {
    text.split(separator: "§", omittingEmptySubsequences: false).map(String.init)
  }

  private func codes(_ row: MappedRow) -> [String] { row.problems.map(\.code) }

  private var existing: Place {
    get throws {
      var place = Place(id: try PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "Sali", .sv: "Salen"])))
      place.postalCode = try PostalCode("20100")
      place.openingHours = "24/7"
      place.position = DeliveredPosition(srid: 3067, x: 240_000, y: 6_711_000, accuracy: 2)
      place.alternateNames = [
        AlternateName("Vanha", language: .fi, kind: .former), AlternateName("Gamla", language: .sv),
      ]
      place.customData = .object([.init("n", .integer(5)), .init("m", .string("x"))])
      return place
    }
  }

  @Test func aWholeRow() throws {
    let row = try map(
      "ID§Name_FI§name_sv§postal_code§municipality§x§y§urls§identifiers§alternate_names_fi§kind§operating_status"
        + "§operating_status_from§verified_time§status§parent§opening_hours§custom_data.Avain§info_url_fi§Extra",
      "kupittaa-swim§ Kupittaan maauimala §Kuppis utebad§20720§853§23460952,7§6 703 718,4§"
        + "website=https://a.fi/?a=1;b=2;booking@sv=https://b.fi§tprek=123;ptv=9f-1§Kupittaan uimala|Maauimala§venue"
        + "§Temporarily closed§1.6.2026§2026-06-01§draft§park§Mo-Fr 06:30-20:00§arvo§https://turku.fi§?", crs: 3877)
    #expect(row.problems.isEmpty)
    let place = try #require(row.place)
    #expect(place.id.description == "turku:kupittaa-swim")
    #expect(place.name == LocalizedText([.fi: "Kupittaan maauimala", .sv: "Kuppis utebad"]))
    #expect(place.position == DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4))
    #expect(place.postalCode?.description == "20720")
    #expect(place.givenMunicipality?.description == "853")
    #expect(row.municipalityText == "853")
    #expect(place.urls.map(\.address.description) == ["https://a.fi/?a=1;b=2", "https://b.fi"])
    #expect(place.urls.map(\.kind) == [.website, .booking])
    #expect(place.urls.map(\.language) == [nil, .sv])
    #expect(place.identifiers.map(\.description) == ["tprek:123", "ptv:9f-1"])
    #expect(
      place.alternateNames == [
        AlternateName("Kupittaan uimala", language: .fi), AlternateName("Maauimala", language: .fi),
      ])
    #expect(place.operatingStatus == OperatingStatus(.temporarilyClosed, validFrom: "2026-06-01"))
    #expect(place.verifiedTime == "2026-05-31T21:00:00.000000Z")
    #expect(!place.isPublic)
    #expect(place.parent == "turku:park")
    #expect(place.openingHours == "Mo-Fr 06:30-20:00")
    #expect(place.customData?.text == #"{"Avain":"arvo"}"#)
    #expect(row.delivered["x"] == .string("23460952,7"))
    #expect(row.delivered["Extra"] == nil)
  }

  @Test func everyErrorIsReported() throws {
    let row = try map(
      "id§name_fi§postal_code§municipality§lon§lat§info_url_fi§urls§kind§operating_status§operating_status_to"
        + "§identifiers§status§verified_time§parent§wkt",
      "1§§2010§1234§22.x§nan§www.turku.fi§web=https://a.fi§hall§shut§31.2.2026§tprek 1§hidden§soon§a b§POINT(1)")
    #expect(row.place == nil)
    #expect(
      codes(row).sorted() == [
        "coordinates-not-finite", "coordinates-unreadable", "coordinates-unreadable", "identifier", "kind",
        "missing-name", "municipality", "operating-status", "operating-status", "parent", "postal-code",
        "publication-status", "verified-time", "web-address", "web-address",
      ])
    #expect(row.problems.allSatisfy { $0.line == 7 && $0.id == "turku:1" && $0.severity == .error && $0.field != nil })
    let web = try #require(row.problems.first { $0.field == "info_url_fi" })
    #expect(web.detail.contains("https://www.turku.fi"))
    #expect(row.problems.first { $0.code == "postal-code" }?.detail.contains("leading zeros") == true)
  }

  @Test func missingIDAndTheRestIsStillLookedAt() throws {
    #expect(try codes(map("id§name_fi§postal_code", " §§x")) == ["missing-id", "missing-name", "postal-code"])
    #expect(try codes(map("id§name_fi", "a b§x")) == ["id"])
    #expect(try codes(map("id§name_fi", "tprek:1§x")) == ["id"])
    #expect(try map("id§name_fi", "turku:a:b§x").place?.id.local == "a:b")
  }

  @Test func faultyRowsAreOneProblem() throws {
    let mapper = try PlaceRowMapper(header: ["id", "name_fi"], source: source, crs: nil)
    let row = SourceRow(line: 3, fields: ["1"], fault: RowFault("columns", "The row has 1 cells."))
    #expect(mapper.apply(row, to: nil).problems.map(\.code) == ["columns"])
    #expect(throws: ImportProblem.self) { try mapper.id(of: row).get() }
  }

  @Test func absentKeepsAndEmptyClears() throws {
    let row = try map("id§name_sv§postal_code", "1§§", existing: existing)
    let place = try #require(row.place)
    #expect(place.name == LocalizedText([.fi: "Sali"]))
    #expect(place.postalCode == nil)
    #expect(place.openingHours == "24/7")
    #expect(place.position == (try existing).position)
    var options = PlaceRowMapper.Options()
    options.emptyKeeps = true
    #expect(try map("id§name_sv§postal_code", "1§§", existing: existing, options: options).place == existing)
    #expect(try codes(map("id§name_fi§name_sv", "1§§", existing: existing)) == ["missing-name"])
    #expect(try map("id§name_fi§x§y", "1§Sali§§", crs: 3067, existing: existing).place?.position == nil)
    #expect(try map("id§name_fi§status§kind", "1§Sali§§", existing: existing).place?.isPublic == true)
  }

  @Test func openingHoursAreReadAndWordsProposed() throws {
    let header = "id§name_fi§opening_hours"
    #expect(try map(header, "1§Sali§mo-fr 9-17", existing: existing).place?.openingHours == "Mo-Fr 09:00-17:00")
    #expect(try map(header, "1§Sali§Mo,Tu 10:00-12:00").place?.openingHours == "Mo,Tu 10:00-12:00")
    let bad = try map(header, "1§Sali§katso verkkosivuilta", existing: existing)
    #expect(codes(bad) == ["opening-hours"])
    #expect(bad.place == nil)
    #expect(bad.problems.first?.field == "opening_hours")
    #expect(bad.problems.first?.value == "katso verkkosivuilta")
    let words = "avoinna ma-to 08-20, pe 08-18, su 12-18, suljettu la"
    let proposed = try map(header, "1§Sali§\(words)", existing: existing)
    #expect(codes(proposed) == ["hours-proposed"])
    #expect(proposed.place?.openingHours == "24/7", "words change nothing by themselves")
    #expect(proposed.delivered["opening_hours"] == nil, "and are new again the next time")
    #expect(proposed.problems.first?.detail.contains("Mo-Th 08:00-20:00") == true)
    var options = PlaceRowMapper.Options()
    options.assumptions.hours = true
    let assumed = try map(header, "1§Sali§\(words)", existing: existing, last: proposed.delivered, options: options)
    #expect(codes(assumed) == ["hours-assumed"])
    #expect(assumed.place?.openingHours?.hasPrefix("Mo-Th 08:00-20:00; Fr 08:00-18:00; Su 12:00-18:00") == true)
    #expect(assumed.delivered["opening_hours"] == .string(words))
  }

  @Test func cellsThatTheSourceDidNotChangeLeaveThePlaceAlone() throws {
    let last = JSONValue.object([
      .init("name_fi", .string("Vanha nimi")), .init("postal_code", .string("20500")), .init("x", .string("1")),
      .init("y", .string("2")),
    ])
    let row = try map("id§name_fi§postal_code§x§y", "1§Vanha nimi§20500§1§2", crs: 3067, existing: existing, last: last)
    #expect(row.place == (try existing))
    let changed = try map("id§name_fi§postal_code§x§y", "1§Uusi§20500§1§3", crs: 3067, existing: existing, last: last)
    #expect(changed.place?.name[.fi] == "Uusi")
    #expect(changed.place?.postalCode?.description == "20100")
    #expect(changed.place?.position == DeliveredPosition(srid: 3067, x: 1, y: 3, accuracy: 2))
  }

  @Test func alternateNamesKeepTheirKindAndOtherLanguages() throws {
    let place = try map("id§name_fi§alternate_names_fi", "1§Sali§Uusi| Vanha ", existing: existing).place
    #expect(place?.alternateNames.map(\.name) == ["Gamla", "Uusi", "Vanha"])
    #expect(place?.alternateNames.last?.kind == .former)
    #expect(try map("id§name_fi§alternate_names_fi", "1§Sali§", existing: existing).place?.alternateNames.count == 1)
  }

  @Test func customDataKeepsTypesAndUnmappedColumns() throws {
    let place = try map("id§name_fi§custom_data.n§custom_data.m", "1§Sali§5§", existing: existing).place
    #expect(place?.customData == .object([.init("n", .integer(5))]))
    var options = PlaceRowMapper.Options()
    options.keepsUnmapped = true
    let row = try map("id§name_fi§Teho (kW)", "2§Sali§22", options: options)
    #expect(row.place?.customData?.text == #"{"Teho (kW)":"22"}"#)
    #expect(row.delivered["custom_data.Teho (kW)"] == .string("22"))
  }

  @Test(
    arguments: [
      ("Linnankatu 2, 20100 Turku", "Linnankatu 2", "20100", "Turku"),
      ("Linnankatu 2 20100 TURKU", "Linnankatu 2", "20100", "TURKU"),
      ("Sali, Linnankatu 2 A 4, FI-20100 Turku, Finland", "Sali, Linnankatu 2 A 4", "20100", "Turku"),
      ("Linnankatu 2, Turku", "Linnankatu 2", nil, "Turku"), ("20100 Turku", nil, "20100", "Turku"),
      ("Linnankatu 2", "Linnankatu 2", nil, nil), ("", nil, nil, nil),
      ("Katu 8 20100 Turku / Gatan 8 2010 Åbo", "Katu 8", "20100", "Turku"),
    ] as [(String, String?, String?, String?)])
  func addresses(text: String, street: String?, code: String?, office: String?) throws {
    let place = try map("id§name_fi§address", "1§a§\(text)").place
    #expect(place?.streetAddress?[.fi] == street)
    #expect(place?.postalCode?.description == code)
    #expect(place?.postOffice?[.fi] == office)
  }

  @Test func postOfficeBoxesAndWarnings() throws {
    #expect(try map("id§name_fi§address", "1§a§PL 12, 20101 Turku").place?.postOfficeBox == "PL 12")
    // A street alone is one; what may have been a postal code is told.
    #expect(codes(try map("id§name_fi§address", "1§a§Linnankatu 2")) == [])
    let row = try map("id§name_fi§address", "1§a§Linnankatu 2, 2010 Turku")
    #expect(codes(row) == ["address-unparsed"])
    #expect(row.problems[0].severity == .warning)
    #expect(
      try map("id§name_fi§address§postal_code", "1§a§Linnankatu 2, 20100 Turku§20540").place?.postalCode?.description
        == "20540")
  }

  @Test func problemsAsJSONAndText() {
    let problem = ImportProblem(
      line: 3, id: "t:1", code: "postal-code", field: "postal_code", value: "1\n2", detail: "Five.")
    var writer = JSONWriter()
    problem.write(to: &writer)
    #expect(
      writer.string
        == #"{"line":3,"id":"t:1","severity":"error","code":"postal-code","field":"postal_code","value":"1\n2","detail":"Five."}"#
    )
    #expect(problem.description == #"line 3, t:1: error postal-code: postal_code "1 2": Five."#)
  }
}
