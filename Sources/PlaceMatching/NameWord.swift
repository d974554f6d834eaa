import Places

/// A word of a name, ready to be compared.
struct NameWord: Sendable, Hashable {
  /// Folded.
  let text: String
  /// Without the dots of å, ä, ö.
  let plain: String
  /// The letters of ``plain``, one each.
  let letters: [UInt16]
  /// How much it tells: 1 a word of its own, less for kinds of places, towns and small words.
  let weight: Double
  /// Whether it is a number or has one: `2`, `2b`, `ii`. Those tell halls and pitches apart.
  let isNumber: Bool
  /// The municipalities whose name it is, or an inflected form of it.
  var municipalities: [MunicipalityCode] = []
  /// Whether it says what kind of place it is.
  var isKind: Bool { Self.general.contains(plain) }
  /// Whether it is a part of a venue: a hall, a floor.
  var isRoom: Bool { Self.rooms.contains(plain) }
  /// Whether the registry has this very word, so that it is hardly another one mistyped.
  var isKnown = false

  init(_ folded: some StringProtocol) {
    text = String(folded)
    plain = text.utf8.allSatisfy({ $0 < 0x80 }) ? text : Folding.plain(text)
    letters = Array(plain.utf16)
    isNumber =
      text.utf8.count <= 4 && text.utf8.contains { (0x30...0x39).contains($0) } || Self.roman.contains(plain)
    weight =
      isNumber
      ? 1 : Self.small.contains(plain) ? 0.15 : Self.general.contains(plain) || Self.isTown(plain) ? 0.55 : 1
  }

  /// The words of a folded text.
  static func words(_ folded: some StringProtocol) -> [NameWord] {
    folded.split(separator: " ").prefix(12).map { NameWord($0) }
  }

  private static let roman: Set<String> = ["i", "ii", "iii", "iv", "v", "vi"]

  /// Parts of venues in Finnish, Swedish and English, without dots.
  private static let rooms: Set<String> = Set(
    """
    sali sal hall isosali pikkusali auditorio auditorium aula lobby luokka luokkahuone klassrum kokoushuone kokoustila \
    ryhmatila ryhmahuone huone rum room tila kerros krs vaning van floor studio kahvio kabinetti kabinett piha sisapiha \
    juhlasali liikuntasali musiikkisali kellari terassi parvi lava nayttamo ovi sisaankaynti kirjastosali monitoimitila
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Words that names have or lack by chance.
  private static let small: Set<String> = [
    "ja", "och", "and", "the", "of", "oy", "ab", "ry", "rf", "ky", "oyj", "in", "i", "pa", "vid", "at", "de", "la",
    "ltd",
    "c", "o", "n", "s", "a", "finland", "suomi",
  ]

  /// Whether a word says what kind of place a name is, and so tells little of which.
  static func isGeneral(_ plain: String) -> Bool { general.contains(plain) }

  /// Kinds of places in Finnish, Swedish and English, without dots.
  private static let general: Set<String> = Set(
    """
    kirjasto kirjaston lahikirjasto mediakirjasto bibliotek bibliotek library koulu koulun skola school lukio lukion \
    uimahalli maauimala uimala uimaranta simhall swimming pool hall jaahalli ishall liikuntahalli urheilutalo urheilukentta \
    urheilupuisto liikuntapuisto kentta kentan pallokentta jalkapallokentta tekonurmi tekonurmikentta kaukalo tennishalli \
    tenniskentta lahiliikuntapaikka lahiliikunta alue virkistysalue ulkoilualue leirintaalue laavu kota nuotiopaikka \
    kuntosali kuntokeskus gym sali salin halli hallin monitoimihalli monitoimitalo museo museum taidemuseo teatteri \
    teatern teater theatre galleria galleri gallery ravintola restaurant restaurang kahvila cafe kafe bar baari pub \
    puisto park leikkipuisto tori torget kirkko kyrka church kappeli seurakuntatalo seurakuntakeskus forsamlingshem \
    nuorisotalo nuorisotila nuorisokeskus ungdomsgard toimintakeskus palvelukeskus kulttuurikeskus kulttuuritalo \
    kulttuurikeskuksen center centrum keskus keskuksen talo hus huset house asukastalo asukaspuisto hotelli hotel hotell \
    satama hamn keilahalli ratsastuskeskus ratsastustalli golf golfkentta hiihtokeskus hiihtomaa frisbeegolfrata \
    frisbeegolf rata latu kuntorata luontopolku polku skeittipaikka skatepark stadion stadium areena arena tanssilava \
    kerhotila kerhohuone tyovaentalo seurantalo vpk elokuvateatteri kino bio cinema myymala kauppa shop store kampaamo \
    apteekki paivakoti daghem terveysasema virasto opisto yliopisto university ammattikorkeakoulu campus kampus asema station
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Towns' names and genitives tell little: "Turun kaupunginteatteri" is "Kaupunginteatteri, Turku".
  private static func isTown(_ plain: String) -> Bool { towns.contains(plain) }
  private static let towns: Set<String> = Set(
    """
    helsinki helsingin helsingfors espoo espoon esbo vantaa vantaan vanda turku turun abo tampere tampereen tammerfors \
    oulu oulun uleaborg lahti lahden kuopio kuopion jyvaskyla jyvaskylan pori porin bjorneborg vaasa vaasan vasa joensuu \
    joensuun lappeenranta lappeenrannan hameenlinna hameenlinnan rovaniemi rovaniemen seinajoki seinajoen mikkeli mikkelin \
    kotka kotkan kouvola kouvolan porvoo porvoon borga salo salon lohja lohjan kokkola kokkolan kaupungin stads kunnan
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
