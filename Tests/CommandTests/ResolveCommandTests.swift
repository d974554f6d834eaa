import Foundation
import Testing

@Suite("placeregistry resolve")
struct ResolveCommandTests {
  private static let places = """
    id,name_fi,street_address_fi,postal_code,lon,lat
    lib,Vaahteran kirjasto,Satakatu 5,20100,22.2701,60.4501
    swim,Koivulan uimahalli,Allaskuja 3,20720,22.2901,60.4401
    hall1,Monitoimitalo,Torikatu 1,20100,22.2601,60.4511
    hall2,Monitoimitalo,Rantakatu 9,20500,22.2401,60.4311

    """

  private static func with(_ body: (Workspace) async throws -> Void) async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      try await body(work)
    }
  }

  /// A table's rows, each by its columns.
  private static func rows(_ text: String, delimiter: Character = ",") throws -> [[String: String]] {
    let lines = text.split(separator: "\n").map { line in
      // No cell of these tests holds a quote or a line end.
      var cells: [String] = [""]
      var isQuoted = false
      for character in line {
        if character == "\"" {
          isQuoted.toggle()
        } else if character == delimiter, !isQuoted {
          cells.append("")
        } else {
          cells[cells.count - 1].append(character)
        }
      }
      return cells
    }
    let header = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  @Test("One text is answered for a person, and as JSON in the form of /v1/resolve")
  func text() async throws {
    try await Self.with { work async throws in
      let line = "Vaahteran kirjasto, Satakatu 5, 20100 Turku"
      let shown = try await work.run(["resolve", line])
      #expect(shown.status == 0, "\(shown.stderr)")
      #expect(shown.lines.first == "match: test:lib", "\(shown.stdout)")
      #expect(shown.stdout.contains("test:lib  Vaahteran kirjasto"))
      #expect(shown.stdout.contains("municipality: 853 Turku"), "\(shown.stdout)")
      let bare = try await work.run(["resolve", "Vaahteran", "kirjasto,", "Turku"])
      #expect(bare.lines.first == "match: test:lib", "\(bare.stdout)")
      let json = try JSON(try await work.run(["resolve", line, "--format", "json"]).stdout)
      #expect(json.keys == ["address", "candidates", "id", "precision", "verdict"])
      #expect(
        json["verdict"].string == "match" && json["id"].string == "test:lib" && json["precision"].string == "place")
      #expect(
        json["address"].keys == [
          "apartment", "care_of", "letter", "municipality", "names", "number", "number_end", "po_box", "post_office",
          "postal_code", "rooms", "staircase", "street",
        ])
      #expect(json["address"]["postal_code"].string == "20100" && json["address"]["letter"].isNull)
      #expect(json["address"]["municipality"]["code"].string == "853")
      #expect(json["candidates"][0].keys == ["id", "name", "reasons", "score"])
      #expect(json["candidates"][0]["reasons"][0].keys == ["detail", "feature", "score"])
      let none = try await work.run(["resolve", "Zyxwvut kzzx, Helsinki"])
      #expect(none.status == 0 && none.lines.first == "none", "\(none.stdout)")
    }
  }

  @Test("Each row of a table gets its answer, equal texts are asked once, delimiter and encoding are understood")
  func column() async throws {
    try await Self.with { work async throws in
      let table = """
        nro;Paikka;muistio
        1;Vaahteran kirjasto, Turku;ä
        2;Monitoimitalo, Turku;"a;b"
        3;;
        4;Vaahteran kirjasto, Turku;ö
        5;Zyxwvut kzzx, Turku;

        """
      let latin = try #require(table.data(using: .isoLatin1))
      let path = try work.file("venues.csv", latin)
      let out = work.folder.appending(path: "out.csv").path
      let done = try await work.run(["resolve", "--file", path, "--column", "Paikka", "-o", out])
      #expect(done.status == 0, "\(done.stderr)")
      #expect(
        done.stderr.contains("5 rows, 3 questions: 2 rows match, 1 ambiguous, 1 none, 1 empty"), "\(done.stderr)")
      let data = try Data(contentsOf: URL(fileURLWithPath: out))
      // The input was no UTF-8: the mark tells spreadsheets that this is.
      #expect(data.prefix(3) == Data([0xEF, 0xBB, 0xBF]))
      let text = String(decoding: data.dropFirst(3), as: UTF8.self)
      #expect(text.contains("\n2;Monitoimitalo, Turku;\"a;b\";ambiguous;;;"), "\(text)")
      let rows = try Self.rows(text, delimiter: ";")
      #expect(rows.map { $0["resolved_verdict"] } == ["match", "ambiguous", "", "match", "none"])
      #expect(rows.map { $0["resolved_id"] } == ["test:lib", "", "", "test:lib", ""])
      #expect(rows[0]["resolved_name"] == "Vaahteran kirjasto" && rows[3]["muistio"] == "ö")
      let candidates = try #require(rows[1]["resolved_candidates"])
      #expect(candidates.contains("test:hall1 Monitoimitalo (") && candidates.contains(" | test:hall2"))
      #expect(Int(rows[0]["resolved_score"] ?? "") ?? 0 > 80)

      // Resolving the answer again replaces its columns.
      let again = try await work.run(["resolve", "--file", out, "--column", "paikka"])
      #expect(again.status == 0 && again.stdout == "\u{FEFF}" + text, "\(again.stderr)")
      // From a pipe, as objects.
      let piped = try await work.run(
        ["resolve", "--file", "-", "--column", "Paikka", "--format", "json"], stdin: table)
      let objects = try piped.lines.map { try JSON($0) }
      #expect(objects.map { $0["line"].int } == [2, 3, 4, 5, 6])
      #expect(objects[0]["key"].string == "Vaahteran kirjasto, Turku" && objects[0]["id"].string == "test:lib")
      #expect(objects[2]["verdict"].isNull)
      #expect(try JSON(piped.stderr)["distinct"].int == 3)
    }
  }

  @Test("--unique writes each text once with its count; --excel what Finnish Excel reads")
  func unique() async throws {
    try await Self.with { work async throws in
      let path = try work.file(
        "venues.csv", "Paikka,x\n\"Vaahteran kirjasto, Turku\",1\nTurku,2\n\"Vaahteran kirjasto, Turku\",3\n")
      let done = try await work.run(["resolve", "--file", path, "--column", "Paikka", "--unique", "--excel"])
      #expect(done.status == 0, "\(done.stderr)")
      #expect(done.stdout.hasPrefix("\u{FEFF}Paikka;count;resolved_verdict;"), "\(done.stdout)")
      let rows = try Self.rows(String(done.stdout.dropFirst()), delimiter: ";")
      #expect(rows.map { $0["count"] } == ["2", "1"])
      #expect(rows.map { $0["resolved_id"] } == ["test:lib", "fi:853"])
    }
  }

  @Test("Several columns make one question")
  func fields() async throws {
    try await Self.with { work async throws in
      let path = try work.file(
        "venues.csv",
        "Nimi,Katu,Nro,Lat,Lon\nKoivulan uimahalli,Allaskuja 3,20720,60.4401,22.2901\n"
          + "Monitoimitalo,Rantakatu 9,20500,\"60,4311\",\"22,2401\"\nMonitoimitalo,Rantakatu 9,20500,pohjoinen,22\n")
      let done = try await work.run([
        "resolve", "--file", path, "--column", "name=Nimi", "--column", "street_address=Katu", "--column",
        "postal_code=Nro", "--column", "lat=Lat", "--column", "lon=Lon",
      ])
      #expect(done.status == 0, "\(done.stderr)")
      let rows = try Self.rows(done.stdout)
      #expect(rows.map { $0["resolved_id"] } == ["test:swim", "test:hall2", "test:hall2"])
      #expect(rows[0]["resolved_text"] == "Koivulan uimahalli, Allaskuja 3, 20720")
      #expect(done.stderr.contains("line 4") && done.stderr.contains("pohjoinen"), "\(done.stderr)")
    }
  }

  @Test("A row that can't be read stays as it came, and the command ends with 3")
  func broken() async throws {
    try await Self.with { work async throws in
      let path = try work.file("venues.csv", "Paikka,x\nTurku,1\nTurku,2,3\nTurku\n")
      let done = try await work.run(["resolve", "--file", path, "--column", "Paikka"])
      #expect(done.status == 3)
      #expect(done.stderr.contains("line 3") && done.stderr.contains("line 4"), "\(done.stderr)")
      let lines = done.lines
      #expect(lines.count == 4 && lines[2].hasPrefix("Turku,\"2,3\",,,"), "\(done.stdout)")
      #expect(lines[3].hasPrefix("Turku,,,"))
    }
  }

  @Test("Wrong use is 2 and says what is right")
  func usage() async throws {
    try await Workspace.withMigrated { work in
      let path = try work.file("venues.csv", "Paikka,Nimi\nx,y\n")
      let file = ["resolve", "--file", path]
      for (arguments, word) in [
        (file + ["--column", "Pakka"], "\"Paikka\""), (file + ["--column", "name=Nmi"], "\"Nimi\""), (file, "--column"),
        (["resolve"], "--file"), (["resolve", "x", "--file", path], "not both"),
        (["resolve", "x", "--unique"], "--unique"), (["resolve", "x", "--limit", "0"], "1 to 50"),
        (file + ["--column", "lat=Nimi"], "lon"), (file + ["--column", "Nimi", "--encoding", "klingon"], "klingon"),
        (file + ["--column", "Nimi", "-o", path], "another name"),
      ] {
        let outcome = try await work.run(arguments)
        #expect(outcome.status == 2, "\(arguments): \(outcome.stderr)")
        #expect(outcome.stderr.contains(word), "\(arguments): \(outcome.stderr)")
      }
    }
  }

  @Test("What a person wrote into the table is right from then on; the same file again changes nothing")
  func apply() async throws {
    try await Self.with { work async throws in
      let path = try work.file(
        "venues.csv",
        "Paikka\n\"Monitoimitalo, Turku\"\n\"Vaahteran kirjasto, Turku\"\nRantakadun sali\n\"Koivulan uimahalli, Turku\"\n"
      )
      let first = try await work.run(["resolve", "--file", path, "--excel"])
      #expect(first.status == 0, "\(first.stderr)")
      let rows = try Self.rows(String(first.stdout.dropFirst()), delimiter: ";")
      try #require(rows.map { $0["resolved_verdict"] } == ["ambiguous", "match", "none", "match"], "\(first.stdout)")
      // Nobody has changed anything: nothing is decided.
      let untouched = try work.file("out.csv", first.stdout)
      let nothing = try await work.run(["resolve", "apply", untouched])
      #expect(nothing.status == 0 && nothing.stdout.contains("0 texts decided"), "\(nothing.stdout)\(nothing.stderr)")
      #expect(nothing.stdout.contains("4 rows untouched"))

      var lines = first.stdout.split(separator: "\r\n").flatMap { $0.split(separator: "\n") }.map(String.init)
      lines[1] = lines[1].replacing(";ambiguous;;", with: ";ambiguous;test:hall2;")
      lines[2] = lines[2].replacing(";match;test:lib;", with: ";none;;")
      lines[3] = lines[3].replacing(";none;;", with: ";none;test:nowhere;")
      let edited = try work.file("edited.csv", lines.joined(separator: "\r\n") + "\r\n")
      let before = try await work.count("select count(*) from match_decision")
      let dry = try await work.run(["resolve", "apply", edited, "--dry-run"])
      #expect(dry.status == 3 && dry.stdout.hasPrefix("dry run: 4 rows: 2 texts decided"), "\(dry.stdout)\(dry.stderr)")
      #expect(try await work.count("select count(*) from match_decision") == before)
      let done = try await work.run(["resolve", "apply", edited, "--format", "json"])
      #expect(done.status == 3, "\(done.stderr)")
      let report = try JSON(done.stdout)
      #expect(
        report["decided"].int == 2 && report["rejected"].int == 1 && report["untouched"].int == 1, "\(done.stdout)")
      #expect(report["problems"][0]["line"].int == 4 && report["problems"][0]["code"].string == "unknown-place")
      #expect(report["problems"][0]["value"].string == "test:nowhere")

      let again = try await work.run(["resolve", "--file", path])
      let now = try Self.rows(again.stdout)
      #expect(now.map { $0["resolved_verdict"] } == ["match", "none", "none", "match"], "\(again.stdout)")
      #expect(now[0]["resolved_id"] == "test:hall2" && now[0]["resolved_score"] == "100")
      let twice = try await work.run(["resolve", "apply", edited])
      #expect(twice.stdout.contains("0 texts decided, 2 known already"), "\(twice.stdout)")
      // The corrected table, given back as it is now, says nothing new.
      let fresh = try await work.run(["resolve", "apply", "-"], stdin: again.stdout)
      #expect(fresh.status == 0 && fresh.stdout.contains("0 texts decided, 0 known already"), "\(fresh.stdout)")
      #expect(try await work.count("select count(*) from match_decision") == before + 2)
      let other = try await work.run(["resolve", "apply", path])
      #expect(other.status == 1 && other.stderr.contains("resolved_text"), "\(other.stderr)")
    }
  }
}
