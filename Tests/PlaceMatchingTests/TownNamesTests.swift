import PlaceMatching
import Places
import Testing

struct TownNamesTests {
  private func codes(_ text: String) -> [String] { AddressText(text, towns: .some).municipalities.map(\.description) }

  @Test(arguments: [
    ("853", ["Turku", "Turussa", "Åbo", "Åbossa", "TURKU", "Turun kaupunki", "Åbo stad"]),
    ("091", ["Helsinki", "Helsingissä", "Helsingfors", "Helsingin kaupunki", "Helsingfors stad"]),
    ("837", ["Tampere", "Tampereella", "Tammerfors"]), ("743", ["Seinäjoki", "Seinäjoella"]),
    ("398", ["Lahti", "Lahdessa", "Nastola", "Nastolassa"]), ("698", ["Rovaniemi", "Rovaniemellä"]),
    ("895", ["Uusikaupunki", "Uudessakaupungissa", "Uudenkaupungin kaupunki"]),
    ("235", ["Kauniainen", "Kauniaisissa"]),
    ("915", ["Varkaus", "Varkaudessa"]), ("936", ["Virrat", "Virroilla"]),
    ("049", ["Espoo", "Espoossa", "Esbo"]),
    ("202", ["S:t Karins", "Sankt Karins", "Kaarina", "Kaarinassa", "Piikkiö", "Piikkiössä", "Littoinen"]),
    ("599", ["Pedersöre", "Pedersören kunta"]), ("478", ["Maarianhamina - Mariehamn", "Mariehamn"]),
    ("284", ["Koski Tl", "Koski"]), ("506", ["Mänttä-Vilppula", "Mänttä-Vilppulassa"]),
    ("543", ["Nurmijärvellä", "Rajamäki"]),
  ])
  func townsAreKnownInEveryLanguageAndCase(code: String, names: [String]) {
    for name in names { #expect(codes(name) == [code], "\(name)") }
  }

  @Test func namesOfTownsInNamesAreNoTowns() {
    for name in [
      "Turun kaupunginteatteri", "Tampereen Kauppatori", "Nokia Areena", "Sydämen Pohjasta", "Keuruun koulu",
      "Lahden kaupunginkirjasto", "Salon",
    ] {
      let read = AddressText(name, towns: .some)
      #expect(read.municipalities.isEmpty && read.names == [name], "\(name)")
    }
  }

  @Test func dotsTellTownsApart() {
    #expect(codes("Vasa") == ["905"] && codes("Väsa").isEmpty)
    // Only where no town is written so.
    #expect(codes("Abo") == codes("Åbo"))
  }

  @Test func theLookUpsKnowMunicipalitiesAndPostOfficesApart() throws {
    let towns = TownNames.some
    #expect(towns.municipality(named: "åbo").map(\.description) == ["853"])
    #expect(towns.municipality(named: "piikkiö").isEmpty)
    #expect(towns.postOffice(named: "piikkiö")?.map(\.description) == ["202"])
    #expect(towns.postOffice(named: "pedersöre") == nil)
    #expect(towns.municipality(of: try PostalCode("00530"))?.description == "091")
    #expect(TownNames.none.municipality(named: "turku").isEmpty && TownNames.none.postOffice(named: "turku") == nil)
  }
}
