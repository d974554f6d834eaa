import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

@Suite("Resolving over HTTP")
struct ResolveRouteTests {
  static func results(_ reply: TestAPI.Reply) -> [JSONValue] { reply.json()["results"]?.arrayValue ?? [] }

  @Test("A line of text is answered with the place, its reasons and what was read of it, by POST and by GET alike")
  func line() async throws {
    try await TestAPI.with { api in
      let text = "Blombergin aukio 12, Turku / Kupittaa, Kupittaan maauimala"
      let reply = try await api.write(.post, "/v1/resolve", #"{"queries": [{"text": "\#(text)"}]}"#, key: nil)
      #expect(reply.status == 200)
      #expect(reply.header("Cache-Control") == "no-store")
      let result = try #require(Self.results(reply).first)
      #expect(result["key"] == .string("0"))
      #expect(result["verdict"] == .string("match"))
      #expect(result["id"] == .string("turku:kupittaa-swim"))
      #expect(result["precision"] == .string("place"))
      #expect(result["candidates"]?.arrayValue?.first?["id"] == .string("turku:kupittaa-swim"))
      #expect(result["candidates"]?.arrayValue?.first?["reasons"]?.arrayValue?.isEmpty == false)
      let address = result["address"]
      #expect(address?["street"] == .string("Blombergin aukio"))
      #expect(address?["number"] == .integer(12))
      #expect(address?["letter"] == .null)
      #expect(address?["municipality"]?["code"] == .string("853"))
      #expect(address?["municipality"]?["name"]?["sv"] == .string("Åbo"))
      let one = try await api.list([("text", text)], path: "/v1/resolve")
      #expect(Self.results(one) == [result])
      let tag = try #require(one.header("ETag"))
      #expect(try await api.get("/v1/resolve?text=\(Paging.escape(text))", ["If-None-Match": tag]).status == 304)
    }
  }

  @Test("A place that isn't there is none, with its address read; a town alone is its built-in place")
  func none() async throws {
    try await TestAPI.with { api in
      let reply = try await api.write(
        .post, "/v1/resolve/",
        """
        {"limit": 2, "queries": [{"key": "absent", "text": "Keilahalli Kolmonen, Kauppiaskatu 17 B 4, 20100 Turku"},
          {"key": 7, "text": "Åbo"}, {"name": {"fi": "Logomo", "sv": "Logomo"}, "municipality": "Turku"},
          {"identifiers": ["tprek:51342"]}, {"postOffice": "Turku", "streetAddress": "Linnankatu 2"}]}
        """, key: nil)
      let results = Self.results(reply)
      try #require(results.count == 5)
      #expect(results.map { $0["key"]?.stringValue } == ["absent", "7", "2", "3", "4"])
      #expect(results[0]["verdict"] == .string("none"))
      #expect(results[0]["id"] == .null)
      #expect(results[0]["address"]?["street"] == .string("Kauppiaskatu"))
      #expect(results[0]["address"]?["postal_code"] == .string("20100"))
      #expect(results[0]["address"]?["municipality"]?["code"] == .string("853"))
      #expect(results[1]["id"] == .string("fi:853"))
      #expect(results[1]["precision"] == .string("municipality"))
      #expect(results[2]["id"] == .string("turku:logomo"))
      #expect(results[3]["id"] == .string("helsinki:oodi"))
      #expect(results[4]["candidates"]?.arrayValue?.first?["id"] == .string("turku:library"))
      #expect(results.allSatisfy { ($0["candidates"]?.arrayValue?.count ?? 9) <= 2 })
    }
  }

  @Test("Drafts are found by their own organisation only")
  func drafts() async throws {
    try await TestAPI.with { api in
      let body = #"{"queries": [{"text": "Salainen uimahalli"}, {"identifiers": ["tprek:666"]}]}"#
      for (key, sees) in [(nil, false), ("kaarina-editor", false), ("turku-reader", true)] as [(String?, Bool)] {
        let reply = try await api.write(.post, "/v1/resolve", body, key: key)
        for result in Self.results(reply) {
          let ids = result["candidates"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
          #expect(ids.contains("turku:draft") == sees, "\(key ?? "nobody")")
        }
        #expect(Self.results(reply).count == 2)
      }
    }
  }

  @Test("Whatever is wrong in a question refuses all of them, named by its pointer")
  func wrong() async throws {
    try await TestAPI.with { api in
      let reply = try await api.write(
        .post, "/v1/resolve",
        """
        {"limit": 21, "queries": [{"text": "Turku"}, {"text": ""}, {"txt": "Turku"}, {"text": "Turku", "lat": 91, "lon": 22},
          {"text": "Turku", "lat": 60}, {"name": 3}, "Turku", {"text": "a", "lat": "60", "lon": 22},
          {"text": "a", "key": true}, {"identifiers": "tprek:1"}]}
        """, key: nil)
      #expect(reply.status == 422)
      let found = (reply.json()["errors"]?.arrayValue ?? []).map {
        "\($0["pointer"]?.stringValue ?? "") \($0["code"]?.stringValue ?? "")"
      }
      #expect(
        found == [
          "/limit invalid-value", "/queries/1 required", "/queries/2/txt unknown-key", "/queries/3/lat invalid-value",
          "/queries/4/lon required", "/queries/5/name wrong-type", "/queries/6 wrong-type", "/queries/7/lat wrong-type",
          "/queries/8/key wrong-type", "/queries/9/identifiers wrong-type",
        ])
      for body in [#"{"queries": [], "limits": 3}"#, #"{"limit": 3}"#, "[]", #"{"queries": {}}"#] {
        #expect(try await api.write(.post, "/v1/resolve", body, key: nil).status == 422, "\(body)")
      }
      let many = Array(repeating: #"{"text": "Turku"}"#, count: 1001).joined(separator: ",")
      let tooMany = try await api.write(.post, "/v1/resolve", #"{"queries": [\#(many)]}"#, key: nil)
      #expect(tooMany.status == 422)
      #expect(tooMany.json()["detail"]?.stringValue?.contains("1000") == true)
      #expect(try await api.write(.post, "/v1/resolve", #"{"queries": []}"#, key: nil).status == 200)
    }
  }

  @Test("Parameters that are wrong are 400 and named")
  func parameters() async throws {
    try await TestAPI.with { api in
      for (query, name) in [
        ("", "text"), ("text=", "text"), ("text=a&lat=60", "lon"), ("text=a&lat=91&lon=22", "lat"),
        ("text=a&lat=x&lon=22", "lat"), ("text=a&limit=0", "limit"), ("text=a&limit=21", "limit"),
        ("txt=a", "txt"), ("text=\(String(repeating: "a", count: 2001))", "text"),
      ] {
        let reply = try await api.get("/v1/resolve?\(query)")
        #expect(reply.status == 400, "\(query)")
        #expect(reply.parameters() == [name], "\(query)")
      }
      let near = try await api.get("/v1/resolve?name=Logomo&lat=60.447&lon=22.256&limit=1")
      #expect(near.status == 200)
      #expect(Self.results(near).first?["candidates"]?.arrayValue?.count == 1)
    }
  }
}
