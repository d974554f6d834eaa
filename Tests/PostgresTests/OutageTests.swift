import Foundation
import Postgres
import Testing

@Suite(.serialized) struct OutageTests {
  private func withCluster(_ body: (Cluster) async throws -> Void) async throws {
    // Even these tests are not to run where the rest would not.
    _ = try Database.url()
    let cluster = try Cluster()
    defer { cluster.remove() }
    try await body(cluster)
  }

  @Test(.timeLimit(.minutes(2))) func restart() async throws {
    try await withCluster { cluster in
      try await withClient(url: cluster.url) { client in
        let stream = client.listen(["x"])
        let listening = Task { await failure { for try await _ in stream {} } }
        let running = (0..<4).map { _ in Task { await failure { _ = try await client.query("select pg_sleep(9)") } } }
        let reading = Task { await failure { _ = try await client.quick("select pg_sleep(9)") } }
        try await Task.sleep(for: .milliseconds(500))
        try cluster.control("restart", mode: "immediate")
        for task in running { #expect(await task.value?.isUnavailable == true) }
        #expect(await reading.value?.isUnavailable == true)
        #expect(await listening.value?.isUnavailable == true)
        let start = ContinuousClock.now
        try await expectEventually { (try? await client.query("select 1").int(0, 0)) == 1 }
        try await expectEventually { (try? await client.quick("select 1").int(0, 0)) == 1 }
        #expect(ContinuousClock.now - start < .seconds(5))
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func stoppedServerFailsQuicklyAndComesBack() async throws {
    try await withCluster { cluster in
      try await withClient(url: cluster.url) { client in
        #expect(try await client.query("select 1").count == 1)
        #expect(try await client.quick("select 1").count == 1)
        try cluster.control("stop", mode: "fast")
        for _ in 0..<20 {
          let start = ContinuousClock.now
          await expectUnavailable { _ = try await client.query("select 1") }
          await expectUnavailable { _ = try await client.quick("select 1") }
          #expect(ContinuousClock.now - start < .seconds(1))
        }
        try cluster.control("start")
        try await expectEventually { (try? await client.query("select 1").int(0, 0)) == 1 }
        try await expectEventually { (try? await client.quick("select 1").int(0, 0)) == 1 }
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func frozenServerHangsNobody() async throws {
    try await withCluster { cluster in
      try await withClient(
        url: cluster.url,
        {
          $0.statementTimeout = .seconds(1)
          $0.connectTimeout = .seconds(2)
          $0.acquireTimeout = .seconds(2)
          $0.maxConnections = 2
        }
      ) { client in
        _ = try await client.query("select 1")
        _ = try await client.quick("select 1")
        cluster.freeze(SIGSTOP)
        let start = ContinuousClock.now
        let transaction = Task {
          await failure { try await client.transaction { _ = try await $0.query("select 1") } }
        }
        let cancelled = Task { try await client.query("select 2") }
        let reads = (0..<10).map { _ in Task { await failure { _ = try await client.quick("select 1") } } }
        let writes = (0..<10).map { _ in Task { await failure { _ = try await client.query("select 1") } } }
        try await Task.sleep(for: .milliseconds(200))
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        for task in reads + writes + [transaction] { #expect(await task.value?.isUnavailable == true) }
        #expect(ContinuousClock.now - start < .seconds(15))
        let closing = ContinuousClock.now
        cluster.freeze(SIGCONT)
        try await expectEventually(.seconds(15)) { (try? await client.query("select 1").int(0, 0)) == 1 }
        try await expectEventually(.seconds(15)) { (try? await client.quick("select 1").int(0, 0)) == 1 }
        #expect(ContinuousClock.now - closing < .seconds(15))
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func commitOfUnknownOutcome() async throws {
    try await withCluster { cluster in
      try await withClient(url: cluster.url, { $0.statementTimeout = .milliseconds(500) }) { client in
        let error = await failure {
          try await client.transaction { connection in
            _ = try await connection.query("create table t (n int)")
            cluster.freeze(SIGSTOP)
          }
        }
        cluster.freeze(SIGCONT)
        #expect(error?.kind == .timeout)
        #expect(error?.commitUnknown == true)
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func closeAgainstAFrozenServer() async throws {
    try await withCluster { cluster in
      try await withClient(url: cluster.url, { $0.closeTimeout = .seconds(1) }) { client in
        _ = try await client.query("select 1")
        cluster.freeze(SIGSTOP)
        let running = Task { await failure { _ = try await client.query("select 1") } }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        await client.close()
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(await running.value?.kind == .closed)
        cluster.freeze(SIGCONT)
      }
    }
  }
}
