import Geodesy
import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// The places most like each of these living ones, itself left out, best first; of all that are published or the
  /// viewer's. Throws ``StoreError``.
  public func likenesses(of ids: [String], limit: Int = 5, viewer: Viewer = .public) async throws
    -> [String: [ScoredPlace]]
  {
    let rows = try await query(
      """
      select k.id, m.body, nullif(k.postal_code, ''), k.municipality, k.lon, k.lat
      from place_key k join place_match m on m.pk = k.pk
      where k.id = any(\(ids)) and k.kind in ('venue', 'area') and \(Self.visible(viewer)) order by k.id
      """)
    let own = try (0..<rows.count).map { row in
      var position: Coordinate?
      if let x = rows.double(row, 4), let y = rows.double(row, 5) { position = Coordinate(x: x, y: y) }
      return MatchCandidate(
        id: rows.string(row, 0) ?? "", text: MatchText(stored: rows.string(row, 1) ?? ""),
        postalCode: try rows.string(row, 2).map { try PostalCode($0) },
        municipality: try rows.string(row, 3).map { try MunicipalityCode($0) }, position: position, isClosed: false)
    }
    var subjects = own.map { MatchSubject($0) }
    let candidates = try await candidates(
      &subjects, identified: subjects.map { _ in [] }, viewer: viewer)
    let ranked = subjects.indices.map { index in
      MatchJudge.judge(subjects[index], candidates[index]).1
        .filter { candidates[index][$0.index].id != own[index].id && $0.isPlausible }.prefix(limit)
    }
    let shown = try await displays(
      ranked.indices.flatMap { index in ranked[index].map { candidates[index][$0.index].id } })
    var found: [String: [ScoredPlace]] = [:]
    for index in subjects.indices {
      found[own[index].id] = ranked[index].compactMap { rank in
        let candidate = candidates[index][rank.index]
        guard let display = shown[candidate.id] else { return nil }
        return ScoredPlace(
          id: candidate.id, name: display.name, score: (rank.percent * 10).rounded() / 10,
          reasons: rank.reasons(subjects[index], candidate, display))
      }
    }
    return found
  }
}
