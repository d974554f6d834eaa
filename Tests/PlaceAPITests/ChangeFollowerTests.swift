import Foundation
import Logging
import Places
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import PlaceAPI
@testable import PlaceStore

/// Twenty concurrent writers and a reader that follows them by long polls: what it was told is what was written.
@Suite("Following reader")
struct ChangeFollowerTests {
  private static let writers = 20
  private static let rounds = 12

  /// Reads by long polls until it was told of `last`.
  private struct Follower {
    let api: TestAPI
    var lines: [(sequence: Int, what: String)] = []

    mutating func follow(until last: String) async throws {
      var after = 0
      var epoch = ""
      while true {
        let reply = try await api.get("/v1/changes?after=\(after)&wait=30&limit=7\(epoch)", ["apikey": "admin"])
        try #require(reply.status == 200)
        let json = reply.json()
        let page = (json["data"]?.arrayValue ?? []).map { line in
          (
            sequence: Int(line["seq"]?.integerValue ?? -1),
            what: "\(line["id"]?.stringValue ?? "") \(line["version"]?.integerValue ?? 0)"
          )
        }
        lines += page
        after = Int(json["next"]?.integerValue ?? 0)
        epoch = "&epoch=\(json["epoch"]?.stringValue ?? "")"
        #expect(page.last.map { $0.sequence <= after } ?? true)
        if page.contains(where: { $0.what.hasPrefix(last) }) { return }
      }
    }
  }

  private static func place(_ id: String, _ name: String) throws -> Place {
    Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
  }

  private static func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    try await ChangeRouteTests.until(what, condition)
  }

  @Test("Nothing skipped, nothing doubled: with an open transaction, a dead writer and one that dies with its numbers")
  func everything() async throws {
    try await TestDatabase.with { database in
      var configuration = PostgresConfiguration(url: database.url)
      configuration.maxConnections = 24
      configuration.acquireTimeout = .seconds(60)
      configuration.statementTimeout = .seconds(60)
      configuration.sessionSettings = PlaceStore.sessionSettings
      let client = PostgresClient(configuration, logger: Logger(label: "test"))
      do {
        try await Self.run(database, client)
        await client.close()
      } catch {
        await client.close()
        throw error
      }
    }
  }

  private static func run(_ database: TestDatabase, _ client: PostgresClient) async throws {
    let api = try TestAPI(database)
    let store = PlaceStore(client: client, engine: TestDatabase.engine, logger: Logger(label: "test"))
    for source in ["slow", "dead", "shared", "end"] + (0..<writers).map({ "w\($0)" }) {
      try await database.execute("insert into data_source (id, name) values ('\(source)', '\(source)')")
    }
    let follower = try await ChangeRouteTests.watching(api) {
      let reading = Task {
        var follower = Follower(api: api)
        try await follower.follow(until: "end:1")
        return follower
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        let written = Progress()
        for writer in 0..<writers {
          group.addTask {
            for round in 0..<rounds {
              let count = 1 + (writer + round) % 4
              var places = try (0..<count).map { try place("w\(writer):\($0)", "Kierros \(round)") }
              if round % 5 == 0 { places.append(try place("shared:1", "\(writer) \(round)")) }
              try await ChangeRouteTests.save(places, store)
              written.add()
            }
          }
        }
        // One holds its transaction open while at least a hundred others are committed. It writes a draft: public places
        // are counted, and the counts' rows are locked until the commit.
        group.addTask {
          try await until("some are written") { written.count > 20 }
          var slow = try place("slow:1", "Hidas")
          slow.isPublic = false
          try await ChangeRouteTests.save([slow], store) { _ in
            let start = written.count
            try await until("others go on") { written.count >= start + 100 }
          }
        }
        // One is killed before its commit.
        group.addTask {
          try await until("some are written") { written.count > 40 }
          await #expect(throws: StoreError.self) {
            try await ChangeRouteTests.save([place("dead:1", "Kuollut")], store) {
              try await kill($0.connection, database)
            }
          }
        }
        // One is killed with its numbers in hand, holding the lock on the head.
        group.addTask {
          try await until("some are written") { written.count > 60 }
          await #expect(throws: PostgresError.self) {
            try await client.transaction { connection in
              _ = try await connection.query(
                "insert into change (tx, ordinal, entity, id, kind, public_kind) values (0, 0, 'place', 'dead:2', 'created', 'created')"
              )
              _ = try await connection.query("select commit_changes(0)")
              try await kill(connection, database)
              _ = try await connection.query("select pg_sleep(30)")
            }
          }
        }
        try await group.waitForAll()
      }
      try await ChangeRouteTests.save([place("end:1", "Loppu")], store)
      return try await reading.value
    }
    let numbers = follower.lines.map(\.sequence)
    #expect(numbers == Array(1...numbers.count), "gap-free, ascending, nothing twice")
    let written = try await database.client.query(
      "select id || ' ' || v from place cross join lateral generate_series(1, version) v"
    ).decode(String.self)
    #expect(follower.lines.map(\.what).sorted() == written.sorted())
    #expect(written.contains("slow:1 1"))
    #expect(!follower.lines.contains { $0.what.hasPrefix("dead") })
    let head = try await database.store.changeHead().head
    #expect(head == numbers.count)
    // The order of commits: a place's versions come in their order.
    var versions: [Substring: Int] = [:]
    for line in follower.lines {
      let parts = line.what.split(separator: " ")
      let version = Int(parts[1]) ?? 0
      #expect(version == (versions[parts[0]] ?? 0) + 1)
      versions[parts[0]] = version
    }
    #expect(versions.count > writers)
  }

  /// Ends a connection from outside.
  private static func kill(_ connection: PostgresConnection, _ database: TestDatabase) async throws {
    let pid = try await connection.query("select pg_backend_pid()").int(0, 0) ?? 0
    #expect(try await database.number("select pg_terminate_backend(\(pid))::int") == 1)
  }

  /// Counts writes of many tasks.
  private final class Progress: Sendable {
    private let counter = Mutex(0)
    var count: Int { counter.withLock { $0 } }
    func add() { counter.withLock { $0 += 1 } }
  }
}
