import Testing

@testable import PlaceMatching

@Suite("Words")
struct WordTests {
  private static func likeness(_ a: String, _ b: String) -> Double { WordLikeness.compare(NameWord(a), NameWord(b)) }

  @Test("The same word is the same; dots of ä, ö and å are a small difference, never none")
  func dots() {
    #expect(Self.likeness("pääkirjasto", "pääkirjasto") == 1)
    let withoutDots = Self.likeness("paakirjasto", "pääkirjasto")
    #expect(withoutDots > 0.9 && withoutDots < 1)
  }

  @Test(
    "A typing error is forgiven in long words only",
    arguments: [
      ("maauimala", "mauimala"), ("maauimala", "maauimlaa"), ("kupittaan", "kupitaan"), ("blombergin", "blonbergin"),
      ("palloiluhalli", "palloilhalii"),
    ])
  func typingErrors(_ word: String, _ mistyped: String) {
    let likeness = Self.likeness(word, mistyped)
    #expect(likeness > 0.7 && likeness < 0.97)
  }

  @Test(
    "Other words are other words",
    arguments: [
      ("jäähalli", "uimahalli"), ("sali", "tori"), ("koulu", "kirkko"), ("1", "2"), ("2b", "2c"), ("itä", "ala"),
      ("lahti", "vantaa"),
    ])
  func others(_ a: String, _ b: String) { #expect(Self.likeness(a, b) == 0) }

  @Test(
    "Inflected words are like their base",
    arguments: [
      ("kirjastolla", "kirjasto"), ("maauimalassa", "maauimala"), ("helsingissä", "helsinki"), ("turussa", "turku"),
      ("hallissa", "halli"), ("kentällä", "kenttä"), ("puistossa", "puisto"), ("areenalla", "areena"),
      ("koululla", "koulu"),
      ("kirkossa", "kirkko"), ("talossa", "talo"), ("lammella", "lampi"), ("keskuksessa", "keskus"),
      ("uimarannalla", "uimaranta"),
      ("vantaalla", "vantaa"), ("tampereella", "tampere"), ("biblioteket", "bibliotek"), ("skolan", "skola"),
    ])
  func inflections(_ inflected: String, _ base: String) {
    #expect(Self.likeness(inflected, base) > 0.85)
  }

  @Test("The distance counts neighbours exchanged as one error, and stops where more are too many")
  func distances() {
    func distance(_ a: String, _ b: String, _ most: Int) -> Int {
      WordLikeness.distance(Array(a.utf16), Array(b.utf16), most: most)
    }
    #expect(distance("turku", "truku", 2) == 1)
    #expect(distance("turku", "turku", 2) == 0)
    #expect(distance("turku", "turk", 2) == 1)
    #expect(distance("", "ab", 2) == 2)
    #expect(distance("kitten", "sitting", 3) == 3)
    #expect(distance("abcdef", "ghijkl", 2) == 3)
  }

  @Test("The nearest words of a vocabulary, the likest first")
  func nearest() {
    #expect(
      WordNearness.nearest("kupitaan", among: ["kupittaan", "kupilaan", "lappeen"]) == ["kupilaan", "kupittaan"])
    #expect(WordNearness.nearest("kup", among: ["lap"]) == [])
  }
}
