import Delivery
import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `GET /v1/webhook/`: those of the key's organisation, an admin's key sees all.
  func webhooks(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let all = try await store.webhooks(of: caller.role == .admin ? nil : caller.organization)
    let reader = ParameterReader(exchange.query)
    var answer = try list(exchange, all, page: try reader.page(), size: reader.pageSize()) { Self.write($1, into: &$0) }
    answer.caching = .none
    return answer
  }

  /// `GET /v1/webhook/{id}/`
  func webhook(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let webhook = try Self.own(await store.webhook(exchange.segments[0]), exchange.segments[0], caller)
    var w = JSONWriter()
    Self.write(webhook, into: &w)
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    return answer
  }

  /// `POST /v1/webhook/`: told of everything from now on.
  func createWebhook(_ exchange: Exchange) async throws -> Answer {
    _ = try exchange.caller(atLeast: .editor)
    let draft = try WebhookReader(exchange.json(), old: nil).draft
    try await checkTarget(draft.url)
    let id = MintedName.local() + MintedName.local()
    return try await write(exchange) { transaction, caller in
      try await transaction.createWebhook(draft, id: id, organization: caller.organization)
      var written = try await Self.written(id, transaction)
      written.status = .created
      written.location = "\(exchange.baseURL)/v1/webhook/\(id)/"
      return written
    }
  }

  /// `PATCH /v1/webhook/{id}/`
  func editWebhook(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let id = exchange.segments[0]
    let body = try exchange.json()
    let known = try Self.own(await store.webhook(id), id, caller)
    let draft = try WebhookReader(body, old: known.draft).draft
    if draft.url != known.draft.url { try await checkTarget(draft.url) }
    return try await write(exchange) { transaction, caller in
      // Read again: somebody may have changed it between.
      let webhook = try await Self.own(transaction.lockWebhook(id), id, caller)
      try await transaction.updateWebhook(id, WebhookReader(body, old: webhook.draft).draft)
      return try await Self.written(id, transaction)
    }
  }

  /// `DELETE /v1/webhook/{id}/`
  func deleteWebhook(_ exchange: Exchange) async throws -> Answer {
    let id = exchange.segments[0]
    return try await write(exchange) { transaction, caller in
      _ = try await Self.own(transaction.lockWebhook(id), id, caller)
      try await transaction.deleteWebhook(id)
      return Written(status: .noContent)
    }
  }

  /// `GET /v1/webhook/{id}/deliveries/`
  func webhookDeliveries(_ exchange: Exchange) async throws -> Answer {
    let caller = try exchange.caller(atLeast: .editor)
    let webhook = try Self.own(await store.webhook(exchange.segments[0]), exchange.segments[0], caller)
    let reader = ParameterReader(exchange.query)
    let (page, size) = (try reader.page(), reader.pageSize())
    let (count, deliveries) = try await store.deliveries(of: webhook.id, page: page, pageSize: size)
    if deliveries.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * size < count)
    var w = JSONWriter(capacity: 256 + deliveries.count * 320)
    w.beginObject()
    paging.meta(count: count, into: &w)
    w.key("data")
    w.beginArray()
    for delivery in deliveries { Self.write(delivery, into: &w) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// Throws ``Problem`` 422 for a target that deliveries would not be sent to. One whose name is not known yet may come.
  private func checkTarget(_ url: String) async throws {
    do { try await outgoing.check(url) } catch let error as OutgoingError {
      if case .refused = error { throw Problem.field("/url", url, "private-address", error.description) }
    }
  }

  /// The webhook, if the caller may know of it. Throws ``Problem`` 404.
  private static func own(_ webhook: Webhook?, _ id: String, _ caller: Caller) throws -> Webhook {
    guard let webhook, caller.role == .admin || webhook.organization == caller.organization else {
      throw Problem.notFound("There is no webhook with the id \(id).")
    }
    return webhook
  }

  private static func written(_ id: String, _ transaction: StoreTransaction) async throws -> Written {
    guard let webhook = try await transaction.lockWebhook(id) else { throw Problem.fault }
    var w = JSONWriter()
    write(webhook, into: &w)
    return Written(body: ByteBuffer(bytes: w.bytes))
  }

  private static func write(_ webhook: Webhook, into w: inout JSONWriter) {
    func array(_ values: [String]) {
      w.beginArray()
      for value in values { w.string(value) }
      w.endArray()
    }
    w.beginObject()
    w.member("id", webhook.id)
    w.member("organization", webhook.organization)
    w.member("url", webhook.draft.url)
    w.key("entities")
    array(webhook.draft.entities.map(\.rawValue).sorted())
    w.key("filter")
    w.beginObject()
    if let sources = webhook.draft.filter.sources {
      w.key("data_source")
      array(sources.sorted())
    }
    if let kinds = webhook.draft.filter.kinds {
      w.key("kind")
      array(kinds.map(\.rawValue).sorted())
    }
    w.endObject()
    w.key("active")
    w.bool(webhook.draft.isActive)
    w.member("paused_reason", webhook.pausedReason)
    w.key("after")
    w.integer(webhook.after)
    w.key("failures")
    w.integer(webhook.failures)
    w.member("created_time", webhook.createdTime)
    w.member("modified_time", webhook.modifiedTime)
    w.endObject()
  }

  private static func write(_ delivery: WebhookDelivery, into w: inout JSONWriter) {
    w.beginObject()
    w.member("id", delivery.id)
    w.member("status", delivery.status.rawValue)
    for (key, number) in [
      ("first_seq", delivery.first), ("last_seq", delivery.last), ("lines", delivery.lines),
      ("attempts", delivery.attempts),
    ] {
      w.key(key)
      w.integer(number)
    }
    w.key("http_status")
    if let status = delivery.httpStatus { w.integer(status) } else { w.null() }
    w.member("error", delivery.error)
    w.member("created_time", delivery.createdTime)
    w.member("attempted_time", delivery.attemptedTime)
    w.member("finished_time", delivery.finishedTime)
    w.endObject()
  }
}
