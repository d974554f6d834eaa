import Geodesy
import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// The place that each question means, as a viewer may see it; answers in the order of the questions, each with at most
  /// `limit` candidates. Throws ``StoreError``.
  public func resolve(_ queries: [MatchQuery], limit: Int = 5, viewer: Viewer = .public) async throws -> [Resolution] {
    let towns = try await townNames()
    var answers: [Resolution] = []
    for query in queries {
      let address = AddressText(query.text ?? "", towns: towns)
      var found: [ScoredPlace] = []
      for name in query.names + address.names {
        let rows = try await self.query(
          """
          select k.id, p.name::text from place_search s join place_key k on k.pk = s.pk join place p on p.pk = s.pk
          where s.words @@ plainto_tsquery('simple', \(Folding.fold(name)))
            and position(\("|" + Folding.fold(name) + "|") in s.folded) > 0 and \(Self.visible(viewer))
          order by k.id limit \(limit)
          """
        ).decode((String, String).self)
        found += try rows.map {
          ScoredPlace(
            id: $0.0, name: LocalizedText(json: try JSONParser.parse($0.1)) ?? .blank, score: 90,
            reasons: [MatchReason(.name, 1, "The name is the same.")])
        }
      }
      answers.append(
        Resolution(
          verdict: found.isEmpty ? .none : found.count == 1 ? .match : .ambiguous,
          id: found.count == 1 ? found[0].id : nil,
          candidates: found, address: address))
    }
    return answers
  }

  /// The places most like each of these living ones, itself left out, best first; of all that are published or the
  /// viewer's. Throws ``StoreError``.
  public func likenesses(of ids: [String], limit: Int = 5, viewer: Viewer = .public) async throws -> [String:
    [ScoredPlace]]
  {
    var found: [String: [ScoredPlace]] = [:]
    for id in ids {
      guard case .place(let row, _) = try await place(id: id, viewer: viewer) else { continue }
      let document = try JSONParser.parse("{" + row.withDocument { String(decoding: $0, as: UTF8.self) } + "}")
      let names = document["name"]?.members?.compactMap(\.value.stringValue) ?? []
      let answer = try await resolve([MatchQuery(names: names)], limit: limit + 1, viewer: viewer)
      found[id] = Array(answer[0].candidates.filter { $0.id != id }.prefix(limit))
    }
    return found
  }
}
