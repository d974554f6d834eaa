import Foundation
import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceImport

/// Municipalities, divisions and postal codes from files of every kind.
@Suite("Imports of geography")
struct GeographyImportTests {
  /// A line of fixed columns: text by position from 1.
  private static func line(_ length: Int, _ columns: [(Int, String)]) -> String {
    var line = Array(repeating: Character(" "), count: length)
    for (position, text) in columns {
      for (index, character) in text.enumerated() { line[position - 1 + index] = character }
    }
    return String(line)
  }

  private static func pcf(
    _ code: String, _ office: String, _ swedish: String, _ municipality: String, type: String = "1"
  ) -> String {
    line(
      220,
      [
        (1, "PONOT20260526"), (14, code), (19, office), (49, swedish), (103, "19880101"), (111, type),
        (177, municipality), (220, "1"),
      ])
  }

  private static func baf(_ code: String, _ street: String, _ parity: String, _ ends: [(Int, String)]) -> String {
    line(
      256, [(1, "KATUN20260530"), (14, code), (19, "TURKU"), (103, street), (187, parity), (214, "853")] + ends)
  }

  private static func reader(_ text: String) throws -> TextSource {
    try TextSource(ByteSource(bytes: Array(text.unicodeScalars.map { UInt8($0.value) })), encoding: .latin1)
  }

  @Test("PCF: columns by position, types, names out of capitals; a bad line is told and the others are read")
  func pcfReader() throws {
    let lines = [
      Self.pcf("21500", "PIIKKIÖ", "PIKIS", "202"),
      Self.pcf("00022", "TILASTOKESKUS", "STATISTIKCENTRALEN", "091", type: "3"),
      String(Self.pcf("20100", "TURKU", "ÅBO", "853").dropLast(3)),
      Self.pcf("10210", "INKOO AS", "INGÅ ST", "149", type: "7"),
      "XX" + Self.pcf("20100", "TURKU", "ÅBO", "853").dropFirst(2),
      Self.pcf("21421", "LIETO", "S:T KARINS", "423", type: "2"), Self.pcf("03501", "ISO-EVO", "Helen", "016"),
    ]
    var reader = PCFReader(try Self.reader(lines.joined(separator: "\r\n") + "\r\n"))
    var rows: [SourceRow] = []
    while let row = try reader.next() { rows.append(row) }
    #expect(rows.map(\.line) == [1, 2, 3, 4, 5, 6, 7])
    #expect(rows.map { $0.fault?.code } == [nil, nil, "row-length", nil, "record", nil, nil])
    #expect(rows[0].fields == ["21500", "Piikkiö", "Pikis", "202", "normal"])
    #expect(rows[1].fields[4] == "company" && rows[3].fields[4] == "other" && rows[5].fields[4] == "po_box")
    #expect(rows[3].fields[1] == "Inkoo as" && rows[5].fields[2] == "S:t Karins")
    #expect(rows[6].fields[1...2] == ["Iso-Evo", "Helen"])
  }

  @Test("BAF: parity and the outermost ends of the range")
  func bafReader() throws {
    let lines = [
      Self.baf("20100", "LINNANKATU", "1", [(188, "    1"), (201, "   13"), (206, "B")]),
      Self.baf("20100", "SIIVOUSTIE", " ", []),
      Self.baf(
        "20810", "LINNANKATU", "2", [(188, "    2"), (194, "-"), (195, "    4"), (201, "   16"), (208, "   18")]),
      "KATUN lyhyt",
    ]
    var reader = BAFReader(try Self.reader(lines.joined(separator: "\n")))
    var rows: [SourceRow] = []
    while let row = try reader.next() { rows.append(row) }
    #expect(rows[0].fields == ["20100", "853", "LINNANKATU", "", "1", "1", "", "13", "b".uppercased()])
    #expect(rows[1].fields[4...] == ["", "", "", "", ""])
    #expect(rows[2].fields[4...] == ["2", "2", "", "18", ""])
    #expect(rows[3].fault?.code == "row-length")
  }

  @Test("Postal codes from PCF over others: only what differs by more than its case changes; then streets from BAF")
  func postalCodes() async throws {
    try await ImportWork.with { work in
      try await work.run(
        .municipalities, "code,name_fi\n5,Alajärvi\nKU202,Kaarina\n853,Turku\n", name: "m.csv")
      try await work.run(
        .postalCodes,
        "Numero,post_office_fi,post_office_sv,municipality,type,huomautus\n21500,Piikkiö,Pikis,Kaarina,normal,x\n",
        name: "p.csv"
      ) { $0.map = ["postal_code": "Numero"] }
      let lines = [
        Self.pcf("21500", "PIIKKIÖ", "PIKIS", "202"), Self.pcf("20100", "TURKU", "ÅBO", "853"),
        Self.pcf("99999", "KORVATUNTURI", "KORVATUNTURI", "998"), "PONOT", Self.pcf("20100", "TURKU", "ÅBO", "853"),
      ]
      let bytes = Data(lines.joined(separator: "\n").unicodeScalars.map { UInt8($0.value) })
      try bytes.write(to: work.folder.appending(path: "pcf.dat"))
      let options = try ImportOptions(source: DataSourceID("posti"))
      let importer = Importer(store: work.store, options: options)
      let report = try await importer.run(.postalCodes, path: work.path("pcf.dat"))
      #expect(report.rows == 5 && report.created == 1 && report.unchanged == 1 && report.rejected == 3)
      #expect(report.problems.map(\.code) == ["unknown-municipality", "row-length", "duplicate-id"])
      #expect(report.problems.map(\.line) == [3, 4, 5])
      let stored = try #require(await work.store.postalCode(PostalCode("21500")))
      #expect(stored.record.postOffice[.fi] == "Piikkiö" && stored.record.municipality?.description == "202")
      #expect(try await work.store.postalCode(PostalCode("20100"))?.record.postOffice[.sv] == "Åbo")

      let streets = [
        Self.baf("20100", "LINNANKATU", "1", [(188, "    1"), (201, "   13")]), Self.baf("20100", "TORI", " ", []),
        Self.baf("20100", "LINNANKATU", "9", [(188, "    1"), (201, "   13")]),
      ]
      try Data(streets.joined(separator: "\n").utf8).write(to: work.folder.appending(path: "baf.dat"))
      let baf = try await importer.run(.postalCodes, path: work.path("baf.dat"))
      #expect(baf.created == 2 && baf.rejected == 1 && baf.problems.first?.code == "number-range")
      #expect(try await importer.run(.postalCodes, path: work.path("baf.dat")).unchanged == 2)
    }
  }

  @Test("A merger as rows of a table, by any column name; the import is taken back whole")
  func merger() async throws {
    try await ImportWork.with { work in
      try await work.run(
        .municipalities, "code,name_fi,name_sv\n507,Mäntyharju,\n588,Pertunmaa,\n213,Kangasniemi,\n", name: "m.csv")
      let report = try await work.run(
        .municipalities,
        "Kunta nro,valid_to,successor\n588,31.12.2024,507\n588,2024-12-31,507\n213,2024-12-31,777\n213,2020-01-01,213\n507,x,\n",
        name: "merger.csv"
      ) { $0.map = ["code": "Kunta nro"] }
      #expect(report.rejected + report.changed >= 5)
      #expect(report.problems.map(\.line).sorted() == report.problems.map(\.line))
      let gazetteer = try await work.store.municipalities()
      #expect(gazetteer.current(try MunicipalityCode("588")).map(\.description) == ["507"])
      let session = try #require(report.session)
      let undone = try await work.store.undoImport(session)
      #expect(undone.reasons == [] && undone.restored == 1)
      #expect(try await work.store.municipalities().find("588")?.validTo == nil)
    }
  }

  /// Rows with geometry, as GIS files give them.
  private struct Shapes: RowReader {
    let header = ["natcode", "namefin", "valid_from"]
    let encoding: TextEncoding? = nil
    var declaredCRS: DeclaredCRS?
    let bytesRead: Int? = nil
    var rows: [SourceRow]

    mutating func next() throws -> SourceRow? { rows.isEmpty ? nil : rows.removeFirst() }
  }

  @Test("Any reader that gives geometries gives boundaries; without a CRS it is refused")
  func shapes() async throws {
    try await ImportWork.with { work in
      func corner(_ x: Double, _ y: Double) -> Coordinate { Coordinate(x: x, y: y) }
      let ring = [
        corner(230_000, 6_700_000), corner(231_000, 6_700_000), corner(231_000, 6_701_000), corner(230_000, 6_701_000),
        corner(230_000, 6_700_000),
      ]
      let rows = [
        SourceRow(line: 1, fields: ["853", "Turku", ""], geometry: .polygon([ring])),
        SourceRow(line: 2, fields: ["202", "Kaarina", ""], geometry: .point(corner(1, 2))),
      ]
      let importer = GeographyImporter(store: work.store, options: try ImportOptions(source: DataSourceID("mml")))
      func load(_ crs: DeclaredCRS?) async throws -> ImportReport {
        try await importer.run(.municipalities) { report, transaction in
          try await importer.loadMunicipalities(
            FeatureSource(Shapes(declaredCRS: crs, rows: rows)), transaction, &report)
        }
      }
      let failure = await #expect(throws: ImportFailure.self) { try await load(nil) }
      #expect(failure?.code == "crs-missing" && failure?.flag == "--crs")
      let report = try await load(.epsg(3067))
      #expect(report.created == 1 && report.crs == 3067)
      #expect(report.problems.map(\.code) == ["geometry"])
      #expect(try await work.number("select count(*) from municipality_part where code = '853'") == 1)
    }
  }
}
