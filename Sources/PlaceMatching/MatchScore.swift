import Foundation

/// How sure it is that a candidate is what was asked for.
struct MatchScore: Sendable {
  /// Log-odds, from about −12 to 14; the larger the surer.
  let odds: Double
  /// Whether it may be called a match, unless another is near.
  let isSufficient: Bool
  /// Whether a person should look at it.
  let isPlausible: Bool

  /// 0–100.
  var percent: Double { 100 / (1 + exp(-(odds - 1) / 1.4)) }

  init(_ evidence: MatchEvidence) {
    let name = evidence.name?.score
    var odds = 0.0
    if let name { odds += Self.odds(ofName: name) }
    if evidence.isAlternate { odds -= 0.2 }
    switch evidence.address {
    case .house: odds += 3 * evidence.street
    case .street: odds += 1.5 * evidence.street
    case .otherNumber: odds += name == nil ? -1 : evidence.numbersApart <= 12 ? 0.8 * evidence.street : -0.5
    case .otherStreet: odds -= 2.5
    case .unknown: break
    }
    switch evidence.municipality {
    case .same: odds += 1.2
    case .other: odds -= evidence.town == .same ? 0.3 : 4
    case .unknown: odds += evidence.postOffice == .same ? 1 : 0
    }
    switch evidence.postalCode {
    case .same: odds += 1.3
    case .other: odds -= 0.7
    case .unknown: break
    }
    if let distance = evidence.distance { odds += Self.odds(ofDistance: distance) }
    if evidence.isIdentified { odds += 6 }
    odds -= 0.6 * Double(min(evidence.unexplained, 3))
    if evidence.isClosed { odds -= 0.4 }
    self.odds = odds

    let needed = Self.nameNeeded(evidence)
    if let name {
      isSufficient = name >= needed.score && evidence.name?.distinction ?? 0 >= needed.distinction
    } else {
      isSufficient =
        evidence.isIdentified && evidence.town != .other
        || evidence.address == .house && evidence.town == .same && evidence.street >= 0.85
    }
    isPlausible =
      evidence.isIdentified
      || evidence.town != .other
        && (evidence.address == .house || (name ?? 0) >= 0.75
          || (evidence.distance ?? .infinity) < 50 && name ?? 1 > 0.6)
      || (name ?? 0) >= 0.93 && evidence.address == .house
  }

  /// How alike the names must be for a match, by what else is known.
  private static func nameNeeded(_ evidence: MatchEvidence) -> (score: Double, distinction: Double) {
    let never = (score: 2.0, distinction: 0.0)
    if evidence.isIdentified { return (evidence.town == .other ? 0.8 : 0.3, 0) }
    let isComplete = evidence.name?.isComplete ?? true
    if let distance = evidence.distance {
      if distance > 3000 { return never }
      if distance <= 150, evidence.address != .otherStreet, evidence.town != .other {
        return (isComplete ? 0.76 : 0.85, 0)
      }
    }
    if evidence.address == .house, evidence.town != .other {
      return evidence.town == .same ? (isComplete ? 0.68 : 0.72, 0) : (0.76, 0.5)
    }
    // Without its house, a name with a word too many or too few is perhaps another's, and so is half of a text.
    guard isComplete, evidence.unexplained == 0 else { return never }
    switch (evidence.address, evidence.town) {
    case (_, .other), (.otherStreet, _), (.house, _): return never
    case (.otherNumber, _) where evidence.numbersApart > 12: return never
    case (.street, .same): return (0.76, 0.5)
    case (.otherNumber, .same): return (0.84, 0.9)
    case (.street, .unknown), (.otherNumber, .unknown): return (0.9, 1)
    case (.unknown, .same): return (0.78, evidence.postalCode == .same ? 0.5 : 0.9)
    case (.unknown, .unknown): return evidence.distance.map { $0 <= 500 } ?? false ? (0.84, 0.9) : (0.95, 1.5)
    }
  }

  private static func odds(ofName score: Double) -> Double {
    interpolate(score, [(0, -6), (0.4, -4), (0.6, -1.5), (0.75, 0.3), (0.86, 2), (0.95, 3.2), (1, 4)])
  }

  private static func odds(ofDistance metres: Double) -> Double {
    interpolate(
      metres, [(0, 3), (50, 3), (150, 2.3), (500, 1), (1000, 0), (3000, -2), (20_000, -5), (100_000, -6)])
  }

  private static func interpolate(_ x: Double, _ points: [(x: Double, y: Double)]) -> Double {
    guard let upper = points.firstIndex(where: { $0.x >= x }) else { return points[points.count - 1].y }
    guard upper > 0 else { return points[0].y }
    let (a, b) = (points[upper - 1], points[upper])
    return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
  }
}
