import Geodesy
import Places
import Testing

/// Every filter of `/v1/event/` against plain conditions on plain values.
@Suite("Event filters")
struct EventFilterTests {
  @Test("Random combinations of filters and orders answer what plain conditions pass, in their order, page by page")
  func oracle() async throws {
    try await TestAPI.withEvents { api in
      let oracle = try EventOracle()
      var queries = RandomEventQueries(seed: 20_260_601, oracle: oracle)
      var asked: Set<String> = []
      for _ in 0..<150 {
        let query = queries.next()
        asked.formUnion(query.parameters.map(\.0))
        let expected = try oracle.answer(query)
        let reply = try await api.list(query.parameters + [("page_size", "1000")], path: "/v1/event/")
        try #require(reply.status == 200, "\(query.parameters): \(String(decoding: reply.plain, as: UTF8.self))")
        #expect(reply.ids() == expected, "\(query.parameters)")
        #expect(reply.count() == expected.count, "\(query.parameters)")
        guard expected.count > 7 else { continue }
        let encoded = query.parameters.map { "\($0.0)=\($0.1.addingEscapes)" }.joined(separator: "&")
        let pages = try await api.walk("/v1/event/?page_size=7&\(encoded)")
        #expect(pages.flatMap { $0 } == expected, "\(query.parameters)")
      }
      for name in ["municipality", "location_tree", "weekday", "keyword!", "suitable_for", "dwithin_origin", "bbox"] {
        #expect(asked.contains(name), "\(name) was never asked")
      }
    }
  }

  @Test("nearest orders all events by their place, those without a position last, built-in places left out")
  func nearest() async throws {
    try await TestAPI.withEvents { api in
      let oracle = try EventOracle()
      for areas in [false, true] {
        var query = EventOracle.Query()
        query.areas = areas
        query.filters = [
          .init(name: "event_type", value: "all") { areas || $0.place == nil || $0.place?.place.kind == .venue },
          .init(name: "nearest", value: "\(Fixture.origin.x),\(Fixture.origin.y)") { _ in true },
        ]
        query.order = [
          EventOracle.by(false) { entry in
            entry.degrees(areas: areas).map { (Geodesic.distance(Fixture.origin, $0) * 1e6).rounded() } ?? .infinity
          },
          EventOracle.by(false) { $0.event.starts?.microseconds ?? .max },
        ]
        let expected = try oracle.answer(query)
        let reply = try await api.list(query.parameters + [("page_size", "1000")], path: "/v1/event/")
        #expect(reply.ids() == expected)
        #expect(reply.count() == expected.count)
        let first = reply.json()["data"]?.arrayValue?.first
        #expect(first?["distance"]?.doubleValue != nil)
        let pages = try await api.walk(
          "/v1/event/?event_type=all&page_size=11&nearest=\(Fixture.origin.x),\(Fixture.origin.y)"
            + (areas ? "&include_areas=true" : ""))
        #expect(pages.flatMap { $0 } == expected)
      }
    }
  }

  @Test("text: every word in the event or in its place, as a beginning or inflected; draft places tell nothing")
  func text() async throws {
    try await TestAPI.withEvents { api in
      let oracle = try EventOracle()
      func expect(_ text: String, _ passes: @escaping (EventOracle.Entry) -> Bool) async throws {
        let query = EventOracle.Query(filters: [
          .init(name: "event_type", value: "all") { _ in true }, .init(name: "text", value: text, passes: passes),
        ])
        let reply = try await api.list(query.parameters + [("page_size", "1000")], path: "/v1/event/")
        let expected = try oracle.answer(query)
        #expect(reply.ids() == expected, "\(text)")
      }
      func told(_ entry: EventOracle.Entry, _ word: String) -> Bool {
        entry.event.name.values.contains { $0.text.lowercased().contains(word) }
      }
      try await expect("konsertti") { told($0, "konsert") }
      try await expect("konsertit") { told($0, "konsertti") }
      try await expect("lukup") { told($0, "lukupiiri") }
      try await expect("konsertti logomo") { entry in
        told(entry, "konsertti") && (entry.event.location?.hasPrefix("turku:logomo") ?? false)
      }
      try await expect("blombergin") { $0.event.location == "turku:kupittaa-swim" }
      try await expect("nothing at all") { _ in false }
      #expect(
        try await api.list([("full_text", "konsertti"), ("full_text_language", "fi")], path: "/v1/event/").count() > 0)
    }
  }

  @Test("today, now and days follow the clock; what was said of a moment is never kept")
  func clock() async throws {
    try await TestAPI.withEvents { api in
      let now = Timestamp.now()
      func event(_ id: String, from start: Int64, to end: Int64?) throws -> EventLink {
        var event = EventLink(id: try PlaceID("clock:\(id)"), name: try #require(LocalizedText([.fi: id])))
        event.start = EventTime(instant: Timestamp(microseconds: now.microseconds + start * 1_000_000))
        event.end = end.map { EventTime(instant: Timestamp(microseconds: now.microseconds + $0 * 1_000_000)) }
        return event
      }
      var today = try event("today", from: 0, to: nil)
      today.start = EventTime(instant: now.startOfDay(), isDate: true)
      var tomorrow = today
      tomorrow.id = try PlaceID("clock:tomorrow")
      tomorrow.start = EventTime(instant: now.startOfDay(plus: 1), isDate: true)
      try await EventFixture.save(
        [
          event("past", from: -7200, to: -3600), event("running", from: -3600, to: 86_400 * 3),
          event("soon", from: 86_400 * 2, to: nil), today, tomorrow,
        ], to: api.database)
      func ids(_ query: String) async throws -> Set<String> {
        Set(try await api.get("/v1/event/?data_source=clock&\(query)").ids().map { String($0.dropFirst(6)) })
      }
      #expect(try await ids("start=now") == ["running", "soon", "today", "tomorrow"])
      #expect(try await ids("end=now") == ["past", "running", "today"])
      #expect(try await ids("start=now&end=now") == ["running", "today"])
      #expect(try await ids("days=1").isSuperset(of: ["running", "today", "tomorrow"]))
      #expect(try await !ids("days=1").contains("soon") || now.startOfDay(plus: 2) > now)
      #expect(try await ids("days=3").contains("soon"))
      #expect(try await ids("start=today&end=today").isSuperset(of: ["running", "today"]))
      #expect(try await !ids("start=today&end=today").contains("tomorrow"))
      #expect(try await ids("end=today").contains("today"))
      #expect(try await api.get("/v1/event/?days=2&start=today").parameters() == ["days"])
    }
  }
}

extension String {
  var addingEscapes: String { ResourceAddress.escape(self) }
}
