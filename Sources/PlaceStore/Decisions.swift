import Geodesy
import PlaceMatching
import Places
import Postgres

/// What an editor decided that a text means.
public struct MatchDecision: Sendable, Hashable {
  /// The place that is meant, as it lives now.
  public struct Target: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// Its name.
    public let name: LocalizedText
    /// Whether it is a municipality's built-in place.
    public let isMunicipality: Bool
    /// Where it is, in degrees (longitude as x).
    public let position: Coordinate?
  }

  /// The text as it was written.
  public let text: String
  /// The place; nil: none of ours.
  public let target: Target?
  /// When it was decided (RFC 3339).
  public let time: String
  /// The organisation's id, or the command.
  public let actor: String
  /// Who in that organisation.
  public let person: String?

  /// The place's id; nil: none of ours.
  public var id: String? { target?.id }
}

extension MatchQuery {
  /// The question in one line, under which decisions on it are kept: its text, or its fields with commas between.
  public var line: String {
    let town = [postalCode, postOffice].compactMap(\.self).joined(separator: " ")
    let parts = [text ?? ""] + names + streetAddresses + [town, municipality ?? ""]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension PlaceStore {
  /// The decisions on these texts (folded: ``Folding/fold(_:)``), each with the living place that its place became. Left
  /// out are those whose place was deleted, split into several, or is a draft that the viewer may not see. Throws
  /// ``StoreError``.
  public func decisions(for foldedTexts: [String], viewer: Viewer = .public) async throws -> [String: MatchDecision] {
    let asked = Set(foldedTexts).subtracting([""])
    guard !asked.isEmpty else { return [:] }
    let rows = try await query(
      """
      with recursive \(Self.chain(from: "d.folded = any(\(Array(asked)))"))
      select d.folded, \(Self.decisionColumns)
      from match_decision d
      left join (chain c join place_key k on k.pk = c.pk and \(Self.visible(viewer)) join place p on p.pk = k.pk)
        on c.folded = d.folded
      where d.folded = any(\(Array(asked))) and (d.pk is null or k.pk is not null)
      """)
    var found: [String: [MatchDecision]] = [:]
    for row in try Self.read(rows, from: 0) { found[row.folded, default: []].append(row.decision) }
    // A place that was split is several: nothing is decided between them.
    return found.compactMapValues { $0.count == 1 ? $0[0] : nil }
  }

  /// Decisions with the places that follow theirs, as `chain (folded, pk)`.
  static func chain(from condition: SQL) -> SQL {
    """
    chain (folded, pk, path) as (
      select d.folded, d.pk, array[d.pk] from match_decision d where d.pk is not null and \(condition)
      union all
      select c.folded, r.pk, c.path || r.pk
      from chain c join place p on p.pk = c.pk and p.state in ('merged', 'split')
      cross join unnest(p.replaced_by) r (pk)
      where not r.pk = any (c.path)
    )
    """
  }

  /// What ``read(_:from:)`` reads behind the folded text: of `match_decision d`, and of the place `k`, `p`.
  static let decisionColumns: SQL = """
    d.text, \(rfc3339("d.time")), d.actor, d.person, k.id, p.name::text, k.kind = 'municipality', k.lon, k.lat
    """

  /// Rows of a folded text and ``decisionColumns``, which begin at a column.
  static func read(_ rows: Rows, from first: Int) throws -> [(folded: String, decision: MatchDecision)] {
    try (0..<rows.count).map { row in
      func text(_ column: Int) -> String? { rows.string(row, first + column) }
      var target: MatchDecision.Target?
      if let id = text(5) {
        var position: Coordinate?
        if let x = rows.double(row, first + 8), let y = rows.double(row, first + 9) {
          position = Coordinate(x: x, y: y)
        }
        target = MatchDecision.Target(
          id: id, name: try text(6).flatMap { LocalizedText(json: try JSONParser.parse($0)) } ?? .blank,
          isMunicipality: rows.bool(row, first + 7) ?? false, position: position)
      }
      let decision = MatchDecision(
        text: text(1) ?? "", target: target, time: text(2) ?? "", actor: text(3) ?? "", person: text(4))
      return (text(0) ?? "", decision)
    }
  }

  /// The place that each question means, as a viewer may see it; answers in the order of the questions, each with at most
  /// `limit` candidates. What an editor decided on a question's ``MatchQuery/line`` is its answer, unless the question
  /// names an identifier, or a position more than a kilometre from the place. Single questions don't wait for batches.
  /// Throws ``StoreError``.
  public func resolve(_ queries: [MatchQuery], limit: Int = 5, viewer: Viewer = .public) async throws -> [Resolution] {
    let turnstile = queries.count > Self.fewQuestions ? resolvingMany : resolvingFew
    return try await turnstile.pass { try await self.resolveNow(queries, limit: limit, viewer: viewer) }
  }

  /// More questions than these are a batch.
  private static let fewQuestions = 5

  private func resolveNow(_ queries: [MatchQuery], limit: Int, viewer: Viewer) async throws -> [Resolution] {
    let keys = queries.map { $0.identifiers.isEmpty ? Folding.fold($0.line) : "" }
    async let undecided = resolveUndecided(queries, limit: limit, viewer: viewer)
    let decisions = try await decisions(for: keys, viewer: viewer)
    var resolutions = try await undecided
    for index in queries.indices {
      guard let decision = decisions[keys[index]] else { continue }
      if let asked = queries[index].position, let there = decision.target?.position,
        Geodesic.distance(asked, there) > Self.decisionReach
      {
        continue
      }
      resolutions[index].apply(decision, limit: limit)
    }
    return resolutions
  }

  /// How far from the place (metres) a question may be that a decision on its text answers.
  private static let decisionReach = 1000.0
}

extension Resolution {
  /// Answers as was decided; what else was found comes behind it.
  mutating func apply(_ decision: MatchDecision, limit: Int) {
    let day = decision.time.prefix(10)
    guard let target = decision.target else {
      verdict = .none
      id = nil
      precision = .place
      let reason = MatchReason(
        .decision, -1, "\(decision.actor) decided on \(day) that \"\(decision.text)\" is no place of this registry.")
      for index in candidates.indices { candidates[index].reasons.insert(reason, at: 0) }
      return
    }
    let reason = MatchReason(
      .decision, 1, "\(decision.actor) decided on \(day) that \"\(decision.text)\" is \(target.name.preferred).")
    let reasons = candidates.first { $0.id == target.id }?.reasons ?? []
    candidates.removeAll { $0.id == target.id }
    candidates.insert(
      ScoredPlace(id: target.id, name: target.name, score: 100, reasons: [reason] + reasons), at: 0)
    candidates = Array(candidates.prefix(max(limit, 1)))
    verdict = .match
    id = target.id
    precision = target.isMunicipality ? .municipality : .place
  }
}
