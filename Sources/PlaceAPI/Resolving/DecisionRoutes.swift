import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `POST /v1/resolve/decisions`: remembers what a text means.
  func decide(_ exchange: Exchange) async throws -> Answer {
    _ = try exchange.caller(atLeast: .editor)
    let body = try exchange.json()
    try Self.only(["text", "id"], body)
    var reader = BodyReader()
    let text = reader.text("/text", body["text"] ?? .null)?.trimmed ?? ""
    if reader.errors.isEmpty, Folding.fold(text).isEmpty {
      reader.fail("/text", body["text"] ?? .null, "required", "Give the text: at least one letter or digit.")
    }
    let id = reader.reference("/id", body["id"] ?? .null)
    if body["id"] == nil || body["id"] != .null && id == nil && reader.errors.isEmpty {
      reader.fail(
        "/id", body["id"] ?? .null, "required", "Give the id of the place, or null where the text is none of ours.")
    }
    guard reader.errors.isEmpty else { throw Problem.fields(reader.errors) }
    return try await write(exchange) { transaction, _ in
      let outcome = try await transaction.decide([TextDecision(text: text, id: id)], viewer: exchange.viewer)
      switch outcome.first {
      case .stored(let living, let replaced)?:
        let value = JSONValue.object([
          .init("text", .string(text)), .init("id", living.map { .string($0) } ?? .null),
          .init("replaced", .bool(replaced)),
        ])
        return Written(status: replaced ? .ok : .created, body: ByteBuffer(string: value.text))
      case .unknown?:
        throw Problem.field(
          "/id", id ?? "", "unknown-place", "There is no place with this id: /v1/place/?text= finds places.")
      case .deleted?:
        throw Problem.field("/id", id ?? "", "place-deleted", "The place was deleted: name a living one, or null.")
      case .split(let successors)?:
        throw Problem.field(
          "/id", id ?? "", "place-split",
          "The place was split: name \(successors.isEmpty ? "a living one" : successors.joined(separator: " or ")).")
      case .noText?, nil: throw Problem.fault
      }
    }
  }

  /// `GET /v1/resolve/decisions`: the newest first. Those for none of ours may well be private addresses: they are told
  /// with a key only.
  func decisions(_ exchange: Exchange) async throws -> Answer {
    let reader = ParameterReader(exchange.query)
    let page = try reader.page()
    let place = exchange.query["place"].map { ResourceAddress.id($0.trimmed) }
    let found = try await store.decisions(
      place: place, text: exchange.query["text"], withNone: exchange.caller != nil, viewer: exchange.viewer, page: page,
      pageSize: reader.pageSize())
    if found.decisions.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * reader.pageSize() < found.count)
    var w = JSONWriter(capacity: 128 + found.decisions.count * 200)
    w.beginObject()
    paging.meta(count: found.count, into: &w)
    w.key("data")
    w.beginArray()
    for decision in found.decisions {
      w.beginObject()
      w.member("text", decision.text)
      w.member("id", decision.id)
      w.member("name", decision.target?.name)
      w.origin(of: decision, for: exchange.caller)
      w.endObject()
    }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// `DELETE /v1/resolve/decisions?text=`: takes a decision back.
  func takeBackDecision(_ exchange: Exchange) async throws -> Answer {
    _ = try exchange.caller(atLeast: .editor)
    guard let text = exchange.query["text"], !Folding.fold(text).isEmpty else {
      throw Problem.parameter("text", exchange.query["text"] ?? "", "Give the text whose decision is to be taken back.")
    }
    return try await write(exchange) { transaction, _ in
      guard try await transaction.takeBackDecision(on: text) else {
        throw Problem.notFound("There is no decision on this text: /v1/resolve/decisions lists them.")
      }
      return Written(status: .noContent)
    }
  }

  /// The decisions for a place, as `include=decisions` tells them; nil where they are not asked for.
  func decisionsIncluded(_ id: String, _ exchange: Exchange) async throws -> String? {
    guard EventParameters.includes(exchange.query).contains("decisions") else { return nil }
    let found = try await store.decisions(
      place: id, withNone: false, viewer: exchange.viewer, page: 1, pageSize: Self.mostDecisionsIncluded)
    var w = JSONWriter(capacity: 32 + found.decisions.count * 120)
    w.beginArray()
    for decision in found.decisions {
      w.beginObject()
      w.member("text", decision.text)
      w.origin(of: decision, for: exchange.caller)
      w.endObject()
    }
    w.endArray()
    return w.string
  }

  private static let mostDecisionsIncluded = 1000
}

extension JSONWriter {
  /// When it was decided and by whom; the person for its own organisation and admins.
  fileprivate mutating func origin(of decision: MatchDecision, for caller: Caller?) {
    member("time", decision.time)
    member("actor", decision.actor)
    if let person = decision.person, let caller, caller.role == .admin || caller.organization == decision.actor {
      member("person", person)
    }
  }
}
