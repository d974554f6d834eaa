import Places

/// What came of resolving a table's rows.
public struct ColumnReport: Sendable {
  /// Rows read, the header left out.
  public internal(set) var rows = 0
  /// Questions that were asked; equal ones once.
  public internal(set) var distinct = 0
  /// Rows whose question means one place.
  public internal(set) var match = 0
  /// Rows that a person has to look at.
  public internal(set) var ambiguous = 0
  /// Rows for which there is no place.
  public internal(set) var none = 0
  /// Rows that ask nothing.
  public internal(set) var empty = 0
  /// Rows that couldn't be read; they are in the output as they came, without an answer.
  public internal(set) var rejected = 0
  /// What was wrong with rows, the first 1,000.
  public internal(set) var problems: [ImportProblem] = []
  /// How long it took.
  public internal(set) var seconds = 0.0

  mutating func add(_ problem: ImportProblem) {
    if problem.severity == .error { rejected += 1 }
    if problems.count < 1000 { problems.append(problem) }
  }

  /// `{"rows", "distinct", "match", "ambiguous", "none", "empty", "rejected", "duration_s", "problems": […]}`
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    for (name, count) in [
      ("rows", rows), ("distinct", distinct), ("match", match), ("ambiguous", ambiguous), ("none", none),
      ("empty", empty), ("rejected", rejected),
    ] {
      w.key(name)
      w.integer(count)
    }
    w.key("duration_s")
    w.double((seconds * 1000).rounded() / 1000)
    w.key("problems")
    w.beginArray()
    for problem in problems { problem.write(to: &w) }
    w.endArray()
    w.endObject()
    return w.string
  }

  /// The report for a person.
  public var text: String {
    var lines = [
      "\(rows) rows, \(distinct) questions: \(match) rows match, \(ambiguous) ambiguous, \(none) none"
        + (empty > 0 ? ", \(empty) empty" : "") + (rejected > 0 ? ", \(rejected) unreadable" : "")
    ]
    lines += problems.prefix(20).map(\.description)
    if problems.count > 20 { lines.append("… and more: --format json lists the first 1,000") }
    return lines.joined(separator: "\n")
  }
}
