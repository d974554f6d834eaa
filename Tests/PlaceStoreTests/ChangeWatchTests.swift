import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceStore

/// Waiting for changes: woken by a write, by the clock, by the end; with and without LISTEN.
@Suite("Change watch")
struct ChangeWatchTests {
  static func with<R: Sendable>(
    _ database: TestDatabase, _ body: @escaping @Sendable (ChangeWatch) async throws -> R
  ) async throws -> R {
    let watch = ChangeWatch(database.store)
    let running = Task { try await watch.run() }
    do {
      let result = try await body(watch)
      running.cancel()
      try await running.value
      return result
    } catch {
      running.cancel()
      throw error
    }
  }

  static func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<1200 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("did not happen within 30 seconds: \(what)")
  }

  private static func far() -> ContinuousClock.Instant { .now + .seconds(60) }

  @Test("A write wakes all who wait for it, and nobody else")
  func write() async throws {
    try await TestDatabase.with { database in
      try await Self.with(database) { watch in
        let early = (0..<50).map { _ in Task { await watch.wait(after: 0, until: Self.far()) } }
        let late = Task { await watch.wait(after: 2, until: Self.far()) }
        try await Self.until("51 wait") { watch.waiting == 51 }
        try await ChangeLogTests.lines([("a:1", "created", "created")], database)
        for waiter in early { #expect(await waiter.value == .changed) }
        #expect(watch.waiting == 1)
        try await ChangeLogTests.lines([("a:2", "created", "created"), ("a:3", "created", "created")], database)
        #expect(await late.value == .changed)
        // What has happened already is no reason to wait.
        #expect(await watch.wait(after: 2, until: Self.far()) == .changed)
        #expect(await watch.wait(after: 3, until: .now + .milliseconds(30)) == .timedOut)
      }
    }
  }

  @Test("Waiting ends when its task is cancelled and when the service ends; afterwards nobody waits")
  func ends() async throws {
    try await TestDatabase.with { database in
      let watch = ChangeWatch(database.store)
      let running = Task { try await watch.run() }
      let cancelled = Task { await watch.wait(after: 0, until: Self.far()) }
      let other = Task { await watch.wait(after: 0, until: Self.far()) }
      try await Self.until("both wait") { watch.waiting == 2 }
      cancelled.cancel()
      #expect(await cancelled.value == .ended)
      #expect(watch.waiting == 1)
      running.cancel()
      #expect(await other.value == .ended)
      try await running.value
      #expect(await watch.wait(after: 0, until: Self.far()) == .ended)
    }
  }

  @Test("Without LISTEN the head is polled, and LISTEN comes back")
  func lostListener() async throws {
    try await TestDatabase.with { database in
      try await Self.with(database) { watch in
        try await Self.until("it listens") { watch.isListening }
        let waiter = Task { await watch.wait(after: 0, until: Self.far()) }
        try await Self.until("it waits") { watch.waiting == 1 }
        let killed = try await database.number(
          """
          select count(pg_terminate_backend(pid)) from pg_stat_activity
          where datname = current_database() and query ilike 'listen%'
          """)
        #expect(killed == 1)
        try await ChangeLogTests.lines([("a:1", "created", "created")], database)
        #expect(await waiter.value == .changed)
        try await Self.until("it listens again") { watch.isListening }
        let second = Task { await watch.wait(after: 1, until: Self.far()) }
        try await Self.until("it waits again") { watch.waiting == 1 }
        try await ChangeLogTests.lines([("a:2", "created", "created")], database)
        #expect(await second.value == .changed)
      }
    }
  }

  @Test("A database that went back in time makes nobody wait for ever nor spin")
  func backInTime() async throws {
    try await TestDatabase.with { database in
      try await Self.with(database) { watch in
        try await ChangeLogTests.lines([("a:1", "created", "created"), ("a:2", "created", "created")], database)
        #expect(await watch.wait(after: 0, until: Self.far()) == .changed)
        try await database.execute("update change_head set seq = 1")
        try await database.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
        )
        let ahead = Task { await watch.wait(after: 2, until: Self.far()) }
        try await Self.until("the watch knows the new head") {
          await watch.wait(after: 1, until: .now + .milliseconds(1)) == .timedOut
        }
        ahead.cancel()
        #expect(await ahead.value == .ended)
      }
    }
  }

  @Test("Equal questions of many who were woken are answered alike, none older than the change")
  func sharedReading() async throws {
    try await TestDatabase.with { database in
      try await Self.with(database) { watch in
        for number in 1...10 {
          let waiters = (0..<40).map { _ in
            Task {
              _ = await watch.wait(after: number - 1, until: Self.far())
              return try await watch.read(ChangeQuery(after: number - 1, viewer: .public))
            }
          }
          try await ChangeLogTests.lines([("a:\(number)", "created", "created")], database)
          for waiter in waiters {
            guard case .page(let page) = try await waiter.value else { throw ChangeLogTests.NoPage() }
            #expect(page.lines.map(\.id) == ["a:\(number)"])
          }
        }
      }
    }
  }
}
