import HTTPTypes
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

@Suite("Opening hours over HTTP")
struct OpeningHoursTests {
  static let hall = "/v1/place/turku:talo/"
  static let exceptions = "/v1/place/turku:talo/opening-exceptions/"

  /// The fixture, and a place that is open from nine to five every day.
  static func with(_ hours: String = "Mo-Su 09:00-17:00", _ body: (TestAPI) async throws -> Void) async throws {
    try await PlaceWritingTests.with { api in
      let made = try await api.write(
        .post, "/v1/place/",
        JSONValue.object([
          .init("id", .string("turku:talo")), .init("name", .object([.init("fi", .string("Talo"))])),
          .init("opening_hours", .object([.init("expression", .string(hours))])),
          .init(
            "position",
            .object([.init("type", .string("Point")), .init("coordinates", .array([.number(22.27), .number(60.45)]))])),
        ]).text)
      try #require(made.status == 201, "\(made.json())")
      try await body(api)
    }
  }

  static func day(_ days: Int) -> String { Timestamp.now().startOfDay(plus: days).localDate }

  static func ids(_ api: TestAPI, _ parameters: [(String, String)]) async throws -> [String] {
    let reply = try await api.list(parameters)
    #expect(reply.status == 200, "\(parameters)")
    #expect(reply.count() == reply.ids().count)
    return reply.ids()
  }

  // MARK: - Filters

  @Test("open_at and open_during find what is open then, with every other filter, near and years ahead")
  func filters() async throws {
    try await Self.with { api in
      for days in [1, 300, 1500, -200, -1500] {
        let day = Self.day(days)
        #expect(
          try await Self.ids(api, [("open_at", "\(day)T12:00:00"), ("ids", "turku:talo,turku:library")]) == [
            "turku:talo"
          ])
        #expect(try await Self.ids(api, [("open_at", "\(day)T17:00:00"), ("ids", "turku:talo")]) == [])
        #expect(try await Self.ids(api, [("open_at", "\(day)T16:59:59.9"), ("ids", "turku:talo")]) == ["turku:talo"])
        #expect(
          try await Self.ids(
            api,
            [
              ("open_during", "\(day)T09:00:00/\(day)T17:00:00"), ("dwithin_origin", "22.27,60.45"),
              ("dwithin_metres", "100"),
            ]) == ["turku:talo"])
        #expect(
          try await Self.ids(api, [("open_during", "\(day)T09:00:00/\(day)T17:00:01"), ("ids", "turku:talo")]) == [])
      }
      let noon = ("open_at", "\(Self.day(2))T12:00:00+02:00")
      for filter in [("text", "talo"), ("municipality", "turku"), ("nearest", "22.27,60.45"), ("bbox", "22,60,23,61")] {
        #expect(try await Self.ids(api, [noon, filter]).contains("turku:talo"), "\(filter)")
      }
      #expect(try await Self.ids(api, [noon, ("municipality", "kaarina")]).isEmpty)
      // Asked again it is counted from memory, and written hours count at once.
      #expect(try await Self.ids(api, [noon]) == ["turku:talo"])
      _ = try await api.write(.patch, "/v1/place/turku:library/", #"{"opening_hours": {"expression": "24/7"}}"#)
      #expect(Set(try await Self.ids(api, [noon])) == ["turku:talo", "turku:library"])
      _ = try await api.write(
        .patch, "/v1/place/turku:library/", #"{"operating_status": {"status": "temporarily_closed"}}"#)
      #expect(try await Self.ids(api, [noon]) == ["turku:talo"])
    }
  }

  @Test("Instants more than five years away, periods without a length and both at once are refused")
  func refusedFilters() async throws {
    try await Self.with { api in
      let cases: [([(String, String)], String, String)] = [
        ([("open_at", Self.day(1830))], "out-of-range", "open_at"),
        ([("open_at", Self.day(-1830))], "out-of-range", "open_at"),
        ([("open_during", "\(Self.day(1))/\(Self.day(1830))")], "out-of-range", "open_during"),
        ([("open_at", "soon")], "invalid-parameter", "open_at"),
        ([("open_during", Self.day(1))], "invalid-parameter", "open_during"),
        ([("open_during", "\(Self.day(1))/\(Self.day(1))")], "invalid-parameter", "open_during"),
        ([("open_during", "\(Self.day(2))/\(Self.day(1))")], "invalid-parameter", "open_during"),
        ([("open_during", "\(Self.day(1))/\(Self.day(2))/\(Self.day(3))")], "invalid-parameter", "open_during"),
        ([("open_at", "now"), ("open_during", "\(Self.day(1))/\(Self.day(2))")], "invalid-parameter", "open_during"),
      ]
      for (parameters, code, name) in cases {
        let reply = try await api.list(parameters)
        #expect(reply.status == 400, "\(parameters)")
        #expect(reply.code() == code, "\(parameters)")
        #expect(reply.parameters() == [name])
      }
      #expect(try await api.list([("open_at", Self.day(1820))]).status == 200)
      #expect(try await api.list([("open_at", Self.day(-1820))]).status == 200)
    }
  }

  @Test("Pages of open places are walked whole")
  func pages() async throws {
    try await Self.with { api in
      for number in 0..<7 {
        _ = try await api.write(
          .post, "/v1/place/",
          #"{"id": "turku:auki-\#(number)", "name": {"fi": "Auki \#(number)"}, "opening_hours": "24/7"}"#)
      }
      let pages = try await api.walk("/v1/place/?open_at=now&page_size=3&text=auki&sort=name")
      #expect(pages.map(\.count) == [3, 3, 1])
      #expect(Set(pages.joined()).count == 7)
    }
  }

  // MARK: - Now

  @Test("open_now and next_change stand in the opening hours only where they are asked for, with an ETag of their own")
  func openNow() async throws {
    try await Self.with("24/7") { api in
      let plain = try await api.get(Self.hall)
      #expect(plain.json()["opening_hours"]?["open_now"] == nil)
      #expect(plain.header("Cache-Control")?.contains("public") == true)
      let now = try await api.get(Self.hall + "?include=open_now")
      #expect(now.json()["opening_hours"]?["open_now"] == .bool(true))
      #expect(now.json()["opening_hours"]?["next_change"] == .null)
      #expect(now.json()["opening_hours"]?["timezone"] == .string("Europe/Helsinki"))
      #expect(now.header("Cache-Control") == "private, no-cache")
      #expect(now.header("ETag") != plain.header("ETag"))
      #expect(
        try await api.get(Self.hall + "?include=open_now", ["If-None-Match": now.header("ETag") ?? ""]).status == 304)
      // Written back nothing changes.
      let back = try await api.write(.put, Self.hall, String(decoding: now.plain, as: UTF8.self))
      #expect(back.status == 200)
      #expect(back.json()["version"] == .integer(1))
      let list = try await api.get("/v1/place/?ids=turku:talo,turku:library&include=location,open_now&sort=id")
      #expect(
        list.json()["data"]?.arrayValue?.map { $0["opening_hours"]?["open_now"] ?? .null } == [.null, .bool(true)])
      #expect(list.header("Cache-Control") == "private, no-cache")
      let features = try await api.get("/v1/place/?ids=turku:talo&include=open_now&format=geojson").json()
      #expect(features["features"]?.arrayValue?.first?["properties"]?["opening_hours"]?["open_now"] == .bool(true))
      #expect(try await api.get(Self.hall + "?include=open_now&format=jsonld").status == 200)
    }
  }

  @Test("A change of hours, of exceptions or of operation changes open_now at once, although answers are kept")
  func openNowFollows() async throws {
    try await Self.with("24/7") { api in
      func now() async throws -> JSONValue? {
        // Twice: the second answer may be a kept one.
        _ = try await api.get(Self.hall + "?include=open_now")
        let reply = try await api.get(Self.hall + "?include=open_now").json()["opening_hours"]
        #expect(
          try await Self.ids(api, [("open_at", "now"), ("ids", "turku:talo")]).count
            == (reply?["open_now"] == .bool(true) ? 1 : 0))
        return reply?["open_now"]
      }
      #expect(try await now() == .bool(true))
      let made = try await api.write(
        .post, Self.exceptions, #"{"from": "\#(Self.day(-1))", "to": "\#(Self.day(1))", "closed": true}"#)
      #expect(made.status == 201)
      #expect(try await now() == .bool(false))
      let change = try await api.get(Self.hall + "?include=open_now").json()["opening_hours"]?["next_change"]
      #expect(change?.stringValue?.hasPrefix(Self.day(2) + "T00:00:00+0") == true)
      let number = try #require(made.json()["id"]?.integerValue)
      #expect(try await api.write(.delete, Self.exceptions + "\(number)").status == 204)
      #expect(try await now() == .bool(true))
      _ = try await api.write(.patch, Self.hall, #"{"opening_hours": {"expression": "unknown"}}"#)
      #expect(try await now() == .null)
      _ = try await api.write(
        .patch, Self.hall, #"{"opening_hours": "24/7", "operating_status": {"status": "closed"}}"#)
      #expect(try await now() == .bool(false))
    }
  }

  @Test("Documents with odd texts get open_now at the right place")
  func splicing() async throws {
    try await Self.with(#"24/7 "a \" is no end""#.replacing(#" \" is no end"#, with: " ,'timezone':")) { api in
      let text = #"\",\"opening_hours\":{\",\"timezone\":\"Europe/Helsinki\""#
      let patched = try await api.write(
        .patch, Self.hall,
        #"{"name": {"sv": "\#(text)"}, "description": {"fi": "\#(text)"}, "opening_hours": {"text": {"fi": "\#(text)"}}, "custom_data": {"opening_hours": {"a": 1, "timezone": "Europe/Helsinki"}}}"#
      )
      #expect(patched.status == 200)
      let plain = try await api.get(Self.hall).json()
      let now = try await api.get(Self.hall + "?include=open_now").json()
      #expect(now["opening_hours"]?["open_now"] == .bool(true))
      #expect(now["custom_data"] == plain["custom_data"])
      #expect(now["opening_hours"]?["text"] == plain["opening_hours"]?["text"])
      #expect(now["description"] == plain["description"])
    }
  }

  // MARK: - Day by day

  @Test("Day by day: intervals end at midnight and go on the next day, exceptions and states in their places")
  func days() async throws {
    try await Self.with("Fr 20:00-02:00; Mo 09:00-12:00, Mo 12:00-13:00 unknown \"ehkä\"") { api in
      // 2026-03-06 is a Friday; the clock changes on 2026-03-29.
      _ = try await api.write(
        .post, Self.exceptions, #"{"date": "2026-03-09", "hours": "10:00-11:00", "comment": "Hiihtoloma"}"#)
      let reply = try await api.get(Self.hall + "opening_hours/?from=2026-03-06&to=2026-03-16")
      let days = reply.json()["data"]?.arrayValue ?? []
      #expect(days.count == 11)
      let told = days.flatMap { day in
        (day["intervals"]?.arrayValue ?? []).map { interval in
          [day["date"], interval["start"], interval["end"], interval["state"], interval["comment"]]
            .map { $0?.stringValue ?? "-" }.joined(separator: " ")
        }
      }
      #expect(
        told == [
          "2026-03-06 2026-03-06T20:00:00+02:00 2026-03-07T00:00:00+02:00 open -",
          "2026-03-07 2026-03-07T00:00:00+02:00 2026-03-07T02:00:00+02:00 open -",
          "2026-03-09 2026-03-09T10:00:00+02:00 2026-03-09T11:00:00+02:00 open Hiihtoloma",
          "2026-03-13 2026-03-13T20:00:00+02:00 2026-03-14T00:00:00+02:00 open -",
          "2026-03-14 2026-03-14T00:00:00+02:00 2026-03-14T02:00:00+02:00 open -",
          "2026-03-16 2026-03-16T09:00:00+02:00 2026-03-16T12:00:00+02:00 open -",
          "2026-03-16 2026-03-16T12:00:00+02:00 2026-03-16T13:00:00+02:00 unknown ehkä",
        ])
      let week = try await api.get(Self.hall + "opening_hours").json()["data"]?.arrayValue
      #expect(week?.count == 7)
      #expect(week?.first?["date"] == .string(Self.day(0)))
      #expect(try await api.get(Self.hall + "opening_hours/?from=2026-03-29&to=2026-03-29").status == 200)
      let empty = try await api.get("/v1/place/turku:library/opening_hours/?from=2026-03-06&to=2026-03-06").json()
      #expect(empty["data"]?.arrayValue?.first?["intervals"] == .array([]))
    }
  }

  @Test("Day by day: other places, too many days and what is no day")
  func wrongDays() async throws {
    try await Self.with { api in
      for query in [
        "from=tomorrow", "from=2026-02-30", "from=2026-01-02&to=2026-01-01", "from=2026-01-01&to=2027-02-05",
      ] {
        #expect(try await api.get(Self.hall + "opening_hours/?" + query).status == 400, "\(query)")
      }
      let most = try await api.get(Self.hall + "opening_hours/?from=2026-01-01&to=2027-02-04")
      #expect(most.json()["data"]?.arrayValue?.count == 400)
      #expect(try await api.get("/v1/place/turku:nowhere/opening_hours/").status == 404)
      let moved = try await api.get("/v1/place/tprek:12345/opening_hours/?from=2026-01-01")
      #expect(moved.status == 301)
      #expect(
        moved.header("Location") == "http://test.fi/v1/place/turku:kupittaa-swim/opening_hours/?from=2026-01-01")
      #expect(try await api.get("/v1/place/turku:draft/opening_hours/").status == 404)
    }
  }

  @Test("schema.org is told the next weeks with their exceptions, and nothing of a place that doesn't operate")
  func schemaOrg() async throws {
    try await Self.with("24/7") { api in
      func told() async throws -> [JSONValue]? {
        let json = try await api.get(Self.hall + "?format=jsonld").json()
        let list = try await api.get("/v1/place/?ids=turku:talo&format=jsonld").json()["@graph"]?.arrayValue?.first
        #expect(list?["openingHoursSpecification"] == json["openingHoursSpecification"])
        return json["openingHoursSpecification"]?.arrayValue
      }
      let always = try #require(try await told()?.first)
      #expect(always["@type"] == .string("OpeningHoursSpecification"))
      #expect(always["opens"] == .string("00:00"))
      #expect(always["closes"] == .string("23:59"))
      let day = Self.day(5)
      _ = try await api.write(.post, Self.exceptions, #"{"date": "\#(day)", "closed": true}"#)
      let special = try await told()?.first { $0["validFrom"] == .string(day) && $0["validThrough"] == .string(day) }
      #expect(special?["opens"] == .string("00:00"))
      #expect(special?["closes"] == .string("00:00"))
      _ = try await api.write(.patch, Self.hall, #"{"operating_status": {"status": "temporarily_closed"}}"#)
      #expect(try await told() == nil)
    }
  }

  // MARK: - Any expression

  @Test("An expression is told as the contract says; a bad one is 422 with its position")
  func expression() async throws {
    try await TestAPI.with { api in
      let reply = try await api.list(
        [
          ("expression", "mo-fr 9-17; PH off"), ("from", "2026-12-04T00:00:00"), ("to", "2026-12-08T00:00:00"),
          ("at", "2026-12-04T12:00:00+02:00"),
        ], path: "/v1/opening_hours")
      #expect(reply.status == 200)
      let json = reply.json()
      #expect(json["valid"] == .bool(true))
      #expect(json["normalized"] == .string("Mo-Fr 09:00-17:00; PH off"))
      #expect(json["warnings"]?.arrayValue?.isEmpty == false)
      #expect(json["state"] == .string("open"))
      #expect(json["next_change"] == .string("2026-12-04T17:00:00+02:00"))
      #expect(
        json["intervals"]?.arrayValue?.map { $0["start"]?.stringValue ?? "" } == [
          "2026-12-04T09:00:00+02:00", "2026-12-07T09:00:00+02:00",
        ])
      #expect(json["id"] == nil)
      let utc = try await api.list(
        [("expression", "12:00-13:00"), ("at", "2026-12-04T12:30:00Z"), ("timezone", "UTC"), ("holidays", "none")],
        path: "/v1/opening_hours")
      #expect(utc.json()["next_change"]?.stringValue?.hasPrefix("2026-12-04T13:00:00") == true)
      // As it arrives where the + of an offset was not encoded.
      let blank = try await api.list(
        [("expression", "Mo-Fr 09:00-17:00"), ("at", "2026-12-04T16:00:00 02:00")], path: "/v1/opening_hours")
      #expect(blank.json()["next_change"] == .string("2026-12-04T17:00:00+02:00"))
      let bad = try await api.list([("expression", "Mo-Fr 25:00-26:00 foo")], path: "/v1/opening_hours/")
      #expect(bad.status == 422)
      #expect(bad.json()["valid"] == .bool(false))
      #expect(bad.json()["error"]?["position"]?.integerValue != nil)
      #expect(bad.json()["error"]?["detail"]?.stringValue?.isEmpty == false)
      #expect(bad.code() == "opening-hours")
      for (parameters, name) in [
        ([], "expression"), ([("expression", "24/7"), ("at", "soon")], "at"),
        ([("expression", "24/7"), ("timezone", "Mars")], "timezone"),
        ([("expression", "24/7"), ("holidays", "SE")], "holidays"),
        ([("expression", "24/7"), ("from", "2026-01-02"), ("to", "2026-01-01")], "to"),
        ([("expression", "24/7"), ("from", "1900-01-01"), ("to", "2100-01-01")], "to"),
        ([("expression", "Mo-Su 10:00-11:00"), ("from", "2000-01-01"), ("to", "2090-01-01")], "to"),
        ([("expression", String(repeating: "x", count: 2001))], "expression"),
      ] as [([(String, String)], String)] {
        let reply = try await api.list(parameters, path: "/v1/opening_hours")
        #expect(reply.status == 400, "\(parameters)")
        #expect(reply.parameters() == [name], "\(parameters)")
      }
    }
  }

  // MARK: - Written

  @Test("Hours that cannot be read are refused with position and mend; those read leniently are stored normalised")
  func written() async throws {
    try await Self.with { api in
      for body in [#"{"opening_hours": {"expression": "Mo-Fr 9:00-25:99"}}"#, #"{"opening_hours": "ehkä huomenna"}"#] {
        let reply = try await api.write(.patch, Self.hall, body)
        #expect(reply.status == 422, "\(body)")
        let error = reply.json()["errors"]?.arrayValue?.first
        #expect(error?["code"] == .string("opening-hours"))
        #expect(error?["pointer"]?.stringValue?.hasPrefix("/opening_hours") == true)
        #expect(error?["detail"]?.stringValue?.contains("at character") == true)
      }
      let words = try await api.write(
        .patch, Self.hall, #"{"opening_hours": {"expression": "avoinna ma-to 08-20, pe 08-18"}}"#)
      #expect(words.status == 422)
      #expect(words.json()["errors"]?.text.contains("Mo-Th 08:00-20:00; Fr 08:00-18:00") == true, "what may be meant")
      let lenient = try await api.write(.patch, Self.hall, #"{"opening_hours": {"expression": "mo-fr 9-17"}}"#)
      #expect(lenient.json()["opening_hours"]?["expression"] == .string("Mo-Fr 09:00-17:00"))
      let same = try await api.write(.patch, Self.hall, #"{"opening_hours": {"expression": "mo-fr 9-17"}}"#)
      #expect(same.json()["version"] == lenient.json()["version"])
      let strict = "Mo,Tu,We,Th,Fr 09:00-17:00"
      let given = try await api.write(.patch, Self.hall, #"{"opening_hours": "\#(strict)"}"#)
      #expect(given.json()["opening_hours"]?["expression"] == .string(strict), "as it was given")
    }
  }

  @Test("What was stored before hours were checked stays until somebody changes it")
  func unreadable() async throws {
    try await Self.with { api in
      _ = try await api.database.client.query(
        """
        with h as (insert into hours (expression) values ('auki joskus') returning id)
        update place p set hours_id = h.id from h where p.id = 'turku:talo'
        """)
      let reply = try await api.write(
        .patch, Self.hall, #"{"opening_hours": {"expression": "auki joskus", "text": {"fi": "Auki joskus"}}}"#)
      #expect(reply.status == 200)
      #expect(reply.json()["opening_hours"]?["expression"] == .string("auki joskus"))
      let now = try await api.get(Self.hall + "?include=open_now")
      #expect(now.json()["opening_hours"]?["open_now"] == .null)
      #expect(try await Self.ids(api, [("open_at", "now"), ("ids", "turku:talo")]) == [])
      #expect(try await api.write(.patch, Self.hall, #"{"opening_hours": null}"#).status == 200)
    }
  }
}
