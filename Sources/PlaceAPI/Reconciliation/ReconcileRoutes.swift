import HTTPTypes
import PlaceMatching
import PlaceStore
import Places

extension Route {
  /// W3C Entity Reconciliation API 0.2. Clients send more than the specification names: what the suggest widget of
  /// OpenRefine adds is known and means nothing here.
  static let reconciliation: [Route] = [
    Route(
      "/reconcile",
      actions: [
        .get: Action(parameters: ReconcileForm.fields, needsKey: false) { try await $0.reconcile($1) },
        .post: Action(needsKey: false) { try await $0.reconcileForm($1) },
      ]),
    Route("/reconcile/suggest/entity", actions: [.get: suggesting { try await $0.suggestEntities($1) }]),
    Route("/reconcile/suggest/type", actions: [.get: suggesting { try $0.suggestTypes($1) }]),
    Route("/reconcile/suggest/property", actions: [.get: suggesting { try $0.suggestProperties($1) }]),
    Route("/reconcile/flyout/entity", parameters: ["id", "lang"], { try await $0.entityFlyout($1) }),
    Route("/reconcile/flyout/type", parameters: ["id", "lang"], { try $0.typeFlyout($1) }),
    Route("/reconcile/flyout/property", parameters: ["id", "lang"], { try $0.propertyFlyout($1) }),
    Route("/reconcile/properties", parameters: ["type", "limit"], { try $0.proposeProperties($1) }),
    Route("/reconcile/preview", media: [.html], parameters: ["id"], { try await $0.preview($1) }),
  ]

  static let suggestParameters: Set<String> = [
    "prefix", "cursor", "type", "type_strict", "limit", "lang", "filter", "spell", "exact", "scoring", "prefixed",
    "stemmed", "key",
  ]

  private static func suggesting(_ handler: @escaping @Sendable (API, Exchange) async throws -> Answer) -> Action {
    var action = Action(parameters: suggestParameters, needsKey: false, handler)
    action.repeatable = ["type", "filter"]
    return action
  }
}

extension API {
  /// `GET /reconcile`: the manifest, or what a form would ask.
  func reconcile(_ exchange: Exchange) async throws -> Answer {
    try await answer(ReconcileForm(query: exchange.query), exchange)
  }

  /// `POST /reconcile`
  func reconcileForm(_ exchange: Exchange) async throws -> Answer {
    try await answer(ReconcileForm(exchange), exchange)
  }

  private func answer(_ form: ReconcileForm, _ exchange: Exchange) async throws -> Answer {
    var answer: Answer
    switch form {
    case .manifest:
      return .json(
        Array(ReconcileManifest(baseURL: exchange.baseURL, version: configuration.version).json.text.utf8))
    case .queries(let json): answer = .json(try await candidates(ReconcileQuery.batch(json)))
    case .extend(let json): answer = .json(try await extend(ReconcileExtension(json)))
    }
    answer.caching = .none
    return answer
  }

  /// The result batch: each key of the questions with its candidates.
  private func candidates(_ queries: [ReconcileQuery]) async throws -> [UInt8] {
    let toPlaces = queries.indices.filter { queries[$0].types.contains(.place) && !queries[$0].isEmpty }
    let resolved = try await store.resolve(
      toPlaces.map { queries[$0].matchQuery }, limit: queries.map(\.limit).max() ?? 5)
    let resolutions = Dictionary(zip(toPlaces, resolved)) { a, _ in a }
    let shown = Set(resolutions.flatMap { $1.candidates.prefix(queries[$0].limit).map(\.id) })
    var places: [String: ReconcilePlace] = [:]
    for row in try await store.places(withIDs: Array(shown)) { places[row.id] = try ReconcilePlace(row) }
    var w = JSONWriter(capacity: 256 + queries.count * 1024)
    w.beginObject()
    for (index, query) in queries.enumerated() {
      var found = (resolutions[index].map { ReconcileCandidate.candidates($0, places) } ?? [])
      if query.types.contains(.address), !query.isEmpty {
        found += ReconcileCandidate.candidates(try await addressCandidates(query))
      }
      w.key(query.key)
      ReconcileCandidate.write(found, limit: query.limit, into: &w)
    }
    w.endObject()
    return w.bytes
  }
}

/// One entity that may be meant.
struct ReconcileCandidate: Sendable {
  var id: String
  var name: String
  var description: String?
  var type: ReconcileType
  var score: Double
  /// Whether nobody has to look.
  var isMatch: Bool
  var features: [(id: String, value: Double)]

  static func candidates(_ resolution: Resolution, _ places: [String: ReconcilePlace]) -> [ReconcileCandidate] {
    resolution.candidates.map { scored in
      // One feature once: the weightiest reason of each.
      var features: [(id: String, value: Double)] = []
      for reason in scored.reasons where !features.contains(where: { $0.id == reason.feature.rawValue }) {
        features.append((reason.feature.rawValue, reason.score))
      }
      return ReconcileCandidate(
        id: scored.id, name: places[scored.id]?.name ?? scored.name.preferred,
        description: places[scored.id]?.description, type: .place, score: scored.score,
        isMatch: resolution.verdict == .match && resolution.id == scored.id, features: features)
    }
  }

  static func candidates(_ scored: [ScoredAddress]) -> [ReconcileCandidate] {
    let isAlone = scored.count < 2 || scored[1].score < scored[0].score
    return scored.enumerated().map { index, candidate in
      ReconcileCandidate(
        id: candidate.address.found.id, name: candidate.address.line,
        description: candidate.address.municipality?.name.preferred, type: .address, score: candidate.score,
        isMatch: index == 0 && isAlone && candidate.isCertain, features: candidate.features)
    }
  }

  /// `{"result": [...]}`, the best first; a match is told of the first alone, and of none when two kinds of entities
  /// could each be it.
  static func write(_ candidates: [ReconcileCandidate], limit: Int, into w: inout JSONWriter) {
    let isPlain = candidates.count(where: \.isMatch) == 1
    let sorted = candidates.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
    w.beginObject()
    w.key("result")
    w.beginArray()
    for (index, candidate) in sorted.map(\.element).prefix(limit).enumerated() {
      w.beginObject()
      w.member("id", candidate.id)
      w.member("name", candidate.name)
      if let description = candidate.description { w.member("description", description) }
      w.key("type")
      w.value(.array([candidate.type.json]))
      w.key("score")
      w.double(candidate.score)
      w.key("match")
      w.bool(index == 0 && isPlain && candidate.isMatch)
      w.key("features")
      w.beginArray()
      for feature in candidate.features {
        w.beginObject()
        w.member("id", feature.id)
        w.key("value")
        w.double(feature.value)
        w.endObject()
      }
      w.endArray()
      w.endObject()
    }
    w.endArray()
    w.endObject()
  }
}
