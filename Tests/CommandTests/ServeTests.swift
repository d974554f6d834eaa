import Foundation
import TestDatabase
import Testing

@Suite("serve") struct ServeTests {
  @Test func theThreeRequestsOfTheWelcomeOnTheDemoSeed() async throws {
    try await Workspace.withReference { work in
      #expect(try await work.run(["seed", "--demo"]).status == 0)
      let server = try await Server.start(work)
      #expect(try await server.json("/health")["status"].string == "ok")
      #expect(try await server.json("/ready")["status"].string == "ready")
      let near = try await server.json(
        "/v1/place/?dwithin_origin=24.9414,60.1719&dwithin_metres=500&show_all_places=true&page_size=3")
      #expect((near["meta"]["count"].int ?? 0) > 3)
      let distances = near["data"].array.compactMap { $0["distance"].double }
      #expect(distances.count == 3)
      #expect(distances == distances.sorted() && distances.allSatisfy { $0 <= 500 })
      let town = try await server.json("/v1/place/?municipality=Helsingfors&show_all_places=true&page_size=3")
      #expect((town["meta"]["count"].int ?? 0) > 500)
      #expect(town["data"].array.allSatisfy { $0["municipality"]["code"].string == "091" })
      let id = try #require(town["data"][0]["id"].string)
      let place = try await server.json("/v1/place/\(id)/")
      #expect(place["id"].string == id)
      #expect(place["@id"].string == "http://localhost/v1/place/\(id)/")
      // A connection that idles must not hold up the end.
      let idle = try Socket.connected(port: server.port)
      try idle.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try idle.read()?.isEmpty == false)
      let outcome = await server.stop()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      #expect(outcome.stdout.isEmpty)
    }
  }

  @Test func aRunningRequestFinishesAfterSIGTERM() async throws {
    try await Workspace.withMigrated { work in
      let csv = try work.file("one.csv", "id,name_fi\n1,Sali\n")
      _ = try await work.importPlaces(csv)
      let server = try await Server.start(work)
      let (slow, refusesOthers) = try await work.database.holding("lock table place_document in access exclusive mode")
      {
        let slow = Task { try await server.get("/v1/place/test:1/") }
        try await work.database.untilSomebodyWaits()
        server.running.send(SIGTERM)
        var refuses = false
        for _ in 0..<100 where !refuses {
          refuses = (try? Socket.connected(port: server.port)) == nil
          if !refuses { try await Task.sleep(for: .milliseconds(50)) }
        }
        return (slow, refuses)
      }
      let answer = try await slow.value
      #expect(refusesOthers)
      #expect(answer.status == 200)
      #expect(answer.body.contains("\"test:1\""))
      let outcome = await server.running.outcome(limit: .seconds(15))
      #expect(outcome.status == 0, "\(outcome.stderr)")
    }
  }

  @Test func longPollsAreAnsweredAtOnceAfterSIGTERM() async throws {
    try await Workspace.withMigrated { work in
      let server = try await Server.start(work)
      let poll = Task { try await server.get("/v1/changes?after=0&wait=60") }
      var isWaiting = false
      for _ in 0..<600 where !isWaiting {
        isWaiting = try await server.get("/metrics").body.contains("feed_waiting 1")
        if !isWaiting { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(isWaiting)
      let outcome = await server.stop()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let answer = try await poll.value
      #expect(answer.status == 200)
      #expect(try JSON(answer.body)["next"].int == 0)
    }
  }

  @Test func sigintEndsItToo() async throws {
    try await Workspace.withMigrated { work in
      let server = try await Server.start(work)
      server.running.send(SIGINT)
      #expect(await server.running.outcome(limit: .seconds(15)).status == 0)
    }
  }

  @Test func aTakenPortIsToldClearly() async throws {
    try await Workspace.withMigrated { work in
      let (socket, port) = try Socket.listening()
      let outcome = try await withExtendedLifetime(socket) {
        try RunningCommand(["serve"], environment: work.environment.merging(["PLACEREGISTRY_PORT": "\(port)"]) { $1 })
      }.outcome(limit: .seconds(60))
      #expect(outcome.status == 1)
      #expect(outcome.stderr.contains("\(port)"), "\(outcome.stderr)")
      #expect(outcome.stderr.contains("PLACEREGISTRY_PORT"), "\(outcome.stderr)")
      #expect(socket.descriptor >= 0)
    }
  }

  @Test("what request logs hold", arguments: [nil, "none", "short", "full"])
  func logs(level: String?) async throws {
    try await Workspace.withMigrated { work in
      let server = try await Server.start(work, environment: level.map { ["PLACEREGISTRY_LOG_REQUESTS": $0] } ?? [:])
      let targets = [
        "/v1/place/?dwithin_origin=24.94140001,60.17190001&dwithin_metres=5", "/v1/place/?text=salaisuus",
        "/v1/place/?bogus=salaisuus", "/v1/place/salaisuus:1/",
      ]
      for target in targets { _ = try await server.get(target) }
      let outcome = await server.stop()
      let log = outcome.stdout + outcome.stderr
      #expect(outcome.status == 0)
      #expect(log.contains("salaisuus") == (level == "full"))
      #expect(log.contains("24.94140001") == (level == "full"))
      let requests = try outcome.stderr.split(separator: "\n").map { try JSON(String($0)) }
        .filter { $0["message"].string == "request" && $0["route"].string?.hasPrefix("/v1/place") == true }
      #expect(requests.count == (level == "short" || level == "full" ? targets.count : 0))
    }
  }
}
