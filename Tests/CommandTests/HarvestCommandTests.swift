import Foundation
import Testing

@Suite("placeregistry harvest")
struct HarvestCommandTests {
  private static func load(_ work: Workspace) async throws {
    let file = try work.file(
      "places.csv",
      """
      id,name_fi,street_address_fi,postal_code,lon,lat
      a,Kirjasto,Linnankatu 2,20100,22.27,60.45
      b,Uimahalli,Blombergin aukio 12,20720,22.29,60.44

      """)
    let outcome = try await work.run(["import", "places", file, "--source", "there"])
    try #require(outcome.status == 0, "\(outcome.stderr)")
  }

  @Test("Another registry is pulled, told as JSON, and a second time unchanged; --follow ends with SIGTERM and 0")
  func harvest() async throws {
    try await Workspace.withReference { there in
      try await Self.load(there)
      try await Server.with(there) { server in
        try await Workspace.withReference { here in
          let allow = ["PLACEREGISTRY_OUTGOING_ALLOW": "127.0.0.1"]
          let command = [
            "harvest", "linked-events", "http://127.0.0.1:\(server.port)", "--source", "there", "--rate", "50",
          ]
          let refused = try await here.run(command)
          #expect(refused.status == 1)
          #expect(refused.stderr.contains("PLACEREGISTRY_OUTGOING_ALLOW"))
          let dry = try await here.run(command + ["--dry-run"], environment: allow)
          #expect(dry.status == 0, "\(dry.stderr)")
          #expect(
            dry.stdout.contains("places: 2 read, 2 new") || dry.stdout.contains(", 2 new, 0 changed"), "\(dry.stdout)")
          let first = try await here.run(command + ["--format", "json"], environment: allow)
          #expect(first.status == 0, "\(first.stderr)")
          let report = try JSONSerialization.jsonObject(with: Data(first.stdout.utf8)) as? [String: Any]
          #expect(report?["complete"] as? Bool == true)
          #expect((report?["places"] as? [String: Any])?["created"] as? Int == 2, "\(first.stdout)")
          #expect(try await here.count("select count(*) from place where data_source = 'there'") == 2)
          let following = try RunningCommand(
            command + ["--follow", "1h"], environment: here.environment.merging(allow) { $1 })
          for _ in 0..<1200 where !following.stdout.contains("events:") {
            try await Task.sleep(for: .milliseconds(50))
          }
          following.send(SIGTERM)
          let end = await following.outcome(limit: .seconds(30))
          #expect(end.status == 0, "\(end.stderr)")
          #expect(end.stdout.contains(" 0 new, 0 changed"), "\(end.stdout)")
        }
      }
    }
  }

  @Test("Wrong use is 2 and says what is right")
  func usage() async throws {
    let url = ["harvest", "linked-events", "https://x.example"]
    for (arguments, word) in [
      (url + ["--source", "x", "--review", "f"], "--match"), (url + ["--source", "x", "--follow", "10"], "10m"),
      (url + ["--source", "Ä"], "data source"), (url + ["--source", "x", "--page-size", "0"], "1 to 1000"),
      (url + ["--source", "x", "--rate", "0"], "--rate"),
      (["harvest", "linked-events", "ftp://x.example", "--source", "x"], "http"),
      (url + ["--source", "x", "--follow", "1m", "--dry-run"], "--follow"), (url, "--source"),
    ] {
      let outcome = try await Command.run(arguments)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.stderr.contains(word), "\(arguments): \(outcome.stderr)")
    }
  }
}
