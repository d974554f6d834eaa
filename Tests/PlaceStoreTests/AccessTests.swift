import Foundation
import Logging
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

/// Organisations, data sources, grants, keys and the audit log.
@Suite("Access")
struct AccessTests {
  private static let author = Author(actor: "command", action: "test")
  private static let turku = try! OrganizationID("turku")
  private static let kaarina = try! OrganizationID("kaarina")

  private static func with(_ body: (TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      for (id, name) in [(turku, "Turun kaupunki"), (kaarina, "Kaarinan kaupunki")] {
        _ = try await database.store.addOrganization(id, name: name, by: author)
      }
      try await body(database)
    }
  }

  private static func owner(_ source: String, _ database: TestDatabase) async throws -> String? {
    let rows = try await database.client.query("select organization from data_source where id = \(source)")
    #expect(rows.count == 1, "\(source) is not there")
    return rows.string(0, 0)
  }

  @Test("An organisation owns the data source of its id; adding it again changes nothing")
  func add() async throws {
    try await Self.with { database in
      #expect(try await Self.owner("turku", database) == "turku")
      let before = try await database.store.state()
      let again = try await database.store.addOrganization(Self.turku, name: "Turun kaupunki", by: Self.author)
      #expect(again == (.unchanged, source: "turku"))
      #expect(try await database.store.state() == before)
      let without = try await database.store.addOrganization(
        try OrganizationID("ahjo:u021600"), name: "Kaupunginkanslia", by: Self.author)
      #expect(without == (.made, source: nil))
      let all = try await database.store.organizations()
      #expect(all.map(\.id) == ["ahjo:u021600", "kaarina", "turku"])
      #expect(all.map(\.sources) == [[], ["kaarina"], ["turku"]])
      #expect(all.map(\.keyCount) == [0, 0, 0])
    }
  }

  @Test("A name is only changed on purpose")
  func rename() async throws {
    try await Self.with { database in
      await #expect(throws: AccessError.otherName(organization: "turku", name: "Turun kaupunki")) {
        try await database.store.addOrganization(Self.turku, name: "Åbo stad", by: Self.author)
      }
      let done = try await database.store.addOrganization(Self.turku, name: "Åbo stad", renames: true, by: Self.author)
      #expect(done == (.renamed, source: "turku"))
      #expect(try await database.store.organizations().last?.name == "Åbo stad")
    }
  }

  @Test("A source that nobody owns is taken over, another's is not, the built-in one is nobody's; nothing half is left")
  func sources() async throws {
    try await Self.with { database in
      try await database.execute("insert into data_source (id, name) values ('naantali', 'Naantali')")
      _ = try await database.store.addOrganization(try OrganizationID("naantali"), name: "Naantali", by: Self.author)
      #expect(try await Self.owner("naantali", database) == "naantali")
      try await database.execute(
        "insert into data_source (id, name, organization) values ('raisio', 'Raisio', 'turku')")
      await #expect(
        throws: AccessError.ownedByAnother(source: "raisio", owner: "turku", organization: "raisio")
      ) { try await database.store.addOrganization(try OrganizationID("raisio"), name: "Raisio", by: Self.author) }
      await #expect(throws: AccessError.builtIn("fi")) {
        try await database.store.addOrganization(try OrganizationID("fi"), name: "Suomi", by: Self.author)
      }
      await #expect(throws: AccessError.builtIn("fi")) {
        try await database.store.grant(try DataSourceID("fi"), to: Self.turku, by: Self.author)
      }
      #expect(try await database.store.organizations().map(\.id) == ["kaarina", "naantali", "turku"])
      #expect(try await Self.owner("fi", database) == nil)
    }
  }

  @Test("A grant lets another organisation write, until it is taken back, and the registry's state tells")
  func grants() async throws {
    try await Self.with { database in
      let store = database.store
      let source = try DataSourceID("turku")
      let key = try await store.createKey(organization: Self.kaarina, role: .editor, by: Self.author)
      var state = try await store.state()
      #expect(try await store.caller(key: key.text)?.mayWrite("turku") == false)
      #expect(try await store.grant(source, to: Self.kaarina, by: Self.author))
      #expect(try await store.state() != state)
      state = try await store.state()
      #expect(try await store.caller(key: key.text)?.mayWrite("turku") == true)
      #expect(try await store.caller(key: key.text)?.writable == ["kaarina", "turku"])
      #expect(try await !store.grant(source, to: Self.kaarina, by: Self.author))
      #expect(try await !store.grant(source, to: Self.turku, by: Self.author))
      #expect(try await store.state() == state)
      #expect(try await store.organizations().map(\.granted) == [["turku"], []])
      await #expect(throws: AccessError.unknownOrganization("lieto")) {
        try await store.grant(source, to: try OrganizationID("lieto"), by: Self.author)
      }
      await #expect(throws: AccessError.unknownSource("lieto")) {
        try await store.grant(try DataSourceID("lieto"), to: Self.turku, by: Self.author)
      }
      try await store.withdraw(source, from: Self.kaarina, by: Self.author)
      #expect(try await store.state() != state)
      #expect(try await store.caller(key: key.text)?.mayWrite("turku") == false)
      await #expect(throws: AccessError.notGranted(source: "turku", organization: "kaarina")) {
        try await store.withdraw(source, from: Self.kaarina, by: Self.author)
      }
    }
  }

  @Test("Removing a source's places leaves the rights to it: owner, grants and keys")
  func purge() async throws {
    try await Self.with { database in
      try await database.execute(
        "insert into data_source (id, name) values ('owned', 'a'), ('shared', 'a'), ('free', 'a')")
      try await database.execute("update data_source set organization = 'turku' where id = 'owned'")
      _ = try await database.store.grant(try DataSourceID("shared"), to: Self.kaarina, by: Self.author)
      for id in ["owned", "shared", "free"] { _ = try await database.store.purge(try DataSourceID(id)) }
      let left = try await database.client.query("select id from data_source where id in ('owned', 'shared', 'free')")
      #expect(Set(try left.decode(String.self)) == ["owned", "shared"])
      let bound = try DataSourceID("bound")
      _ = try await database.store.createKey(organization: Self.turku, role: .editor, source: bound, by: Self.author)
      try await database.execute("update data_source set organization = null where id = 'bound'")
      _ = try await database.store.purge(bound)
      #expect(try await Self.owner("bound", database) == nil)
    }
  }

  @Test("publisher= and its count follow a source to its new owner")
  func publisher() async throws {
    try await Self.with { database in
      try await database.execute("insert into data_source (id, name) values ('raisio', 'Raisio')")
      _ = try await database.store.write(by: Self.author) { transaction in
        let place = Place(
          id: try PlaceID("raisio:1"), name: try #require(LocalizedText([.fi: "Kerttulan liikuntahalli"])))
        try await transaction.save([PlaceChange(place, existing: nil, engine: TestDatabase.engine)])
      }
      var query = PlaceQuery()
      query.publishers = ["raisio"]
      #expect(try await database.store.places(query).count == 0)
      _ = try await database.store.addOrganization(try OrganizationID("raisio"), name: "Raisio", by: Self.author)
      #expect(try await database.store.places(query).count == 1)
    }
  }
}

/// Keys and whom they tell of.
@Suite("Keys")
struct KeyTests {
  private static let author = Author(actor: "command", action: "test")

  private static func with(_ body: (TestDatabase, OrganizationID) async throws -> Void) async throws {
    try await TestDatabase.with { database in
      let turku = try OrganizationID("turku")
      _ = try await database.store.addOrganization(turku, name: "Turun kaupunki", by: author)
      try await body(database, turku)
    }
  }

  @Test("A key is text that can be pasted, never twice the same, and read back")
  func text() throws {
    let keys = (0..<200).map { _ in AccessKeyText() }
    #expect(Set(keys.map(\.id)).count == 200)
    #expect(Set(keys.map { $0.text.suffix(43) }).count == 200)
    for key in keys {
      #expect(key.text.wholeMatch(of: /pr_[a-z0-9]{10}_[A-Za-z0-9]{43}/) != nil)
      #expect(AccessKeyText(key.text)?.id == key.id)
    }
    // 256 bits: every letter and digit comes up.
    #expect(Set(keys.flatMap { $0.text.suffix(43) }).count == 62)
  }

  @Test(
    "what can be no key",
    arguments: [
      "", "pr_", "pr__", "pr_abcdefgh_", "pr_abcdefgh_x", "abcdefgh",
      "pr_ABCDEFGH_" + String(repeating: "a", count: 43),
      "pr_abcdefg_" + String(repeating: "a", count: 43), "pr_abcdefgh_" + String(repeating: "a", count: 44),
      "pr_abcdefgh_" + String(repeating: "ä", count: 43), "pr_abcdefgh_" + String(repeating: "a", count: 42) + "\0",
      " pr_abcdefgh_" + String(repeating: "a", count: 43), "pr_abc_efgh_" + String(repeating: "a", count: 43),
    ])
  func noKey(text: String) { #expect(AccessKeyText(text) == nil) }

  @Test("A key tells organisation, role and sources; only its hash is stored")
  func caller() async throws {
    try await Self.with { database, turku in
      let store = database.store
      for role in Caller.Role.allCases {
        let key = try await store.createKey(organization: turku, role: role, by: Self.author)
        #expect(
          try await store.caller(key: key.text)
            == Caller(organization: "turku", role: role, sources: ["turku"], person: "key:\(key.id)"))
        let secret = key.text.suffix(43)
        let stored = try await database.client.query("select k::text from access_key k where id = \(key.id)")
        #expect(stored.count == 1)
        #expect(stored.string(0, 0)?.contains(secret) == false)
        let audit = try await database.client.query("select string_agg(a::text, ' ') from audit a")
        #expect(audit.string(0, 0)?.contains(key.id) == true)
        #expect(audit.string(0, 0)?.contains(secret) == false)
        // Another secret under the same id is another key.
        #expect(try await store.caller(key: "pr_\(key.id)_\(AccessKeyText().text.suffix(43))") == nil)
      }
      #expect(try await store.caller(key: AccessKeyText().text) == nil)
      #expect(try await store.caller(key: "pr_") == nil)
      await #expect(throws: AccessError.unknownOrganization("lieto")) {
        try await store.createKey(organization: try OrganizationID("lieto"), role: .reader, by: Self.author)
      }
    }
  }

  @Test("A revoked key is nobody's at once; revoking it again is no error, an unknown one is")
  func revoke() async throws {
    try await Self.with { database, turku in
      let store = database.store
      let key = try await store.createKey(organization: turku, role: .editor, by: Self.author)
      #expect(try await store.caller(key: key.text) != nil)
      #expect(try await store.revokeKey(key.id, by: Self.author))
      #expect(try await store.caller(key: key.text) == nil)
      #expect(try await !store.revokeKey(key.id, by: Self.author))
      #expect(try await store.keys().map(\.revokedTime).allSatisfy { $0 != nil })
      #expect(try await store.organizations().map(\.keyCount) == [0])
      await #expect(throws: AccessError.unknownKey("nothing99")) {
        try await store.revokeKey("nothing99", by: Self.author)
      }
    }
  }

  @Test("A key's own source: new and made, nobody's and taken, granted, another's and refused but for admins")
  func source() async throws {
    try await Self.with { database, turku in
      let store = database.store
      let kaarina = try OrganizationID("kaarina")
      _ = try await store.addOrganization(kaarina, name: "Kaarina", by: Self.author)
      try await database.execute("insert into data_source (id, name) values ('old', 'Old')")
      for id in ["new", "old"] {
        let source = try DataSourceID(id)
        let key = try await store.createKey(organization: turku, role: .editor, source: source, by: Self.author)
        let caller = try #require(try await store.caller(key: key.text))
        #expect(caller.onlySource == id)
        #expect(caller.writable == [id])
        #expect(!caller.mayWrite("turku"))
        let owner = try await database.client.query("select organization from data_source where id = \(id)")
        #expect(owner.string(0, 0) == "turku")
      }
      let foreign = try DataSourceID("kaarina")
      await #expect(throws: AccessError.ownedByAnother(source: "kaarina", owner: "kaarina", organization: "turku")) {
        try await store.createKey(organization: turku, role: .editor, source: foreign, by: Self.author)
      }
      await #expect(throws: AccessError.builtIn("fi")) {
        try await store.createKey(organization: turku, role: .editor, source: try DataSourceID("fi"), by: Self.author)
      }
      let admin = try await store.createKey(organization: turku, role: .admin, source: foreign, by: Self.author)
      #expect(try await store.caller(key: admin.text)?.writable == ["kaarina"])
      #expect(try await store.grant(foreign, to: turku, by: Self.author))
      let editor = try await store.createKey(organization: turku, role: .editor, source: foreign, by: Self.author)
      #expect(try await store.caller(key: editor.text)?.writable == ["kaarina"])
      // Taking the grant back takes the key's only source from it.
      try await store.withdraw(foreign, from: turku, by: Self.author)
      #expect(try await store.caller(key: editor.text)?.writable == [])
    }
  }

  @Test("The last use is noted beside the request, once a minute, and can't fail it")
  func lastUse() async throws {
    try await Self.with { database, turku in
      let store = database.store
      let key = try await store.createKey(organization: turku, role: .reader, by: Self.author)
      #expect(try await store.keys().first?.lastUsedTime == nil)
      let known = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 { group.addTask { try await store.caller(key: key.text) != nil } }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(known == 50)
      func untilUsed(where condition: String) async throws {
        for _ in 0..<200 {
          if try await database.number("select count(*) from access_key where \(condition)") == 1 { return }
          try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("The use was not noted: \(condition)")
      }
      try await untilUsed(where: "last_used_time is not null")
      // What was noted within a minute stays; what is older is noted anew.
      try await database.execute("update access_key set last_used_time = now() - interval '30 seconds'")
      for _ in 0..<3 { _ = try await store.caller(key: key.text) }
      try await database.execute("update access_key set last_used_time = last_used_time - interval '40 seconds'")
      let locked = try await database.holding("select 1 from access_key for update") {
        // Whoever holds the row holds up the note, not the request.
        try await store.caller(key: key.text)
      }
      #expect(locked != nil)
      try await untilUsed(where: "last_used_time > now() - interval '20 seconds'")
    }
  }

  @Test("Every change stands in the audit log, a refused one doesn't, and old lines are forgotten")
  func audit() async throws {
    try await Self.with { database, turku in
      let store = database.store
      let author = Author(actor: "command", action: "key create")
      let key = try await store.createKey(organization: turku, role: .reader, by: author)
      _ = try? await store.createKey(organization: try OrganizationID("lieto"), role: .reader, by: author)
      _ = try await store.revokeKey(key.id, by: Author(actor: "command", action: "key revoke \(key.id)"))
      _ = try await store.revokeKey(key.id, by: Author(actor: "command", action: "key revoke \(key.id)"))
      let lines = try await store.audit(limit: 10)
      #expect(lines.map(\.action) == ["key revoke \(key.id)", "key create", "test"])
      #expect(lines.map(\.actor) == ["command", "command", "command"])
      #expect(lines.map(\.lines) == [0, 0, 0])
      let detail = try JSONParser.parse(try #require(lines[1].detail))
      #expect(detail["key"]?.stringValue == key.id)
      #expect(detail["role"]?.stringValue == "reader")
      #expect(try await store.audit(limit: 1).map(\.id) == [lines[0].id])
      let since = try #require(Timestamp(rfc3339: lines[1].time, zone: .gmt))
      #expect(try await store.audit(since: since, limit: 10).count == 2)
      try await database.execute("update audit set time = now() - interval '11 days' where id <= \(lines[1].id)")
      #expect(try await store.purgeAudit(olderThan: 12) == 0)
      #expect(try await store.purgeAudit(olderThan: 10) == 2)
      #expect(try await store.audit(limit: 10).map(\.id) == [lines[0].id])
      try await database.execute(
        """
        insert into audit (time, tx, actor, action, lines)
        select now() - interval '800 days', -g, 'a', 'b', 0 from generate_series(1, 12000) g
        """)
      #expect(try await store.purgeAudit(olderThan: 730) == 12_000)
    }
  }

  @Test("Ten commands at once make one organisation and one source")
  func concurrent() async throws {
    try await TestDatabase.with { database in
      let raisio = try OrganizationID("raisio")
      let results = try await withThrowingTaskGroup(of: PlaceStore.Addition.self) { group in
        for _ in 0..<10 {
          group.addTask { try await database.store.addOrganization(raisio, name: "Raisio", by: Self.author).0 }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.filter { $0 == .made }.count == 1)
      #expect(results.filter { $0 == .unchanged }.count == 9)
      #expect(try await database.number("select count(*) from audit") == 1)
    }
  }
}
