import Geodesy
import Places
import Testing

@Suite("The stored document of a place") struct PlaceDocumentTests {
  private func text(_ place: Place, _ derived: DerivedPlace = DerivedPlace()) -> String {
    PlaceDocument.stored(place, derived).string
  }

  private func place(_ id: String = "turku:1", _ name: [Language: String] = [.fi: "Sali"]) throws -> Place {
    Place(id: try PlaceID(id), name: try #require(LocalizedText(name)))
  }

  @Test func minimal() throws {
    #expect(
      try text(place()) == #"""
        "@context":"http://schema.org","@type":"Place","id":"turku:1","data_source":"turku","publisher":null,\#
        "has_user_editable_resources":false,"name":{"fi":"Sali"},"description":null,"street_address":null,\#
        "postal_code":null,"post_office":null,"address_locality":null,"municipality":null,"post_office_box_num":null,\#
        "address_region":null,"address_country":"FI","coordinates":null,"opening_hours":null,"info_url":null,"urls":[],\#
        "kind":"venue","operating_status":{"status":"open","valid_from":null,"valid_to":null,"successor":null},\#
        "alternate_names":[],"held":[],"verified_time":null,"email":null,"telephone":null,"contact_type":null,\#
        "image":null,"identifiers":[],"parent":null,"divisions":[],"replaced_by":null,"deleted":false,\#
        "publication_status":"public","created_time":"","last_modified_time":"","version":1,"custom_data":null
        """#)
  }

  @Test func full() throws {
    #expect(
      try text(fullPlace(), fullDerived()) == #"""
        "@context":"http://schema.org","@type":"Place","id":"turku:Kupittaa","data_source":"turku","publisher":"org",\#
        "has_user_editable_resources":false,"name":{"fi":"Kupittaan maauimala","sv":"Kuppis utebad"},\#
        "description":{"fi":"Uimala"},"street_address":{"fi":"Blombergin aukio 12","sv":"Blombergs plan 12"},\#
        "postal_code":"20720","post_office":{"fi":"Turku","sv":"Åbo"},"address_locality":{"fi":"Turku","sv":"Åbo"},\#
        "municipality":{"code":"853","name":{"fi":"Turku","sv":"Åbo"},"source":"boundary"},"post_office_box_num":"12",\#
        "address_region":"Varsinais-Suomi","address_country":null,\#
        "coordinates":{"srid":3877,"x":23460952.7,"y":6703718.4,"accuracy":1},\#
        "opening_hours":{"expression":"24/7","text":{"fi":"Aina"},"timezone":"Europe/Helsinki"},\#
        "info_url":{"fi":"https://turku.fi"},"urls":[{"type":"booking","url":"https://b.fi","language":"sv"},\#
        {"type":"website","url":"https://w.fi","language":null}],"kind":"area",\#
        "operating_status":{"status":"temporarily_closed","valid_from":"2026-01-01","valid_to":"2026-02-01",\#
        "successor":"turku:2"},"alternate_names":[{"name":"Uimala","language":"fi","kind":"former"},\#
        {"name":"Kupittaa","language":null,"kind":"other"}],"held":["/name/fi"],"verified_time":"2026-01-01T00:00:00Z",\#
        "email":"a@turku.fi","telephone":{"fi":"02 1"},"contact_type":"office","image":5,\#
        "identifiers":[{"scheme":"tprek","value":"123"}],"parent":"turku:park",\#
        "divisions":[{"type":"muni","ocd_id":"ocd-division/country:fi/kunta:turku","municipality":"Turku",\#
        "name":{"fi":"Turku","sv":"Åbo"}},{"type":"district"}],"replaced_by":"turku:3","deleted":true,\#
        "publication_status":"draft","created_time":"2026-01-01T00:00:00Z","last_modified_time":"2026-02-01T00:00:00Z",\#
        "version":7,"custom_data":{"a":[1]},"legacy":null
        """#)
  }

  private func fullPlace() throws -> Place {
    var place = try place("turku:Kupittaa", [.sv: "Kuppis utebad", .fi: "Kupittaan maauimala"])
    place.publisher = "org"
    place.description = LocalizedText([.fi: "Uimala"])
    place.streetAddress = LocalizedText([.fi: "Blombergin aukio 12", .sv: "Blombergs plan 12"])
    place.postalCode = try PostalCode("20720")
    place.postOffice = LocalizedText([.fi: "Turku", .sv: "Åbo"])
    place.postOfficeBox = "12"
    place.addressRegion = "Varsinais-Suomi"
    place.addressCountry = nil
    place.position = DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4, accuracy: 1)
    place.openingHours = "24/7"
    place.openingHoursText = LocalizedText([.fi: "Aina"])
    place.infoURL = LocalizedText([.fi: "https://turku.fi"])
    place.urls = [
      TypedAddress(.booking, try WebAddress("https://b.fi"), language: .sv),
      TypedAddress(.website, try WebAddress("https://w.fi")),
    ]
    place.kind = .area
    place.operatingStatus = OperatingStatus(
      .temporarilyClosed, validFrom: "2026-01-01", validTo: "2026-02-01", successor: "turku:2")
    place.alternateNames = [AlternateName("Uimala", language: .fi, kind: .former), AlternateName("Kupittaa")]
    place.held = ["/name/fi"]
    place.verifiedTime = "2026-01-01T00:00:00Z"
    place.email = "a@turku.fi"
    place.telephone = LocalizedText([.fi: "02 1"])
    place.contactType = "office"
    place.image = .integer(5)
    place.identifiers = [try ForeignIdentifier(scheme: "tprek", value: "123")]
    place.parent = "turku:park"
    place.isPublic = false
    place.customData = .object([.init("a", .array([.integer(1)]))])
    place.other = .object([.init("legacy", .null)])
    return place
  }

  private func fullDerived() throws -> DerivedPlace {
    var derived = DerivedPlace()
    derived.municipality = Municipality(
      code: try MunicipalityCode("853"), name: try #require(LocalizedText([.fi: "Turku", .sv: "Åbo"])))
    derived.municipalitySource = .boundary
    derived.divisions = [.object([.init("type", .string("district"))])]
    derived.version = 7
    derived.createdTime = "2026-01-01T00:00:00Z"
    derived.lastModifiedTime = "2026-02-01T00:00:00Z"
    derived.isDeleted = true
    derived.replacedBy = "turku:3"
    return derived
  }

  @Test func hostileTextsStayTexts() throws {
    let hostile = "\",\"version\":99}\n<script>\\"
    var place = try place("a:\"}'\\", [.fi: hostile, .en: "\u{0}\u{1B}[31m"])
    place.email = hostile
    place.alternateNames = [AlternateName(hostile)]
    place.customData = .object([.init(hostile, .string(hostile))])
    let value = try JSONParser.parse("{" + text(place) + "}")
    #expect(value["version"]?.integerValue == 1)
    #expect(value["id"]?.stringValue == "a:\"}'\\")
    #expect(value["name"]?["fi"]?.stringValue == hostile)
    #expect(value["name"]?["en"]?.stringValue == "\u{0}\u{1B}[31m")
    #expect(value["email"]?.stringValue == hostile)
    #expect(value["alternate_names"]?.arrayValue?.first?["name"]?.stringValue == hostile)
    #expect(value["custom_data"]?[hostile]?.stringValue == hostile)
    let keys = value.members?.map(\.key) ?? []
    #expect(Set(keys).count == keys.count)
  }

  @Test func aPositionInDegreesIsToldByPositionAlone() throws {
    var place = try place()
    place.position = DeliveredPosition(srid: 4326, x: 22.2907, y: 60.4437)
    #expect(text(place).contains(#""coordinates":null"#))
    place.position = DeliveredPosition(srid: 3067, x: 240_000, y: 6_711_000.25)
    #expect(text(place).contains(#""coordinates":{"srid":3067,"x":240000,"y":6711000.25,"accuracy":null}"#))
  }

  @Test func aMunicipalityHasAnOpenCivicDataID() throws {
    let name = try #require(LocalizedText([.fi: "Pedersören kunta", .sv: "Pedersöre"]))
    let municipality = Municipality(code: try MunicipalityCode("599"), name: name)
    #expect(municipality.ocdID == "ocd-division/country:fi/kunta:pedersören_kunta")
  }
}
