import PlaceMatching
import Places
import Testing

/// Lines as people write where something is, and what is read from them.
struct AddressLinesTests {
  @Test(arguments: [streets, venues])
  func linesAreToldApart(table: String) {
    let lines = table.split(separator: "\n").map { String($0) }
    #expect(lines.count.isMultiple(of: 2) && lines.count > 200)
    for index in stride(from: 0, to: lines.count - 1, by: 2) {
      let wanted = lines[index + 1].drop { $0 == " " }
      #expect(AddressText(lines[index], towns: .some).parts == wanted, "\(lines[index])")
    }
  }

  @Test(arguments: [
    ("Kino Diana\nHumalistonkatu 5\r\n20100 Turku", "N Kino Diana; S Humalistonkatu; H 5; P 20100; O Turku; M 853"),
    ("  Linnankatu \t 2  ,  20100\u{A0}Turku  ", "S Linnankatu; H 2; P 20100; O Turku; M 853"),
    ("Ha\u{308}meentie 10, A\u{30A}bo", "S Ha\u{308}meentie; H 10; O A\u{30A}bo; M 853"),
    ("", ""), (" ,, - / ()", ""), ("-", ""), ("?", ""), ("None", ""), ("Finland", ""), ("20100", "P 20100; M 853"),
  ])
  func spacesLineEndsAndMarksMakeNoDifference(text: String, parts: String) {
    #expect(AddressText(text, towns: .some).parts == parts)
  }

  @Test func theTownWinsOverAPostalCodeThatContradictsIt() {
    let read = AddressText("Linnankatu 2, 00100 Turku", towns: .some)
    #expect(read.municipalities.map(\.description) == ["853"] && read.postalCode?.description == "00100")
  }

  @Test func withoutKnownTownsTheCodeTellsThePostOffice() {
    let read = AddressText("Kino Diana, Humalistonkatu 5, 20100 Turku", towns: .none)
    #expect(read.parts == "N Kino Diana; S Humalistonkatu; H 5; P 20100; O Turku")
  }

  @Test func fieldsAreWhatTheyAreSaidToBe() {
    func read(_ street: String?, _ code: String? = nil, _ office: String? = nil, _ town: String? = nil) -> String {
      AddressText(streetAddress: street, postalCode: code, postOffice: office, municipality: town, towns: .some).parts
    }
    #expect(
      read("Linnankatu 2 A 14, 2. krs", "20100", "Turku")
        == "R 2. krs; S Linnankatu; H 2 A 14; P 20100; O Turku; M 853")
    // Without a street word, or without a number.
    #expect(read("Gammelby Öst 7") == "S Gammelby Öst; H 7")
    #expect(read("Kauppatori", nil, nil, "Turku") == "S Kauppatori; M 853")
    #expect(read("Loisteputki", "00750", "HELSINKI", "091") == "S Loisteputki; P 00750; O HELSINKI; M 091")
    #expect(read("Södra kajen 16", "FI-00100", "Helsingfors") == "S Södra kajen; H 16; P 00100; O Helsingfors; M 091")
    #expect(read("Kulttuuritalo, Linnankatu 2") == "N Kulttuuritalo; S Linnankatu; H 2")
    #expect(read("PL 53455", "00099", "HELSINGIN KAUPUNKI") == "P 00099; O HELSINGIN KAUPUNKI; B 53455; M 091")
    #expect(read(nil, nil, nil, "Sankt Karins") == "M 202")
    #expect(read("Linnankatu 2", "2010", "Turku") == "S Linnankatu; H 2; O Turku; M 853")
    #expect(read("", "", "", "") == "")
  }
}
