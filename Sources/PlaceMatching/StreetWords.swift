import Places

/// The words that make a name a street's, Finnish and Swedish, folded.
enum StreetWords {
  /// How surely a word is a street's.
  enum Kind: Sendable {
    /// `Linnankatu`, `Storgatan`: a street with or without a number.
    case plain
    /// `Kauppatori`, `Hämeenpuisto`, `Näsijärven ranta`: a street with a number, without one perhaps a venue.
    case wide
  }
  /// A word that ends like a street.
  struct Match: Sendable {
    var kind: Kind
    /// Whether it is the street word alone ("aukio"), so that the word before it belongs to it.
    var isAlone: Bool
    /// Whether a genitive before it belongs to it nevertheless: "puistokatu", "rantatie".
    var mayFollow = false
  }

  /// Looks at the end of a word: at its last part where hyphens join several.
  static func match(_ word: AddressWord) -> Match? {
    let folded = word.folded
    guard folded.utf8.count > 2 || word.hasStop || folded == "tå" else { return nil }
    let last = folded.lastIndex(of: " ").map { folded[$0...].dropFirst() } ?? folded[...]
    if let kind = alone[String(last)] { return Match(kind: kind, isAlone: last.utf8.count == folded.utf8.count) }
    if let full = abbreviation(word) { return match(full: full) }
    guard let length = plainEnds.length(of: last.utf8) else {
      guard wideEnds.length(of: last.utf8) != nil, venueEnds.length(of: last.utf8) == nil else { return nil }
      return Match(kind: .wide, isAlone: false)
    }
    guard last.utf8.count - length >= 3 || length > 4 && last.utf8.count > length else { return nil }
    let mayFollow = followers.contains(String(last))
    return Match(kind: .plain, isAlone: false, mayFollow: mayFollow)
  }

  private static func match(full: String) -> Match? {
    if let kind = alone[full] { return Match(kind: kind, isAlone: true) }
    return Match(kind: plainEnds.length(of: full.utf8) != nil ? .plain : .wide, isAlone: false)
  }

  /// The whole word where the last part is abbreviated with a full stop: `Linnank.` → `linnankatu`, `k.` → `katu`; nil
  /// for other words.
  static func abbreviation(_ word: AddressWord) -> String? {
    // "Linnank 2": only the commonest goes without its full stop.
    let folded = word.folded
    guard word.hasStop || folded.utf8.count >= 7 && folded.hasSuffix("nk") && !folded.hasSuffix("bank") else {
      return nil
    }
    return written(out: word.folded)
  }

  static func written(out folded: String) -> String? {
    if let full = abbreviations[folded] { return full }
    for (end, full) in attached where folded.hasSuffix(end) {
      let stem = folded.dropLast(end.count)
      guard stem.utf8.count >= 3, let last = stem.unicodeScalars.last else { continue }
      // "Nylandsg." is Swedish, "Linnank." Finnish; a "t." after a consonant but n, s, l, r is no "tie".
      if end == "t", !"aeiouyäönslr".unicodeScalars.contains(last) { continue }
      if end == "k", last == "k" || last == "s" { continue }
      return stem + full
    }
    return nil
  }

  private static let abbreviations: [String: String] = [
    "k": "katu", "t": "tie", "auk": "aukio", "p": "polku", "kj": "kuja", "vt": "valtatie", "mt": "maantie",
    "g": "gatan", "v": "vägen", "gr": "gränd", "st": "stigen", "esp": "esplanadi", "espl": "esplanadi",
    "bulev": "bulevardi", "torg": "torget", "pl": "platsen", "väg": "vägen", "str": "stranden", "r": "ranta",
    "puistok": "puistokatu", "puistot": "puistotie", "rantat": "rantatie", "rantak": "rantakatu",
  ]
  private static let attached: [(String, String)] = [
    ("puistok", "puistokatu"), ("auk", "aukio"), ("gr", "gränd"), ("kj", "kuja"), ("esp", "esplanadi"), ("k", "katu"),
    ("t", "tie"), ("g", "gatan"), ("v", "vägen"),
  ]

  /// Street words that stand alone, and how sure they are.
  fileprivate static let alone: [String: Kind] = {
    var words: [String: Kind] = [:]
    for word in plain + definite { words[word] = .plain }
    for word in wide { words[word] = .wide }
    return words
  }()
  private static let plain = [
    "katu", "tie", "kuja", "väylä", "bulevardi", "esplanadi", "puistokatu", "valtatie", "maantie",
    "kadulla",
    "tiellä", "gatan", "gata", "vägen", "väg", "gränden", "gränd", "stigen", "stig", "allén", "allé", "bulevarden",
    "esplanaden", "street", "road", "avenue",
  ]
  private static let definite = ["raitti", "chaussén", "leden", "farled"]
  private static let wide = [
    "aukio", "tori", "puistikko", "polku", "kaari", "ranta", "rinne", "mäki", "puisto", "kulma", "porras", "portaat",
    "laituri",
    "silta",
    "piha", "rata", "kehä", "piennar", "penger", "linja", "kangas", "niitty", "pelto", "reitti", "taival", "tanhua",
    "portti",
    "rivi", "lehto", "metsä", "notko", "törmä", "harju", "kallio", "kaarre", "mutka", "solukko", "kaarto", "lenkki",
    "veräjä", "vainio", "haka", "aho", "kisko", "kiepo", "syrjä", "reuna", "laita", "pohja", "kärki",
    "tasanne", "äyräs", "suora", "kierto", "kuru", "kumpu", "nurmi", "ura", "plan", "planen", "platsen", "plats",
    "torget",
    "torg", "kajen", "kaj", "stranden", "strand", "backen", "backe", "brinken", "brink", "bågen", "båge", "ringen",
    "gången", "svängen", "parken", "park", "åsen", "ås", "linjen", "bron", "bro", "porten", "gården", "gård", "hörnet",
    "kroken", "slingan", "stråket", "stråk", "udden", "viken", "berget", "dalen", "ängen", "åkern", "hagen", "tået",
    "square",
    "silmukka", "käytävä", "kannas", "luiska", "vierto", "kolmio", "kulku", "tunneli", "trappan", "trappor", "banan",
    "bryggan", "höjden", "sluttningen", "kanten", "lunden", "skogen",
  ]
  private static let plainEnds = WordEnds(
    [
      "katu", "tie", "kuja", "väylä", "bulevardi", "esplanadi", "raitti", "gatan", "vägen", "gränden",
      "gränd",
      "stigen", "allén", "esplanaden", "bulevarden", "gata", "kadulla", "chaussén",
    ])
  private static let wideEnds = WordEnds(
    wide.filter { $0.utf8.count >= 4 } + ["leden"])
  /// Compounds of the common kind: a genitive before them belongs to the street.
  private static let followers: Set<String> = [
    "puistokatu", "puistotie", "rantatie", "rantakatu", "kauppakatu", "maantie", "valtatie", "kirkkotie", "kylätie",
    "koulukatu", "koulutie", "pitkäkatu", "poikkikatu", "satamakatu", "satamatie", "asematie", "rautatienkatu",
    "kehätie",
    "puistobulevardi", "landsväg", "landsvägen", "strandväg", "strandvägen", "byväg", "kyrkväg", "vanhatie",
    "ohitustie",
    "metsätie", "saaristotie", "rantaraitti", "huoltotie", "yhdystie", "sisätie", "tehtaankatu", "ulkokehä",
  ]

  /// Venues that end like a wide street word: "leikkipuisto", "frisbeegolfrata", "pallokenttä".
  private static let venueEnds = WordEnds([
    "leikkipuisto", "liikuntapuisto", "urheilupuisto", "asukaspuisto", "golfrata", "luistelurata", "kilparata",
    "ravirata", "moottorirata", "juoksurata", "pururata", "kuntorata", "keilarata", "ampumarata", "pyörärata",
    "luontopolku",
    "urheilukenttä", "pallokenttä", "jalkapallokenttä", "tenniskenttä", "tekonurmi", "luistinrata", "matonpesulaituri",
    "koirapuisto", "skeittipuisto", "kansallispuisto", "vesipuisto", "huvipuisto", "eläinpuisto", "temppurata",
    "seikkailurata", "golfkenttä", "uimaranta", "idrottspark", "lekpark", "lekparken", "nationalpark", "ungdomsgård",
    "ungdomsgården", "herrgård", "herrgården", "hembygdsgård", "prästgård", "prästgården", "idrottsplan", "sportplan",
    "bollplan", "simstrand", "badstrand", "ratsastuskenttä", "leikkikenttä", "lentokenttä", "tivoli", "teatern",
    "biblioteken",
    "skidbana", "kisapuisto", "seikkailupuisto", "trampoliinipuisto", "perhepuisto", "kulttuurimetsä", "taidekenttä",
  ])

  /// First parts of streets' names that stand as words of their own.
  static func isFirstPart(_ word: AddressWord) -> Bool {
    firstParts.contains(word.folded) || word.hasStop && shortParts.contains(word.folded)
  }
  private static let shortParts: Set<String> = [
    "it", "et", "läns", "vanh", "n", "s", "ö", "v", "u", "l", "g", "th", "joh", "chr", "fr", "ad", "prof", "dr", "kust",
  ]
  private static let firstParts: Set<String> = [
    "vanha", "uusi", "iso", "pikku", "pieni", "suuri", "pohjoinen", "eteläinen", "läntinen", "itäinen", "keskinen",
    "ylinen",
    "alinen", "ylä", "ala", "yli", "itä", "länsi", "etelä", "pohjois", "norra", "södra", "östra", "västra", "stora",
    "lilla",
    "gamla", "nya", "övre", "nedre", "mellersta", "mellan", "yttre", "inre", "st", "lång", "långa", "höga", "ensi",
    "toinen",
    "kolmas", "neljäs", "viides", "första", "andra", "tredje", "fjärde", "femte", "entinen", "pitkä", "pohj", "länt",
    "etel",
    "keski", "ulko", "sisä", "ulompi", "sisempi", "alempi", "ylempi", "väli", "kenraali", "presidentti", "tohtori",
    "rehtori", "kapteeni", "tsaari", "keisari", "kuningas", "kreivi", "pyhän", "professori", "old", "new", "iv", "ii",
    "iii",
  ]
  static func isGivenName(_ word: AddressWord) -> Bool {
    givenNames.contains(word.folded) || word.isLetter && word.hasStop && word.isCapital
  }
  private static let givenNames: Set<String> = Set(
    """
    aleksis urho matti pekka eino juho kusti juhana kustaa kaarle eerik eerikki pietari pietar tapio olavi väinö paavo \
    hertta minna maria anna elsa aino helmi hilda hilja lempi martta miina fanny lucina larin jean johan john carl karl \
    gustav gustaf erik eric axel albert alvar elias eliel eero antti armas arvo aarne aapo aatos akseli aku albin \
    aleksanteri alpo edvard eemil einar ellen emil ernst evert fredrik fredrika frans georg göran hannes heikki helene \
    henrik herman hugo iida ilmari immi into isak iivari iisakki jaakko jacob jakob jalmari jarl jooseppi joel juha juhani \
    juhan julius jussi kaarlo kalle katri klaus kaisa konsta kullervo kyllikki lars lauri leo lotta lydia magnus mannerheim \
    marjatta matilda mikael mikko mauno nils oiva olof onni oskar otto paul per peter petter rafael rolf risto robert rudolf \
    runar sakari salomo samuel sara selma sigrid signe siiri sofia sofie svante sven sylvi sulo taavi taavetti toivo tove \
    tuomas tyko uuno valdemar valfrid veikko verner viktor vilho viljo wilhelm wäinö yrjö zachris zacharias zachariaksen \
    åke august augusta anders daavid david gabriel hans hjalmar josef kauko kerttu lasse niilo nestori reino santeri tauno \
    topi tyyne tyyni unto veli verneri voitto tito wivi agnes alma alli arthur artturi astrid birger elina ebba elisabeth \
    lennart topelius edith tapani antero ahti eeli eeva esko helvi hella ilta jorma kaija kaino lyyli olga pentti raili ritva \
    teuvo tellervo usko vappu vihtori werner
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Whether a word is a venue's kind rather than a street's part: "maauimala", "Malmitalo".
  static func isVenueKind(_ word: AddressWord) -> Bool {
    let folded = word.folded
    let last = folded.lastIndex(of: " ").map { folded[$0...].dropFirst() } ?? folded[...]
    return kinds.contains(String(last)) || kindEnds.length(of: last.utf8) != nil
      || venueEnds.length(of: last.utf8) != nil
  }
  private static let kinds: Set<String> = [
    "bar", "pub", "klubi", "clubi", "club", "baari", "grilli", "kino", "bio", "arena", "areena", "center", "centre",
    "centrum", "hotel", "hotell", "hotelli", "museum", "museo", "teater", "teatern", "cafe", "kafe", "café", "sali",
    "halli", "hall", "hallen", "koulu", "skola", "school", "kirkko", "kyrka", "kyrkan", "church", "library",
    "restaurant",
    "gym", "talo", "hus", "huset", "house", "camping", "golf", "hoplop", "studio", "lava", "areenalla", "festival",
    "expo",
    "messut", "aa", "pk", "ry", "oy", "ab", "rf", "vpk", "k", "kauppa", "market", "hall", "ok", "store", "shop",
    "stadion", "stadium", "campus", "kampus", "tornihotelli", "theatre", "theater", "areenan", "galleria", "gallery",
    "galleri",
    "asema", "terminaali", "satama", "keskus", "kenttä", "stadi", "livelab", "klubbi", "club", "kirjasto",
    "biblioteket",
    "lokaali", "tila", "pizza", "pizzeria", "lounge", "kuntokeskus", "outlet", "factory", "garage", "loft",
  ]
  private static let kindEnds = WordEnds([
    "talo", "talolla", "halli", "hallilla", "sali", "kirjasto", "kirjastossa", "koulu", "koululla", "kirkko", "museo",
    "teatteri", "keskus", "uimala", "areena", "stadion", "klubi", "baari", "kahvila", "kahvio", "ravintola", "hotelli",
    "opisto", "lukio", "päiväkoti", "kappeli", "näyttämö", "galleria", "kauppa", "tehdas", "huone", "luokka", "asema",
    "satama",
    "skola", "skolan", "huset", "kyrka", "kyrkan", "hallen", "bibliotek", "biblioteket", "teater", "center", "tori",
    "centret", "daghem", "museet", "hovi", "kartano", "kellari", "paja", "verstas", "puoti", "myymälä", "yliopisto",
    "akatemia", "laitos", "sairaala", "virasto", "toimisto", "tivoli", "studio", "kampus", "leirikeskus", "maja",
    "mökki",
    "laavu", "kota", "torni", "navetta", "lato", "tupa", "vintti", "makasiini", "panimo", "leipomo", "apteekki",
    "kenttä", "puisto", "linna", "institut", "institutet", "hotell", "restaurang", "gymi", "stadionilla",
    "kaupungintalo",
    "kulturhus", "gym", "festivaali", "pysäköintitalo", "parkki", "tavaratalo", "varasto", "konttori", "kilta", "seura",
    "yhdistys", "järjestö", "kotiseutu", "eläintarha", "puutarha", "kioski", "terassi", "bistro", "taproom", "paikka",
    "alue", "laavut",
  ])
}

/// The ends of words, found by their last bytes.
struct WordEnds: Sendable {
  /// By the last three bytes, the longest first.
  private let ends: [UInt32: [[UInt8]]]

  init(_ words: [String]) {
    var ends: [UInt32: [[UInt8]]] = [:]
    for word in words where word.utf8.count >= 3 {
      ends[Self.key(Array(word.utf8.suffix(3))), default: []].append(Array(word.utf8))
    }
    self.ends = ends.mapValues { $0.sorted { $0.count > $1.count } }
  }

  private static func key(_ last: some Sequence<UInt8>) -> UInt32 { last.reduce(0) { $0 << 8 | UInt32($1) } }

  /// The length in bytes of the longest known end of a word; nil when it has none.
  func length(of word: Substring.UTF8View) -> Int? {
    guard word.count >= 3, let found = ends[Self.key(word.suffix(3))] else { return nil }
    let count = word.count
    return found.first { $0.count <= count && word.suffix($0.count).elementsEqual($0) }?.count
  }

  func length(of word: String.UTF8View) -> Int? { length(of: word[...]) }
}

extension StreetWords {
  /// Whether a street word is a whole name without another word: "Bulevardi 31".
  static func isComplete(_ word: AddressWord) -> Bool {
    ["bulevardi", "bulevarden", "esplanadi", "esplanaden"].contains(word.folded)
  }

  /// Whether a folded word is a street word and nothing else.
  static func isAlone(_ folded: String) -> Bool { alone[folded] != nil }
}
