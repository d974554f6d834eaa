import Delivery
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PlaceStore
import Places
import TestDatabase
import Testing

@testable import PlaceAPI

/// The service over a database of its own. Every answer that passes through here is held to openapi.json.
struct TestAPI: Sendable {
  let database: TestDatabase
  let responder: APIResponder
  private let checker: SchemaChecker
  private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  init(
    _ database: TestDatabase, configuration: APIConfiguration = .init(), store: PlaceStore? = nil,
    outgoing: OutgoingHTTP = OutgoingHTTP()
  ) throws {
    self.database = database
    // A store of its own: what was written before must not be hidden by the writing store's memory.
    let store =
      store ?? PlaceStore(client: database.client, engine: TestDatabase.engine, logger: Logger(label: "test"))
    let api = API(
      store: store, outgoing: outgoing, configuration: configuration, metrics: { "# HELP up Up.\nup 1\n" },
      caller: { headers in
        guard let key = HTTPField.Name("apikey").flatMap({ headers[$0] }) else { return nil }
        guard let caller = Self.callers[key] else { throw Problem.keyNeeded }
        return caller
      })
    responder = APIResponder(api)
    checker = try SchemaChecker(openAPI: Data(api.openAPI.body.readableBytesView))
  }

  /// Who stands behind the keys of tests; the real ones are tested where they are made.
  static let callers: [String: Caller] = [
    "turku-reader": Caller(organization: "turku", role: .reader, sources: ["turku"], person: "key:reader"),
    "turku-editor": Caller(organization: "turku", role: .editor, sources: ["turku", "shared"], person: "key:editor"),
    "shared-only": Caller(
      organization: "turku", role: .editor, sources: ["turku", "shared"], onlySource: "shared", person: "key:shared"),
    "kaarina-editor": Caller(organization: "kaarina", role: .editor, sources: ["kaarina"], person: "key:kaarina"),
    "admin": Caller(organization: "turku", role: .admin, sources: ["turku"], person: "key:admin"),
  ]

  /// Runs a test with the fixture's places.
  static func with<R: Sendable>(
    configuration: APIConfiguration = .init(), _ body: (TestAPI) async throws -> R
  ) async throws -> R {
    try await TestDatabase.with { database in
      try await Fixture.write(to: database)
      return try await body(try TestAPI(database, configuration: configuration))
    }
  }

  struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    /// The body as sent.
    let body: [UInt8]
    /// The body without its coding.
    let plain: [UInt8]

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    /// The body as JSON; a failure and null when it is none.
    func json() -> JSONValue {
      do { return try JSONParser.parse(plain) } catch {
        Issue.record("The body is no JSON (\(error)): \(String(decoding: plain.prefix(200), as: UTF8.self))")
        return .null
      }
    }
    /// The ids of a list in their order.
    func ids() -> [String] { (json()["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue } }
    /// `meta.count`; -1 when it is absent.
    func count() -> Int { Int(json()["meta"]?["count"]?.integerValue ?? -1) }
    func next() -> String? { json()["meta"]?["next"]?.stringValue }
    func code() -> String? { json()["type"]?.stringValue?.split(separator: "/").last.map(String.init) }
    /// The parameters that a problem names.
    func parameters() -> [String] {
      (json()["errors"]?.arrayValue ?? []).compactMap { $0["parameter"]?.stringValue }
    }
  }

  /// Sends a request and checks the answer against openapi.json.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, _ target: String, _ headers: [String: String] = [:], authority: String? = "test.fi",
    peer: String? = "192.0.2.7", body: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    var fields = HTTPFields()
    for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
    let head = HTTPRequest(method: method, scheme: "http", authority: authority, path: target, headerFields: fields)
    let response = await responder.respond(to: head, peer: peer, logger: logger) { limit in
      let bytes = ByteBuffer(string: body ?? "")
      if bytes.readableBytes > limit { throw NIOTooManyBytesError(maxBytes: limit) }
      return bytes
    }
    let collected = Collected()
    try await response.body.write(collected)
    let body = collected.bytes
    let plain = response.headers[.contentEncoding] == "gzip" && !body.isEmpty ? try Self.gunzip(body) : body
    let reply = Reply(status: response.status.code, headers: response.headers, body: body, plain: plain)
    let problems = self.problems(reply, method, target)
    #expect(
      problems.isEmpty, "\(method) \(target): \(problems.joined(separator: "\n"))", sourceLocation: sourceLocation)
    return reply
  }

  @discardableResult
  func get(
    _ target: String, _ headers: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    try await send(.get, target, headers, sourceLocation: sourceLocation)
  }

  /// Sends a JSON body with a key.
  @discardableResult
  func write(
    _ method: HTTPRequest.Method, _ target: String, _ body: String? = nil, key: String? = "turku-editor",
    _ headers: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    var headers = headers
    if let key { headers["apikey"] = key }
    return try await send(method, target, headers, body: body, sourceLocation: sourceLocation)
  }

  /// A list's answer to parameters that are yet to be encoded.
  func list(
    _ parameters: [(String, String)], path: String = "/v1/place/", sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    let query = parameters.map { "\(Paging.escape($0.0))=\(Paging.escape($0.1))" }.joined(separator: "&")
    return try await get(path + (query.isEmpty ? "" : "?" + query), sourceLocation: sourceLocation)
  }

  /// Walks all pages from an address by `meta.next`; the ids of each page.
  func walk(_ target: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [[String]] {
    var pages: [[String]] = []
    var next: String? = target
    while let target = next {
      let reply = try await get(target, sourceLocation: sourceLocation)
      try #require(reply.status == 200, "\(target)", sourceLocation: sourceLocation)
      pages.append(reply.ids())
      next = try reply.next().map { try Self.target(of: $0) }
      try #require(pages.count < 3000, "the pages have no end", sourceLocation: sourceLocation)
    }
    return pages
  }

  /// The path and query of an absolute URL as written.
  static func target(of url: String) throws -> String {
    let rest = try #require(url.split(separator: "://", maxSplits: 1).last)
    let slash = try #require(rest.firstIndex(of: "/"))
    return String(rest[slash...])
  }

  private func problems(_ reply: Reply, _ method: HTTPRequest.Method, _ target: String) -> [String] {
    let path = String(target.prefix { $0 != "?" })
    guard let route = Route.all.first(where: { $0.match(path.split(separator: "/")) != nil }) else {
      guard reply.status == 404, method != .head, let json = try? CheckedJSON(Data(reply.plain)) else {
        return reply.status == 404 || reply.status == 429 ? [] : ["an unknown path answered \(reply.status)"]
      }
      return checker.check(json, schema: "Problem")
    }
    let headers = Dictionary(reply.headers.map { ($0.name.rawName, $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
    return checker.checkResponse(
      path: route.takesRest ? route.name : path, method: method.rawValue, status: reply.status,
      contentType: reply.headers[.contentType],
      body: Data(reply.plain), headers: headers)
  }

  private static func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UInt64.random(in: 0 ... .max)).gz")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "the body is no gzip")
    return Array(data)
  }
}

/// Gathers a response's body.
private final class Collected: ResponseBodyWriter {
  private(set) var bytes: [UInt8] = []
  func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
  func write(contentsOf buffers: some Sequence<ByteBuffer>) async throws {
    for buffer in buffers { try await write(buffer) }
  }
  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
