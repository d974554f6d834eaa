import PlaceStore
import Places

/// The second pass of a harvest: merges and parents, now that all objects are here.
struct HarvestLinks {
  let store: PlaceStore
  let author: Author
  let key: HarvestKey
  let stop: HarvestStop

  /// Goes through all that waits; what can't be settled waits for the next run. False when it was stopped before.
  func settle(_ report: inout ImportReport) async throws -> Bool {
    for link in try await store.harvestLinks(key) {
      if stop.isStopped { return false }
      do {
        let (problem, _) = try await store.write(by: author) { transaction in
          let outcome = try await apply(link, transaction)
          try await transaction.settle(link, key, isDone: outcome.isDone)
          return outcome.problem
        }
        if let problem { report.add([problem]) }
      } catch let error as StoreError {
        guard case .refused = error else { throw error }
        report.add([self.problem(link, "refused", "\(error)")])
      }
    }
    return true
  }

  private struct Outcome: Sendable {
    var isDone = true
    var problem: ImportProblem?
  }

  private func problem(_ link: HarvestLink, _ code: String, _ detail: String) -> ImportProblem {
    ImportProblem(
      line: 0, id: link.id.description, severity: .warning, code: code, field: link.relation.rawValue,
      value: link.target, detail: detail)
  }

  private func apply(_ link: HarvestLink, _ transaction: StoreTransaction) async throws -> Outcome {
    switch (key.kind, link.relation) {
    case (.event, .location): try await locate(link, transaction)
    case (.event, _): try await replace(link, transaction)
    case (.place, .location): Outcome()
    case (.place, .parent): try await parent(link, transaction)
    case (.place, .replacedBy): try await merge(link, transaction)
    }
  }

  private func parent(_ link: HarvestLink, _ transaction: StoreTransaction) async throws -> Outcome {
    guard let end = try await transaction.current(link.target), end.state == "live" else {
      return Outcome(
        isDone: false,
        problem: problem(link, "unknown-parent", "There is no such living place yet; the place is part of none."))
    }
    guard let stored = try await transaction.lockPlaces([link.id, end.id])[link.id], stored.state == "live",
      stored.place.parent != end.id.description
    else { return Outcome() }
    let isCircle = try await transaction.isBelow(end.id.description, link.id)
    guard end.id != link.id, !isCircle else {
      return Outcome(problem: problem(link, "circle", "A place can't be part of itself or of what is part of it."))
    }
    var place = stored.place
    place.parent = end.id.description
    try await transaction.save([try PlaceChange(place, existing: stored, engine: store.engine)])
    return Outcome()
  }

  private func merge(_ link: HarvestLink, _ transaction: StoreTransaction) async throws -> Outcome {
    let end = try await transaction.current(link.target)
    let locked = try await transaction.lockPlaces([link.id] + (end.map { [$0.id] } ?? []))
    guard let stored = locked[link.id], ["live", "deleted"].contains(stored.state) else { return Outcome() }
    // Somebody has brought the place back, or deleted it, since.
    let isHarvests = try await transaction.harvested([link.id])[link.id]?.isHarvests ?? false
    if link.wasTried, stored.state == "live" || !isHarvests { return Outcome() }
    if stored.state == "deleted", !isHarvests { return Outcome() }
    guard let end, let survivor = locked[end.id], survivor.state == "live", end.id != link.id,
      survivor.place.isPublic || !stored.place.isPublic
    else {
      return try await lose(link, stored, end.map { ($0.id, $0.state) }, transaction)
    }
    if stored.state == "deleted" { try await transaction.save([try await transaction.revive(stored)]) }
    _ = try await transaction.merge(link.id, into: link.target)
    return Outcome()
  }

  /// A place whose successor can't take its place is at least deleted, as it is there.
  private func lose(
    _ link: HarvestLink, _ stored: StoredPlace, _ end: (id: PlaceID, state: String)?, _ transaction: StoreTransaction
  ) async throws -> Outcome {
    var outcome = Outcome(isDone: end != nil)
    if stored.state == "live" {
      var change = try PlaceChange(stored.place, existing: stored, engine: store.engine)
      change.life = .deleted(reason: nil)
      try await transaction.save([change])
    }
    outcome.problem =
      switch end {
      case nil: problem(link, "unknown-place", "There is no such place yet; until there is, this one is deleted.")
      case (link.id, _)?: problem(link, "circle", "A place can't be replaced by itself; it is deleted.")
      case let end?:
        problem(
          link, "replaced-by",
          "\(end.id) is \(end.state == "live" ? "a draft" : end.state) itself; the place is deleted.")
      }
    return outcome
  }

  /// An event's place that somebody has decided on since.
  private func locate(_ link: HarvestLink, _ transaction: StoreTransaction) async throws -> Outcome {
    let locked = try await transaction.lockEvents([link.id], locations: [link.target])
    guard let stored = locked.events[link.id], stored.state == .live, stored.event.location == nil else {
      return Outcome()
    }
    switch locked.locations[link.target] ?? .unknown {
    case .place(let place):
      guard place.isPublic || !stored.event.isPublic else { return Outcome(isDone: false) }
      try await transaction.save([EventChange(stored.event, existing: stored, target: place)])
      return Outcome()
    case .unknown: return Outcome(isDone: false)
    case .deleted, .split: return Outcome()
    }
  }

  private func replace(_ link: HarvestLink, _ transaction: StoreTransaction) async throws -> Outcome {
    guard let target = try? PlaceID(link.target), target != link.id else {
      return Outcome(problem: problem(link, "circle", "An event can't be replaced by itself; it is deleted."))
    }
    let locked = try await transaction.lockEvents([link.id, target])
    let isHarvests = try await transaction.harvestedEvents([link.id]).contains(link.id)
    guard let stored = locked.events[link.id], stored.state == .deleted, isHarvests else { return Outcome() }
    guard let other = locked.events[target] else {
      return Outcome(
        isDone: false, problem: problem(link, "unknown-event", "There is no such event yet; this one is deleted."))
    }
    guard other.state == .live, other.event.isPublic || !stored.event.isPublic else {
      // Events of a chain: whoever is replaced itself passes it on.
      if let next = other.replacedBy, next != link.id.description, let end = try? PlaceID(next),
        let last = try await transaction.lockEvents([end]).events[end], last.state == .live, last.event.isPublic
      {
        try await transaction.save([
          EventChange(stored.event, existing: stored, state: .replaced, replacement: last)
        ])
        return Outcome()
      }
      return Outcome(problem: problem(link, "event-deleted", "\(target) is deleted itself; this one is deleted."))
    }
    try await transaction.save([EventChange(stored.event, existing: stored, state: .replaced, replacement: other)])
    return Outcome()
  }
}
