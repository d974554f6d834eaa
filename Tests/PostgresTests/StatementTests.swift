import Postgres
import Testing

@Suite struct StatementTests {
  @Test func serverErrorsAreMute() async throws {
    try await withClient { client in
      let thrown = await failure {
        try await client.withConnection { connection in
          try await connection.script("create temp table secret_table (id int constraint secret_key primary key)")
          _ = try await connection.query("insert into secret_table values (\(4711)), (\(4711))")
        }
      }
      let error = try #require(thrown)
      #expect(error.sqlState == "23505")
      #expect(error.kind == .server(sqlState: "23505"))
      #expect(error.constraint == "secret_key")
      #expect(error.table == "secret_table")
      #expect("\(error)" == "PostgresError(server, 23505)")
      #expect(String(reflecting: error).contains("4711"))
      #expect(!error.isUnavailable)
      let syntax = await failure { _ = try await client.query("selec \(1)") }
      #expect(syntax?.sqlState == "42601")
    }
  }

  @Test func preparedStatementsAreReusedAndEvicted() async throws {
    try await withClient { client in
      try await client.withConnection { connection in
        for _ in 0..<3 { _ = try await connection.query("select \(1)::int as reused") }
        let reused: SQL =
          "select count(*) from pg_prepared_statements where statement like '%as reused%' and not statement like '%like%'"
        #expect(try await connection.query(reused).int(0, 0) == 1)
        for number in 0..<600 {
          #expect(
            try await connection.query("select \(number)::int + \(unescaped: "\(number)")").int(0, 0) == 2 * number)
        }
        let held = try #require(try await connection.query("select count(*) from pg_prepared_statements").int(0, 0))
        #expect(held <= 256)
        #expect(held > 200)
      }
    }
  }

  @Test func failedPrepareIsNotRemembered() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      await expectFailure(.server(sqlState: "42P01")) { _ = try await client.query("select * from not_yet") }
      _ = try await client.query("create temp table not_yet (a int)")
      #expect(try await client.query("select * from not_yet").count == 0)
    }
  }

  @Test func changedTableIsPlannedAnew() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table moving (a int)")
      #expect(try await client.query("select * from moving").columns == 1)
      _ = try await client.query("alter table moving add b text")
      #expect(try await client.query("select * from moving").columns == 2)
      _ = try await client.query("deallocate all")
      #expect(try await client.query("select * from moving").columns == 2)
      // Inside a transaction the error goes through, and the next transaction is fine.
      _ = try await client.query("alter table moving add c text")
      let error = await failure { try await client.transaction { _ = try await $0.query("select * from moving") } }
      #expect(error?.sqlState == "0A000")
      #expect(try await client.transaction { try await $0.query("select * from moving").columns } == 3)
    }
  }

  @Test func deferredConstraintFailsTheStatement() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table d (a int unique deferrable initially deferred)")
      await expectFailure(.server(sqlState: "23505")) { _ = try await client.query("insert into d values (1), (1)") }
      #expect(try await client.query("select count(*) from d").int(0, 0) == 0)
    }
  }

  @Test func affectedRows() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      _ = try await client.query("create temp table a (n int)")
      #expect(try await client.query("insert into a select generate_series(1, \(7)::int)").affected == 7)
      #expect(try await client.query("delete from a where n > 5").affected == 2)
      #expect(try await client.query("drop table a").affected == 0)
    }
  }

  @Test func scripts() async throws {
    try await withClient { client in
      try await client.withConnection { connection in
        try await connection.script("create temp table s (n int); insert into s values (1); insert into s values (2)")
        #expect(try await connection.query("select sum(n) from s").int(0, 0) == 3)
        let error = await failure { try await connection.script("insert into s values (3); select 1/0; select 1") }
        #expect(error?.sqlState == "22012")
        #expect(try await connection.query("select sum(n) from s").int(0, 0) == 3)
        let misuse = await failure { try await connection.script("copy s from stdin") }
        #expect(misuse?.kind == .misuse || misuse?.sqlState != nil)
        #expect(try await connection.query("select sum(n) from s").int(0, 0) == 3)
      }
    }
  }

  @Test func pipelinedOnOneConnection() async throws {
    try await withClient { client in
      try await client.withConnection { connection in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for number in 0..<200 {
            group.addTask {
              if number % 10 == 3 {
                try await connection.script("select 1; select \(number)")
                return true
              }
              if number % 10 == 7 {
                return await failure { _ = try await connection.query("select 1 / \(0)::int") }?.sqlState == "22012"
              }
              return try await connection.query("select \(number)::int").int(0, 0) == number
            }
          }
          for try await isRight in group { #expect(isRight) }
        }
      }
    }
  }

  @Test func copyThroughQueryIsRefused() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client async throws in
      await expectFailure(.misuse) { _ = try await client.query("copy (select 1) to stdout") }
      #expect(try await client.query("select 5").int(0, 0) == 5)
    }
  }
}
