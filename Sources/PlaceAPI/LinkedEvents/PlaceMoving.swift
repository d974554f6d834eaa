import HTTPTypes
import NIOCore
import PlaceStore
import Places

/// The end of a dry run: what would have happened, without having happened.
private struct DryRun: Error { let outcome: MoveOutcome }

extension API {
  /// `POST /v1/place/{id}/merge`
  func mergePlace(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    var reader = BodyReader()
    try Self.only(["into"], body)
    let into = reader.reference("/into", body["into"] ?? .null)
    guard let into, reader.errors.isEmpty else {
      throw Problem.fields(
        reader.errors
          + (into == nil && reader.errors.isEmpty
            ? [
              FieldError(pointer: "/into", value: "", code: "required", detail: "Give the id of the place that stays.")
            ]
            : []))
    }
    return try await move(exchange) { transaction, stored in
      try await transaction.merge(stored.place.id, into: into)
    }
  }

  /// `POST /v1/place/{id}/split`
  func splitPlace(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    try Self.only(["into", "events"], body)
    var reader = BodyReader()
    let into = (reader.array("/into", body["into"] ?? .null) ?? []).enumerated().compactMap {
      reader.reference("/into/\($0)", $1)
    }
    var events: [String: String] = [:]
    for member in body["events"]?.members ?? [] {
      let pointer = "/events/\(JSONValue.escaped(member.key))"
      if let place = reader.reference(pointer, member.value) { events[member.key] = place }
    }
    if let given = body["events"], given != .null, given.members == nil {
      reader.fail("/events", given, "wrong-type", "Give {\"event id\": \"successor id\"}.")
    }
    guard reader.errors.isEmpty else { throw Problem.fields(reader.errors) }
    let chosen = events
    return try await move(exchange) { transaction, stored in
      try await transaction.split(stored.place.id, into: into, events: chosen)
    }
  }

  static func only(_ keys: Set<String>, _ body: JSONValue) throws {
    guard let members = body.members else { throw Problem.field("", body.text, "wrong-type", "Give a JSON object.") }
    let unknown = members.filter { !keys.contains($0.key) }
    guard unknown.isEmpty else {
      throw Problem.fields(
        unknown.map {
          FieldError(
            pointer: "/\(JSONValue.escaped($0.key))", value: $0.value.text, code: "unknown-key",
            detail: "The keys here are \(keys.sorted().joined(separator: ", ")).")
        })
    }
  }

  private func move(
    _ exchange: Exchange, _ body: @Sendable (StoreTransaction, StoredPlace) async throws -> MoveOutcome
  ) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    let isDryRun = reader.strictFlag("dry_run")
    try reader.finish()
    do {
      return try await write(exchange) { transaction, caller in
        let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
        let moved = try await Self.moving { try await body(transaction, stored) }
        let outcome = MoveOutcome(
          replacedBy: moved.replacedBy,
          events: try await transaction.visible(events: moved.events, viewer: exchange.viewer))
        if isDryRun { throw DryRun(outcome: outcome) }
        return Written(body: Self.body(outcome))
      }
    } catch let end as DryRun {
      return Answer(media: .json, body: Self.body(end.outcome), caching: .none)
    }
  }

  private static func body(_ outcome: MoveOutcome) -> ByteBuffer {
    let replaced: JSONValue =
      outcome.replacedBy.count == 1
      ? .string(outcome.replacedBy[0]) : .array(outcome.replacedBy.map { .string($0) })
    let value = JSONValue.object([
      .init("replaced_by", replaced), .init("events", .array(outcome.events.map { .string($0) })),
    ])
    return ByteBuffer(string: value.text)
  }

  /// Runs a merge or split and tells a refusal as the problem that it is.
  static func moving<R>(_ body: () async throws -> R) async throws -> R {
    do { return try await body() } catch let refusal as MoveRefusal {
      switch refusal {
      case .unknown(let id):
        throw Problem.field("/into", id, "unknown-place", refusal.description)
      case .deleted(let id):
        throw Problem.field("/into", id, "place-deleted", refusal.description)
      case .circle(let id):
        throw Problem.field("/into", id, "circle", refusal.description)
      case .draft(let id):
        throw Problem.field("/into", id, "draft-survivor", refusal.description)
      case .moved(let id, let current):
        var problem = Problem.conflict(
          "moved", id: current.first ?? id, refusal.description)
        problem.extra.append(.init("current", .array(current.map { .string($0) })))
        throw problem
      }
    }
  }

  /// `POST /v1/place/{id}/restore`: the values of an old version, as a new version.
  func restorePlace(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    try Self.only(["version"], body)
    guard let number = body["version"]?.integerValue, number > 0, number < 1 << 31 else {
      throw Problem.field(
        "/version", body["version"]?.text ?? "", "required", "Give the number of a version; /history/ lists them.")
    }
    let srid = try writingSRID(exchange)
    return try await write(exchange) { transaction, caller in
      let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
      if stored.state != "live" { try await Self.refuse(stored, transaction) }
      guard let old = try await transaction.version(Int(number), of: stored) else {
        throw Problem.field(
          "/version", "\(number)", "unknown-version", "The place has the versions 1 to \(stored.version).")
      }
      let edit = PlaceEdit(
        .object([]), to: old, shown: .object([]), self.surroundings(exchange, transaction, srid))
      let draft = PlaceDraft(edit: edit, existing: stored, index: nil, life: .live)
      let changes = try await self.check([draft], [], transaction, caller)
      try await transaction.save(changes.filter(\.changesAnything))
      let rows = try await transaction.rows(of: [stored.place.id])
      return try self.written(rows, exchange, srid: srid, isList: false)
    }
  }

  /// `POST /v1/place/resolve-ids`: what became of up to 10,000 ids; needs no key.
  func resolveIDs(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    try Self.only(["ids"], body)
    var reader = BodyReader()
    let ids = (reader.array("/ids", body["ids"] ?? .null, limit: 10_000) ?? []).enumerated().compactMap {
      reader.text("/ids/\($0)", $1, limit: 300)
    }
    guard reader.errors.isEmpty else { throw Problem.fields(reader.errors) }
    var w = JSONWriter(capacity: 64 + ids.count * 80)
    w.beginObject()
    w.key("data")
    w.beginArray()
    for resolved in try await store.resolve(ids: ids, viewer: exchange.viewer) {
      w.beginObject()
      w.member("id", resolved.id)
      w.member("status", resolved.status.rawValue)
      w.key("current")
      w.beginArray()
      for id in resolved.current { w.string(id) }
      w.endArray()
      w.endObject()
    }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    return answer
  }

  /// `GET /v1/place/{id}/history/`
  func placeHistory(_ exchange: Exchange) async throws -> Answer {
    let id = exchange.segments[0]
    switch try await store.history(of: id, viewer: exchange.viewer) {
    case .unknown: throw Problem.notFound("There is no place with the id \(id), and there never was one.")
    case .withdrawn: throw Problem.unpublished
    case .needsKey: throw Problem.keyNeeded
    case .versions(let versions):
      var w = JSONWriter(capacity: 64 + versions.count * 200)
      w.beginObject()
      w.key("data")
      w.beginArray()
      for version in versions {
        w.beginObject()
        w.key("version")
        w.integer(version.version)
        w.member("time", version.time)
        w.member("actor", version.actor)
        if let person = version.person { w.member("person", person) }
        w.member("request_id", version.requestID)
        w.member("kind", version.kind)
        w.key("changed")
        w.beginArray()
        for pointer in version.changed { w.string(pointer) }
        w.endArray()
        if !version.redacted.isEmpty {
          w.key("redacted")
          w.beginArray()
          for value in version.redacted {
            w.beginObject()
            w.member("pointer", value.pointer)
            w.member("time", value.time)
            w.endObject()
          }
          w.endArray()
        }
        w.endObject()
      }
      w.endArray()
      w.endObject()
      return Answer.json(w.bytes)
    }
  }
}
