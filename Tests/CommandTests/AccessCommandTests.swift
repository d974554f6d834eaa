import Foundation
import TestDatabase
import Testing

/// organization, key and audit as their users run them.
@Suite("organization, key and audit") struct AccessCommandTests {
  private func done(_ work: Workspace, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation)
    async throws -> Command.Outcome
  {
    let outcome = try await work.run(arguments)
    try #require(outcome.status == 0, "\(outcome.stderr)", sourceLocation: sourceLocation)
    return outcome
  }

  @Test func organizationsShareARegister() async throws {
    try await Workspace.withMigrated { work in
      let added = try await done(work, ["organization", "add", "turku", "--name", "Turun kaupunki"])
      #expect(added.stdout == "Added turku (Turun kaupunki), owner of the data source turku.\n")
      #expect(
        try await done(work, ["organization", "add", "turku", "--name", "Turun kaupunki"]).stdout.contains("there"))
      let other = try await work.run(["organization", "add", "turku", "--name", "Åbo stad"])
      #expect(other.status == 1)
      #expect(other.stderr.contains("Turun kaupunki") && other.stderr.contains("--rename"), "\(other.stderr)")
      _ = try await done(work, ["organization", "add", "turku", "--name", "Åbo stad", "--rename"])
      _ = try await done(work, ["organization", "add", "kaarina", "--name", "Kaarinan kaupunki"])
      #expect(
        try await done(work, ["organization", "grant", "kaarina", "--source", "turku"]).stdout
          == "kaarina may write turku.\n")
      for (arguments, word) in [
        (["organization", "grant", "lieto", "--source", "turku"], "organization add lieto"),
        (["organization", "grant", "kaarina", "--source", "lieto"], "no data source lieto"),
        (["organization", "withdraw", "turku", "--source", "kaarina"], "not granted"),
        (["organization", "add", "fi", "--name", "Suomi"], "built-in"),
        (["key", "create", "--organization", "lieto", "--role", "reader"], "no organisation lieto"),
        (
          ["key", "create", "--organization", "turku", "--role", "editor", "--source", "kaarina"], "belongs to kaarina"
        ),
        (["key", "revoke", "nothing99"], "nothing99"),
      ] {
        let refused = try await work.run(arguments)
        #expect(refused.status == 1, "\(arguments)")
        #expect(refused.stderr.contains(word), "\(refused.stderr)")
        #expect(refused.stdout.isEmpty)
      }
      let list = try JSON(try await done(work, ["organization", "list", "--format", "json"]).stdout)
      #expect(list.array.map { $0["id"].string } == ["kaarina", "turku"])
      #expect(list[0]["granted"].array.map(\.string) == ["turku"])
      #expect(list[1]["data_sources"].array.map(\.string) == ["turku"])
      #expect(list[1]["name"].string == "Åbo stad")
      #expect(
        try await done(work, ["organization", "list"]).stdout.contains("kaarina\towns kaarina, writes also turku"))
      _ = try await done(work, ["organization", "withdraw", "kaarina", "--source", "turku"])
    }
  }

  @Test func aKeysLife() async throws {
    try await Workspace.withMigrated { work in
      _ = try await done(work, ["organization", "add", "turku", "--name", "Turun kaupunki"])
      let made = try JSON(
        try await done(
          work,
          ["key", "create", "--organization", "turku", "--role", "editor", "--source", "sivis", "--format", "json"]
        ).stdout)
      let id = try #require(made["id"].string)
      let key = try #require(made["key"].string)
      #expect(made["organization"].string == "turku")
      #expect(made["role"].string == "editor")
      #expect(key.hasPrefix("pr_\(id)_"))
      let plain = try await done(work, ["key", "create", "--organization", "turku", "--role", "reader"])
      #expect(plain.lines.count == 1)
      #expect(plain.lines[0].wholeMatch(of: /pr_[a-z0-9]+_[A-Za-z0-9]{43}/) != nil)
      #expect(plain.stderr.contains("once"))
      try await Server.with(work) { server in
        let reply = try await server.get("/v1/place/", ["apikey": key])
        #expect(reply.status == 200)
        #expect(reply.head.lowercased().contains("cache-control: private"), "\(reply.head)")
        #expect(try await server.get("/v1/place/", ["Authorization": "Bearer \(plain.lines[0])"]).status == 200)
        #expect(try await server.get("/v1/place/", ["apikey": ""]).status == 200)
        #expect(try await server.get("/v1/place/", ["apikey": "x"]).status == 401)
        #expect(try await done(work, ["key", "revoke", id]).stdout == "Revoked \(id).\n")
        let refused = try await server.get("/v1/place/", ["apikey": key])
        #expect(refused.status == 401)
        #expect(refused.head.lowercased().contains("www-authenticate: bearer"), "\(refused.head)")
        #expect(try JSON(refused.body)["type"].string == "/problems/unknown-key")
      }
      #expect(try await done(work, ["key", "revoke", key]).stdout == "\(id) was revoked already.\n")
      let list = try await done(work, ["key", "list", "--format", "json"])
      let keys = try JSON(list.stdout).array
      #expect(keys.count == 2)
      #expect(keys.map { $0["revoked_time"].isNull } == [false, true])
      #expect(keys[0]["data_source"].string == "sivis")
      #expect(keys[0]["last_used_time"].string != nil)
      #expect(!list.stdout.contains(key.suffix(43)))
      #expect(try await done(work, ["key", "list"]).lines.count == 2)
    }
  }

  @Test func theAuditLogTellsItAll() async throws {
    try await Workspace.withMigrated { work in
      _ = try await done(work, ["organization", "add", "turku", "--name", "Turun kaupunki"])
      _ = try await done(work, ["key", "create", "--organization", "turku", "--role", "admin"])
      let lines = try JSON(try await done(work, ["audit", "list", "--format", "json"]).stdout).array
      #expect(
        lines.map { $0["action"].string } == [
          "key create --organization turku --role admin", "organization add turku",
        ])
      #expect(lines.allSatisfy { $0["actor"].string == "command" && $0["changes"].int == 0 })
      #expect(lines[1]["detail"]["name"].string == "Turun kaupunki")
      #expect(try await done(work, ["audit", "list", "--limit", "1"]).lines.count == 1)
      #expect(try await done(work, ["audit", "list", "--since", "2100-01-01"]).lines.isEmpty)
      #expect(try await done(work, ["audit", "list", "--since", "2020-01-01"]).lines.count == 2)
    }
  }

  @Test func serveForgetsWhatIsOld() async throws {
    try await Workspace.withMigrated { work in
      try await work.database.execute(
        """
        insert into audit (time, tx, actor, action, lines)
        values (now() - interval '40 days', -1, 'a', 'b', 0), (now() - interval '20 days', -2, 'a', 'b', 0);
        """)
      try await work.database.execute(
        """
        insert into idempotency (caller, key, fingerprint, tx, created_time)
        values ('a', '1', 'f', 1, now() - interval '25 hours'), ('a', '2', 'f', 2, now() - interval '23 hours')
        """)
      try await Server.with(work, environment: ["PLACEREGISTRY_AUDIT_DAYS": "30"]) { _ in
        for _ in 0..<600 {
          let old = try await work.count("select (select count(*) from audit) + (select count(*) from idempotency)")
          if old == 2 { break }
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      #expect(try await work.count("select tx from audit") == -2)
      #expect(try await work.count("select count(*) from idempotency where key = '2'") == 1)
      #expect(try await work.count("select count(*) from idempotency") == 1)
    }
  }

  @Test func issuersAreReadFromAFile() async throws {
    try await Workspace.withMigrated { work in
      let bad = try work.file("bad.json", "[{\"issuer\": \"https://id.example\", \"audiance\": \"x\"}]")
      let refused = try await work.run(["serve"], environment: ["PLACEREGISTRY_OIDC": bad])
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("PLACEREGISTRY_OIDC") && refused.stderr.contains("audiance"), "\(refused.stderr)")
      _ = try work.file("keys.json", "{\"keys\": []}")
      let good = try work.file(
        "issuers.json",
        """
        [{"issuer": "https://id.example", "audience": "registry", "jwks_file": "keys.json", "organization": "turku",
          "role_claim": "roles", "roles": {"a": "editor"}}]
        """)
      try await Server.with(work, environment: ["PLACEREGISTRY_OIDC": good]) { server in
        let reply = try await server.get("/v1/place/", ["Authorization": "Bearer e30.e30.e30"])
        #expect(reply.status == 401)
        #expect(try JSON(reply.body)["type"].string == "/problems/invalid-token")
      }
    }
  }
}
