import Testing

@Suite("import divisions: made-up quarters of Turku") struct ImportDivisionsTests {
  /// Two quarters that meet at 22.28° E, and one whose boundary nobody has drawn yet. `raja` stands on their corner:
  /// edges are straight in EPSG:3067, so that no other point of the meridian lies on them exactly.
  private let quarters = """
    {"type": "FeatureCollection", "features": [
      {"type": "Feature", "properties": {"ocd_id": "ocd-division/country:fi/kunta:turku/osa-alue:kauppatori",
        "type": "neighborhood", "name_fi": "Kauppatori", "name_sv": "Salutorget"},
       "geometry": {"type": "Polygon", "coordinates":
        [[[22.255, 60.445], [22.28, 60.445], [22.28, 60.46], [22.255, 60.46], [22.255, 60.445]]]}},
      {"type": "Feature", "id": "ocd-division/country:fi/kunta:turku/osa-alue:kupittaa",
       "properties": {"type": "neighborhood", "municipality": "Åbo", "name_fi": "Kupittaa", "name_sv": "Kuppis",
        "population": 1520},
       "geometry": {"type": "MultiPolygon", "coordinates":
        [[[[22.28, 60.445], [22.31, 60.445], [22.31, 60.46], [22.28, 60.46], [22.28, 60.445]]]]}},
      {"type": "Feature", "properties": {"ocd_id": "ocd-division/country:fi/kunta:turku/suuralue:saaristo",
        "type": "district", "municipality": 853, "name_fi": "Saaristo"}, "geometry": null}]}
    """

  private let places = """
    id,name_fi,lon,lat
    tori,Kauppahalli,22.27,60.45
    puisto,Kioski,22.29,60.45
    raja,Kulmakahvila,22.28,60.445
    muualla,Mökki,22.4,60.45
    """

  private func importDivisions(
    _ work: Workspace, _ text: String, name: String = "quarters.geojson", _ more: [String] = [], status: Int32 = 0
  ) async throws -> JSON {
    let done = try await work.run(
      ["import", "divisions", try work.file(name, text), "--source", "quarters", "--format", "json"] + more)
    try #require(done.status == status, "status \(done.status): \(done.stderr)\(done.stdout)")
    return try JSON(done.stdout)
  }

  private func divisions(_ work: Workspace, _ id: String) async throws -> [String] {
    let place = try #require(await work.place("test:\(id)"))
    return place["divisions"].array.compactMap { $0["name"]["fi"].string }
  }

  @Test func placesKnowTheirDivisionsAndTheFilterFindsThem() async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      let report = try await importDivisions(work, quarters)
      #expect(report["kind"].string == "divisions")
      #expect(report["crs"].string == "EPSG:4326")
      #expect(report["rows"].int == 3 && report["created"].int == 3 && report["rejected"].int == 0)
      #expect(report["places_changed"].int == 3)
      #expect(report["unknown_columns"].array.compactMap(\.string) == ["population"])
      #expect(try await divisions(work, "tori") == ["Kauppatori"])
      #expect(try await divisions(work, "raja") == ["Kauppatori", "Kupittaa"])
      #expect(try await divisions(work, "muualla") == [])
      #expect(try await work.count("select count(*) from division where municipality = '853'") == 3)
      let changes = try await work.count("select count(*) from change")
      let again = try await importDivisions(work, quarters)
      #expect(again["unchanged"].int == 3 && again["changed"].int == 0 && again["places_changed"].int == 0)
      #expect(try await work.count("select count(*) from change") == changes)
      // Places that come later, and one that moves.
      _ = try await work.importPlaces(
        try work.file("more.csv", "id,name_fi,lon,lat\nuusi,Uusi,22.265,60.45\nmuualla,Mökki,22.3,60.45\n"))
      #expect(try await divisions(work, "uusi") == ["Kauppatori"])
      #expect(try await divisions(work, "muualla") == ["Kupittaa"])
      try await asked(work)
    }
  }

  private func asked(_ work: Workspace) async throws {
    try await Server.with(work) { server in
      func ids(_ query: String) async throws -> [String] {
        try await server.json("/v1/place/?sort=id&" + query)["data"].array.compactMap { $0["id"].string }
      }
      #expect(try await ids("division=Kupittaa") == ["test:muualla", "test:puisto", "test:raja"])
      #expect(try await ids("division=kunta:turku/osa-alue:kauppatori,kuppis").count == 5)
      #expect(try await ids("division=osa-alue:kupittaa&text=kioski") == ["test:puisto"])
      #expect(
        try await ids("division=SALUTORGET&dwithin_origin=22.2801,60.445&dwithin_metres=10") == ["test:raja"])
      let one = try await server.json("/v1/division/ocd-division%2Fcountry:fi%2Fkunta:turku%2Fosa-alue:kupittaa/")
      #expect(one["municipality"]["code"].string == "853")
      #expect(one["has_boundary"].bool == true)
      #expect(try await server.json("/v1/division/?name=saaristo")["data"][0]["has_boundary"].bool == false)
    }
  }

  @Test func namesByCSVLeaveBoundariesAlone() async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      _ = try await importDivisions(work, quarters)
      let report = try await importDivisions(
        work,
        """
        tunnus;type;name_fi;name_en
        ocd-division/country:fi/kunta:turku/osa-alue:kauppatori;;Tori;Market Square
        ocd-division/country:fi/kunta:turku/osa-alue:kupittaa;sub_district;;
        ocd-division/country:fi/kunta:turku/suuralue:saaristo;;;
        """, name: "names.csv", ["--map", "ocd_id=tunnus"])
      #expect(report["changed"].int == 2 && report["unchanged"].int == 1 && report["rejected"].int == 0)
      #expect(report["unknown_columns"].array.isEmpty)
      #expect(try await divisions(work, "tori") == ["Tori"])
      #expect(try await divisions(work, "raja") == ["Kupittaa", "Tori"], "sub_district before neighborhood")
      #expect(
        try await work.count(
          """
          select count(*) from division where geom is not null
            and name in ('{"fi": "Tori", "sv": "Salutorget", "en": "Market Square"}', '{"fi": "Kupittaa", "sv": "Kuppis"}')
          """) == 2)
    }
  }

  @Test func aDryRunChangesNothing() async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      let report = try await importDivisions(work, quarters, ["--dry-run"])
      #expect(report["dry_run"].bool == true && report["created"].int == 3 && report["places_changed"].int == 3)
      #expect(try await work.count("select count(*) from division") == 0)
      #expect(try await work.count("select count(*) from place_division") == 0)
      #expect(try await work.count("select count(*) from data_source where id = 'quarters'") == 0)
    }
  }

  @Test func anEmptyGeometryTakesABoundaryAway() async throws {
    try await Workspace.withReference { work in
      _ = try await work.importPlaces(try work.file("places.csv", places))
      _ = try await importDivisions(work, quarters)
      let report = try await importDivisions(
        work,
        """
        {"type": "Feature", "properties": {"ocd_id": "ocd-division/country:fi/kunta:turku/osa-alue:kupittaa"}, \
        "geometry": {"type": "MultiPolygon", "coordinates": []}}
        {"type": "Feature", "properties": {"ocd_id": "ocd-division/country:fi/kunta:turku/osa-alue:kauppatori"}, \
        "geometry": null}
        """, name: "empty.ndjson")
      #expect(report["changed"].int == 1 && report["unchanged"].int == 1 && report["places_changed"].int == 2)
      #expect(try await divisions(work, "raja") == ["Kauppatori"])
      #expect(try await divisions(work, "puisto") == [])
    }
  }

  @Test func badRowsAreToldAndTheOthersTaken() async throws {
    try await Workspace.withReference { work in
      let square = "[[[22.2,60.4],[22.3,60.4],[22.3,60.5],[22.2,60.5],[22.2,60.4]]]"
      func feature(_ id: String?, _ properties: String, _ geometry: String = "null") -> String {
        let id = id.map { "\"ocd_id\":\"ocd-division/country:fi/kunta:\($0)\"," } ?? ""
        return "{\"type\":\"Feature\",\"properties\":{\(id)\(properties)},\"geometry\":\(geometry)}"
      }
      let polygon = "{\"type\":\"Polygon\",\"coordinates\":\(square)}"
      let features = [
        feature("turku/osa-alue:hyvä", #""type":"district","name_fi":"Hyvä""#, polygon),
        feature(nil, #""type":"district","name_fi":"Nimi""#, polygon),
        feature(nil, #""ocd_id":"osa-alue:x","type":"district","name_fi":"Lyhyt""#),
        feature("turku/osa-alue:a", #""type":"kaupunginosa","name_fi":"A""#),
        feature("turku/osa-alue:b", #""name_fi":"B""#), feature("turku/osa-alue:c", #""type":"district""#),
        feature("turku/osa-alue:d", #""type":"district","name_fi":"D","municipality":"Atlantis""#),
        feature("turku/osa-alue:hyvä", #""type":"district","name_fi":"Toinen""#),
        feature(
          "turku/osa-alue:e", #""type":"district","name_fi":"E""#, #"{"type":"Point","coordinates":[22.2,60.4]}"#),
        feature(
          "turku/osa-alue:f", #""type":"district","name_fi":"F""#,
          #"{"type":"Polygon","coordinates":[[[60.4,22.2],[60.5,22.2],[60.5,22.3],[60.4,22.2]]]}"#),
        feature(
          "turku/osa-alue:g", #""type":"district","name_fi":"G""#,
          #"{"type":"Polygon","coordinates":[[[22.2,60.4],[22.3,60.4],[22.2,60.4],[22.2,60.4]]]}"#),
        feature("turku", #""type":"muni","name_fi":"Turku""#, polygon),
      ]
      let report = try await importDivisions(
        work, "{\"type\":\"FeatureCollection\",\"features\":[\n\(features.joined(separator: ",\n"))\n]}", status: 3)
      #expect(report["rows"].int == 12)
      #expect(report["created"].int == 2)
      #expect(report["rejected"].int == 10)
      #expect(report["warnings"].int == 1)
      let problems = report["problems"].array
      #expect(problems.compactMap { $0["line"].int } == Array(3...13))
      #expect(
        problems.compactMap { $0["code"].string } == [
          "missing-id", "ocd-id", "division-type", "missing-type", "missing-name", "unknown-municipality",
          "duplicate-id",
          "geometry", "boundary", "no-area", "municipality-register",
        ])
      #expect(problems[2]["field"].string == "type" && problems[2]["value"].string == "kaupunginosa")
      #expect(problems[2]["detail"].string == "The types are muni, district, sub_district, neighborhood.")
    }
  }

  @Test func coordinatesInMetresAndARemovedSource() async throws {
    try await Workspace.withReference { work in
      let report = try await importDivisions(
        work,
        """
        {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:3877"}}, "features": [
         {"type": "Feature", "properties": {"ocd_id": "ocd-division/country:fi/kunta:turku/osa-alue:itä",
          "type": "district", "name_fi": "Itä"},
          "geometry": {"type": "Polygon", "coordinates": [[[23460000, 6703000], [23462000, 6703000],
           [23462000, 6705000], [23460000, 6705000], [23460000, 6703000]]]}}]}
        """)
      #expect(report["crs"].string == "EPSG:3877" && report["created"].int == 1)
      _ = try await work.importPlaces(
        try work.file("p.csv", "id,name_fi,x,y\nuima,Uimala,23460952.7,6703718.4\n"), ["--crs", "EPSG:3877"])
      #expect(try await divisions(work, "uima") == ["Itä"])
      let purged = try await work.run(["source", "purge", "quarters", "--yes"])
      #expect(purged.status == 0, "\(purged.stderr)")
      #expect(try await work.count("select count(*) from division") == 1, "divisions outlive their source's places")
    }
  }
}
