import Foundation
import TestDatabase
import Testing

/// A database and a folder for files, for commands of one test.
struct Workspace: Sendable {
  let database: TestDatabase
  let folder: URL

  /// Runs a test on a migrated database with the reference data loaded.
  static func withReference<R: Sendable>(_ body: (Workspace) async throws -> R) async throws -> R {
    try await withMigrated { work in
      let seeded = try await work.run(["seed"])
      try #require(seeded.status == 0, "\(seeded.stderr)")
      return try await body(work)
    }
  }

  /// Runs a test on a migrated database.
  static func withMigrated<R: Sendable>(_ body: (Workspace) async throws -> R) async throws -> R {
    try await TestDatabase.with { try await inFolder($0, body) }
  }

  /// Runs a test on a database with nothing in it.
  static func withEmpty<R: Sendable>(_ body: (Workspace) async throws -> R) async throws -> R {
    try await TestDatabase.withEmpty { try await inFolder($0, body) }
  }

  private static func inFolder<R: Sendable>(
    _ database: TestDatabase, _ body: (Workspace) async throws -> R
  ) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "placeregistry-work-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(Workspace(database: database, folder: folder))
  }

  var environment: [String: String] {
    ["DATABASE_URL": database.url, "PLACEREGISTRY_SEEDS": TestDatabase.seeds]
  }

  func run(
    _ arguments: [String], stdin: String = "", environment: [String: String] = [:]
  ) async throws -> Command.Outcome {
    try await Command.run(arguments, stdin: stdin, environment: self.environment.merging(environment) { $1 })
  }

  /// Writes a file and answers its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Data(text.utf8)) }

  func file(_ name: String, _ data: Data) throws -> String {
    let url = folder.appending(path: name)
    try data.write(to: url)
    return url.path
  }

  /// One number that a statement gives.
  func count(_ sql: String) async throws -> Int {
    try await database.number(sql)
  }

  /// A place as `place show` gives it; nil when there is none.
  func place(_ id: String) async throws -> JSON? {
    let shown = try await run(["place", "show", id])
    return shown.status == 0 ? try JSON(shown.stdout) : nil
  }

  /// Imports places and reads the JSON report.
  func importPlaces(
    _ path: String, _ arguments: [String] = [], stdin: String = "", status: Int32 = 0
  ) async throws -> JSON {
    let done = try await run(
      ["import", "places", path, "--source", "test", "--format", "json"] + arguments, stdin: stdin)
    try #require(done.status == status, "status \(done.status): \(done.stderr)\(done.stdout.prefix(2000))")
    return try JSON(done.stdout)
  }
}

/// JSON as Foundation reads it, apart from the program's own reader.
struct JSON: Sendable {
  private let data: Data
  private let path: [Step]

  private enum Step: Sendable {
    case key(String)
    case index(Int)
  }

  init(_ text: String) throws {
    data = Data(text.utf8)
    path = []
    _ = try JSONSerialization.jsonObject(with: data)
  }

  private init(_ data: Data, _ path: [Step]) {
    self.data = data
    self.path = path
  }

  subscript(_ key: String) -> JSON { JSON(data, path + [.key(key)]) }
  subscript(_ index: Int) -> JSON { JSON(data, path + [.index(index)]) }

  private var value: Any? {
    var value = try? JSONSerialization.jsonObject(with: data)
    for step in path {
      switch step {
      case .key(let key): value = (value as? [String: Any])?[key]
      case .index(let index):
        let array = value as? [Any] ?? []
        value = array.indices.contains(index) ? array[index] : nil
      }
    }
    return value
  }

  var string: String? { value as? String }
  var int: Int? { value as? Int }
  var double: Double? { value as? Double }
  var bool: Bool? { value as? Bool }
  var isNull: Bool { value is NSNull }
  var keys: [String] { (value as? [String: Any])?.keys.sorted() ?? [] }
  var array: [JSON] { (0..<((value as? [Any])?.count ?? 0)).map { self[$0] } }
}
