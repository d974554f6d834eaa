import Foundation
import Geodesy
import PlaceExport
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@Suite("Exported files")
struct FileTests {
  @Test("a CSV file follows RFC 4180 and keeps every character")
  func csv() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      let report = try await database.export(to: folder("a.csv"))
      let text = try folder.text("a.csv")
      #expect(report.rows == 4)
      #expect(text.hasPrefix("id,name_fi,name_sv,name_en,name_se,description_fi,"))
      #expect(text.contains("\"Kahvila \"\"Ääni\"\"; baari, kellari\""))
      #expect(text.contains("\"Rivi 1\nrivi 2\r\nrivi 3;\t\"\"loppu\"\"\""))
      #expect(text.contains(",=1+1,"))
      #expect(text.contains(",25.01497,60.2,4326,25.01497,60.2,"))
      #expect(text.contains(",23460952.7,6703718.4,3877,"))
      #expect(text.contains(",former=Vanha kahvila|other=short=nimi,"))
      #expect(!text.contains("Luonnos"))
      #expect(try folder.names == ["a.csv", "a.csv.meta.json", "a.csv.sha256"])
      #expect(try folder.text("a.csv.sha256") == "\(report.sha256)  a.csv\n")
      let metadata = try JSONParser.parse(folder.text("a.csv.meta.json"))
      #expect(metadata["sequence"]?.integerValue == Int64(report.sequence))
      #expect(metadata["rows"]?.integerValue == 4)
      #expect(metadata["sources"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["vienti"])
      #expect(report.bytes == text.utf8.count)
    }
  }

  @Test("the form for spreadsheets has a byte order mark, semicolons and decimal commas")
  func spreadsheets() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      _ = try await database.export(to: folder("a.csv")) { $0.isForSpreadsheets = true }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("a.csv")))
      #expect(Array(bytes.prefix(5)) == [0xEF, 0xBB, 0xBF] + Array("id".utf8))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(";25,01497;60,2;4326;25,01497;60,2;"))
      #expect(text.contains(";\"Mo-Fr 06:30-20:00; Sa,Su 10:00-18:00\";"))
    }
  }

  @Test("GeoJSON in degrees has no crs member, in another CRS it has one and its coordinates")
  func geoJSON() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try await database.store.describe(
        DataSourceID(Registry.source), name: "Vienti", licence: "CC-BY-4.0", licenceURL: "https://example.fi/l",
        attribution: "© Vienti")
      _ = try await database.export(.places, .geojson, to: folder("a.geojson"))
      let degrees = try JSONParser.parse(folder.text("a.geojson"))
      #expect(degrees["type"]?.stringValue == "FeatureCollection")
      #expect(degrees["crs"] == nil)
      #expect(degrees["sources"]?.arrayValue?.first?["licence"]?.stringValue == "CC-BY-4.0")
      #expect(degrees["sources"]?.arrayValue?.first?["attribution"]?.stringValue == "© Vienti")
      #expect(degrees["sequence"]?.integerValue == Int64(try await database.store.changeHead().head))
      #expect(degrees["epoch"]?.stringValue == (try await database.store.changeHead().epoch))
      #expect(degrees["numberReturned"]?.integerValue == 4)
      #expect(
        try Self.feature("vienti:talo", degrees)["geometry"]?.text == #"{"type":"Point","coordinates":[25.01497,60.2]}"#
      )
      #expect(try Self.feature("vienti:paljas", degrees)["geometry"] == .null)
      _ = try await database.export(.places, .geojson, to: folder("b.geojson")) { $0.crs = 3877 }
      let metres = try JSONParser.parse(folder.text("b.geojson"))
      #expect(metres["crs"]?["properties"]?["name"]?.stringValue == "urn:ogc:def:crs:EPSG::3877")
      let full = try Self.feature("vienti:täysi/1", metres)
      #expect(full["geometry"]?.text == #"{"type":"Point","coordinates":[23460952.7,6703718.4]}"#)
      #expect(full["properties"]?["srid"]?.integerValue == 3877)
      _ = try await database.export(.places, .geojson, to: folder("c.geojson")) { $0.crs = 3067 }
      let index = try JSONParser.parse(folder.text("c.geojson"))
      let names = try Self.feature("vienti:nimet", index)
      #expect(names["geometry"]?.text == #"{"type":"Point","coordinates":[240000,6711000.25]}"#)
    }
  }

  @Test("NDJSON holds the objects that the service answers")
  func ndjson() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try await EventRegistry.fill(database, folder)
      _ = try await database.export(.places, .ndjson, to: folder("a.ndjson"))
      let lines = try folder.text("a.ndjson").split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(
        lines.compactMap { $0["id"]?.stringValue } == [
          "vienti:nimet", "vienti:paljas", "vienti:talo", "vienti:täysi/1",
        ])
      #expect(lines.allSatisfy { $0["@id"] == nil })
      #expect(lines[2]["n_events"]?.integerValue == 1)
      #expect(lines[2]["position"]?.text == #"{"type":"Point","coordinates":[25.01497,60.2]}"#)
      _ = try await database.export(.events, .ndjson, to: folder("e.ndjson")) {
        $0.baseURL = "https://paikat.example.fi"
      }
      let events = try folder.text("e.ndjson").split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(
        events.map { $0["@id"]?.stringValue } == (1...3).map { "https://paikat.example.fi/v1/event/vienti:e\($0)/" })
      #expect(events[1]["location"]?["@id"]?.stringValue == "https://paikat.example.fi/v1/place/vienti:t%C3%A4ysi%2F1/")
      #expect(events[2]["sub_events"]?.arrayValue?.count == 1)
      #expect(events[1]["super_event"]?["@id"]?.stringValue == "https://paikat.example.fi/v1/event/vienti:e3/")
    }
  }

  @Test("filters by municipality, source, postal code and kind, all of which must hold")
  func scope() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try await EventRegistry.fill(database, folder)
      func count(_ kind: ExportKind = .places, _ filters: String...) async throws -> Int {
        try await database.export(kind, to: folder("a.csv")) { $0.query.scope = try ExportScope(filters) }.rows
      }
      #expect(try await count(.places, "municipality=853") == 1)
      #expect(try await count(.places, "municipality=Turku, 91") == 2)
      #expect(try await count(.places, "municipality=853,091", "postal_code=00100") == 1)
      #expect(try await count(.places, "data_source=muu") == 0)
      #expect(try await count(.places, "kind=venue") == 3)
      #expect(try await count(.places, "kind=municipality") == 2)
      #expect(try await count(.events, "municipality=turku") == 1)
      #expect(try await count(.events, "data_source=vienti") == 3)
      await #expect(throws: StoreError.self) { _ = try await count(.places, "municipality=Nowhere") }
      await #expect(throws: ExportFailure.self) { _ = try await count(.events, "kind=venue") }
      #expect(throws: InvalidValue.self) { _ = try ExportScope(["postalcode=1"]) }
      #expect(throws: InvalidValue.self) { _ = try ExportScope(["postal_code=1"]) }
      #expect(throws: InvalidValue.self) { _ = try ExportScope(["municipality="]) }
    }
  }

  @Test("a dump shows one state of the registry, whatever is written meanwhile")
  func exactness() async throws {
    try await TestDatabase.with { database in
      let places = try (0..<4500).map { try Registry.place("p\($0)", "Ennen") }
      let before = try #require(try await Registry.save(places, to: database))
      let written = Written()
      let report = try await Exporter(store: database.store, options: ExportOptions(kind: .places, format: .csv))
        .stream { piece in
          // The first piece is out and most rows are not read yet: now all of them change, and a new one comes.
          if await written.take(piece) {
            var changed = places
            for index in changed.indices { changed[index].name = LocalizedText([.fi: "Jälkeen"]) ?? .blank }
            try await Registry.save(changed + [try Registry.place("zz", "Uusi")], to: database)
          }
        }
      let text = await written.text
      #expect(report.sequence == before)
      #expect(report.rows == 4500)
      #expect(text.split(separator: "\r\n").count == 4501)
      #expect(!text.contains("Jälkeen") && !text.contains("Uusi"))
      #expect(try await database.store.changeHead().head == before + 4501)
    }
  }

  @Test("a file that could not be written whole leaves the former one as it was, and nothing beside it")
  func failure() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try Data("vanha".utf8).write(to: URL(fileURLWithPath: folder("a.geojson")))
      // A zone of Australia: none of the positions lies near it.
      await #expect(throws: ExportFailure.self) {
        _ = try await database.export(.places, .geojson, to: folder("a.geojson")) { $0.crs = 28350 }
      }
      #expect(try folder.text("a.geojson") == "vanha")
      #expect(try folder.names == ["a.geojson"])
      await #expect(throws: ExportFailure.self) { _ = try await database.export(to: folder("missing/a.csv")) }
      await #expect(throws: ExportFailure.self) {
        _ = try await database.export(to: folder("b.csv")) { $0.crs = 3067 }
      }
    }
  }

  @Test("a dump for everybody names no draft")
  func publicDump() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      try await Registry.save(
        [
          try Registry.place("lapsi", "Lapsi") { place in
            place.parent = "vienti:luonnos"
            place.operatingStatus = OperatingStatus(.closed, successor: "vienti:luonnos")
          }
        ], to: database)
      _ = try await database.export(to: folder("a.csv")) { $0.query.isForPublic = true }
      #expect(!(try folder.text("a.csv").contains("vienti:luonnos")))
      _ = try await database.export(to: folder("b.csv"))
      #expect(try folder.text("b.csv").contains("vienti:luonnos"))
      _ = try await database.export(.places, .ndjson, to: folder("c.ndjson")) { $0.query.isForPublic = true }
      #expect(!(try folder.text("c.ndjson").contains("vienti:luonnos")))
    }
  }

  private static func feature(_ id: String, _ collection: JSONValue) throws -> JSONValue {
    try #require(collection["features"]?.arrayValue?.first { $0["id"]?.stringValue == id })
  }
}

private actor Written {
  private var bytes: [UInt8] = []

  /// Whether it was the first piece.
  func take(_ piece: [UInt8]) -> Bool {
    defer { bytes += piece }
    return bytes.isEmpty
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
