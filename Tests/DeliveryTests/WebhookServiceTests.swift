import Foundation
import Logging
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import Delivery

/// Webhooks against a receiver on this machine: what they are told, in which order, how often, and what is kept of it.
@Suite("Webhooks")
struct WebhookServiceTests {
  /// A registry with a running service and a receiver.
  private struct Bench: Sendable {
    let database: TestDatabase
    let receiver: Receiver
    let watch: ChangeWatch

    func make(
      _ id: String = "hook00001", organization: String = "org-a", entities: Set<ChangeEntity>? = nil,
      filter: Webhook.Filter = .init(), url: String? = nil
    ) async throws {
      let draft = Webhook.Draft(
        url: url ?? receiver.url, secret: "secret of \(id)", entities: entities ?? Set(ChangeEntity.allCases),
        filter: filter)
      _ = try await database.store.write(by: Author(actor: organization, action: "test")) {
        try await $0.createWebhook(draft, id: id, organization: organization)
      }
    }

    func save(_ id: String, _ name: String, isPublic: Bool = true) async throws {
      var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
      place.isPublic = isPublic
      let written = place
      _ = try await database.store.write(by: Author(actor: "org-a", person: "key:1", action: "test")) { transaction in
        try await transaction.ensureSource(written.id.source)
        let known = try await transaction.lockPlaces([written.id])
        try await transaction.save(
          [PlaceChange(written, existing: known[written.id], engine: TestDatabase.engine)].filter(\.changesAnything))
      }
    }

    func service(_ timing: WebhookService.Timing? = nil, outgoing: OutgoingHTTP? = nil) throws -> WebhookService {
      var quick = WebhookService.Timing()
      quick.firstPause = .milliseconds(10)
      quick.longestPause = .milliseconds(50)
      quick.poll = .milliseconds(20)
      var limits = OutgoingHTTP.Limits()
      limits.total = .seconds(10)
      return WebhookService(
        store: database.store, watch: watch,
        outgoing: try outgoing ?? OutgoingHTTP(rules: AddressRules(allow: ["127.0.0.1"]), limits: limits),
        timing: timing ?? quick, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Runs services until the body ends.
    func running<R: Sendable>(_ services: WebhookService..., body: () async throws -> R) async throws -> R {
      let tasks = services.map { service in Task { try await service.run() } }
      do {
        let result = try await body()
        for task in tasks { task.cancel() }
        for task in tasks { try await task.value }
        return result
      } catch {
        for task in tasks { task.cancel() }
        throw error
      }
    }

    func log(_ id: String = "hook00001") async throws -> [WebhookDelivery] {
      try await database.store.deliveries(of: id, page: 1, pageSize: 1000).deliveries.reversed()
    }

    func hook(_ id: String = "hook00001") async throws -> Webhook {
      try #require(try await database.store.webhook(id))
    }

    /// The ids that arrived in their order, one list for each request.
    func told() throws -> [[String]] {
      try receiver.received.map { request in
        (try JSONParser.parse(request.body)["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
      }
    }
  }

  private static func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      try await database.execute("insert into organization (id, name) values ('org-a', 'A'), ('org-b', 'B')")
      try await database.execute(
        "insert into data_source (id, name, organization) values ('a', 'A', 'org-a'), ('b', 'B', 'org-b')")
      let watch = ChangeWatch(database.store)
      let watching = Task { try await watch.run() }
      defer { watching.cancel() }
      try await Receiver.with { receiver in
        try await body(Bench(database: database, receiver: receiver, watch: watch))
      }
    }
  }

  @Test("A delivery is the body of the feed, signed, from the webhook's making on")
  func delivery() async throws {
    try await Self.with { bench in
      try await bench.save("a:before", "Ennen")
      try await bench.make()
      try await bench.running(bench.service()) {
        try await bench.save("a:1", "Yksi")
        try await until("it arrived") { bench.receiver.received.count == 1 }
        try await bench.save("a:1", "Uusi")
        try await until("the next arrived") { bench.receiver.received.count == 2 }
        try await until("it is noted") { try await bench.log().last?.status == .delivered }
      }
      let request = bench.receiver.received[0]
      #expect(request.method == "POST" && request.path == "/hook")
      #expect(request.header("Content-Type") == "application/json")
      #expect(
        request.header("X-Signature-256") == WebhookSignature.header(request.body, secret: "secret of hook00001"))
      let log = try await bench.log()
      #expect(log.map(\.id) == bench.receiver.received.map { $0.header("X-Delivery") })
      #expect(log.map(\.first) == [2, 3] && log.map(\.last) == [2, 3] && log.map(\.lines) == [1, 1])
      #expect(log.allSatisfy { $0.status == .delivered && $0.attempts == 1 && $0.httpStatus == 200 && $0.error == nil })
      #expect(log.allSatisfy { $0.finishedTime != nil })
      guard
        case .page(let page) = try await bench.database.store.changes(
          ChangeQuery(after: 1, limit: 1, viewer: .sources(["a"])))
      else { throw CancellationError() }
      let body = try JSONParser.parse(request.body)
      let expected = try JSONParser.parse(page.json)
      #expect(body["data"] == expected["data"])
      #expect(body["next"] == .integer(2) && body["epoch"] == .string(page.epoch))
      #expect(body["data"]?.arrayValue?.first?["person"] == .string("key:1"))
      let hook = try await bench.hook()
      #expect(hook.after == 3 && hook.failures == 0)
    }
  }

  @Test("After failures the same delivery comes again, and what was written meanwhile afterwards, in order")
  func retries() async throws {
    try await Self.with { bench in
      try await bench.make()
      bench.receiver.answer { _, number in Receiver.Reply(status: [500, 503, 404, 302][min(number, 3)]) }
      try await bench.running(bench.service()) {
        try await bench.save("a:1", "Yksi")
        try await until("four attempts") { bench.receiver.received.count >= 4 }
        for number in 2...5 { try await bench.save("a:\(number)", "Muu") }
        try await until("failures are noted") { try await bench.hook().failures >= 4 }
        let log = try await bench.log()
        #expect(log.count == 1 && log[0].status == .pending && log[0].finishedTime == nil)
        #expect(log[0].error?.contains("answered") == true)
        bench.receiver.answer { _, _ in Receiver.Reply(status: 204) }
        try await until("all is told") { try await bench.hook().after == 5 }
      }
      let ids = bench.receiver.received.map { $0.header("X-Delivery") ?? "" }
      let told = try bench.told()
      let first = told.prefix { $0 == ["a:1"] }
      #expect(first.count >= 5 && Set(ids.prefix(first.count)).count == 1)
      #expect(told.dropFirst(first.count).flatMap { $0 } == ["a:2", "a:3", "a:4", "a:5"])
      let log = try await bench.log()
      #expect(log.allSatisfy { $0.status == .delivered && $0.error == nil })
      #expect(log[0].attempts == first.count && log[0].httpStatus == 204)
      #expect(try await bench.hook().failures == 0)
    }
  }

  @Test("Pauses grow from the first to the longest, with jitter")
  func pauses() {
    let timing = WebhookService.Timing()
    for failures in 1...40 {
      let whole = min(3600, 2 * Double(1 << min(failures - 1, 20)))
      for _ in 0..<20 {
        let pause = timing.pause(after: failures) / .seconds(1)
        #expect(pause >= whole / 2 - 0.01 && pause <= whole)
      }
    }
  }

  @Test("A receiver that fails for too long is switched off with a note, and goes on where it was when switched on")
  func givenUp() async throws {
    try await Self.with { bench in
      try await bench.make()
      bench.receiver.answer { _, _ in Receiver.Reply(status: 500) }
      try await bench.running(bench.service()) {
        try await bench.save("a:1", "Yksi")
        try await until("it fails") { try await bench.hook().failures > 1 }
        try await bench.database.execute("update webhook set failing_since = now() - interval '4 days'")
        try await until("it is switched off") { try await !bench.hook().draft.isActive }
        let reason = try await bench.hook().pausedReason
        #expect(reason?.contains("3 days") == true)
        #expect(try await bench.log().last?.error == reason)
        let attempts = bench.receiver.received.count
        try await bench.save("a:2", "Kaksi")
        bench.receiver.answer { _, _ in Receiver.Reply() }
        let hook = try await bench.hook()
        _ = try await bench.database.store.write(by: Author(actor: "org-a", action: "test")) { transaction in
          var draft = hook.draft
          draft.isActive = true
          try await transaction.updateWebhook(hook.id, draft)
        }
        try await until("all is told") { try await bench.hook().after == 2 }
        let later = bench.receiver.received.dropFirst(attempts)
        #expect(later.first?.header("X-Delivery") == bench.receiver.received.first?.header("X-Delivery"))
        #expect(try await bench.hook().pausedReason == nil)
      }
    }
  }

  @Test("A webhook is told what its organisation may see, and what its filter lets through")
  func visibility() async throws {
    try await Self.with { bench in
      try await bench.make("hook0000a", organization: "org-a", url: bench.receiver.url + "/a")
      try await bench.make("hook0000b", organization: "org-b", url: bench.receiver.url + "/b")
      try await bench.make("hook0000c", organization: "nobody", url: bench.receiver.url + "/c")
      try await bench.make(
        "hook0000d", filter: .init(kinds: [.updated], sources: ["a"]), url: bench.receiver.url + "/d")
      try await bench.make("hook0000e", entities: [.event], url: bench.receiver.url + "/e")
      try await bench.running(bench.service()) {
        try await bench.save("a:draft", "Luonnos", isPublic: false)
        try await bench.save("b:draft", "Luonnos", isPublic: false)
        try await bench.save("a:1", "Yksi")
        try await bench.save("a:1", "Uusi")
        for id in ["a", "b", "c", "d", "e"] {
          try await until("\(id) has all") { try await bench.hook("hook0000\(id)").after == 4 }
        }
        // A grant counts at once.
        try await bench.database.execute(
          "insert into source_grant (data_source, organization) values ('b', 'org-a')")
        try await bench.save("b:draft", "Uusi", isPublic: false)
        for id in ["a", "b", "c"] {
          try await until("\(id) has all") { try await bench.hook("hook0000\(id)").after == 5 }
        }
      }
      var told: [String: [String]] = [:]
      for (request, ids) in zip(bench.receiver.received, try bench.told()) {
        told[request.path.replacing("/hook/", with: ""), default: []] += ids
      }
      #expect(told["a"] == ["a:draft", "a:1", "a:1", "b:draft"])
      #expect(told["b"] == ["b:draft", "a:1", "a:1", "b:draft"])
      #expect(told["c"] == ["a:1", "a:1"])
      #expect(told["d"] == ["a:1"])
      #expect(told["e"] == nil)
      #expect(try await bench.log("hook0000e").isEmpty)
    }
  }

  @Test("Private addresses are not delivered to unless allowed; the log says why and names no address")
  func privateAddress() async throws {
    try await Self.with { bench in
      try await bench.make(url: "http://localhost:\(bench.receiver.port)/")
      try await bench.running(bench.service(outgoing: OutgoingHTTP())) {
        try await bench.save("a:1", "Yksi")
        try await until("it failed") { try await bench.hook().failures > 0 }
      }
      #expect(bench.receiver.received.isEmpty)
      let error = try await bench.log().last?.error ?? ""
      #expect(error.contains("private") && !error.contains("127.0.0.1"))
    }
  }

  @Test("Ten services at once deliver each line once and in order")
  func manyServices() async throws {
    try await Self.with { bench in
      for number in 0..<5 { try await bench.make("hook0000\(number)", url: bench.receiver.url + "/\(number)") }
      let services = try (0..<4).map { _ in try bench.service() }
      try await bench.running(services[0], services[1], services[2], services[3]) {
        for number in 1...30 { try await bench.save("a:\(number)", "Paikka") }
        for number in 0..<5 {
          try await until("hook \(number) has all") { try await bench.hook("hook0000\(number)").after == 30 }
        }
      }
      var told: [String: [String]] = [:]
      for (request, ids) in zip(bench.receiver.received, try bench.told()) { told[request.path, default: []] += ids }
      for number in 0..<5 { #expect(told["/hook/\(number)"] == (1...30).map { "a:\($0)" }) }
      #expect(Set(bench.receiver.received.map { $0.header("X-Delivery") }).count == bench.receiver.received.count)
    }
  }

  @Test("A service that ends in the middle of a request leaves it to the next one, which sends it again as it was")
  func crash() async throws {
    try await Self.with { bench in
      try await bench.make()
      bench.receiver.answer { _, number in
        number == 0 ? Receiver.Reply(hold: { try? await Task.sleep(for: .seconds(20)) }) : Receiver.Reply()
      }
      try await bench.running(bench.service()) {
        try await bench.save("a:1", "Yksi")
        try await until("it was sent") { bench.receiver.received.count == 1 }
      }
      #expect(try await bench.log().map(\.status) == [.pending])
      try await bench.save("a:2", "Kaksi")
      try await bench.running(bench.service()) {
        try await until("all is told") { try await bench.hook().after == 2 }
      }
      #expect(try bench.told() == [["a:1"], ["a:1"], ["a:2"]])
      let ids = bench.receiver.received.map { $0.header("X-Delivery") }
      #expect(ids[0] == ids[1] && ids[1] != ids[2])
      #expect(try await bench.log().first?.attempts == 2)
    }
  }

  @Test("Another process' lease is respected until it ends")
  func lease() async throws {
    try await Self.with { bench in
      try await bench.make()
      try await bench.database.execute("update webhook set lease = 'other', leased_until = now() + interval '1 hour'")
      try await bench.save("a:1", "Yksi")
      try await bench.make("hook00002", url: bench.receiver.url + "/2")
      try await bench.running(bench.service()) {
        try await bench.save("a:2", "Kaksi")
        try await until("the other hook is told") { try await bench.hook("hook00002").after == 2 }
        #expect(bench.receiver.received.allSatisfy { $0.path == "/hook/2" })
        try await bench.database.execute("update webhook set leased_until = now() - interval '1 second'")
        try await until("the lease ended") { try await bench.hook().after == 2 }
      }
    }
  }

  @Test("Lines that are no longer kept switch the webhook off; switched on it goes on at the head")
  func trimmed() async throws {
    try await Self.with { bench in
      try await bench.make()
      for number in 1...3 { try await bench.save("a:\(number)", "Paikka") }
      try await bench.database.execute("update change_tx set time = now() - interval '500 days'")
      _ = try await bench.database.store.trimChanges(olderThan: 400)
      try await bench.running(bench.service()) {
        try await until("it is switched off") { try await !bench.hook().draft.isActive }
        #expect(try await bench.hook().pausedReason?.contains("no longer kept") == true)
        let hook = try await bench.hook()
        _ = try await bench.database.store.write(by: Author(actor: "org-a", action: "test")) { transaction in
          var draft = hook.draft
          draft.isActive = true
          try await transaction.updateWebhook(hook.id, draft)
        }
        #expect(try await bench.hook().after == 3)
        try await bench.save("a:4", "Paikka")
        try await until("it is told") { try await bench.hook().after == 4 }
      }
      #expect(try bench.told() == [["a:4"]])
    }
  }

  @Test("Old finished deliveries leave the log, pending ones stay")
  func retention() async throws {
    try await Self.with { bench in
      try await bench.make()
      try await bench.database.execute(
        """
        insert into webhook_delivery (id, webhook, first_seq, last_seq, lines, status, created_time)
        values ('1', 'hook00001', 1, 1, 1, 'delivered', now() - interval '31 days'),
          ('2', 'hook00001', 2, 2, 1, 'failed', now() - interval '31 days'),
          ('3', 'hook00001', 3, 3, 1, 'pending', now() - interval '31 days'),
          ('4', 'hook00001', 4, 4, 1, 'delivered', now() - interval '29 days')
        """)
      #expect(try await bench.database.store.trimDeliveries(olderThan: 30) == 2)
      #expect(try await bench.log().map(\.id) == ["3", "4"])
    }
  }

  @Test("A thousand lines a delivery, however many there are")
  func pages() async throws {
    try await Self.with { bench in
      try await bench.make()
      try await bench.database.execute(
        """
        insert into change (tx, ordinal, entity, id, kind, public_kind, actor)
        select 900, i, 'place', 'a:' || i, 'created', case when i % 2 = 0 then 'created' end, 'x'
        from generate_series(0, 2499) i
        """)
      try await bench.database.execute("select commit_changes(900)")
      try await bench.running(bench.service()) {
        try await until("all is told") { try await bench.hook().after == 2500 }
      }
      #expect(try bench.told().map(\.count) == [1000, 1000, 500])
      #expect(try bench.told().flatMap { $0 } == (0..<2500).map { "a:\($0)" })
    }
  }
}
