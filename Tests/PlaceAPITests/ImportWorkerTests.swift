import HTTPTypes
import NIOCore
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// What goes on behind `/v1/import/`: progress, waiting, and services that are stopped midway.
@Suite("Import worker")
struct ImportWorkerTests {
  private static let target = "/v1/import/?kind=places&source=turku"

  private static func show(_ api: TestAPI, _ id: String, wait: Int = 0) async throws -> JSONValue {
    try await api.get("/v1/import/\(id)/?wait=\(wait)", ["apikey": "turku-editor"]).json()
  }

  /// The session when nobody is at work on it any more, however slow the machine is.
  private static func settled(_ api: TestAPI, _ id: String) async throws -> JSONValue {
    for _ in 0..<10 {
      let session = try await show(api, id, wait: 60)
      if !["checking", "applying"].contains(session["status"]?.stringValue) { return session }
    }
    return try await show(api, id)
  }

  /// 7,000 rows, of which the 5,500th is that of the place turku:library.
  private static let large =
    "id,name_fi\n" + (1...7000).map { $0 == 5500 ? "library,Kirjasto\n" : "r\($0),Paikka \($0)\n" }.joined()

  @Test("The answer comes when the file is in; progress is told while it is read, and applying waits for its turn")
  func progress() async throws {
    try await PlaceWritingTests.with { api in
      let store = api.database.store
      let id = try await api.database.holding("select 1 from place where id = 'turku:library' for update") {
        let reply = try await ImportRouteTests.send(api, Self.target, Self.large)
        #expect(reply.status == 202)
        #expect(reply.json()["status"] == .string("checking"))
        #expect(reply.json()["progress"]?["size"] == .integer(Int64(Self.large.utf8.count)))
        let id = try ImportRouteTests.id(reply)
        #expect(reply.header("Location")?.hasSuffix("/v1/import/\(id)/") == true)
        var rows: Int64 = 0
        for _ in 0..<600 where rows < 5000 {
          try await Task.sleep(for: .milliseconds(50))
          rows = try await Self.show(api, id)["progress"]?["rows"]?.integerValue ?? 0
        }
        #expect(rows >= 5000 && rows <= 7000)
        let early = try await api.write(.post, "/v1/import/\(id)/apply")
        #expect(early.status == 409 && early.code() == "not-checked")
        // Somebody takes care of it, so that nobody calls it stopped.
        #expect(try await store.noteStoppedImports() == 0)
        return id
      }
      let checked = try await Self.settled(api, id)
      #expect(checked["status"] == .string("checked"))
      #expect(checked["report"]?["rows"] == .integer(7000))
      let begun = try await api.write(.post, "/v1/import/\(id)/apply")
      #expect([200, 202].contains(begun.status))
      let applied = try await Self.settled(api, id)
      #expect(applied["status"] == .string("applied"))
      #expect(applied["report"]?["created"] == .integer(6999))
    }
  }

  @Test("What a stopped service left behind has failed, or can be applied again; what is taken care of is left alone")
  func stopped() async throws {
    try await PlaceWritingTests.with { api in
      let store = api.database.store
      let id = try ImportRouteTests.id(
        try await ImportRouteTests.send(api, Self.target + "&wait=60", "id,name_fi\nsali,Sali\n"))
      try await api.database.execute(
        """
        insert into import_session (id, kind, data_source, status, actor, modified_time)
        values ('checking1', 'places', 'turku', 'checking', 'import:checking1', now() - interval '3 minutes'),
          ('checking2', 'places', 'turku', 'checking', 'import:checking2', now()),
          ('checking3', 'places', 'shared', 'checking', 'import:checking3', now() - interval '3 minutes')
        """)
      try await api.database.execute(
        "update import_session set status = 'applying', modified_time = now() - interval '3 minutes' where id = '\(id)'"
      )
      let lock = "select pg_advisory_xact_lock(hashtextextended('placeregistry import shared', 0))"
      let count = try await api.database.holding(lock) { try await store.noteStoppedImports() }
      #expect(count == 2)
      #expect(try await Self.show(api, "checking1")["status"] == .string("failed"))
      #expect(try await Self.show(api, "checking1")["failure"]?["code"] == .string("stopped"))
      #expect(try await Self.show(api, "checking2")["status"] == .string("checking"))
      #expect(try await Self.show(api, "checking3")["status"] == .string("checking"))
      let left = try await Self.show(api, id)
      #expect(left["status"] == .string("checked") && left["failure"]?["code"] == .string("stopped"))
      let applied = try await api.write(.post, "/v1/import/\(id)/apply?wait=60")
      #expect(applied.json()["status"] == .string("applied") && applied.json()["failure"] == .null)
      #expect(try await api.get("/v1/place/turku:sali/").status == 200)
    }
  }

  @Test("A worker that ends gives up what it does: nothing of it stays, and the session says why")
  func ending() async throws {
    try await PlaceWritingTests.with { api in
      let worker = api.responder.api.imports
      let running = Task { try await worker.run() }
      let id = try await api.database.holding("select 1 from place where id = 'turku:library' for update") {
        let reply = try await ImportRouteTests.send(api, Self.target, "id,name_fi\nlibrary,Kirjasto\nx,Sali\n")
        let id = try ImportRouteTests.id(reply)
        try await api.database.untilSomebodyWaits()
        running.cancel()
        try await running.value
        return id
      }
      let session = try await Self.show(api, id)
      #expect(session["status"] == .string("failed") && session["failure"]?["code"] == .string("stopped"))
      #expect(try await api.get("/v1/place/turku:x/").status == 404)
    }
  }

  @Test("A multipart body comes out the same however it is cut into pieces")
  func pieces() throws {
    let content = "a\r\n--b\r\n-\r\n--bound\r\n--boundar\r\n"
    let body =
      "preamble\r\n--boundary \r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".csv\"\r\n"
      + "X: y\r\n\r\n\(content)\r\n--boundary\r\nContent-Disposition: form-data; name=mapping\r\n\r\n\r\n--boundary--\r\nepilogue"
    for size in [1, 2, 3, 7, 11, 1000] {
      var reader = try #require(try MultipartReader(contentType: "Multipart/Form-Data; boundary=boundary"))
      var parts: [(name: String, file: String?, content: String)] = []
      var rest = Array(body.utf8)[...]
      while !rest.isEmpty {
        try reader.take(rest.prefix(size)) { event in
          switch event {
          case .part(let part): parts.append((part.name, part.fileName, ""))
          case .bytes(let bytes): parts[parts.count - 1].content += String(decoding: bytes, as: UTF8.self)
          }
        }
        rest = rest.dropFirst(size)
      }
      try reader.finish()
      #expect(parts.map(\.name) == ["file", "mapping"])
      #expect(parts.first?.file == "a \"b\".csv")
      #expect(parts.map(\.content) == [content, ""], "\(size)")
    }
    let other = try MultipartReader(contentType: "text/csv")
    #expect(other == nil)
  }
}
