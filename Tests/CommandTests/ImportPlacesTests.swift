import Foundation
import Testing

@Suite("import places: good files") struct ImportPlacesTests {
  private let good = """
    id,name_fi,name_sv,street_address_fi,postal_code,post_office_fi,municipality,lon,lat,identifiers,muistiinpano
    sali,Sali,Salen,Linnankatu 2,20100,Turku,853,22.2666,60.4518,tprek=1;ptv=a,x
    "tupa",Tupa,,"Katu 1, 2. kerros",,,Åbo,,,,
    """

  private func state(_ work: Workspace) async throws -> [Int] {
    var counts: [Int] = []
    for table in ["place", "place_history", "place_namespace", "change", "data_source"] {
      counts.append(try await work.count("select count(*) from \(table)"))
    }
    return counts
  }

  @Test func dryRunThenForGoodThenAgain() async throws {
    try await Workspace.withReference { work in
      let csv = try work.file("good.csv", good)
      let before = try await state(work)
      let dry = try await work.importPlaces(csv, ["--dry-run"])
      #expect(dry["dry_run"].bool == true)
      #expect(dry["created"].int == 2)
      #expect(try await state(work) == before)
      let report = try await work.importPlaces(csv)
      let keys = [
        "changed", "created", "crs", "dry_run", "duration_s", "encoding", "kind", "problems", "rejected", "retired",
        "rows", "session", "source", "unchanged", "warnings",
      ]
      #expect(Set(keys).isSubset(of: report.keys), "\(report.keys)")
      #expect(report["kind"].string == "places")
      #expect(report["source"].string == "test")
      #expect(report["encoding"].string == "UTF-8")
      #expect([report["rows"].int, report["created"].int, report["rejected"].int] == [2, 2, 0])
      #expect(report["unknown_columns"].array.compactMap(\.string) == ["muistiinpano"])
      #expect((report["duration_s"].double ?? -1) > 0)
      try await look(work)
      let after = try await state(work)
      let again = try await work.importPlaces(csv)
      #expect([again["created"].int, again["changed"].int, again["unchanged"].int] == [0, 0, 2])
      #expect(try await state(work) == after)
    }
  }

  private func look(_ work: Workspace) async throws {
    let sali = try #require(await work.place("test:sali"))
    #expect(sali["name"]["sv"].string == "Salen")
    #expect(sali["postal_code"].string == "20100")
    #expect(sali["position"]["coordinates"][0].double == 22.2666)
    #expect(sali["municipality"]["code"].string == "853")
    #expect(sali["identifiers"][1]["scheme"].string == "ptv")
    let tupa = try #require(await work.place("test:tupa"))
    #expect(tupa["street_address"]["fi"].string == "Katu 1, 2. kerros")
    #expect(tupa["municipality"]["code"].string == "853")
    #expect(tupa["municipality"]["source"].string == "given")
    #expect(try await work.place("ptv:a")?["id"].string == "test:sali")
  }

  @Test func aChangedFileChangesWhatDiffers() async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("a.csv", good))
      let lines = try await work.count("select count(*) from change")
      let report = try await work.importPlaces(
        try work.file("b.csv", "id,name_fi,lon,lat\nsali,Suuri sali,22.2666,60.4518\ntupa,Tupa,,\nuusi,Uusi,,\n"))
      #expect([report["created"].int, report["changed"].int, report["unchanged"].int] == [1, 1, 1])
      #expect(try await work.count("select count(*) from change") == lines + 2)
      let sali = try #require(await work.place("test:sali"))
      #expect(sali["version"].int == 2)
      #expect(sali["name"]["fi"].string == "Suuri sali")
      #expect(sali["name"]["sv"].string == "Salen")
      #expect(sali["postal_code"].string == "20100")
    }
  }

  @Test func metresOfAGaussKrugerZoneStayAsDelivered() async throws {
    try await Workspace.withMigrated { work in
      let csv = try work.file("gk.csv", "id;name_fi;x;y\n1;Tori;23459636,1205;6704635,3599\n")
      let refused = try await work.run(["import", "places", csv, "--source", "test"])
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("--crs"))
      let report = try await work.importPlaces(csv, ["--crs", "EPSG:3877"])
      #expect(report["crs"].string == "EPSG:3877")
      let place = try #require(await work.place("test:1"))
      #expect(place["coordinates"]["srid"].int == 3877)
      #expect(place["coordinates"]["x"].double == 23_459_636.1205)
      #expect(abs((place["position"]["coordinates"][0].double ?? 0) - 22.2666) < 2e-8)
    }
  }

  @Test func encodings() async throws {
    try await Workspace.withMigrated { work in
      let certain = try #require("id,name_fi\n1,Äyräpää\n".data(using: .isoLatin1))
      let one = try await work.importPlaces(try work.file("certain.csv", certain))
      #expect(one["encoding"].string == "ISO-8859-1")
      #expect(try await work.place("test:1")?["name"]["fi"].string == "Äyräpää")
      // A4 is ¤ in ISO-8859-1 and € in ISO-8859-15.
      let path = try work.file("uncertain.csv", Data("id,name_fi\n2,".utf8) + [0xC4, 0x6B, 0xA4] + Data("\n".utf8))
      let refused = try await work.run(["import", "places", path, "--source", "test"])
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("--encoding"))
      #expect(refused.stderr.contains("line 2"))
      #expect(try await work.run(["place", "show", "test:2"]).status == 1)
      let told = try await work.importPlaces(path, ["--encoding", "latin9"])
      #expect(told["encoding"].string == "ISO-8859-15")
      #expect(try await work.place("test:2")?["name"]["fi"].string == "Äk€")
    }
  }

  @Test func delimitersAndStandardInput() async throws {
    try await Workspace.withMigrated { work in
      _ = try await work.importPlaces("-", stdin: "id;name_fi;name_sv\n1;Yksi, kaksi;Ett\n")
      #expect(try await work.place("test:1")?["name"]["fi"].string == "Yksi, kaksi")
      _ = try await work.importPlaces("-", stdin: "id\tname_fi\r\n2\tKaksi\r\n")
      #expect(try await work.place("test:2")?["name"]["fi"].string == "Kaksi")
      _ = try await work.importPlaces("-", ["--delimiter", "|"], stdin: "id|name_fi\n3|Kolme;x\n")
      #expect(try await work.place("test:3")?["name"]["fi"].string == "Kolme;x")
      _ = try await work.importPlaces(
        "-", ["--map", "name_fi=Nimi", "--id-from", "Nimi,Nro"], stdin: "Nimi,Nro\nVanha Sali,7\n")
      #expect(try await work.place("test:vanha-sali_7")?["name"]["fi"].string == "Vanha Sali")
    }
  }

  @Test func aParentMayComeLater() async throws {
    try await Workspace.withMigrated { work in
      let rows = (0..<6000).map { "c\($0),Huone \($0),talo" } + ["talo,Talo,"]
      let report = try await work.importPlaces(
        try work.file("p.csv", "id,name_fi,parent\n" + rows.joined(separator: "\n") + "\n"))
      #expect(report["created"].int == 6001)
      for id in ["c0", "c5999"] { #expect(try await work.place("test:\(id)")?["parent"].string == "test:talo") }
    }
  }

  @Test(
    "files that can't be taken at all change nothing",
    arguments: [
      ("", "empty"), ("id,name_fi\n", nil), ("nimi,tunnus\nSali,1\n", "--map"),
      ("id,name_fi,name_fi\n1,a,b\n", "name_fi"),
      ("id,name_fi,lon\n1,a,2\n", "lat"),
    ] as [(String, String?)])
  func wholeFiles(text: String, word: String?) async throws {
    try await Workspace.withMigrated { work in
      let done = try await work.run(["import", "places", try work.file("x.csv", text), "--source", "test"])
      #expect(done.status == (word == nil ? 0 : 1), "\(done.stdout)")
      if let word { #expect(done.stderr.contains(word), "\(done.stderr)") }
      #expect(try await work.count("select count(*) from place where data_source = 'test'") == 0)
      let missing = try await work.run(["import", "places", work.folder.path + "/none.csv", "--source", "test"])
      #expect(missing.status == 1)
      #expect(missing.stderr.contains("none.csv"))
    }
  }
}
