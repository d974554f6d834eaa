import HTTPTypes
import NIOCore
import PlaceMatching
import PlaceStore
import Places

extension API {
  /// `POST /v1/event/`: one event, or many in an array, all or none.
  func createEvents(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let elements = try elements(body, isArray: body.arrayValue != nil)
    let isList = body.arrayValue != nil
    let texts = try await located(elements, exchange)
    return try await write(exchange) { transaction, caller in
      var drafts: [EventDraft] = []
      var errors: [FieldError] = []
      for (index, element) in elements.enumerated() {
        let index = isList ? index : nil
        do {
          var event = EventLink(id: try Self.newID(element, caller, of: "event"), name: .blank)
          // As in Linked Events, whoever writes it publishes it unless it says otherwise.
          event.publisher = caller.organization
          let edit = EventEdit(element, to: event, isNew: true, surroundings(exchange, texts))
          drafts.append(EventDraft(edit: edit, existing: nil, index: index))
        } catch let error as FieldError {
          errors.append(index.map(error.inside) ?? error)
        }
      }
      let ids = drafts.map(\.edit.event.id)
      let sources = try await transaction.sources(Set(ids.map(\.source.description)))
      for draft in drafts {
        let id = draft.edit.event.id
        if sources[id.source.description] == nil {
          errors.append(
            draft.error(
              "/data_source", id.source.description, "unknown-data-source",
              "There is no such data source: /v1/data_source/ lists them."))
        }
        if draft.edit.isDeleted == true || draft.edit.replacedBy.flatMap({ $0 }) != nil {
          errors.append(draft.error("/deleted", "true", "invalid-value", "A new event can't be deleted or replaced."))
        }
      }
      errors += Self.doubles(drafts)
      let locked = try await transaction.lockEvents(ids, locations: Self.locations(drafts))
      let changes = try changes(drafts, errors, locked, exchange)
      if let taken = ids.first(where: { locked.events[$0] != nil }) {
        throw Problem.conflict(
          "id-taken", id: taken.description,
          "There is, or was, an event with the id \(taken): ids are never used again.")
      }
      try await transaction.save(changes)
      var written = try await self.written(ids, told(drafts, texts), transaction, exchange, isList: isList)
      written.status = .created
      written.location = isList ? "\(exchange.baseURL)/v1/event/" : ids.first.map { exchange.address(ofEvent: "\($0)") }
      return written
    }
  }

  /// `PUT` and `PATCH /v1/event/{id}/`.
  func editEvent(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let texts = try await located([body], exchange)
    return try await write(exchange) { transaction, caller in
      let id = try Self.eventID(exchange)
      let probe = probe(body, id, exchange, texts)
      let locked = try await transaction.lockEvents(
        [id] + Self.eventIDs([probe.replacedBy]), locations: Set([probe.location.flatMap { $0 }].compactMap(\.self)))
      let stored = try self.stored(id, locked, exchange, caller)
      try exchange.checkVersion(stored.version)
      let edit = EventEdit(body, to: stored.event, isNew: false, surroundings(exchange, texts))
      let draft = EventDraft(edit: edit, existing: stored, index: nil)
      let changes = try changes([draft], [], locked, exchange)
      try await transaction.save(changes.filter(\.changesAnything))
      return try await self.written([id], told([draft], texts), transaction, exchange, isList: false)
    }
  }

  /// `PUT` and `PATCH /v1/event/`: an array of events with their ids, all or none.
  func editEvents(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let elements = try elements(body, isArray: true)
    let texts = try await located(elements, exchange)
    return try await write(exchange) { transaction, caller in
      var errors: [FieldError] = []
      var given: [(index: Int, id: PlaceID, body: JSONValue)] = []
      for (index, element) in elements.enumerated() {
        do throws(InvalidValue) {
          given.append((index, try PlaceID(element["id"]?.stringValue ?? ""), element))
        } catch {
          errors.append(FieldError(pointer: "/\(index)/id", value: error.value, code: "id", detail: error.detail))
        }
      }
      let probes = given.map { probe($0.body, $0.id, exchange, texts) }
      let locked = try await transaction.lockEvents(
        given.map(\.id) + Self.eventIDs(probes.map(\.replacedBy)),
        locations: Set(probes.compactMap { $0.location.flatMap { $0 } }))
      var drafts: [EventDraft] = []
      for (index, id, element) in given {
        guard let stored = locked.events[id], exchange.sees(stored) else {
          errors.append(
            FieldError(
              pointer: "/\(index)/id", value: id.description, code: "unknown-event", detail: "There is no such event."))
          continue
        }
        try Self.mayWrite(id.source.description, caller)
        let edit = EventEdit(element, to: stored.event, isNew: false, surroundings(exchange, texts))
        drafts.append(EventDraft(edit: edit, existing: stored, index: index))
      }
      errors += Self.doubles(drafts)
      let changes = try changes(drafts, errors, locked, exchange)
      try await transaction.save(changes.filter(\.changesAnything))
      return try await self.written(given.map(\.id), told(drafts, texts), transaction, exchange, isList: true)
    }
  }

  /// `DELETE /v1/event/{id}/`: a version like any other; the second time nothing.
  func deleteEvent(_ exchange: Exchange) async throws -> Answer {
    try await write(exchange) { transaction, caller in
      let id = try Self.eventID(exchange)
      let stored = try self.stored(id, try await transaction.lockEvents([id]), exchange, caller)
      try exchange.checkVersion(stored.version)
      if stored.state == .live {
        try await transaction.save([EventChange(stored.event, existing: stored, state: .deleted)])
      }
      return Written(status: .noContent)
    }
  }

  /// The elements of an array, or the one body. Throws ``Problem`` 422.
  private func elements(_ body: JSONValue, isArray: Bool) throws -> [JSONValue] {
    guard isArray else { return [body] }
    guard let elements = body.arrayValue else {
      throw Problem.field("", body.text, "wrong-type", "Give an array of events, each with its id.")
    }
    guard elements.count <= 1000 else {
      throw Problem.field("", "\(elements.count)", "too-long", "At most 1000 events can be written at once.")
    }
    guard !elements.isEmpty else { throw Problem.field("", "[]", "required", "Give at least one event.") }
    return elements
  }

  private func surroundings(_ exchange: Exchange, _ texts: [String: Resolution]?) -> EventEdit.Surroundings {
    var surroundings = EventEdit.Surroundings()
    surroundings.located = texts?.mapValues { LocatedText(id: $0.id, rooms: $0.address.rooms) }
    surroundings.bases = [exchange.baseURL] + configuration.formerURLs
    surroundings.merges = exchange.method == .patch
    return surroundings
  }

  /// What a body refers to, read before anything is locked.
  private func probe(
    _ body: JSONValue, _ id: PlaceID, _ exchange: Exchange, _ texts: [String: Resolution]?
  ) -> EventEdit {
    EventEdit(body, to: EventLink(id: id, name: .blank), isNew: false, surroundings(exchange, texts))
  }

  private static func locations(_ drafts: [EventDraft]) -> Set<String> {
    Set(drafts.compactMap { $0.edit.location.flatMap { $0 } })
  }

  private static func eventIDs(_ given: [String??]) -> [PlaceID] {
    given.compactMap { $0.flatMap { $0 } }.compactMap { try? PlaceID($0) }
  }

  private static func doubles(_ drafts: [EventDraft]) -> [FieldError] {
    var seen: Set<PlaceID> = []
    return drafts.filter { !seen.insert($0.edit.event.id).inserted }.map {
      $0.error("/id", $0.edit.event.id.description, "duplicate-id", "Another element has the same id.")
    }
  }

  private static func eventID(_ exchange: Exchange) throws -> PlaceID {
    guard let id = try? PlaceID(exchange.segments[0]) else { throw unknownEvent(exchange.segments[0]) }
    return id
  }

  private static func unknownEvent(_ id: String) -> Problem {
    Problem.notFound("There is no event with the id \(id), and there never was one.")
  }

  /// The event that a path names, for one who may write it. Throws ``Problem`` 404 and 403.
  private func stored(
    _ id: PlaceID, _ locked: LockedEvents, _ exchange: Exchange, _ caller: Caller
  ) throws -> StoredEvent {
    guard let stored = locked.events[id], exchange.sees(stored) else { throw Self.unknownEvent(id.description) }
    try Self.mayWrite(id.source.description, caller)
    return stored
  }

  private func written(
    _ ids: [PlaceID], _ resolutions: [String: String], _ transaction: StoreTransaction, _ exchange: Exchange,
    isList: Bool
  ) async throws -> Written {
    let includesPlaces = EventParameters.includes(exchange.query).contains("location")
    let rows = try await transaction.eventRows(of: ids, includingPlaces: includesPlaces)
    var writer = EventWriter(
      store: store, exchange: exchange, includesPlaces: includesPlaces, capacity: rows.count * 2400)
    if isList { writer.raw("[") }
    for (index, row) in rows.enumerated() {
      if index > 0 { writer.raw(",") }
      try writer.object(row, resolution: resolutions[row.id])
    }
    if isList { writer.raw("]") }
    return Written(body: writer.buffer, version: isList ? nil : rows.first?.version)
  }
}
