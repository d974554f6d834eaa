import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Links that follow their place, and come back.
@Suite("Moving event links")
struct EventMoveTests {
  typealias Events = EventWriteTests

  private static func move(
    _ place: String, to other: String, chosen: [String: String] = [:], _ database: TestDatabase
  ) async throws -> [String] {
    let from = try await Events.pk(place, database)
    let to = try await Events.pk(other, database)
    var keys: [String: Int64] = [:]
    for (event, place) in chosen { keys[event] = try await Events.pk(place, database) }
    let named = keys
    return try await database.store.write(by: Events.author) { transaction in
      try await transaction.moveLinks(of: from, to: to, chosen: named)
    }.0
  }

  private static func back(_ place: String, _ database: TestDatabase) async throws -> [String] {
    let pk = try await Events.pk(place, database)
    return try await database.store.write(by: Events.author) { try await $0.moveLinksBack(of: pk) }.0
  }

  /// Where each event is: `id place version`.
  private static func locations(_ database: TestDatabase) async throws -> [String] {
    try await database.client.query(
      """
      select v.id || ' ' || coalesce(l.id, '-') || ' ' || v.version from event v join event_key k on k.pk = v.pk
        and k.version = v.version and k.place is not distinct from v.location
      left join place l on l.pk = v.location order by v.id
      """
    ).decode(String.self)
  }

  @Test("Links move to where they are told, each as a new version with its history, and the counts with them")
  func split() async throws {
    try await TestDatabase.with { database in
      try await Events.places(["a:1", "a:2", "a:3"], in: database)
      let events = try [
        Events.event("e:1", at: "a:1"), Events.event("e:2", at: "a:1"),
        Events.event("e:3", at: "a:1") { $0.isPublic = false }, Events.event("e:4", at: "a:2"),
        Events.event("e:5"),
      ]
      try await Events.save(events, to: database)
      try await Events.save([Events.event("e:6", at: "a:1")], state: .deleted, to: database)
      let head = try await database.number("select seq from change_head")
      let pk = try await Events.pk("a:1", database)
      let linked = try await database.store.write(by: Events.author) { try await $0.linkedEvents(of: pk) }.0
      #expect(linked == ["e:1", "e:2", "e:3"])
      let moved = try await Self.move("a:1", to: "a:2", chosen: ["e:2": "a:3", "e:4": "a:3"], database)
      #expect(moved == ["e:1", "e:2", "e:3"])
      #expect(
        try await Self.locations(database) == [
          "e:1 a:2 2", "e:2 a:3 2", "e:3 a:2 2", "e:4 a:2 1", "e:5 - 1", "e:6 a:2 2",
        ])
      #expect(
        try await Events.lines(database, after: head) == [
          "event e:1 updated/updated 2", "event e:2 updated/updated 2", "event e:3 updated/- 2",
          "event e:6 updated/- 2", "place a:1 updated/updated derived", "place a:2 updated/updated derived",
          "place a:3 updated/updated derived",
        ])
      #expect(try await Events.counts(database).mapValues { $0.prefix(1) } == ["a:1": "0", "a:2": "2", "a:3": "1"])
      #expect(try await Events.differing(database) == [])
      let old = try await database.client.query(
        "select h.id from event_history h join place l on l.pk = h.location where l.id = 'a:1' and h.version = 1 order by 1"
      )
      #expect(try old.decode(String.self) == ["e:1", "e:2", "e:3", "e:6"])
    }
  }

  @Test("Back come exactly those that nobody changed since")
  func back() async throws {
    try await TestDatabase.with { database in
      try await Events.places(["a:1", "a:2", "a:3"], in: database)
      let events = try (1...4).map { try Events.event("e:\($0)", at: "a:1") }
      try await Events.save(events, to: database)
      _ = try await Self.move("a:1", to: "a:2", database)
      var renamed = events[1]
      renamed.location = "a:2"
      renamed.name = try #require(LocalizedText([.fi: "Uusi nimi"]))
      var elsewhere = events[2]
      elsewhere.location = "a:3"
      try await Events.save([renamed, elsewhere], to: database)
      #expect(try await Self.back("a:1", database) == ["e:1", "e:4"])
      #expect(
        try await Self.locations(database) == ["e:1 a:1 3", "e:2 a:2 3", "e:3 a:3 3", "e:4 a:1 3"])
      #expect(try await database.number("select count(*) from event_move") == 0)
      #expect(try await Self.back("a:1", database) == [], "a second time there is nothing to take back")
      #expect(try await Events.differing(database) == [])
    }
  }

  @Test("Through a chain of merges each step can be undone, in either order")
  func chain() async throws {
    for isLastFirst in [true, false] {
      try await TestDatabase.with { database in
        try await Events.places(["a:1", "a:2", "a:3"], in: database)
        try await Events.save([Events.event("e:1", at: "a:1"), Events.event("e:2", at: "a:2")], to: database)
        _ = try await Self.move("a:1", to: "a:2", database)
        _ = try await Self.move("a:2", to: "a:3", database)
        if isLastFirst {
          #expect(try await Self.back("a:2", database) == ["e:1", "e:2"])
          #expect(try await Self.back("a:1", database) == ["e:1"])
        } else {
          #expect(try await Self.back("a:1", database) == ["e:1"])
          #expect(try await Self.back("a:2", database) == ["e:2"])
        }
        let locations = try await Self.locations(database).map { $0.prefix(7) }
        #expect(locations == ["e:1 a:1", "e:2 a:2"])
        #expect(try await Events.differing(database) == [])
      }
    }
  }
}
