import Geodesy
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Event links: versions, history, change lines, and what their places tell of them.
@Suite("Event links")
struct EventWriteTests {
  static let author = Author(actor: "test", action: "test")

  static func event(_ id: String, at place: String? = nil, _ edit: (inout EventLink) -> Void = { _ in }) throws
    -> EventLink
  {
    var event = EventLink(id: try PlaceID(id), name: try #require(LocalizedText([.fi: "Tapahtuma \(id)"])))
    event.start = EventTime("2030-06-01T18:00:00+03:00")
    event.location = place
    edit(&event)
    return event
  }

  /// Makes public venues.
  static func places(_ ids: [String], in database: TestDatabase, isPublic: Bool = true) async throws {
    _ = try await database.store.write(by: author) { transaction in
      let changes = try ids.map { id in
        var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: id])))
        place.isPublic = isPublic
        return try PlaceChange(place, existing: nil, engine: TestDatabase.engine)
      }
      for source in Set(changes.map(\.place.id.source)) { try await transaction.ensureSource(source) }
      try await transaction.save(changes)
    }
  }

  /// Writes events as they are to become; what is there already is changed.
  @discardableResult
  static func save(
    _ events: [EventLink], state: EventState = .live, to database: TestDatabase
  ) async throws -> Int? {
    try await database.store.write(by: author) { transaction in
      for source in Set(events.map(\.id.source)) { try await transaction.ensureSource(source) }
      let locked = try await transaction.lockEvents(events.map(\.id), locations: Set(events.compactMap(\.location)))
      let changes = events.map { event in
        EventChange(
          event, existing: locked.events[event.id], target: event.location.flatMap { locked.locations[$0]?.target },
          state: state)
      }
      try await transaction.save(changes.filter(\.changesAnything))
    }.sequence
  }

  static func pk(_ place: String, _ database: TestDatabase) async throws -> Int64 {
    try #require(
      try await database.client.query("select pk from place where id = \(place)").decode(Int64.self).first)
  }

  /// `n_events` and the last end of each place, as stored.
  static func counts(_ database: TestDatabase) async throws -> [String: String] {
    let rows = try await database.client.query(
      """
      select id, n_events || ' ' || coalesce(to_char(last_event_end at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), '-')
      from place_key where kind = 'venue'
      """)
    return Dictionary(uniqueKeysWithValues: try rows.decode((String, String).self).map { ($0.0, $0.1) })
  }

  /// What is stored of places whose events, counted anew, tell otherwise.
  static func differing(_ database: TestDatabase) async throws -> [String] {
    try await database.client.query(
      """
      select k.id from place_key k left join lateral (
        select count(*) filter (where v.state = 'live' and v.publication_status = 'public') as n,
          max(coalesce(v.end_time, case when v.has_start_time then v.start_time else v.start_time + interval '1 day' end))
            filter (where v.state = 'live' and v.publication_status = 'public' and v.event_status <> 'EventCancelled')
            as last
        from event v where v.location = k.pk) c on true
      where k.n_events <> c.n or k.last_event_end is distinct from c.last
      """
    ).decode(String.self)
  }

  /// The change log's lines of events and places since a number: `entity id kind/public version`.
  static func lines(_ database: TestDatabase, after sequence: Int = 0) async throws -> [String] {
    let rows = try await database.client.query(
      """
      select c.entity || ' ' || c.id || ' ' || c.kind || '/' || coalesce(c.public_kind, '-')
        || case when c.derived then ' derived' else ' ' || c.version end
      from change c join change_tx t using (tx) where t.first_seq + c.ordinal > \(sequence) order by t.first_seq + c.ordinal
      """)
    return try rows.decode(String.self)
  }

  @Test("A place's count and last end follow each change of its links in the same transaction")
  func counts() async throws {
    try await TestDatabase.with { database in
      try await Self.places(["a:1", "a:2"], in: database)
      var one = try Self.event("e:1", at: "a:1") { $0.end = EventTime("2030-06-02") }
      let two = try Self.event("e:2", at: "a:1") { $0.start = EventTime("2031-01-01") }
      let start = try #require(try await Self.save([one, two], to: database))
      #expect(try await Self.counts(database) == ["a:1": "2 2031-01-01 22:00", "a:2": "0 -"])
      #expect(
        try await Self.lines(database, after: start - 3) == [
          "event e:1 created/created 1", "event e:2 created/created 1", "place a:1 updated/updated derived",
        ])
      #expect(try await Self.save([one, two], to: database) == nil, "nothing changed")

      one.location = "a:2"
      let moved = try #require(try await Self.save([one], to: database))
      #expect(try await Self.counts(database) == ["a:1": "1 2031-01-01 22:00", "a:2": "1 2030-06-02 21:00"])
      #expect(
        try await Self.lines(database, after: moved - 3) == [
          "event e:1 updated/updated 2", "place a:1 updated/updated derived", "place a:2 updated/updated derived",
        ])
      // A cancelled event counts, but nothing is to come of it.
      one.status = .cancelled
      try await Self.save([one], to: database)
      #expect(try await Self.counts(database)["a:2"] == "1 -")
      one.status = .scheduled
      one.isPublic = false
      let withdrawn = try #require(try await Self.save([one], to: database))
      #expect(try await Self.counts(database)["a:2"] == "0 -")
      #expect(try await Self.lines(database, after: withdrawn - 2).first == "event e:1 updated/deleted 4")
      one.isPublic = true
      try await Self.save([one], to: database)
      let deleted = try #require(try await Self.save([one], state: .deleted, to: database))
      #expect(try await Self.lines(database, after: deleted - 2).first == "event e:1 deleted/deleted 6")
      #expect(try await Self.counts(database)["a:2"] == "0 -")
      let restored = try #require(try await Self.save([one], to: database))
      #expect(try await Self.lines(database, after: restored - 2).first == "event e:1 restored/restored 7")
      #expect(try await Self.counts(database)["a:2"] == "1 2030-06-02 21:00")
      #expect(try await Self.differing(database) == [])
      let versions = try await database.client.query("select version from event_history where id = 'e:1' order by 1")
      #expect(try versions.decode(Int.self) == Array(1...6))
    }
  }

  @Test("Drafts are never told to the public, and a place without a link has no line")
  func drafts() async throws {
    try await TestDatabase.with { database in
      try await Self.places(["a:1"], in: database)
      var draft = try Self.event("e:1", at: "a:1") { $0.isPublic = false }
      let first = try #require(try await Self.save([draft], to: database))
      #expect(try await Self.lines(database, after: first - 1) == ["event e:1 created/- 1"])
      draft.isPublic = true
      let published = try #require(try await Self.save([draft], to: database))
      #expect(
        try await Self.lines(database, after: published - 2) == [
          "event e:1 updated/created 2", "place a:1 updated/updated derived",
        ])
      #expect(try await Self.counts(database)["a:1"] == "1 2030-06-01 15:00")
    }
  }

  @Test("Twenty writers at few places: none waits for ever, none is run twice, and no count is lost")
  func concurrentWriters() async throws {
    try await TestDatabase.with { database in
      let places = ["a:1", "a:2", "a:3"]
      try await Self.places(places, in: database)
      _ = try await database.store.write(by: Self.author) { try await $0.ensureSource(DataSourceID("e")) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<20 {
          group.addTask {
            for round in 0..<6 {
              let events = try (0..<3).map { number in
                try Self.event("e:\(writer)-\(number)", at: places[(writer + number + round) % 3]) {
                  $0.isPublic = (round + number) % 4 != 0
                  $0.status = (writer + round) % 5 == 0 ? .cancelled : .scheduled
                  $0.end = EventTime("2030-06-\(10 + (writer + round) % 10)T12:00:00Z")
                }
              }
              let isDeleted = (writer + round) % 7 == 0
              let author = Author(actor: "w\(writer)", action: "test")
              _ = try await database.store.write(by: author, attempts: 1) { transaction in
                let locked = try await transaction.lockEvents(events.map(\.id), locations: Set(places))
                let changes = events.map { event in
                  EventChange(
                    event, existing: locked.events[event.id],
                    target: event.location.flatMap { locked.locations[$0]?.target },
                    state: isDeleted && locked.events[event.id] != nil ? .deleted : .live)
                }
                try await transaction.save(changes.filter(\.changesAnything))
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Self.differing(database) == [])
      #expect(try await database.number("select count(*) from event") == 60)
      let numbers = try await database.client.query(
        "select t.first_seq + c.ordinal from change c join change_tx t using (tx) order by 1"
      ).decode(Int.self)
      #expect(numbers == Array(1...numbers.count))
    }
  }

  @Test("A link to a place that is merged meanwhile waits, and then goes to the survivor")
  func mergedMeanwhile() async throws {
    try await TestDatabase.with { database in
      try await Self.places(["a:1", "a:2"], in: database)
      let event = try Self.event("e:1", at: "a:1")
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await database.client.withConnection { connection in
          _ = try await connection.query("begin")
          _ = try await connection.query(
            """
            update place set state = 'merged', replaced_by = (select array[pk] from place where id = 'a:2')
            where id = 'a:1'
            """)
          group.addTask { try await Self.save([event], to: database) }
          try await database.untilSomebodyWaits()
          _ = try await connection.query("commit")
        }
        try await group.waitForAll()
      }
      let place = try await database.client.query(
        "select l.id from event v join place l on l.pk = v.location where v.id = 'e:1'")
      #expect(try place.decode(String.self) == ["a:2"])
      #expect(try await Self.counts(database)["a:2"] == "1 2030-06-01 15:00")
    }
  }
}
