import Testing

@Suite("seed, source and place") struct SeedTests {
  @Test func theReferenceDataTwice() async throws {
    try await Workspace.withMigrated { work in
      let first = try await work.run(["seed"])
      #expect(first.status == 0, "\(first.stderr)")
      #expect(
        first.stdout.contains("municipalities of reference: 453 rows, 453 new, 0 changed, 0 unchanged, 0 rejected"))
      #expect(
        first.stdout.contains("postal-codes of reference: 3785 rows, 3785 new, 0 changed, 0 unchanged, 0 rejected"))
      #expect(try await work.count("select count(*) from municipality where valid_to is null") == 308)
      #expect(
        try await work.count(
          """
          select count(*) from postal_code
          where code = '21500' and municipality = '202' and post_office->>'fi' = 'Piikkiö'
          """) == 1)
      #expect(try await work.count("select count(*) from place where id like 'fi:%'") == 310)
      #expect(try await work.place("fi:853")?["name"]["sv"].string == "Åbo")
      let changes = try await work.count("select count(*) from change")
      let second = try await work.run(["seed"])
      #expect(second.status == 0)
      #expect(second.stdout.contains("453 rows, 0 new, 0 changed, 453 unchanged, 0 rejected"))
      #expect(second.stdout.contains("3785 rows, 0 new, 0 changed, 3785 unchanged, 0 rejected"))
      #expect(try await work.count("select count(*) from change") == changes)
    }
  }

  @Test func theDemoTwiceAndGone() async throws {
    try await Workspace.withReference { work in
      let first = try await work.run(["seed", "--demo"])
      #expect(first.status == 0, "\(first.stderr)")
      #expect(first.stdout.contains("places of osm: 1085 rows, 1085 new, 0 changed, 0 unchanged, 0 rejected"))
      #expect(first.stdout.contains("events of osm: 13 rows, 13 new, 0 changed, 0 unchanged, 0 rejected"))
      #expect(!first.stdout.contains("warning "))
      #expect(try await work.place("osm:w596937289")?["n_events"].int == 1)
      #expect(try await work.place("fi:online")?["n_events"].int == 1)
      let second = try await work.run(["seed", "--demo"])
      #expect(second.stdout.contains("1085 rows, 0 new, 0 changed, 1085 unchanged, 0 rejected"))
      #expect(second.stdout.contains("13 rows, 0 new, 0 changed, 13 unchanged, 0 rejected"))
      try await show(work)
      let text = try await work.run(["source", "list"])
      #expect(text.lines.contains { $0.hasPrefix("osm\t1085 places\tODbL 1.0\t") })
      let list = try JSON(try await work.run(["source", "list", "--format", "json"]).stdout)
      let osm = try #require(list.array.first { $0["id"].string == "osm" })
      #expect(osm["places"].int == 1085)
      #expect(osm["licence"].string == "ODbL 1.0")
      try await purge(work)
    }
  }

  private func show(_ work: Workspace) async throws {
    let native = try await work.run(["place", "show", "osm:n55211772"])
    #expect(native.status == 0)
    #expect(native.stderr.isEmpty)
    let place = try JSON(native.stdout)
    #expect(place["id"].string == "osm:n55211772")
    #expect(place["name"]["fi"].string == "Hilton Helsinki Strand")
    #expect(place["municipality"]["code"].string == "091")
    #expect(place["position"]["coordinates"][0].double == 24.9515812)
    #expect(place["version"].int == 1)
    let foreign = try await work.run(["place", "show", "osm:node/55211772"])
    #expect(foreign.status == 0)
    #expect(foreign.stdout == native.stdout)
    #expect(foreign.stderr.contains("osm:n55211772"))
    for id in ["osm:nothing", "nothing", "", "osm:'; drop table place; --"] {
      let unknown = try await work.run(["place", "show", id])
      #expect(unknown.status == 1)
      #expect(unknown.stdout.isEmpty)
      #expect(unknown.stderr.contains("There is no place with the id"), "\(unknown.stderr)")
    }
  }

  private func purge(_ work: Workspace) async throws {
    let unsure = try await work.run(["source", "purge", "osm"])
    #expect(unsure.status == 2)
    #expect(unsure.stderr.contains("--yes"))
    #expect(try await work.count("select count(*) from place where data_source = 'osm'") == 1085)
    let done = try await work.run(["source", "purge", "osm", "--yes"])
    #expect(done.status == 0, "\(done.stderr)")
    #expect(done.stdout == "Removed 1085 places and 13 events.\n")
    #expect(try await work.count("select count(*) from event") == 0)
    #expect(try await work.place("fi:online")?["n_events"].int == 0)
    for table in ["place", "place_key", "place_document", "place_namespace", "place_history"] {
      let column =
        table.hasSuffix("namespace") || table == "place_document"
        ? "pk not in (select pk from place)" : "id like 'osm:%'"
      #expect(try await work.count("select count(*) from \(table) where \(column)") == 0, "\(table)")
    }
    #expect(try await work.run(["place", "show", "osm:n55211772"]).status == 1)
    #expect(try await !work.run(["source", "list"]).stdout.contains("osm"))
    #expect(try await work.place("fi:091")?["deleted"].bool == false)
    let again = try await work.run(["source", "purge", "osm", "--yes"])
    #expect(again.status == 1)
    #expect(again.stderr.contains("osm"))
    let back = try await work.run(["seed", "--demo"])
    #expect(back.stdout.contains("1085 new"))
  }

  @Test func theDemoWithoutTheReferenceDataIsRefused() async throws {
    try await Workspace.withMigrated { work in
      let demo = try await work.run(["seed", "--demo"])
      #expect(demo.status == 1 || demo.status == 3, "\(demo.stdout)")
      #expect((demo.stdout + demo.stderr).contains("municipality"))
    }
  }
}
