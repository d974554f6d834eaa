import Foundation
import Testing

@Suite("import events") struct ImportEventsTests {
  private let places = """
    id,name_fi
    sali,Sali
    tupa,Tupa
    """

  private func with(_ body: (Workspace) async throws -> Void) async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      try await body(work)
    }
  }

  private func events(_ work: Workspace, _ file: String, _ more: [String] = [], status: Int32 = 0) async throws -> JSON
  {
    let done = try await work.run(["import", "events", file, "--source", "test", "--format", "json"] + more)
    #expect(done.status == status, "\(done.stderr)\(done.stdout)")
    return try JSON(done.stdout)
  }

  private func state(_ work: Workspace) async throws -> [Int] {
    var counts: [Int] = []
    for table in ["event", "event_history", "change"] {
      counts.append(try await work.count("select count(*) from \(table)"))
    }
    return counts
  }

  /// One event as Linked Events answers it, at a place of this registry under another host.
  private func event(_ id: String, _ more: String = "") -> String {
    """
    {"id": "test:\(id)", "data_source": "test", "@id": "https://le.example.fi/v1/event/test:\(id)/", "name": {"fi": "Tapahtuma \(id)"},
    "start_time": "2030-06-01T15:00:00Z", "end_time": null, "location": {"@id": "https://le.example.fi/v1/place/test:sali/"},
    "keywords": [{"@id": "https://le.example.fi/v1/keyword/yso:p1/"}], "sub_events": [], "version": 3, "offers": []\(more)}
    """
  }

  @Test func freeTextIsLinkedOrTold() async throws {
    try await with { work in
      let halls = try work.file(
        "halls.csv", "id,name_fi,municipality\nruusu,Ruusulan seurojentalo,853\nkoski,Koskelan nuorisotalo,853\n")
      _ = try await work.importPlaces(halls)
      let csv = try work.file(
        "texts.csv",
        """
        id,name_fi,start_time,location,location_text
        1,Tanssit,2030-06-01,,"Ruusulan seurojentalo, 2. krs"
        2,Kahvit,2030-06-02,,Iltaruskon kyläpirtti
        3,Talkoot,2030-06-03,test:sali,Iltaruskon kyläpirtti
        4,Laulut,2030-06-04,,
        """)
      let report = try await events(work, csv)
      #expect([report["created"].int, report["rejected"].int] == [4, 0])
      let problems = report["problems"].array
      #expect(problems.map { $0["code"].string } == ["location-unknown"])
      #expect(problems.first?["line"].int == 3)
      func isStored(_ id: Int, _ place: String?, _ info: String?) async throws -> Bool {
        func equals(_ value: String?) -> String { value.map { "= '\($0)'" } ?? "is null" }
        return try await work.count(
          """
          select count(*) from event v left join place p on p.pk = v.location where v.id = 'test:\(id)'
            and p.id \(equals(place)) and v.location_extra_info ->> 'fi' \(equals(info))
          """) == 1
      }
      #expect(try await isStored(1, "test:ruusu", "2. krs"))
      #expect(try await isStored(2, nil, "Iltaruskon kyläpirtti"))
      #expect(try await isStored(3, "test:sali", nil))
      #expect(try await isStored(4, nil, nil))
      let again = try await events(work, csv)
      #expect([again["unchanged"].int, again["warnings"].int] == [4, 0])
      // Once the place is there, the same rows find it.
      _ = try await work.importPlaces(try work.file("more.csv", "id,name_fi\nilta,Iltaruskon kyläpirtti\n"))
      let found = try await events(work, csv)
      #expect([found["changed"].int, found["unchanged"].int] == [1, 3])
      #expect(try await isStored(2, "test:ilta", nil))
    }
  }

  @Test func arrayPageAndLinesAreTheSame() async throws {
    try await with { work in
      let one = event("1")
      let two = event("2", #", "type_id": "Course", "audience_min_age": 7"#)
      let array = try work.file("array.json", "[\(one),\n\(two)]\n")
      let before = try await state(work)
      let dry = try await events(work, array, ["--dry-run"])
      #expect(dry["kind"].string == "events")
      #expect([dry["rows"].int, dry["created"].int] == [2, 2])
      #expect(try await state(work) == before)
      let made = try await events(work, array)
      #expect([made["created"].int, made["rejected"].int] == [2, 0])
      #expect(try await work.place("test:sali")?["n_events"].int == 2)
      #expect(try await work.place("test:sali")?["has_upcoming_events"].bool == true)
      let after = try await state(work)
      let lines = [one, two].map { $0.replacingOccurrences(of: "\n", with: " ") }.joined(separator: "\n")
      for (name, text) in [
        ("array.json", "[\(one),\(two)]"), ("lines.ndjson", lines), ("one.json", one),
        ("page.json", #"{"meta": {"count": 2, "next": null, "previous": null}, "data": [\#(one), \#(two)], "x": [1]}"#),
      ] {
        let again = try await events(work, try work.file(name, text))
        #expect([again["created"].int, again["changed"].int, again["rejected"].int] == [0, 0, 0], "\(name)")
        #expect(again["unchanged"].int == (name == "one.json" ? 1 : 2), "\(name)")
      }
      #expect(try await state(work) == after)
      let moved = try await events(
        work, try work.file("moved.json", "[\(one.replacingOccurrences(of: "test:sali", with: "test:tupa"))]"))
      #expect(moved["changed"].int == 1)
      #expect(try await work.place("test:sali")?["n_events"].int == 1)
      #expect(try await work.place("test:tupa")?["n_events"].int == 1)
    }
  }

  @Test func tableWithFieldNamesOfLinkedEvents() async throws {
    try await with { work in
      let csv = try work.file(
        "events.csv",
        """
        id;name_fi;name_sv;start_time;end_time;location;keywords;is_free;type_id;publication_status;custom_data.tila;huomautus
        1;Keikka;Spelning;2030-06-01 18:00;2030-06-01 20:00;test:sali;yso:p1;kyllä;;;A;x
        2;Kurssi;;2030-06-01;2030-06-30;;;;Course;draft;;
        """)
      let report = try await events(work, csv)
      #expect([report["created"].int, report["rejected"].int] == [2, 0])
      #expect(report["unknown_columns"].array.compactMap(\.string) == ["huomautus"])
      let row = try await work.count(
        """
        select count(*) from event v join event_key k using (pk) where v.id = 'test:1' and k.is_free
          and v.keywords = '{yso:p1}' and v.start_time = '2030-06-01 18:00+03' and v.custom_data ->> 'tila' = 'A'
        """)
      #expect(row == 1)
      #expect(
        try await work.count(
          "select count(*) from event where id = 'test:2' and not has_end_time and publication_status = 'draft'") == 1)
      let again = try await events(work, csv)
      #expect(again["unchanged"].int == 2)
      let mapped = try work.file("mapped.csv", "tunnus,otsikko,name_sv,start_time\n9,Nimi,Namn,2030-01-01\n")
      let renamed = try await events(work, mapped, ["--map", "id=tunnus", "--map", "name_fi=otsikko"])
      #expect(renamed["created"].int == 1)
      let refused = try await work.run(["import", "events", mapped, "--source", "test"])
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("--map id="))
    }
  }

  @Test func badRowsAreToldAndTheOthersTaken() async throws {
    try await with { work in
      let rows = [
        event("1"), #"{"name": {"fi": "A"}}"#, event("1"), event("2", #", "location_text": 3"#),
        event("3").replacingOccurrences(of: "test:sali", with: "test:nowhere"),
        event("4").replacingOccurrences(of: "2030-06-01T15:00:00Z", with: "soon"),
        event("5").replacingOccurrences(of: "\"test:5\"", with: "\"other:5\""), event("6", #", "nmae": 1"#), "{",
        event("7", #", "deleted": true"#),
      ].map { $0.replacingOccurrences(of: "\n", with: " ") }
      let report = try await events(work, try work.file("bad.ndjson", rows.joined(separator: "\n")), status: 3)
      #expect([report["rows"].int, report["created"].int, report["rejected"].int] == [10, 1, 8])
      let problems = report["problems"].array.map { "\($0["line"].int ?? 0) \($0["code"].string ?? "")" }
      #expect(
        problems == [
          "2 missing-id", "3 duplicate-id", "4 wrong-type", "5 unknown-place", "6 time", "6 required",
          "7 other-source",
          "8 unknown-key",
          "9 json",
        ])
      let deleted = try await events(work, try work.file("gone.json", "[\(event("1", #", "deleted": true"#))]"))
      #expect(deleted["changed"].int == 1)
      #expect(try await work.place("test:sali")?["n_events"].int == 0)
      let back = try await events(work, try work.file("back.json", "[\(event("1"))]"))
      // What the source took away by an import, it may bring back.
      #expect([back["warnings"].int, back["changed"].int] == [0, 1])
      #expect(try await work.count("select count(*) from event where state = 'deleted'") == 0)
      #expect(try await work.place("test:sali")?["n_events"].int == 1)
    }
  }

  @Test func manyAtOnceWithOneLineForEachPlace() async throws {
    try await with { work in
      let lines = (0..<12_000).map { event("n\($0)").replacingOccurrences(of: "\n", with: " ") }.joined(separator: "\n")
      let report = try await events(work, try work.file("many.ndjson", lines))
      #expect(report["created"].int == 12_000)
      #expect(try await work.place("test:sali")?["n_events"].int == 12_000)
      #expect(
        try await work.count("select count(*) from change where derived and entity = 'place' and id = 'test:sali'") == 1
      )
    }
  }
}
