import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// `/v1/changes` over the interface: what it answers, whom it tells what, and how it waits.
@Suite("Change feed")
struct ChangeRouteTests {
  private static func place(_ id: String, _ name: String, isPublic: Bool = true) throws -> Place {
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
    place.isPublic = isPublic
    return place
  }

  static func save(_ places: [Place], _ store: PlaceStore, hold: (StoreTransaction) async throws -> Void = { _ in })
    async throws
  {
    _ = try await store.write(by: Author(actor: "turku", person: "key:editor", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)).sorted(by: { $0.description < $1.description }) {
        try await transaction.ensureSource(source)
      }
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
      try await transaction.save(changes.filter(\.changesAnything))
      try await hold(transaction)
    }
  }

  /// Runs the watch beside the body.
  static func watching<R: Sendable>(_ api: TestAPI, _ body: @escaping @Sendable () async throws -> R) async throws -> R
  {
    let watch = api.responder.api.watch
    let running = Task { try await watch.run() }
    defer { running.cancel() }
    return try await body()
  }

  static func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<1200 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("did not happen within 30 seconds: \(what)")
  }

  @Test("Lines, next, head and epoch; limit, entity, after=head; no-store")
  func shape() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      try await Self.save([Self.place("turku:1", "Yksi"), Self.place("turku:2", "Kaksi")], database.store)
      try await Self.save([Self.place("turku:1", "Uusi")], database.store)
      let reply = try await api.get("/v1/changes?after=0")
      #expect(reply.status == 200)
      #expect(reply.header("Cache-Control") == "no-store")
      #expect(reply.header("ETag") == nil)
      let json = reply.json()
      let lines = json["data"]?.arrayValue ?? []
      #expect(lines.map { $0["seq"]?.integerValue } == [1, 2, 3])
      #expect(lines.map { $0["id"]?.stringValue } == ["turku:1", "turku:2", "turku:1"])
      #expect(lines.map { $0["kind"]?.stringValue } == ["created", "created", "updated"])
      #expect(lines.map { $0["version"]?.integerValue } == [1, 1, 2])
      #expect(lines.allSatisfy { $0["actor"] == .string("turku") && $0["replaced_by"] == .null && $0["person"] == nil })
      #expect(json["next"] == .integer(3) && json["head"] == .integer(3))
      #expect(try await api.get("/v1/changes").json() == json)
      #expect(try await api.get("/v1/changes/?limit=5000").json() == json)
      let first = try await api.get("/v1/changes?limit=1").json()
      #expect(first["data"]?.arrayValue?.count == 1 && first["next"] == .integer(1) && first["head"] == .integer(3))
      let events = try await api.get("/v1/changes?entity=event,address").json()
      #expect(events["data"] == .array([]) && events["next"] == .integer(3))
      let end = try await api.get("/v1/changes?after=head").json()
      #expect(end["data"] == .array([]) && end["next"] == .integer(3))
      let head = try await api.send(.head, "/v1/changes?after=3&wait=60")
      #expect(head.status == 200 && head.body.isEmpty)
    }
  }

  @Test(
    "Wrong parameters are named",
    arguments: [
      ("after=-1", "after"), ("after=x", "after"), ("after=99999999999999999999", "after"), ("limit=0", "limit"),
      ("limit=-5", "limit"), ("limit=1.5", "limit"), ("wait=61", "wait"), ("wait=x", "wait"),
      ("entity=plase", "entity"),
      ("entity=place,x", "entity"), ("since=3", "since"),
    ])
  func wrong(query: String, parameter: String) async throws {
    try await TestDatabase.with { database in
      let reply = try await TestAPI(database).get("/v1/changes?\(query)")
      #expect(reply.status == 400)
      #expect(reply.parameters() == [parameter])
    }
  }

  @Test("The public, a key of the organisation and an admin are each told what they may know")
  func viewers() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      try await Self.save(
        [
          Self.place("turku:1", "Yksi"), Self.place("turku:draft", "Luonnos", isPublic: false),
          Self.place("kaarina:draft", "Luonnos", isPublic: false),
        ], database.store)
      func told(_ key: String?) async throws -> [String] {
        let reply = try await api.get("/v1/changes", key.map { ["apikey": $0] } ?? [:])
        let json = reply.json()
        #expect(json["next"] == .integer(3))
        #expect(reply.header("Cache-Control") == "no-store")
        return (json["data"]?.arrayValue ?? []).map {
          "\($0["id"]?.stringValue ?? "")\($0["person"] == nil ? "" : " person")"
        }
      }
      #expect(try await told(nil) == ["turku:1"])
      #expect(try await told("turku-reader") == ["turku:1 person", "turku:draft person"])
      #expect(try await told("kaarina-editor") == ["turku:1", "kaarina:draft person"])
      #expect(try await told("admin") == ["turku:1 person", "turku:draft person", "kaarina:draft person"])
      #expect(try await api.get("/v1/changes", ["apikey": "nobody"]).status == 401)
    }
  }

  @Test("Another epoch, a number beyond the head and a number no longer kept: 410 with where to start anew")
  func startAnew() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      for name in ["Yksi", "Kaksi", "Kolme"] { try await Self.save([Self.place("turku:1", name)], database.store) }
      let epoch = try #require(try await api.get("/v1/changes").json()["epoch"]?.stringValue)
      #expect(try await api.get("/v1/changes?after=3&epoch=\(epoch)").status == 200)
      for query in ["after=4", "after=4&wait=60", "after=1&epoch=x", "after=head&epoch=x"] {
        let reply = try await api.get("/v1/changes?\(query)")
        #expect(reply.status == 410 && reply.code() == "feed-reset", "\(query)")
        #expect(reply.json()["head"] == .integer(3) && reply.json()["epoch"] == .string(epoch))
      }
      try await database.execute("update change_tx set time = now() - interval '500 days'")
      _ = try await database.store.trimChanges(olderThan: 400)
      let reply = try await api.get("/v1/changes?after=1")
      #expect(reply.status == 410 && reply.code() == "feed-trimmed")
      let dump = try #require(reply.json()["dump"]?.stringValue)
      let all = try await api.get(TestAPI.target(of: dump))
      #expect(all.header("X-Change-Sequence") == "3")
      let lines = String(decoding: all.plain, as: UTF8.self).split(separator: "\n")
      #expect(try lines.map { try JSONParser.parse(String($0))["id"]?.stringValue } == ["turku:1"])
      #expect(try await api.get("/v1/changes?after=2").status == 200)
    }
  }

  @Test("A wait is ended by a line that the reader may see, not by others, and by the clock")
  func waiting() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      try await Self.watching(api) {
        let watch = api.responder.api.watch
        let own = Task { try await api.get("/v1/changes?after=0&wait=60", ["apikey": "turku-reader"]) }
        let others = Task { try await api.get("/v1/changes?after=0&wait=60") }
        try await Self.until("both wait") { watch.waiting == 2 }
        try await Self.save([Self.place("turku:draft", "Luonnos", isPublic: false)], database.store)
        #expect(try await own.value.ids() == ["turku:draft"])
        try await Self.until("the public waits on") { watch.waiting == 1 }
        try await Self.save([Self.place("turku:1", "Yksi")], database.store)
        let reply = try await others.value
        #expect(reply.ids() == ["turku:1"])
        #expect(reply.json()["next"] == .integer(2))
        let silence = try await api.get("/v1/changes?after=2&wait=1&entity=event")
        #expect(silence.status == 200 && silence.ids() == [])
        #expect(silence.json()["next"] == .integer(2))
        #expect(watch.waiting == 0)
      }
    }
  }

  @Test("A thousand waiting readers hold no database connection, and one write answers all of them")
  func crowd() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      try await Self.watching(api) {
        let watch = api.responder.api.watch
        let readers = (0..<1000).map { _ in Task { try await api.get("/v1/changes?after=0&wait=60") } }
        try await Self.until("all wait") { watch.waiting == 1000 }
        #expect(database.client.statistics.waiting == 0)
        try await Self.save([Self.place("turku:1", "Yksi")], database.store)
        for reader in readers { #expect(try await reader.value.ids() == ["turku:1"]) }
      }
    }
  }

  @Test("When the service ends, waiting readers are answered with what there is")
  func shutdown() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let watch = api.responder.api.watch
      let running = Task { try await watch.run() }
      let reader = Task { try await api.get("/v1/changes?after=0&wait=60") }
      try await Self.until("it waits") { watch.waiting == 1 }
      running.cancel()
      let reply = try await reader.value
      #expect(reply.status == 200 && reply.ids() == [] && reply.json()["next"] == .integer(0))
    }
  }

  @Test("A client that leaves is no longer waited for; the connection can be used again after a wait")
  func departure() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      let watch = api.responder.api.watch
      try await Self.watching(api) {
        try await HTTPServer.with(api.responder) { port in
          let stays = try HTTPServer.Connection(port: port)
          let leaves = try HTTPServer.Connection(port: port)
          try stays.send("GET /v1/changes?after=0&wait=60 HTTP/1.1\r\nHost: x\r\n\r\n")
          try leaves.send("GET /v1/changes?after=0&wait=60 HTTP/1.1\r\nHost: x\r\n\r\n")
          try await Self.until("both wait") { watch.waiting == 2 }
          leaves.end()
          try await Self.until("one has left") { watch.waiting == 1 }
          try await Self.save([Self.place("turku:1", "Yksi")], database.store)
          #expect(try await stays.receive(until: "}]").contains("turku:1"))
          try stays.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
          #expect(try await stays.receive(until: "}").contains("200 OK"))
          stays.end()
        }
      }
    }
  }
}
