import Foundation
import Testing

@Suite("import municipalities: boundaries of made-up squares") struct ImportMunicipalitiesTests {
  /// Two squares side by side in the south-west, in metres of EPSG:3067.
  private let metres = """
    {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3067"}},
     "features": [
      {"type": "Feature", "properties": {"code": "853", "name_fi": "Turku", "name_sv": "Åbo", "language_class": "fi-sv"},
       "geometry": {"type": "Polygon", "coordinates":
        [[[230000, 6700000], [250000, 6700000], [250000, 6720000], [230000, 6720000], [230000, 6700000]]]}},
      {"type": "Feature", "properties": {"code": 202, "name_fi": "Kaarina", "name_sv": "S:t Karins"},
       "geometry": {"type": "MultiPolygon", "coordinates":
        [[[[250000, 6700000], [260000, 6700000], [260000, 6720000], [250000, 6720000], [250000, 6700000]]]]}}]}
    """

  private let places = """
    id,name_fi,x,y
    turussa,Sali,240000,6710000
    kaarinassa,Tupa,255000,6710000
    muualla,Mökki,300000,6710000
    rajalla,Aita,250000,6710000
    """

  private func importMunicipalities(
    _ work: Workspace, _ text: String, name: String = "m.geojson", _ more: [String] = []
  ) async throws -> Command.Outcome {
    try await work.run(
      ["import", "municipalities", try work.file(name, text), "--source", "squares", "--format", "json"] + more)
  }

  @Test func placesKnowTheirMunicipalityByBoundary() async throws {
    try await Workspace.withMigrated { work in
      let csv = try work.file("places.csv", places)
      _ = try await work.importPlaces(csv, ["--crs", "EPSG:3067"])
      #expect(try await work.place("test:turussa")?["municipality"].isNull == true)
      let done = try await importMunicipalities(work, metres)
      #expect(done.status == 0, "\(done.stderr)\(done.stdout)")
      let report = try JSON(done.stdout)
      #expect(report["kind"].string == "municipalities")
      #expect(report["crs"].string == "EPSG:3067")
      #expect(report["created"].int == 2)
      // Three of the file and the two built-in places.
      #expect(report["places_changed"].int == 5)
      for (id, code) in [("turussa", "853"), ("kaarinassa", "202"), ("rajalla", "202")] {
        let municipality = try #require(await work.place("test:\(id)"))["municipality"]
        #expect(municipality["code"].string == code, "\(id)")
        #expect(municipality["source"].string == "boundary")
      }
      #expect(try await work.place("test:muualla")?["municipality"].isNull == true)
      let again = try JSON(try await importMunicipalities(work, metres).stdout)
      #expect(again["unchanged"].int == 2)
      #expect(again["changed"].int == 0)
      #expect(again["places_changed"].int == 0)
      try await askedByName(work)
    }
  }

  private func askedByName(_ work: Workspace) async throws {
    try await Server.with(work) { server in
      for name in ["%C3%85bo", "Turku", "853", "%C3%A5bo"] {
        let found = try await server.json("/v1/place/?municipality=\(name)&show_all_places=true")
        #expect(found["data"].array.compactMap { $0["id"].string } == ["test:turussa"], "\(name)")
      }
      let both = try await server.json("/v1/place/?municipality=Sankt%20Karins,853&show_all_places=true")
      #expect(both["meta"]["count"].int == 3)
      #expect(try await server.get("/v1/place/?municipality=Atlantis").status == 400)
      #expect(try await server.json("/v1/municipality/?lat=60.4518&lon=22.2666")["data"][0]["code"].string == "853")
    }
  }

  @Test func degreesWithoutADeclaredSystem() async throws {
    try await Workspace.withMigrated { work in
      let done = try await importMunicipalities(
        work,
        """
        {"type": "FeatureCollection", "features": [
         {"type": "Feature", "id": "091", "properties": {"nimi": "Helsinki", "namn": "Helsingfors"},
          "geometry": {"type": "Polygon",
           "coordinates": [[[24.8, 60.1], [25.2, 60.1], [25.2, 60.3], [24.8, 60.3], [24.8, 60.1]]]}}]}
        """)
      #expect(done.status == 0, "\(done.stderr)\(done.stdout)")
      #expect(try JSON(done.stdout)["crs"].string == "EPSG:4326")
      let csv = try work.file("p.csv", "id,name_fi,lon,lat\n1,Asema,24.9414,60.1719\n2,Espoossa,24.7,60.2\n")
      _ = try await work.importPlaces(csv)
      #expect(try await work.place("test:1")?["municipality"]["name"]["sv"].string == "Helsingfors")
      #expect(try await work.place("test:2")?["municipality"].isNull == true)
    }
  }

  @Test func aDryRunChangesNothing() async throws {
    try await Workspace.withMigrated { work in
      let done = try await importMunicipalities(work, metres, ["--dry-run"])
      #expect(done.status == 0)
      let report = try JSON(done.stdout)
      #expect(report["dry_run"].bool == true)
      #expect(report["created"].int == 2)
      #expect(try await work.count("select count(*) from municipality") == 0)
      #expect(try await work.count("select count(*) from data_source where id = 'squares'") == 0)
    }
  }

  @Test func badFeaturesAreRejectedAndTheOthersTaken() async throws {
    try await Workspace.withMigrated { work in
      let square = "[[[24.8,60.1],[25.2,60.1],[25.2,60.3],[24.8,60.3],[24.8,60.1]]]"
      func feature(_ properties: String, _ geometry: String) -> String {
        "{\"type\":\"Feature\",\"properties\":\(properties),\"geometry\":\(geometry)}"
      }
      let polygon = "{\"type\":\"Polygon\",\"coordinates\":\(square)}"
      let features = [
        feature(#"{"code":"091","name_fi":"Helsinki"}"#, polygon), feature(#"{"name_fi":"Nimi"}"#, polygon),
        feature(#"{"code":"092"}"#, polygon), feature(#"{"code":"091","name_fi":"Toinen"}"#, polygon),
        feature(#"{"code":"049","name_fi":"Espoo"}"#, #"{"type":"Point","coordinates":[24.7,60.2]}"#),
        feature(
          #"{"code":"235","name_fi":"Kauniainen"}"#,
          #"{"type":"Polygon","coordinates":[[[385000,6670000],[386000,6670000],[386000,6671000],[385000,6670000]]]}"#),
        feature(#"{"code":"853","name_fi":"Turku"}"#, "null"),
      ]
      let done = try await importMunicipalities(
        work, "{\"type\":\"FeatureCollection\",\"features\":[\n\(features.joined(separator: ",\n"))\n]}")
      #expect(done.status == 3, "\(done.stderr)")
      let report = try JSON(done.stdout)
      #expect(report["rows"].int == 7)
      #expect(report["created"].int == 2)
      #expect(report["rejected"].int == 5)
      #expect(report["problems"].array.compactMap { $0["line"].int } == [3, 4, 5, 6, 7])
      let codes = report["problems"].array.compactMap { $0["code"].string }
      #expect(codes == ["missing-id", "missing-name", "duplicate-id", "geometry", "boundary"])
    }
  }
}
