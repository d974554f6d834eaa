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
  @Test(
    "an exported file imported again changes nothing",
    arguments: [
      (ExportFormat.csv, false, nil), (.csv, true, nil), (.geojson, false, nil), (.geojson, false, 3877),
      (.gpkg, false, nil), (.gpkg, false, 3067), (.gpkg, false, 3877), (.xlsx, false, nil),
    ] as [(ExportFormat, Bool, Int?)])
  func nothingChanges(format: ExportFormat, isForSpreadsheets: Bool, crs: Int?) async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      let head = try await database.store.changeHead().head
      let path = folder("a.\(format.rawValue)")
      let written = try await database.export(.places, format, to: path) {
        $0.query.includesDrafts = true
        $0.isForSpreadsheets = isForSpreadsheets
        $0.crs = crs
      }
      #expect(written.rows == 5)
      #expect(written.sequence == head)
      let report = try await database.importFile(path)
      #expect(report.counts == [5, 0, 0, 5, 0], "\(report.text)")
      #expect(try await database.store.changeHead().head == head)
    }
  }

  @Test("exported addresses come back unchanged, and make the same ones in an empty registry")
  func addresses() async throws {
    let folder = try Folder()
    try Data(
      #"""
      id,street_fi,street_sv,number,number_end,letter,postal_code,municipality,x,y,srid,building_id
      1,"Linnankatu ""B""",Slottsgatan,2,,,20100,853,23460952.7,6703718.4,3877,103
      2,Åkerlundinkatu,,1-4,,b,20100,853,25.01497,60.2,4326,
      3,Kuja,,2a-4,,,00100,091,,,,
      4,Polku,,,,,00100,091,240000,6711000,3067,

      """#.utf8
    ).write(to: URL(fileURLWithPath: folder("in.csv")))
    try await TestDatabase.with { database in
      try await Registry.fill(database)
      var report = try await database.importFile(folder("in.csv"), .addresses)
      #expect(report.counts == [4, 4, 0, 0, 0], "\(report.text)")
      let head = try await database.store.changeHead().head
      let written = try await database.export(.addresses, .csv, to: folder("a.csv"))
      #expect([written.rows, written.sequence] as [Int] == [4, head])
      for format in [ExportFormat.csv, .geojson, .gpkg, .xlsx] {
        _ = try await database.export(.addresses, format, to: folder("b.\(format.rawValue)"))
        report = try await database.importFile(folder("b.\(format.rawValue)"), .addresses)
        #expect(report.counts == [4, 0, 0, 4, 0], "\(format) \(report.text)")
      }
      _ = try await database.export(.addresses, .ndjson, to: folder("a.ndjson")) {
        $0.query.scope = try ExportScope(["municipality=853"])
      }
      let lines = try folder.text("a.ndjson").split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(lines.map { $0["id"]?.stringValue } == ["vienti:1", "vienti:2"])
      #expect(lines[0]["street"]?.text == #"{"fi":"Linnankatu \"B\"","sv":"Slottsgatan"}"#)
      #expect(lines[0]["municipality"]?.text == #"{"code":"853","name":{"fi":"Turku"}}"#)
      #expect(lines[1]["position"]?.text == #"{"type":"Point","coordinates":[25.01497,60.2]}"#)
      #expect(try await database.number("select count(*) from gis.address where municipality_fi = 'Turku'") == 2)
    }
    try await TestDatabase.with { database in
      try await Registry.municipality("091", "Helsinki", to: database)
      try await Registry.municipality("853", "Turku", to: database)
      let report = try await database.importFile(folder("a.csv"), .addresses)
      #expect(report.counts == [4, 4, 0, 0, 0], "\(report.text)")
      _ = try await database.export(.addresses, .csv, to: folder("c.csv"))
      #expect(try folder.text("c.csv") == folder.text("a.csv"))
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
      let report = try await database.importFile(folder("a.csv"))
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
      let report = try await database.importFile(folder("b.csv"))
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
      var report = try await database.importFile(folder("e.ndjson"), .events)
      #expect(report.counts == [3, 0, 0, 3, 0], "\(report.text)")
      _ = try await database.export(.events, .csv, to: folder("e.csv"))
      report = try await database.importFile(folder("e.csv"), .events)
      #expect(report.counts == [3, 0, 0, 3, 0], "\(report.text)")
      #expect(try await database.store.changeHead().head == head)
    }
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
