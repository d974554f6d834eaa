import Foundation
import TestDatabase
import Testing

@Suite("import: killed at any moment") struct ImportKillTests {
  private static let tables = [
    "place", "place_history", "place_key", "place_document", "place_namespace", "place_delivered", "place_count",
    "place_search", "search_word", "place_match", "match_word", "change", "change_tx", "import_session", "import_place",
    "data_source",
  ]

  /// All that an import writes but the clock's and the session's marks.
  private func state(_ work: Workspace) async throws -> String {
    var parts: [String] = []
    for table in Self.tables {
      parts.append(
        try await work.database.text(
          """
          select '\(table) ' || count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(t) - array['tx', 'time', 'actor',
            'session', 'pk', 'created_time', 'last_modified_time', 'modified', 'delivered_time', 'applied_time',
            'modified_time', 'data_time', 'report', 'first_seq', 'body', 'id', 'hours_id', 'n', 'parent'])::text, '|'
            order by (to_jsonb(t) - array['tx', 'time', 'actor', 'session', 'pk', 'created_time', 'last_modified_time',
            'modified', 'delivered_time', 'applied_time', 'modified_time', 'data_time', 'report', 'first_seq', 'body',
            'id', 'hours_id', 'n', 'parent'])::text)), '')
          from \(table) t
          """))
    }
    return parts.joined(separator: "\n")
  }

  /// Waits until the server has noticed that the program is gone.
  private func settle(_ work: Workspace) async throws {
    for _ in 0..<600 {
      let others = try await work.count(
        """
        select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
          and (state <> 'idle' or xact_start is not null)
        """)
      if others == 0 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("The killed import's connection did not end.")
  }

  @Test func afterwardsTheRegistryIsAsBeforeOrAsAfter() async throws {
    try await Workspace.withMigrated { work in
      let old = (0..<1500).map { "p\($0),Paikka \($0),Katu \($0),20100" }
      let new = (500..<3000).map { "p\($0),Uusi paikka \($0),Katu \($0),20200" }
      let header = "id,name_fi,street_address_fi,postal_code\n"
      _ = try await work.importPlaces(try work.file("old.csv", header + old.joined(separator: "\n") + "\n"))
      let path = try work.file("new.csv", header + new.joined(separator: "\n") + "\n")
      let before = try await state(work)
      let import_ = ["import", "places", path, "--source", "test"]
      let start = ContinuousClock.now
      _ = try await work.run(import_ + ["--dry-run"])
      let whole = start.duration(to: .now)
      #expect(try await state(work) == before)
      var killed = 0
      for moment in 1...10 {
        let limit = whole * Double.random(in: Double(moment - 1) / 10...Double(moment) / 10)
        let outcome = try await Command.run(import_, environment: work.environment, limit: limit)
        try await settle(work)
        if outcome.status == 0 { break }
        #expect(outcome.status == -9, "\(outcome.stderr)")
        killed += 1
        let now = try await state(work)
        if now != before {
          // It was killed behind its commit: all of it is there, and the same file says nothing new.
          let again = try await work.importPlaces(path)
          #expect([again["created"].int, again["changed"].int] == [0, 0], "killed after \(limit)")
          return
        }
      }
      #expect(killed > 0)
      let done = try await work.importPlaces(path)
      #expect([done["created"].int, done["changed"].int] == [1500, 1000].map { $0 } || done["unchanged"].int == 2500)
      #expect(try await state(work) != before)
    }
  }
}
