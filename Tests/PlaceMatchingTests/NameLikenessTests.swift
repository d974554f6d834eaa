import Places
import Testing

@testable import PlaceMatching

@Suite("Names")
struct NameLikenessTests {
  private static func score(_ segments: [String], _ name: String) -> NameLikeness {
    NameLikeness.compare(segments.map { NameWord.words(Folding.fold($0)) }, NameWord.words(Folding.fold(name)))
  }

  @Test(
    "The order of words, capitals and hyphens don't matter",
    arguments: [
      ("Kupittaan maauimala", "maauimala KUPITTAAN"), ("Tampere-talo", "Tampere talo"), ("Tampere-talo", "Tamperetalo"),
      ("Maa-uimala Samppalinna", "Samppalinna maauimala"), ("S:t Karins bibliotek", "Sankt Karins Bibliotek"),
    ])
  func same(_ a: String, _ b: String) { #expect(Self.score([a], b).score > 0.9) }

  @Test(
    "Another kind of place or another quarter is another name",
    arguments: [
      ("Kupittaan jäähalli", "Kupittaan maauimala"), ("Runosmäen kirjasto", "Hirvensalon kirjasto"),
      ("Kirjasto", "Kirkko"),
      ("Turun linna", "Turun messukeskus"),
    ])
  func other(_ a: String, _ b: String) { #expect(Self.score([a], b).score < 0.7) }

  @Test("Halls are told apart by their numbers")
  func numbers() {
    #expect(Self.score(["Kenttä 1"], "Kenttä 2").score < 0.6)
    #expect(Self.score(["Kenttä 1"], "Kenttä 1").score == 1)
    #expect(Self.score(["Sali"], "Sali 2").score < 0.86)
  }

  @Test("Segments that are of something else take little from it, and are told")
  func segments() {
    let likeness = Self.score(["Kupittaa", "Kupittaan maauimala"], "Kupittaan maauimala")
    #expect(likeness.score > 0.9)
    let extra = Self.score(["Kupittaan maauimala", "Lastentapahtuma"], "Kupittaan maauimala")
    #expect(extra.explained == [0])
    #expect(extra.score == 1)
  }

  @Test("General words distinguish little")
  func distinction() {
    #expect(Self.score(["Kirjasto"], "Kirjasto").distinction < 0.6)
    #expect(Self.score(["Kupittaan maauimala"], "Kupittaan maauimala").distinction > 1)
  }

  @Test(
    "Abbreviations are like what they stand for",
    arguments: [
      ("Kupittaan psto", "Kupittaan puisto"), ("P. Henrikin kappeli", "Pyhän Henrikin kappeli"),
      ("Kupittaan urheilup.", "Kupittaan urheilupuisto"),
    ])
  func abbreviations(_ a: String, _ b: String) { #expect(Self.score([a], b).score > 0.68) }

  @Test("A name may begin with its own town or not")
  func ownTown() {
    func score(_ asked: String, _ name: String, _ towns: [String]) -> Double {
      NameLikeness.compare([NameWord.words(Folding.fold(asked))], NameWord.words(Folding.fold(name)), towns: towns)
        .score
    }
    #expect(score("Pääkirjasto", "Turun pääkirjasto", ["turku"]) > 0.9)
    #expect(score("Turun pääkirjasto", "Pääkirjasto", ["turku"]) > 0.9)
    #expect(score("Pääkirjasto", "Turun pääkirjasto", ["tampere"]) < 0.86)
  }
}
