import Foundation
import PlaceExport
import PlaceImport
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@Suite("Exports come back unchanged")
struct RoundTripTests {
  @Test("an exported CSV file imported again changes nothing", arguments: [false, true])
  func nothingChanges(isForSpreadsheets: Bool) async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      let head = try await database.store.changeHead().head
      let written = try await database.export(to: folder("a.csv")) {
        $0.query.includesDrafts = true
        $0.isForSpreadsheets = isForSpreadsheets
      }
      #expect(written.rows == 5)
      #expect(written.sequence == head)
      let report = try await database.importPlaces(folder("a.csv"))
      #expect(report.problems.isEmpty, "\(report.problems)")
      #expect(report.counts == [5, 0, 0, 5, 0], "\(report.text)")
      #expect(try await database.store.changeHead().head == head)
    }
  }

  @Test("an exported file makes the same places in an empty registry")
  func restores() async throws {
    let folder = try Folder()
    let places = try await TestDatabase.with { database in
      try await Registry.fill(database)
      _ = try await database.export(to: folder("a.csv")) { $0.query.includesDrafts = true }
      return try await Self.places(in: database)
    }
    try await TestDatabase.with { database in
      try await Registry.municipality("091", "Helsinki", to: database)
      try await Registry.municipality("853", "Turku", to: database)
      let report = try await database.importPlaces(folder("a.csv"))
      #expect(report.counts == [5, 5, 0, 0, 0], "\(report.text)")
      _ = try await database.export(to: folder("b.csv")) { $0.query.includesDrafts = true }
      #expect(try folder.text("a.csv") == folder.text("b.csv"))
      let restored = try await Self.places(in: database)
      #expect(restored.count == places.count)
      for (before, after) in zip(places, restored) {
        var before = before
        var after = after
        // The order of names in different languages is no part of them.
        before.alternateNames.sort { ($0.language?.rawValue ?? "") < ($1.language?.rawValue ?? "") }
        after.alternateNames.sort { ($0.language?.rawValue ?? "") < ($1.language?.rawValue ?? "") }
        before.customData = before.customData?.canonical
        after.customData = after.customData?.canonical
        #expect(before == after)
      }
    }
  }

  @Test("a number that is changed in the file is one changed row")
  func edited() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      _ = try await database.export(to: folder("a.csv")) { $0.query.includesDrafts = true }
      let text = try folder.text("a.csv").replacing("6711000.25", with: "6711001.25")
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder("b.csv")))
      let report = try await database.importPlaces(folder("b.csv"))
      #expect(report.counts == [5, 0, 1, 4, 0], "\(report.text)")
      let moved = try #require(try await Self.places(in: database).first { $0.id.local == "nimet" })
      #expect(moved.position == DeliveredPosition(srid: 3067, x: 240_000, y: 6_711_001.25))
    }
  }

  @Test("events as NDJSON imported again change nothing")
  func events() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try await EventRegistry.fill(database, folder)
      let head = try await database.store.changeHead().head
      let written = try await database.export(.events, .ndjson, to: folder("e.ndjson"))
      #expect(written.rows == 3)
      var report = try await Self.importEvents(folder("e.ndjson"), database)
      #expect(report.counts == [3, 0, 0, 3, 0], "\(report.text)")
      _ = try await database.export(.events, .csv, to: folder("e.csv"))
      report = try await Self.importEvents(folder("e.csv"), database)
      #expect(report.counts == [3, 0, 0, 3, 0], "\(report.text)")
      #expect(try await database.store.changeHead().head == head)
    }
  }

  private static func importEvents(_ path: String, _ database: TestDatabase) async throws -> ImportReport {
    let options = ImportOptions(source: try DataSourceID(Registry.source))
    return try await EventImporter(store: database.store, options: options).run(path: path)
  }

  /// All places of the tests' source as the registry holds them.
  private static func places(in database: TestDatabase) async throws -> [Place] {
    var query = ExportQuery()
    query.includesDrafts = true
    return try await database.store.snapshot(query) { try await $0.places(after: nil, limit: 1000).map(\.place) }
  }
}

/// Events at the places of ``Registry``.
enum EventRegistry {
  static func fill(_ database: TestDatabase, _ folder: Folder) async throws {
    let lines = """
      {"id": "vienti:e1", "name": {"fi": "Konsertti; \\"äänet\\"", "ru": "Концерт"}, "start_time": "2026-06-01", \
      "location": "vienti:talo", "keywords": [{"@id": "https://example.fi/v1/keyword/yso:p1/"}], \
      "offers": [{"is_free": true}], "audience_min_age": 7, "custom_data": {"a": "b"}}
      {"id": "vienti:e2", "name": {"fi": "Kurssi"}, "type_id": "Course", "start_time": "2026-06-01T18:00:00+03:00", \
      "end_time": "2026-06-01T20:00:00.5+03:00", "location": "vienti:täysi/1", "super_event": "vienti:e3", \
      "offers": [{"is_free": false, "price": {"fi": "5 e"}}], "images": [{"url": "https://example.fi/k.jpg", "name": "x"}], \
      "description": {"fi": "<p>a</p>\\n<p>b</p>"}}
      {"id": "vienti:e3", "name": {"fi": "Sarja"}, "super_event_type": "recurring", "start_time": "2026-06-01", \
      "in_language": [{"@id": "https://example.fi/v1/language/fi/"}], "location_extra_info": {"fi": "2. krs"}, "provider_contact_info": {"ru": "+358"}}

      """
    try Data(lines.utf8).write(to: URL(fileURLWithPath: folder("events.ndjson")))
    let options = ImportOptions(source: try DataSourceID(Registry.source))
    let report = try await EventImporter(store: database.store, options: options).run(path: folder("events.ndjson"))
    #expect(report.counts == [3, 3, 0, 0, 0], "\(report.text)")
  }
}
