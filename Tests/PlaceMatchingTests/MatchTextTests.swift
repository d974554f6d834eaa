import PlaceMatching
import Places
import Testing

@Suite("What of a place is compared")
struct MatchTextTests {
  private static func place() throws -> Place {
    var place = Place(
      id: try PlaceID("t:1"), name: try #require(LocalizedText([.fi: "Kupittaan maauimala", .sv: "Kuppis utebad"])))
    place.alternateNames = [AlternateName("Kupittaan uimala"), AlternateName("KUPPIS UTEBAD")]
    place.streetAddress = LocalizedText([.fi: "Blombergin aukio 12–14b", .sv: "Blombergs plan 12"])
    place.postOffice = LocalizedText([.fi: "Turku", .sv: "Åbo"])
    return place
  }

  @Test func whatIsStoredIsReadBack() throws {
    let text = MatchText(try Self.place(), areas: ["Kupittaa", "Itäharju|Kuppis"])
    #expect(MatchText(stored: text.stored) == text)
    #expect(text.names == ["kupittaan maauimala", "kuppis utebad"])
    #expect(text.alternates == ["kupittaan uimala"])
    #expect(text.streets.map(\.key) == ["blomberginaukio", "blombergsplanen"])
    #expect(text.streets.map(\.number) == [12, 12])
    #expect(text.streets.map(\.end) == [14, nil])
    #expect(text.streets.map(\.letter) == ["b", nil])
    #expect(text.postOffices == ["turku", "åbo"])
    #expect(text.areas == ["kupittaa", "itäharju kuppis"])
  }

  @Test func aPlaceIsFoundByEachOfItsWordsAndHouses() throws {
    let turku = try MunicipalityCode("853")
    let keys = MatchText(try Self.place(), areas: []).keys(municipality: turku)
    let expected = [
      MatchKey.word("kupittaan"), MatchKey.word("utebad"), MatchKey.word("maauimala", in: turku),
      MatchKey.name(["maauimala", "kupittaan"]), MatchKey.name(["kupittaan", "maauimala"], in: turku),
      MatchKey.house("blomberginaukio", 12), MatchKey.house("blomberginaukio", 13),
      MatchKey.house("blomberginaukio", 14),
      MatchKey.house("blombergsplanen", 12), MatchKey.street("blomberginaukio", in: turku),
    ]
    for key in expected { #expect(keys.contains(key)) }
    #expect(!keys.contains(MatchKey.house("blombergsplanen", 14)))
    #expect(keys == keys.sorted())
  }

  @Test("Keys are stored: what they are made of stays as it is")
  func keysAreStable() throws {
    #expect(MatchKey.word("kupittaan") == MatchKey.word("kupittaan"))
    #expect(MatchKey.word("a") != MatchKey.word("a", in: try MunicipalityCode("853")))
    #expect(MatchKey.house("linnankatu", 2) != MatchKey.house("linnankatu", 22))
    #expect(MatchKey.word("kirjasto") == -3658021537887106237)
  }
}
