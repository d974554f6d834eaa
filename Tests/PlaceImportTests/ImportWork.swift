import Foundation
import PlaceStore
import Places
import TestDatabase

@testable import PlaceImport

/// A database and a folder for the imports of one test.
struct ImportWork: Sendable {
  let database: TestDatabase
  let folder: URL
  var store: PlaceStore { database.store }

  static func with<R: Sendable>(_ body: (ImportWork) async throws -> R) async throws -> R {
    try await TestDatabase.with { database in
      let folder = FileManager.default.temporaryDirectory.appending(path: "place-import-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      return try await body(ImportWork(database: database, folder: folder))
    }
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Imports places of the source `test` from CSV.
  @discardableResult
  func places(
    _ csv: String, name: String = "places.csv", _ edit: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    try await run(.places, csv, name: name, edit)
  }

  @discardableResult
  func run(
    _ kind: ImportKind, _ text: String, name: String, _ edit: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    try Data(text.utf8).write(to: folder.appending(path: name))
    var options = try ImportOptions(source: DataSourceID("test"))
    edit(&options)
    return try await Importer(store: store, options: options).run(kind, path: path(name))
  }

  /// Edits a place as a person does over HTTP: what it changes is held.
  func edit(_ id: String, holding pointer: String, _ change: (inout Place) -> Void) async throws {
    _ = try await store.write(by: Author(actor: "helsinki", action: "test")) { transaction in
      let id = try PlaceID(id)
      guard let stored = try await transaction.lockPlaces([id])[id] else { return }
      var place = stored.place
      change(&place)
      place.held.append(pointer)
      try await transaction.save([PlaceChange(place, existing: stored, engine: store.engine)])
    }
  }

  /// A place as it is now, whatever its state.
  func place(_ id: String) async throws -> StoredPlace? {
    let id = try PlaceID(id)
    return try await store.write(by: Author(actor: "reader", action: "test")) { try await $0.lockPlaces([id])[id] }.0
  }

  func number(_ sql: String) async throws -> Int { try await database.number(sql) }

  /// Everything that an import may write, in one text: two that are equal are the same registry.
  func state() async throws -> String {
    var parts: [String] = []
    for table in [
      "place", "place_history", "place_key", "place_document", "place_namespace", "place_delivered", "place_count",
      "change", "event", "event_history", "event_key",
    ] {
      let text = try await database.text(
        "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') || ' ' || count(*) from \(table) t")
      parts.append("\(table) \(text)")
    }
    return parts.joined(separator: "\n")
  }
}
