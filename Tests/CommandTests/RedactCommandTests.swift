import Foundation
import TestDatabase
import Testing

@Suite("redact") struct RedactCommandTests {
  @Test func takesAnImportedNumberOut() async throws {
    try await Workspace.withReference { work in
      let csv = try work.file(
        "p.csv", "id,name_fi,telephone_fi,email\nsali,Sali,+358407654321,a@salainen.fi\nmuu,Muu,,\n")
      _ = try await work.importPlaces(csv)
      #expect(try await work.database.tables(holding: "+358407654321").contains("public.place_delivered"))
      let done = try await work.run(["redact", "place", "test:sali", "--field", "/telephone", "--reason", "asked"])
      #expect(done.status == 0, "\(done.stderr)")
      #expect(done.stdout.hasPrefix("Redacted /telephone in 1 versions.\nOut of reach: backups"), "\(done.stdout)")
      #expect(try await work.database.tables(holding: "+358407654321").isEmpty)
      #expect(try await work.place("test:sali")?["email"].string == "a@salainen.fi")
      let all = try JSON(
        try await work.run(["redact", "place", "test:sali", "--reason", "asked", "--format", "json"]).stdout)
      #expect(all["redacted"].int == 1)
      #expect(all["fields"].array.map(\.string) == ["/email"])
      #expect(try await work.database.tables(holding: "salainen").isEmpty)
      let again = try await work.run(["redact", "place", "test:sali", "--reason", "asked"])
      #expect(again.stdout == "There was nothing to redact.\n")
      #expect(try await work.count("select count(*) from redaction where reason = 'asked'") == 2)
      #expect(
        try await work.count("select count(*) from audit where actor = 'command' and detail ->> 'reason' = 'asked'")
          == 2)
    }
  }

  @Test func refusesWhatItCant() async throws {
    try await Workspace.withMigrated { work in
      for (arguments, status, word) in [
        (["place", "test:none", "--reason", "x"], Int32(1), "test:none"),
        (["event", "test:none", "--reason", "x"], 1, "event"),
        (["place", "test:none"], 2, "--reason"), (["place", "test:none", "--reason", " "], 2, "--reason"),
        (["place", "test:none", "--reason", "x", "--field", "/version"], 2, "/telephone"),
        (["address", "test:none", "--reason", "x"], 2, "place"),
      ] {
        let refused = try await work.run(["redact"] + arguments)
        #expect(refused.status == status, "\(arguments): \(refused.stderr)")
        #expect(refused.stderr.contains(word), "\(refused.stderr)")
        #expect(refused.stdout.isEmpty)
      }
    }
  }
}
