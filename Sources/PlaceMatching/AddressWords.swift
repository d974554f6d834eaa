/// The small words of addresses, folded: what is a floor, a room, a country, nothing at all.
enum AddressWords {
  /// `Osoite: …`
  static let labels: Set<String> = [
    "osoite", "katuosoite", "käyntiosoite", "paikka", "tapahtumapaikka", "pitopaikka", "sijainti", "adress", "address",
    "besöksadress", "plats", "place", "location", "venue", "where", "missä", "var", "kokoontumispaikka", "lähtöpaikka",
  ]
  /// What makes a number a floor.
  static let floors: Set<String> = [
    "krs", "kerros", "kerroksessa", "kerroksen", "vån", "våning", "våningen", "våningsplan", "floor",
  ]
  static let staircases: Set<String> = ["rappu", "porras", "trappa", "rapp", "uppgång", "uppg", "rappukäytävä", "tr"]
  static let apartments: Set<String> = [
    "as", "asunto", "bst", "bostad", "lgh", "lägenhet", "huoneisto", "hsto", "apt", "apartment", "lh",
  ]
  static let countries: Set<String> = ["finland", "suomi", "fi", "fin", "suomen tasavalta"]
  static let boxes: Set<String> = [
    "pl", "pb", "postilokero", "postbox", "po box", "postlåda", "postboks", "p o box",
  ]
  /// Segments that say nothing.
  static let nothing: Set<String> = [
    "none", "null", "nil", "nan", "n a", "na", "undefined", "ei tiedossa", "ei tietoa", "ei vielä tiedossa", "tba",
    "tbc", "tbd", "selviää myöhemmin", "ilmoitetaan myöhemmin", "paikka ilmoitetaan myöhemmin", "vahvistuu myöhemmin",
    "tarkentuu myöhemmin", "paikka tarkentuu myöhemmin", "paikka vahvistuu myöhemmin", "paikka avoin",
    "meddelas senare",
    "platsen meddelas senare", "tuntematon", "okänd", "unknown", "to be announced", "to be confirmed", "puuttuu",
    "inte känt", "ei osoitetta", "ei paikkaa",
  ]
  /// What begins a note rather than a place.
  static let notes: Set<String> = [
    "remontissa", "peruttu", "peruutettu", "suljettu", "huom", "inställt", "stängt", "cancelled", "obs",
    "ilmoittautuminen",
    "ennakkoilmoittautuminen", "ilmainen", "klo", "kl",
  ]
  private static let rooms: Set<String> = [
    "sali", "salissa", "salit", "salin", "juhlasali", "juhlasalissa", "liikuntasali", "liikuntasalissa",
    "voimistelusali",
    "jumppasali", "musiikkisali", "konserttisali", "ruokasali", "peilisali", "tanssisali", "lukusali", "lehtilukusali",
    "pääsali", "monitoimisali", "kamarimusiikkisali", "kokoussali", "kongressisali", "luentosali", "valtuustosali",
    "teatterisali", "elokuvasali", "bändisali", "palloilusali", "painisali", "kamppailusali", "ryhmäliikuntasali",
    "kirkkosali", "seurakuntasali", "auditorio", "auditoriossa", "auditorium", "auditoriet", "kokoushuone",
    "kokoustila",
    "kokoushuoneessa", "kokoustilassa", "luokka", "luokkahuone", "luokassa", "kahvio", "kahviossa", "aula", "aulassa",
    "alaaula", "yläaula", "ala aula", "ylä aula", "pääaula", "aulatila", "aulagalleria", "lämpiö", "lämpiössä",
    "studio", "studiossa", "studion", "sisäpiha", "sisäpihalla", "piha", "pihalla", "piha alue", "pihapiiri",
    "etupiha", "takapiha", "ulkoalue", "ulkona", "näyttämö", "päänäyttämö", "studionäyttämö", "huone", "huoneessa",
    "tila", "tilassa", "kabinetti", "kabinetissa", "sal", "salen", "rum", "rummet", "mötesrum", "foajé", "foajén",
    "foyer", "lobby", "lava", "päälava", "sisäänkäynti", "pääsisäänkäynti", "ovi", "ulko ovi", "pääovi", "parvi",
    "parvella",
    "ruokala", "ruokalassa", "satuhuone", "ryhmätyötila", "ryhmätyöhuone", "kerhohuone", "kerhotila", "monitoimitila",
    "opetustila", "kurssitila", "opetusluokka", "atk luokka", "kuvataideluokka", "musiikkiluokka", "käsityöluokka",
    "teknisen työn luokka", "kotitalousluokka", "neuvotteluhuone", "neuvottelutila", "tapahtumatila", "näyttelytila",
    "näyttelyaula", "työpajatila", "paja", "takkahuone", "kellari", "kellarissa", "kellaritila", "kellarikerros",
    "pohjakerros", "katutaso", "katutasossa", "kerros", "krs", "kerroksessa", "vån", "våning", "våningen", "floor",
    "bottenvåningen", "källaren", "gården", "innergården", "innergård", "gymnastiksalen", "gymnastiksal", "festsalen",
    "festsal", "stora salen", "klassrum", "klass", "aulan", "hall", "halli", "hallissa", "kenttä", "kentällä", "rata",
    "room", "classroom", "meeting room", "main hall", "yard", "courtyard", "stage", "door", "entrance", "dörr",
    "ingång",
    "rakennus", "building", "byggnad", "rappu", "porras", "siipi", "pääty", "käynti", "valtuustosalissa",
    "lasten osasto", "lastenosasto", "aikuistenosasto",
    "lehtisali", "kirjastosali", "lukutila", "osasto", "olohuone", "keittiö", "opetuskeittiö", "opiskelutila",
    "terassi",
    "kattoterassi", "parveke", "vierashuone", "saunatila", "saunaosasto", "allasosasto", "allastila", "kuntosali",
  ]
  /// Rooms that are one only with a number or a letter: "Halli 3".
  private static let numbered: Set<String> = [
    "rakennus", "building", "byggnad",
    "hall", "halli", "hallissa", "kenttä", "kentällä", "rata", "areena", "paja", "luokka", "klass", "door", "stage",
    "lava",
    "osasto", "siipi", "pääty", "rappu", "porras", "ovi", "floor", "room", "rum", "kuntosali",
  ]
  private static let modifiers: Set<String> = [
    "iso", "isossa", "pieni", "pienessä", "pikku", "suuri", "suuressa", "stora", "lilla", "ylä", "ala", "pohjoinen",
    "eteläinen",
    "itäinen", "läntinen", "vanha", "uusi", "ja", "och", "and", "sekä", "alin", "ylin", "alempi", "ylempi", "big",
    "small", "main", "great", "nr", "no", "nro", "numero", "ensimmäinen", "toinen", "kolmas", "neljäs", "toisessa",
    "ensimmäisessä", "kolmannessa", "neljännessä", "1st", "2nd", "3rd", "4th", "5th", "första", "andra", "tredje",
    "fjärde", "ground", "maan", "tasolla", "taso", "teknisen", "työn", "second", "first", "third", "top", "tasossa",
    "sisäänkäynti", "koulun", "i", "the", "pihalta", "pihan", "puolelta", "takaa", "edestä", "päädystä", "kautta",
    "kadulta", "level", "street", "meeting", "conference", "seminar",
  ]

  /// Whether a segment tells a floor, hall or room: every word one of theirs, and one at least a room itself.
  static func isRoom(_ words: ArraySlice<AddressWord>) -> Bool {
    guard (1...6).contains(words.count) else { return false }
    var hasRoom = false
    var hasNumber = false
    var needsNumber = false
    for word in words {
      let folded = word.folded
      if rooms.contains(folded) {
        if numbered.contains(folded) { needsNumber = true } else { hasRoom = true }
      } else if word.isNumber {
        hasNumber = true
        if endsWithFloor(folded) { hasRoom = true }
      } else if word.isLetter || isMark(folded) || folded.isEmpty {
        hasNumber = true
      } else if let space = folded.firstIndex(of: " "), rooms.contains(String(folded[space...].dropFirst())),
        folded[..<space].utf8.count <= 2
      {
        // "A-sali", "B-rappu"
        hasRoom = true
      } else if !modifiers.contains(folded) {
        return false
      }
    }
    return hasRoom || needsNumber && (hasNumber || words.count > 1)
  }

  /// Whether a word of its own, after a name and its address, is a hall's: "Draamasali".
  static func isHall(_ words: ArraySlice<AddressWord>) -> Bool {
    guard words.count == 1, let word = words.first else { return false }
    return ["sali", "huone", "luokka", "auditorio", "kabinetti", "aula", "studio", "salen", "rummet"].contains {
      word.folded.hasSuffix($0)
    }
  }

  /// Whether a word is a room's, so that a number after it is no house: "Halli 3", "Studio 4".
  static func isNumberedRoom(_ word: AddressWord) -> Bool { rooms.contains(word.folded) }

  /// `2krs`, `4vån`, once folded.
  static func endsWithFloor(_ folded: String) -> Bool {
    guard let first = folded.firstIndex(where: { !$0.isNumber }), first != folded.startIndex else { return false }
    return floors.contains(String(folded[first...]).trimmed)
  }

  /// `k2`, `p1`: a floor below ground.
  private static func isMark(_ folded: String) -> Bool {
    folded.utf8.count <= 3 && folded.utf8.count >= 2
      && folded.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  // MARK: Elsewhere

  private static let online: Set<String> = [
    "verkossa", "verkko", "verkkotapahtuma", "verkkoluento", "verkkokurssi", "verkkototeutus", "verkkolähetys",
    "verkkokoulutus", "etänä", "etäyhteys", "etäyhteydellä", "etätapahtuma", "etätoteutus", "etäosallistuminen",
    "etäluento",
    "etäopetus", "etäkurssi", "etäkokous", "online", "zoom", "zoomissa", "zoomin", "teams", "teamsissa", "teamsin",
    "internet", "internetissä", "netti", "netissä", "virtuaalinen", "virtuaalisesti", "virtuaalitapahtuma", "virtual",
    "virtuell", "virtuellt", "webinaari", "webinar", "webbinarium", "youtube", "youtubessa", "livestream", "stream",
    "striimi", "suoratoisto", "suorana", "skype", "distans", "nätet", "webben", "webbplats", "nätevenemang", "etä",
    "distansevenemang", "distanskurs", "nätkurs", "facebook", "facebookissa", "instagram", "web", "remote", "remotely",
    "google meet", "meet", "twitch", "discord", "verkkoympäristö", "moodle", "onlinetapahtuma",
  ]
  private static let onlineFillers: Set<String> = [
    "tapahtuma", "kurssi", "kautta", "välityksellä", "via", "på", "i", "in", "on", "the", "ja", "tai", "and", "or",
    "och",
    "eller", "event", "evenemang", "linkki", "länk", "link", "live", "live lähetys", "lähetys", "yhteys", "yhteydellä",
    "ms", "microsoft", "palvelu", "palvelussa", "kokous", "möte", "meeting", "webinaari", "luento", "koulutus",
    "google",
    "osallistuminen", "tilaisuus", "etätapahtuma", "only", "vain", "per", "kanava", "kanavalla", "stream", "toteutus",
  ]

  /// Whether a segment as a whole means the net: "Verkkotapahtuma (Teams)".
  static func isOnline(_ words: ArraySlice<AddressWord>) -> Bool {
    guard words.count <= 6 else { return false }
    var found = false
    for word in words {
      for part in word.folded.split(separator: " ") {
        if online.contains(String(part)) { found = true } else if !onlineFillers.contains(String(part)) { return false }
      }
    }
    return found
  }

  private static let various: Set<String> = [
    "eri paikat", "eri paikoissa", "eri paikkoja", "eri tapahtumapaikat", "eri toimipisteet", "eri kohteet",
    "eri tiloissa",
    "eri koulut", "eri kirjastot", "useita paikkoja", "useita tapahtumapaikkoja", "useissa paikoissa",
    "useita kohteita",
    "useat paikat", "monta paikkaa", "monia paikkoja", "monessa paikassa", "monissa paikoissa", "vaihtelevat paikat",
    "vaihteleva paikka", "paikka vaihtelee", "various venues", "various locations", "various places", "several venues",
    "several locations", "multiple venues", "multiple locations", "different venues", "different locations",
    "olika platser",
    "olika ställen", "på olika platser", "på olika ställen", "på olika håll", "flera platser", "på flera platser",
    "flera ställen", "på flera ställen", "varierande platser", "ympäri kaupunkia", "eri puolilla", "koko kaupunki",
    "ympäri suomea", "koko suomi", "runt om i staden", "hela staden", "all over town", "kautta suomen",
  ]

  /// Whether a segment as a whole means several places: "Eri puolilla kaupunkia".
  static func isVarious(_ words: ArraySlice<AddressWord>) -> Bool {
    guard (2...6).contains(words.count) else { return false }
    let folded = words.folded
    return various.contains(folded) || folded.hasPrefix("eri puolilla ") || folded.hasPrefix("eri puolella ")
      || words.count <= 4
        && words.indices.dropFirst().contains { various.contains(words[words.startIndex...$0].folded) }
  }
}

extension String {
  fileprivate var trimmed: String { first == " " ? String(dropFirst()) : self }
}
