import Geodesy
import PlaceImport
import Places
import Testing

@Suite struct JSONShapeTests {
  private let source = try! DataSourceID("turku")

  private func places(_ read: ReadRows) throws -> [MappedRow] {
    let mapper = try PlaceRowMapper(header: read.header, source: source)
    return read.sources.map { mapper.apply($0, to: nil) }
  }

  @Test func serviceLocationsOfPTV() throws {
    let read = try ReadRows(
      #"""
      {"pageNumber": 1, "pageCount": 1, "itemList": [
       {"id": "9f-1", "serviceChannelType": "ServiceLocation", "publishingStatus": "Published",
        "serviceChannelNames": [{"language": "fi", "value": "Kirjasto", "type": "Name"},
          {"language": "fi", "value": "Pääkirjasto", "type": "AlternativeName"},
          {"language": "sv", "value": "Biblioteket", "type": "Name"}],
        "displayNameType": [{"type": "AlternativeName", "language": "fi"}],
        "serviceChannelDescriptions": [{"language": "fi", "value": "Lyhyt", "type": "Summary"},
          {"language": "fi", "value": "Pitkä", "type": "Description"}],
        "phoneNumbers": [{"type": "Phone", "prefixNumber": "+358", "number": "0101", "language": "fi"},
          {"type": "Fax", "number": "9", "language": "fi"}],
        "emails": [{"value": "a@b.fi", "language": "fi"}, {"value": "c@d.fi", "language": "fi"}],
        "webPages": [{"url": "https://a.fi", "language": "fi"}, {"url": "b.fi", "language": "fi"}, {"url": "x", "language": "sv"}],
        "addresses": [{"type": "Postal"}, {"type": "Location", "subType": "Single", "country": "FI", "streetAddress": {
          "street": [{"value": "Testitie", "language": "fi"}, {"value": "Testvägen", "language": "sv"}],
          "streetNumber": "13", "postalCode": "20100", "postOffice": [{"value": "TURKU", "language": "fi"},
          {"value": "TURKU", "language": "zz"}], "municipality": {"code": "5"},
          "latitude": "6730000.000", "longitude": "258000.000", "coordinateState": "Ok"}}],
        "serviceHours": [{"serviceHourType": "DaysOfTheWeek", "validForNow": true, "additionalInformation": [],
          "openingHour": [{"dayFrom": "Wednesday", "dayTo": "", "from": "08:00:00", "to": "16:00:00"},
          {"dayFrom": "Nonday", "from": "08:00:00", "to": "16:00:00"}]}]},
       {"id": "2", "serviceChannelType": "EChannel", "serviceChannelNames": []},
       {"id": "3", "serviceChannelType": "ServiceLocation", "publishingStatus": "Deleted", "serviceChannelNames": []},
       {"id": "4", "serviceChannelType": "ServiceLocation", "publishingStatus": "Draft", "serviceHours": "x",
        "serviceChannelNames": [{"language": "fi", "value": "B", "type": "Name"}], "addresses": 7}
      ]}
      """#)
    #expect(read.rows.count == 2)
    let row = read.rows[0].filter { !$0.value.isEmpty }
    #expect(
      row == [
        "id": "9f-1", "name_fi": "Pääkirjasto", "name_sv": "Biblioteket", "alternate_names_fi": "Kirjasto",
        "description_fi": "Pitkä", "street_address_fi": "Testitie 13", "street_address_sv": "Testvägen 13",
        "postal_code": "20100", "post_office_fi": "TURKU", "municipality": "005", "x": "258000.000",
        "y": "6730000.000", "srid": "3067", "opening_hours": "We 08:00-16:00", "email": "a@b.fi",
        "telephone_fi": "+358101", "info_url_fi": "https://a.fi", "urls": "website@fi=https://b.fi",
        "status": "public", "identifiers": "ptv=9f-1",
      ])
    #expect(read.codes.sorted() == ["hours-loss", "hours-unreadable", "value-dropped", "web-address"])
    #expect(read.rows[1]["status"] == "draft")
    #expect(read.remarks.count == 2)
    let places = try places(read)
    #expect(places.flatMap(\.problems) == [])
    #expect(places[0].place?.position == DeliveredPosition(srid: 3067, x: 258_000, y: 6_730_000))
  }

  @Test func servicePointsOfTurku() throws {
    let read = try ReadRows(
      #"""
      [{"tila": {"koodi": "1"}, "koodi": "740", "nimi_kieliversiot": {"fi": "Terapia", "sv": ""}, "ptv_id": "8j-1",
        "puhelinnumerot": [{"numero": "0473", "maakoodi": "358"}, {"numero": "99"}], "sahkoposti": "a@turku.fi",
        "fyysinenPaikka": {"pituusaste": "22.274070900000", "leveysaste": "60.437878600000",
         "osoitteet": [{"katuosoite_fi": "Testitie 2", "katuosoite_sv": "", "postinumero": "20810",
           "postitoimipaikka_fi": "Turku", "kunta": {"koodi": "", "nimi_fi": "Turku"}}, {}],
         "aukioloajat": [{"viikonpaiva": "1-5", "avaamisaika": "08:00:00", "sulkemisaika": "15:00:00",
           "aukiolotyyppi": "normaali", "voimassaoloAlkamishetki": "", "voimassaoloPaattymishetki": ""}]}},
       {"koodi": "2", "tila": {"koodi": "3"}, "nimi_kieliversiot": {"fi": "X", "sms": "Y"}, "fyysinenPaikka": null}]
      """#)
    #expect(
      read.rows[0].filter { !$0.value.isEmpty } == [
        "id": "740", "name_fi": "Terapia", "street_address_fi": "Testitie 2", "postal_code": "20810",
        "post_office_fi": "Turku", "municipality": "Turku", "lon": "22.274070900000", "lat": "60.437878600000",
        "opening_hours": "Mo-Fr 08:00-15:00", "email": "a@turku.fi", "telephone_fi": "+358 473, 99",
        "status": "public", "identifiers": "ptv=8j-1",
      ])
    #expect(read.rows[1]["name_sms"] == "Y")
    #expect(read.codes == ["several-addresses", "status"])
    #expect(try places(read).flatMap(\.problems) == [])
  }

  @Test func addressesOfTheGeoSearch() throws {
    let text = #"""
      {"count": 2, "next": "https://x.fi/address/?municipalitycode=853&page=2", "results": [
       {"street": {"name": {"fi": "Linnankatu", "sv": "Slottsgatan"}}, "number": "2", "number_end": "4", "letter": "b",
        "location": {"type": "Point", "coordinates": [22.26701, 60.45]},
        "postal_code_area": {"postal_code": "20100", "name": {"fi": "Turku"}}},
       {"street": {"name": {"fi": "Kuja"}}, "number": "1", "number_end": "", "letter": null, "location": null,
        "postal_code_area": null}]}
      """#
    let read = try ReadRows(text, kind: .addresses)
    #expect(
      read.sources[0].fields == ["Linnankatu", "Slottsgatan", "2", "4", "b", "20100", "853", "22.26701", "60.45"])
    #expect(read.sources[1].fields == ["Kuja", "", "1", "", "", "", "853", "", ""])
    let failure = importFailure { _ = try ReadRows(text) }
    #expect(failure?.detail.contains("import it as addresses") == true)
  }

  @Test func unitsOfTPREK() throws {
    let text = #"""
      [{"id": 1097, "org_id": "83e7", "dept_id": "c5", "provider_type": "SELF_PRODUCED", "name_fi": "Annala",
        "name_sv": "Annala sv", "desc_fi": "Kuvaus", "latitude": 60.214214, "longitude": 24.981604,
        "northing_etrs_gk25": 6677633, "easting_etrs_gk25": 25498981, "street_address_fi": "Hämeentie 154",
        "address_zip": "00560", "address_city_fi": "Helsinki", "phone": "09 310", "www_fi": "http://www.hel.fi",
        "sources": [{"source": "internal", "id": "x"}, {"source": "hauki", "id": "77"}], "vtj_prt": "1009",
        "is_public": true, "connections": [{"section_type": "OPENING_HOURS", "name_fi": "ma-pe 8-16"},
        {"section_type": "LINK", "name_fi": "muu"}], "ontologyword_ids": [1]}]
      """#
    let engine = CoordinateEngine(gridDirectory: nil)
    var options = ImportFile.Options()
    options.transform = { try engine.transform($0, from: $1, to: $2).coordinate }
    let read = try ReadRows(text, options: options)
    let row = read.rows[0].filter { !$0.value.isEmpty }
    #expect(row["id"] == "1097")
    #expect(row["identifiers"] == "tprek=1097;hauki=77;vtj-prt=1009")
    #expect(row["opening_hours_text_fi"] == "ma-pe 8-16")
    #expect(row["lon"] == "24.981604")
    #expect(row["status"] == "public")
    #expect(row["info_url_fi"] == "http://www.hel.fi")
    let delivered = try engine.transform(Coordinate(x: 24.981604, y: 60.214214), from: 4326, to: 3879).coordinate
    let isNear = abs(delivered.x - 25_498_981) < 1 && abs(delivered.y - 6_677_633) < 1
    #expect((row["srid"] == "3879") == isNear)
    #expect(read.codes == (isNear ? [] : ["positions-disagree"]))
    let exact = text.replacing("6677633", with: "\(Int(delivered.y.rounded()))")
      .replacing("25498981", with: "\(Int(delivered.x.rounded()))")
    #expect(try ReadRows(exact, options: options).rows[0]["srid"] == "3879")
    let far = try ReadRows(exact.replacing("60.214214", with: "60.215"), options: options)
    #expect(far.rows[0]["x"] == "")
    #expect(far.codes == ["positions-disagree"])
  }

  @Test func aPlaceAsThisRegistryAnswersComesBackAsItWas() throws {
    var place = Place(id: try PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "Sali", .sv: "Salen"])))
    place.streetAddress = LocalizedText([.fi: "Linnankatu 2"])
    place.postalCode = try PostalCode("20100")
    place.openingHours = "Mo-Fr 08:00-16:00"
    place.position = DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4, accuracy: 2)
    place.identifiers = [try ForeignIdentifier(scheme: "tprek", value: "5")]
    place.alternateNames = [AlternateName("Halli", language: .fi), AlternateName("Muu")]
    place.urls = [TypedAddress(.booking, try WebAddress("https://a.fi/?a=1;b=2"), language: .sv)]
    place.customData = .object([.init("a", .integer(5)), .init("b", .object([.init("c", .bool(true))]))])
    let document = "{" + PlaceDocument.stored(place, DerivedPlace()).string.dropFirst(0) + "}"
    let read = try ReadRows(document + "\n" + document.replacing("\"deleted\":false", with: "\"deleted\":true"))
    #expect(read.rows.count == 1)
    #expect(read.remarks.map(\.code) == ["left-out"])
    let mapped = try places(read)[0]
    #expect(mapped.problems == [])
    var back = try #require(mapped.place)
    #expect(back.customData?["a"] == .string("5"))
    back.customData = place.customData
    back.alternateNames.sort { $0.name < $1.name }
    #expect(back == place)
  }

  @Test func whatIsNotOfTheShapeIsAFault() throws {
    let read = try ReadRows(
      #"[{"koodi": "1", "nimi_kieliversiot": {"fi": "A"}}, {"a": 1}, 7, {"koodi": [], "nimi_kieliversiot": 3}]"#)
    #expect(read.sources.map { $0.fault?.code } == [nil, "shape", "json", nil])
    let failure = importFailure { _ = try ReadRows(#"[{"oma": {"nimi": "A"}, "n": [1]}]"#) }
    #expect(failure?.flag == "--mapping")
    #expect(failure?.detail.contains("/oma/nimi, /n/0") == true)
    #expect(importFailure { _ = try ReadRows("[]") }?.code == "file-empty")
    #expect(importFailure { _ = try ReadRows(#"[{"koodi": "1", "nimi_kieliversiot": {"fi": "A"}}"#) }?.code == "json")
  }
}
