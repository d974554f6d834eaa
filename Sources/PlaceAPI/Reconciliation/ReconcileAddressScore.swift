import Geodesy
import PlaceMatching
import PlaceStore
import Places

/// What a question says of an address.
struct AskedAddress: Sendable {
  var street: String?
  var number: Int?
  var letter: String?
  /// Of "2 A 14" the letter may be a staircase's.
  var likelyLetter: String?
  var postalCode: String?
  /// Empty where no town is named.
  var municipalities: [MunicipalityCode] = []
  var position: Coordinate?

  /// Reads the street address, else the line of text; what stands in properties goes before what the text says.
  init(_ query: ReconcileQuery, towns: TownNames) {
    let line = query.first(.streetAddress)?.text ?? query.text ?? query.first(.name)?.text ?? ""
    let read = AddressText(line, towns: towns)
    // A street of an unusual name is a name to the reader.
    street = read.street ?? (line.contains(":") ? nil : read.names.first)
    number = read.number
    letter = read.letter
    likelyLetter = read.staircase?.lowercased()
    postalCode = query.postalCode ?? read.postalCode?.description
    municipalities = read.municipalities
    if let name = query.municipality ?? query.first(.postOffice)?.text {
      let folded = Folding.fold(name)
      let code = try? MunicipalityCode(name)
      let found = code.map { [$0] } ?? towns.municipality(named: folded) + (towns.postOffice(named: folded) ?? [])
      if !found.isEmpty { municipalities = found }
    } else if municipalities.isEmpty, let code = postalCode.flatMap({ try? PostalCode($0) }) {
      municipalities = towns.municipality(of: code).map { [$0] } ?? []
    }
    position = query.position
  }

  /// What the register is asked for; nil where nothing is known to ask by.
  var query: AddressQuery? {
    guard street != nil || position != nil else { return nil }
    var query = AddressQuery(limit: 100)
    query.street = street
    query.number = number
    query.letter = letter
    query.likelyLetter = likelyLetter
    if !municipalities.isEmpty { query.municipalities = municipalities }
    if street == nil { query.point = position }
    return query
  }
}

/// How well an address of the register fits a question.
struct ScoredAddress: Sendable {
  var address: ReconcileAddress
  /// 0–100
  var score: Double
  /// By the name of what was compared: 1 the same, 0 says nothing, −1 contradicts.
  var features: [(id: String, value: Double)] = []
  /// Whether street, number and town are those asked for, and nothing contradicts.
  var isCertain = false

  /// An address that was asked for by its id.
  init(identified address: ReconcileAddress) {
    self.address = address
    score = 100
    features = [(MatchReason.Feature.identifier.rawValue, 1)]
    isCertain = true
  }

  init(_ address: ReconcileAddress, _ asked: AskedAddress) {
    self.address = address
    score = 0
    let found = address.found
    var isConfirmed = false
    var isContradicted = false
    if asked.street != nil {
      note(.street, 1, points: 60)
      if asked.number != nil {
        // A house whose letter nobody asked for is perhaps meant, less than the one without; so is one without a letter
        // where a staircase was asked for.
        let isOther = found.number?.letter != asked.letter ?? asked.likelyLetter
        switch found.match {
        case .exact: note(.number, isOther ? 0.8 : 1, points: isOther ? 16 : 20)
        case .nearestNumber: note(.number, 0.3, points: -15)
        case .street, nil: note(.number, 0, points: -25)
        }
      }
    }
    if let code = asked.postalCode, let other = found.postalCode {
      note(.postalCode, code == other ? 1 : -1, points: code == other ? 10 : -25)
      if code == other { isConfirmed = true } else { isContradicted = true }
    }
    if !asked.municipalities.isEmpty, let code = found.municipality {
      let isSame = asked.municipalities.contains(code)
      note(.municipality, isSame ? 1 : -1, points: isSame ? 10 : -40)
      if isSame { isConfirmed = true } else { isContradicted = true }
    }
    if let point = asked.position, let position = found.position {
      let metres = found.distance ?? Geodesic.distance(point, position)
      let isFar = metres > 1000
      // From a point alone nothing but nearness is known.
      let near = asked.street == nil ? 50 * max(0, 1 - metres / 1000) : 5 * max(0, 1 - metres / 500)
      note(.distance, max(-1, 1 - metres / 500), points: isFar ? -20 : near)
      if isFar { isContradicted = true }
    }
    score = (min(max(score, 0), 100) * 10).rounded() / 10
    isCertain = asked.number != nil && found.match == .exact && isConfirmed && !isContradicted
  }

  private mutating func note(_ feature: MatchReason.Feature, _ value: Double, points: Double) {
    features.append((feature.rawValue, (value * 100).rounded() / 100))
    score += points
  }
}

extension API {
  /// The addresses that may be meant, best first.
  func addressCandidates(_ query: ReconcileQuery) async throws -> [ScoredAddress] {
    let ids = query.identifiers + [query.matchQuery.textAsIdentifier].compactMap(\.self)
    let identified = try await addresses(withIDs: ids).map { ScoredAddress(identified: $0) }
    let asked = AskedAddress(query, towns: try await store.townNames())
    guard identified.isEmpty, var wanted = asked.query else { return identified }
    var found = try await store.addresses(wanted)
    if found.isEmpty, wanted.municipalities != nil {
      // The town may be wrong: such a street elsewhere is better than nothing, and told to contradict.
      wanted.municipalities = nil
      found = try await store.addresses(wanted)
    }
    return try await described(found).map { ScoredAddress($0, asked) }
      .sorted { ($1.score, $0.address.found.id) < ($0.score, $1.address.found.id) }
  }
}
