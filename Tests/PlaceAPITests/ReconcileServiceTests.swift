import HTTPTypes
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// What stands beside reconciliation itself: suggestions, flyouts, previews, data extension.
@Suite("Reconciliation's services")
struct ReconcileServiceTests {
  @Test("Entities are suggested by prefix and by id, page after page")
  func entities() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let url = OpenRefineClient.address(try await client.manifest(), "entity")
      for (prefix, id) in [
        ("kirj", nil), ("logo", "turku:logomo"), ("Kuppis ute", "turku:kupittaa-swim"), ("oodi", "helsinki:oodi"),
        ("turku:library", "turku:library"), ("tprek:51342", "helsinki:oodi"), ("Turku", "fi:853"), ("", nil),
        (":", nil),
      ] as [(String, String?)] {
        let found = try await client.fetch(url + "?prefix=" + Paging.escape(prefix), "Suggestions")
        if let id { #expect(found.resultIDs.first == id, "\(prefix): \(found.resultIDs)") }
        if prefix.isEmpty { #expect(found.resultIDs.isEmpty) }
      }
      let first = try await client.fetch(url + "?prefix=rengas&limit=3", "Suggestions")
      #expect(first.resultIDs.count == 3 && first["cursor"] == .integer(3))
      let second = try await client.fetch(url + "?prefix=rengas&limit=3&cursor=3", "Suggestions")
      #expect(second.resultIDs.count == 3 && Set(second.resultIDs).isDisjoint(with: first.resultIDs))
      let last = try await client.fetch(url + "?prefix=rengas&limit=3&cursor=6", "Suggestions")
      #expect(last.resultIDs.count == 2 && last["cursor"] == nil)
      let closed = try await client.fetch(url + "?prefix=vanha%20uimahalli", "Suggestions")
      let told = closed["result"]?.arrayValue?.first { $0["id"] == .string("turku:closed-hall") }
      #expect(told?["description"]?.stringValue?.contains("(closed)") == true)
      #expect(try await client.fetch(url + "?prefix=logomo&type=Q1&type=Q2", "Suggestions").resultIDs == [])
      #expect(try await api.get("/reconcile/suggest/entity?prefix=a&cursor=x").status == 400)
      #expect(try await api.get("/reconcile/suggest/entity?prefx=a").status == 400)
    }
  }

  @Test("Types and properties are suggested, each with its flyout")
  func vocabulary() async throws {
    try await TestDatabase.with { database async throws in
      let api = try TestAPI(database)
      let client = try OpenRefineClient(api)
      let manifest = try await client.manifest()
      let types = OpenRefineClient.address(manifest, "type")
      #expect(try await client.fetch(types + "?prefix=", "Suggestions").resultIDs == ["Place", "Address"])
      #expect(try await client.fetch(types + "?prefix=addr", "Suggestions").resultIDs == ["Address"])
      let properties = OpenRefineClient.address(manifest, "property")
      let all = try await client.fetch(properties + "?limit=90", "Suggestions").resultIDs
      #expect(all == ReconcileProperty.allCases.map(\.rawValue))
      #expect(
        try await client.fetch(properties + "?prefix=post", "Suggestions").resultIDs == ["postal_code", "post_office"])
      #expect(try await client.fetch(properties + "?prefix=street_a", "Suggestions").resultIDs == ["street_address"])
      for (kind, ids) in [("type", ["Place", "Address"]), ("property", all)] {
        for id in ids {
          let flyout = try await client.fetch(OpenRefineClient.address(manifest, kind, flyout: id), "Flyout")
          #expect(flyout["id"] == .string(id))
        }
        #expect(try await api.get("/reconcile/flyout/\(kind)?id=x").status == 404)
        #expect(try await api.get("/reconcile/flyout/\(kind)").status == 400)
      }
    }
  }

  @Test("Values of every property of a place, in the language asked for")
  func values() async throws {
    try await TestAPI.with { api async throws in
      let client = try OpenRefineClient(api)
      let all = ReconcileProperty.allCases.map { #"{"id": "\#($0.rawValue)"}"# }.joined(separator: ", ")
      let answer = try await client.extend(
        #"{"ids": ["turku:kupittaa-swim", "turku:library"], "properties": [\#(all)]}"#)
      let row = answer["rows"]?["turku:kupittaa-swim"]
      func first(_ property: String, _ key: String) -> JSONValue? { row?[property]?.arrayValue?.first?[key] }
      #expect(first("name", "str") == .string("Kupittaan maauimala"))
      #expect(first("street_address", "str") == .string("Blombergin aukio 12"))
      #expect(first("postal_code", "str") == .string("20720") && first("post_office", "str") == .string("Turku"))
      #expect(first("municipality", "id") == .string("fi:853") && first("municipality", "name") == .string("Turku"))
      #expect(first("municipality_code", "str") == .string("853"))
      #expect(abs((first("lat", "float")?.doubleValue ?? 0) - 60.44) < 0.1)
      #expect(abs((first("lon", "float")?.doubleValue ?? 0) - 22.29) < 0.1)
      #expect(first("identifier", "str") == .string("tprek:12345"))
      #expect(first("alternate_names", "str") == .string("Samppalinnan uimahalli"))
      #expect(first("opening_hours", "str") == .string("Jun-Aug: Mo-Fr 06:30-20:00"))
      #expect(first("parent", "id") == .string("turku:kupittaa-park"))
      #expect(first("parent", "name") == .string("Kupittaanpuisto"))
      #expect(first("n_events", "int") != nil && first("last_modified_time", "date") != nil)
      #expect(first("kind", "str") == .string("venue") && first("operating_status", "str") == .string("open"))
      let library = answer["rows"]?["turku:library"]
      #expect(library?["email"]?.arrayValue?.first?["str"] == .string("kirjasto@example.fi"))
      #expect(library?["urls"]?.arrayValue?.first?["str"] == .string("https://example.fi/?a=1&b=2"))
      let meta = answer["meta"]?.arrayValue ?? []
      #expect(meta.map { $0["id"]?.stringValue } == ReconcileProperty.allCases.map(\.rawValue))
      #expect(meta.first { $0["id"] == .string("parent") }?["type"]?["id"] == .string("Place"))
      func names(_ settings: String) async throws -> [JSONValue?] {
        let answer = try await client.extend(
          #"{"ids": ["turku:library"], "properties": [{"id": "name", "settings": \#(settings)}]}"#)
        return (answer["rows"]?["turku:library"]?["name"]?.arrayValue ?? []).map { $0["str"] }
      }
      #expect(try await names(#"{"language": "sv"}"#) == [.string("Åbo stadsbibliotek")])
      #expect(try await names(#"{"language": "en"}"#) == [])
      let both: [JSONValue?] = [.string("Turun kaupunginkirjasto"), .string("Åbo stadsbibliotek")]
      #expect(try await names(#"{"language": "all", "limit": "0"}"#) == both)
      #expect(try await names(#"{"language": "all", "limit": 1}"#) == [both[0]])
      #expect(try await names(#"{"language": null, "rank": "best"}"#) == [both[0]])
    }
  }

  @Test("Old and foreign ids have the current place's values; unknown ids and properties have none")
  func movedIDs() async throws {
    try await TestAPI.with { api async throws in
      let merged = try await api.write(
        .post, "/v1/place/turku:renovated/merge", #"{"into": "turku:library"}"#, key: "admin")
      #expect(merged.status == 200)
      let deleted = try await api.write(.delete, "/v1/place/turku:planned/", key: "admin")
      #expect(deleted.status == 204)
      let client = try OpenRefineClient(api)
      let answer = try await client.extend(
        #"""
        {"ids": ["turku:renovated", "tprek:12345", "turku:planned", "none:1", "turku:library", "turku:library"],
         "properties": [{"id": "id"}, {"id": "P31"}, {"id": "id"}]}
        """#)
      func id(_ asked: String) -> [String?] {
        (answer["rows"]?[asked]?["id"]?.arrayValue ?? []).map { $0["str"]?.stringValue }
      }
      #expect(id("turku:renovated") == ["turku:library"] && id("turku:library") == ["turku:library"])
      #expect(id("tprek:12345") == ["turku:kupittaa-swim"])
      #expect(id("turku:planned") == [] && id("none:1") == [])
      #expect(answer["rows"]?["none:1"]?["P31"] == .array([]) && answer["rows"]?.members?.count == 5)
      #expect(answer["meta"]?.arrayValue?.count == 2)
      let preview = try await api.get("/reconcile/preview?id=turku:renovated")
      #expect(String(decoding: preview.plain, as: UTF8.self).contains("Turun kaupunginkirjasto"))
      #expect(try await api.get("/reconcile/preview?id=turku:planned").status == 410)
      #expect(try await api.get("/reconcile/flyout/entity?id=none:1").status == 404)
    }
  }

  @Test("Previews need nothing else, run no scripts, and escape what they show")
  func previews() async throws {
    try await TestAPI.with { api async throws in
      let reply = try await api.get("/reconcile/preview?id=turku:kupittaa-swim")
      let page = String(decoding: reply.plain, as: UTF8.self)
      for text in [
        "Kupittaan maauimala", "Kuppis utebad", "Blombergin aukio 12, 20720 Turku", "Turku (853)", "Open today",
        "http://test.fi/v1/place/turku:kupittaa-swim/",
      ] {
        #expect(page.contains(text), "\(text)")
      }
      let policy = try #require(reply.header("Content-Security-Policy"))
      #expect(policy.contains("default-src 'none'") && !policy.contains("script"))
      #expect(reply.header("X-Frame-Options") == nil && !policy.contains("frame-ancestors"), "frames may hold it")
      #expect(reply.header("Access-Control-Allow-Origin") == "*")
      for id in ["odd:html", "odd:quote", "odd:pipe", "odd:a/b%20å\"<", "odd:emoji"] {
        let target = "/reconcile/preview?id=\(Paging.escape(id))"
        let html = String(decoding: try await api.get(target).plain, as: UTF8.self)
        #expect(!html.contains("<script") && !html.contains("<b>Lihava"), "\(id)")
        #expect(html.matches(of: /<(script|b|img|iframe)\b/).isEmpty, "\(id)")
        let flyout = try await api.get("/reconcile/flyout/entity?id=\(Paging.escape(id))").json()
        #expect(flyout["id"] == .string(id))
        #expect(flyout["html"]?.stringValue?.contains("<script") == false, "\(id)")
      }
      let odd = String(decoding: try await api.get("/reconcile/preview?id=odd:html").plain, as: UTF8.self)
      #expect(odd.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(try await api.get("/reconcile/preview", ["Accept": "text/html"]).status == 400)
    }
  }
}
