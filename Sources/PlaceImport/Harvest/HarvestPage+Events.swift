import PlaceStore
import Places

extension HarvestPage {
  /// Writes a page of events, each linked to the place that its location leads to here.
  mutating func events(_ objects: [(number: Int, object: JSONValue)], _ transaction: StoreTransaction) async throws {
    var bodies = try await readable(objects, transaction)
    var life: [PlaceID: (isDeleted: Bool, successor: String?)] = [:]
    for index in bodies.indices {
      let body = bodies[index]
      let successor = reference(body["replaced_by"])
      life[body.id] = (body["deleted"] == .bool(true) || successor != nil, successor)
      bodies[index].remove(["deleted", "replaced_by"])
    }
    let locations = Set(bodies.compactMap { reference($0["location"]) })
    let locked = try await transaction.lockEvents(bodies.map(\.id), locations: locations)
    let harvested = try await transaction.harvestedEvents(
      locked.events.values.filter { $0.state != .live }.map(\.event.id))
    var unknown: Set<String> = []
    for id in locations { if case .unknown = locked.locations[id] ?? .unknown { unknown.insert(id) } }
    waiting = try await transaction.doubted(unknown, key).union(unknown.filter { matching?.doubts[$0] != nil })
    var changes: [EventChange] = []
    var links: [HarvestLink] = []
    for body in bodies {
      let stored = locked.events[body.id]
      if let location = reference(body["location"]), waiting.contains(location) {
        links.append(HarvestLink(id: body.id, relation: .location, target: location))
      }
      if let (isDeleted, successor) = life[body.id], isDeleted {
        // Of a deleted event nothing more is told: one that is unknown here stays so.
        guard let stored, stored.state == .live else {
          report.unchanged += 1
          continue
        }
        changes.append(EventChange(stored.event, existing: stored, state: .deleted))
        if let successor { links.append(HarvestLink(id: body.id, relation: .replacedBy, target: successor)) }
        report.changed += 1
      } else if let stored, stored.state != .live, !harvested.contains(body.id) {
        report.unchanged += 1
        tell([
          body.problem(
            .warning, "moved-id", "id", body.id.description,
            "The event was \(stored.state) here by hand; the object was left out.")
        ])
      } else if let change = change(body, stored, locked) {
        changes.append(change)
      }
    }
    try await transaction.save(changes)
    if seen == nil {
      try await transaction.forget(.location, of: bodies.map(\.id), key)
      try await transaction.remember(links, key)
    }
  }

  /// What an event is to become; nil when it is rejected, or as it was.
  private mutating func change(_ body: HarvestedBody, _ stored: StoredEvent?, _ locked: LockedEvents) -> EventChange? {
    var body = body
    let old = stored?.event
    let texts: [String: LocalizedText?] = [
      "name": old?.name, "description": old?.description, "short_description": old?.shortDescription,
      "info_url": old?.infoURL, "provider": old?.provider, "location_extra_info": old?.locationExtraInfo,
    ]
    body.clearLanguages { key in (texts[key] ?? nil)?.values.map(\.language.rawValue) ?? [] }
    var edit: EventEdit?
    for _ in 0..<100 {
      let attempt = EventEdit(
        .object(body.members), to: old ?? EventLink(id: body.id, name: .blank), isNew: old == nil,
        EventEdit.Surroundings())
      if attempt.reader.errors.isEmpty {
        edit = attempt
        break
      }
      guard body.leaveOut(attempt.reader.errors, required: ["name", "start_time"]) else {
        let error =
          attempt.reader.errors.first { ["/name", "/start_time"].contains($0.pointer) }
          ?? attempt.reader.errors[0]
        reject(
          body.problem(
            error.code == "required" ? "missing-\(error.pointer.dropFirst())" : error.code,
            String(error.pointer.dropFirst()), error.value, error.detail))
        return nil
      }
    }
    guard let edit else {
      reject(body.problem("unreadable", nil, nil, "Too much of the object can't be read."))
      return nil
    }
    var event = edit.event
    var target: LinkTarget?
    if let id = edit.location.flatMap({ $0 }) {
      target = self.target(id, of: event, locked, &body)
      if target == nil { event.location = nil }
    }
    let change = EventChange(event, existing: stored, target: target, state: .live)
    guard change.changesAnything else {
      report.unchanged += 1
      return nil
    }
    if stored == nil { report.created += 1 } else { report.changed += 1 }
    tell(body.warnings)
    return change
  }

  private func target(
    _ id: String, of event: EventLink, _ locked: LockedEvents, _ body: inout HarvestedBody
  ) -> LinkTarget? {
    switch locked.locations[id] ?? .unknown {
    case .place(let place):
      if place.isPublic || !event.isPublic { return place }
      body.warn("draft-place", "location", .string(id), "The place is a draft here; the event has no location.")
    case .deleted(let id):
      body.warn("place-deleted", "location", .string(id), "The place was deleted; the event has no location.")
    case .split(let successors):
      body.warn(
        "place-split", "location", .string(id),
        "The place was split into \(successors.joined(separator: ", ")); the event has no location.")
    case .unknown:
      if waiting.contains(id) {
        body.warn(
          "waiting-place", "location", .string(id),
          "Whether this place is here already is not decided yet: the event has no location until then.")
      } else if seen?.contains(id) != true {
        body.warn("unknown-place", "location", .string(id), "There is no such place; the event has no location.")
      }
    }
    return nil
  }

  /// The id that `{"@id": …}`, `{"id": …}`, a URL or an id names.
  private func reference(_ value: JSONValue) -> String? {
    guard let text = (value["@id"] ?? value["id"] ?? value).stringValue else { return nil }
    if case .id(let id)? = ResourceAddress.read(text, bases: nil) { return id }
    return nil
  }
}
