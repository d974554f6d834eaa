import PlaceMatching
import Places
import Testing

struct StreetNameTests {
  @Test(arguments: [
    ["Sankt Eriksgatan", "S:t Eriksgatan", "sankt eriksgatan", "St. Eriksgatan", "S:t Eriksg."],
    ["Aleksis Kiven katu", "Aleksis Kiven k.", "ALEKSIS KIVEN KATU", "Aleksis Kiven k", "Aleksis Kivenkatu"],
    ["Linnankatu", "Linnank.", "linnankatu", "Linnank", " Linnankatu "],
    ["Mannerheimintie", "Mannerheimint."], ["Blombergin aukio", "Blombergin auk.", "Blomberginaukio"],
    ["Storgatan", "Storg."], ["Nylandsvägen", "Nylandsv."], ["Fiskargränd", "Fiskargr."],
    ["Runebergs gata", "Runebergs gatan", "Runebergs g."], ["Itäinen Pitkäkatu", "It. Pitkäk.", "itäinen pitkäkatu"],
    ["Pohjoisesplanadi", "Pohj. Esplanadi", "Pohjoinen Esplanadi"],
    ["Ala-Malmin tori", "Ala Malmin tori", "Ala–Malmin tori"],
    ["Norra Esplanaden", "N. Esplanaden"], ["Juhana Herttuan puistokatu", "Juhana Herttuan puistok."],
    ["Vanha tie", "vanha t.", "Vanhatie"], ["H\u{E4}meentie", "Ha\u{308}meentie"],
  ])
  func oneStreetHasOneKey(ways: [String]) {
    for way in ways { #expect(StreetName.key(way) == StreetName.key(ways[0]), "\(way)") }
  }

  @Test func otherStreetsHaveOtherKeys() {
    let streets = [
      "Linnankatu", "Linnantie", "Linnankuja", "Slottsgatan", "Iso Linnankatu", "Länankatu", "Lanankatu", "Hämeentie",
      "Hameentie",
      "Itäinen Rantakatu", "Läntinen Rantakatu", "1. linja", "2. linja", "Norra kajen", "Södra kajen", "Öström",
      "Oström",
    ]
    #expect(Set(streets.map { StreetName.key($0) }).count == streets.count)
  }

  @Test func keysAreStable() {
    // Stored in the database: a change here needs a table change.
    #expect(StreetName.key("Blombergin aukio") == "blomberginaukio")
    #expect(StreetName.key("Itäinen Pitkäkatu") == "itäinen pitkäkatu")
    #expect(StreetName.key("S:t Eriks gata") == "st eriksgatan")
    #expect(StreetName.key("Ala-Malmin tori") == "ala malmintori")
    #expect(StreetName.key("") == "" && StreetName.key("--") == "" && StreetName.key("k.") == "katu")
  }

  @Test func streetWordsAreKnown() {
    for word in ["katu", "tie", "aukio", "tori", "gatan", "vägen", "plan", "torget", "stigen", "kuja", "polku"] {
      #expect(StreetName.isStreetWord(word), "\(word)")
    }
    for word in ["linnankatu", "talo", "kirjasto", "", "turku"] { #expect(!StreetName.isStreetWord(word), "\(word)") }
  }

  @Test(arguments: [
    ("Linnankatu 2", "Linnankatu", HouseNumber(2)),
    ("Linnankatu 2-4b", "Linnankatu", HouseNumber(2, end: 4, letter: "b")),
    ("Linnankatu 2 b", "Linnankatu", HouseNumber(2, letter: "b")), ("Kauppakuja", "Kauppakuja", nil),
    ("Linnankatu 2 A 14, 2. krs", "Linnankatu", HouseNumber(2, letter: "A", text: "2 A 14")),
    ("Gammelby Öst 7", "Gammelby Öst", HouseNumber(7)), ("3. linja 7", "3. linja", HouseNumber(7)),
    ("Linnankatu 2 – 4", "Linnankatu", HouseNumber(2, end: 4)), ("", "", nil), ("12", "12", nil),
    ("Juhana Herttuan puistokatu 21 (sisäpiha)", "Juhana Herttuan puistokatu", HouseNumber(21)),
    ("Kulttuuritalo, Linnankatu 2", "Linnankatu", HouseNumber(2)), ("Mäkitie 12 ja 14", "Mäkitie", HouseNumber(12)),
  ])
  func fieldsAreSplit(text: String, street: String, number: HouseNumber?) {
    let split = StreetName.split(text)
    #expect(split.street == street && split.number == number, "\(split)")
  }
}
