import HTTPTypes
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// The W3C Entity Reconciliation API 0.2 as its clients use it.
@Suite("Reconciliation")
struct ReconcileTests {
  @Test("OpenRefine's conversation: manifest, types guessed, a batch of ten, suggestions, a preview, more columns")
  func conversation() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let manifest = try await client.manifest()
      #expect(manifest["versions"] == .array([.string("0.2")]))
      let size = try #require(manifest["batchSize"]?.integerValue)
      #expect(size >= 10)
      // The types of a column's first cells are guessed without any type.
      let guessed = try await client.candidates(#"{"query": "Turun kaupunginkirjasto", "limit": 3}"#)
      #expect(guessed.first?["type"]?.arrayValue?.first?["id"] == .string("Place"))
      let offered = (manifest["defaultTypes"]?.arrayValue ?? []).map { $0["id"] }
      #expect(offered == [.string("Place"), .string("Address")])
      let cells = [
        "Turun kaupunginkirjasto", "Logomo, Turku", "Kupittaan maauimala, Blombergin aukio 12, Turku", "Kaarina-talo",
        "Keskustakirjasto Oodi", "Åkerlundin talo", "Ei mikään paikka, jota olisi", "Turku", "Verkossa", "Sama paikka",
      ]
      let batch = cells.enumerated().map { index, cell in
        #""q\#(index)": {"query": "\#(cell)", "type": "Place", "type_strict": "should", "limit": 6}"#
      }
      let answer = try await client.reconcile("{\(batch.joined(separator: ", "))}")
      func first(_ key: String) -> JSONValue? { answer[key]?["result"]?.arrayValue?.first }
      for (key, id) in [
        ("q0", "turku:library"), ("q1", "turku:logomo"), ("q2", "turku:kupittaa-swim"), ("q3", "kaarina:hall"),
        ("q4", "helsinki:oodi"), ("q5", "odd:ring"),
      ] {
        #expect(first(key)?["id"] == .string(id), "\(key)")
        #expect(first(key)?["match"] == .bool(true), "\(key)")
      }
      #expect(answer["q2"]?["result"]?.arrayValue?.first?["description"] == .string("Blombergin aukio 12, 20720 Turku"))
      #expect(first("q6")?["match"] != .bool(true), "an absent place is never matched")
      #expect(first("q7")?["id"] == .string("fi:853") && first("q8")?["id"] == .string("fi:online"))
      #expect(first("q9")?["match"] == .bool(false), "four places have that name")
      for (key, result) in (answer.members ?? []).map({ ($0.key, $0.value["result"]?.arrayValue ?? []) }) {
        #expect(result.dropFirst().allSatisfy { $0["match"] == .bool(false) }, "\(key): only the first may match")
        let scores = result.compactMap { $0["score"]?.doubleValue }
        #expect(scores == scores.sorted(by: >) && result.count <= 6, "\(key)")
      }
      // A cell is searched for by hand.
      let suggest = OpenRefineClient.address(manifest, "entity")
      let suggested = try await client.fetch(suggest + "?prefix=kaupunginkirj&spell=always&exact=false", "Suggestions")
      #expect(suggested.resultIDs == ["turku:library"])
      let flyout = try await client.fetch(
        OpenRefineClient.address(manifest, "entity", flyout: "turku:library"), "Flyout")
      #expect(flyout["html"]?.stringValue?.contains("Linnankatu 2") == true)
      let preview = try #require(manifest["preview"]?["url"]?.stringValue).replacing("{{id}}", with: "turku%3Alibrary")
      let page = try await api.get(try TestAPI.target(of: preview), ["Accept": "text/html"])
      #expect(String(decoding: page.plain, as: UTF8.self).contains("Turun kaupunginkirjasto"))
      let view = try #require(manifest["view"]?["url"]?.stringValue).replacing("{{id}}", with: "turku%3Alibrary")
      #expect(try await api.get(try TestAPI.target(of: view)).status == 200)
      // Columns are added from the matched entities.
      let propose = manifest["extend"]?["propose_properties"]
      let url = (propose?["service_url"]?.stringValue ?? "") + (propose?["service_path"]?.stringValue ?? "")
      let proposed = try await client.fetch(url + "?type=Place&limit=5", "PropertyProposal")
      #expect(proposed["properties"]?.arrayValue?.count == 5 && proposed["limit"] == .integer(5))
      let rows = try await client.extend(
        #"{"ids": ["turku:library", "turku:logomo"], "properties": [{"id": "street_address"}, {"id": "postal_code"}]}"#)
      #expect(rows["rows"]?["turku:library"]?["postal_code"] == .array([.object([.init("str", .string("20100"))])]))
      #expect(rows["rows"]?["turku:logomo"]?["postal_code"] == .array([]))
    }
  }

  @Test("The endpoint answers with and without a slash, HEAD and OPTIONS, and begins with the public URL")
  func endpoint() async throws {
    try await TestDatabase.with { database async throws in
      var configuration = APIConfiguration()
      configuration.publicURL = "https://paikat.example.fi"
      let api = try TestAPI(database, configuration: configuration)
      let manifest = try await api.get("/reconcile/")
      #expect(manifest.json()["view"]?["url"] == .string("https://paikat.example.fi/v1/place/{{id}}/"))
      #expect(manifest.json()["suggest"]?["type"]?["service_url"] == .string("https://paikat.example.fi"))
      let tag = try #require(manifest.header("ETag"))
      #expect(try await api.get("/reconcile", ["If-None-Match": tag]).status == 304)
      let head = try await api.send(.head, "/reconcile")
      #expect(head.status == 200 && head.body.isEmpty)
      let preflight = try await api.send(
        .options, "/reconcile",
        [
          "Origin": "https://a.fi", "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "content-type",
        ])
      #expect(preflight.status == 204)
      #expect(preflight.header("Access-Control-Allow-Methods")?.contains("POST") == true)
      #expect(preflight.header("Access-Control-Allow-Headers") == "content-type")
      #expect(preflight.header("Access-Control-Allow-Origin") == "*")
      let wrong = try await api.send(.put, "/reconcile")
      #expect(wrong.status == 405 && wrong.header("Access-Control-Allow-Origin") == "*")
      #expect(wrong.header("Allow") == "GET, HEAD, POST, OPTIONS")
    }
  }

  @Test("GET asks what POST asks")
  func byGet() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let queries = #"{"a b": {"query": "Logomo"}}"#
      let reply = try await api.list([("queries", queries)], path: "/reconcile")
      try client.check(reply, "ResultBatch")
      #expect(reply.json()["a b"]?.resultIDs.first == "turku:logomo")
      #expect(reply.json() == (try await client.reconcile(queries)))
      let extend = #"{"ids": ["turku:logomo"], "properties": [{"id": "name"}]}"#
      let rows = try await api.list([("extend", extend)], path: "/reconcile")
      try client.check(rows, "Extension")
      #expect(rows.json() == (try await client.extend(extend)))
    }
  }

  @Test("Properties find, tell apart and stand among the features")
  func properties() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      func ask(_ query: String, _ properties: [(String, String)]) async throws -> JSONValue? {
        let list = properties.map { #"{"pid": "\#($0.0)", "v": \#($0.1)}"# }.joined(separator: ", ")
        return try await client.candidates(#"{"query": "\#(query)", "properties": [\#(list)]}"#).first
      }
      func features(_ candidate: JSONValue?) -> [String: Double] {
        Dictionary(
          (candidate?["features"]?.arrayValue ?? []).map {
            ($0["id"]?.stringValue ?? "", $0["value"]?.doubleValue ?? .nan)
          }
        ) { _, _ in .nan }
      }
      let named = try await ask(
        "Kupittaan maauimala",
        [
          ("street_address", #""Blombergin aukio 12""#), ("postal_code", "20720"), ("municipality", #""Turku""#),
          ("lat", "60.4437"), ("lon", #""22,2907""#), ("P999", "true"),
        ])
      #expect(named?["id"] == .string("turku:kupittaa-swim") && named?["match"] == .bool(true))
      for feature in ["name", "street", "number", "postal_code", "municipality"] {
        #expect(features(named)[feature] ?? 0 > 0.5, "\(feature): \(features(named))")
      }
      #expect(features(named).values.allSatisfy { !$0.isNaN }, "each feature stands there once")
      let identified = try await ask("Jokin", [("identifier", #"["tprek:12345"]"#)])
      #expect(identified?["id"] == .string("turku:kupittaa-swim"))
      #expect(features(identified)["identifier"] == 1)
      // Without any text, by an entity that was matched before, and by a code that lost its zeros.
      let alone = try await client.candidates(
        #"{"properties": [{"pid": "name", "v": "Keskustakirjasto Oodi"}, {"pid": "postal_code", "v": 100}]}"#)
      #expect(alone.first?["id"] == .string("helsinki:oodi"))
      #expect(features(alone.first)["postal_code"] == 1)
      let town = try await ask("Kaarina-talo", [("municipality", #"{"id": "fi:202", "name": "Kaarina"}"#)])
      #expect(town?["id"] == .string("kaarina:hall") && features(town)["municipality"] == 1)
      let elsewhere = try await ask("Kaarina-talo", [("municipality", #""Helsinki""#)])
      #expect(elsewhere?["match"] != .bool(true), "another town rules it out")
    }
  }

  @Test("An id as the text finds what it stands for, be it old or foreign")
  func ids() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      for id in ["turku:library", "tprek:51342"] {
        let found = try await client.candidates(#"{"query": "\#(id)"}"#).first
        #expect(found?["id"] == .string(id == "tprek:51342" ? "helsinki:oodi" : id))
        #expect(found?["score"]?.doubleValue ?? 0 > 50)
      }
    }
  }

  @Test("Types: unknown ones find nothing, several are all looked through, nothing is of two")
  func types() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let answer = try await client.reconcile(
        """
        {"unknown": {"query": "Logomo", "type": "Q41176", "type_strict": "should"},
         "all": {"query": "Logomo", "type": ["Place", "Address"], "type_strict": "all"},
         "any": {"query": "Logomo", "type": ["Address", "Place"], "type_strict": "any"},
         "blank": {"query": " "}, "empty": {"query": ""}, "none": {"query": "Logomo", "type": ""}}
        """)
      #expect(answer["unknown"]?.resultIDs == [] && answer["all"]?.resultIDs == [])
      #expect(answer["any"]?.resultIDs.first == "turku:logomo" && answer["none"]?.resultIDs.first == "turku:logomo")
      #expect(answer["blank"]?.resultIDs == [] && answer["empty"]?.resultIDs == [])
      #expect(try await client.candidates(#"{"query": "Logomo", "limit": 2}"#).count <= 2)
    }
  }

  @Test(
    "What is not as the specification says is told, with the place where it stands",
    arguments: [
      ("queries=", 400, "malformed-body"), ("", 400, "malformed-body"), ("queries=[]", 400, "malformed-json"),
      ("queries={", 400, "malformed-json"), ("queries=%7B%22q%22%3A%22%00%22%7D", 400, "invalid-parameter"),
      (#"queries={"q":{"query":"\u0000"}}"#, 400, "malformed-json"), ("queries=%zz", 400, "invalid-parameter"),
      ("query=Logomo", 400, "unknown-parameter"), (#"queries={"q":{}}"#, 400, "invalid-query"),
      (#"queries={"q":"Logomo"}"#, 400, "invalid-query"), (#"queries={"q":{"query":3}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","limit":0}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","limit":"3"}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","type":3}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","type_strict":"x"}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","propertys":[]}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","properties":{}}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","properties":[{"pid":"name"}]}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","properties":[{"v":1}]}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","properties":[{"pid":"name","v":{"name":"x"}}]}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a","properties":[{"pid":"name","v":[["x"]]}]}}"#, 400, "invalid-query"),
      (#"queries={"q":{"query":"a"}}&extend={"ids":[],"properties":[]}"#, 400, "invalid-parameter"),
      (#"queries={}&queries={}"#, 400, "invalid-parameter"), (#"extend={"ids":[]}"#, 400, "invalid-query"),
      (#"extend={"properties":[]}"#, 400, "invalid-query"),
      (#"extend={"ids":[1],"properties":[]}"#, 400, "invalid-query"),
      (#"extend={"ids":[],"properties":["name"]}"#, 400, "invalid-query"),
      (#"extend={"ids":[],"properties":[{"id":"name","settings":{"language":"xx"}}]}"#, 400, "invalid-query"),
      (#"extend={"ids":[],"properties":[{"id":"name","settings":{"limit":"-1"}}]}"#, 400, "invalid-query"),
      (#"extend={"ids":[],"properties":[{"id":"name","settings":"fi"}]}"#, 400, "invalid-query"),
    ])
  func faults(form: String, status: Int, code: String) async throws {
    try await TestDatabase.with { database async throws in
      let client = try OpenRefineClient(try TestAPI(database))
      let reply = try await client.post(form)
      #expect(reply.status == status && reply.code() == code, "\(String(decoding: reply.plain, as: UTF8.self))")
      #expect(reply.header("Access-Control-Allow-Origin") == "*")
    }
  }

  @Test("Everything that is wrong is told at once; too large a batch, other bodies and other parameters are refused")
  func limits() async throws {
    try await TestDatabase.with { database async throws in
      let api = try TestAPI(database)
      let client = try OpenRefineClient(api)
      let several = try await client.post(#"queries={"a/b":{"query":1},"c":{"query":"x","limit":-1}}"#)
      let details = (several.json()["errors"]?.arrayValue ?? []).compactMap { $0["detail"]?.stringValue }
      #expect(details == ["/a~1b/query: Give a string.", "/c/limit: Give a whole number from 1."])
      let many = (0...ReconcileQuery.batchSize).map { #""q\#($0)":{"query":"x"}"# }.joined(separator: ",")
      let batch = try await client.post("queries={\(many)}")
      #expect(batch.status == 413 && batch.code() == "batch-too-large")
      let ids = (0...ReconcileExtension.maximumIDs).map { "\"a:\($0)\"" }.joined(separator: ",")
      #expect(try await client.post(#"extend={"ids":[\#(ids)],"properties":[]}"#).status == 413)
      let json = try await api.send(.post, "/reconcile", ["Content-Type": "application/json"], body: "{}")
      #expect(json.status == 415 && json.header("Access-Control-Allow-Origin") == "*")
      let legacy = try await api.get("/reconcile?query=Logomo")
      #expect(legacy.status == 400 && legacy.parameters() == ["query"])
      #expect(try await api.get("/reconcile?callback=x").status == 400, "there is no JSONP")
      var small = APIConfiguration()
      small.maximumBodyBytes = 100
      let limited = try OpenRefineClient(try TestAPI(database, configuration: small))
      #expect(try await limited.post("queries=" + String(repeating: "a", count: 200)).status == 413)
      #expect(try await client.reconcile("{}").members?.isEmpty == true)
    }
  }

  @Test("Drafts are shown to nobody, whatever key is sent")
  func drafts() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let found = try await client.reconcile(
        #"{"name": {"query": "Salainen uimahalli"}, "id": {"query": "turku:draft"}, "foreign": {"query": "tprek:666"}}"#
      )
      let all = (found.members ?? []).flatMap { $0.value.resultIDs }
      #expect(!all.contains("turku:draft"))
      let rows = try await client.extend(#"{"ids": ["turku:draft", "tprek:666"], "properties": [{"id": "name"}]}"#)
      #expect(rows["rows"]?["turku:draft"]?["name"] == .array([]) && rows["rows"]?["tprek:666"]?["name"] == .array([]))
      for target in [
        "/reconcile/preview?id=turku:draft", "/reconcile/flyout/entity?id=turku:draft",
        "/reconcile/flyout/entity?id=tprek:666",
      ] {
        #expect(try await api.get(target, ["apikey": "admin"]).status == 404, "\(target)")
      }
      let suggested = try await api.get("/reconcile/suggest/entity?prefix=salainen", ["apikey": "admin"])
      #expect(!suggested.json().resultIDs.contains("turku:draft"))
      #expect(
        !(try await api.get("/reconcile/suggest/entity?prefix=turku:draft").json().resultIDs.contains("turku:draft")))
    }
  }
}
