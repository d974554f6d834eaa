import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Entities of the type `Address`: the address register's.
@Suite("Reconciliation of addresses")
struct ReconcileAddressTests {
  private static func with(_ body: (TestAPI, OpenRefineClient) async throws -> Void) async throws {
    try await TestAPI.with { api async throws in
      try await api.database.execute(
        """
        insert into address (id, data_source, street_fi, street_sv, number, number_end, letter, postal_code,
          municipality, folded_fi, folded_sv, srid, x, y, lon, lat, e, n, geom, session)
        select 'osoite:' || v.id, 'osoite', v.fi, v.sv, v.number, v.number_end, v.letter, v.code, v.town, lower(v.fi),
          lower(v.sv), 4326, v.lon, v.lat, v.lon, v.lat, 240000 + v.id, 6710000,
          st_setsrid(st_makepoint(240000 + v.id, 6710000), 3067), 'test'
        from (values
          (1, 'Linnankatu', 'Slottsgatan', 2, null::int, null, '20100', '853', 22.27, 60.45),
          (2, 'Linnankatu', 'Slottsgatan', 2, null, 'b', '20100', '853', 22.271, 60.45),
          (3, 'Linnankatu', 'Slottsgatan', 6, 10, null, '20100', '853', 22.272, 60.45),
          (4, 'Linnankatu', null, 2, null, null, '20780', '202', 22.37, 60.41),
          (5, 'Satamatie', 'Hamnvägen', 1, null, null, '20780', '202', 22.38, 60.41),
          (6, 'Torikatu', null, 5, null, 'a', '15100', '398', 25.6, 60.9),
          (7, 'Torikatu', null, 5, null, 'b', '15100', '398', 25.6, 60.9)
        ) v (id, fi, sv, number, number_end, letter, code, town, lon, lat)
        """)
      _ = try await api.database.store.fillStreets()
      try await body(api, try OpenRefineClient(api))
    }
  }

  @Test("Street, number and town make a match; less than that, or something that contradicts, makes none")
  func matching() async throws {
    try await Self.with { _, client in
      for (text, id, isMatch) in [
        ("Linnankatu 2, 20100 Turku", "osoite:1", true), ("Linnankatu 2, Turku", "osoite:1", true),
        ("Slottsgatan 2 B, Åbo", "osoite:2", true), ("linnankatu 8, 20100 turku", "osoite:3", true),
        ("Linnankatu 2, Kaarina", "osoite:4", true), ("Satamatie 1, Kaarina", "osoite:5", true),
        ("Linnankatu 4, Turku", nil, false), ("Linnankatu 2", nil, false), ("Linnankatu, Turku", nil, false),
        ("Satamatie 1, Turku", "osoite:5", false), ("Torikatu 5, Lahti", nil, false),
      ] as [(String, String?, Bool)] {
        let found = try await client.candidates(#"{"query": "\#(text)", "type": "Address", "limit": 3}"#)
        #expect(!found.isEmpty && found.count <= 3, "\(text)")
        if let id { #expect(found.first?["id"] == .string(id), "\(text): \(found.map(\.text))") }
        #expect(found.first?["match"] == .bool(isMatch), "\(text): \(found.map(\.text))")
        #expect(found.allSatisfy { $0["type"]?.arrayValue?.first?["id"] == .string("Address") })
      }
      let absent = try await client.candidates(#"{"query": "Olematontie 3, Turku", "type": "Address"}"#)
      #expect(absent.isEmpty)
    }
  }

  @Test("Properties count and stand among the features")
  func properties() async throws {
    try await Self.with { _, client in
      let found = try await client.candidates(
        #"""
        {"query": "Kahvila", "type": "Address", "properties": [{"pid": "street_address", "v": "Linnankatu 2"},
          {"pid": "postal_code", "v": "20780"}, {"pid": "municipality", "v": "202"}, {"pid": "lat", "v": 60.41},
          {"pid": "lon", "v": 22.37}]}
        """#)
      #expect(found.first?["id"] == .string("osoite:4") && found.first?["match"] == .bool(true))
      let features = (found.first?["features"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
      #expect(features == ["street", "number", "postal_code", "municipality", "distance"])
      let near = try await client.candidates(
        #"{"type": "Address", "properties": [{"pid": "lat", "v": 60.45}, {"pid": "lon", "v": 22.27}]}"#)
      #expect(near.first?["match"] == .bool(false))
      let byID = try await client.candidates(#"{"query": "osoite:5", "type": "Address"}"#)
      #expect(byID.map { $0["id"] } == [.string("osoite:5")] && byID.first?["match"] == .bool(true))
    }
  }

  @Test("Both types together: the better first, never two matches")
  func together() async throws {
    try await Self.with { _, client in
      let found = try await client.candidates(
        #"{"query": "Turun kaupunginkirjasto, Linnankatu 2, Turku", "type": ["Place", "Address"]}"#)
      let types = Set(found.compactMap { $0["type"]?.arrayValue?.first?["id"]?.stringValue })
      #expect(types == ["Place", "Address"])
      #expect(found.filter { $0["match"] == .bool(true) }.count <= 1)
      #expect(
        try await client.candidates(#"{"query": "Linnankatu 2, Turku"}"#).allSatisfy {
          $0["type"]?.arrayValue?.first?["id"] == .string("Place")
        }, "without a type places are meant")
    }
  }

  @Test("Addresses are suggested, previewed and extended")
  func services() async throws {
    try await Self.with { api, client in
      for (prefix, ids) in [
        ("sata", ["osoite:5"]), ("hamnv", ["osoite:5"]), ("satamatie 1", ["osoite:5"]), ("osoite:5", ["osoite:5"]),
        ("sat", []), ("satamatie 9", ["osoite:5"]),
      ] {
        let found = try await api.list(
          [("prefix", prefix), ("type", "Address")], path: "/reconcile/suggest/entity")
        try client.check(found, "Suggestions")
        #expect(found.json().resultIDs == ids, "\(prefix)")
      }
      let answer = try await client.extend(
        #"""
        {"ids": ["osoite:5", "turku:library"], "properties": [{"id": "name"}, {"id": "municipality"}, {"id": "lat"},
          {"id": "email"}, {"id": "street_address", "settings": {"language": "sv"}}]}
        """#)
      let row = answer["rows"]?["osoite:5"]
      #expect(row?["name"]?.arrayValue?.first?["str"] == .string("Satamatie 1, 20780 Kaarina"))
      #expect(row?["municipality"]?.arrayValue?.first?["id"] == .string("fi:202"))
      #expect(row?["lat"]?.arrayValue?.first?["float"] == .number(60.41))
      #expect(row?["email"] == .array([]))
      #expect(row?["street_address"]?.arrayValue?.first?["str"] == .string("Hamnvägen 1"))
      let page = String(decoding: try await api.get("/reconcile/preview?id=osoite:5").plain, as: UTF8.self)
      #expect(page.contains("Satamatie 1") && page.contains("Hamnvägen 1") && page.contains("Kaarina (202)"))
      let flyout = try await api.get("/reconcile/flyout/entity?id=osoite:5").json()
      #expect(flyout["html"]?.stringValue?.contains("Satamatie 1") == true)
      let proposed = try await api.get("/reconcile/properties?type=Address").json()
      let known = (proposed["properties"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
      #expect(known.contains("street_address") && !known.contains("opening_hours"))
      #expect(try await api.get("/reconcile/properties?type=Q5").json()["properties"] == .array([]))
    }
  }
}
