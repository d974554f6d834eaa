import Geodesy
import PlaceStore
import Places

/// What an import found about a whole file and proposes; it is applied only when the user says so.
public struct Proposal: Sendable, Hashable {
  /// The value of `--assume`: `swapped`, `zone:3878`, `crs:EPSG:2393`, `leading-zeros`; two joined by a space where
  /// both are needed.
  public let proposal: String
  /// How many rows it would mend.
  public let rows: Int
  /// What was found and how to apply it.
  public let detail: String

  /// Makes a proposal.
  public init(_ proposal: String, rows: Int, detail: String) {
    self.proposal = proposal
    self.rows = rows
    self.detail = detail
  }

  /// Writes `{"proposal", "rows", "detail"}`.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("proposal", proposal)
    writer.key("rows")
    writer.integer(rows)
    writer.member("detail", detail)
    writer.endObject()
  }
}

/// Goes through the positions of a file and finds out, with memory that doesn't grow with it, which of them fit as
/// given and by what the others would.
///
/// A position fits when it lies in Finland and, where its row names a municipality or postal code whose bounds are
/// known, there. What all misfits have in common is a proposal when there are at least ``leastRows`` of them and at
/// least ``leastShare`` agree.
public struct PositionSurvey: Sendable {
  /// How many rows must agree.
  public static let leastRows = 3
  /// Which share of the rows that don't fit must agree.
  public static let leastShare = 0.95
  /// Which share of the positions whose municipality is known must lie elsewhere before the whole file is doubted:
  /// honest files disagree with their own postal codes in some six per cent.
  static let leastElsewhere = 0.5
  /// The share of those that must agree; honest mistakes are among them.
  static let leastElsewhereShare = 0.9

  private struct Tally {
    var rows = 0
    var ranks = 0
    /// How many eastings it would give a prefix.
    var prefixed = 0
    var example: DeliveredPosition?
    var lines: [Int] = []
  }

  private let judge: PositionJudge
  private var count = 0
  private var right = 0
  private var withArea = 0
  private var outside = 0
  private var elsewhere = 0
  private var withoutCRS = 0
  private var outsideMends: [PositionMend: Tally] = [:]
  private var elsewhereMends: [PositionMend: Tally] = [:]
  private var systems: [PositionMend: Tally] = [:]
  private(set) var sample = PositionSample()

  /// Makes a survey; the judge's assumptions play no part in it.
  public init(judge: PositionJudge) {
    self.judge = PositionJudge(transform: judge.transform, areas: judge.areas)
  }

  /// Takes one row's position, x first. `srid` nil: neither file nor row nor `--crs` tells the system. `municipality`
  /// (a code or name) and `postalCode` as the row has them.
  public mutating func add(
    x: Double, y: Double, srid: Int?, line: Int, municipality: String? = nil, postalCode: String? = nil
  ) {
    count += 1
    let area = judge.areas?.box(municipality: municipality, postalCode: postalCode)
    if area != nil { withArea += 1 }
    let given = DeliveredPosition(srid: srid ?? 0, x: x, y: y)
    guard let srid else {
      withoutCRS += 1
      return note(judge.mends(x: x, y: y, srid: nil, in: area), given, line, in: \.systems)
    }
    if srid == PlacePosition.indexSRID, (0..<1e6).contains(x),
      let code = municipality.flatMap({ judge.areas?.code(of: $0) })
    {
      sample.add(Coordinate(x: x, y: y), in: code)
    }
    let fit = judge.fit(given, in: area)
    guard fit != .right else {
      right += 1
      return
    }
    let mends = judge.mends(x: x, y: y, srid: srid, in: area)
    if fit == .outside {
      outside += 1
      note(mends, given, line, in: \.outsideMends)
    } else {
      elsewhere += 1
      note(mends, given, line, in: \.elsewhereMends)
    }
  }

  private mutating func note(
    _ mends: [PositionMend], _ given: DeliveredPosition, _ line: Int,
    in path: WritableKeyPath<PositionSurvey, [PositionMend: Tally]>
  ) {
    for (rank, mend) in mends.enumerated() {
      var tally = self[keyPath: path][mend] ?? Tally()
      tally.rows += 1
      tally.ranks += rank
      if let mended = mend.applied(to: given), max(mended.x, mended.y) >= max(given.x, given.y) + 1e6 {
        tally.prefixed += 1
      }
      if tally.example == nil { tally.example = given }
      if tally.lines.count < 3 { tally.lines.append(line) }
      self[keyPath: path][mend] = tally
    }
  }

  /// Best first: most rows, then the likeliest by the numbers.
  private static func ranked(_ tallies: [PositionMend: Tally]) -> [(mend: PositionMend, tally: Tally)] {
    tallies.map { (mend: $0.key, tally: $0.value) }.sorted { a, b in
      if a.tally.rows != b.tally.rows { return a.tally.rows > b.tally.rows }
      if a.tally.ranks != b.tally.ranks { return a.tally.ranks < b.tally.ranks }
      return a.mend.flags < b.mend.flags
    }
  }

  // MARK: - The verdict

  /// What would put right the positions that lie in Finland, but not in the municipalities that their rows name: nil
  /// unless that is true of the file as a whole.
  public var wholeFile: PositionMend? {
    guard elsewhere >= Self.leastRows, Double(elsewhere) >= Self.leastElsewhere * Double(withArea),
      let best = Self.ranked(elsewhereMends).first,
      Double(best.tally.rows) >= Self.leastElsewhereShare * Double(elsewhere)
    else { return nil }
    return best.mend
  }

  /// The file-level proposals, at most one for positions outside Finland and one for those in the wrong part of it.
  public var proposals: [Proposal] {
    var found: [(mend: PositionMend, rows: Int, tally: Tally, others: [PositionMend])] = []
    let ranked = Self.ranked(outsideMends)
    if let best = ranked.first, best.tally.rows >= Self.leastRows,
      Double(best.tally.rows) >= Self.leastShare * Double(outside)
    {
      let others = ranked.dropFirst().filter { Double($0.tally.rows) >= Self.leastShare * Double(outside) }.map(\.mend)
      found.append((best.mend, best.tally.rows, best.tally, others))
    }
    if let mend = wholeFile, let tally = elsewhereMends[mend] {
      if let index = found.firstIndex(where: { $0.mend == mend }) {
        found[index].rows += tally.rows
      } else {
        found.append((mend, tally.rows, tally, []))
      }
    }
    return found.map { entry in
      let words = entry.tally.example.map { entry.mend.words(for: $0) } ?? ""
      let lines = entry.tally.lines.map(String.init).joined(separator: ", ")
      var detail =
        "\(entry.rows) of \(count) positions don't fit as given and would if \(words) (lines \(lines)"
        + "\(entry.rows > entry.tally.lines.count ? " …" : "")): give \(entry.mend.flags)."
      if !entry.others.isEmpty {
        detail += " They would fit, too, with \(entry.others.prefix(3).map(\.flags).joined(separator: "; "))."
      }
      return Proposal(entry.mend.proposals.joined(separator: " "), rows: entry.rows, detail: detail)
    }
  }

  /// Why the file can't be taken without `--crs`, with the systems in which its positions lie in Finland; nil when
  /// any position's system is known: rows that lack theirs in a column `srid` are rejected one by one.
  public var missingCRS: ImportFailure? {
    guard withoutCRS > 0, withoutCRS == count else { return nil }
    let fitting = Self.ranked(systems).filter { Double($0.tally.rows) >= Self.leastShare * Double(withoutCRS) }
    let opening = "x and y need a coordinate reference system, which neither the file nor a column srid tells"
    guard let best = fitting.first else {
      return ImportFailure(
        "crs-missing",
        "\(opening), and in none of the usual ones do all \(withoutCRS) positions lie in Finland: give --crs EPSG:n or "
          + "a column srid.", line: 1, flag: "--crs")
    }
    let words = best.tally.example.map { best.mend.words(for: $0) } ?? ""
    var detail =
      "\(opening). \(best.tally.rows) of \(withoutCRS) positions fit if \(words): give \(Self.flags(best))."
    let others = fitting.dropFirst()
    if !others.isEmpty {
      detail += " Possible too: \(others.prefix(3).map(Self.flags).joined(separator: "; "))."
    }
    return ImportFailure("crs-missing", detail, line: 1, flag: "--crs")
  }

  /// `--crs EPSG:3877`, and what has to be assumed beside it.
  private static func flags(_ entry: (mend: PositionMend, tally: Tally)) -> String {
    var flags: [String] = []
    switch entry.mend.system {
    case .asGiven: break
    case .zone(let srid):
      flags.append("--crs EPSG:\(srid)")
      if entry.tally.prefixed > 0 { flags.append("--assume zone:\(srid)") }
    case .crs(let srid): flags.append("--crs EPSG:\(srid)")
    }
    if entry.mend.swapsAxes { flags.append("--assume swapped") }
    return flags.joined(separator: " ")
  }
}
