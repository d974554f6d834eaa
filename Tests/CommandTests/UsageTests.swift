import Testing

@Suite("Wrong and right use of the command line") struct UsageTests {
  @Test func versionAndHelp() async throws {
    let version = try await Command.run(["--version"])
    #expect(version.status == 0)
    #expect(version.stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    #expect(version.stderr.isEmpty)
    let help = try await Command.run(["--help"])
    #expect(help.status == 0)
    for word in [
      "serve", "migrate", "seed", "check", "import", "place", "source", "organization", "key", "audit", "transform",
    ] {
      #expect(help.stdout.contains("  \(word) "), "\(word)")
    }
    #expect(help.stderr.isEmpty)
    for command in ["serve", "migrate", "seed", "check", "import", "transform"] {
      let help = try await Command.run([command, "--help"])
      #expect(help.status == 0)
      #expect(help.stdout.contains("USAGE: placeregistry \(command)"))
    }
  }

  @Test(
    "wrong use ends with 2 and says why",
    arguments: [
      (["frobnicate"], "frobnicate"), (["migrate", "--frobnicate"], "--frobnicate"), (["serve", "extra"], "extra"),
      (["serve", "--port", "abc"], "--port"), (["import"], "kind"), (["import", "places"], "file"),
      (["import", "places", "x.csv"], "--source"), (["import", "cats", "x.csv", "--source", "a"], "cats"),
      (["import", "places", "x.csv", "--source", "a", "--format", "xml"], "xml"),
      (["import", "places", "x.csv", "--source", "Å"], "data source"),
      (["import", "places", "x.csv", "--source", "a", "--map", "name"], "--map"),
      (["import", "places", "x.csv", "--source", "a", "--crs", "TM35FIN"], "--crs"),
      (["import", "places", "x.csv", "--source", "a", "--encoding", "EBCDIC"], "--encoding"),
      (["import", "places", "x.csv", "--source", "a", "--delimiter", "ab"], "--delimiter"),
      (["place", "show"], "id"), (["source", "purge"], "id"), (["source", "purge", "osm"], "--yes"),
      (["source", "purge", "ÅÄ", "--yes"], "data source"),
      (["transform"], "--from"), (["transform", "--from", "EPSG:3067"], "--to"),
      (["organization", "add"], "id"), (["organization", "add", "turku"], "--name"),
      (["organization", "add", "Åbo", "--name", "x"], "Åbo"), (["organization", "add", "a", "--name", " "], "--name"),
      (["organization", "grant", "turku"], "--source"), (["organization", "grant", "turku", "--source", "a b"], "a b"),
      (["key", "create"], "--organization"), (["key", "create", "--organization", "turku"], "--role"),
      (["key", "create", "--organization", "turku", "--role", "owner"], "owner"),
      (["key", "create", "--organization", "turku", "--role", "editor", "--source", "A"], "data source"),
      (["key", "revoke"], "id"), (["audit", "list", "--since", "yesterday"], "yesterday"),
      (["audit", "list", "--limit", "0"], "--limit"),
    ])
  func wrongUse(arguments: [String], word: String) async throws {
    let outcome = try await Command.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.stderr.contains(word), "\(outcome.stderr)")
    #expect(outcome.stdout.isEmpty)
    // Import is not transform: a message names the command that was given.
    #expect(arguments[0] == "transform" || !outcome.stderr.contains("placeregistry transform"), "\(outcome.stderr)")
  }

  @Test(
    "settings that can't be used are named",
    arguments: [
      ("PLACEREGISTRY_PORT", "abc"), ("PLACEREGISTRY_PORT", "70000"), ("PLACEREGISTRY_PORT", "0x50"),
      ("PLACEREGISTRY_PORT", "-1"), ("PLACEREGISTRY_DATABASE_CONNECTIONS", "0"),
      ("PLACEREGISTRY_DATABASE_TIMEOUT", "ten"), ("PLACEREGISTRY_LOG_LEVEL", "loud"),
      ("PLACEREGISTRY_LOG_REQUESTS", "yes"), ("PLACEREGISTRY_RATE_LIMIT", "-5"),
      ("PLACEREGISTRY_PUBLIC_URL", "paikat.turku.fi"), ("PLACEREGISTRY_AUDIT_DAYS", "0"),
      ("PLACEREGISTRY_OIDC", "/nowhere/issuers.json"),
    ])
  func badSetting(name: String, value: String) async throws {
    let outcome = try await Command.run(["serve"], environment: [name: value])
    #expect(outcome.status == 1)
    #expect(outcome.stderr.contains(name))
    #expect(outcome.stderr.contains(value))
  }

  @Test(
    "a database that is not there: 1, and no password in the message",
    arguments: [["check"], ["migrate"], ["seed"], ["serve"], ["source", "list"], ["place", "show", "a:1"]])
  func noDatabase(arguments: [String]) async throws {
    let outcome = try await Command.run(
      arguments, environment: ["DATABASE_URL": "postgresql://reader:s3cretword@127.0.0.1:1/registry"])
    #expect(outcome.status == 1)
    let text = outcome.stdout + outcome.stderr
    #expect(!text.contains("s3cretword"))
    #expect(text.contains("database"), "\(text)")
  }

  @Test("a URL that is none", arguments: ["nonsense", "postgresql://u:s3cretword@[bad/x", "mysql://u:s3cretword@h/x"])
  func badURL(url: String) async throws {
    let outcome = try await Command.run(["check"], environment: ["DATABASE_URL": url])
    #expect(outcome.status == 1)
    #expect(!(outcome.stdout + outcome.stderr).contains("s3cretword"))
    #expect(outcome.stdout.contains("FAILED database"))
  }
}
