import Foundation
import Geodesy
import Logging
import PlaceStore
import Postgres

/// A migrated database of its own for a test, cloned from a template and dropped afterwards.
///
/// The server is the one of `DATABASE_URL`, which must be on this machine. Without it tests fail: a suite that did not
/// run has not passed.
public struct TestDatabase: Sendable {
  /// The database's URL.
  public let url: String
  /// A client on it.
  public let client: PostgresClient
  /// A store on it.
  public let store: PlaceStore

  /// One engine for all tests: it is thread-safe and costs milliseconds to warm.
  public static let engine = CoordinateEngine(gridDirectory: seeds + "/proj")

  /// The folder Seeds of this checkout.
  public static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Seeds").path

  /// Runs a test with a database of its own.
  public static func with<R: Sendable>(_ body: (TestDatabase) async throws -> R) async throws -> R {
    await Turns.shared.take()
    do {
      let result = try await run(body)
      await Turns.shared.giveBack()
      return result
    } catch {
      await Turns.shared.giveBack()
      throw error
    }
  }

  private static func run<R: Sendable>(_ body: (TestDatabase) async throws -> R) async throws -> R {
    let name = "test_\(UInt64.random(in: 0 ... .max))"
    let template = try await Template.shared.name()
    try await Template.shared.clone(template, to: name)
    let database = try TestDatabase(name: name)
    do {
      let result = try await body(database)
      await database.client.close()
      try await Template.shared.drop(name)
      return result
    } catch {
      await database.client.close()
      try await Template.shared.drop(name)
      throw error
    }
  }

  init(name: String) throws {
    url = try Self.url(database: name)
    var configuration = PostgresConfiguration(url: url)
    configuration.maxConnections = 4
    configuration.acquireTimeout = .seconds(60)
    configuration.statementTimeout = .seconds(60)
    configuration.sessionSettings = PlaceStore.sessionSettings
    let logger = Logger(label: "test")
    client = PostgresClient(configuration, logger: logger)
    store = PlaceStore(client: client, engine: Self.engine, logger: logger)
  }

  /// The server's URL with another database; nil: the maintenance database that `DATABASE_URL` names.
  static func url(database: String?) throws -> String {
    guard let text = ProcessInfo.processInfo.environment["DATABASE_URL"], var url = URLComponents(string: text) else {
      throw TestDatabaseError("DATABASE_URL is not set: run Scripts/test, which starts a database for the tests.")
    }
    guard ["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host ?? "") else {
      throw TestDatabaseError("Refusing to run tests against a database that is not on this machine.")
    }
    if let database { url.path = "/" + database }
    return url.string ?? text
  }
}

/// Why tests can't have a database.
public struct TestDatabaseError: Error, CustomStringConvertible {
  /// The reason with its mend.
  public let description: String
  init(_ description: String) { self.description = description }
}

/// Lets a few tests at a time have a database: all tests start at once, and a server has a hundred connections.
private actor Turns {
  static let shared = Turns()
  private var free = 6
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// The migrated template, made once in a run.
private actor Template {
  static let shared = Template()
  private var made: Task<String, any Error>?

  func name() async throws -> String {
    if let made { return try await made.value }
    let task = Task {
      let name = "template_\(UInt64.random(in: 0 ... .max))"
      try await maintain("create database \(name) encoding 'UTF8' locale 'C.UTF-8' template template0")
      let client = PostgresClient(
        PostgresConfiguration(url: try TestDatabase.url(database: name)), logger: Logger(label: "test"))
      do {
        _ = try await Migrator(client: client, logger: Logger(label: "test")).migrate()
        await client.close()
      } catch {
        await client.close()
        throw error
      }
      return name
    }
    made = task
    return try await task.value
  }

  func clone(_ template: String, to name: String) async throws {
    try await maintain("create database \(name) template \(template) strategy file_copy")
  }

  func drop(_ name: String) async throws {
    try await maintain("drop database if exists \(name) with (force)")
  }

  private var client: PostgresClient?

  private func maintain(_ statement: String) async throws {
    let client =
      try self.client
      ?? {
        var configuration = PostgresConfiguration(url: try TestDatabase.url(database: nil))
        configuration.maxConnections = 4
        configuration.statementTimeout = .seconds(120)
        return PostgresClient(configuration, logger: Logger(label: "test"))
      }()
    self.client = client
    _ = try await client.query(SQL(unescaped: statement))
  }
}
