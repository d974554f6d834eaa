import PlaceMatching
import Places

extension TownNames {
  /// A few towns, for tests.
  static let some: TownNames = {
    let municipalities: [(String, [String])] = [
      ("853", ["Turku", "Åbo"]), ("091", ["Helsinki", "Helsingfors"]), ("837", ["Tampere", "Tammerfors"]),
      ("049", ["Espoo", "Esbo"]), ("092", ["Vantaa", "Vanda"]), ("202", ["Kaarina", "S:t Karins", "Sankt Karins"]),
      ("564", ["Oulu", "Uleåborg"]), ("398", ["Lahti", "Nastola"]), ("098", ["Hollola"]),
      ("599", ["Pedersöre", "Pedersören kunta"]),
      ("478", ["Maarianhamina", "Mariehamn"]), ("895", ["Uusikaupunki", "Nystad"]), ("734", ["Salo"]),
      ("680", ["Raisio", "Reso"]),
      ("529", ["Naantali", "Nådendal"]), ("445", ["Parainen", "Pargas"]), ("638", ["Porvoo", "Borgå"]),
      ("905", ["Vaasa", "Vasa"]),
      ("743", ["Seinäjoki"]), ("297", ["Kuopio"]), ("698", ["Rovaniemi"]), ("235", ["Kauniainen", "Grankulla"]),
      ("536", ["Nokia"]), ("500", ["Muurame"]), ("179", ["Jyväskylä"]), ("710", ["Raasepori", "Raseborg"]),
      ("078", ["Hanko", "Hangö"]), ("272", ["Kokkola", "Karleby"]), ("543", ["Nurmijärvi"]), ("561", ["Oripää"]),
      ("284", ["Koski Tl", "Koski"]), ("833", ["Taivassalo"]), ("261", ["Kittilä"]), ("783", ["Säkylä"]),
      ("050", ["Eura"]),
      ("506", ["Mänttä-Vilppula"]), ("915", ["Varkaus"]), ("936", ["Virrat"]), ("186", ["Järvenpää", "Träskända"]),
    ]
    let offices: [(String, [String], String)] = [
      ("20100", ["Turku", "Åbo"], "853"), ("20720", ["Turku", "Åbo"], "853"), ("20500", ["Turku", "Åbo"], "853"),
      ("20700", ["Turku", "Åbo"], "853"), ("20660", ["Littoinen"], "202"), ("21500", ["Piikkiö", "Pikis"], "202"),
      ("20780", ["Kaarina", "S:t Karins"], "202"), ("00100", ["Helsinki", "Helsingfors"], "091"),
      ("00099", ["Helsingin kaupunki", "Helsingfors stad"], "091"), ("00530", ["Helsinki", "Helsingfors"], "091"),
      ("33100", ["Tampere", "Tammerfors"], "837"), ("33210", ["Tampere", "Tammerfors"], "837"),
      ("02100", ["Espoo", "Esbo"], "049"),
      ("01300", ["Vantaa", "Vanda"], "092"), ("90100", ["Oulu", "Uleåborg"], "564"), ("15110", ["Lahti"], "398"),
      ("22100", ["Maarianhamina - Mariehamn", "Mariehamn"], "478"), ("68910", ["Bennäs", "Pännäinen"], "599"),
      ("05200", ["Rajamäki"], "543"), ("99130", ["Sirkka"], "261"), ("65100", ["Vaasa", "Vasa"], "905"),
      ("06100", ["Porvoo", "Borgå"], "638"),
      ("35600", ["Halli"], "182"), ("10600", ["Tammisaari", "Ekenäs"], "710"),
      ("21600", ["Parainen", "Pargas"], "445"),
      ("60100", ["Seinäjoki"], "743"), ("70100", ["Kuopio"], "297"), ("40100", ["Jyväskylä"], "179"),
      ("28100", ["Pori", "Björneborg"], "609"),
      ("38700", ["Kankaanpää"], "214"), ("21100", ["Naantali", "Nådendal"], "529"),
      ("02700", ["Kauniainen", "Grankulla"], "235"),
    ]
    return TownNames(
      municipalities: municipalities.map { (code: try! MunicipalityCode($0.0), names: $0.1) },
      postalCodes: offices.map {
        (code: try! PostalCode($0.0), names: $0.1, municipality: try! MunicipalityCode($0.2))
      })
  }()
}
