import PlaceMatching
import Places

/// A resolved table that a person has looked through: what was changed in it are decisions.
///
/// A row says what is right by its `resolved_id` (an id, or the word none) or by its `resolved_verdict` alone (none).
/// `resolved_before` tells what stood there, so that only rows that a person changed count, whatever has become of the
/// registry since.
public struct CorrectionFile {
  /// What a person said of a text.
  public struct Correction: Sendable, Hashable {
    /// The physical line on which the row starts.
    public let line: Int
    /// The question, as it was asked.
    public let text: String
    /// The place's id as it was written; nil: there is none.
    public let id: String?
  }

  /// Corrections, one for each text, in the order of the lines.
  public private(set) var corrections: [Correction] = []
  /// Rows that say something that can't be taken.
  public private(set) var problems: [ImportProblem] = []
  /// Rows read.
  public private(set) var rows = 0
  /// Rows that nobody changed.
  public private(set) var untouched = 0
  /// Rows that were changed alike for the same text.
  public private(set) var repeated = 0

  private static let needed = ["resolved_verdict", "resolved_id", "resolved_text", "resolved_before"]

  /// Reads a whole file. Throws ``ImportFailure`` when it is no table that `placeregistry resolve` wrote.
  public init(path: String, encoding: TextEncoding? = nil, delimiter: Character? = nil) throws {
    let input = try InputFile(path)
    guard try input.format() == .csv else {
      throw ImportFailure("format-unsupported", "\(path) is no CSV table: save it as one, with its header row.")
    }
    var reader = try CSVReader(TextSource(path: input.path, encoding: encoding), delimiter: delimiter) {
      ResolvedCells.names.contains($0.lowercased())
    }
    let header = reader.header.map { $0.lowercased() }
    let missing = Self.needed.filter { !header.contains($0) }
    guard missing.isEmpty else {
      throw ImportFailure(
        "unknown-column",
        "\(path) has no column \(missing.joined(separator: ", ")): give a file that placeregistry resolve --file wrote, "
          + "with its resolved_ columns. The file has \(reader.header.prefix(30).joined(separator: ", ")).",
        line: reader.headerLine)
    }
    let columns = Self.needed.map { name in header.firstIndex(of: name) ?? 0 }
    var places: [String: Int] = [:]
    var disputed: [String: [Correction]] = [:]
    while let row = try reader.next() {
      rows += 1
      if let fault = row.fault {
        problems.append(ImportProblem(line: row.line, fault: fault))
        continue
      }
      let cells = columns.map { row.fields[$0].trimmed }
      let text = cells[2]
      switch Self.edit(verdict: cells[0], id: cells[1], before: cells[3]) {
      case .none: untouched += 1
      case .wrong(let code, let detail):
        problems.append(
          ImportProblem(line: row.line, code: code, field: "resolved_id", value: cells[1], detail: detail))
      case .decided where text.isEmpty:
        problems.append(
          ImportProblem(
            line: row.line, code: "no-text", field: "resolved_id", value: cells[1],
            detail: "The row asks nothing (resolved_text is empty), so that nothing can be decided."))
      case .decided(let id):
        let correction = Correction(line: row.line, text: text, id: id)
        if let others = disputed[text] {
          disputed[text] = others + [correction]
        } else if let place = places[text] {
          if corrections[place].id == id {
            repeated += 1
          } else {
            disputed[text] = [corrections[place], correction]
          }
        } else {
          places[text] = corrections.count
          corrections.append(correction)
        }
      }
    }
    settle(disputed)
  }

  /// Of a text of which rows say different things nothing is taken.
  private mutating func settle(_ disputed: [String: [Correction]]) {
    guard !disputed.isEmpty else { return }
    corrections.removeAll { disputed[$0.text] != nil }
    for correction in disputed.values.joined() {
      let others = disputed[correction.text]?.filter { $0.line != correction.line } ?? []
      problems.append(
        ImportProblem(
          line: correction.line, code: "disagreement", field: "resolved_id", value: correction.id ?? "none",
          detail: "\(Self.lines(others)) of the same text say otherwise: write the same in all of them."))
    }
    problems.sort { $0.line < $1.line }
  }

  private static func lines(_ corrections: [Correction]) -> String {
    let numbers = corrections.prefix(8).map { String($0.line) }.joined(separator: ", ")
    return (corrections.count == 1 ? "Line " : "Lines ") + numbers + (corrections.count > 8 ? " …" : "")
  }

  private enum Edit {
    case none
    case decided(String?)
    case wrong(String, String)
  }

  /// What a person made of a row.
  private static func edit(verdict: String, id: String, before: String) -> Edit {
    let parts = before.split(separator: " ", maxSplits: 1).map(String.init)
    let old = parts.first.flatMap { MatchVerdict(rawValue: $0) }
    let oldID = parts.count > 1 ? parts[1] : ""
    let verdict = verdict.lowercased()
    let isNone = verdict == MatchVerdict.none.rawValue
    guard verdict.isEmpty || MatchVerdict(rawValue: verdict) != nil else {
      return .wrong(
        "unknown-verdict", "resolved_verdict \"\(verdict)\" says nothing: it is match, ambiguous or none.")
    }
    if id.lowercased() == MatchVerdict.none.rawValue { return old == MatchVerdict.none ? .none : .decided(nil) }
    if id.isEmpty {
      if isNone { return old == MatchVerdict.none ? .none : .decided(nil) }
      if verdict == MatchVerdict.match.rawValue {
        return .wrong("no-id", "resolved_verdict says match: write the place's id into resolved_id, or none.")
      }
      return oldID.isEmpty ? .none : .wrong("no-id", "The id \(oldID) was taken away: write the right one, or none.")
    }
    if id == oldID {
      return isNone
        ? .wrong("contradiction", "resolved_verdict says none, resolved_id \(id): write none in both, or match.")
        : .none
    }
    if isNone, old != MatchVerdict.none {
      return .wrong("contradiction", "resolved_verdict says none, resolved_id \(id): write none in both, or match.")
    }
    return .decided(id)
  }
}
