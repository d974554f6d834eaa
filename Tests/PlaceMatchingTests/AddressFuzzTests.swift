import PlaceMatching
import Places
import Testing

/// Lines made of random pieces of addresses: nothing crashes, and what was read is read again from its parts.
struct AddressFuzzTests {
  private static let pieces = [
    "Linnankatu", "Blombergin aukio", "Storg.", "Kauppatori", "Vanha", "Kirjasto", "sali", "2. krs", "krs", "12", "2a",
    "2-4",
    "3 A 5", "20100", "FI-20100", "Turku", "Åbo", "Turussa", "Helsingin kaupunki", "PL", "53455", "c/o", "Virtanen",
    "as.", "bst",
    "14", "None", "Verkossa", "Eri paikat", "S:t", "k.", "tie", "katu", "A", "b", "rappu", "Halli 3", "-K2 kerros", "&",
    "ja",
    "Suomi", "Osoite:", ",", ", ", "; ", " - ", " / ", "/", "(", ")", "\n", "–", "-", ".", ":", "'", "\"", "ä",
    "o\u{308}", "é",
    "\u{0}", "\u{FEFF}", "🏊", "ﬁ", "İ", "ß", "Ⅷ", "٣", "9999999999999999999", "00000", "i", "Åland", "1.", "/2", "2/",
  ]

  @Test func randomLinesNeverTrap() {
    var random = Seeded(state: 20_260)
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 1...9, using: &random) {
        text += Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
        if Bool.random(using: &random) { text += " " }
      }
      check(AddressText(text, towns: .some), text)
      let key = StreetName.key(text)
      #expect(StreetName.key(key) == key, "\(text.debugDescription)")
      _ = StreetName.split(text)
      _ = AddressText(streetAddress: text, postalCode: text, postOffice: text, municipality: text, towns: .some)
    }
  }

  @Test func randomScalarsNeverTrap() {
    var random = Seeded(state: 7)
    for _ in 0..<5_000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let top: UInt32 = Bool.random(using: &random) ? 0x7F : 0x2_FFFF
        if let scalar = Unicode.Scalar(UInt32.random(in: 0...top, using: &random)) { text.append(scalar) }
      }
      check(AddressText(String(text), towns: .some), String(text))
    }
  }

  @Test func longTextsAreCutAndReadInLine() {
    let text = String(repeating: "Linnankatu 2 A, ", count: 100_000)
    let address = AddressText(text, towns: .some)
    // What the cut left of the last street is a word like others.
    #expect(address.street == "Linnankatu" && address.number == 2 && address.names == ["Linn"])
    let stairs = String(repeating: "c/o PL 1 ", count: 100_000)
    #expect(AddressText(stairs, towns: .some).postOfficeBox == "1")
  }

  /// Addresses made of parts that are known: in any order and with any separator they are told apart again, with the
  /// name before the street even without one.
  @Test func partsAreFoundAgainInAnyOrder() {
    var random = Seeded(state: 11)
    func one(_ list: [String]) -> String { list[Int.random(in: 0..<list.count, using: &random)] }
    for _ in 0..<5_000 {
      let name = one([
        "Kupittaan maauimala", "Nuorisotila Vinkkeli", "Kulttuuritalo Valo", "Ungdomsgården", "Pääkirjasto",
        "Café Vagabond",
        "Svenska Teatern", "Turun kaupunginteatteri", "Seurakuntatalo", "Kino Regina", "Bar Onnela", "Galleria Tuike",
      ])
      let street = one([
        "Blombergin aukio", "Linnankatu", "Aleksis Kiven katu", "Vanha Hämeentie", "Itäinen Rantakatu", "Mosaiikkitori",
        "Urho Kekkosen katu", "Storgatan", "Norra Esplanaden", "S:t Eriksgatan", "John Stenbergs strand",
        "Ala-Malmin tori",
        "Kuninkaantie", "Satamaraitti", "Myllypolku", "Strandvägen", "Kyrkbacken", "Bulevardi", "Eteläesplanadi",
      ])
      let house = one(["1", "12", "7b", "3-5", "14 B", "2 A 14", "2-4 C", "120", "5 as. 3"])
      let town = one([
        "Turku", "Åbo", "20100 Turku", "20100 Åbo", "Helsinki", "00100 HELSINKI", "33100 Tampere", "Naantali",
      ])
      let room = one(["2. krs", "sali", "kokoushuone 3", "sisäpiha", "Studio 2"])
      let separator = one([", ", ",", "; ", " | ", " / ", " – ", " - ", "\n"])
      let expected = AddressText("\(name), \(room), \(street) \(house), \(town)", towns: .some)
      #expect(expected.names == [name] && expected.rooms == [room] && expected.street == street)
      let parts = [name, room, "\(street) \(house)", town].shuffled(using: &random)
      let read = AddressText(parts.joined(separator: separator), towns: .some)
      #expect(read.parts == expected.parts, "\(parts.joined(separator: separator))")
      let bare = AddressText("\(name) \(street) \(house) \(town)", towns: .some)
      let wanted = AddressText("\(name), \(street) \(house), \(town)", towns: .some)
      #expect(bare.parts == wanted.parts, "\(name) \(street) \(house) \(town)")
      #expect(AddressText(read.written, towns: .some).parts == read.parts)
    }
  }

  private func check(_ address: AddressText, _ text: String) {
    for part in address.names + address.rooms + [address.street, address.postOffice, address.careOf].compactMap({ $0 })
    {
      #expect(!part.isEmpty && part == part.trimmed, "\(text.debugDescription)")
    }
    if let number = address.number { #expect((0...99_999).contains(number)) }
    if let end = address.numberEnd, let number = address.number { #expect(end >= number) }
    #expect(address.municipalities == address.municipalities.sorted())
  }
}

/// A repeatable source of chance (SplitMix64).
private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
