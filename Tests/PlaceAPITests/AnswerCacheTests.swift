import HTTPTypes
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// Answers are kept while the registry doesn't change; a kept answer must never be older than the question.
@Suite struct AnswerCacheTests {
  private static func write(_ name: String, _ local: String, to database: TestDatabase) async throws {
    let id = try PlaceID("kept:\(local)")
    let store = database.store
    _ = try await store.write(by: Author(actor: "test", action: "test")) { transaction in
      try await transaction.ensureSource(id.source)
      let existing = try await transaction.lockPlaces([id])[id]
      let place = Place(id: id, name: try #require(LocalizedText([.fi: name])))
      try await transaction.save([try PlaceChange(place, existing: existing, engine: store.engine)])
    }
  }

  @Test func aWriteElsewhereIsSeenByTheNextQuestion() async throws {
    try await TestDatabase.with { database in
      let api = try TestAPI(database)
      for version in 1...5 {
        try await Self.write("Nimi \(version)", "a", to: database)
        for _ in 1...3 {
          let place = try await api.get("/v1/place/kept:a/")
          #expect(place.json()["name"]?["fi"]?.stringValue == "Nimi \(version)")
          let list = try await api.get("/v1/place/?data_source=kept&show_all_places=true")
          #expect(list.json()["data"]?.arrayValue?.first?["version"]?.integerValue == Int64(version))
        }
      }
    }
  }

  @Test func keptAnswersAreTheSameAsNewOnes() async throws {
    try await TestDatabase.with { database in
      for local in ["a", "b", "c"] { try await Self.write("Paikka \(local)", local, to: database) }
      var off = APIConfiguration()
      off.answerCacheBytes = 0
      let keeping = try TestAPI(database)
      let plain = try TestAPI(database, configuration: off)
      for target in [
        "/v1/place/kept:a/", "/v1/place/kept:b/?srid=3067", "/v1/place/?show_all_places=true",
        "/v1/place/?show_all_places=true&format=geojson", "/v1/place/?text=paikka&sort=-name",
      ] {
        _ = try await keeping.get(target)
        let kept = try await keeping.get(target)
        let new = try await plain.get(target)
        #expect(kept.body == new.body)
        #expect(kept.headers[.eTag] == new.headers[.eTag])
        #expect(kept.headers[.link] == new.headers[.link])
      }
    }
  }

  @Test func anotherFormatOrHostIsAnotherAnswer() async throws {
    try await TestDatabase.with { database in
      try await Self.write("Paikka", "a", to: database)
      let api = try TestAPI(database)
      let json = try await api.get("/v1/place/kept:a/")
      let linked = try await api.get("/v1/place/kept:a/", ["Accept": "application/ld+json"])
      #expect(json.headers[.contentType]?.hasPrefix("application/json") == true)
      #expect(linked.headers[.contentType] == "application/ld+json")
      let elsewhere = try await api.send(.get, "/v1/place/kept:a/", authority: "other.fi")
      #expect(elsewhere.json()["@id"]?.stringValue == "http://other.fi/v1/place/kept:a/")
    }
  }

  @Test func generationsAreBoundedAndStatesReplaceEachOther() throws {
    let cache = AnswerCache(bytes: 64 << 10)
    func answer(_ sequence: Int, bytes: Int = 1000) -> Answer {
      var answer = Answer.json([UInt8](repeating: 0x20, count: bytes))
      answer.state = RegistryState(sequence: sequence, geography: 0)
      return answer
    }
    for number in 1...200 { cache.keep(answer(1), "\(number)") }
    #expect(!cache.holds("1"))
    #expect(cache.answer("200", in: RegistryState(sequence: 1, geography: 0)) != nil)
    #expect(cache.answer("200", in: RegistryState(sequence: 2, geography: 0)) == nil)
    cache.keep(answer(2), "new")
    #expect(!cache.holds("200"))
    // A slow answer of an older state pushes nothing out and is not kept.
    cache.keep(answer(1), "late")
    #expect(cache.holds("new") && !cache.holds("late"))
    cache.keep(answer(2, bytes: 60_000), "large")
    #expect(!cache.holds("large"))
    var ended = answer(2)
    ended.validUntil = 1
    cache.keep(ended, "ended")
    #expect(cache.answer("ended", in: RegistryState(sequence: 2, geography: 0)) == nil)
  }
}
