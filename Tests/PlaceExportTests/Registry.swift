import Foundation
import Geodesy
import PlaceExport
import PlaceImport
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// What tests of exports share: a small registry with everything that a place can hold, and files to write to.
enum Registry {
  static let source = "vienti"

  static func place(_ local: String, _ name: String, _ edit: (inout Place) throws -> Void = { _ in }) throws -> Place {
    var place = Place(id: try PlaceID("\(source):\(local)"), name: try #require(LocalizedText([.fi: name])))
    try edit(&place)
    return place
  }

  @discardableResult
  static func save(_ places: [Place], to database: TestDatabase) async throws -> Int? {
    try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(places.map(\.id.source)) { try await transaction.ensureSource(source) }
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
      try await transaction.save(changes.filter(\.changesAnything))
    }.sequence
  }

  static func municipality(_ code: String, _ name: String, to database: TestDatabase) async throws {
    var change = MunicipalityChange(code: try MunicipalityCode(code))
    change.name = LocalizedText([.fi: name])
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { [change] in
      try await $0.saveMunicipalities([change], source: DataSourceID("fi"))
    }
  }

  /// A place that has every field, and in them every character that a format could trip over.
  static func full() throws -> Place {
    try place("täysi/1", "Kahvila \"Ääni\"; baari, kellari") { place in
      place.name = try #require(LocalizedText([.fi: "Kahvila \"Ääni\"; baari, kellari", .sv: "Café Ö", .se: "Áđđá"]))
      place.description = LocalizedText([.fi: "Rivi 1\nrivi 2\r\nrivi 3;\t\"loppu\"", .en: "=1+1"])
      place.streetAddress = LocalizedText([.fi: "Linnankatu 2", .sv: "Slottsgatan 2"])
      place.postalCode = try PostalCode("00100")
      place.postOffice = LocalizedText([.fi: "Helsinki", .sv: "Helsingfors"])
      place.postOfficeBox = "007"
      place.addressRegion = "Uusimaa"
      place.addressCountry = nil
      place.givenMunicipality = try MunicipalityCode("091")
      place.position = DeliveredPosition(srid: 3877, x: 23_460_952.7, y: 6_703_718.4, accuracy: 1.5)
      place.openingHours = "Mo-Fr 06:30-20:00; Sa,Su 10:00-18:00"
      place.openingHoursText = LocalizedText([.fi: "Avoinna kesä-elokuussa"])
      place.infoURL = LocalizedText([.fi: "https://example.fi/a;b?c=1,2"])
      place.urls = [
        TypedAddress(.booking, try WebAddress("https://example.fi/varaa;website=x;"), language: .sv),
        TypedAddress(.map, try WebAddress("https://example.fi/kartta")),
      ]
      place.alternateNames = [
        AlternateName("Gamla kaféet", language: .sv, kind: .former), AlternateName("KÄÄ", kind: .short),
        AlternateName("Vanha kahvila", language: .fi, kind: .former), AlternateName("short=nimi", language: .fi),
      ]
      place.email = "+info@example.fi"
      place.telephone = LocalizedText([.fi: "+358 2 123", .sv: "-"])
      place.contactType = "asiakaspalvelu"
      place.identifiers = [
        try ForeignIdentifier(scheme: "tprek", value: "0012"), try ForeignIdentifier(scheme: "ptv", value: "a;b=c"),
      ]
      place.parent = "\(source):talo"
      place.kind = .area
      place.operatingStatus = OperatingStatus(
        .temporarilyClosed, validFrom: "2026-01-01", validTo: "2026-12-31", successor: "\(source):talo")
      place.verifiedTime = "2026-06-01T09:00:00.123456Z"
      place.customData = .object([
        .init("Koodi", .string("007")), .init("luku", .integer(5)), .init("suhde", .number(0.25)),
        .init("lista", .array([.string("a;b"), .null])), .init("tyhjä", .string("")), .init("totta", .bool(true)),
      ])
    }
  }

  /// All of them: the full one, its parent, one in degrees, one without a position, a draft.
  static func fill(_ database: TestDatabase) async throws {
    try await municipality("091", "Helsinki", to: database)
    try await municipality("853", "Turku", to: database)
    let building = try place("talo", "Talo") { place in
      place.position = DeliveredPosition(srid: 4326, x: 25.01497, y: 60.2)
      place.givenMunicipality = try MunicipalityCode("853")
    }
    let names = try place("nimet", "Nimet") { place in
      place.alternateNames = [AlternateName("a|b", language: .fi), AlternateName("[c]", language: .sv)]
      place.identifiers = [try ForeignIdentifier(scheme: "lipas", value: "5")]
      place.position = DeliveredPosition(srid: 3067, x: 240_000, y: 6_711_000.25)
    }
    try await save([building, try full(), names, try place("paljas", "Paljas")], to: database)
    try await save([try place("luonnos", "Luonnos") { $0.isPublic = false }], to: database)
  }
}

/// A folder that is gone after the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "export-\(UInt64.random(in: 0 ... .max))").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: self(name))), as: UTF8.self)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

extension TestDatabase {
  func export(
    _ kind: ExportKind = .places, _ format: ExportFormat = .csv, to path: String,
    _ edit: (inout ExportOptions) throws -> Void = { _ in }
  ) async throws -> ExportReport {
    var options = ExportOptions(kind: kind, format: format)
    try edit(&options)
    return try await Exporter(store: store, options: options).run(to: path)
  }

  func importFile(_ path: String, _ kind: ImportKind = .places) async throws -> ImportReport {
    let options = ImportOptions(source: try DataSourceID(Registry.source))
    return try await Importer(store: store, options: options).run(kind, path: path)
  }
}

extension ImportReport {
  /// Rows read, new, changed, unchanged and rejected.
  var counts: [Int] { [rows, created, changed, unchanged, rejected] }
}
