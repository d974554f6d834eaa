import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceStore

/// The change log as readers are told it: order, visibility, cost, trimming and epochs.
@Suite("Change log")
struct ChangeLogTests {
  static func place(_ id: String, _ name: String, _ edit: (inout Place) -> Void = { _ in }) throws -> Place {
    var place = Place(id: try PlaceID(id), name: try #require(LocalizedText([.fi: name])))
    edit(&place)
    return place
  }

  @discardableResult
  static func save(_ places: [Place], to store: PlaceStore, by author: Author? = nil) async throws -> Int? {
    try await store.write(by: author ?? Author(actor: "test", person: "key:test", action: "test")) { transaction in
      try await save(places, in: transaction)
    }.sequence
  }

  static func save(_ places: [Place], in transaction: StoreTransaction) async throws {
    for source in Set(places.map(\.id.source)).sorted(by: { $0.description < $1.description }) {
      try await transaction.ensureSource(source)
    }
    let known = try await transaction.lockPlaces(places.map(\.id))
    let changes = try places.map { try PlaceChange($0, existing: known[$0.id], engine: TestDatabase.engine) }
    try await transaction.save(changes.filter(\.changesAnything))
  }

  /// Writes lines as they might come from anywhere, in one transaction; columns: ordinal, id, kind, public_kind.
  static func lines(
    _ lines: [(id: String, kind: String, told: String?)], entity: String = "place", replacedBy: [String]? = nil,
    _ database: TestDatabase
  ) async throws {
    let ordinals = Array(lines.indices)
    try await database.client.transaction { connection in
      let tx = try await connection.query("select nextval('change_transaction')").int(0, 0) ?? 0
      _ = try await connection.query(
        """
        insert into change (tx, ordinal, entity, id, kind, public_kind, actor, person, version, replaced_by)
        select \(tx), l.ordinal, \(entity), l.id, l.kind, l.told, 'org-a', 'key:1', 1, \(replacedBy)::text[]
        from unnest(\(ordinals)::int[], \(lines.map(\.id))::text[], \(lines.map(\.kind))::text[],
          \(lines.map(\.told))::text[]) l (ordinal, id, kind, told)
        """)
      _ = try await connection.query("select commit_changes(\(tx))")
    }
  }

  static func page(_ database: TestDatabase, _ query: ChangeQuery, epoch: String? = nil) async throws -> ChangePage {
    guard case .page(let page) = try await database.store.changes(query, epoch: epoch) else {
      throw NoPage()
    }
    return page
  }

  struct NoPage: Error {}

  /// Reads from a number to the end by following `next`.
  static func follow(
    _ database: TestDatabase, after: Int = 0, limit: Int = 1000, viewer: Viewer
  ) async throws -> [ChangeLine] {
    var lines: [ChangeLine] = []
    var query = ChangeQuery(after: after, limit: limit, viewer: viewer)
    while true {
      let page = try await page(database, query)
      #expect(page.next > query.after || page.next == page.head)
      lines += page.lines
      if page.next == page.head { return lines }
      query.after = page.next
    }
  }

  @Test("Pages of any size put together are the whole log in its order")
  func paging() async throws {
    try await TestDatabase.with { database in
      for round in 1...3 {
        try await Self.save((0..<7).map { try Self.place("a:\($0)", "Paikka \(round)") }, to: database.store)
      }
      let whole = try await Self.follow(database, viewer: .all)
      #expect(whole.map(\.sequence) == Array(1...21))
      #expect(whole.map(\.version) == (1...3).flatMap { Array(repeating: $0, count: 7) })
      #expect(whole.prefix(7).allSatisfy { $0.kind == .created && $0.actor == "test" && $0.person == "key:test" })
      #expect(whole.suffix(7).allSatisfy { $0.kind == .updated && !$0.derived })
      for limit in [1, 2, 3, 5, 8, 21, 1000] {
        for after in [0, 1, 6, 7, 8, 20, 21] {
          let lines = try await Self.follow(database, after: after, limit: limit, viewer: .all)
          #expect(lines == whole.filter { $0.sequence > after }, "limit \(limit) after \(after)")
        }
      }
    }
  }

  @Test("Each reader is told what it may see, and moves past the rest")
  func visibility() async throws {
    try await TestDatabase.with { database in
      try await Self.lines(
        [
          ("a:1", "created", "created"), ("a:draft", "created", nil), ("b:draft", "created", nil),
          ("a:withdrawn", "updated", "deleted"), ("b:1", "updated", "updated"),
        ], database)
      func told(_ viewer: Viewer) async throws -> [String] {
        let page = try await Self.page(database, ChangeQuery(after: 0, viewer: viewer))
        #expect(page.next == 5 && page.head == 5)
        return page.lines.map { "\($0.sequence) \($0.id) \($0.kind.rawValue)\($0.person == nil ? "" : " person")" }
      }
      #expect(try await told(.public) == ["1 a:1 created", "4 a:withdrawn deleted", "5 b:1 updated"])
      #expect(
        try await told(.sources(["a"])) == [
          "1 a:1 created person", "2 a:draft created person", "4 a:withdrawn updated person", "5 b:1 updated",
        ])
      #expect(
        try await told(.all) == [
          "1 a:1 created person", "2 a:draft created person", "3 b:draft created person",
          "4 a:withdrawn updated person", "5 b:1 updated person",
        ])
      #expect(try await told(.sources([])) == told(.public))
    }
  }

  @Test("Successors are told, drafts among them only to those who may know of them")
  func successors() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [Self.place("a:new", "Uusi"), Self.place("a:draft", "Luonnos") { $0.isPublic = false }], to: database.store)
      let start = try await database.store.changeHead().head
      try await Self.lines(
        [("a:x", "split", "split"), ("a:y", "merged", "merged"), ("a:z", "merged", "deleted")],
        replacedBy: ["a:new", "a:draft"], database)
      func successors(_ viewer: Viewer) async throws -> [[String]] {
        try await Self.follow(database, after: start, viewer: viewer).map(\.replacedBy)
      }
      #expect(try await successors(.public) == [["a:new"], ["a:new"], []])
      #expect(try await successors(.sources(["b"])) == [["a:new"], ["a:new"], []])
      #expect(try await successors(.sources(["a"])) == Array(repeating: ["a:new", "a:draft"], count: 3))
      #expect(try await successors(.all) == Array(repeating: ["a:new", "a:draft"], count: 3))
    }
  }

  @Test("An event that was replaced is told to be deleted with its successor, unless that is a draft")
  func replacedEvents() async throws {
    try await TestDatabase.with { database in
      try await database.execute("insert into data_source (id, name) values ('a', 'A')")
      for (id, status) in [("a:public", "public"), ("a:draft", "draft")] {
        try await database.execute(
          """
          with made as (
            insert into event (id, data_source, name, start_time, publication_status, actor)
            values ('\(id)', 'a', '{"fi": "Konsertti"}', now(), '\(status)', 'x') returning *)
          insert into event_key (pk, id, version, state, listed, publication_status, type, data_source, starts, ends,
            has_end, status, keywords, in_language, translations, is_free, sort_name, modified)
          select pk, id, 1, 'live', '\(status)' = 'public', '\(status)', 'General', 'a', start_time, start_time, false,
            'EventScheduled', '{}', '{}', '{}', false, '', now() from made
          """)
        try await Self.lines([("a:old", "deleted", "deleted")], entity: "event", replacedBy: [id], database)
      }
      let open = try await Self.follow(database, viewer: .public)
      #expect(open.map(\.replacedBy) == [["a:public"], []])
      let own = try await Self.follow(database, viewer: .sources(["a"]))
      #expect(own.map(\.replacedBy) == [["a:public"], ["a:draft"]])
      let page = ChangePage(lines: open, next: 2, head: 2, epoch: "x")
      let told = try JSONParser.parse(page.json)["data"]?.arrayValue?.map { $0["replaced_by"] }
      #expect(told == [.string("a:public"), .null])
    }
  }

  @Test("Entities, kinds and data sources can be picked; the kind is the one that the reader is told")
  func filters() async throws {
    try await TestDatabase.with { database in
      try await Self.lines([("a:1", "created", "created"), ("b:1", "updated", "deleted")], database)
      try await Self.lines([("a:e", "created", "created"), ("b:e", "deleted", "deleted")], entity: "event", database)
      func picked(_ edit: (inout ChangeQuery) -> Void) async throws -> [String] {
        var query = ChangeQuery(after: 0, viewer: .public)
        edit(&query)
        let page = try await Self.page(database, query)
        #expect(page.next == 4)
        return page.lines.map(\.id)
      }
      #expect(try await picked { $0.entities = [.event] } == ["a:e", "b:e"])
      #expect(try await picked { $0.entities = [.address] } == [])
      #expect(try await picked { $0.kinds = [.deleted] } == ["b:1", "b:e"])
      #expect(try await picked { $0.sources = ["a"] } == ["a:1", "a:e"])
      #expect(
        try await picked {
          $0.sources = ["b"]
          $0.entities = [.place]
          $0.kinds = [.deleted, .merged]
        } == ["b:1"])
    }
  }

  @Test("What follows from a changed boundary is a derived line without a version")
  func derivedLines() async throws {
    try await TestDatabase.with { database in
      try await Self.save(
        [Self.place("a:1", "Yksi") { $0.position = .init(srid: 3067, x: 230_500, y: 6_700_500) }], to: database.store)
      let start = try await database.store.changeHead().head
      var municipality = MunicipalityChange(code: try MunicipalityCode("853"))
      municipality.name = LocalizedText([.fi: "Turku"])
      municipality.boundary =
        "POLYGON((230000 6700000,231000 6700000,231000 6701000,230000 6701000,230000 6700000))"
      _ = try await database.store.write(by: Author(actor: "import:7", action: "test")) {
        try await $0.saveMunicipalities([municipality], source: DataSourceID("fi"))
      }
      let lines = try await Self.follow(database, after: start, viewer: .public)
      let line = try #require(lines.first { $0.id == "a:1" })
      #expect(line.kind == .updated && line.derived && line.version == 1 && line.actor == "import:7")
      #expect(line.person == nil)
    }
  }

  @Test("A page costs the same in the middle of a transaction of 200,000 lines and after it, for those who see little")
  func cost() async throws {
    try await TestDatabase.with { database in
      try await database.execute(
        """
        insert into change (tx, ordinal, entity, id, kind, public_kind, actor)
        select 1, i, 'place', 'a:' || i, 'created', case when i = 199999 then 'created' end, 'x'
        from generate_series(0, 199999) i
        """)
      try await database.execute("select commit_changes(1)")
      for tx in 2...400 {
        try await database.execute(
          "insert into change (tx, ordinal, entity, id, kind, public_kind, actor) "
            + "select \(tx), i, 'place', 'b:' || i, 'created', 'created', 'x' from generate_series(0, 4) i")
        try await database.execute("select commit_changes(\(tx))")
      }
      try await database.execute("analyze change")
      try await database.execute("analyze change_tx")
      for after in [0, 1, 100_000, 199_500, 200_000, 201_000] {
        let query = ChangeQuery(after: after, viewer: .all)
        let plan = try await database.client.query(
          "explain (analyze, buffers, costs off, timing off) \(PlaceStore.statement(query, 1000))"
        ).decode(String.self)
        let blocks = plan.first { $0.contains("Buffers:") }.map { line in
          line.matches(of: /(?:hit|read)=([0-9]+)/).compactMap { Int($0.1) }.reduce(0, +)
        }
        #expect((blocks ?? .max) < 2500, "after \(after): \(plan.joined(separator: "\n"))")
        #expect(!plan.contains { $0.contains("Seq Scan on change ") }, "\(plan.joined(separator: "\n"))")
        #expect(try await Self.page(database, query).lines.count == min(1000, 201_995 - after))
      }
      // Who may see one line of 200,000 gets there in a few steps.
      var steps = 0
      var query = ChangeQuery(after: 0, limit: 10, viewer: .public)
      while true {
        steps += 1
        let page = try await Self.page(database, query)
        query.after = page.next
        if let first = page.lines.first {
          #expect(first.sequence == 200_000)
          break
        }
        try #require(steps < 100)
      }
      #expect(steps <= 3)
    }
  }

  @Test("A number beyond the head, and another epoch, are another log")
  func epochs() async throws {
    try await TestDatabase.with { database in
      try await Self.lines([("a:1", "created", "created")], database)
      let epoch = try await Self.page(database, ChangeQuery(after: 0, viewer: .all)).epoch
      #expect(!epoch.isEmpty)
      #expect(try await Self.page(database, ChangeQuery(after: 1, viewer: .all), epoch: epoch).epoch == epoch)
      #expect(
        try await database.store.changes(ChangeQuery(after: 2, viewer: .all)) == .reset(head: 1, epoch: epoch))
      #expect(
        try await database.store.changes(ChangeQuery(after: 0, viewer: .all), epoch: "other")
          == .reset(head: 1, epoch: epoch))
      try await database.execute("update change_head set epoch = gen_random_uuid()")
      guard
        case .reset(1, let new) = try await database.store.changes(ChangeQuery(after: 1, viewer: .all), epoch: epoch)
      else { throw NoPage() }
      #expect(new != epoch)
    }
  }

  @Test("A user without special rights gets an epoch, too")
  func unprivileged() async throws {
    try await TestDatabase.with { database in
      let role = "reader_\(UInt64.random(in: 0 ... .max))"
      try await database.execute("create role \(role)")
      for revoked in [false, true] {
        let epoch = try await database.client.withConnection { connection in
          _ = try await connection.query("begin")
          if revoked {
            try await connection.script(
              "revoke execute on function pg_walfile_name(pg_lsn), pg_control_system(), pg_control_checkpoint() from public"
            )
          }
          _ = try await connection.query(SQL(unescaped: "set local role \(role)"))
          let epoch = try await connection.query("select feed_epoch('x')").string(0, 0)
          _ = try await connection.query("rollback")
          return epoch
        }
        #expect(epoch?.wholeMatch(of: /[0-9a-f]{16}-[0-9]+/) != nil)
        #expect(epoch?.hasSuffix("-0") == revoked)
      }
      try await database.execute("drop role \(role)")
    }
  }

  @Test("Trimming takes whole old transactions, never the newest, and readers who need them are told")
  func trimming() async throws {
    try await TestDatabase.with { database in
      for number in 0..<4 {
        try await Self.lines((0..<5).map { ("a:\(number)-\($0)", "created", "created") }, database)
      }
      #expect(try await database.store.trimChanges(olderThan: 400) == 0)
      try await database.execute("update change_tx set time = now() - interval '500 days' where first_seq <= 6")
      #expect(try await database.store.trimChanges(olderThan: 400, batch: 2) == 10)
      #expect(try await database.number("select count(*) from change") == 10)
      #expect(try await database.number("select count(*) from change_tx") == 2)
      guard case .trimmed(20, let epoch) = try await database.store.changes(ChangeQuery(after: 9, viewer: .all))
      else { throw NoPage() }
      let kept = try await Self.page(database, ChangeQuery(after: 10, viewer: .all), epoch: epoch)
      #expect(kept.lines.map(\.sequence) == Array(11...20))
      // Everything is old: the newest transaction stays.
      try await database.execute("update change_tx set time = now() - interval '500 days'")
      #expect(try await database.store.trimChanges(olderThan: 400) == 5)
      #expect(try await Self.follow(database, after: 15, viewer: .all).map(\.sequence) == Array(16...20))
      // Interrupted in the middle: readers know already, the next run does the rest.
      try await Self.lines([("a:x", "created", "created")], database)
      try await database.execute("update change_head set trimmed = 20")
      try await database.execute("delete from change where ordinal < 2 and id like 'a:3-%'")
      #expect(
        try await database.store.changes(ChangeQuery(after: 15, viewer: .all)) == .trimmed(head: 21, epoch: epoch))
      #expect(try await database.store.trimChanges(olderThan: 400) == 3)
      #expect(try await database.number("select count(*) from change") == 1)
      #expect(try await database.store.trimChanges(olderThan: 0) == 0)
    }
  }

  @Test("Lines that would leave a hole are refused, and nothing is written")
  func holes() async throws {
    try await TestDatabase.with { database in
      await #expect(throws: PostgresError.self) {
        try await database.client.transaction { connection in
          _ = try await connection.query(
            "insert into change (tx, ordinal, entity, id, kind) values (5, 0, 'place', 'a', 'created'), (5, 2, 'place', 'b', 'created')"
          )
          _ = try await connection.query("select commit_changes(5)")
        }
      }
      let head = try await database.store.changeHead().head
      #expect(head == 0)
    }
  }
}
