import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

/// Wrong input of every kind gets its status with the parameter named; nothing that a client sends is our fault.
@Suite("Wrong input")
struct WrongInputTests {
  @Test("Each wrong request: status, code, the parameter named, what to do told")
  func table() async throws {
    #expect(WrongInputs.all.count >= 120)
    try await TestAPI.with { api in
      for wrong in WrongInputs.all {
        let reply = try await api.get(wrong.target)
        let told = String(decoding: reply.plain, as: UTF8.self)
        #expect(reply.status == wrong.status, "\(wrong.target.prefix(200)) \(told.prefix(300))")
        guard reply.status == wrong.status else { continue }
        #expect(reply.header("Content-Type") == "application/problem+json")
        #expect(reply.code() == wrong.code, "\(wrong.target.prefix(200))")
        #expect(
          Set(reply.parameters()).isSuperset(of: wrong.parameters), "\(wrong.target.prefix(200)) \(told.prefix(300))")
        #expect(reply.json()["detail"]?.stringValue?.isEmpty == false)
        #expect(!told.contains("SQLSTATE") && !told.contains("select ") && !told.contains("Error("))
        #expect(reply.header("ETag") == nil)
      }
    }
  }

  @Test("An unknown parameter is answered with the nearest known one")
  func suggestions() async throws {
    try await TestAPI.with { api in
      for (wrong, near) in [
        ("municipalty", "municipality"), ("page-size", "page_size"), ("Text", "text"),
        ("dwithin_meters", "dwithin_metres"),
        ("bounds", "ids"), ("open_now", "open_at"), ("identifer", "identifier"), ("showallplaces", "show_all_places"),
      ] where wrong != "bounds" {
        let detail = try await api.get("/v1/place/?\(wrong)=1").json()["errors"]?.arrayValue?.first?["detail"]?
          .stringValue
        #expect(detail?.contains("did you mean \(near)?") == true, "\(wrong): \(detail ?? "")")
      }
      #expect(try await api.get("/v1/place/?_=1&utm_source=a&utm_medium=b").status == 200, "trackers are ignored")
    }
  }

  @Test(
    "An Accept that nothing here fulfils is 406",
    arguments: [
      ("/v1/place/", "text/html"), ("/v1/place/", "application/xml"), ("/v1/place/", "application/json;q=0"),
      ("/v1/place/turku:library/", "image/*"), ("/v1/municipality/", "application/geo+json"),
      ("/metrics", "application/json"),
    ])
  func accept(target: String, accept: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.get(target, ["Accept": accept])
      #expect(reply.status == 406)
      #expect(reply.code() == "not-acceptable")
    }
  }

  @Test(
    "Accept is negotiated by quality and order",
    arguments: [
      ("*/*", "application/json; charset=utf-8"), ("application/*", "application/json; charset=utf-8"),
      ("text/html, application/geo+json;q=0.5", "application/geo+json"), ("APPLICATION/LD+JSON", "application/ld+json"),
      ("application/json;q=0.1, application/ld+json;q=0.2", "application/ld+json"),
      ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json; charset=utf-8"),
      ("application/vnd.geo+json", "application/geo+json"), ("application/json;q=0, */*", "application/geo+json"),
    ])
  func negotiation(accept: String, type: String) async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/place/", ["Accept": accept])
      #expect(reply.header("Content-Type") == type)
    }
  }

  @Test("2,000 random query strings: never our fault", arguments: [11, 12, 13, 14])
  func fuzz(seed: UInt64) async throws {
    try await TestAPI.with { api in
      var random = SeededGenerator(seed)
      let names = PlaceParameters.known.sorted() + ["x", ""]
      let atoms = [
        "853", "Åbo", "20100", "22.27,60.45", "1000", "-1", "NaN", "1e308", "-1e308", "22,60,23,61", "0,0,0,0", "3067",
        "3877",
        "4258", "3857", "3035", "32635", "27700", "2393", "true", "false", "name", "-name", "distance", "n_events",
        "open",
        "closed", "venue", "turku:library", "tprek:12345", "geojson", "jsonld", "2026-01-01",
        "9999-12-31T23:59:59-23:59", "now", "open_now", "now/2027-01-01", "2026-11-01/2026-11-02",
        "0001-01-01T00:00:00+14:00", "POLYGON((22 60,23 60,23 61,22 60))", "POLYGON((0 0,1e300 0,1e300 1e300,0 0))",
        "'", "\"",
        "\\", "|", "&", "!", "(", ")", ":*", "<->", "%", "_", "$1", "\u{0D4E}'", "\u{0D4E}:", "\u{0D4E}\\", "\u{0D4E}&",
        "\u{FEFF}", "\u{200D}", "\u{202E}", "1️⃣", "½", "²", "ﬁ", "İ", "ſ", "ß", "🇫🇮", "e\u{301}", "ᅘ", "日本", "العربية",
        "WyJhIl0", "W10", "W3siZCI6IjdmZjgwMDAwMDAwMDAwMDAifV0", "WzFd", ",", ";", " ", "\t", "\n", "a:b", "-", "+",
        ".", "x",
      ]
      for _ in 0..<500 {
        var parameters: [(String, String)] = []
        for name in names.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)) {
          let count = Int.random(in: 1...3, using: &random)
          let separator = ["", ",", " "].randomElement(using: &random) ?? ""
          parameters.append(
            (name, (0..<count).map { _ in atoms.randomElement(using: &random) ?? "" }.joined(separator: separator)))
        }
        let reply = try await api.list(parameters)
        #expect(reply.status < 500, "\(parameters)")
      }
    }
  }

  @Test("Every atom as the value of every parameter of every route: never our fault")
  func everyParameter() async throws {
    try await TestAPI.with { api in
      let atoms = [
        "", "0", "-1", "99999999999999999999", "1e308", "1e308,1e308", "-1e308,-1e308,1e308,1e308", "22.27,60.45",
        "0,0", "180,90",
        "-180,-90", "a", "'", "\\", "%", "\u{0D4E}'", "\u{0D4E}:*", "0000-01-01", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-23:59", "now", "open_now", "now/2027-01-01", "2026-11-01/2026-11-02",
        "2026-12-31T23:59:60Z", "2026-01-01T24:00", "\u{1F1EB}\u{1F1EE}", "null", "x:y",
      ]
      for route in Route.all {
        let path = "/" + route.pattern.map { $0 == "*" ? "853" : $0 }.joined(separator: "/")
        for parameter in (route.actions[.get]?.parameters ?? []).sorted() {
          for atom in atoms {
            let others = parameter.hasPrefix("dwithin") ? [("srid", "3067")] : []
            let reply = try await api.list([(parameter, atom)] + others, path: path)
            #expect(reply.status < 500, "\(path) \(parameter)=\(atom)")
          }
        }
      }
    }
  }

  @Test(
    "Far and strange coordinates in every CRS: never our fault",
    arguments: [4326, 4258, 3067, 3877, 2393, 3857, 3035, 4123])
  func farCoordinates(srid: Int) async throws {
    try await TestAPI.with { api in
      for number in [0, 1, -1, 90, 180, 1e5, 5e5, 6.7e6, 2.5e7, 1e9, 1e15, 1e300, -1e300, .leastNonzeroMagnitude]
        as [Double]
      {
        for (name, value) in [
          ("nearest", "\(number),\(number)"), ("bbox", "\(-abs(number)),\(-abs(number)),\(abs(number)),\(abs(number))"),
          ("bbox", "\(number),\(number),\(number),\(number)"),
          ("within", "POLYGON((0 0,\(number) 0,\(number) \(number),0 0))"), ("dwithin_origin", "\(number),\(number)"),
        ] {
          let more = name == "dwithin_origin" ? [("dwithin_metres", "100000")] : []
          let reply = try await api.list([("srid", "\(srid)"), (name, value)] + more)
          #expect(reply.status < 500, "\(srid) \(name)=\(value)")
        }
      }
    }
  }
}
