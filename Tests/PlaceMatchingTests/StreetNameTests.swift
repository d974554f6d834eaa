import PlaceMatching
import Testing

struct StreetNameTests {
  @Test func caseAndPunctuationMakeNoOtherStreet() {
    #expect(StreetName.key("S:t Eriksgatan") == StreetName.key("sankt eriksgatan"))
  }
}
