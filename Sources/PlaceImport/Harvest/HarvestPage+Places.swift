import Foundation
import Geodesy
import PlaceStore
import Places

/// A harvested place on its way in.
private struct Draft {
  var body: HarvestedBody
  var edit: PlaceEdit
  let stored: StoredPlace?
  let known: HarvestedPlace?
}

extension HarvestPage {
  /// Writes a page of places. What they say about others waits in the registry until all are here.
  mutating func places(_ objects: [(number: Int, object: JSONValue)], _ transaction: StoreTransaction) async throws {
    let bodies = try await readable(objects, transaction)
    let targets = (matching?.answers.values ?? [:].values).compactMap { answer -> PlaceID? in
      if case .match(let id) = answer { id } else { nil }
    }
    let stored = try await transaction.lockPlaces(bodies.map(\.id) + targets)
    let known = try await transaction.harvested(bodies.map(\.id))
    let new = bodies.map(\.id).filter { stored[$0] == nil }.map(\.description)
    let taken = try await transaction.holders(of: new)
    let organizations = try await transaction.organizations(Set(bodies.compactMap { $0["publisher"].stringValue }))
    var drafts: [Draft] = []
    var unchanged: [(id: PlaceID, fields: JSONValue)] = []
    var matched: [(body: HarvestedBody, target: PlaceID, object: JSONValue)] = []
    var doubted: [(id: PlaceID, object: JSONValue)] = []
    for var body in bodies {
      let object = body.whole
      prepare(&body, held: stored[body.id]?.place.held ?? [], organizations)
      let delivered = known[body.id]?.delivered?.canonical
      if stored[body.id] != nil, delivered == body.json {
        report.unchanged += 1
        continue
      }
      if stored[body.id] == nil, let holder = taken[body.id.description] {
        if matching != nil {
          // It was matched before, or somebody gave the identifier by hand.
          report.unchanged += 1
          continue
        }
        reject(
          body.problem(
            "id-taken", "id", body.id.description,
            "\(holder) has this as an identifier here: it is that place, or take the identifier away there."))
        continue
      }
      if stored[body.id] == nil {
        switch matching?.answers[body.id.description] {
        case .match(let target):
          matched.append((body, target, object))
          continue
        case .doubt(let candidates):
          doubt(body, candidates)
          doubted.append((body.id, object))
          continue
        case .new, nil: break
        }
      }
      if let edit = read(&body, stored[body.id], delivered, transaction.gazetteer) {
        drafts.append(Draft(body: body, edit: edit, stored: stored[body.id], known: known[body.id]))
      }
    }
    doubted += try await identify(matched, stored, transaction)
    let links = try await write(drafts, &unchanged, transaction)
    let waiting = Set(doubted.map(\.id))
    if seen == nil {
      try await transaction.noteDelivered(unchanged)
      try await transaction.remember(links, key)
      if matching != nil {
        try await transaction.keepDoubts(doubted, key)
        try await transaction.dropDoubts(bodies.map(\.id).filter { !waiting.contains($0) }, key)
      }
    }
    for body in bodies where !waiting.contains(body.id) {
      seen?.insert(body.id.description)
      matching?.doubts[body.id.description] = nil
    }
  }

  /// Leaves out what this registry holds otherwise: derived values, what was changed by hand, foreign organisations.
  private mutating func prepare(_ body: inout HarvestedBody, held: [String], _ organizations: Set<String>) {
    if body["municipality"]["source"] != .string("given") { body.remove(["municipality"]) }
    // One and the same thing; the coordinates are what was delivered.
    if body["coordinates"] != .null { body.remove(["position"]) }
    if let publisher = body["publisher"].stringValue, !organizations.contains(publisher) {
      body.remove(["publisher"])
    }
    body.remove(Self.keys(held: held))
  }

  /// The members that say something of what was changed by hand.
  private static func keys(held: [String]) -> Set<String> {
    var keys = Set(held.compactMap { $0.split(separator: "/").first.map(String.init) })
    if keys.contains("post_office") { keys.insert("address_locality") }
    if keys.contains("position") { keys.insert("coordinates") }
    return keys
  }

  /// The edit that a body is of what is here; nil when it can't be taken, and the body is rejected.
  private mutating func read(
    _ body: inout HarvestedBody, _ stored: StoredPlace?, _ delivered: JSONValue?, _ gazetteer: Gazetteer
  ) -> PlaceEdit? {
    var surroundings = PlaceEdit.Surroundings()
    surroundings.zone = EventTime.zone
    surroundings.municipality = { gazetteer.find($0)?.code }
    let place = stored?.place ?? Place(id: body.id, name: .blank)
    let shown = stored == nil ? nil : delivered ?? .object([])
    // Copied, so that what is left out of the edit is still known as delivered.
    var given = body
    given.clearLanguages { key in (delivered?[key]?.members ?? []).map(\.key) }
    let kept = Self.keys(held: stored?.place.held ?? []).union(["position", "coordinates"])
    for member in delivered?.members ?? [] where !kept.contains(member.key) { given.fill(member.key, .null) }
    for _ in 0..<100 {
      let edit = PlaceEdit(.object(given.members), to: place, shown: shown, surroundings)
      if edit.reader.errors.isEmpty {
        body.take(given.warnings)
        return edit
      }
      guard given.leaveOut(edit.reader.errors, required: ["name"]) else {
        let error = edit.reader.errors.first { $0.pointer == "/name" } ?? edit.reader.errors[0]
        reject(
          body.problem(
            error.code == "required" ? "missing-name" : error.code, String(error.pointer.dropFirst()), error.value,
            error.detail))
        return nil
      }
    }
    reject(body.problem("unreadable", nil, nil, "Too much of the object can't be read."))
    return nil
  }

  /// Writes the drafts; answers what waits for other places.
  private mutating func write(
    _ drafts: [Draft], _ unchanged: inout [(id: PlaceID, fields: JSONValue)], _ transaction: StoreTransaction
  ) async throws -> [HarvestLink] {
    let new = Set(drafts.filter { $0.stored == nil }.map(\.body.id.description))
    let ends = try await transaction.ends(of: Set(drafts.compactMap(\.edit.place.parent)))
    var holders = try await transaction.holders(
      of: drafts.flatMap { $0.edit.place.identifiers.map(\.description) }, livingOnly: true)
    var links: [HarvestLink] = []
    var changes: [PlaceChange] = []
    var toDelete: [PlaceID] = []
    var toRevive: [Draft] = []
    for var draft in drafts {
      let id = draft.body.id
      var place = draft.edit.place
      let old = draft.stored?.place
      let life = draft.edit.life
      let successor = life.replacedBy.flatMap { $0 }
      if let stored = draft.stored, stored.state != "live" {
        if let successor, stored.state == "deleted", draft.known?.isHarvests == true {
          links.append(HarvestLink(id: id, relation: .replacedBy, target: successor))
        }
        let isBack = draft.body["deleted"] == .bool(false) && draft.body["replaced_by"] == .null
        if isBack, draft.known?.isHarvests == true {
          toRevive.append(draft)
        } else {
          if isBack {
            tell([
              draft.body.problem(
                .warning, "moved-id", "id", id.description,
                "The place was \(stored.state) here by hand; the object was left out.")
            ])
          }
          report.unchanged += 1
          unchanged.append((id, draft.body.json))
        }
        continue
      }
      if let parent = place.parent, parent != old?.parent {
        place.parent = old?.parent
        if parent == id.description || ends[parent]?.id == id.description {
          draft.body.warn("circle", "parent", .string(parent), "A place can't be part of itself; it was left out.")
        } else if let end = ends[parent], end.state == "live" {
          if old != nil, try await transaction.isBelow(end.id, id) {
            draft.body.warn("circle", "parent", .string(parent), "\(end.id) is itself part of it; it was left out.")
          } else {
            place.parent = end.id
          }
        } else if new.contains(parent) {
          place.parent = parent
        } else {
          links.append(HarvestLink(id: id, relation: .parent, target: parent))
        }
      }
      for identifier in place.identifiers {
        if let holder = holders[identifier.description], holder != id {
          draft.body.warn(
            "identifier-taken", "identifiers", .string(identifier.description),
            "\(holder) has this identifier here; it was left out.")
          place.identifiers.removeAll { $0 == identifier }
        } else {
          holders[identifier.description] = id
        }
      }
      if let identifier = (old == nil ? holders[id.description] : nil), identifier != id {
        reject(draft.body.problem("id-taken", "id", id.description, "\(identifier) has this as an identifier."))
        continue
      }
      var change = try positioned(place, &draft)
      change.delivered = draft.body.json
      if let successor {
        links.append(HarvestLink(id: id, relation: .replacedBy, target: successor))
      } else if life.deleted == true {
        if old == nil { toDelete.append(id) } else { change.life = .deleted(reason: nil) }
      }
      if change.changesAnything {
        changes.append(change)
        if old == nil { report.created += 1 } else { report.changed += 1 }
        tell(draft.body.warnings)
      } else {
        if successor == nil { report.unchanged += 1 } else { report.changed += 1 }
        unchanged.append((id, draft.body.json))
      }
    }
    try await transaction.save(changes)
    try await delete(toDelete, transaction)
    for draft in toRevive { try await revive(draft, transaction) }
    return links
  }

  /// The change with its position, or without a new one that lies elsewhere.
  private func positioned(_ place: Place, _ draft: inout Draft) throws -> PlaceChange {
    do { return try PlaceChange(place, existing: draft.stored, engine: engine) } catch {
      let invalid = error as? InvalidValue
      draft.body.warn(
        invalid?.code ?? "coordinates", "position", draft.body["position"],
        "The position was left out. " + (invalid?.detail ?? "It can't be transformed: \(error)"))
    }
    var place = place
    place.position = draft.stored?.place.position
    return try PlaceChange(place, existing: draft.stored, engine: engine)
  }

  /// New places that are deleted there: so their ids answer that they are gone.
  private func delete(_ ids: [PlaceID], _ transaction: StoreTransaction) async throws {
    guard !ids.isEmpty else { return }
    let stored = try await transaction.lockPlaces(ids)
    try await transaction.save(
      stored.values.sorted { $0.place.id < $1.place.id }.map {
        var change = try PlaceChange($0.place, existing: $0, engine: engine)
        change.life = .deleted(reason: nil)
        return change
      })
  }

  /// A place that a harvest deleted or merged lives again.
  private mutating func revive(_ draft: Draft, _ transaction: StoreTransaction) async throws {
    guard let stored = draft.stored else { return }
    var draft = draft
    let revived = try await transaction.revive(stored)
    draft.edit.takeIdentifiers(revived.place.identifiers)
    var place = draft.edit.place
    let holders = try await transaction.holders(of: place.identifiers.map(\.description), livingOnly: true)
    place.identifiers.removeAll { (holders[$0.description] ?? place.id) != place.id }
    if place.parent != stored.place.parent { place.parent = stored.place.parent }
    var change = try positioned(place, &draft)
    change.delivered = draft.body.json
    try await transaction.save([change])
    _ = try await transaction.returnLinks(place.id)
    report.changed += 1
    tell(draft.body.warnings)
  }
}
