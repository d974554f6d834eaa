import PlaceMatching
import PlaceStore
import Places

extension HarvestPage {
  /// Leaves a place to a person.
  mutating func doubt(_ body: HarvestedBody, _ candidates: [ScoredPlace]) {
    guard var known = matching else { return }
    let problem = known.doubt(body, candidates)
    matching = known
    tell([problem])
  }

  /// Gives places that are here already the ids that they have there; answers those that can't be given after all, which
  /// are left to a person.
  mutating func identify(
    _ matched: [(body: HarvestedBody, target: PlaceID, object: JSONValue)], _ stored: [PlaceID: StoredPlace],
    _ transaction: StoreTransaction
  ) async throws -> [(id: PlaceID, object: JSONValue)] {
    var places: [PlaceID: Place] = [:]
    var doubted: [(id: PlaceID, object: JSONValue)] = []
    for (body, target, object) in matched {
      let id = body.id
      let isDecided = matching?.decisions[id.description] != nil
      guard let found = stored[target], found.state == "live" else {
        // It was merged or deleted while the page was looked up: the next run sees what it is now.
        doubt(body, [])
        doubted.append((id, object))
        continue
      }
      var place = places[target] ?? found.place
      let scheme = id.source.description
      if !isDecided, place.identifiers.contains(where: { $0.scheme == scheme }) || target.source == id.source {
        // It is another one of that registry already.
        doubt(
          body,
          [ScoredPlace(id: target.description, name: place.name, score: 50, reasons: [])])
        doubted.append((id, object))
        continue
      }
      place.identifiers.append(try ForeignIdentifier(scheme: scheme, value: id.local))
      places[target] = place
      report.changed += 1
      matching?.matched += 1
    }
    try await transaction.save(
      try places.sorted { $0.key < $1.key }.map {
        try PlaceChange($0.value, existing: stored[$0.key], engine: engine)
      })
    return doubted
  }
}
