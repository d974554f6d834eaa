import Places

/// The names of municipalities and post offices, as the reader of addresses looks them up.
public struct TownNames: Sendable {
  /// What a name says of where.
  struct Town: Sendable {
    /// The municipalities that it may mean.
    var municipalities: [MunicipalityCode]
    /// Whether it is a municipality's name, now or formerly; else it is a post office's only.
    var isMunicipality: Bool
    /// Whether it stands in a case of its own: "Turussa".
    var isInflected = false
  }

  /// A town's name, folded, and the municipalities that it may mean: a post office may lie in several.
  private let municipalities: [String: [MunicipalityCode]]
  private let offices: [String: [MunicipalityCode]]
  /// What a post office is called in the other languages.
  private let translations: [String: Set<String>]
  private let codes: [PostalCode: MunicipalityCode]
  /// Everything that a text may call a town by.
  private let towns: [String: Town]
  /// The last words of names of several words.
  private let lastWords: Set<String>

  /// Makes an index of living municipalities and of postal codes with their post offices.
  public init(
    municipalities: [(code: MunicipalityCode, names: [String])],
    postalCodes: [(code: PostalCode, names: [String], municipality: MunicipalityCode?)]
  ) {
    var names: [String: Set<MunicipalityCode>] = [:]
    for town in municipalities {
      for name in town.names { names[Folding.fold(name), default: []].insert(town.code) }
    }
    var offices: [String: Set<MunicipalityCode>] = [:]
    var codes: [PostalCode: MunicipalityCode] = [:]
    var translations: [String: Set<String>] = [:]
    for code in postalCodes {
      let all = Set(code.names.map { Folding.fold($0) })
      if all.count > 1 { for name in all { translations[name, default: []].formUnion(all) } }
      codes[code.code] = code.municipality
      for name in code.names {
        offices[Folding.fold(name), default: []].formUnion(code.municipality.map { [$0] } ?? [])
      }
    }
    for (short, town) in Self.short where names[short] == nil { names[short] = names[town] }
    // Without dots as the last resort: a town that is written so wins.
    for (name, codes) in names where names[Folding.plain(name)] == nil { names[Folding.plain(name)] = codes }
    for (name, codes) in offices where offices[Folding.plain(name)] == nil { offices[Folding.plain(name)] = codes }
    for (name, all) in translations where translations[Folding.plain(name)] == nil {
      translations[Folding.plain(name)] = all
    }
    names[""] = nil
    offices[""] = nil
    self.municipalities = names.mapValues { $0.sorted() }
    self.offices = offices.mapValues { $0.sorted() }
    self.codes = codes
    self.translations = translations
    towns = Self.towns(self.municipalities, self.offices)
    lastWords = Set(towns.keys.compactMap { name in name.lastIndex(of: " ").map { String(name[$0...].dropFirst()) } })
  }

  /// How people shorten the largest towns, folded.
  private static let short = [
    "hki": "helsinki", "hfors": "helsingfors", "tre": "tampere", "tku": "turku", "jkl": "jyväskylä", "jns": "joensuu",
    "lpr": "lappeenranta", "hml": "hämeenlinna", "roi": "rovaniemi",
  ]

  private static func towns(_ municipalities: [String: [MunicipalityCode]], _ offices: [String: [MunicipalityCode]])
    -> [String: Town]
  {
    var towns: [String: Town] = [:]
    // Later ones give way: a name is itself before it is another's case.
    for (name, codes) in municipalities { towns[name] = Town(municipalities: codes, isMunicipality: true) }
    func add(_ form: String, _ codes: [MunicipalityCode], isMunicipality: Bool, isInflected: Bool) {
      if var known = towns[form] {
        // Two towns with one form may both be meant: "Salla" has no case, "Ii" and "Iitti" may.
        guard known.isInflected == isInflected, known.isMunicipality == isMunicipality else { return }
        known.municipalities = Set(known.municipalities).union(codes).sorted()
        towns[form] = known
      } else {
        towns[form] = Town(municipalities: codes, isMunicipality: isMunicipality, isInflected: isInflected)
      }
    }
    let bodies = ["kaupunki", "kunta", "stad", "kommun", "kommuns"]
    for (name, codes) in municipalities {
      for form in TownForms.genitives(of: name) {
        for body in bodies {
          if towns["\(form) \(body)"] == nil {
            towns["\(form) \(body)"] = Town(municipalities: codes, isMunicipality: true)
          }
        }
      }
    }
    for (name, codes) in offices where towns[name] == nil && !isWord(name) {
      towns[name] = Town(municipalities: codes, isMunicipality: false)
    }
    for (name, codes) in municipalities.sorted(by: { $0.key < $1.key }) {
      for form in TownForms.locatives(of: name) { add(form, codes, isMunicipality: true, isInflected: true) }
    }
    for (name, codes) in offices.sorted(by: { $0.key < $1.key }) where municipalities[name] == nil && !isWord(name) {
      for form in TownForms.locatives(of: name) { add(form, codes, isMunicipality: false, isInflected: true) }
    }
    return towns
  }

  /// Post offices whose names are words of addresses: Halli, Porras, Posti.
  private static func isWord(_ name: String) -> Bool {
    words.contains(name) || StreetWords.isAlone(name) || AddressWords.countries.contains(name)
  }
  private static let words: Set<String> = [
    "halli", "posti", "porras", "lava", "box", "if", "elo", "vero", "asunta", "sara", "risti", "pulp", "hattu", "koti",
    "eteläinen", "metsä", "mark", "luoma", "inget", "martti", "tapio", "kesko", "valio", "pakettiautomaatti",
    "noutopiste",
  ]

  /// Knows no town.
  public static let none = TownNames(municipalities: [], postalCodes: [])

  /// The municipalities of this name (folded, any language); empty when it is none's.
  public func municipality(named folded: String) -> [MunicipalityCode] { municipalities[folded] ?? [] }

  /// The municipalities in which the post office of this name (folded, any language) delivers; nil when it is none's.
  public func postOffice(named folded: String) -> [MunicipalityCode]? { offices[folded] }

  /// What the post office of this name (folded) is called, in each language; folded.
  func postOfficeNames(_ folded: String) -> [String] { translations[folded].map { $0.sorted() } ?? [folded] }

  /// The primary municipality of a postal code.
  public func municipality(of code: PostalCode) -> MunicipalityCode? { codes[code] }

  /// What a text calls a town: its name in any language, "Turun kaupunki", "Turussa"; folded.
  func town(_ folded: String) -> Town? { towns[folded] }

  /// How many words at the end of these name a town, and which; the longest such name.
  func last(_ words: ArraySlice<AddressWord>) -> (count: Int, town: Town)? {
    guard let last = words.last else { return nil }
    let word = last.folded
    // A Roman number is no municipality of the north.
    if last.text == "II", words.count > 1 { return nil }
    if lastWords.contains(word) {
      for count in stride(from: Swift.min(4, words.count), to: 1, by: -1) {
        if let town = towns[words.suffix(count).folded] { return (count, town) }
      }
    }
    return towns[word].map { (1, $0) }
  }

  /// How many words at the beginning of these name a town, and which; the longest such name.
  func first(_ words: ArraySlice<AddressWord>) -> (count: Int, town: Town)? {
    for count in stride(from: Swift.min(4, words.count), to: 0, by: -1) {
      if count > 1, !lastWords.contains(words[words.startIndex + count - 1].folded) { continue }
      if let town = towns[words.prefix(count).folded] { return (count, town) }
    }
    return nil
  }
}
