import Foundation
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceImport

@Suite("Importing addresses")
struct AddressImportTests {
  /// Two municipalities side by side (a third has ended and went to the second) and three postal codes.
  static func with(_ body: (TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      try await database.client.withConnection { connection in
        try await connection.script(
          """
          insert into municipality (code, name, valid_to) values ('853', '{"fi": "Turku", "sv": "Åbo"}', null),
            ('202', '{"fi": "Kaarina", "sv": "S:t Karins"}', null), ('602', '{"fi": "Piikkiö"}', '2008-12-31');
          insert into municipality_successor values ('602', '202');
          insert into municipality_boundary
          select c, st_multi(st_makeenvelope(x, 6700000, x + 10000, 6720000, 3067))
          from (values ('853', 235000), ('202', 245000)) v (c, x);
          insert into municipality_part select code, (st_dump(geom)).geom from municipality_boundary;
          insert into postal_code (code, post_office, municipality) values
            ('20100', '{"fi": "TURKU"}', '853'), ('20780', '{"fi": "KAARINA"}', '202'),
            ('21500', '{"fi": "PIIKKIÖ"}', '202');
          """)
      }
      try await body(database)
    }
  }

  @discardableResult
  static func load(
    _ database: TestDatabase, _ text: String, session: String = "session01", source: String = "osoite",
    edit: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> ImportReport {
    var options = ImportOptions(source: try DataSourceID(source))
    options.crs = 3067
    options.session = session
    edit(&options)
    return try await AddressImporter(store: database.store, options: options).run {
      try CSVReader(TextSource(text: text))
    }
  }

  /// As `placeregistry import undo` does it, without its session's record.
  static func undo(_ database: TestDatabase, _ session: String) async throws -> UndoOutcome {
    try await database.store.write(by: Author(actor: "import:\(session)", action: "undo")) {
      try await $0.undoAddresses(of: session)
    }.0
  }

  static func texts(_ database: TestDatabase, _ sql: String) async throws -> [String] {
    try await database.client.query(SQL(unescaped: sql)).decode(String.self)
  }

  /// What an address is, but for when it was written.
  static func addresses(_ database: TestDatabase, order: String = "id") async throws -> [String] {
    try await texts(
      database,
      """
      select concat_ws('|', id, building_id, street_fi, street_sv, number, number_end, letter, number_text, postal_code,
        municipality, srid, x, y, round(lon::numeric, 6), e, n, st_x(geom), folded_fi, folded_sv, state, session)
      from address order by \(order)
      """)
  }

  static let feed = """
    select concat_ws(' ', entity, id, kind, actor, detail ->> 'session', detail ->> 'created', detail ->> 'changed',
      detail ->> 'retired') from change where entity = 'address' order by tx
    """

  static let header = "id,street_fi,street_sv,number,postal_code,municipality,x,y"
  static let first = """
    \(header)
    1,Linnankatu,Slottsgatan,2,20100,853,239500,6711000
    2,Linnankatu,Slottsgatan,1-4b,20100,Åbo,239600,6711100
    3,Pyhän Katariinan tie,,13 b,20780,202,246000,6707000
    """

  @Test("Rows become addresses, and the same file again changes nothing and tells of nothing")
  func twice() async throws {
    try await Self.with { database async throws in
      let report = try await Self.load(database, Self.first)
      #expect(report.rows == 3 && report.created == 3 && report.rejected == 0 && report.warnings == 0)
      let stored = try await Self.addresses(database)
      #expect(
        stored == [
          "osoite:1|Linnankatu|Slottsgatan|2|20100|853|3067|239500|6711000|22.262326|239500|6711000|239500|linnankatu|slottsgatan|live|session01",
          "osoite:2|Linnankatu|Slottsgatan|1|4|b|20100|853|3067|239600|6711100|22.264007|239600|6711100|239600|linnankatu|slottsgatan|live|session01",
          "osoite:3|Pyhän Katariinan tie|13|b|20780|202|3067|246000|6707000|22.385174|246000|6707000|246000|pyhän katariinan tie|live|session01",
        ])
      let again = try await Self.load(database, Self.first, session: "session02")
      #expect(again.rows == 3 && again.created == 0 && again.changed == 0 && again.unchanged == 3)
      #expect(try await Self.addresses(database) == stored)
      #expect(try await Self.texts(database, Self.feed) == ["address osoite updated import:session01 session01 3 0 0"])
      #expect(try await database.number("select count(*) from address_session") == 1)
    }
  }

  @Test("Wrong rows are rejected with field, value and mend, all others are taken")
  func problems() async throws {
    try await Self.with { database async throws in
      let folder = FileManager.default.temporaryDirectory.appending(path: "rejects-\(UInt64.random(in: 0 ... .max))")
      defer { try? FileManager.default.removeItem(at: folder) }
      let report = try await Self.load(
        database,
        """
        \(Self.header)
        1,,,2,20100,853,239500,6711000
        2,Linnankatu,,x,20100,853,239500,6711000
        3,Linnankatu,,2,2010,853,239500,6711000
        4,Linnankatu,,2,99999,853,239500,6711000
        5,Linnankatu,,2,20100,Atlantis,239500,6711000
        6,Linnankatu,,2,20100,853,kaksi,6711000
        7,Linnankatu,,2,20100,853,6711000,239500
        8,Linnankatu,,2,20100,853,nan,6711000
        9,Linnankatu,,2,20780,202,239500,6711000
        9,Linnankatu,,2,20100,853,239500,6711000
        ,Linnankatu,,2,20100,853,239500,6711000
        oma:1,Linnankatu,,2,20100,853,239500,6711000
        13,Linnankatu,,2,20100,853,239500,
        14,Linnankatu
        osoite:15,"Linnankatu 3, Turku | S:t Karins",,,20100,853,,
        16,,Slottsgatan,3 A/B,21500,602,250000,6705000
        """
      ) { $0.rejectsPath = folder.path }
      #expect(
        report.problems.map { "\($0.line) \($0.severity) \($0.code) \($0.field ?? "") \($0.value ?? "")" } == [
          "2 error missing-street street_fi ", "3 error house-number number x", "4 error postal-code postal_code 2010",
          "5 warning unknown-postal-code postal_code 99999", "6 error unknown-municipality municipality Atlantis",
          "7 error coordinates-unreadable x kaksi", "8 error outside-finland position 6711000.0 239500.0",
          "9 error coordinates-not-finite x nan", "10 warning municipality-disagrees municipality 202",
          "11 error duplicate-id id osoite:9", "12 error missing-id id ", "13 error id id oma:1",
          "14 error coordinates-unreadable y ", "15 error columns  14",
        ])
      #expect(report.problems[6].detail.contains("--assume swapped"))
      #expect(report.problems[8].detail.contains("Turku (853)"))
      let rejects = try String(contentsOf: folder, encoding: .utf8).split(separator: "\n")
      #expect(rejects.count == 13 && rejects[1].hasPrefix("1,,,2,20100,853,239500,6711000,\"missing-street: "))
      #expect(report.rows == 16 && report.created == 4 && report.rejected == 12 && report.warnings == 2)
      let texts = try await Self.texts(
        database,
        "select concat_ws('|', id, coalesce(street_fi, street_sv), number_text, municipality) from address order by id")
      #expect(
        texts == [
          "osoite:15|Linnankatu 3, Turku | S:t Karins|853", "osoite:16|Slottsgatan|3 A/B|602",
          "osoite:4|Linnankatu|853",
          "osoite:9|Linnankatu|202",
        ])
    }
  }

  @Test("An absent column keeps, an empty cell clears, what changed is kept for undo and told in one line")
  func changes() async throws {
    try await Self.with { database async throws in
      try await Self.load(database, Self.first)
      let before = try await Self.addresses(database)
      let report = try await Self.load(
        database,
        """
        id,street_fi,number,postal_code
        1,Linnankatu,2,
        3,Pyhän Katariinan tie,15,20780
        4,Uusikuja,1,20100
        """, session: "session02")
      #expect(report.created == 1 && report.changed == 2 && report.unchanged == 0)
      let after = try await Self.texts(
        database,
        "select concat_ws('|', id, street_sv, number, letter, postal_code, municipality, x, state) from address order by id"
      )
      #expect(
        after == [
          "osoite:1|Slottsgatan|2|853|239500|live", "osoite:2|Slottsgatan|1|b|20100|853|239600|live",
          "osoite:3|15|20780|202|246000|live", "osoite:4|1|20100|853|live",
        ])
      #expect(
        try await Self.texts(database, Self.feed) == [
          "address osoite updated import:session01 session01 3 0 0",
          "address osoite updated import:session02 session02 1 2 0",
        ])
      let refused = try await Self.undo(database, "session01")
      #expect(
        refused.reasons == [
          "osoite:1 was changed since by import:session02", "osoite:3 was changed since by import:session02",
        ])
      let undone = try await Self.undo(database, "session02")
      #expect(undone.restored == 2 && undone.removed == 1 && undone.reasons.isEmpty)
      #expect(try await Self.addresses(database).dropLast() == before[...])
      #expect(try await Self.texts(database, "select state from address where id = 'osoite:4'") == ["retired"])
      #expect(try await Self.undo(database, "session02").reasonCount == 1)
      // Now nothing stands on the first one.
      #expect(try await Self.undo(database, "session01").removed == 3)
      #expect(try await database.number("select count(*) from address where state = 'live'") == 0)
      // Undone rows come back under their ids.
      let back = try await Self.load(database, Self.first, session: "session03")
      #expect(back.changed == 3 && back.created == 0)
      #expect(try await database.number("select count(*) from address where state = 'live'") == 3)
    }
  }

  @Test("Addresses that a file lacks are retired, within its scope only, and come back with it")
  func retiring() async throws {
    try await Self.with { database async throws in
      try await Self.load(database, Self.first)
      let before = try await Self.addresses(database)
      // A rejected row is not missing.
      let file = "\(Self.header)\n2,Linnankatu,Slottsgatan,x,20100,853,239600,6711100\n"
      func retire(_ session: String, _ municipality: String?, share: Double = 100) async throws -> ImportReport {
        try await Self.load(database, file, session: session) {
          $0.retiresMissing = true
          $0.maxRetired = share
          $0.scope.municipalities = municipality.map { [$0] }
        }
      }
      let refused = try await retire("session02", nil, share: 10)
      #expect(refused.refusals.map(\.code) == ["max-retired"])
      #expect(try await Self.addresses(database) == before)
      #expect(try await retire("session02", "Turku").retired == 1)
      #expect(
        try await Self.texts(database, "select id || ' ' || state from address order by id") == [
          "osoite:1 retired", "osoite:2 live", "osoite:3 live",
        ])
      #expect(try await Self.undo(database, "session02").restored == 1)
      #expect(try await Self.addresses(database) == before)
      #expect(try await retire("session03", nil).retired == 2)
      let report = try await Self.load(database, Self.first, session: "session04")
      #expect(report.changed == 2 && report.unchanged == 1 && report.created == 0)
      #expect(
        try await Self.texts(database, Self.feed) == [
          "address osoite updated import:session01 session01 3 0 0",
          "address osoite updated import:session02 session02 0 0 1",
          "address osoite updated import:session02 session02 0",
          "address osoite updated import:session03 session03 0 0 2",
          "address osoite updated import:session04 session04 0 2 0",
        ])
    }
  }

  @Test(
    "Without ids an address is known by municipality, street, number and letter; its id stays when the rest changes")
  func withoutIDs() async throws {
    try await Self.with { database async throws in
      let file = """
        Katunimi,gatan,Osoitenumero,kirjain,Postinumero,kaupunki,E,N
        Linnankatu,Slottsgatan,2,a,20100,Turku,239500,6711000
        Linnankatu,Slottsgatan,2,,20100,Turku,239510,6711000
        Linnankatu,Slottsgatan,2,,20100,Turku,239490,6711000
        Linnankatu,Slottsgatan,2,,20780,Kaarina,246000,6707000
        """
      let map = [
        "street_fi": "KATUNIMI", "street_sv": "gatan", "number": "osoitenumero", "letter": "kirjain",
        "postal_code": "postinumero", "municipality": "kaupunki", "x": "e", "y": "n",
      ]
      let report = try await Self.load(database, file) { $0.map = map }
      #expect(report.created == 4)
      let ids = try await Self.texts(database, "select id from address order by pk")
      #expect(ids.allSatisfy { $0.wholeMatch(of: /osoite:[0-9a-f]{16}/) != nil } && Set(ids).count == 4)
      let again = try await Self.load(database, file, session: "session02") { $0.map = map }
      #expect(again.unchanged == 4)
      let moved = file.replacing("2,a,20100,Turku,239500", with: "2,A,20780,Turku,239555")
      let third = try await Self.load(database, moved, session: "session03") { $0.map = map }
      #expect(third.changed == 1 && third.unchanged == 3 && third.created == 0)
      #expect(try await Self.texts(database, "select id from address order by pk") == ids)
      #expect(
        try await Self.texts(database, "select postal_code || ' ' || x from address where id = '\(ids[0])'") == [
          "20780 239555"
        ])
    }
  }

  @Test("Columns of unknown names are suggested")
  func suggestions() throws {
    #expect(throws: ImportFailure.self) { try AddressColumns(header: ["id", "Katunimi"], map: [:], hasCRS: true) }
    do {
      _ = try AddressColumns(header: ["Katunimi", "gatan", "e", "n"], map: [:], hasCRS: false)
    } catch let failure as ImportFailure {
      #expect(failure.flag == "--map")
      #expect(failure.detail.contains("--map street_fi=Katunimi --map street_sv=gatan"))
    }
    let columns = try AddressColumns(
      header: [
        "Osoite_suomeksi", "Osoite_ruotsiksi", "Osoitenumero", "osoitekirjain", "Postinumero", "Kuntanumero", "foo",
      ], map: ["street_fi": "osoite_SUOMEKSI"], hasCRS: false)
    #expect(
      columns.suggestions.map(\.field) == ["street_sv", "number", "letter", "postal_code", "municipality"])
    #expect(columns.unknown.last == "foo")
  }

  @Test("A municipality that nobody gave is that of the position, else that of the postal code")
  func municipality() async throws {
    try await Self.with { database async throws in
      let report = try await Self.load(
        database,
        """
        id,street_fi,postal_code,municipality,lon,lat
        1,Linnankatu,20780,,22.265903,60.44
        2,Linnankatu,21500,,,
        3,Linnankatu,,,,
        """)
      #expect(report.created == 3)
      #expect(
        try await Self.texts(database, "select coalesce(municipality, '-') from address order by id") == [
          "853", "202", "-",
        ])
    }
  }

  @Test("DVV's rows have the ids of building and running number")
  func dvv() async throws {
    try await Self.with { database async throws in
      let options = ImportOptions(source: try DataSourceID("dvv"))
      let report = try await AddressImporter(store: database.store, options: options).run {
        try DVVReader(ByteSource(bytes: DVVReaderTests.latin1(DVVReaderTests.row)))
      }
      #expect(report.created == 1 && report.encoding == "ISO-8859-1")
      #expect(
        try await Self.texts(
          database, "select concat_ws('|', id, building_id, number, number_end, letter) from address")
          == ["dvv:103058462X-1|103058462X|1|4|b"])
    }
  }

  @Test("Former values are kept for the last five sessions of a source that changed something")
  func fiveSessions() async throws {
    try await Self.with { database async throws in
      for number in 1...7 {
        try await Self.load(
          database, "id,street_fi,number\n1,Linnankatu,\(number)", session: "session0\(number)")
      }
      #expect(
        try await Self.texts(database, "select session from address_session order by ordinal")
          == (3...7).map {
            "session0\($0)"
          })
      #expect(try await database.number("select count(*) from address_before") == 5)
      for number in (3...7).reversed() {
        #expect(try await Self.undo(database, "session0\(number)").restored == 1)
      }
      #expect(try await database.number("select number from address") == 2)
      #expect(try await Self.undo(database, "session02").reasons.first?.contains("last five") == true)
    }
  }

  @Test("--where takes rows of its scope only, and what lies outside is not missing")
  func scope() async throws {
    try await Self.with { database async throws in
      let report = try await Self.load(database, Self.first) { $0.scope.municipalities = ["Turku"] }
      #expect(report.created == 2 && report.skipped == 1 && report.rejected == 0)
      let other = try await Self.load(database, Self.first, session: "session02") { $0.scope.postalCodes = ["20780"] }
      #expect(other.created == 1 && other.skipped == 2)
    }
  }

  @Test("A file that empties a field of many addresses, or gives their ids anew, is refused")
  func guards() async throws {
    try await Self.with { database async throws in
      func file(_ row: (Int) -> String) -> String {
        "id,street_fi,number\n" + (1...20).map(row).joined(separator: "\n")
      }
      try await Self.load(database, file { "\($0),Linnankatu \($0),\($0)" })
      let before = try await Self.addresses(database)
      let clearing = file { "\($0),Linnankatu \($0),\($0 < 5 ? "" : String($0))" }
      let refused = try await Self.load(database, clearing, session: "session02")
      #expect(
        refused.refusals.map(\.code) == ["mass-clear"] && refused.refusals[0].detail.contains("number of 4 of 20"))
      let shifted = try await Self.load(database, file { "\($0),Linnankatu \($0 + 1),\($0 + 1)" }, session: "session03")
      #expect(shifted.refusals.map(\.code) == ["ids-shifted"])
      #expect(try await Self.addresses(database) == before)
      let kept = try await Self.load(database, clearing, session: "session04") { $0.emptyKeeps = true }
      #expect(kept.unchanged == 20 && kept.refusals.isEmpty)
      let meant = try await Self.load(database, clearing, session: "session05") { $0.allowsClear = true }
      #expect(meant.changed == 4 && meant.verdicts.map(\.fields) == [["number"], ["number"], ["number"], ["number"]])
    }
  }

  @Test("A dry run tells the same and leaves nothing; columns that were named are remembered for the source")
  func dryRun() async throws {
    try await Self.with { database async throws in
      let file = "Nro,Katu\n2,Linnankatu\n"
      let dry = try await Self.load(database, file) {
        $0.map = ["street_fi": "Katu", "number": "nro"]
        $0.isDryRun = true
      }
      #expect(dry.created == 1 && dry.verdicts.count == 1)
      #expect(try await database.number("select count(*) from address") == 0)
      try await Self.load(database, file, session: "session02") { $0.map = ["street_fi": "Katu", "number": "nro"] }
      #expect(try await Self.load(database, file, session: "session03").unchanged == 1)
    }
  }
}
