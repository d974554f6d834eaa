import Foundation
import TestDatabase
import Testing

@Suite("migrate, check and the rights they need") struct DatabaseCommandTests {
  @Test func migrateTwice() async throws {
    try await Workspace.withEmpty { work in
      let first = try await work.run(["migrate"])
      #expect(first.status == 0, "\(first.stderr)")
      #expect(first.stdout.hasPrefix("Applied: V0001_registry"))
      let second = try await work.run(["migrate"])
      #expect(second.status == 0)
      #expect(second.stdout == "The schema is up to date.\n")
      let check = try await work.run(["check"])
      #expect(check.status == 0, "\(check.stdout)\(check.stderr)")
      #expect(check.lines.count >= 5)
      #expect(check.lines.allSatisfy { $0.hasPrefix("ok ") })
    }
  }

  @Test func twoMigrationsAtOnce() async throws {
    try await Workspace.withEmpty { work in
      async let one = work.run(["migrate"])
      async let other = work.run(["migrate"])
      let outcomes = try await [one, other]
      #expect(outcomes.map(\.status) == [0, 0], "\(outcomes.map(\.stderr))")
      #expect(outcomes.map(\.stdout).filter { $0.hasPrefix("Applied") }.count == 1)
      #expect(try await work.run(["check"]).status == 0)
    }
  }

  @Test func checkWithoutSchema() async throws {
    try await Workspace.withEmpty { work in
      let check = try await work.run(["check"])
      #expect(check.status == 1)
      #expect(check.stdout.contains("ok     database:"))
      #expect(check.stdout.contains("FAILED schema:"), "\(check.stdout)")
      #expect(check.stdout.contains("placeregistry migrate"))
    }
  }

  @Test func checkWithoutTheGrid() async throws {
    try await Workspace.withMigrated { work in
      let check = try await work.run(["check"], environment: ["PLACEREGISTRY_SEEDS": work.folder.path])
      #expect(check.status == 1)
      #expect(check.stdout.contains("FAILED KKJ triangulation:"))
      #expect(check.stdout.contains("PLACEREGISTRY_SEEDS"))
      #expect(check.stdout.contains("FAILED seeds:"), "\(check.stdout)")
      #expect(check.stdout.contains("ok     schema:"))
      let seed = try await work.run(["seed"], environment: ["PLACEREGISTRY_SEEDS": work.folder.path])
      #expect(seed.status == 1)
      #expect(seed.stderr.contains("PLACEREGISTRY_SEEDS"), "\(seed.stderr)")
    }
  }

  @Test("commands refuse a schema that is not this program's", arguments: [["serve"], ["seed"], ["source", "list"]])
  func otherSchema(arguments: [String]) async throws {
    try await Workspace.withEmpty { work in
      let empty = try await work.run(arguments)
      #expect(empty.status == 1)
      #expect(empty.stderr.contains("placeregistry migrate"), "\(empty.stderr)")
    }
    try await Workspace.withMigrated { work in
      try await work.database.execute("update schema_migration set checksum = 'other' where name = 'functions'")
      let differing = try await work.run(arguments)
      #expect(differing.status == 1)
      #expect(differing.stderr.contains("placeregistry migrate"))
      #expect(try await work.run(["migrate"]).stdout == "Applied: functions.\n")
      try await work.database.execute("insert into schema_migration values ('V9999_later', 'x')")
      let newer = try await work.run(["migrate"])
      #expect(newer.status == 1)
      #expect(newer.stderr.contains("V9999_later"))
    }
  }

  /// Runs with the URL of a role that owns the database and is nothing else.
  private func withOwner(_ body: (Workspace, [String: String]) async throws -> Void) async throws {
    try await Workspace.withEmpty { work in
      let role = "owner_\(UInt64.random(in: 0 ... .max))"
      var url = try #require(URLComponents(string: work.database.url))
      let database = url.path.dropFirst()
      try await TestDatabase.maintain("create role \(role) login password 'p4ssw0rd'")
      try await TestDatabase.maintain("alter database \(database) owner to \(role)")
      url.user = role
      url.password = "p4ssw0rd"
      let environment = ["DATABASE_URL": try #require(url.string)]
      do { try await body(work, environment) } catch { Issue.record(error) }
      try await TestDatabase.maintain("alter database \(database) owner to current_user")
      try await work.database.execute("drop owned by \(role) cascade")
      try await TestDatabase.maintain("drop role \(role)")
    }
  }

  @Test func anOwnerNeedsTheExtensionsAndNothingMore() async throws {
    try await withOwner { work, environment in
      let refused = try await work.run(["migrate"], environment: environment)
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("create extension postgis"), "\(refused.stderr)")
      #expect(!refused.stderr.contains("p4ssw0rd"))
      for name in ["postgis", "pg_trgm", "btree_gist"] {
        try await work.database.execute("create extension if not exists \(name)")
      }
      let migrated = try await work.run(["migrate"], environment: environment)
      #expect(migrated.status == 0, "\(migrated.stderr)")
      let seeded = try await work.run(["seed"], environment: environment)
      #expect(seeded.status == 0, "\(seeded.stderr)")
      #expect(try await work.run(["check"], environment: environment).status == 0)
    }
  }
}
