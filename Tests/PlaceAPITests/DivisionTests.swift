import Geodesy
import HTTPTypes
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// `division=`, the divisions that a place shows, and `/v1/division/`.
@Suite("Divisions")
struct DivisionTests {
  private static func encoded(_ text: String) -> String { Paging.escape(text) }

  @Test("A place shows its municipality once, then its divisions from large to small; GeoJSON alike")
  func shown() async throws {
    try await TestAPI.with { api in
      let place = try await api.get("/v1/place/same:4/").json()
      let told = (place["divisions"]?.arrayValue ?? []).compactMap { $0["ocd_id"]?.stringValue?.dropFirst(24) }
      #expect(
        told == [
          "kunta:turku", "kunta:turku/suuralue:ita", "kunta:turku/suuralue:lansi", "kunta:turku/osa-alue:pyhä_jaakko",
        ],
        "same:4 stands on the line between the two districts")
      let last = place["divisions"]?.arrayValue?.last
      #expect(last?["type"] == .string("sub_district"))
      #expect(last?["municipality"] == .string("Turku"))
      #expect(last?["name"]?["sv"] == .string("S:t Jakob"))
      let feature = try await api.get("/v1/place/same:4/?format=geojson").json()
      #expect(feature["properties"]?["divisions"] == place["divisions"])
      // On Turku's eastern edge, and in the muni division of the file: the register's Kaarina only.
      let hall = try await api.get("/v1/place/kaarina:hall/").json()["divisions"]?.arrayValue ?? []
      #expect(hall.count { $0["type"] == .string("muni") } == 1)
      #expect(hall.count { $0["ocd_id"]?.stringValue?.hasSuffix("suuralue:ita") == true } == 1)
    }
  }

  @Test(
    "Every form of the filter",
    arguments: [
      ("ocd-division/country:fi/kunta:turku/osa-alue:keskusta", "kunta:turku/osa-alue:keskusta"),
      ("kunta:turku/osa-alue:keskusta", "kunta:turku/osa-alue:keskusta"),
      ("country:fi/kunta:turku/osa-alue:keskusta", "kunta:turku/osa-alue:keskusta"),
      ("KUNTA:TURKU/OSA-ALUE:KESKUSTA", "kunta:turku/osa-alue:keskusta"),
      ("länsi-turku", "kunta:turku/suuralue:lansi"), ("Västra  ÅBO", "kunta:turku/suuralue:lansi"),
      ("suuralue:lansi", "kunta:turku/suuralue:lansi"), ("S:t Jakob", "kunta:turku/osa-alue:pyhä_jaakko"),
      ("Sankt Jakob", "kunta:turku/osa-alue:pyhä_jaakko"),
      ("osa-alue:pyha\u{308}_jaakko", "kunta:turku/osa-alue:pyhä_jaakko"),
    ])
  func forms(asked: String, id: String) async throws {
    try await TestAPI.with { api in
      let entries = try Oracle().entries.filter { entry in
        entry.place.isPublic && entry.place.kind == .venue && entry.parts.contains { $0.id == id }
      }
      try #require(!entries.isEmpty)
      let reply = try await api.list([("division", asked), ("page_size", "100")])
      #expect(Set(reply.ids()) == Set(entries.map(\.id)))
      #expect(reply.count() == entries.count)
    }
  }

  @Test("Municipalities are divisions: by id, by name with a colon, by what they were before")
  func municipalities() async throws {
    try await TestAPI.with { api in
      for (asked, municipality) in [
        ("kunta:kaarina", "202"), ("S:t Karins", "202"), ("sankt karins", "202"), ("kunta:merimasku", "529"),
        ("Nådendal", "529"), ("ocd-division/country:fi/kunta:turku", "853"), ("Åbo,kunta:kaarina", "853,202"),
      ] {
        let byDivision = try await api.list([("division", asked), ("page_size", "100")])
        let byMunicipality = try await api.list([("municipality", municipality), ("page_size", "100")])
        #expect(byDivision.ids() == byMunicipality.ids() && !byDivision.ids().isEmpty, "\(asked)")
      }
    }
  }

  @Test("An unknown division finds nothing, an empty value filters nothing")
  func unknown() async throws {
    try await TestAPI.with { api in
      for asked in ["Atlantis", "kunta:atlantis", "osa-alue:x", "ocd-division/", ":", "853", "%", "'", "kampp"] {
        let reply = try await api.list([("division", asked)])
        #expect(reply.status == 200 && reply.count() == 0, "\(asked)")
      }
      let bare = try await api.get("/v1/place/")
      #expect(try await api.get("/v1/place/?division=").ids() == bare.ids())
      #expect(try await api.list([("division", "Atlantis, Kaarina")]).count() > 0)
    }
  }

  @Test("Kept answers and counts follow an import of divisions at once")
  func kept() async throws {
    try await TestAPI.with { api in
      func count(_ asked: String) async throws -> Int { try await api.list([("division", asked)]).count() }
      func save(_ changes: [DivisionChange]) async throws {
        _ = try await api.database.store.write(by: Author(actor: "test", action: "test")) {
          try await $0.saveDivisions(changes, source: DataSourceID("fi"))
        }
      }
      let before = try await count("Keskusta")
      #expect(before > 0)
      #expect(try await count("Keskusta") == before)
      #expect(try await count("Kauppatori") == 0)
      var change = DivisionChange(id: try DivisionID("ocd-division/country:fi/kunta:turku/osa-alue:keskusta"))
      change.name = LocalizedText([.fi: "Kauppatori"])
      try await save([change])
      let renamed = try await count("Kauppatori")
      #expect(renamed > 0)
      let left = try await count("Keskusta")
      #expect(left + renamed == before)
      #expect(try await count("Centrum") == before, "the Swedish name stays")
      change.boundary = .removed
      try await save([change])
      #expect(try await count("Kauppatori") == 0)
      // A division without places, found under its name only from now on.
      #expect(try await count("Puutori") == 0)
      var new = DivisionChange(id: try DivisionID("ocd-division/country:fi/kunta:turku/osa-alue:puutori"))
      new.type = .neighborhood
      new.name = LocalizedText([.fi: "Puutori"])
      try await save([new])
      #expect(try await count("Puutori") == 0)
      new.boundary = .replaced(by: Fixture.wkt(.init(west: 230_000, south: 6.7e6, east: 245_000, north: 6.72e6)))
      try await save([new])
      #expect(try await count("Puutori") > 0)
    }
  }

  @Test("The list: municipalities first, by type, municipality, name and part of a name, in pages")
  func list() async throws {
    try await TestAPI.with { api in
      func ids(_ query: String) async throws -> [String] {
        let reply = try await api.get("/v1/division/" + query)
        let data = reply.json()["data"]?.arrayValue ?? []
        #expect(reply.count() >= data.count)
        return data.compactMap { $0["ocd_id"]?.stringValue.map { String($0.dropFirst(24)) } }
      }
      let living = Fixture.areas.filter { $0.validTo == nil }
      let all = try await ids("")
      #expect(all.count == living.count + Fixture.parts.count - 1)
      #expect(all.prefix(3) == ["kunta:heinola", "kunta:helsinki", "kunta:kaarina"])
      #expect(all.suffix(2) == ["kunta:turku/suuralue:ita", "kunta:turku/suuralue:lansi"])
      var paged: [String] = []
      for page in 1...4 { paged += try await ids("?page_size=3&page=\(page)") }
      #expect(paged == all)
      #expect(try await api.get("/v1/division/?page=2").status == 404)
      #expect(try await ids("?type=muni").count == living.count)
      #expect(try await ids("?type=district,sub_district&municipality=%C3%85bo").count == 3)
      #expect(try await ids("?municipality=202") == ["kunta:kaarina", "kunta:kaarina/osa-alue:keskusta"])
      #expect(try await ids("?name=centrum") == ["kunta:kaarina/osa-alue:keskusta", "kunta:turku/osa-alue:keskusta"])
      #expect(try await ids("?name=s:t+karins,kampen") == ["kunta:kaarina", "kunta:helsinki/osa-alue:kamppi"])
      #expect(
        try await ids("?text=turku") == ["kunta:turku", "kunta:turku/suuralue:ita", "kunta:turku/suuralue:lansi"])
      #expect(try await ids("?text=osa-alue") == [])
    }
  }

  @Test("One: whole id encoded or not, short forms, a municipality; its boundary on request")
  func one() async throws {
    try await TestAPI.with { api in
      let id = "ocd-division/country:fi/kunta:turku/suuralue:ita"
      let text =
        #"{"ocd_id":"\#(id)","type":"district","name":{"fi":"Itä-Turku","sv":"Östra Åbo"},"#
        + #""municipality":{"code":"853","name":{"fi":"Turku","sv":"Åbo"}},"has_boundary":true}"#
      for path in [
        Self.encoded(id), id, "kunta:turku/suuralue:ita", "kunta:turku%2Fsuuralue:ita", "suuralue:ita",
        "KUNTA:TURKU/suuralue:ita",
      ] {
        for slash in ["", "/"] {
          let reply = try await api.get("/v1/division/" + path + slash)
          #expect(reply.json().text == text, "\(path)")
        }
      }
      let municipality = try await api.get("/v1/division/kunta:kaarina/?include=boundary").json()
      #expect(municipality["type"] == .string("muni"))
      let kaarina = try await api.get("/v1/municipality/202/?include=boundary").json()
      #expect(municipality["boundary"] == kaarina["boundary"] && municipality["boundary"] != .null)
      let boundary = try await api.get("/v1/division/suuralue:ita/?include=boundary").json()["boundary"]
      #expect(boundary?["type"] == .string("MultiPolygon"))
      let kamppi = try await api.get("/v1/division/osa-alue:kamppi/?include=boundary").json()
      #expect(kamppi["boundary"] == .null && kamppi["has_boundary"] == .bool(false))
      let several = try await api.get("/v1/division/osa-alue:keskusta/")
      #expect(several.status == 404)
      #expect(several.json()["detail"]?.stringValue?.contains("kunta:kaarina/osa-alue:keskusta") == true)
      #expect(try await api.send(.head, "/v1/division/" + id + "/").status == 200)
    }
  }
}
