import Places

/// What can be said of a question.
public enum MatchVerdict: String, Sendable, Hashable, CaseIterable {
  /// It is this place: said only where it is right at least 99 times in 100.
  case match
  /// It may be one of several, or perhaps this one: a person has to look.
  case ambiguous
  /// No place of the registry is good enough.
  case none
}

/// How exactly a match says where.
public enum MatchPrecision: String, Sendable, Hashable, CaseIterable {
  /// A venue or an area.
  case place
  /// A municipality's built-in place: the question names the town alone.
  case municipality
}

/// Why a candidate is good or bad.
public struct MatchReason: Sendable, Hashable {
  /// What was compared.
  public enum Feature: String, Sendable, Hashable, CaseIterable {
    case name, street, number
    case postalCode = "postal_code"
    case postOffice = "post_office"
    case municipality, distance, identifier
    /// An editor said so.
    case decision
  }
  /// What was compared.
  public var feature: Feature
  /// How well it fits: 1 the same, 0 says nothing, −1 contradicts.
  public var score: Double
  /// In words that a person understands, both values named.
  public var detail: String

  /// Makes a reason.
  public init(_ feature: Feature, _ score: Double, _ detail: String) {
    self.feature = feature
    self.score = score
    self.detail = detail
  }
}

/// A place that may be the one.
public struct ScoredPlace: Sendable, Hashable {
  /// The place's id.
  public var id: String
  /// Its name.
  public var name: LocalizedText
  /// How sure it is, 0–100.
  public var score: Double
  /// Why, the weightiest first.
  public var reasons: [MatchReason]

  /// Makes a candidate.
  public init(id: String, name: LocalizedText, score: Double, reasons: [MatchReason]) {
    self.id = id
    self.name = name
    self.score = score
    self.reasons = reasons
  }
}

/// The answer to a ``MatchQuery``.
public struct Resolution: Sendable, Hashable {
  /// What can be said.
  public var verdict: MatchVerdict
  /// The place, with the verdict `match` only.
  public var id: String?
  /// How exact that is.
  public var precision: MatchPrecision
  /// The best first, at most as many as asked for.
  public var candidates: [ScoredPlace]
  /// The question's address, told apart.
  public var address: AddressText

  /// Makes an answer.
  public init(
    verdict: MatchVerdict, id: String? = nil, precision: MatchPrecision = .place, candidates: [ScoredPlace] = [],
    address: AddressText
  ) {
    self.verdict = verdict
    self.id = id
    self.precision = precision
    self.candidates = candidates
    self.address = address
  }
}
