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
    let read = address.names.map { NameWord.words(Folding.fold($0)) }.filter { !$0.isEmpty }
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
    if let street = address.street {
      // A market place is a street and a venue, and "Areena 2" may be either.
      let words = NameWord.words(
        Folding.fold(street + (address.number.map { " \($0)" } ?? "") + (address.letter ?? "")))
      if names.isEmpty {
        isNameGuessed = true
        names = [[words]]
      } else if address.number == nil, !read.isEmpty {
        names[names.count - 1].append(words)
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
    postOffices = ((address.postOffice.map { [$0] } ?? []) + address.furtherPostOffices).map { Folding.fold($0) }
    municipalities = Set(address.municipalities)
  }

  /// Whether the question names a town and nothing else.
  public var isBareTown: Bool {
    names.isEmpty && streets.isEmpty && postalCode == nil && position == nil && identifiers.isEmpty
      && address.postOfficeBox == nil && !municipalities.isEmpty
  }
}
