import Places

/// What an import did, or in a dry run would do.
public struct ImportReport: Sendable {
  /// The session's id; nil for a dry run.
  public var session: String?
  /// `places`, `addresses`, `events`, `municipalities`, `divisions` or `postal-codes`.
  public let kind: String
  /// The data source.
  public let source: String
  /// Whether nothing was changed.
  public let isDryRun: Bool
  /// The encoding that was read.
  public var encoding: String?
  /// The EPSG code of the file's coordinates.
  public var crs: Int?
  /// Rows read, blank lines and header not among them.
  public var rows = 0
  /// Rows that made something new.
  public var created = 0
  /// Rows that changed something.
  public var changed = 0
  /// Rows that said what was known.
  public var unchanged = 0
  /// Rows left out for an error.
  public var rejected = 0
  /// Rows that `--where` leaves out.
  public var skipped = 0
  /// Places that the file lacks and that were retired.
  public var retired = 0
  /// The first hundred of them with the number of events linked to each.
  public var retiredPlaces: [RetiredPlace] = []
  /// Fields that were left as somebody had edited them.
  public var kept = 0
  /// Warnings; their rows were taken.
  public var warnings = 0
  /// Places whose municipality, divisions or document changed with imported boundaries, names or postal codes.
  public var placesChanged = 0
  /// Places whose given municipality, postal code or post office an imported register now disagrees with.
  public var placesInDoubt = 0
  /// Which column holds which field.
  public var columns: [(field: String, column: String)] = []
  /// Columns that are no field.
  public var unknownColumns: [String] = []
  /// What there is to say of the file as a whole.
  public var remarks: [String] = []
  /// What they probably are: `--map name_fi=Nimi`.
  public var suggestions: [String] = []
  /// What would put rows right, for `--assume`.
  public var proposals: [Proposal] = []
  /// Why the file as a whole is refused; then nothing is changed.
  public var refusals: [ImportFailure] = []
  /// What became of the first thousand rows that are new or changed.
  public private(set) var verdicts: [RowVerdict] = []
  /// How often each code was told, also beyond the first 1,000 problems.
  public private(set) var codes: [String: Int] = [:]
  private static let mostProblems = 1000
  /// The first 1,000 problems, errors before warnings.
  public private(set) var problems: [ImportProblem] = []
  /// The change log's number for it.
  public var sequence: Int?
  /// How long it took.
  public var seconds = 0.0

  init(kind: String, options: ImportOptions) {
    self.kind = kind
    source = options.source.description
    isDryRun = options.isDryRun
  }

  /// Notes what is wrong with a row; one with an error is rejected.
  mutating func add(_ found: [ImportProblem]) {
    if found.contains(where: { $0.severity == .error }) { rejected += 1 }
    warnings += found.count { $0.severity == .warning }
    for problem in found { codes[problem.code, default: 0] += 1 }
    for problem in found { keep(problem) }
  }

  /// Notes what became of a row.
  mutating func note(_ verdict: RowVerdict) {
    switch verdict.kind {
    case .new: created += 1
    case .changed: changed += 1
    case .unchanged: unchanged += 1
    case .rejected: return
    }
    if verdict.kind != .unchanged, verdicts.count < 1000 { verdicts.append(verdict) }
  }

  /// Errors before warnings: a thousand warnings leave no error untold.
  private mutating func keep(_ problem: ImportProblem) {
    if problems.count < Self.mostProblems {
      problems.append(problem)
    } else if problem.severity == .error, let last = problems.lastIndex(where: { $0.severity == .warning }) {
      problems.remove(at: last)
      problems.append(problem)
    }
  }

  /// Puts the problems in the order of the file's lines; checks against the registry come after those of the row itself.
  mutating func sortProblems() { problems.sort { $0.line < $1.line } }

  /// Leaves warnings out of the list of problems; they stay counted.
  public mutating func keepErrorsOnly() { problems.removeAll { $0.severity == .warning } }

  /// The report as CONTRACT section 0 shapes it.
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    w.member("session", session)
    w.member("kind", kind)
    w.member("source", source)
    w.key("dry_run")
    w.bool(isDryRun)
    w.member("encoding", encoding)
    w.member("crs", crs.map { "EPSG:\($0)" })
    for (key, value) in [
      ("rows", rows), ("created", created), ("changed", changed), ("unchanged", unchanged), ("rejected", rejected),
      ("retired", retired), ("warnings", warnings), ("skipped", skipped), ("kept", kept),
      ("places_changed", placesChanged), ("places_in_doubt", placesInDoubt),
    ] {
      w.key(key)
      w.integer(value)
    }
    w.key("duration_s")
    w.double((seconds * 1000).rounded() / 1000)
    w.key("columns")
    w.beginObject()
    for (field, column) in columns { w.member(field, column) }
    w.endObject()
    for (key, texts) in [("unknown_columns", unknownColumns), ("suggestions", suggestions), ("remarks", remarks)] {
      w.key(key)
      w.beginArray()
      for text in texts { w.string(text) }
      w.endArray()
    }
    w.key("proposals")
    w.beginArray()
    for proposal in proposals { proposal.write(to: &w) }
    w.endArray()
    w.key("refusals")
    w.beginArray()
    for refusal in refusals { refusal.write(to: &w) }
    w.endArray()
    w.key("retired_places")
    w.beginArray()
    for place in retiredPlaces { place.write(to: &w) }
    w.endArray()
    w.key("verdicts")
    w.beginArray()
    for verdict in verdicts { verdict.write(to: &w) }
    w.endArray()
    w.key("codes")
    w.beginObject()
    for (code, count) in codes.sorted(by: { $0.key < $1.key }) {
      w.key(code)
      w.integer(count)
    }
    w.endObject()
    w.key("problems")
    w.beginArray()
    for problem in problems { problem.write(to: &w) }
    w.endArray()
    w.endObject()
    return w.string
  }
}
