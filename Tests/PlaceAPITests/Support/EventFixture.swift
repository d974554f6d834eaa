import Foundation
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// Events at the fixture's places, each kind of difference many times over.
enum EventFixture {
  /// The first day of the events; they lie on the hundred days from then on.
  static let firstDay = EventTime("2030-03-01")?.instant ?? .now()

  static let locations: [String?] = [
    "turku:library", "turku:logomo", "turku:logomo-1", "turku:logomo-2", "turku:kupittaa-swim", "turku:kupittaa-park",
    "kaarina:hall", "kaarina:church", "helsinki:oodi", "lahti:border", "same:1", "same:4", "ring:3", "ring:4",
    "turku:closed-hall", "fi:853", "fi:online", "kaarina:given", nil,
  ]

  static let events: [EventLink] = {
    var random = SeededGenerator(7)
    return (0..<240).compactMap { number in try? event(number, &random) }
  }()

  private static func event(_ number: Int, _ random: inout SeededGenerator) throws -> EventLink {
    func chance(_ p: Double) -> Bool { Double.random(in: 0..<1, using: &random) < p }
    func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    let source = pick(["turku", "turku", "kaarina", "odd"])
    var names: [Language: String] = [.fi: pick(["Konsertti", "Näytelmä", "Älypeli", "Lukupiiri"]) + " \(number % 60)"]
    if chance(0.3) { names[.sv] = "Evenemang \(number)" }
    if chance(0.2) { names = [.en: "Concert \(number)"] }
    var event = EventLink(
      id: try PlaceID("\(source):\(chance(0.02) ? "a/b%" : "e")\(number)"), name: try #require(LocalizedText(names)))
    event.publisher = chance(0.3) ? "org-a" : nil
    event.type = chance(0.6) ? .general : pick(EventType.allCases)
    event.status = chance(0.7) ? .scheduled : pick(EventStatus.allCases)
    event.isPublic = !chance(0.1)
    event.location = pick(locations)
    let day = firstDay.startOfDay(plus: Int.random(in: 0..<100, using: &random))
    let minute = pick([0, 600, 1080, 1110, 1380]) + Int64(pick([0, 0, 1]))
    let start = Timestamp(microseconds: day.microseconds + minute * 60_000_000)
    event.start = EventTime(instant: chance(0.2) ? day : start, isDate: chance(0.2) && false)
    if chance(0.2) { event.start = EventTime(instant: day, isDate: true) }
    if event.status == .postponed, chance(0.5) { event.start = nil }
    if let from = event.start, chance(0.6) {
      let length = pick([0, 3_600, 7_200, 86_400, 3 * 86_400, 9 * 86_400]) as Int64
      let end = Timestamp(microseconds: from.instant.microseconds + length * 1_000_000)
      event.end = chance(0.3) ? EventTime(instant: end.startOfDay(), isDate: true) : EventTime(instant: end)
    }
    event.keywords = ["yso:p1", "yso:p2", "yso:p3", "https://other.fi/v1/keyword/yso:p4/"].filter { _ in chance(0.3) }
    if chance(0.2) { event.superEventType = pick(SuperEventType.allCases) }
    if number > 40, chance(0.3) { event.superEvent = "turku:e\(Int.random(in: 0..<40, using: &random))" }
    var other: [JSONValue.Member] = []
    if chance(0.3) { other.append(.init("audience", .array([reference("keyword", pick(["yso:p5", "yso:p1"]))]))) }
    if chance(0.3) { other.append(.init("in_language", .array([reference("language", pick(["fi", "sv"]))]))) }
    if chance(0.5) { other.append(.init("audience_min_age", .integer(pick([0, 3, 7, 18])))) }
    if chance(0.4) { other.append(.init("audience_max_age", .integer(pick([6, 12, 99])))) }
    if chance(0.4) {
      other.append(.init("offers", .array([.object([.init("is_free", .bool(chance(0.5)))])])))
    }
    event.other = JSONValue.canonical(other)
    return event
  }

  private static func reference(_ collection: String, _ id: String) -> JSONValue {
    .object([.init("@id", .string("http://test.fi/v1/\(collection)/\(id)/"))])
  }

  /// Which events are deleted.
  static func isDeleted(_ index: Int) -> Bool { index % 23 == 5 }

  /// When the nth event was changed last; some share a second.
  static func modified(_ index: Int) -> Timestamp {
    Timestamp(microseconds: 1_760_000_000_000_000 + Int64(index / 3) * 1_000_000)
  }

  /// Writes the fixture's places and these events; the places' counts are those of the events.
  static func write(to database: TestDatabase) async throws {
    try await Fixture.write(to: database)
    try await database.execute("update place_key set n_events = 0, last_event_end = null")
    try await save(events, to: database)
    let deleted = events.indices.filter(isDeleted).map { events[$0] }
    try await save(deleted, state: .deleted, to: database)
    _ = try await database.client.query(
      """
      update event_key k set modified = m.time
      from unnest(\(events.map(\.id.description))::text[],
        \(events.indices.map { modified($0).description })::timestamptz[]) m (id, time) where k.id = m.id
      """)
  }

  static func save(_ events: [EventLink], state: EventState = .live, to database: TestDatabase) async throws {
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) { transaction in
      for source in Set(events.map(\.id.source)) { try await transaction.ensureSource(source) }
      let locked = try await transaction.lockEvents(events.map(\.id), locations: Set(events.compactMap(\.location)))
      try await transaction.save(
        events.map { event in
          EventChange(
            event, existing: locked.events[event.id],
            target: event.location.flatMap { locked.locations[$0]?.target }, state: state)
        })
    }
  }
}

extension TestAPI {
  /// Runs a test with the fixture's places and events.
  static func withEvents<R: Sendable>(
    configuration: APIConfiguration = .init(), _ body: (TestAPI) async throws -> R
  ) async throws -> R {
    try await TestDatabase.with { database in
      try await EventFixture.write(to: database)
      return try await body(try TestAPI(database, configuration: configuration))
    }
  }
}
