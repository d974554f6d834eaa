import Logging
import OpeningHours
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Opening hours in the database: what is expanded ahead, what a query for open places finds inside the window and
/// outside it, and what becomes of exceptions.
@Suite("Opening hours in the registry")
struct OpeningHoursTests {
  private static func place(_ local: String, _ hours: String?, _ edit: (inout Place) -> Void = { _ in }) throws -> Place
  {
    var place = Place(id: try PlaceID("a:\(local)"), name: try #require(LocalizedText([.fi: local])))
    place.openingHours = hours
    edit(&place)
    return place
  }

  private static func save(_ places: [Place], to store: PlaceStore) async throws {
    _ = try await store.write(by: Author(actor: "test", action: "test")) { transaction in
      try await transaction.ensureSource(DataSourceID("a"))
      let known = try await transaction.lockPlaces(places.map(\.id))
      let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
      try await transaction.save(changes.filter(\.changesAnything))
    }
  }

  /// The local parts of the ids of all that are open then.
  private static func open(_ store: PlaceStore, _ from: String, _ to: String? = nil) async throws -> Set<String> {
    var query = PlaceQuery()
    query.open = .init(start: try instant(from), end: try to.map(instant))
    query.pageSize = 1000
    let page = try await store.places(query)
    #expect(page.count == page.rows.count)
    return Set(page.rows.map { String($0.id.dropFirst(2)) })
  }

  private static func instant(_ text: String) throws -> Int64 {
    try #require(Timestamp(rfc3339: text, zone: EventTime.zone)).microseconds / 1_000_000
  }

  private static func exception(_ id: Int, _ from: String, _ to: String? = nil, _ hours: String? = nil)
    -> OpeningException
  {
    OpeningException(id: id, from: from, to: to ?? from, hours: hours, createdTime: "", actor: "test")
  }

  /// A day so many days from now, `yyyy-mm-dd`.
  private static func day(_ days: Int) -> String { Timestamp.now().startOfDay(plus: days).localDate }

  private static let expressions = [
    "Mo-Fr 09:00-17:00; PH off", "24/7", "Fr-Sa 20:00-04:00", "Mo-Su 00:00-24:00", "sunrise-sunset", "off",
    "Mo-Fr 08:00-12:00,13:00-16:00; Sa 10:00-14:00 \"vain kesällä\"", "Mo-Fr 10:00-18:00 || \"sopimuksen mukaan\"",
    "17:00+", "Jun-Aug 10:00-20:00", "week 1-53/2 Mo 12:00-13:00", "unknown", "Su[1] 12:00-15:00", "2020 10:00-12:00",
    "Mo-Fr 08:00-16:00 open \"A\", Mo-Fr 16:00-18:00 open \"B\"",
  ]

  @Test("The expanded intervals and the calendar tell the same at every instant, near and far")
  func agreement() async throws {
    try await TestDatabase.with { database in
      let store = database.store
      let places = try Self.expressions.enumerated().map { number, hours in
        try Self.place("\(number)", hours) { $0.position = .init(srid: 4326, x: 22.25, y: 60.45) }
      }
      try await Self.save(places, to: store)
      let hours = try await store.hours(of: places.map(\.id.description)).0
      #expect(hours.count == places.count)
      let now = Timestamp.now().microseconds / 60_000_000 * 60
      // Within the window and beyond its ends, on both clock-change nights of a year among them.
      let inside = (0..<60).map { now + Int64($0) * 597_660 }
      let outside = [-400, -31, -30, -29, 428, 429, 430, 431, 1500].map { now + Int64($0) * 86_400 }
      for start in inside + outside {
        for length in [nil, 5_400, 86_400] as [Int64?] {
          var query = PlaceQuery()
          query.open = .init(start: start, end: length.map { start + $0 })
          let found = Set(try await store.places(query).rows.map(\.id))
          let expected = hours.filter { _, hours in
            length.map { hours.isOpen(throughout: start..<(start + $0)) } ?? (hours.status(at: start).state == .open)
          }
          #expect(found == Set(expected.keys), "at \(start), for \(length ?? 0) s")
        }
      }
      let expanded = try await database.client.query(
        """
        select count(*), min(expanded_to - now()) > interval '429 days', max(expanded_from - now()) < interval '-29 days'
        from hours where expanded_to is not null
        """)
      #expect(expanded.int(0, 0) == Self.expressions.count)
      #expect(expanded.bool(0, 1) == true)
      #expect(expanded.bool(0, 2) == true)
    }
  }

  @Test("An expression is expanded once, by whoever writes it first, and found at once by another process")
  func atOnce() async throws {
    try await TestDatabase.with { database in
      let other = PlaceStore(client: database.client, engine: TestDatabase.engine, logger: Logger(label: "test"))
      try await Self.save([Self.place("a", "24/7")], to: database.store)
      #expect(try await Self.open(other, Self.day(1)) == ["a"])
      let intervals = try await database.client.query("select count(*), min(ctid::text) from hours_interval")
      try await Self.save([Self.place("b", "24/7"), Self.place("c", "00:00-24:00 open \"aina\"")], to: database.store)
      #expect(try await Self.open(other, Self.day(1)) == ["a", "b", "c"])
      #expect(try await Self.open(database.store, Self.day(1), Self.day(2)) == ["a", "b", "c"])
      try await Self.save([Self.place("a", nil), Self.place("b", "Mo-Su 10:00-11:00")], to: other)
      #expect(try await Self.open(database.store, Self.day(1)) == ["c"])
      let again = try await database.client.query(
        """
        select count(*) from hours_interval i join hours h on h.id = i.hours_id
        where h.expression = '24/7' and i.ctid::text = \(intervals.string(0, 1))
        """)
      #expect(again.int(0, 0) == 1, "what was expanded was left as it was")
    }
  }

  @Test("Hours that are not expanded yet, or not far enough, are told all the same, and the renewal expands them")
  func renewal() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [Self.place("a", "24/7"), Self.place("b", "Mo-Su 10:00-11:00"), Self.place("c", nil)], to: database.store)
      // As after a long time without a service: 24/7 has run out, the other was never expanded.
      _ = try await database.client.query("delete from hours_interval")
      _ = try await database.client.query(
        """
        update hours set expanded_from = case expression when '24/7' then now() - interval '600 days' else 'infinity' end,
          expanded_to = case expression when '24/7' then now() - interval '100 days' else '-infinity' end
        """)
      func store() -> PlaceStore {
        PlaceStore(client: database.client, engine: TestDatabase.engine, logger: Logger(label: "test"))
      }
      let noon = Self.day(3) + "T10:30:00"
      #expect(try await Self.open(store(), noon) == ["a", "b"])
      #expect(try await Self.open(store(), noon, Self.day(4)) == ["a"])
      let one = store()
      let two = store()
      async let first = one.renewHours(batch: 1)
      async let second = two.renewHours(batch: 1)
      #expect(try await first + second == 2, "two processes don't do the same work twice")
      #expect(try await database.client.query("select count(*) > 400 from hours_interval").bool(0, 0) == true)
      #expect(try await Self.open(store(), noon) == ["a", "b"])
      #expect(try await one.renewHours() == 0)
      // Nobody uses it any more.
      try await Self.save([Self.place("a", nil)], to: database.store)
      _ = try await database.client.query(
        "update hours set expanded_to = now() + interval '10 days' where expression = '24/7'")
      #expect(try await one.renewHours() == 0)
      let left = try await database.client.query(
        """
        select count(*), count(h.expanded_to) from hours h left join hours_interval i on i.hours_id = h.id
        where h.expression = '24/7'
        """)
      #expect(left.int(0, 0) == 1)
      #expect(left.int(0, 1) == 0)
      try await Self.save([Self.place("a", "24/7")], to: database.store)
      #expect(try await Self.open(store(), noon) == ["a", "b"])
    }
  }

  @Test(
    "An exception holds on its days and nowhere else; of two for one day the later one; taken away all is as before")
  func exceptions() async throws {
    try await TestDatabase.with { database in
      let store = database.store
      let (eve, day, after, far) = (Self.day(9), Self.day(10), Self.day(11), Self.day(600))
      var place = try Self.place("a", "Mo-Su 09:00-17:00")
      place.openingExceptions = [
        Self.exception(1, day), Self.exception(2, after, Self.day(12), "12:00-14:00"), Self.exception(3, far),
      ]
      try await Self.save([place, Self.place("b", "Mo-Su 09:00-17:00")], to: store)
      #expect(try await Self.open(store, eve + "T10:00:00") == ["a", "b"])
      #expect(try await Self.open(store, day + "T10:00:00") == ["b"])
      #expect(try await Self.open(store, after + "T10:00:00") == ["b"])
      #expect(try await Self.open(store, after + "T13:59:59") == ["a", "b"])
      #expect(try await Self.open(store, after + "T12:00:00", after + "T14:00:00") == ["a", "b"])
      #expect(try await Self.open(store, after + "T14:00:00") == ["b"])
      #expect(try await Self.open(store, Self.day(13) + "T10:00:00") == ["a", "b"])
      #expect(try await Self.open(store, far + "T10:00:00") == ["b"], "beyond the window too")
      place.openingExceptions.append(Self.exception(4, after, nil, "Mo-Su 20:00-02:00"))
      try await Self.save([place], to: store)
      #expect(try await Self.open(store, after + "T13:00:00") == ["b"])
      #expect(try await Self.open(store, after + "T21:00:00") == ["a"])
      place.openingExceptions = []
      try await Self.save([place], to: store)
      for day in [day, after, far] { #expect(try await Self.open(store, day + "T10:00:00") == ["a", "b"]) }
      let versions = try await database.client.query(
        "select jsonb_array_length(hours_exceptions) from place_history order by version")
      #expect(try versions.decode(Int.self) == [3, 4], "history keeps them")
    }
  }

  @Test("A place without hours has those of its exceptions; hours that cannot be read are never open")
  func odd() async throws {
    try await TestDatabase.with { database in
      let day = Self.day(5)
      try await Self.save(
        [
          Self.place("none", nil), Self.place("broken", "auki joskus"),
          Self.place("only", nil) { $0.openingExceptions = [Self.exception(1, day, nil, "10:00-12:00")] },
          Self.place("both", "auki joskus") { $0.openingExceptions = [Self.exception(2, day, nil, "10:00-12:00")] },
        ], to: database.store)
      #expect(try await Self.open(database.store, day + "T11:00:00") == ["only", "both"])
      #expect(try await Self.open(database.store, Self.day(6) + "T11:00:00") == [])
    }
  }

  @Test("Only places that operate are open: temporarily closed, closed and planned ones as their dates say")
  func operating() async throws {
    try await TestDatabase.with { database in
      let (from, to) = (Self.day(10), Self.day(20))
      let statuses: [(String, OperatingStatus)] = [
        ("open", .init(.open)), ("season", .init(.open, validFrom: from, validTo: to)),
        ("away", .init(.temporarilyClosed)), ("repair", .init(.temporarilyClosed, validFrom: from, validTo: to)),
        ("until", .init(.temporarilyClosed, validTo: to)), ("gone", .init(.closed)),
        ("ending", .init(.closed, validFrom: from)), ("ended", .init(.closed, validTo: from)),
        ("planned", .init(.planned)), ("coming", .init(.planned, validTo: to)),
      ]
      try await Self.save(
        statuses.map { name, status in try Self.place(name, "24/7") { $0.operatingStatus = status } },
        to: database.store)
      let hours = try await database.store.hours(of: statuses.map { "a:\($0.0)" }).0
      let expected: [(Int, Set<String>)] = [
        (1, ["open", "repair", "ending"]), (10, ["open", "season"]), (20, ["open", "season"]),
        (21, ["open", "repair", "until", "coming"]),
      ]
      for (days, names) in expected {
        let time = Self.day(days) + "T12:00:00"
        #expect(try await Self.open(database.store, time) == names, "in \(days) days")
        let start = try Self.instant(time)
        let told = hours.filter { $0.value.status(at: start).state == .open }.keys.map { String($0.dropFirst(2)) }
        #expect(Set(told) == names, "in \(days) days")
      }
      // For the whole time: over the last day of the repair nobody but those who are always there.
      #expect(try await Self.open(database.store, Self.day(9), Self.day(22)) == ["open"])
      let repair = try #require(hours["a:repair"])
      #expect(repair.nextChange(after: try Self.instant(Self.day(1))) == (try Self.instant(from)))
      #expect(repair.nextChange(after: try Self.instant(from)) == (try Self.instant(Self.day(21))))
      #expect(repair.nextChange(after: try Self.instant(Self.day(21))) == nil)
      #expect(hours["a:gone"]?.nextChange(after: try Self.instant(from)) == nil)
      #expect(
        repair.intervals(from: try Self.instant(Self.day(9)), to: try Self.instant(Self.day(22))).map(\.end) == [
          try Self.instant(from), try Self.instant(Self.day(22)),
        ])
    }
  }

  @Test("Sunset is that of the place, and moves with it")
  func sun() async throws {
    try await TestDatabase.with { database in
      var place = try Self.place("a", "sunrise-sunset") { $0.position = .init(srid: 4326, x: 27.03, y: 69.9) }
      try await Self.save([place, Self.place("b", "sunrise-sunset")], to: database.store)
      // Midsummer of this year or the next: no night in Utsjoki; nominal times without a position.
      let year = Self.day(200).prefix(4)
      let midnight = "\(year)-06-20T00:30:00"
      #expect(try await Self.open(database.store, midnight) == ["a"])
      place.position = .init(srid: 4326, x: 24.94, y: 60.17)
      try await Self.save([place], to: database.store)
      #expect(try await Self.open(database.store, midnight) == [])
      #expect(try await Self.open(database.store, "\(year)-06-20T21:00:00") == ["a"])
      let cells = try await database.client.query("select sun_cell from hours where sun_cell is not null order by id")
      #expect(try cells.decode(String.self) == ["270,699", "249,601"])
    }
  }

  @Test("Expressions longer than a B-tree's key are stored and found")
  func long() async throws {
    try await TestDatabase.with { database in
      var place = try Self.place("a", "Mo-Su 09:00-17:00")
      place.openingExceptions = (0..<OpeningException.maximumCount).map {
        OpeningException(
          id: $0 + 1, from: Self.day($0), to: Self.day($0), hours: "10:\(10 + $0 % 50)-11:00",
          comment: "Poikkeus \($0 * 7_919_999)", createdTime: "", actor: "test")
      }
      try await Self.save([place], to: database.store)
      #expect(try await Self.open(database.store, Self.day(7) + "T10:30:00") == ["a"])
      #expect(try await Self.open(database.store, Self.day(7) + "T12:30:00") == [])
    }
  }
}
