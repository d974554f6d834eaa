import Geodesy
import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// The place that each question means by what it says alone; answers in the order of the questions, each with at most
  /// `limit` candidates.
  func resolveUndecided(_ queries: [MatchQuery], limit: Int, viewer: Viewer) async throws -> [Resolution] {
    let towns = try await townNames()
    // A whole text may be an id, too.
    let asked = queries.flatMap(\.identifiers) + queries.compactMap(\.textAsIdentifier)
    var current: [String: [String]] = [:]
    if !asked.isEmpty {
      for resolved in try await resolve(ids: asked, viewer: viewer) { current[resolved.id] = resolved.current }
    }
    var subjects = queries.map { query in
      guard let id = query.textAsIdentifier, current[id]?.isEmpty == false else {
        return MatchSubject(query, towns: towns)
      }
      var meant = query
      meant.text = nil
      meant.identifiers.append(id)
      return MatchSubject(meant, towns: towns)
    }
    let identified = subjects.map { $0.identifiers.flatMap { current[$0] ?? [] } }
    let candidates = try await candidates(&subjects, identified: identified, viewer: viewer)
    let judged = subjects.indices.map { MatchJudge.judge(subjects[$0], candidates[$0]) }
    let builtIn = subjects.map { Self.builtIn($0) }
    let shown = try await displays(
      judged.indices.flatMap { index in judged[index].1.prefix(limit).map { candidates[index][$0.index].id } }
        + builtIn.compactMap { $0 })
    return subjects.indices.map { index in
      let subject = subjects[index]
      if let id = builtIn[index], let place = shown[id] {
        return Self.elsewhere(subject, id, place)
      }
      let (verdict, ranked) = judged[index]
      let best = ranked.prefix(limit).compactMap { rank -> ScoredPlace? in
        let candidate = candidates[index][rank.index]
        guard let display = shown[candidate.id] else { return nil }
        return ScoredPlace(
          id: candidate.id, name: display.name, score: (rank.percent * 10).rounded() / 10,
          reasons: rank.reasons(subject, candidate, display))
      }
      return Resolution(
        verdict: verdict, id: verdict == .match ? best.first?.id : nil, candidates: best, address: subject.address)
    }
  }

  /// The built-in place that a question may mean as a whole.
  private static func builtIn(_ subject: MatchSubject) -> String? {
    switch subject.address.elsewhere {
    case .online: return "fi:online"
    case .various: return "fi:various"
    case nil: break
    }
    guard subject.isBareTown, subject.address.municipalities.count == 1 else { return nil }
    return "fi:\(subject.address.municipalities[0])"
  }

  private static func elsewhere(_ subject: MatchSubject, _ id: String, _ place: MatchDisplay) -> Resolution {
    let isTown = subject.address.elsewhere == nil
    let candidate = ScoredPlace(
      id: id, name: place.name, score: 99,
      reasons: [
        MatchReason(
          isTown ? .municipality : .name, 1,
          isTown ? "The question names the town alone." : "The question says that it is at no single place.")
      ])
    return Resolution(
      verdict: .match, id: id, precision: isTown ? .municipality : .place, candidates: [candidate],
      address: subject.address)
  }

  /// What is shown of living places.
  func displays(_ ids: [String]) async throws -> [String: MatchDisplay] {
    guard !ids.isEmpty else { return [:] }
    let gazetteer = try await municipalities()
    let rows = try await query(
      """
      select k.id, p.name::text, p.alternate_names::text, p.street_address::text, p.post_office::text, k.municipality
      from place_key k join place p on p.pk = k.pk where k.id = any(\(Array(Set(ids)))) and k.state = 'live'
      """
    ).decode((String, String, String, String?, String?, String?).self)
    var shown: [String: MatchDisplay] = [:]
    for (id, name, alternates, street, office, code) in rows {
      shown[id] = MatchDisplay(
        name: LocalizedText(json: try JSONParser.parse(name)) ?? .blank,
        alternateNames: (try JSONParser.parse(alternates).arrayValue ?? []).compactMap { $0["name"]?.stringValue },
        streetAddress: try street.flatMap { LocalizedText(json: try JSONParser.parse($0)) },
        postOffice: try office.flatMap { LocalizedText(json: try JSONParser.parse($0)) },
        municipality: code.flatMap { try? MunicipalityCode($0) }.flatMap {
          gazetteer.municipalities[$0]?.name.preferred
        })
    }
    return shown
  }
}
