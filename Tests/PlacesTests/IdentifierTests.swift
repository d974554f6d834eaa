import Places
import Testing

@Suite("Ids, codes and addresses") struct IdentifierTests {
  @Test("data sources", arguments: ["a", "0", "turku", "tprek", "a.b-c_d", "9x", String(repeating: "a", count: 64)])
  func dataSource(text: String) throws {
    #expect(try DataSourceID(text).description == text)
  }

  @Test(
    "no data sources",
    arguments: [
      "", "Turku", "åbo", "a b", " a", "a ", "-a", ".a", "_a", "a:b", "a/b", "a,b", "a\n", "a\0", "ａ", "а",
      String(repeating: "a", count: 65),
    ])
  func noDataSource(text: String) {
    let error = #expect(throws: InvalidValue.self) { try DataSourceID(text) }
    #expect(error?.code == "data-source")
    #expect(error?.value == text)
  }

  @Test("organisations", arguments: ["a", "turku", "ahjo:u021600", "a:", "0.b-c_d", String(repeating: "a", count: 64)])
  func organization(text: String) throws {
    #expect(try OrganizationID(text).description == text)
    #expect(try OrganizationID(text).source?.description == (text.contains(":") ? nil : text))
  }

  @Test(
    "no organisations",
    arguments: [
      "", ":a", "Turku", "åbo", "a b", "a\n", "a\0", "-a", ".a", "_a", "a/b", "a,b", String(repeating: "a", count: 65),
    ])
  func noOrganization(text: String) {
    let error = #expect(throws: InvalidValue.self) { try OrganizationID(text) }
    #expect(error?.code == "organization")
    #expect(error?.value == text)
  }

  @Test(
    "ids",
    arguments: [
      ("turku:kupittaa-swim", "kupittaa-swim"), ("a:1", "1"), ("a:B", "B"), ("a:b:c", "b:c"), ("a::", ":"),
      ("a:Åbo/ä?x=1&y#z%20", "Åbo/ä?x=1&y#z%20"), ("a:😀", "😀"), ("a:'\"<>;--", "'\"<>;--"), ("a:../..", "../.."),
      ("a:" + String(repeating: "ö", count: 200), String(repeating: "ö", count: 200)),
    ])
  func placeID(text: String, local: String) throws {
    let id = try PlaceID(text)
    #expect(id.description == text)
    #expect(id.local == local)
    #expect(try PlaceID(source: id.source, local: local) == id)
  }

  @Test(
    "no ids",
    arguments: [
      "", "a", ":", "a:", ":b", "A:b", "a b:c", "å:b", "a:b c", "a: b", "a:b,c", "a:b\tc", "a:b\nc", "a:b\0",
      "a:\u{7F}",
      "a:\u{85}", "a:\u{9F}", "a:\u{A0}", "a:\u{2003}x", "a:\u{2028}", "a:\u{3000}",
      "a:" + String(repeating: "b", count: 201), String(repeating: "a", count: 65) + ":b",
    ])
  func noPlaceID(text: String) {
    #expect(throws: InvalidValue.self) { try PlaceID(text) }
  }

  @Test func idsAreCaseSensitiveAndOrdered() throws {
    #expect(try PlaceID("a:B") != PlaceID("a:b"))
    #expect(try [PlaceID("b:1"), PlaceID("a:2"), PlaceID("a:1")].sorted().map(\.description) == ["a:1", "a:2", "b:1"])
  }

  @Test("postal codes", arguments: ["00100", "20720", "99999", "00000"])
  func postalCode(text: String) throws { #expect(try PostalCode(text).description == text) }

  @Test(
    "no postal codes",
    arguments: ["", "100", "0010", "001000", "0010a", " 0010", "00100 ", "٠٠١٠٠", "-0100", "FI-00100"])
  func noPostalCode(text: String) {
    let error = #expect(throws: InvalidValue.self) { try PostalCode(text) }
    #expect(error?.code == "postal-code")
  }

  @Test("municipality codes", arguments: [("853", "853"), ("91", "091"), ("5", "005"), ("000", "000")])
  func municipality(text: String, code: String) throws { #expect(try MunicipalityCode(text).description == code) }

  @Test("no municipality codes", arguments: ["", "0853", "8531", "8a3", "-53", "+53", " 53", "٨٥٣", "Turku"])
  func noMunicipality(text: String) {
    let error = #expect(throws: InvalidValue.self) { try MunicipalityCode(text) }
    #expect(error?.code == "municipality")
  }

  @Test func municipalitiesSortByNumber() throws {
    #expect(try MunicipalityCode("9") < MunicipalityCode("10"))
    #expect(try MunicipalityCode("91") == MunicipalityCode("091"))
  }

  @Test func foreignIdentifiers() throws {
    let identifier = try ForeignIdentifier(scheme: "osm", value: "node/56418307")
    #expect(identifier.description == "osm:node/56418307")
    for (scheme, value) in [
      ("", "1"), ("TPREK", "1"), ("a", ""), ("a", "b c"), ("a", "b,c"), ("a:b", "c"), ("a", "b\n"),
    ] {
      #expect(throws: InvalidValue.self) { try ForeignIdentifier(scheme: scheme, value: value) }
    }
  }

  @Test(
    "web addresses",
    arguments: [
      "http://a.fi", "https://turku.fi/", "HTTPS://Turku.FI/Å?x=1;y=2#z", "https://åbo.fi/välkommen",
      "http://1.2.3.4:8080/",
      "http://[::1]/", "https://user@a.fi/", "https://a.fi/?q=%20'",
      "https://a.fi/" + String(repeating: "x", count: 1987),
    ])
  func webAddress(text: String) throws { #expect(try WebAddress(text).description == text) }

  @Test(
    "no web addresses",
    arguments: [
      "", "a.fi", "www.turku.fi", "//a.fi", "http:", "http://", "https:///path", "http://?q", "http:/a.fi",
      "ftp://a.fi",
      "mailto:a@b.fi", "javascript:alert(1)", "JavaScript://a.fi/%0Aalert(1)", "java\nscript:alert(1)",
      "data:text/html,<script>", "vbscript:x", " https://a.fi", "https://a.fi ", "https://a.fi/b c", "https://a.fi/\n",
      "https://a.fi/\u{0}", "https://a.fi/\u{7F}", "https://a.fi/\u{85}", "https://a.fi/\u{A0}x",
      "https://a.fi/\u{2028}",
      "https://a.fi/\">", "https://a.fi/<b>", "https://.fi", "https://-a.fi",
      "https://a.fi/" + String(repeating: "x", count: 1988),
    ])
  func noWebAddress(text: String) {
    let error = #expect(throws: InvalidValue.self) { try WebAddress(text) }
    #expect(error?.code == "web-address")
  }
}
