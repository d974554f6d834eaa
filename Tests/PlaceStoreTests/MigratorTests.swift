import Foundation
import Geodesy
import Logging
import PlaceStore
import Postgres
import TestDatabase
import Testing

/// Migrations: once, in order, refused where they would harm.
@Suite("Migrations")
struct MigratorTests {
  private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// An empty database on the test server.
  private static func withEmpty(
    _ options: String, on database: TestDatabase, _ body: (PostgresClient) async throws -> Void
  ) async throws {
    let name = "empty_\(UInt64.random(in: 0 ... .max))"
    _ = try await database.client.query(SQL(unescaped: "create database \(name) \(options) template template0"))
    var url = try #require(URLComponents(string: database.url))
    url.path = "/" + name
    let client = PostgresClient(PostgresConfiguration(url: try #require(url.string)), logger: logger)
    do { try await body(client) } catch {
      await client.close()
      _ = try await database.client.query(SQL(unescaped: "drop database \(name) with (force)"))
      throw error
    }
    await client.close()
    _ = try await database.client.query(SQL(unescaped: "drop database \(name) with (force)"))
  }

  @Test("A second migration does nothing, and the schema is right after the first")
  func idempotent() async throws {
    try await TestDatabase.with { database in
      let migrator = Migrator(client: database.client, logger: Self.logger)
      let applied = try await migrator.migrate()
      #expect(applied.isEmpty)
      try await migrator.verify()
      try await database.store.checkReady()
    }
  }

  @Test("Several migrate at once: each change is applied by one of them")
  func concurrent() async throws {
    try await TestDatabase.with { database in
      try await Self.withEmpty("encoding 'UTF8' locale 'C.UTF-8'", on: database) { client in
        let logger = Self.logger
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
          for _ in 0..<4 { group.addTask { try await Migrator(client: client, logger: logger).migrate() } }
          return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(applied).count == applied.count && applied.contains("functions"))
        try await Migrator(client: client, logger: logger).verify()
      }
    }
  }

  @Test("A table change that was applied in another form is refused, as is a database newer than the program")
  func differing() async throws {
    try await TestDatabase.with { database in
      let migrator = Migrator(client: database.client, logger: Self.logger)
      let rows = try await database.client.query(
        "select name, checksum from schema_migration where name like 'V%' limit 1")
      let (name, checksum) = try #require(try rows.first(as: (String, String).self))
      _ = try await database.client.query("update schema_migration set checksum = 'other' where name = \(name)")
      let error = await #expect(throws: StoreError.self) { try await migrator.migrate() }
      #expect(error.map { "\($0)".contains(name) } == true)
      await #expect(throws: StoreError.self) { try await database.store.checkReady() }
      _ = try await database.client.query("update schema_migration set checksum = \(checksum) where name = \(name)")
      try await database.store.checkReady()
      _ = try await database.client.query("insert into schema_migration (name, checksum) values ('V9999_later', 'x')")
      await #expect(throws: StoreError.self) { try await migrator.migrate() }
      await #expect(throws: StoreError.self) { try await migrator.verify() }
    }
  }

  @Test("A changed function is put right by the next migration")
  func functions() async throws {
    try await TestDatabase.with { database in
      let migrator = Migrator(client: database.client, logger: Self.logger)
      _ = try await database.client.query("update schema_migration set checksum = 'old' where name = 'functions'")
      await #expect(throws: StoreError.self) { try await migrator.verify() }
      #expect(try await migrator.migrate() == ["functions"])
      try await migrator.verify()
    }
  }

  @Test(
    "Databases that would lose letters are refused with the mend",
    arguments: [
      "encoding 'SQL_ASCII' locale 'C'", "encoding 'UTF8' locale 'C'",
    ])
  func unusable(options: String) async throws {
    try await TestDatabase.with { database in
      try await Self.withEmpty(options, on: database) { client in
        let migrator = Migrator(client: client, logger: Self.logger)
        let error = await #expect(throws: StoreError.self) { try await migrator.migrate() }
        #expect(error.map { "\($0)".contains("create database") } == true)
        let tables = try await client.query("select count(*) from pg_class where relname = 'place'").int(0, 0)
        #expect(tables == 0)
      }
    }
  }
}
