import PlaceMatching
import Places

/// An answer as the cells that are added to a row.
enum ResolvedCells {
  /// The columns' names. `resolved_text` is the question in one line and `resolved_before` the answer once more: by them
  /// a corrected file is taken back, however its rows and columns were moved.
  static let names = [
    "resolved_verdict", "resolved_id", "resolved_name", "resolved_score", "resolved_candidates", "resolved_address",
    "resolved_text", "resolved_before",
  ]

  /// The cells of a row that asks nothing.
  static let empty = [String](repeating: "", count: names.count)

  static func cells(_ answer: Resolution, text: String) -> [String] {
    let best = answer.candidates.first
    return [
      answer.verdict.rawValue, answer.id ?? "", answer.verdict == .match ? best?.name.preferred ?? "" : "",
      best.map { score($0.score) } ?? "", answer.candidates.map(candidate).joined(separator: " | "),
      answer.address.oneLine, text, before(answer.verdict, answer.id),
    ]
  }

  /// `match turku:a`, `ambiguous`, `none`
  static func before(_ verdict: MatchVerdict, _ id: String?) -> String {
    id.map { "\(verdict.rawValue) \($0)" } ?? verdict.rawValue
  }

  /// A whole number: spreadsheets of different languages read no decimals alike.
  private static func score(_ score: Double) -> String { String(Int(score.rounded())) }

  static func candidate(_ place: ScoredPlace) -> String {
    "\(place.id) \(place.name.preferred) (\(score(place.score)))"
  }
}

extension AddressText {
  /// The address in one line: `Blombergin aukio 12 A 3, 20720 Turku`; empty where none was told.
  public var oneLine: String {
    let house = number.map { "\($0)" + (numberEnd.map { "–\($0)" } ?? "") + (letter ?? "") }
    let home = [street, house, staircase, apartment].compactMap { $0 }.joined(separator: " ")
    let town = [postalCode?.description, postOffice].compactMap { $0 }.joined(separator: " ")
    return [careOf.map { "c/o \($0)" }, home, postOfficeBox.map { "PL \($0)" }, town]
      .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// Answers to the questions met last: twice its capacity at the most, and the oldest half goes at once.
struct AnswerMemory<Answer> {
  private let capacity: Int
  private var recent: [String: Answer] = [:]
  private var older: [String: Answer] = [:]

  init(capacity: Int) { self.capacity = capacity }

  mutating func answer(to key: String) -> Answer? {
    if let found = recent[key] { return found }
    guard let found = older[key] else { return nil }
    keep(found, for: key)
    return found
  }

  mutating func keep(_ answer: Answer, for key: String) {
    if recent.count >= capacity {
      older = recent
      recent = [:]
    }
    recent[key] = answer
  }
}
