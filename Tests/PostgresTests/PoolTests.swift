import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct PoolTests {
  @Test func thousandQueriesOverEightConnections() async throws {
    try await withClient { client in
      let pids = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<1000 {
          group.addTask {
            let rows = try await client.query("select \(number)::int, pg_backend_pid()")
            #expect(rows.int(0, 0) == number)
            return rows.int(0, 1) ?? 0
          }
        }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect((1...8).contains(pids.count))
      try await expectEventually { client.statistics.idle == client.statistics.open }
      #expect(client.statistics.waiting == 0)
    }
  }

  @Test func transactions() async throws {
    struct Stop: Error {}
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table t (n int)")
      try await client.transaction { _ = try await $0.query("insert into t values (1)") }
      await #expect(throws: Stop.self) {
        try await client.transaction { connection in
          _ = try await connection.query("insert into t values (2)")
          throw Stop()
        }
      }
      // An error that the body hides must not look like a commit.
      let hidden = await failure {
        try await client.transaction { connection in
          _ = try await connection.query("insert into t values (3)")
          _ = try? await connection.query("select 1 / 0")
        }
      }
      #expect(hidden?.sqlState == "25P02")
      #expect(hidden?.commitUnknown == false)
      #expect(try await client.query("select array_agg(n) from t").first(as: [Int].self) == [1])
      let level = try await client.transaction(isolation: .serializable, readOnly: true) { connection in
        try await connection.query(
          "select current_setting('transaction_isolation'), current_setting('transaction_read_only')")
      }
      #expect(level.string(0, 0) == "serializable")
      #expect(level.string(0, 1) == "on")
    }
  }

  @Test func nonSendableStateCanBeUsed() async throws {
    final class Counter { var value = 0 }
    try await withClient { client in
      let counter = Counter()
      try await client.transaction { connection in
        counter.value += try await connection.query("select 5").int(0, 0) ?? 0
      }
      #expect(counter.value == 5)
    }
  }

  @Test func unfinishedTransactionsAreRolledBackOnReturn() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table t (n int)")
      try await client.withConnection { connection in
        _ = try await connection.query("begin")
        _ = try await connection.query("insert into t values (1)")
      }
      #expect(try await client.query("select count(*) from t").int(0, 0) == 0)
    }
  }

  @Test func acquireTimeout() async throws {
    try await withClient({
      $0.maxConnections = 2
      // Long enough to connect on a busy machine under a sanitizer.
      $0.acquireTimeout = .seconds(3)
    }) { client in
      try await client.withConnection { _ in
        try await client.withConnection { _ in
          let error = await failure { _ = try await client.query("select 1") }
          #expect(error?.kind == .acquireTimeout)
          #expect(error?.isUnavailable == true)
          let waiting = Task { try await client.withConnection { _ in } }
          try await Task.sleep(for: .milliseconds(50))
          #expect(client.statistics.waiting == 1)
          waiting.cancel()
          await #expect(throws: CancellationError.self) { try await waiting.value }
        }
      }
      #expect(try await client.query("select 1").int(0, 0) == 1)
    }
  }

  @Test func handlesExpire() async throws {
    try await withClient { client in
      let kept = try await client.withConnection { $0 }
      await expectFailure(.misuse) { _ = try await kept.query("select 1") }
    }
  }

  @Test func sessionSettings() async throws {
    try await withClient({
      $0.sessionSettings = ["search_path": "pg_catalog", "TimeZone": "Asia/Tokyo"]
      $0.applicationName = "tests"
    }) { client in
      let rows = try await client.quick(
        "select current_setting('search_path'), current_setting('timezone'), current_setting('application_name')")
      #expect(try rows.decode((String, String, String).self)[0] == ("pg_catalog", "Asia/Tokyo", "tests"))
    }
  }

  @Test func closeWhileBusy() async throws {
    let client = try await withClient({ $0.maxConnections = 2 }) { client in
      // Connected first: close refuses what has no connection yet.
      _ = try await (client.query("select 1"), client.quick("select 1"))
      let finishing = Task { try await client.query("select pg_sleep(1.5), 7").int(0, 1) }
      let other = Task { try await client.quick("select pg_sleep(1.5), 8").int(0, 1) }
      try await Task.sleep(for: .milliseconds(250))
      let waiting = Task {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<5 { group.addTask { _ = try await client.query("select pg_sleep(20)") } }
          try await group.waitForAll()
        }
      }
      try await Task.sleep(for: .milliseconds(50))
      let start = ContinuousClock.now
      await client.close()
      #expect(ContinuousClock.now - start < .seconds(8))
      #expect(try await finishing.value == 7)
      #expect(try await other.value == 8)
      await expectFailure(.closed) { try await waiting.value }
      return client
    }
    await expectFailure(.closed) { _ = try await client.query("select 1") }
    await expectFailure(.closed) { _ = try await client.quick("select 1") }
    await client.close()
  }

  @Test func runClosesOnCancellation() async throws {
    try await withClient { client in
      let running = Task { try await client.run() }
      _ = try await client.query("select 1")
      running.cancel()
      try await running.value
      await expectFailure(.closed) { _ = try await client.query("select 1") }
    }
  }

  @Test func closingAnUnusedClient() async throws {
    try await withClient { _ in }
  }

  @Test func unreachableServerFailsAtOnce() async throws {
    try await withClient(url: "postgresql://nobody@127.0.0.1:1/none") { client in
      let start = ContinuousClock.now
      let kinds = await withTaskGroup(of: PostgresError.Kind?.self) { group in
        for number in 0..<50 {
          group.addTask {
            await failure {
              _ = number % 2 == 0 ? try await client.query("select 1") : try await client.quick("select 1")
            }?
            .kind
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(kinds.allSatisfy { $0 == .connectFailed })
      // A limit, not a speed: nothing waits for the acquire time-out one after the other.
      #expect(ContinuousClock.now - start < .seconds(30))
      await expectFailure(.connectFailed) { for try await _ in client.listen(["x"]) {} }
    }
  }
}
