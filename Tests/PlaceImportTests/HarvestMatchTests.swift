import Foundation
import PlaceMatching
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceImport

@Suite("Harvesting with --match")
struct HarvestMatchTests {
  /// Places of the source `test` that the other registry has, too.
  private static let here = """
    id,name_fi,street_address_fi,postal_code,post_office_fi,lon,lat
    a,Vaahteran kirjasto,Satakatu 5,20100,Turku,22.2701,60.4501
    b1,Koivulan uimahalli,Allaskuja 3,20720,Turku,22.2901,60.4401
    b2,Koivulan uimahalli,Allaskuja 3,20720,Turku,22.2902,60.4402

    """

  private static func place(_ id: String, _ name: String, _ street: String, _ code: String, _ x: Double, _ y: Double)
    -> String
  {
    RecordedService.place(
      id,
      """
      "name": {"fi": "\(name)"}
      "street_address": {"fi": "\(street)"}
      "postal_code": "\(code)"
      "position": {"type": "Point", "coordinates": [\(x), \(y)]}
      """)
  }

  private static func event(_ id: String, at place: String) -> String {
    RecordedService.event(
      id,
      """
      "name": {"fi": "Juhla"}, "start_time": "2030-03-06T06:17:40Z", "end_time": null,
      "location": {"@id": "http://le.example/v1/place/\(place)/"}
      """)
  }

  /// The library, which is certain; the swimming hall, which may be either; two market places that are new and alike.
  private static func service() -> RecordedService {
    RecordedService(
      places: [
        [
          place("tprek:1", "Vaahteran kirjasto", "Satakatu 5", "20100", 22.2701, 60.4501),
          place("tprek:2", "Koivulan uimahalli", "Allaskuja 3", "20720", 22.29015, 60.44015),
        ],
        [
          place("tprek:3", "Haavan tori", "Torikatu 1", "20500", 22.21, 60.41),
          place("tprek:4", "Haavan tori", "Torikatu 1", "20500", 22.21, 60.41),
        ],
      ],
      events: [
        ["1", "2", "3"].map { event("helsinki:e\($0)", at: "tprek:\($0)") }
      ])
  }

  private static func run(
    _ work: ImportWork, _ service: RecordedService, _ edit: (inout HarvestOptions) -> Void = { _ in }
  ) async throws -> HarvestReport {
    try await HarvestTests.harvester(work.database, service) {
      $0.isMatching = true
      edit(&$0)
    }.run()
  }

  private static func with(_ body: (ImportWork) async throws -> Void) async throws {
    try await ImportWork.with { work in
      let report = try await work.places(here)
      try #require(report.created == 3, "\(report.text)")
      try await body(work)
    }
  }

  /// `id>place` of all events.
  private static func locations(_ work: ImportWork) async throws -> [String] {
    try await work.database.client.query(
      "select v.id || '>' || coalesce(p.id, '') from event v left join place p on p.pk = v.location order by v.id"
    ).decode(String.self)
  }

  private static func identifiers(_ work: ImportWork, _ id: String) async throws -> [String]? {
    try await work.place(id)?.place.identifiers.map(\.description)
  }

  @Test("A certain place gets the id of there, a doubtful one waits with its events, the others are made; once")
  func match() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      let report = try await Self.run(work, service)
      #expect(report.matched == 1 && report.doubts.map(\.id) == ["tprek:2"], "\(report.text)")
      #expect(report.places.created == 2 && report.places.changed == 1 && report.rejected == 0)
      #expect(report.doubts.first?.candidates.map(\.id).sorted() == ["test:b1", "test:b2"])
      #expect(report.doubts.first?.address == "Allaskuja 3, 20720 Turku")
      let problem = try #require(report.places.problems.first { $0.code == "ambiguous-match" })
      #expect(problem.id == "tprek:2" && problem.severity == .warning && problem.detail.contains("test:b1"))
      let states = try await HarvestTests.states(work.database)
      #expect(states == ["test:a live", "test:b1 live", "test:b2 live", "tprek:3 live", "tprek:4 live"])
      #expect(try await Self.identifiers(work, "test:a") == ["tprek:1"])
      #expect(
        try await Self.locations(work) == ["helsinki:e1>test:a", "helsinki:e2>", "helsinki:e3>tprek:3"])
      #expect(report.events.problems.map(\.code).filter { $0.hasSuffix("-place") } == ["waiting-place"])

      let head = try await HarvestTests.head(work.database)
      let again = try await Self.run(work, service)
      #expect(again.matched == 0 && again.doubts.map(\.id) == ["tprek:2"], "\(again.text)")
      #expect(again.places.created == 0 && again.places.changed == 0)
      #expect(try await HarvestTests.head(work.database) == head)
    }
  }

  @Test("What the other side changes of a matched place changes nothing here")
  func later() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      _ = try await Self.run(work, service)
      let before = try await work.place("test:a")
      service.change {
        $0.places = [[Self.place("tprek:1", "Toinen nimi", "Muukatu 9", "20500", 22.1, 60.3)]]
      }
      let report = try await Self.run(work, service)
      #expect(report.rejected == 0 && report.places.created == 0)
      #expect(try await work.place("test:a")?.version == before?.version)
    }
  }

  @Test("A reviewer's table is given back: the place gets the id and the waiting event its place")
  func review() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      let path = work.path("review.csv")
      try HarvestReview.write(try await Self.run(work, service).doubts, to: path)
      let table = try work.text("review.csv")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).starts(with: [0xEF, 0xBB, 0xBF]))
      #expect(table.contains("id;name;address;resolved_id;resolved_candidates\n"), "\(table)")
      #expect(table.contains("\ntprek:2;Koivulan uimahalli;Allaskuja 3, 20720 Turku;;test:b"), "\(table)")
      #expect(try HarvestReview.read(path).isEmpty)
      try table.replacing("20720 Turku;;", with: "20720 Turku;https://here.example/v1/place/test:b2/;").write(
        toFile: path, atomically: true, encoding: .utf8)
      let decisions = try HarvestReview.read(path)
      #expect(decisions == ["tprek:2": "test:b2"])
      // The other side has nothing new to say.
      service.change {
        $0.places = [[]]
        $0.events = [[]]
      }
      let report = try await Self.run(work, service) { $0.decisions = decisions }
      #expect(report.matched == 1 && report.doubts.isEmpty, "\(report.text)")
      #expect(try await Self.identifiers(work, "test:b2") == ["tprek:2"])
      #expect(try await Self.locations(work)[1] == "helsinki:e2>test:b2")
      #expect(try await work.database.number("select count(*) from harvest_doubt") == 0)
      #expect(try await work.database.number("select count(*) from harvest_link") == 0)
    }
  }

  @Test("none makes the place; a decision for a place that isn't there ends the run before anything is read")
  func decidedNone() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      _ = try await Self.run(work, service)
      service.change { $0.requests = [] }
      let error = await #expect(throws: ImportFailure.self) {
        _ = try await Self.run(work, service) { $0.decisions = ["tprek:2": "test:zz"] }
      }
      #expect(error?.code == "unknown-place" && error?.detail.contains("test:zz") == true)
      #expect(service.requests.isEmpty)
      service.change { $0.places = [[]] }
      let report = try await Self.run(work, service) { $0.decisions = ["tprek:2": String?.none] }
      #expect(report.places.created == 1 && report.doubts.isEmpty, "\(report.text)")
      #expect(try await work.place("tprek:2")?.place.name[.fi] == "Koivulan uimahalli")
      #expect(try await Self.locations(work)[1] == "helsinki:e2>tprek:2")
    }
  }

  @Test("An identifier given by hand settles a doubt, too")
  func byHand() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      _ = try await Self.run(work, service)
      let identifier = try ForeignIdentifier(scheme: "tprek", value: "2")
      try await work.edit("test:b1", holding: "/identifiers") { $0.identifiers.append(identifier) }
      let report = try await Self.run(work, service)
      #expect(report.doubts.isEmpty && report.matched == 0, "\(report.text)")
      #expect(try await Self.locations(work)[1] == "helsinki:e2>test:b1")
    }
  }

  @Test("Two of one registry that are like the same place here: the first gets it, the second waits")
  func twice() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      service.change {
        $0.places = [
          [
            Self.place("tprek:1", "Vaahteran kirjasto", "Satakatu 5", "20100", 22.2701, 60.4501),
            Self.place("tprek:11", "Vaahteran kirjasto", "Satakatu 5", "20100", 22.2701, 60.4501),
          ],
          [Self.place("tprek:12", "Vaahteran kirjasto", "Satakatu 5", "20100", 22.2701, 60.4501)],
        ]
      }
      let report = try await Self.run(work, service)
      #expect(report.matched == 1 && report.doubts.map(\.id) == ["tprek:11", "tprek:12"], "\(report.text)")
      #expect(try await Self.identifiers(work, "test:a") == ["tprek:1"])
    }
  }

  @Test("A dry run tells the same and leaves nothing")
  func dryRun() async throws {
    try await Self.with { work async throws in
      let head = try await HarvestTests.head(work.database)
      let report = try await Self.run(work, Self.service()) { $0.isDryRun = true }
      #expect(report.matched == 1 && report.doubts.map(\.id) == ["tprek:2"], "\(report.text)")
      #expect(report.places.created == 2 && report.places.changed == 1)
      #expect(report.events.problems.map(\.code).filter { $0.hasSuffix("-place") } == ["waiting-place"])
      #expect(try await HarvestTests.head(work.database) == head)
      #expect(try await work.database.number("select count(*) from harvest_doubt") == 0)
    }
  }

  @Test("A run that died goes on with the page that it had not taken, and what waits stays")
  func resume() async throws {
    try await Self.with { work async throws in
      let service = Self.service()
      service.change { $0.onRequest = { if $0 == 2 { throw HarvestUnreachable("gone", isPassing: false) } } }
      await #expect(throws: ImportFailure.self) { _ = try await Self.run(work, service) }
      #expect(try await Self.identifiers(work, "test:a") == ["tprek:1"])
      service.change {
        $0.requests = []
        $0.onRequest = { _ in }
      }
      let report = try await Self.run(work, service)
      #expect(service.requests.first == RecordedService.url + "/v1/place/?page=2")
      #expect(report.isComplete && report.isResumed && report.doubts.map(\.id) == ["tprek:2"], "\(report.text)")
      #expect(report.places.created == 2)
    }
  }

  @Test("Without --match places keep to themselves")
  func without() async throws {
    try await Self.with { work async throws in
      let report = try await Self.run(work, Self.service()) { $0.isMatching = false }
      #expect(report.matched == nil && report.places.created == 4, "\(report.text)")
      #expect(!report.json.contains("\"matched\""))
    }
  }
}
