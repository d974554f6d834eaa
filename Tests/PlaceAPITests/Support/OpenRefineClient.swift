import Foundation
import HTTPTypes
import Places
import Testing

@testable import PlaceAPI

/// Talks to `/reconcile` as OpenRefine does: from another origin, by the addresses of the manifest. Every question and
/// every answer is held to the specification.
struct OpenRefineClient: Sendable {
  let api: TestAPI
  private let checker: SchemaChecker

  init(_ api: TestAPI) throws {
    self.api = api
    checker = try ReconcileSchemas.checker()
  }

  private static let browser = [
    "Origin": "http://127.0.0.1:3333", "Accept": "application/json, text/javascript, */*; q=0.01",
  ]

  func check(_ reply: TestAPI.Reply, _ schema: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(reply.header("Access-Control-Allow-Origin") == "*", sourceLocation: sourceLocation)
    try #require(reply.status == 200, "\(String(decoding: reply.plain, as: UTF8.self))", sourceLocation: sourceLocation)
    let problems = checker.check(try CheckedJSON(Data(reply.plain)), schema: schema)
    #expect(problems.isEmpty, "\(problems)", sourceLocation: sourceLocation)
  }

  func manifest() async throws -> JSONValue {
    let reply = try await api.get("/reconcile", Self.browser)
    try check(reply, "Manifest")
    return reply.json()
  }

  /// Fetches an absolute address of the manifest and checks what it answers.
  func fetch(_ url: String, _ schema: String, sourceLocation: SourceLocation = #_sourceLocation) async throws
    -> JSONValue
  {
    let reply = try await api.get(try TestAPI.target(of: url), Self.browser, sourceLocation: sourceLocation)
    try check(reply, schema, sourceLocation: sourceLocation)
    return reply.json()
  }

  /// Posts a form as OpenRefine's server does.
  func post(_ form: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> TestAPI.Reply {
    try await api.send(
      .post, "/reconcile",
      ["Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "User-Agent": "OpenRefine/3.8.7"],
      body: form, sourceLocation: sourceLocation)
  }

  /// Sends a batch; every key must be answered.
  func reconcile(_ batch: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
    let asked = try CheckedJSON(batch)
    #expect(checker.check(asked, schema: "QueryBatch") == [], sourceLocation: sourceLocation)
    let reply = try await post("queries=" + Paging.escape(batch), sourceLocation: sourceLocation)
    try check(reply, "ResultBatch", sourceLocation: sourceLocation)
    let answer = reply.json()
    #expect(Set((answer.members ?? []).map(\.key)) == Set((asked.object ?? [:]).keys), sourceLocation: sourceLocation)
    return answer
  }

  /// The candidates of one question.
  func candidates(_ query: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [JSONValue] {
    let answer = try await reconcile("{\"q0\": \(query)}", sourceLocation: sourceLocation)
    return answer["q0"]?["result"]?.arrayValue ?? []
  }

  func extend(_ query: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
    #expect(checker.check(try CheckedJSON(query), schema: "ExtensionQuery") == [], sourceLocation: sourceLocation)
    let reply = try await post("extend=" + Paging.escape(query), sourceLocation: sourceLocation)
    try check(reply, "Extension", sourceLocation: sourceLocation)
    return reply.json()
  }

  /// The address of a suggest service or of its flyout.
  static func address(_ manifest: JSONValue, _ kind: String, flyout id: String? = nil) -> String {
    let service = manifest["suggest"]?[kind]
    func text(_ key: String) -> String { service?[key]?.stringValue ?? "" }
    guard let id else { return text("service_url") + text("service_path") }
    return text("flyout_service_url") + text("flyout_service_path").replacing("${id}", with: Paging.escape(id))
  }
}

extension JSONValue {
  /// The ids of a list of candidates or suggestions.
  var resultIDs: [String] { (self["result"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue } }
}
