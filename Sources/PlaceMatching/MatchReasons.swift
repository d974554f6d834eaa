import Foundation
import Places

/// What of a candidate is shown, as its source wrote it.
public struct MatchDisplay: Sendable {
  /// The name.
  public let name: LocalizedText
  /// Further names.
  public let alternateNames: [String]
  /// Street addresses.
  public let streetAddress: LocalizedText?
  /// The post office.
  public let postOffice: LocalizedText?
  /// The municipality's name.
  public let municipality: String?

  /// Makes one.
  public init(
    name: LocalizedText, alternateNames: [String], streetAddress: LocalizedText?, postOffice: LocalizedText?,
    municipality: String?
  ) {
    self.name = name
    self.alternateNames = alternateNames
    self.streetAddress = streetAddress
    self.postOffice = postOffice
    self.municipality = municipality
  }
}

extension MatchJudge.Ranked {
  /// Why the score is what it is, the weightiest first, in words.
  public func reasons(_ subject: MatchSubject, _ candidate: MatchCandidate, _ shown: MatchDisplay) -> [MatchReason] {
    var reasons: [MatchReason] = []
    func add(_ feature: MatchReason.Feature, _ score: Double, _ detail: String) {
      reasons.append(MatchReason(feature, (score * 100).rounded() / 100, detail))
    }
    let name = shown.name.preferred
    if evidence.isIdentified { add(.identifier, 1, "The question names \(candidate.id) or an identifier of it.") }
    if let likeness = evidence.name {
      let known = evidence.isAlternate ? "\(name) (by a former or further name)" : name
      let detail =
        likeness.score > 0.985
        ? "The name is the same: \(known)."
        : likeness.score >= 0.8
          ? "The name is nearly the same: \(known)."
          : likeness.score >= 0.5
            ? "The names have words in common: \(known)." : "Another name: \(known)."
      add(.name, likeness.score * 2 - 1, detail)
    }
    let address = shown.streetAddress?.values.map(\.text).joined(separator: " / ") ?? ""
    switch evidence.address {
    case .house:
      add(.street, evidence.street, "The same street: \(address).")
      add(.number, 1, "The same number.")
    case .street: add(.street, evidence.street * 0.8, "The same street: \(address); one has no number.")
    case .otherNumber:
      add(.street, evidence.street * 0.6, "The same street: \(address).")
      add(.number, -0.5, "Another number.")
    case .otherStreet: add(.street, -0.7, "Another street: \(address).")
    case .unknown: break
    }
    let code = candidate.postalCode?.description ?? ""
    switch evidence.postalCode {
    case .same: add(.postalCode, 1, "The same postal code: \(code).")
    case .other: add(.postalCode, -0.4, "Another postal code: \(code).")
    case .unknown: break
    }
    switch evidence.postOffice {
    case .same: add(.postOffice, 1, "The same post office: \(shown.postOffice?.preferred ?? "").")
    case .other: add(.postOffice, -0.3, "Another post office: \(shown.postOffice?.preferred ?? "").")
    case .unknown: break
    }
    switch evidence.municipality {
    case .same: add(.municipality, 1, "The same municipality: \(shown.municipality ?? "").")
    case .other: add(.municipality, -1, "Another municipality: \(shown.municipality ?? "").")
    case .unknown: break
    }
    if let distance = evidence.distance {
      add(.distance, max(-1, 1 - distance / 500), "\(Int(distance.rounded())) m away.")
    }
    return reasons.sorted { abs($0.score) > abs($1.score) }
  }
}
