import Foundation
import Logging
import PlaceStore
import Postgres

extension TestDatabase {
  /// Runs a test with a new database that holds nothing at all.
  public static func withEmpty<R: Sendable>(_ body: (TestDatabase) async throws -> R) async throws -> R {
    let name = "test_\(UInt64.random(in: 0 ... .max))"
    try await maintain("create database \(name) encoding 'UTF8' locale 'C.UTF-8' template template0")
    let result: Result<R, any Error>
    do {
      let database = try TestDatabase(name: name)
      do { result = .success(try await body(database)) } catch { result = .failure(error) }
      await database.client.close()
    } catch { result = .failure(error) }
    try await maintain("drop database if exists \(name) with (force)")
    return try result.get()
  }

  /// Runs a statement as the superuser in the maintenance database.
  public static func maintain(_ statement: String) async throws {
    var configuration = PostgresConfiguration(url: try url(database: nil))
    configuration.maxConnections = 1
    configuration.statementTimeout = .seconds(120)
    let client = PostgresClient(configuration, logger: Logger(label: "test"))
    do {
      _ = try await client.query(SQL(unescaped: statement))
      await client.close()
    } catch {
      await client.close()
      throw error
    }
  }
}

extension TestDatabase {
  /// The number that a statement gives.
  public func number(_ statement: String) async throws -> Int {
    try await client.query(SQL(unescaped: statement)).decode(Int.self).first ?? 0
  }

  /// The text that a statement gives; empty where there is none.
  public func text(_ statement: String) async throws -> String {
    try await client.query(SQL(unescaped: statement)).decode(String?.self).first.flatMap { $0 } ?? ""
  }

  /// Runs a statement.
  public func execute(_ statement: String) async throws { _ = try await client.query(SQL(unescaped: statement)) }

  /// Runs the body while a transaction holds what the statement locks; then rolls it back.
  public func holding<R: Sendable>(_ statement: String, _ body: () async throws -> R) async throws -> R {
    try await client.withConnection { connection in
      _ = try await connection.query("begin")
      _ = try await connection.query(SQL(unescaped: statement))
      let result: Result<R, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      _ = try await connection.query("rollback")
      return try result.get()
    }
  }

  /// Waits until another session of this database waits for a lock.
  public func untilSomebodyWaits() async throws {
    for _ in 0..<600 {
      let waiting = try await number(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
      if waiting > 0 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw TestDatabaseError("Nobody waited for the lock within 30 seconds.")
  }
}
