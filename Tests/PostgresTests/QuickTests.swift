import Postgres
import Testing

@Suite struct QuickTests {
  @Test func neighboursOfAnErrorAreRunAgain() async throws {
    try await withClient({ $0.sharedConnections = 1 }) { client in
      _ = try await client.quick("select 1")
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          group.addTask {
            switch number % 25 {
            case 0: return await failure { _ = try await client.quick("select 1 / \(0)::int") }?.sqlState == "22012"
            case 1: return await failure { _ = try await client.quick("selec \(0)") }?.sqlState == "42601"
            default: return try await client.quick("select \(number)::int + 1").int(0, 0) == number + 1
            }
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }

  @Test func cancellationAbandons() async throws {
    try await withClient({ $0.sharedConnections = 1 }) { client in
      let slow = Task { try await client.quick("select pg_sleep(3.25)") }
      try await Task.sleep(for: .milliseconds(200))
      let queued = Task { try await client.quick("select 1") }
      try await Task.sleep(for: .milliseconds(50))
      slow.cancel()
      queued.cancel()
      await #expect(throws: CancellationError.self) { try await slow.value }
      await #expect(throws: CancellationError.self) { try await queued.value }
      // Both callers are back although the server is still at it: abandoned, not waited for.
      let running = try await client.query(
        "select count(*) from pg_stat_activity where query like '%pg_sleep(3.25)%' and pid <> pg_backend_pid()")
      #expect(running.int(0, 0) == 1)
      #expect(try await client.quick("select 2").int(0, 0) == 2)
    }
  }

  @Test func writesAreRefused() async throws {
    try await withClient { client async throws in
      await expectFailure(.server(sqlState: "25006")) { _ = try await client.quick("create table never (a int)") }
      #expect(try await client.quick("select 1").int(0, 0) == 1)
    }
  }

  @Test func withoutSharedConnections() async throws {
    try await withClient({ $0.sharedConnections = 0 }) { client async throws in
      #expect(try await client.quick("select 1").int(0, 0) == 1)
    }
  }

  @Test func planChangesAreHandled() async throws {
    try await withClient({ $0.sharedConnections = 1 }) { client in
      _ = try await client.query("drop table if exists quick_moving")
      _ = try await client.query("create table quick_moving (a int)")
      #expect(try await client.quick("select * from quick_moving").columns == 1)
      _ = try await client.query("alter table quick_moving add b int")
      #expect(try await client.quick("select * from quick_moving").columns == 2)
      _ = try await client.query("drop table quick_moving")
    }
  }
}
