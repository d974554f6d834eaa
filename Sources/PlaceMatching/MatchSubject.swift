import Geodesy
import Places

/// A question made ready to be compared: words, streets, towns.
public struct MatchSubject: Sendable {
  /// A street address of a question or a candidate.
  struct Street: Sendable, Hashable {
    /// ``StreetName/key(_:)``
    let key: String
    /// That without the dots of å, ä, ö.
    let plain: String
    let letters: [UInt16]
    let number: Int?
    let end: Int?
    let letter: String?

    init(key: String, number: Int?, end: Int?, letter: String?) {
      self.key = key
      plain = key.utf8.allSatisfy({ $0 < 0x80 }) ? key : Folding.plain(key)
      letters = Array(plain.utf16)
      self.number = number
      self.end = end
      self.letter = letter
    }
  }

  /// The names that it may go by; each is a list of segments, of which some may be halls or quarters.
  var names: [[[NameWord]]] = []
  /// Whether ``names`` is a guess: what stands there may be no name at all.
  var isNameGuessed = false
  /// The segment of the last of ``names`` that stands there because a street may be a venue, too.
  var optionalSegment: Int?
  var streets: [Street] = []
  var postalCode: PostalCode?
  /// Folded, in any of their languages.
  var postOffices: [String] = []
  /// The municipalities that the town may be; empty: unknown.
  var municipalities: Set<MunicipalityCode> = []
  /// Degrees (WGS 84), longitude as x.
  public internal(set) var position: Coordinate?
  /// Ids and foreign identifiers.
  public private(set) var identifiers: [String] = []
  /// The address, told apart.
  public private(set) var address = AddressText()

  /// Reads a question.
  public init(_ query: MatchQuery, towns: TownNames) {
    identifiers = query.identifiers
    position = query.position
    if let text = query.text { address = AddressText(text, towns: towns) }
    let fields = query.streetAddresses.map {
      AddressText(
        streetAddress: $0, postalCode: query.postalCode, postOffice: query.postOffice, municipality: query.municipality,
        towns: towns)
    }
    fill(from: fields, query, towns)
    let own = query.names.map { [NameWord.words(Folding.fold($0))] }.filter { !$0[0].isEmpty }
    let hasMore = address.street != nil || address.names.count > 1
    let (offices, called) = address.names.reduce(into: ([String](), [String]())) { parts, name in
      // "Bromarv" beside a street is the post office; alone it may be anything.
      let isTown = hasMore && towns.postOffice(named: Folding.fold(name)) != nil
      if isTown { parts.0 += towns.postOfficeNames(Folding.fold(name)) } else { parts.1.append(name) }
    }
    postOffices += offices
    let read = called.map { NameWord.words(Folding.fold(Self.spelledOut($0))) }.filter { !$0.isEmpty }
    names = own + (read.isEmpty ? [] : [read])
    for source in [address] + fields {
      guard let street = source.street else { continue }
      add(
        Street(key: StreetName.key(street), number: source.number, end: source.numberEnd, letter: source.letter))
      for further in source.furtherStreets {
        let (street, number) = StreetName.split(further)
        add(
          Street(
            key: StreetName.key(street), number: number?.number, end: number?.end,
            letter: number?.letter?.lowercased()))
      }
    }
    if names.isEmpty, streets.isEmpty, address.street == nil, address.elsewhere == nil, municipalities.count != 1,
      let text = query.text
    {
      isNameGuessed = true
      let segments = text.split(separator: ",").map { NameWord.words(Folding.fold($0)) }.filter { !$0.isEmpty }
      if !segments.isEmpty { names = [segments] }
    }
    if names.isEmpty, !address.rooms.isEmpty {
      isNameGuessed = true
      names = [address.rooms.map { NameWord.words(Folding.fold($0)) }.filter { !$0.isEmpty }]
    }
    if let street = address.street {
      // A market place is a street and a venue, and "Areena 2" may be either.
      let words = NameWord.words(
        Folding.fold(street + (address.number.map { " \($0)" } ?? "") + (address.letter ?? "")))
      if names.isEmpty {
        isNameGuessed = true
        names = [[words]]
      } else if address.number == nil, !read.isEmpty {
        names[names.count - 1].append(words)
        optionalSegment = names[names.count - 1].count - 1
      }
    }
    markTowns(towns)
  }

  /// Marks the words that name towns.
  private mutating func markTowns(_ towns: TownNames) {
    for name in names.indices {
      for segment in names[name].indices {
        for index in names[name][segment].indices {
          let word = names[name][segment][index]
          let forms = [word.text] + (word.text.utf8.last == UInt8(ascii: "n") ? Inflection.bases(word.plain) : [])
          names[name][segment][index].municipalities = forms.flatMap { towns.municipality(named: $0) }
        }
      }
    }
  }

  /// Makes a question of a candidate, to find those like it.
  public init(_ candidate: MatchCandidate) {
    names = (candidate.names + candidate.alternates).map { [$0] }
    streets = candidate.streets
    postalCode = candidate.postalCode
    postOffices = candidate.postOffices
    municipalities = candidate.municipality.map { [$0] } ?? []
    position = candidate.position
  }

  /// Marks the words (folded, without dots) that the registry has.
  public mutating func know(_ words: Set<String>) {
    for name in names.indices {
      for segment in names[name].indices {
        for word in names[name][segment].indices where words.contains(names[name][segment][word].plain) {
          names[name][segment][word].isKnown = true
        }
      }
    }
  }

  /// With a space after each full stop between letters: "virk.alue" is two words, "S.t" is none.
  private static func spelledOut(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: ".")) else { return name }
    return name.split(separator: " ").map { word in
      let parts = word.split(separator: ".", omittingEmptySubsequences: false)
      return parts.dropLast().allSatisfy { $0.count >= 3 } ? parts.joined(separator: ". ") : String(word)
    }.joined(separator: " ")
  }

  private mutating func add(_ street: Street) {
    if !street.key.isEmpty, !streets.contains(street) { streets.append(street) }
  }

  private mutating func fill(from fields: [AddressText], _ query: MatchQuery, _ towns: TownNames) {
    if let field = fields.first {
      if address.street == nil {
        address.street = field.street ?? query.streetAddresses[0]
        (address.number, address.numberEnd) = (field.number, field.numberEnd)
        (address.letter, address.staircase, address.apartment) = (field.letter, field.staircase, field.apartment)
      }
      address.postalCode = address.postalCode ?? field.postalCode
      address.postOffice = address.postOffice ?? field.postOffice
      address.postOfficeBox = address.postOfficeBox ?? field.postOfficeBox
    }
    if let code = query.postalCode.flatMap({ try? PostalCode($0) }) {
      address.postalCode = code
      if let municipality = towns.municipality(of: code), query.municipality == nil, query.postOffice == nil {
        address.municipalities = [municipality]
      }
    }
    if let office = query.postOffice {
      address.postOffice = office
      let folded = Folding.fold(office)
      let found = Set(towns.postOffice(named: folded) ?? []).union(towns.municipality(named: folded))
      if !found.isEmpty { address.municipalities = found.sorted() }
    }
    if let municipality = query.municipality {
      let code = try? MunicipalityCode(municipality)
      let found = code.map { [$0] } ?? towns.municipality(named: Folding.fold(municipality))
      if !found.isEmpty { address.municipalities = found }
    }
    postalCode = address.postalCode
    postOffices = ((address.postOffice.map { [$0] } ?? []) + address.furtherPostOffices)
      .flatMap { towns.postOfficeNames(Folding.fold($0)) }
    municipalities = Set(address.municipalities)
  }

  /// Whether the question names a town and nothing else.
  public var isBareTown: Bool {
    names.isEmpty && streets.isEmpty && postalCode == nil && position == nil && identifiers.isEmpty
      && address.postOfficeBox == nil && !municipalities.isEmpty
  }
}
