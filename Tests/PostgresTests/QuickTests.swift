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

  /// An abandoned statement is let run: its caller is back while the server still waits for a lock that this test holds,
  /// so no clock takes part.
  @Test func cancellationAbandons() async throws {
    try await withClient({ $0.sharedConnections = 1 }) { client in
      let waiting: SQL = "select count(*) from pg_locks where locktype = 'advisory' and objid = 4211 and not granted"
      try await client.withConnection { holder in
        _ = try await holder.query("select pg_advisory_lock(4211)")
        let slow = Task { try await client.quick("select pg_advisory_lock(4211)") }
        while try await holder.query(waiting).int(0, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let queued = Task { try await client.quick("select 1") }
        slow.cancel()
        queued.cancel()
        await #expect(throws: CancellationError.self) { try await slow.value }
        await #expect(throws: CancellationError.self) { try await queued.value }
        #expect(try await holder.query(waiting).int(0, 0) == 1)
        _ = try await holder.query("select pg_advisory_unlock(4211)")
      }
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
