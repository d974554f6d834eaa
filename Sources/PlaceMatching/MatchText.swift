import Places

/// What of a place is compared, folded: stored beside it, so that a candidate costs no reading of documents.
public struct MatchText: Sendable, Hashable {
  /// A street address, told apart.
  public struct Street: Sendable, Hashable {
    /// ``StreetName/key(_:)``
    public var key: String
    /// The number, its range's end and its letter (lower case).
    public var number, end: Int?
    /// The letter, lower case.
    public var letter: String?
  }

  /// Names in all languages.
  public private(set) var names: [String] = []
  /// Former, short and other names.
  public private(set) var alternates: [String] = []
  /// Street addresses in all languages.
  public private(set) var streets: [Street] = []
  /// Post offices in all languages.
  public private(set) var postOffices: [String] = []
  /// Districts and the like, and what stands beside the street in an address.
  public private(set) var areas: [String] = []

  /// Folds what is said of a place; `areas` are the names of its districts.
  public init(_ place: Place, areas: [String]) {
    names = Self.folded(place.name.values.map(\.text))
    alternates = Self.folded(place.alternateNames.map(\.name)).filter { !names.contains($0) }
    var rest: [String] = []
    for value in place.streetAddress?.values ?? [] {
      let address = AddressText(
        streetAddress: value.text, postalCode: nil, postOffice: nil, municipality: nil, towns: .none)
      if let street = address.street {
        add(street, address.number, address.numberEnd, address.letter)
      } else {
        add(StreetName.split(value.text))
      }
      for further in address.furtherStreets { add(StreetName.split(further)) }
      rest += address.names + address.rooms
    }
    postOffices = Self.folded(place.postOffice?.values.map(\.text) ?? [])
    self.areas = Self.folded(areas + rest)
  }

  private mutating func add(_ address: (street: String, number: HouseNumber?)) {
    add(address.street, address.number?.number, address.number?.end, address.number?.letter?.lowercased())
  }

  private mutating func add(_ street: String, _ number: Int?, _ end: Int?, _ letter: String?) {
    let made = Street(key: StreetName.key(street), number: number, end: end, letter: letter)
    if !made.key.isEmpty, !streets.contains(made) { streets.append(made) }
  }

  private static func folded(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.map { Folding.fold($0) }.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// Reads what ``stored`` wrote.
  public init(stored: String) {
    let parts = stored.split(separator: "\n", omittingEmptySubsequences: false)
    func list(_ index: Int) -> [String] {
      index < parts.count ? parts[index].split(separator: "|").map(String.init) : []
    }
    names = list(0)
    alternates = list(1)
    streets = list(2).map { text in
      let fields = text.split(separator: "~", omittingEmptySubsequences: false)
      func field(_ index: Int) -> Substring? { index < fields.count && !fields[index].isEmpty ? fields[index] : nil }
      return Street(
        key: String(fields[0]), number: field(1).flatMap { Int($0) }, end: field(2).flatMap { Int($0) },
        letter: field(3).map(String.init))
    }
    postOffices = list(4 - 1)
    areas = list(4)
  }

  /// One text: a line each for names, further names, streets, post offices and areas, `|` between several. Folded texts
  /// hold neither.
  public var stored: String {
    let streets = streets.map {
      "\($0.key)~\($0.number.map(String.init) ?? "")~\($0.end.map(String.init) ?? "")~\($0.letter ?? "")"
    }
    return [names, alternates, streets, postOffices, areas].map { $0.joined(separator: "|") }.joined(separator: "\n")
  }

  /// The keys that it is found by.
  public func keys(municipality: MunicipalityCode?) -> [Int64] {
    var keys: Set<Int64> = []
    for name in names + alternates {
      let words = Folding.plain(name).split(separator: " ").map(String.init)
      guard !words.isEmpty else { continue }
      keys.insert(MatchKey.name(words))
      if let municipality { keys.insert(MatchKey.name(words, in: municipality)) }
      for word in words.prefix(12) {
        keys.insert(MatchKey.word(word))
        if let municipality { keys.insert(MatchKey.word(word, in: municipality)) }
      }
    }
    for street in streets {
      let plain = Folding.plain(street.key)
      if let municipality { keys.insert(MatchKey.street(plain, in: municipality)) }
      guard let number = street.number else { continue }
      for number in number...max(number, min(street.end ?? number, number + 20)) {
        keys.insert(MatchKey.house(plain, number))
      }
    }
    return keys.sorted()
  }

  /// The words of names and the streets, without dots, that a text with typing errors is to find: four letters at least.
  public var vocabulary: Set<String> {
    var words: Set<String> = []
    for name in names + alternates {
      words.formUnion(Folding.plain(name).split(separator: " ").map(String.init))
    }
    words.formUnion(streets.map { Folding.plain($0.key) })
    return words.filter { $0.utf8.count >= 4 && $0.utf8.count <= 60 && $0.utf8.contains { $0 > 0x39 } }
  }
}
