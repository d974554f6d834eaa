import PlaceStore
import Places
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import PlaceImport

@Suite("Harvesting another registry")
struct HarvestTests {
  static func harvester(
    _ database: TestDatabase, _ service: RecordedService, stop: HarvestStop = HarvestStop(sleep: { _ in }),
    edit: (inout HarvestOptions) -> Void = { _ in }
  ) throws -> Harvester {
    var options = try HarvestOptions(url: RecordedService.url + "/v1/", source: DataSourceID("tprek"))
    options.rate = 1000
    edit(&options)
    return Harvester(store: database.store, options: options, stop: stop) { try service.fetch($0) }
  }

  /// A database in which the data source `ours` belongs to somebody.
  static func with(_ body: (TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      _ = try await database.client.query("insert into organization (id, name) values ('me', 'Me')")
      _ = try await database.client.query("insert into data_source (id, name, organization) values ('ours', 'O', 'me')")
      try await body(database)
    }
  }

  /// `id state>successor` of all harvested places.
  static func states(_ database: TestDatabase) async throws -> [String] {
    try await database.client.query(
      """
      select p.id || ' ' || p.state || coalesce('>' || (select r.id from place r where r.pk = p.replaced_by[1]), '')
      from place p where p.data_source <> 'fi' order by p.id
      """
    ).decode(String.self)
  }

  static func text(_ database: TestDatabase, _ sql: String) async throws -> String? {
    try await database.client.query(SQL(unescaped: sql)).string(0, 0)
  }

  static func head(_ database: TestDatabase) async throws -> Int? {
    try await database.client.query("select seq from change_head").int(0, 0)
  }

  @Test("Places keep their ids and lives, chains are followed, what is odd is mended and told, what is broken left out")
  func harvest() async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      let report = try await Self.harvester(database, service).run()
      #expect(report.isComplete && !report.isResumed)
      let states = try await Self.states(database)
      #expect(
        states == [
          "tprek:1 live", "tprek:2 merged>tprek:3", "tprek:3 merged>tprek:4", "tprek:4 live", "tprek:5 deleted",
          "tprek:6 live", "tprek:8 live", "tprek:9 live", "tprek:91 deleted", "tprek:92 deleted",
        ])
      #expect(report.places.rows == 13 && report.places.created == 10 && report.places.rejected == 3)
      let codes = report.places.problems.map { "\($0.id ?? "") \($0.code)" }.sorted()
      #expect(
        codes == [
          "ours:1 foreign-source", "rikki id", "tprek:1 postal-code", "tprek:1 unknown-language",
          "tprek:1 web-address", "tprek:1 web-address", "tprek:6 outside-finland", "tprek:6 postal-code",
          "tprek:7 missing-name", "tprek:8 unknown-language", "tprek:91 circle", "tprek:92 unknown-place",
        ])
      let first = try #require(
        try await Self.text(
          database,
          "select concat_ws('|', name->>'fi', p.postal_code, info_url::text, email, description::text, post_office->>'sv', "
            + "actor, round(st_x(st_transform(k.geom, 4326))::numeric, 4)) from place p join place_key k using (pk) "
            + "where p.id = 'tprek:1'"))
      #expect(
        first
          == #"<b>Kirjasto</b>|20720|{"fi": "https://www.turku.fi/kirjasto"}|Åbo|import:harvest-tprek|22.2907"#)
      #expect(
        try await Self.text(
          database, "select a.id from place p join place a on a.pk = p.parent where p.id = 'tprek:4'") == "tprek:9")
      #expect(
        try await Self.text(database, "select street_address->>'fi' from place where id = 'tprek:9'") == "Katu 9")
    }
  }

  @Test("Events are linked to where their place's id leads; without their place they are kept and told")
  func events() async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      let report = try await Self.harvester(database, service).run()
      #expect(report.events.rows == 4 && report.events.created == 2 && report.events.rejected == 1)
      #expect(
        report.events.problems.map { "\($0.id ?? "") \($0.code)" } == [
          "helsinki:e2 unknown-key", "helsinki:e2 unknown-place", "helsinki:e4 missing-start_time",
        ])
      let links = try await database.client.query(
        "select e.id, p.id from event e left join place p on p.pk = e.location order by e.id"
      ).decode((String, String?).self)
      #expect(links.map { "\($0.0) \($0.1 ?? "-")" } == ["helsinki:e1 tprek:4", "helsinki:e2 -"])
      #expect(try await Self.text(database, "select n_events::text from place_key where id = 'tprek:4'") == "1")
      #expect(service.requests.contains { $0.contains("event_type=general,course,volunteering") })

      service.change { $0.changedEvents = [RecordedService.deletedEvent("helsinki:e1", replacedBy: "helsinki:e2")] }
      let second = try await Self.harvester(database, service).run()
      #expect(second.events.changed == 1)
      #expect(
        try await Self.text(
          database, "select e.state || ' ' || r.id from event e join event r on r.pk = e.replaced_by")
          == "replaced helsinki:e2")
      #expect(try await Self.text(database, "select n_events::text from place_key where id = 'tprek:4'") == "0")
    }
  }

  @Test("A second run asks for what changed since, and changes nothing where nothing has")
  func again() async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      _ = try await Self.harvester(database, service).run()
      let head = try await Self.head(database)
      service.change { $0.requests = [] }
      let report = try await Self.harvester(database, service).run()
      #expect(report.places.created == 0 && report.places.changed == 0 && report.places.unchanged == 10)
      #expect(report.events.created == 0 && report.events.changed == 0 && report.events.unchanged == 3)
      #expect(try await Self.head(database) == head)
      let requests = service.requests
      #expect(requests.first?.contains("modified_since=2026-11-22T11%3A59%3A00") == true)
      #expect(requests.contains { $0.contains("last_modified_since=2026-11-22T11%3A59%3A00") })
      // A place that waited for its successor is merged as soon as that comes.
      service.change { $0.places.append([RecordedService.place("tprek:404")]) }
      _ = try await Self.harvester(database, service).run()
      #expect(try await Self.states(database).contains("tprek:92 merged>tprek:404"))
    }
  }

  @Test("A run that was stopped or died goes on with the page that it had not taken")
  func resume() async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      let stop = HarvestStop(sleep: { _ in })
      service.change { $0.onRequest = { if $0 == 2 { stop.stop() } } }
      let stopped = try await Self.harvester(database, service, stop: stop).run()
      #expect(!stopped.isComplete && stopped.places.rows == 10)
      service.change {
        $0.requests = []
        $0.onRequest = { if $0 == 3 { throw HarvestUnreachable("gone", isPassing: false) } }
      }
      await #expect(throws: ImportFailure.self) {
        _ = try await Self.harvester(database, service).run()
      }
      #expect(service.requests.first == RecordedService.url + "/v1/place/?page=3")
      service.change {
        $0.requests = []
        $0.onRequest = { _ in }
      }
      let report = try await Self.harvester(database, service).run()
      #expect(report.isComplete)
      #expect(try await Self.states(database).count == 10)
      #expect(try await Self.text(database, "select count(*)::text from harvest where next_page is null") == "2")
    }
  }

  @Test("429 and 5xx are asked again after pauses that grow and heed Retry-After; five times, then the run ends")
  func retries() async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      let pauses = Pauses()
      let stop = HarvestStop(sleep: { pauses.note($0) })
      service.change { $0.failures = [503, 429, 500] }
      let report = try await Self.harvester(database, service, stop: stop).run()
      #expect(report.isComplete)
      #expect(pauses.noted.filter { $0 >= .seconds(1) } == [.seconds(1), .seconds(7), .seconds(4)])
      service.change { $0.failures = [500, 500, 500, 500, 500, 500] }
      let error = await #expect(throws: ImportFailure.self) {
        _ = try await Self.harvester(database, service).run()
      }
      #expect(error?.code == "harvest-unreachable")
      #expect(service.state.withLock { $0.failures.count } == 1)
    }
  }

  private final class Pauses: Sendable {
    private let durations = Mutex<[Duration]>([])
    var noted: [Duration] { durations.withLock { $0 } }
    func note(_ duration: Duration) { durations.withLock { $0.append(duration) } }
  }

  @Test(
    "A next page of another service is never asked for",
    arguments: [
      "https://evil.example", "https://le.example:444/x", "http://169.254.169.254", "ftp://le.example",
      "https://a@le.example", "https://le.example.evil.example",
    ])
  func foreignPage(base: String) async throws {
    try await Self.with { database async throws in
      let service = RecordedService.recorded()
      service.change { $0.nextBase = base }
      let error = await #expect(throws: ImportFailure.self) {
        _ = try await Self.harvester(database, service).run()
      }
      #expect(error?.code == "harvest-foreign-page")
      #expect(service.requests.count == 1)
      let states = try await Self.states(database)
      #expect(states.isEmpty)
    }
  }

  @Test("http where https was asked, and an address without a host, are pages of the same service")
  func samePage() async throws {
    try await Self.with { database async throws in
      for base in ["http://le.example/linkedevents", "/linkedevents", "https://LE.example/linkedevents"] {
        let service = RecordedService.recorded()
        service.change { $0.nextBase = base }
        #expect(try await Self.harvester(database, service).run().isComplete)
        #expect(service.requests.allSatisfy { $0.hasPrefix("https://le.example/linkedevents/v1/") })
      }
    }
  }

  @Test("What was changed, deleted or brought back by hand stays; what the other side changes otherwise comes in")
  func byHand() async throws {
    try await Self.with { database async throws in
      let service = RecordedService(places: [
        ["tprek:1", "tprek:2", "tprek:3"].map { RecordedService.place($0, #""postal_code": "20100""#) }
          + [
            RecordedService.place("tprek:4", #""deleted": true"#),
            RecordedService.place("tprek:5", #""deleted": true"#),
          ]
      ])
      _ = try await Self.harvester(database, service).run()
      let ids = try ["tprek:1", "tprek:2", "tprek:5"].map { try PlaceID($0) }
      _ = try await database.store.write(by: Author(actor: "turku", action: "test")) { transaction in
        let stored = try await transaction.lockPlaces(ids)
        var place = try #require(stored[ids[0]]?.place)
        place.postalCode = try PostalCode("20500")
        place.held = ["/postal_code"]
        let held = try PlaceChange(place, existing: stored[ids[0]], engine: TestDatabase.engine)
        let other = try #require(stored[ids[1]])
        var deleted = try PlaceChange(other.place, existing: other, engine: TestDatabase.engine)
        deleted.life = .deleted(reason: "no")
        try await transaction.save([held, deleted])
        let back = try await transaction.revive(try #require(stored[ids[2]]))
        try await transaction.save([back])
      }
      service.change {
        $0.places = [
          [
            RecordedService.place("tprek:1", "\"postal_code\": \"20800\"\n\"name\": {\"sv\": \"Nytt\"}"),
            RecordedService.place("tprek:2", #""postal_code": "20800""#),
            RecordedService.place("tprek:3", #""postal_code": null"#),
            RecordedService.place("tprek:4"),
            RecordedService.place("tprek:5", #""deleted": true"#),
          ]
        ]
      }
      let report = try await Self.harvester(database, service).run()
      #expect(report.places.changed == 3, "\(report.text)")
      #expect(report.places.problems.map(\.code) == ["moved-id"])
      let states = try await Self.states(database)
      #expect(
        states == [
          "tprek:1 live", "tprek:2 deleted", "tprek:3 live", "tprek:4 live", "tprek:5 live",
        ])
      #expect(
        try await Self.text(database, "select postal_code || name::text from place where id = 'tprek:1'")
          == #"20500{"sv": "Nytt"}"#)
      #expect(try await Self.text(database, "select postal_code from place where id = 'tprek:3'") == nil)
    }
  }

  @Test("A dry run tells the same and leaves nothing")
  func dryRun() async throws {
    try await Self.with { database async throws in
      let head = try await Self.head(database)
      let service = RecordedService.recorded()
      let report = try await Self.harvester(database, service) { $0.isDryRun = true }.run()
      #expect(report.places.created == 10 && report.places.rejected == 3 && report.events.created == 2)
      #expect(report.events.problems.contains { $0.value == "tprek:404x" })
      #expect(!report.events.problems.contains { $0.value == "tprek:2" })
      #expect(try await Self.head(database) == head)
      let states = try await Self.states(database)
      #expect(states.isEmpty)
      #expect(try await Self.text(database, "select count(*)::text from harvest") == "0")
    }
  }

  @Test(
    "The service's address is taken in all its forms",
    arguments: ["", "/", "/v1", "/v1/", "/v1/place/", "/v1/event/", "/v1/place/?page=2"])
  func address(ending: String) throws {
    #expect(try HarvestOptions(url: "https://x.fi/le" + ending, source: DataSourceID("a")).url == "https://x.fi/le")
    #expect(throws: InvalidValue.self) { try HarvestOptions(url: "file:///etc" + ending, source: DataSourceID("a")) }
  }
}
