import Postgres
import Testing

@Suite struct CancellationTests {
  private func sleepers(_ client: PostgresClient, _ mark: String) async throws -> Int {
    let pattern = "%\(mark)%"
    let rows = try await client.quick(
      "select count(*) from pg_stat_activity where state = 'active' and query like \(pattern) and pid <> pg_backend_pid()"
    )
    return rows.int(0, 0) ?? -1
  }

  @Test func cancellationReachesTheServer() async throws {
    // Longer than a busy machine may keep the test waiting for its turn.
    try await withClient({
      $0.maxConnections = 1
      $0.statementTimeout = .seconds(120)
    }) { client async throws in
      let sleeping = Task { try await client.query("select pg_sleep(90) as mark_one") }
      try await expectEventually { try await sleepers(client, "mark_one") == 1 }
      let start = ContinuousClock.now
      sleeping.cancel()
      await #expect(throws: CancellationError.self) { try await sleeping.value }
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(try await sleepers(client, "mark_one") == 0)
      // The connection itself survives and is not hit by a late cancellation.
      for number in 0..<50 { #expect(try await client.query("select \(number)::int").int(0, 0) == number) }
    }
  }

  @Test func cancelledTransactionIsRolledBack() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table t (n int)")
      let pid = try await client.query("select pg_backend_pid()").int(0, 0)
      let task = Task {
        try await client.transaction(statementTimeout: .seconds(120)) { connection in
          _ = try await connection.query("insert into t values (1)")
          try await connection.script("select pg_sleep(90) as mark_two")
        }
      }
      try await expectEventually { try await sleepers(client, "mark_two") == 1 }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await client.query("select count(*) from t").int(0, 0) == 0)
      #expect(try await client.query("select pg_backend_pid()").int(0, 0) == pid)
    }
  }

  @Test func alreadyCancelled() async throws {
    try await withClient { client in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        _ = try await client.query("select 1")
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test func manyCancellationsAtRandomMoments() async throws {
    try await withClient({ $0.maxConnections = 4 }) { client async throws in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            let task = Task {
              try await client.transaction { try await $0.query("select \(number)::int, pg_sleep(0.02)").int(0, 0) }
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0...60)))
            task.cancel()
            switch await task.result {
            case .success(let value): #expect(value == number)
            case .failure(let error): #expect(error is CancellationError)
            }
          }
        }
      }
      #expect(try await client.query("select 1").int(0, 0) == 1)
    }
  }

  @Test func statementTimeout() async throws {
    try await withClient({
      $0.statementTimeout = .milliseconds(200)
      $0.maxConnections = 1
    }) { client in
      await expectFailure(.server(sqlState: "57014")) { _ = try await client.query("select pg_sleep(5)") }
      await expectFailure(.server(sqlState: "57014")) { _ = try await client.quick("select pg_sleep(5)") }
      try await client.withConnection(statementTimeout: .seconds(5)) { _ = try await $0.query("select pg_sleep(0.5)") }
      try await client.withConnection(statementTimeout: .zero) { connection async throws in
        #expect(try await connection.query("show statement_timeout").string(0, 0) == "0")
      }
      #expect(try await client.query("show statement_timeout").string(0, 0) == "200ms")
      await expectFailure(.server(sqlState: "57014")) { _ = try await client.query("select pg_sleep(5)") }
    }
  }
}
