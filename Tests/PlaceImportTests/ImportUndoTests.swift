import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceImport

@Suite("Import sessions") struct ImportSessionTests {
  private let first = "id,name_fi,email\na,Sali,a@x.fi\nb,Talo,b@x.fi\n"

  @Test func aSessionIsKeptWithItsReport() async throws {
    try await ImportWork.with { work in
      let report = try await work.places(first) { $0.fileName = "first.csv" }
      let id = try #require(report.session)
      let session = try #require(await work.store.importSession(id))
      #expect(session.status == .applied)
      #expect(session.fileName == "first.csv")
      #expect(session.report?["created"]?.integerValue == 2)
      #expect(session.report?["session"]?.stringValue == id)
      #expect(try await work.store.importSessions().map(\.id) == [id])
      #expect(try await work.place("test:a")?.actor == "import:\(id)")
    }
  }

  @Test func undoRestoresAllValuesAndOnlyTheIdStaysBurnt() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      let values = try await work.database.text(
        "select string_agg(name::text || coalesce(email, ''), ' ' order by id) from place where data_source = 'test'")
      let delivered = try await work.database.text(
        "select string_agg(fields::text, ' ' order by pk) from place_delivered")
      let report = try await work.places("id,name_fi,email\na,Suuri sali,a@x.fi\nb,Talo,\nc,Uusi,\n")
      #expect([report.created, report.changed] == [1, 2])
      let outcome = try await work.store.undoImport(try #require(report.session))
      #expect([outcome.removed, outcome.restored] == [1, 2])
      #expect(
        try await work.database.text(
          "select string_agg(name::text || coalesce(email, ''), ' ' order by id) from place where data_source = 'test' and state = 'live'"
        ) == values)
      #expect(
        try await work.database.text("select string_agg(fields::text, ' ' order by pk) from place_delivered")
          == delivered)
      #expect(try await work.place("test:c")?.state == "deleted")
      #expect(try await work.store.importSession(report.session ?? "")?.status == .undone)
      // The first file says nothing new, and what was undone comes back when it is delivered again.
      #expect(try await work.places(first).unchanged == 2)
      let again = try await work.places("id,name_fi,email\na,Suuri sali,a@x.fi\nb,Talo,\nc,Uusi,\n")
      #expect(again.changed == 3)
      #expect(try await work.place("test:c")?.state == "live")
    }
  }

  @Test func undoIsRefusedWhereLaterEditsStandOnIt() async throws {
    try await ImportWork.with { work in
      let report = try await work.places(first)
      try await work.edit("test:a", holding: "/name") { $0.email = "other@x.fi" }
      let before = try await work.state()
      let outcome = try await work.store.undoImport(try #require(report.session))
      #expect(outcome.reasonCount == 1)
      #expect(outcome.reasons[0].contains("test:a was changed since by helsinki"))
      #expect(try await work.state() == before)
      await #expect(throws: ImportFailure.self) { try await work.store.undoImport("nosuchsession") }
    }
  }

  @Test func anUndoneSessionCanNotBeUndoneAgain() async throws {
    try await ImportWork.with { work in
      let session = try #require(await work.places(first).session)
      _ = try await work.store.undoImport(session)
      let failure = await #expect(throws: ImportFailure.self) { try await work.store.undoImport(session) }
      #expect(failure?.code == "not-applied")
    }
  }

  @Test func anImportOfEventsIsUndone() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      let events = """
        [{"id": "test:e1", "name": {"fi": "Juhla"}, "start_time": "2027-01-01T18:00:00Z", "location": {"@id": "test:a"}}]
        """
      _ = try await work.run(.events, events, name: "events.json")
      let moved = try await work.run(.events, events.replacing("test:a", with: "test:b"), name: "events.json")
      #expect(moved.changed == 1)
      #expect(try await work.number("select n_events from place_key where id = 'test:b'") == 1)
      let outcome = try await work.store.undoImport(try #require(moved.session))
      #expect(outcome.restored == 1)
      #expect(try await work.number("select n_events from place_key where id = 'test:a'") == 1)
      #expect(try await work.number("select n_events from place_key where id = 'test:b'") == 0)
    }
  }

  @Test func anEventEditedHereSurvivesTheSameFile() async throws {
    try await ImportWork.with { work in
      let events = """
        [{"id": "test:e1", "name": {"fi": "Juhla"}, "start_time": "2027-01-01T18:00:00Z", "info_url": {"fi": "https://a.fi"}}]
        """
      _ = try await work.run(.events, events, name: "events.json")
      _ = try await work.store.write(by: Author(actor: "helsinki", action: "test")) { transaction in
        let id = try PlaceID("test:e1")
        let stored = try #require(await transaction.lockEvents([id]).events[id])
        var event = stored.event
        event.name = try #require(LocalizedText([.fi: "Suuri juhla"]))
        try await transaction.save([EventChange(event, existing: stored)])
      }
      let same = try await work.run(.events, events, name: "events.json")
      #expect([same.changed, same.unchanged] == [0, 1])
      let newer = try await work.run(
        .events, events.replacing("https://a.fi", with: "https://b.fi"), name: "events.json")
      #expect(newer.changed == 1)
      let name = try await work.database.text("select name ->> 'fi' || ' ' || (info_url ->> 'fi') from event")
      #expect(name == "Suuri juhla https://b.fi")
      // Undone, the event is as it was edited; what only came again stays.
      #expect(try await work.store.undoImport(try #require(newer.session)).restored == 1)
      #expect(try await work.database.text("select info_url ->> 'fi' from event") == "https://a.fi")
    }
  }

  @Test func importsOfOneSourceExcludeEachOtherAndOthersRunBeside() async throws {
    try await ImportWork.with { work in
      let source = try DataSourceID("test")
      _ = try await work.store.write(by: Author(actor: "import:other", action: "test")) { transaction in
        try await transaction.lockImports(of: source)
        let failure = await #expect(throws: ImportFailure.self) { try await work.places(first) }
        #expect(failure?.code == "import-running")
        try await transaction.ensureSource(source)
        // Another source's import ends while this transaction, which has written places too, is open.
        let place = Place(id: try PlaceID("test:z"), name: try #require(LocalizedText([.fi: "Aivan uusi sana"])))
        try await transaction.save([PlaceChange(place, existing: nil, engine: work.store.engine)])
        let beside = try await work.places("id,name_fi,opening_hours\na,Aivan uusi sali,Mo 10:00-11:00\n") {
          $0.source = try! DataSourceID("beside")
        }
        #expect(beside.created == 1)
      }
      #expect(try await work.number("select n::int from place_count where facet = 'all'") == 2)
    }
  }

  @Test func theRejectsFileKeepsRowsAndImportsAgain() async throws {
    try await ImportWork.with { work in
      let file = "id;name_fi;postal_code;muu\na;\"Sali; iso\";20100;x\nb;Talo;2010;y\nc;;20100;z\n"
      let report = try await work.places(file) { $0.rejectsPath = work.path("rejects.csv") }
      #expect([report.created, report.rejected] == [1, 2])
      let rejects = try work.text("rejects.csv")
      #expect(rejects.hasPrefix("id;name_fi;postal_code;muu;reject_reason\nb;Talo;2010;y;"))
      #expect(rejects.contains("postal-code: postal_code"))
      let mended = rejects.replacing(";2010;", with: ";20100;").replacing("c;;", with: "c;Tupa;")
      let done = try await work.places(mended)
      #expect([done.created, done.rejected] == [2, 0])
      #expect(done.unknownColumns == ["muu"])
    }
  }

  @Test func theVerdictsFileTellsOfEachRow() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      try await work.places("id,name_fi,email\na,Sali,uusi@x.fi\nb,Talo,b@x.fi\nc,Uusi,\nd,,\n") {
        $0.verdictsPath = work.path("verdicts.csv")
        $0.isDryRun = true
      }
      let lines = try work.text("verdicts.csv").split(separator: "\n").map(String.init)
      #expect(lines[0] == "line,id,verdict,fields,problems")
      #expect(lines.contains("2,test:a,changed,email,"))
      #expect(lines.contains("3,test:b,unchanged,,"))
      #expect(lines.contains("4,test:c,new,,"))
      #expect(lines.contains { $0.hasPrefix("5,test:d,rejected,,\"missing-name") })
    }
  }
}
