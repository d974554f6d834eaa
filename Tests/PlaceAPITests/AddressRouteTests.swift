import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// `/v1/address/` and `/v1/address/{id}/`.
@Suite("Addresses")
struct AddressRouteTests {
  /// Some addresses of the fixture's towns, as an import leaves them.
  static func with(_ body: (TestAPI) async throws -> Void) async throws {
    try await TestAPI.with { api in
      let rows = [
        ("1", "Blombergin aukio", "Blombergs plan", "12", "null", "null", "20720", "853", 240_000, 6_710_000),
        ("2", "Blombergin aukio", "Blombergs plan", "14", "18", "'b'", "20720", "853", 240_100, 6_710_000),
        ("3", "Kirkkotie", "Kyrkovägen", "46", "null", "null", "20780", "202", 246_000, 6_707_000),
        ("4", "Kirkkotie", "Kyrkovägen", "null", "null", "null", "21160", "485", 0, 0),
      ]
      for (id, fi, sv, number, end, letter, code, town, e, n) in rows {
        let at =
          e == 0
          ? nil
          : try TestDatabase.engine.transform(
            Coordinate(x: Double(e), y: Double(n)), from: 3067, to: 4326
          ).coordinate
        try await api.database.execute(
          """
          insert into address (id, data_source, street_fi, street_sv, number, number_end, letter, postal_code,
            municipality, srid, x, y, lon, lat, e, n, geom, folded_fi, folded_sv, session)
          values ('dvv:\(id)', 'dvv', '\(fi)', '\(sv)', \(number), \(end), \(letter), '\(code)', '\(town)',
            \(at.map { "3067, \(e), \(n), \($0.x), \($0.y), \(e), \(n), st_setsrid(st_makepoint(\(e), \(n)), 3067)" }
              ?? "null, null, null, null, null, null, null, null"),
            '\(fi.lowercased())', '\(sv.lowercased())', 's1')
          """)
      }
      _ = try await api.database.store.fillStreets()
      try await body(api)
    }
  }

  private static func found(_ reply: TestAPI.Reply) -> [String] {
    (reply.json()["data"]?.arrayValue ?? []).map {
      "\($0["id"]?.stringValue?.dropFirst(4) ?? "") \($0["match"]?.stringValue ?? "null")"
    }
  }

  @Test("An address by fields, in the contract's shape")
  func fields() async throws {
    try await Self.with { api in
      let reply = try await api.list([("street", "blombergs plan"), ("number", "12")], path: "/v1/address/")
      #expect(reply.status == 200 && reply.count() == 1 && reply.header("ETag") != nil)
      let address = try #require(reply.json()["data"]?.arrayValue?.first)
      #expect(
        address.members?.map(\.key) == [
          "id", "street", "number", "number_end", "letter", "number_text", "postal_code", "post_office", "municipality",
          "position", "distance", "match", "corrected",
        ])
      #expect(address["street"]?.text == #"{"fi":"Blombergin aukio","sv":"Blombergs plan"}"#)
      #expect(address["number"]?.integerValue == 12 && address["number_end"] == .null && address["letter"] == .null)
      #expect(address["postal_code"] == .string("20720") && address["post_office"]?["sv"] == .string("Åbo"))
      #expect(address["municipality"]?.text == #"{"code":"853","name":{"fi":"Turku","sv":"Åbo"}}"#)
      #expect(address["distance"] == .null && address["match"] == .string("exact"))
      #expect(address["corrected"] == .bool(false))
      let metres = try await api.list(
        [("street", "Blombergin aukio 12"), ("srid", "3067"), ("municipality", "turku")], path: "/v1/address/")
      let point = metres.json()["data"]?.arrayValue?.first?["position"]?["coordinates"]?.arrayValue
      #expect(point?.compactMap(\.doubleValue) == [240_000, 6_710_000])
      let tag = try #require(metres.header("ETag"))
      let again = try await api.get(
        "/v1/address/?street=Blombergin%20aukio%2012&srid=3067&municipality=turku", ["If-None-Match": tag])
      #expect(again.status == 304)
    }
  }

  @Test(
    "Fields, texts and what they find",
    arguments: [
      ([("street", "Blombergin auk."), ("number", "16b")], ["2 exact"]),
      ([("street", "Blombergin aukio"), ("number", "13")], ["1 nearest_number", "2 nearest_number"]),
      ([("street", "Blombergin aukio"), ("number", "14-18b")], ["2 exact"]),
      ([("street", "Kirkkotie")], ["3 street", "4 street"]),
      ([("street", "Kirkkotie"), ("municipality", "Merimasku")], ["4 street"]),
      ([("street", "Kirkkotie"), ("municipality", "529")], ["4 street"]),
      ([("street", "Kirkkotie"), ("post_office", "KAARINA")], ["3 street"]),
      ([("street", "Kirkkotie"), ("postal_code", "20100")], []),
      ([("street", "Blombergin aukio"), ("municipality", "Kaarina")], []),
      ([("text", "Kupittaan maauimala, Blombergin aukio 12, Turku")], ["1 exact"]),
      ([("text", "Blombergs plan 15, Åbo")], ["2 exact"]),
      ([("text", "Blomberginaukio 12, 20720 TURKU")], ["1 exact"]),
      ([("text", "Blombergin aukio 12, Kaarina")], []),
      ([("text", "Blombergin aukio 12, Turku"), ("municipality", "Kaarina")], []),
      ([("text", "Kirkkotie 46"), ("municipality", "Kaarina")], ["3 exact"]),
      ([("text", "Kupittaan maauimala")], []), ([("text", "PL 355, 20101 Turku")], []),
    ] as [([(String, String)], [String])])
  func questions(parameters: [(String, String)], expected: [String]) async throws {
    try await Self.with { api in
      let reply = try await api.list(parameters, path: "/v1/address/")
      #expect(reply.status == 200)
      #expect(Self.found(reply).sorted() == expected, "\(parameters)")
      #expect(reply.count() == expected.count)
    }
  }

  @Test("Around a point the nearest come first, with geodesic metres, and there is one page")
  func reverse() async throws {
    try await Self.with { api in
      let point = try TestDatabase.engine.transform(Coordinate(x: 240_090, y: 6_710_000), from: 3067, to: 4326)
        .coordinate
      let reply = try await api.get("/v1/address/?lat=\(point.y)&lon=\(point.x)&limit=2")
      #expect(Self.found(reply) == ["2 null", "1 null"] && reply.count() == 2 && reply.next() == nil)
      let distance = reply.json()["data"]?.arrayValue?.first?["distance"]?.doubleValue ?? 0
      #expect(abs(distance - 10) < 0.02)
      let all = try await api.get("/v1/address/?lat=\(point.y)&lon=\(point.x)")
      #expect(Self.found(all).count == 3, "one has no position")
      let street = try await api.get("/v1/address/?lat=\(point.y)&lon=\(point.x)&street=Kirkkotie&number=46")
      #expect(Self.found(street) == ["3 exact"])
    }
  }

  @Test("Pages follow each other")
  func pages() async throws {
    try await Self.with { api in
      let pages = try await api.walk("/v1/address/?street=Kirkkotie&limit=1")
      #expect(pages.map(\.count) == [1, 1] && Set(pages.joined()) == ["dvv:3", "dvv:4"])
      #expect(try await api.get("/v1/address/?street=Kirkkotie&page=2").status == 404)
      #expect(try await api.get("/v1/address/?lat=60&lon=22&page=2").status == 404)
    }
  }

  @Test(
    "What can't be asked is told with its mend",
    arguments: [
      ("", "required", ["street"]), ("municipality=Turku", "required", ["street"]),
      ("lat=60", "invalid-parameter", ["lon"]), ("lon=22", "invalid-parameter", ["lat"]),
      ("lat=91&lon=22", "invalid-parameter", ["lat"]), ("lat=60&lon=abc", "invalid-parameter", ["lon"]),
      ("lat=60&lon=22&limit=0", "invalid-parameter", ["limit"]),
      ("lat=60&lon=22&limit=1001", "invalid-parameter", ["limit"]),
      ("street=a&number=abc", "invalid-parameter", ["number"]), ("number=3", "invalid-parameter", ["number"]),
      ("street=%20", "invalid-parameter", ["street"]), ("text=%20", "invalid-parameter", ["text"]),
      ("text=a&street=b", "invalid-parameter", ["text"]),
      ("street=a&postal_code=123", "invalid-postal-code", ["postal_code"]),
      ("street=a&municipality=nowhere", "unknown-municipality", ["municipality"]),
      ("street=a&srid=1", "unknown-srid", ["srid"]), ("stret=a", "unknown-parameter", ["stret"]),
    ])
  func wrong(query: String, code: String, parameters: [String]) async throws {
    try await TestAPI.with { api in
      let reply = try await api.get("/v1/address/?\(query)")
      #expect(reply.status == 400)
      let codes = (reply.json()["errors"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
      #expect(reply.parameters() == parameters && (codes.contains(code) || reply.code() == code), "\(query): \(codes)")
    }
  }

  @Test("One address by its id; 410 when retired, 404 when there never was one")
  func byID() async throws {
    try await Self.with { api in
      let one = try await api.get("/v1/address/dvv%3A2/?srid=3067")
      #expect(one.status == 200 && one.json()["letter"] == .string("b") && one.json()["number_end"]?.integerValue == 18)
      #expect(try await api.get("/v1/address/dvv:9/").status == 404)
      try await api.database.execute("update address set state = 'retired' where id = 'dvv:2'")
      let gone = try await api.get("/v1/address/dvv:2/")
      #expect(gone.status == 410 && gone.json()["reason"]?.stringValue?.contains("import:s1") == true)
      #expect(try await api.get("/v1/address/?street=Blombergin%20aukio&number=14").ids() == ["dvv:1"])
    }
  }
}
