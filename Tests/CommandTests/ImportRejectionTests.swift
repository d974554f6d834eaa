import Foundation
import TestDatabase
import Testing

@Suite("import places: bad rows are told, all others taken") struct ImportRejectionTests {
  private static let header =
    "id,name_fi,postal_code,municipality,lon,lat,parent,identifiers,info_url_fi,kind,operating_status,status,verified_time,opening_hours"

  /// A row with some of the columns filled, and the code of its rejection.
  private static let rows: [(code: String?, cells: [String: String])] = [
    (nil, ["id": "hyva", "name_fi": "Hyvä", "identifiers": "tprek=1"]),
    ("missing-id", ["name_fi": "Ilman"]), ("id", ["id": "a b", "name_fi": "Väli"]),
    ("id", ["id": "toinen:1", "name_fi": "Toisen lähteen"]), ("missing-name", ["id": "n1"]),
    ("postal-code", ["id": "n2", "name_fi": "A", "postal_code": "2010"]),
    ("unknown-municipality", ["id": "n3", "name_fi": "A", "municipality": "Atlantis"]),
    ("unknown-municipality", ["id": "n4", "name_fi": "A", "municipality": "999"]),
    ("municipality", ["id": "n5", "name_fi": "A", "municipality": "99999"]),
    ("coordinates-unreadable", ["id": "n6", "name_fi": "A", "lon": "abc", "lat": "60.1"]),
    ("coordinates-not-finite", ["id": "n7", "name_fi": "A", "lon": "nan", "lat": "60.1"]),
    ("coordinates-unreadable", ["id": "n8", "name_fi": "A", "lat": "60.1"]),
    ("outside-finland", ["id": "n9", "name_fi": "A", "lon": "60.1719", "lat": "24.9414"]),
    ("outside-finland", ["id": "n10", "name_fi": "A", "lon": "0", "lat": "0"]),
    ("unknown-parent", ["id": "n11", "name_fi": "A", "parent": "eiole"]),
    ("parent", ["id": "n12", "name_fi": "A", "parent": "a b"]),
    ("duplicate-id", ["id": "hyva", "name_fi": "Toinen"]),
    ("identifier-taken", ["id": "n13", "name_fi": "A", "identifiers": "tprek=1"]),
    ("identifier-taken", ["id": "n14", "name_fi": "A", "identifiers": "test=hyva"]),
    ("identifier", ["id": "n15", "name_fi": "A", "identifiers": "tprek"]),
    ("web-address", ["id": "n16", "name_fi": "A", "info_url_fi": "javascript:alert(1)"]),
    ("kind", ["id": "n17", "name_fi": "A", "kind": "talo"]),
    ("operating-status", ["id": "n18", "name_fi": "A", "operating_status": "auki"]),
    ("publication-status", ["id": "n19", "name_fi": "A", "status": "julkinen"]),
    ("verified-time", ["id": "n20", "name_fi": "A", "verified_time": "eilen"]),
    ("unknown-parent", ["id": "n21", "name_fi": "A", "parent": "n3"]),
    ("parent", ["id": "n22", "name_fi": "A", "parent": "n22"]),
    ("opening-hours", ["id": "n23", "name_fi": "A", "opening_hours": "katso verkkosivuilta"]),
    (nil, ["id": "lapsi", "name_fi": "Lapsi", "parent": "hyva", "municipality": "Åbo"]),
  ]

  private static var file: String {
    let columns = header.split(separator: ",").map(String.init)
    let lines = rows.map { row in columns.map { row.cells[$0] ?? "" }.joined(separator: ",") }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  @Test func everyKind() async throws {
    try await Workspace.withReference { work in
      let report = try await work.importPlaces(try work.file("bad.csv", Self.file), status: 3)
      let expected = Self.rows.enumerated().filter { $1.code != nil }
      #expect(report["rows"].int == Self.rows.count)
      #expect(report["rejected"].int == expected.count)
      #expect(report["created"].int == Self.rows.count - expected.count)
      let problems = report["problems"].array.filter { $0["severity"].string == "error" }
      for (index, row) in expected {
        let codes = problems.filter { $0["line"].int == index + 2 }.compactMap { $0["code"].string }
        #expect(codes == [row.code], "line \(index + 2): \(row.cells)")
      }
      #expect(problems.allSatisfy { $0["detail"].string?.isEmpty == false })
      let swapped = try #require(problems.first { $0["value"].string == "60.1719 24.9414" })
      #expect(swapped["detail"].string?.contains("--assume swapped, or write 24.9414 60.1719.") == true)
      let taken = try #require(problems.first { $0["code"].string == "identifier-taken" })
      #expect(taken["detail"].string?.contains("test:hyva") == true)
      #expect(try await work.place("test:lapsi")?["parent"].string == "test:hyva")
      let ids = try await work.count("select count(*) from place where data_source = 'test'")
      #expect(ids == Self.rows.count - expected.count)
    }
  }

  @Test func theTextReportNamesLineAndCode() async throws {
    try await Workspace.withReference { work in
      let csv = try work.file(
        "bad.csv", "id,name_fi,postal_code\n1,\"Kaksi\nriviä\",00100\n2,Bad,x\u{1B}[31m\n3,Lyhyt\n4,Ok,00100\n")
      let done = try await work.run(["import", "places", csv, "--source", "test"])
      #expect(done.status == 3)
      #expect(done.lines.first == "places of test: 4 rows, 2 new, 0 changed, 0 unchanged, 2 rejected, 2 warnings")
      #expect(done.lines.dropFirst().map { $0.prefix(6) } == ["line 4", "line 5", "line 2", "line 6", "sessio"])
      #expect(done.lines.contains { $0.hasPrefix("line 4, test:2: error postal-code: postal_code \"x [31m\"") })
      #expect(done.lines.contains { $0.hasPrefix("line 5") && $0.contains("error columns:") }, "\(done.stdout)")
      #expect(!done.stdout.contains("\u{1B}"))
      #expect(try await work.place("test:1")?["name"]["fi"].string == "Kaksi\nriviä")
    }
  }

  @Test func anotherSourcesIdentifierIsTaken() async throws {
    try await Workspace.withMigrated { work in
      _ = try await work.importPlaces(try work.file("a.csv", "id,name_fi,identifiers\n1,Yksi,tprek=5\n"))
      let other = try await work.run([
        "import", "places", try work.file("b.csv", "id,name_fi,identifiers\n1,Ett,tprek=5\n2,Två,test=1\n3,Tre,x=1\n"),
        "--source", "other", "--format", "json",
      ])
      #expect(other.status == 3)
      let problems = try JSON(other.stdout)["problems"].array.filter { $0["severity"].string == "error" }
      #expect(problems.compactMap { $0["code"].string } == ["identifier-taken", "identifier-taken"])
      #expect(problems.allSatisfy { $0["detail"].string?.contains("test:1") == true })
      #expect(try await work.place("other:3")?["name"]["fi"].string == "Tre")
    }
  }

  private func many(_ count: Int, bad: Int = 0) -> String {
    let rows = (0..<count).map { index in
      let code = bad > 0 && index % (count / bad) == 7 ? "bad" : "00100"
      return
        "r\(index),Paikka \(index),\(code),\(24.9 + Double(index % 100) / 1000),\(60.17 + Double(index / 100) / 10000)"
    }
    return "id,name_fi,postal_code,lon,lat\n" + rows.joined(separator: "\n") + "\n"
  }

  @Test func twelveThousandRowsWithThirtyBadOnes() async throws {
    try await Workspace.withReference { work in
      let csv = try work.file("many.csv", many(12_000, bad: 30))
      let report = try await work.importPlaces(csv, status: 3)
      #expect([report["rows"].int, report["created"].int, report["rejected"].int] == [12_000, 11_970, 30])
      let errors = report["problems"].array.filter { $0["severity"].string == "error" }
      #expect(errors.compactMap { $0["line"].int } == (0..<30).map { $0 * 400 + 9 })
      #expect(try await work.count("select count(*) from place where data_source = 'test'") == 11_970)
      let lines = try await work.count("select count(*) from change")
      let again = try await work.importPlaces(csv, status: 3)
      #expect([again["created"].int, again["changed"].int, again["unchanged"].int] == [0, 0, 11_970])
      #expect(try await work.count("select count(*) from change") == lines)
    }
  }

  @Test func killedInTheMiddleNothingIsLeft() async throws {
    try await Workspace.withMigrated { work in
      // A place of the second batch is locked, so the import stops there with its first batch written.
      _ = try await work.importPlaces(try work.file("one.csv", "id,name_fi\nr7000,Vanha\n"))
      let lines = try await work.count("select count(*) from change")
      let csv = try work.file("many.csv", many(12_000))
      let outcome = try await work.database.holding("select 1 from place where id = 'test:r7000' for update") {
        let running = try RunningCommand(["import", "places", csv, "--source", "test"], environment: work.environment)
        try await work.database.untilSomebodyWaits()
        running.send(SIGKILL)
        return await running.outcome(limit: .seconds(30))
      }
      #expect(outcome.status == -9)
      #expect(outcome.stdout.isEmpty)
      #expect(try await work.count("select count(*) from place where data_source = 'test'") == 1)
      #expect(try await work.count("select count(*) from change") == lines)
      #expect(try await work.place("test:r7000")?["name"]["fi"].string == "Vanha")
      let report = try await work.importPlaces(csv)
      #expect([report["created"].int, report["changed"].int] == [11_999, 1])
    }
  }
}
