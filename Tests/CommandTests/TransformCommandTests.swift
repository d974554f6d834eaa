import TestDatabase
import Testing

@Suite("transform") struct TransformCommandTests {
  private func transform(
    _ from: String, _ to: String, _ text: String, _ more: [String] = [], seeds: String = TestDatabase.seeds
  ) async throws -> Command.Outcome {
    try await Command.run(
      ["transform", "--from", from, "--to", to] + more, stdin: text, environment: ["PLACEREGISTRY_SEEDS": seeds])
  }

  // Expected values: Tests/GeodesyTests/Fixtures/transformations.tsv (pyproj and the NLS's own triangulation).
  @Test(
    "good lines",
    arguments: [
      ("EPSG:4326", "EPSG:3877", "22.2666 60.4518\n", "23459636.1205 6704635.3599\n"),
      ("epsg:4326", "3067", "22.2666,60.4518", "239742.3381 6711088.9866\n"),
      ("EPSG:3877", "EPSG:3067", "23459636.1205;6704635.3599\r\n", "239742.3381 6711088.9866\n"),
      ("EPSG:4326", "EPSG:4326", "22.2666 60.4518\n", "22.2666000000 60.4518000000\n"),
      ("EPSG:3067", "EPSG:4326", "", ""),
    ])
  func good(from: String, to: String, text: String, expected: String) async throws {
    let outcome = try await transform(from, to, text)
    #expect(outcome.status == 0)
    #expect(outcome.stdout == expected)
    #expect(outcome.stderr.isEmpty)
  }

  @Test func oldCoordinatesAreExact() async throws {
    let zone1 = try await transform("EPSG:2391", "EPSG:3067", "1569893.4745 6705230.1485\n")
    #expect(zone1.stdout == "239742.3382 6711088.9866\n")
    let zone2 = try await transform("EPSG:2392", "EPSG:3067", "2552579.5629 6673661.2491\n")
    // The fixture's last decimal, from other software, is 4749.
    #expect(zone2.stdout == "385926.4748 6672253.4271\n")
    let coarse = try await transform("EPSG:2391", "EPSG:3067", "1569893.4745 6705230.1485\n", seeds: "/nonexistent")
    #expect(coarse.status == 0)
    #expect(coarse.stdout != zone1.stdout)
  }

  @Test func badLinesAreToldAndTheRestGoesOn() async throws {
    let outcome = try await transform(
      "EPSG:4326", "EPSG:3067", "22.2666 60.4518\nabc\n\n1 2 3\n22.2666 60.4518\nnan 1\n")
    #expect(outcome.status == 3)
    #expect(
      outcome.lines == [
        "239742.3381 6711088.9866", "error", "error", "error", "239742.3381 6711088.9866", "error",
      ])
    let told = outcome.stderr.split(separator: "\n")
    #expect(told.map { $0.prefix { $0 != ":" } } == ["line 2", "line 3", "line 4", "line 6"])
    #expect(told.allSatisfy { $0.count > 10 })
  }

  @Test func authorityOrder() async throws {
    let outcome = try await transform("EPSG:4326", "EPSG:3067", "60.4518 22.2666\n", ["--authority-order"])
    #expect(outcome.stdout == "239742.3381 6711088.9866\n")
    let gk = try await transform("EPSG:4326", "EPSG:3877", "60.4518 22.2666\n", ["--authority-order"])
    #expect(gk.stdout == "6704635.3599 23459636.1205\n")
  }

  @Test("systems that nobody knows", arguments: ["EPSG:999999", "EPSG:5773", "EPSG:4978"])
  func unknown(name: String) async throws {
    for (from, to) in [(name, "EPSG:3067"), ("EPSG:3067", name)] {
      let outcome = try await transform(from, to, "1 2\n")
      #expect(outcome.status == 1)
      #expect(outcome.stderr.contains(name.dropFirst(5)), "\(outcome.stderr)")
      #expect(outcome.stdout.isEmpty)
    }
  }

  @Test(
    "malformed names", arguments: ["", "TM35FIN", "EPSG:", "EPSG:x", "EPSG:-1", "EPSG:0", "ESRI:54030", "EPSG:3067:1"])
  func malformed(name: String) async throws {
    let outcome = try await transform("EPSG:4326", name, "22 60\n")
    #expect(outcome.status == 2)
    #expect(outcome.stderr.contains("--to"))
    #expect(outcome.stderr.contains("EPSG:3067"))
    #expect(outcome.stdout.isEmpty)
  }

  @Test func manyLinesKeepTheirOrder() async throws {
    let count = 100_000
    let text = (0..<count).map { "22.\(100_000 + $0) 60.4518" }.joined(separator: "\n")
    let outcome = try await transform("EPSG:4326", "EPSG:4326", text)
    #expect(outcome.status == 0)
    let lines = outcome.lines
    #expect(lines.count == count)
    #expect(lines.first == "22.1000000000 60.4518000000")
    #expect(lines.last == "22.1999990000 60.4518000000")
  }
}
