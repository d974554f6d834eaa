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
  var isClosed = false

  init(_ subject: MatchSubject, _ candidate: MatchCandidate) {
    isIdentified = candidate.isIdentified
    isClosed = candidate.isClosed
    compareNames(subject, candidate)
    compareStreets(subject, candidate)
    compareTowns(subject, candidate)
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
          var likeness = NameLikeness.compare(asked, name, towns: candidate.plainOffices)
          if isAlternate { likeness.score *= 0.99 }
          if likeness.score > best?.score ?? -1 {
            best = likeness
            segments = asked
            self.isAlternate = isAlternate
          }
        }
      }
    }
    guard let best else { return }
    // What was perhaps a street counts as a name only where it is one.
    if subject.isNameGuessed, best.score < 0.8 { return }
    name = best
    for (index, segment) in segments.enumerated() where !best.explained.contains(index) {
      let isElsewhere = (candidate.areas + candidate.parents).contains {
        NameLikeness.compare([segment], $0).score > 0.8
      }
      if !isElsewhere { unexplained += 1 }
    }
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
    return edits <= allowed ? 0.95 - 0.06 * Double(edits) : 0
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
      postOffice = subject.postOffices.contains { candidate.postOffices.contains($0) } ? .same : .other
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
