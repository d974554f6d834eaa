import Geodesy
import Places

/// What a question and a candidate have in common, and what speaks against them being one place.
struct MatchEvidence: Sendable {
  enum Address: Sendable, Hashable {
    /// One of them has no street address.
    case unknown
    /// The same street and number.
    case house
    /// The same street; one of them has no number.
    case street
    /// The same street, another number or letter.
    case otherNumber
    /// Another street.
    case otherStreet
  }
  enum Town: Sendable, Hashable { case unknown, same, other }

  var name: NameLikeness?
  /// Whether the name that fits is a former or further one.
  var isAlternate = false
  var address = Address.unknown
  /// How alike the streets' names are, 0–1.
  var street = 0.0
  var town = Town.unknown
  var postalCode = Town.unknown
  var postOffice = Town.unknown
  var municipality = Town.unknown
  /// Geodesic metres between the positions.
  var distance: Double?
  var isIdentified = false
  /// Segments of the question that nothing explains.
  var unexplained = 0
  /// How far apart the house numbers are, where the street is the same.
  var numbersApart = 0
  var isClosed = false
  private var leftOver: [[NameWord]] = []

  init(_ subject: MatchSubject, _ candidate: MatchCandidate) {
    isIdentified = candidate.isIdentified
    isClosed = candidate.isClosed
    compareNames(subject, candidate)
    compareStreets(subject, candidate)
    compareTowns(subject, candidate)
    explainRest(candidate)
    if let here = subject.position, let there = candidate.position {
      distance = Geodesic.distance(here, there)
    }
  }

  private mutating func compareNames(_ subject: MatchSubject, _ candidate: MatchCandidate) {
    var best: NameLikeness?
    var segments: [[NameWord]] = []
    for asked in subject.names {
      for (list, isAlternate) in [(candidate.names, false), (candidate.alternates, true)] {
        for name in list {
          var likeness = NameLikeness.compare(
            asked, name, towns: candidate.plainOffices, municipality: candidate.municipality)
          if isAlternate { likeness.score *= 0.99 }
          if likeness.score > best?.score ?? -1 {
            best = likeness
            segments = asked
            self.isAlternate = isAlternate
          }
        }
      }
    }
    guard var best else { return }
    // "Bar Socis" is not the hotel of that name.
    let kinds = (candidate.names + candidate.alternates).joined().filter(\.isKind)
    if !kinds.isEmpty, best.kinds.contains(where: { kind in !kinds.contains { $0.plain == kind } }) {
      best.score -= 0.15
    }
    // What was perhaps a street counts as a name only where it is one.
    if subject.isNameGuessed, best.score < 0.8 { return }
    name = best
    // A market place is a street and a venue: no matter if it is only the one of them.
    let optional = segments == subject.names.last ? subject.optionalSegment : nil
    if let optional, best.explained == [optional], segments.count > 1 { best.isComplete = false }
    name = best
    leftOver = segments.indices.filter { !best.explained.contains($0) && $0 != optional }.map { segments[$0] }
  }

  /// What of the question is no name of the candidate may be its street, town, quarter or hall.
  private mutating func explainRest(_ candidate: MatchCandidate) {
    for segment in leftOver where !segment.allSatisfy({ $0.isRoom || $0.isNumber || $0.letters.count == 1 }) {
      let letters = segment.flatMap(\.letters)
      let plain = segment.map(\.plain).joined(separator: " ")
      if candidate.plainOffices.contains(plain) {
        if town == .unknown { town = .same }
      } else if let likeness = candidate.streets.map({ Self.part(letters, of: $0) }).max(), likeness > 0 {
        if address == .unknown || address == .otherStreet {
          address = .street
          street = likeness
        }
      } else if !(candidate.areas + candidate.parents).contains(where: {
        NameLikeness.compare([segment], $0).score > 0.75
      }) {
        unexplained += 1
      }
    }
  }

  /// How alike a text is to a street's name, whole or up to a comma or stroke in it.
  private static func part(_ letters: [UInt16], of street: MatchSubject.Street) -> Double {
    guard letters.count >= 4 else { return 0 }
    let whole = street.letters.filter { $0 != 0x20 }
    let allowed = letters.count >= 8 ? 2 : 1
    let edits = WordLikeness.distance(letters, whole, most: allowed)
    if edits <= allowed { return 0.95 - 0.06 * Double(edits) }
    return letters.count >= 6 && (whole.starts(with: letters) || whole.suffix(letters.count).elementsEqual(letters))
      ? 0.85 : 0
  }

  private mutating func compareStreets(_ subject: MatchSubject, _ candidate: MatchCandidate) {
    guard !subject.streets.isEmpty, !candidate.streets.isEmpty else { return }
    address = .otherStreet
    for asked in subject.streets {
      for stored in candidate.streets {
        let likeness = Self.alike(asked, stored)
        guard likeness > 0 else { continue }
        let found: Address =
          asked.number == nil || stored.number == nil ? .street : Self.isHouse(asked, stored) ? .house : .otherNumber
        let apart = abs((asked.number ?? 0) - (stored.number ?? 0))
        if Self.rank(found) > Self.rank(address) || apart < numbersApart { numbersApart = apart }
        if Self.rank(found) > Self.rank(address) || Self.rank(found) == Self.rank(address) && likeness > street {
          address = found
          street = likeness
        }
      }
    }
  }

  private static func rank(_ address: Address) -> Int {
    switch address {
    case .unknown, .otherStreet: 0
    case .otherNumber: 1
    case .street: 2
    case .house: 3
    }
  }

  private static func alike(_ a: MatchSubject.Street, _ b: MatchSubject.Street) -> Double {
    if a.key == b.key { return 1 }
    if a.plain == b.plain { return 0.97 }
    let longer = max(a.letters.count, b.letters.count)
    let allowed = longer >= 8 ? 2 : longer >= 5 ? 1 : 0
    let edits = WordLikeness.distance(a.letters, b.letters, most: allowed)
    if edits <= allowed { return 0.95 - 0.06 * Double(edits) }
    // "Hakaniemenr." and "Itäpuolentie" of "Juujärven itäpuolentie".
    let (short, long) = a.letters.count < b.letters.count ? (a, b) : (b, a)
    guard short.letters.count >= 5 else { return 0 }
    if long.letters.count - short.letters.count <= 5, long.letters.starts(with: short.letters) { return 0.88 }
    return short.letters.count >= 7 && long.plain.hasSuffix(" " + short.plain) ? 0.86 : 0
  }

  private static func isHouse(_ a: MatchSubject.Street, _ b: MatchSubject.Street) -> Bool {
    guard let number = a.number, let other = b.number else { return false }
    let isWithin =
      number == other || (b.end.map { (other...max(other, $0)).contains(number) } ?? false)
      || (a.end.map { (number...max(number, $0)).contains(other) } ?? false)
    guard isWithin else { return false }
    if let letter = a.letter, let stored = b.letter, letter.lowercased() != stored { return false }
    return true
  }

  private mutating func compareTowns(_ subject: MatchSubject, _ candidate: MatchCandidate) {
    if let asked = subject.postalCode, let stored = candidate.postalCode {
      postalCode = asked == stored ? .same : .other
    }
    if !subject.postOffices.isEmpty, !candidate.postOffices.isEmpty {
      postOffice =
        subject.postOffices.contains { office in
          candidate.postOffices.contains(office) || candidate.plainOffices.contains(office)
        } ? .same : .other
    }
    if !subject.municipalities.isEmpty, let stored = candidate.municipality {
      municipality = subject.municipalities.contains(stored) ? .same : .other
    }
    // A post office reaches over boundaries: any of the three that agrees is the town.
    town =
      [municipality, postOffice, postalCode].contains(.same)
      ? .same : municipality == .other || postOffice == .other && municipality == .unknown ? .other : .unknown
  }
}
