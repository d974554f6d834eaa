import Places

/// What an import is told beside its file.
public struct ImportOptions: Sendable {
  /// The data source whose rows these are.
  public var source: DataSourceID
  /// Tell what would happen and change nothing.
  public var isDryRun = false
  /// The EPSG code of the coordinates, where the file doesn't say it.
  public var crs: Int?
  /// The file's encoding; nil: found out.
  public var encoding: TextEncoding?
  /// The character between fields; nil: found out.
  public var delimiter: Character?
  /// Field → column.
  public var map: [String: String] = [:]
  /// Columns that ids are made from.
  public var idFrom: [String] = []
  /// Whether columns that are no field become custom data.
  public var keepsUnmapped = false
  /// Whether opening hours in words are taken as what is proposed for them.
  public var assumesHours = false

  /// Makes the default options of a source.
  public init(source: DataSourceID) { self.source = source }
}

/// What an import did, or in a dry run would do.
public struct ImportReport: Sendable {
  /// `places`, `municipalities`, `divisions` or `postal-codes`.
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
  /// Warnings; their rows were taken.
  public var warnings = 0
  /// Places whose municipality, divisions or document changed with imported boundaries, names or postal codes.
  public var placesChanged = 0
  /// Columns that are no field.
  public var unknownColumns: [String] = []
  /// The first 1,000 problems.
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
    problems.append(contentsOf: found.prefix(max(0, 1000 - problems.count)))
  }

  /// Puts the problems in the order of the file's lines; checks against the registry come after those of the row itself.
  mutating func sortProblems() { problems.sort { $0.line < $1.line } }

  /// Leaves warnings out of the list of problems; they stay counted.
  public mutating func keepErrorsOnly() { problems.removeAll { $0.severity == .warning } }

  /// The report as CONTRACT section 0 shapes it.
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    w.member("session", nil as String?)
    w.member("kind", kind)
    w.member("source", source)
    w.key("dry_run")
    w.bool(isDryRun)
    w.member("encoding", encoding)
    w.member("crs", crs.map { "EPSG:\($0)" })
    for (key, value) in [
      ("rows", rows), ("created", created), ("changed", changed), ("unchanged", unchanged), ("rejected", rejected),
      ("retired", 0), ("warnings", warnings), ("places_changed", placesChanged),
    ] {
      w.key(key)
      w.integer(value)
    }
    w.key("duration_s")
    w.double((seconds * 1000).rounded() / 1000)
    w.key("unknown_columns")
    w.beginArray()
    for column in unknownColumns { w.string(column) }
    w.endArray()
    w.key("problems")
    w.beginArray()
    for problem in problems { problem.write(to: &w) }
    w.endArray()
    w.endObject()
    return w.string
  }

  /// The report for a person.
  public var text: String {
    var lines: [String] = []
    lines.append(
      "\(isDryRun ? "dry run: " : "")\(kind) of \(source): \(rows) rows, \(created) new, \(changed) changed, "
        + "\(unchanged) unchanged, \(rejected) rejected, \(warnings) warnings")
    if placesChanged > 0 { lines.append("\(placesChanged) places were brought up to date with it") }
    if !unknownColumns.isEmpty { lines.append("columns left out: \(unknownColumns.joined(separator: ", "))") }
    lines.append(contentsOf: problems.prefix(50).map(\.description))
    if problems.count > 50 { lines.append("… and more: --format json lists the first 1,000") }
    return lines.joined(separator: "\n")
  }
}
