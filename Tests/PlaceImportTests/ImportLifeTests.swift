import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceImport

@Suite("An import against what happened since the last one") struct ImportLifeTests {
  private let first = """
    id,name_fi,street_address_fi,postal_code,opening_hours,email
    a,Sali,Katu 1,20100,Mo-Fr 08:00-16:00,a@x.fi
    b,Talo,Katu 2,20100,Mo-Fr 08:00-16:00,b@x.fi
    c,Tupa,Katu 3,20100,Mo-Fr 08:00-16:00,c@x.fi

    """

  @Test func theSameFileAgainWritesNothing() async throws {
    try await ImportWork.with { work in
      let report = try await work.places(first)
      #expect(report.created == 3)
      let before = try await work.state()
      let again = try await work.places(first)
      #expect([again.created, again.changed, again.unchanged] == [0, 0, 3])
      #expect(try await work.state() == before)
      #expect(again.sequence == nil)
    }
  }

  @Test func aDryRunTellsWhatWouldChangeAndChangesNothing() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      let before = try await work.state()
      let sessions = try await work.number("select count(*) from import_session")
      let dry = try await work.places(first.replacing("Tupa", with: "Mökki") + "d,Uusi,,,,\n") { $0.isDryRun = true }
      #expect(dry.session == nil)
      #expect([dry.created, dry.changed, dry.unchanged] == [1, 1, 2])
      #expect(dry.verdicts.map(\.id) == ["test:c", "test:d"])
      #expect(dry.verdicts.first?.fields == ["name"])
      #expect(try await work.state() == before)
      #expect(try await work.number("select count(*) from import_session") == sessions)
    }
  }

  @Test func hoursCorrectedByHandSurviveTheNextNight() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      try await work.edit("test:a", holding: "/opening_hours") { $0.openingHours = "Mo-Fr 10:00-18:00" }
      let same = try await work.places(first)
      #expect([same.unchanged, same.kept] == [3, 0])
      // The source has something new to say: it is told, and not taken.
      let newer = first.replacing(
        "a,Sali,Katu 1,20100,Mo-Fr 08:00-16:00", with: "a,Sali,Katu 1,20100,Mo-Fr 09:00-15:00")
      let report = try await work.places(newer)
      #expect(report.kept == 1)
      let kept = try #require(report.problems.first { $0.code == "kept" })
      #expect(kept.value == "Mo-Fr 09:00-15:00")
      #expect(kept.detail.contains("Mo-Fr 10:00-18:00"))
      #expect(try await work.place("test:a")?.place.openingHours == "Mo-Fr 10:00-18:00")
      // It is told each night, and taken when it is let go of.
      #expect(try await work.places(newer).kept == 1)
      let taken = try await work.places(newer) { $0.overwritesHeld = true }
      #expect(taken.changed == 1)
      let place = try #require(await work.place("test:a")?.place)
      #expect(place.openingHours == "Mo-Fr 09:00-15:00")
      #expect(place.held.isEmpty)
    }
  }

  @Test func onlyWhatTheSourceChangedIsWritten() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      _ = try await work.store.write(by: Author(actor: "x", action: "test")) { transaction in
        let id = try PlaceID("test:a")
        guard let stored = try await transaction.lockPlaces([id])[id] else { return }
        var place = stored.place
        place.email = "new@x.fi"
        try await transaction.save([PlaceChange(place, existing: stored, engine: work.store.engine)])
      }
      try await work.places(first.replacing("Sali", with: "Suuri sali"))
      let place = try #require(await work.place("test:a")?.place)
      #expect(place.name.preferred == "Suuri sali")
      #expect(place.email == "new@x.fi")
    }
  }

  @Test func anEmptyCellClearsAndAnAbsentColumnKeeps() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      try await work.places("id,name_fi,email\na,Sali,\n")
      let place = try #require(await work.place("test:a")?.place)
      #expect(place.email == nil)
      #expect(place.postalCode?.description == "20100")
      try await work.places("id,name_fi,email\nb,Talo,\n") { $0.emptyKeeps = true }
      #expect(try await work.place("test:b")?.place.email == "b@x.fi")
    }
  }

  @Test func whatWasMergedIsNotRevived() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      _ = try await work.store.write(by: Author(actor: "x", action: "test")) { transaction in
        try await transaction.merge(try PlaceID("test:a"), into: "test:b")
      }
      let report = try await work.places(first.replacing("Sali", with: "Uusi nimi"))
      let moved = try #require(report.problems.first)
      #expect(moved.code == "moved-id")
      #expect(moved.detail.contains("test:b"))
      #expect(try await work.place("test:a")?.state == "merged")
      #expect(try await work.place("test:a")?.place.name.preferred == "Sali")
    }
  }

  @Test func whatAPersonDeletedStaysDeletedAndWhatAnImportRetiredComesBack() async throws {
    try await ImportWork.with { work in
      let rows = (0..<30).map { "p\($0),Paikka \($0)" }
      let file = "id,name_fi\n" + rows.joined(separator: "\n") + "\n"
      try await work.places(file)
      _ = try await work.store.write(by: Author(actor: "helsinki", action: "test")) { transaction in
        let id = try PlaceID("test:p0")
        let stored = try #require(await transaction.lockPlaces([id])[id])
        var change = try PlaceChange(stored.place, existing: stored, engine: work.store.engine)
        change.life = .deleted(reason: "never was")
        try await transaction.save([change])
      }
      let report = try await work.places(file)
      #expect(report.problems.map(\.code) == ["deleted"])
      #expect(try await work.place("test:p0")?.state == "deleted")
      // Two of 29 are missing: they are retired, and come back with the next file.
      let fewer = "id,name_fi\n" + rows.dropFirst().dropLast(2).joined(separator: "\n") + "\n"
      #expect(try await work.places(fewer).retired == 0)
      let retired = try await work.places(fewer) { $0.retiresMissing = true }
      #expect(retired.retired == 2)
      #expect(retired.retiredPlaces.map(\.id) == ["test:p28", "test:p29"])
      #expect(try await work.place("test:p29")?.state == "deleted")
      let back = try await work.places(file)
      #expect(back.changed == 2)
      #expect(try await work.place("test:p29")?.state == "live")
    }
  }

  @Test func anEmptiedFileRetiresNothing() async throws {
    try await ImportWork.with { work in
      try await work.places(first)
      let before = try await work.state()
      let refused = try await work.places("id,name_fi\n") { $0.retiresMissing = true }
      #expect(refused.refusals.map(\.code) == ["empty-file"])
      let most = try await work.places("id,name_fi\na,Sali\n") { $0.retiresMissing = true }
      #expect(most.refusals.map(\.code) == ["max-retired"])
      #expect(try await work.state() == before)
      let meant = try await work.places("id,name_fi\na,Sali\n") {
        $0.retiresMissing = true
        $0.maxRetired = 70
      }
      #expect(meant.retired == 2)
    }
  }

  @Test func aFileThatClearsAFieldOrShiftsIdsIsRefused() async throws {
    try await ImportWork.with { work in
      let rows = (0..<20).map { "p\($0),Paikka \($0),Katu \($0),x\($0)@x.fi" }
      let header = "id,name_fi,street_address_fi,email\n"
      try await work.places(header + rows.joined(separator: "\n") + "\n")
      let before = try await work.state()
      let cleared = header + (0..<20).map { "p\($0),Paikka \($0),Katu \($0)," }.joined(separator: "\n") + "\n"
      let refused = try await work.places(cleared)
      #expect(refused.refusals.map(\.code) == ["mass-clear"])
      #expect(refused.refusals[0].detail.contains("20 of the 20"))
      let shifted =
        header + (0..<20).map { "p\($0),Paikka \($0 + 1),Katu \($0 + 1),x\($0)@x.fi" }.joined(separator: "\n")
      #expect(try await work.places(shifted + "\n").refusals.map(\.code) == ["ids-shifted"])
      #expect(try await work.state() == before)
      #expect(try await work.places(cleared) { $0.allowsClear = true }.changed == 20)
      #expect(try await work.places(shifted + "\n") { $0.allowsReuse = true }.changed == 20)
    }
  }

  @Test func onlyRowsOfTheScopeAreTaken() async throws {
    try await ImportWork.with { work in
      try await work.database.execute(
        """
        insert into municipality (code, name) values ('853', '{"fi": "Turku"}'), ('202', '{"fi": "Kaarina"}')
        """)
      let file = "id,name_fi,municipality\na,Sali,853\nb,Talo,Kaarina\nc,Tupa,202\n"
      let report = try await work.places(file) { $0.scope.municipalities = ["Kaarina"] }
      #expect([report.rows, report.created, report.skipped] == [3, 2, 1])
      #expect(try await work.place("test:a") == nil)
      // What is outside the scope is not missing.
      try await work.places(file)
      let retired = try await work.places("id,name_fi,municipality\nb,Talo,202\n") {
        $0.scope.municipalities = ["202"]
        $0.retiresMissing = true
        $0.maxRetired = 50
      }
      #expect(retired.retired == 1)
      #expect(try await work.place("test:a")?.state == "live")
      #expect(try await work.place("test:c")?.state == "deleted")
    }
  }

  @Test func rowsWithoutIdsAreKnownByNameAndAddress() async throws {
    try await ImportWork.with { work in
      let file = "Nimi,Osoite,postal_code\nSali,Katu 1,20100\nSali,Katu 2,20100\nTalo,,\n"
      func match(_ text: String) async throws -> ImportReport {
        try await work.places(text) {
          $0.matchesByName = true
          $0.map = ["name_fi": "Nimi", "street_address_fi": "Osoite"]
          $0.idsPath = work.path("ids.csv")
        }
      }
      #expect(try await match(file).created == 3)
      let ids = try work.text("ids.csv").split(separator: "\n").map { $0.split(separator: ",")[0] }
      #expect(ids.count == 4)
      let again = try await match(file.replacing("20100\nTalo", with: "20100\nTALO"))
      #expect([again.created, again.changed, again.unchanged] == [0, 1, 2])
      #expect(try work.text("ids.csv").split(separator: "\n").map { $0.split(separator: ",")[0] } == ids)
      let doubled = try await match(file + "Sali,Katu 1,20100\n")
      #expect(doubled.problems.map(\.code) == ["duplicate-id"])
    }
  }

  @Test func anIdentifierMayMoveFromOneRowToAnother() async throws {
    try await ImportWork.with { work in
      try await work.places("id,name_fi,identifiers\na,Sali,tprek=1\nb,Talo,\n")
      let report = try await work.places("id,name_fi,identifiers\nb,Talo,tprek=1\na,Sali,\n")
      #expect([report.changed, report.rejected] == [2, 0])
      #expect(try await work.place("test:b")?.place.identifiers.map(\.description) == ["tprek:1"])
    }
  }
}
