import PlaceStore
import Places

/// What came of taking a corrected table back.
public struct CorrectionReport: Sendable {
  /// Rows read.
  public let rows: Int
  /// Whether nothing was kept.
  public let isDryRun: Bool
  /// Texts for which a person's choice was kept.
  public internal(set) var decided = 0
  /// Texts whose choice was known already.
  public internal(set) var unchanged = 0
  /// Rows that nobody changed.
  public internal(set) var untouched = 0
  /// Rows that say something that can't be taken.
  public internal(set) var rejected = 0
  /// What is wrong with rows, and ids that lead to another place.
  public internal(set) var problems: [ImportProblem] = []

  /// `{"rows", "dry_run", "decided", "unchanged", "untouched", "rejected", "problems": […]}`, the first 1,000 problems.
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    w.key("rows")
    w.integer(rows)
    w.key("dry_run")
    w.bool(isDryRun)
    for (name, count) in [
      ("decided", decided), ("unchanged", unchanged), ("untouched", untouched), ("rejected", rejected),
    ] {
      w.key(name)
      w.integer(count)
    }
    w.key("problems")
    w.beginArray()
    for problem in problems.prefix(1000) { problem.write(to: &w) }
    w.endArray()
    w.endObject()
    return w.string
  }

  /// The report for a person.
  public var text: String {
    var lines = [
      "\(isDryRun ? "dry run: " : "")\(rows) rows: \(decided) texts decided, \(unchanged) known already, "
        + "\(untouched) rows untouched, \(rejected) rejected"
    ]
    lines += problems.prefix(50).map(\.description)
    if problems.count > 50 { lines.append("… and more: --format json lists the first 1,000") }
    return lines.joined(separator: "\n")
  }
}

extension CorrectionFile {
  /// Corrections that go into one transaction.
  private static let batch = 1000

  /// Keeps the corrections as decisions. A row that can't be taken stops no other. Throws ``PlaceStore/StoreError``.
  public func apply(to store: PlaceStore, by author: Author, isDryRun: Bool) async throws -> CorrectionReport {
    var report = CorrectionReport(rows: rows, isDryRun: isDryRun)
    report.untouched = untouched
    report.problems = problems
    for start in stride(from: 0, to: corrections.count, by: Self.batch) {
      let part = Array(corrections[start..<min(start + Self.batch, corrections.count)])
      var decisions: [(correction: Correction, decision: TextDecision)] = []
      let ends = try await Self.ends(of: part, store)
      for correction in part {
        guard let given = correction.id else {
          decisions.append((correction, TextDecision(text: correction.text, id: nil)))
          continue
        }
        switch Self.place(correction, ends[ResourceAddress.id(given)]) {
        case .place(let id, let note):
          decisions.append((correction, TextDecision(text: correction.text, id: id.description)))
          if let note { report.problems.append(note) }
        case .wrong(let problem): report.problems.append(problem)
        }
      }
      // What is known already is not written again, so that the same file changes nothing.
      let known = try await store.decisions(for: decisions.map { Folding.fold($0.decision.text) }, viewer: .all)
      let new = decisions.filter { decision in
        guard let old = known[Folding.fold(decision.decision.text)] else { return true }
        return old.id != decision.decision.id
      }
      report.unchanged += decisions.count - new.count
      try await Self.keep(new, in: store, by: author, &report)
    }
    report.problems.sort { $0.line < $1.line }
    report.rejected = report.problems.count { $0.severity == .error }
    return report
  }

  private static func keep(
    _ decisions: [(correction: Correction, decision: TextDecision)], in store: PlaceStore, by author: Author,
    _ report: inout CorrectionReport
  ) async throws {
    var taken: [(correction: Correction, decision: TextDecision)] = []
    for one in decisions {
      if Folding.fold(one.decision.text).isEmpty {
        report.problems.append(
          ImportProblem(
            line: one.correction.line, code: "no-text", field: "resolved_text", value: one.decision.text,
            detail: "The text holds no letter and no digit, so that nothing can be decided."))
      } else {
        taken.append(one)
      }
    }
    guard !taken.isEmpty, !report.isDryRun else {
      report.decided += taken.count
      return
    }
    let outcomes = try await store.write(by: author) { try await $0.decide(taken.map(\.decision), viewer: .all) }.0
    for (one, outcome) in zip(taken, outcomes) {
      if case .stored = outcome {
        report.decided += 1
      } else {
        // It was merged, split or deleted since it was looked up.
        report.problems.append(
          ImportProblem(
            line: one.correction.line, code: "place-changed", field: "resolved_id", value: one.correction.id,
            detail: "The place has just been changed by somebody else: give the file again."))
      }
    }
  }

  private static func ends(of corrections: [Correction], _ store: PlaceStore) async throws -> [String: ResolvedID] {
    let ids = Set(corrections.compactMap(\.id).map { ResourceAddress.id($0) }).sorted()
    guard !ids.isEmpty else { return [:] }
    return Dictionary(try await store.resolve(ids: ids, viewer: .all).map { ($0.id, $0) }) { a, _ in a }
  }

  private enum Named {
    case place(PlaceID, note: ImportProblem?)
    case wrong(ImportProblem)
  }

  /// The living place that a row names.
  private static func place(_ correction: Correction, _ end: ResolvedID?) -> Named {
    func problem(_ severity: ImportProblem.Severity, _ code: String, _ detail: String) -> ImportProblem {
      ImportProblem(
        line: correction.line, severity: severity, code: code, field: "resolved_id", value: correction.id,
        detail: detail)
    }
    guard let end, end.status != .unknown else {
      return .wrong(
        problem(.error, "unknown-place", "There is no place with this id: copy it from resolved_candidates."))
    }
    guard end.status != .deleted, let id = end.current.first.flatMap({ try? PlaceID($0) }) else {
      return .wrong(problem(.error, "place-deleted", "The place was deleted: take another, or write none."))
    }
    guard end.current.count == 1 else {
      return .wrong(
        problem(.error, "place-split", "The place was split into \(end.current.joined(separator: ", ")): take one."))
    }
    guard end.status == .merged else { return .place(id, note: nil) }
    return .place(id, note: problem(.warning, "moved-id", "The place was merged into \(id), which was taken."))
  }
}
