import HTTPTypes
import NIOCore
import PlaceStore
import Places

/// What `/v1/changes` is asked.
struct ChangeParameters {
  static let known: Set<String> = ["after", "limit", "entity", "wait", "epoch", "format"]

  /// Nil: after the newest line, whatever its number.
  var after: Int?
  var limit: Int
  var entities: Set<ChangeEntity>?
  var wait: Duration
  var epoch: String?

  init(_ query: QueryString) throws {
    var reader = ParameterReader(query)
    after = query["after"] == "head" ? nil : reader.whole("after", 0...Int.max) ?? 0
    limit = min(reader.whole("limit", 1...Int.max) ?? 1000, 1000)
    entities = reader.choices("entity", ChangeEntity.self).map(Set.init)
    wait = .seconds(reader.whole("wait", 0...60) ?? 0)
    epoch = query["epoch"]
    try reader.finish()
  }
}

extension API {
  /// `/v1/changes`
  func changes(_ exchange: Exchange) async throws -> Answer {
    let parameters = try ChangeParameters(exchange.query)
    let deadline = ContinuousClock.now + (exchange.method == .head ? .zero : parameters.wait)
    var after = parameters.after
    if after == nil { after = try await store.changeHead().head }
    var query = ChangeQuery(after: after ?? 0, limit: parameters.limit, viewer: exchange.viewer)
    query.entities = parameters.entities
    var page = try self.page(await store.changes(query, epoch: parameters.epoch), exchange)
    while page.lines.isEmpty, .now < deadline {
      let isCaughtUp = page.next == page.head
      if isCaughtUp {
        guard await awaitChange(after: page.head, until: deadline, exchange) == .changed else { break }
      }
      query.after = page.next
      let (epoch, head) = (page.epoch, page.head)
      page = try self.page(await watch.read(query), exchange)
      guard page.epoch == epoch else { throw Self.reset(exchange, head: page.head, epoch: page.epoch) }
      // Woken for nothing: the watch knows a head that the database does not have any more.
      if isCaughtUp, page.head == head { try await Task.sleep(for: .milliseconds(200)) }
    }
    var answer = Answer.json(page.json)
    answer.caching = .none
    return answer
  }

  private func page(_ answer: ChangeAnswer, _ exchange: Exchange) throws -> ChangePage {
    switch answer {
    case .page(let page): return page
    case .reset(let head, let epoch): throw Self.reset(exchange, head: head, epoch: epoch)
    case .trimmed(let head, let epoch):
      throw Self.startAnew(
        exchange, head: head, epoch: epoch, code: "feed-trimmed", title: "Changes no longer kept",
        detail: "The lines after that number are no longer kept.")
    }
  }

  private static func reset(_ exchange: Exchange, head: Int, epoch: String) -> Problem {
    startAnew(
      exchange, head: head, epoch: epoch, code: "feed-reset", title: "Another change log",
      detail: "That number belongs to another change log than the registry has now.")
  }

  /// 410 for a reader that can't go on from where it is.
  private static func startAnew(
    _ exchange: Exchange, head: Int, epoch: String, code: String, title: String, detail: String
  ) -> Problem {
    Problem(
      status: .gone, code: code, title: title,
      detail: "\(detail) Start anew: read the dumps, then follow the changes after the least of their numbers "
        + "(X-Change-Sequence).",
      extra: [
        .init("dump", .string(exchange.baseURL + "/export/places.ndjson")),
        .init(
          "dumps",
          .array(ExportKind.allCases.map { .string("\(exchange.baseURL)/export/\($0.rawValue).ndjson") })),
        .init("head", .integer(Int64(head))), .init("epoch", .string(epoch)),
      ])
  }

  /// Waits for a change without holding anything but the connection; ends at once when the client leaves.
  private func awaitChange(
    after sequence: Int, until deadline: ContinuousClock.Instant, _ exchange: Exchange
  ) async -> ChangeWatch.Outcome {
    guard let channel = exchange.channel else { return await watch.wait(after: sequence, until: deadline) }
    let waiting = Task { await watch.wait(after: sequence, until: deadline) }
    let departure = Departure { waiting.cancel() }
    try? await channel.pipeline.addHandler(departure, position: .first).get()
    let outcome = await withTaskCancellationHandler {
      await waiting.value
    } onCancel: {
      waiting.cancel()
    }
    try? await channel.pipeline.removeHandler(departure).get()
    return outcome
  }
}

/// Notices that the client has closed its side of the connection, which a request that waits would not see otherwise.
private final class Departure: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = NIOAny
  private let onDeparture: @Sendable () -> Void

  init(_ onDeparture: @escaping @Sendable () -> Void) { self.onDeparture = onDeparture }

  func handlerAdded(context: ChannelHandlerContext) {
    if !context.channel.isActive { onDeparture() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { onDeparture() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    onDeparture()
    context.fireChannelInactive()
  }
}
