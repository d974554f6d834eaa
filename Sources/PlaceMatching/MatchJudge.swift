/// Decides between candidates.
public enum MatchJudge {
  /// A candidate with its score.
  public struct Ranked: Sendable {
    /// Where it stands among those given.
    public let index: Int
    /// 0–100.
    public let percent: Double
    /// Whether a person should look at it.
    public var isPlausible: Bool { score.isPlausible }
    let score: MatchScore
    let evidence: MatchEvidence
  }

  /// How much surer, in log-odds, the best must be than the next.
  static let margin = 1.3

  /// The candidates best first, without those that have nothing in common with the question, and what can be said.
  public static func judge(_ subject: MatchSubject, _ candidates: [MatchCandidate]) -> (MatchVerdict, [Ranked]) {
    var ranked = candidates.enumerated().map { index, candidate in
      let evidence = MatchEvidence(subject, candidate)
      let score = MatchScore(evidence)
      return Ranked(index: index, percent: score.percent, score: score, evidence: evidence)
    }
    ranked.removeAll { $0.score.odds < -6 }
    ranked.sort { ($1.score.odds, candidates[$0.index].id) < ($0.score.odds, candidates[$1.index].id) }
    guard let best = ranked.first else { return (.none, []) }
    guard best.score.isSufficient else {
      return (ranked.contains { $0.score.isPlausible } ? .ambiguous : .none, ranked)
    }
    let rivals = ranked.dropFirst().filter {
      // Of those at one address, that one has a postal code says nothing.
      if best.evidence.name == nil, !best.evidence.isIdentified {
        return $0.evidence.address == .house && $0.evidence.town != .other
      }
      return $0.score.odds > best.score.odds - margin && ($0.score.isPlausible || $0.score.isSufficient)
    }
    return (rivals.isEmpty ? .match : .ambiguous, ranked)
  }
}
