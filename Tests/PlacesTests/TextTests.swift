import Places
import Testing

@Suite("Names in several languages, folded and sorted") struct TextTests {
  @Test func languagesWithoutTextAreAbsent() throws {
    let text = try #require(LocalizedText([.en: "E", .sv: "S", .fi: "", .ru: "Р", .se: "Č"]))
    #expect(text.values.map(\.language) == [.sv, .en, .se, .ru])
    #expect(text[.fi] == nil)
    #expect(text[.sv] == "S")
    #expect(text.preferred == "S")
    #expect(text.json.text == #"{"sv":"S","en":"E","se":"Č","ru":"Р"}"#)
    #expect(LocalizedText([:]) == nil)
    #expect(LocalizedText([.fi: "", .sv: ""]) == nil)
  }

  @Test(
    "read from JSON",
    arguments: [
      (#"{"fi":"Turku","sv":"Åbo"}"#, #"{"fi":"Turku","sv":"Åbo"}"#),
      (#"{"sv":"Åbo","fi":"Turku"}"#, #"{"fi":"Turku","sv":"Åbo"}"#),
      (#"{"fi":null,"zh_hans":"图尔库"}"#, #"{"zh_hans":"图尔库"}"#), (#"{"fi":null}"#, nil), ("{}", nil), ("null", nil),
      (#""Turku""#, nil), (#"{"de":"Turku"}"#, nil), (#"{"fi":"Turku","de":null}"#, nil), (#"{"FI":"Turku"}"#, nil),
      (#"{"fi":5}"#, nil), ("[]", nil),
    ] as [(String, String?)])
  func localizedJSON(text: String, expected: String?) throws {
    #expect(LocalizedText(json: try JSONParser.parse(text))?.json.text == expected)
  }

  @Test func everyLanguageReadsBack() throws {
    let names = ["fi", "sv", "en", "se", "smn", "sms", "ru", "zh_hans", "ar"]
    #expect(Language.allCases.map(\.rawValue) == names)
    for name in names {
      #expect(LocalizedText(json: .object([.init(name, .string("x"))]))?.values.first?.language.rawValue == name)
    }
  }

  @Test(
    "folded",
    arguments: [
      ("Turku", "turku"), ("ÅBO", "åbo"), ("A\u{30A}bo", "åbo"), ("Äänekoski", "äänekoski"),
      ("A\u{308}a\u{308}nekoski", "äänekoski"), ("Øre Æsir", "öre äsir"), ("S:t Karins", "st karins"),
      ("S:T KARINS", "st karins"), ("St. Karins", "st karins"), ("Sankt Karins", "st karins"),
      ("Sanct Karins", "st karins"), ("Sankta", "sankta"), ("Café Engel", "cafe engel"),
      ("Cafe\u{301} Engel", "cafe engel"),
      ("Kaarle-Kustaa,  (3)", "kaarle kustaa 3"), ("P.O. Box", "po box"), ("D'Angelo’s", "dangelos"),
      ("Straße", "strasse"),
      ("Čáhcesuolu", "cahcesuolu"), ("Şişli Łódź", "sisli lodz"), ("  Kala\tpoika\n", "kala poika"), ("...", ""),
      ("", ""),
      ("Ёлка 2", "ёлка 2"), ("Ünlü", "unlu"),
    ])
  func folded(text: String, expected: String) {
    #expect(Folding.fold(text) == expected)
    #expect(Folding.fold(Folding.fold(text)) == Folding.fold(text))
  }

  @Test(
    "plain",
    arguments: [
      ("ÅBO", "abo"), ("Äänekoski", "aanekoski"), ("Hyvinkää Ö", "hyvinkaa o"), ("Øre", "ore"), ("O\u{308}", "o"),
    ])
  func plain(text: String, expected: String) { #expect(Folding.plain(text) == expected) }

  @Test func distinctLettersStayDistinctUnlessPlain() {
    #expect(Folding.fold("Hämeenlinna") != Folding.fold("Hameenlinna"))
    #expect(Folding.plain("Hämeenlinna") == Folding.plain("Hameenlinna"))
  }

  @Test func finnishOrder() {
    let sorted = [
      "2. kerros", "Aalto", "Aalto Oy", "Aaltonen", "B", "Café", "Cafeteria", "v", "w", "Yö", "z", "Åbo", "Ähtäri",
      "Ämne", "Österbotten", "Øyer", "Özz",
    ]
    let keys = sorted.map { Array(Folding.sortKey($0).utf8) }
    for (index, key) in keys.enumerated().dropFirst() {
      #expect(keys[index - 1].lexicographicallyPrecedes(key), "\(sorted[index - 1]) < \(sorted[index])")
    }
    let letters = "abcdefghijklmnopqrstuvwxyzåäö".map { Array(Folding.sortKey(String($0)).utf8) }
    #expect(zip(letters, letters.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test(
    "letters that sort alike",
    arguments: [
      ("ü", "y"), ("é", "e"), ("Æ", "ä"), ("Ø", "ö"), ("a\u{30A}", "Å"), ("K-kauppa", "k Kauppa"), (" x ", "x"),
      ("(x)", "x"),
    ])
  func sortsAs(a: String, b: String) { #expect(Folding.sortKey(a) == Folding.sortKey(b)) }
}
@Suite struct FoldingMarksTests {
  /// The same letter folds alike whether its marks are part of it or stand behind it.
  @Test(arguments: ["\u{1EBF}", "e\u{302}\u{301}", "\u{EA}\u{301}"])
  func severalMarks(letter: String) {
    #expect(Folding.fold("Ti\(letter)n") == "tien")
    #expect(Folding.sortKey("Ti\(letter)n") == "tien")
  }
}
