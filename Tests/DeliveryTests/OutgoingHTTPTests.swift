import HTTPTypes
import Testing

@testable import Delivery

/// Requests to elsewhere: where they go, what they refuse, how they are bounded.
@Suite("Outgoing requests")
struct OutgoingHTTPTests {
  private static func client(
    allow: [String] = ["127.0.0.0/8", "::1"], total: Duration = .seconds(15), connect: Duration = .seconds(2),
    hosts: [String: [String]]? = nil
  ) throws -> OutgoingHTTP {
    var limits = OutgoingHTTP.Limits()
    limits.total = total
    limits.connect = connect
    let rules = try AddressRules(allow: allow)
    guard let hosts else { return OutgoingHTTP(rules: rules, limits: limits) }
    return OutgoingHTTP(rules: rules, limits: limits) { host in
      guard let addresses = hosts[host] else { throw OutgoingError.unknownHost(host) }
      return addresses.compactMap { IPAddress($0) }
    }
  }

  @Test("GET and POST arrive with host, headers and body, and the answer comes back")
  func exchange() async throws {
    try await Receiver.with({ _, _ in Receiver.Reply(status: 207, headers: [.contentType: "text/x"], body: "answer") })
    {
      receiver in
      let client = try Self.client(hosts: ["hooks.example": ["127.0.0.1"]])
      let url = "http://hooks.example:\(receiver.port)/a/b?c=d"
      let answer = try await client.post(url, headers: [("X-One", "1")], body: Array("body".utf8))
      #expect(answer.status == 207 && answer.body == Array("answer".utf8))
      #expect(answer.headers["content-type"] == "text/x")
      #expect(try await client.get(url).status == 207)
      #expect(try await client.post(url, body: [], bodyLimit: 0).body.isEmpty)
      let received = receiver.received
      #expect(received.map(\.method) == ["POST", "GET", "POST"])
      #expect(received[0].path == "/a/b?c=d" && received[0].body == Array("body".utf8))
      #expect(received[0].header("X-One") == "1" && received[0].header("User-Agent") == "placeregistry")
    }
  }

  @Test(
    "Private addresses are refused however they are written",
    arguments: [
      "http://127.0.0.1:PORT/", "http://127.1:PORT/", "http://2130706433:PORT/", "http://0x7f000001:PORT/",
      "http://0177.0.0.1:PORT/", "http://localhost:PORT/", "http://0.0.0.0:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
      "http://[::]:PORT/", "http://LOCALHOST:PORT/", "http://169.254.169.254/latest/meta-data/",
    ])
  func refused(url: String) async throws {
    try await Receiver.with { receiver in
      let url = url.replacing("PORT", with: "\(receiver.port)")
      await #expect(throws: OutgoingError.self) { try await OutgoingHTTP().get(url) }
      await #expect(throws: OutgoingError.self) { try await OutgoingHTTP().check(url) }
      #expect(receiver.received.isEmpty)
    }
  }

  @Test("A name that resolves to a private address the second time is not followed there")
  func rebinding() async throws {
    try await Receiver.with { receiver in
      let asked = Counter()
      var limits = OutgoingHTTP.Limits()
      limits.connect = .milliseconds(300)
      limits.total = .seconds(2)
      // A public address first, where nobody answers; then the receiver's.
      let client = OutgoingHTTP(rules: AddressRules(), limits: limits) { _ in
        asked.add()
        return [IPAddress(asked.count == 1 ? "192.175.48.255" : "127.0.0.1")].compactMap { $0 }
      }
      await #expect(throws: OutgoingError.self) { try await client.get("http://rebind.example:\(receiver.port)/") }
      #expect(asked.count == 1, "the host is looked up once")
      await #expect(throws: OutgoingError.refused(host: "rebind.example")) {
        try await client.get("http://rebind.example:\(receiver.port)/")
      }
      #expect(receiver.received.isEmpty)
    }
  }

  @Test("Of several addresses only those that may be reached are tried")
  func several() async throws {
    try await Receiver.with { receiver in
      let client = try Self.client(
        allow: ["127.0.0.1"], connect: .milliseconds(500), hosts: ["two.example": ["10.0.0.1", "::1", "127.0.0.1"]])
      #expect(try await client.get("http://two.example:\(receiver.port)/").status == 200)
    }
  }

  @Test("An allowed host may lead anywhere, another name for the same address may not")
  func allowedHost() async throws {
    try await Receiver.with { receiver in
      let client = try Self.client(
        allow: ["inside.example"], hosts: ["inside.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]])
      #expect(try await client.get("http://inside.example:\(receiver.port)/").status == 200)
      await #expect(throws: OutgoingError.refused(host: "other.example")) {
        try await client.get("http://other.example:\(receiver.port)/")
      }
    }
  }

  @Test("Redirects are answers, and are not followed")
  func redirects() async throws {
    try await Receiver.with({ _, _ in Receiver.Reply(status: 302, headers: [.location: "/elsewhere"]) }) { receiver in
      let answer = try await Self.client().get(receiver.url)
      #expect(answer.status == 302)
      #expect(receiver.received.count == 1)
    }
  }

  @Test("Time and size are bounded, and refused connections are told")
  func bounds() async throws {
    try await Receiver.with({ _, _ in
      Receiver.Reply(body: String(repeating: "x", count: 100_000))
    }) { receiver in
      await #expect(throws: OutgoingError.tooLarge) { try await Self.client().get(receiver.url, bodyLimit: 10_000) }
      #expect(try await Self.client().get(receiver.url, bodyLimit: 100_000).body.count == 100_000)
      receiver.answer { _, _ in Receiver.Reply(hold: { try? await Task.sleep(for: .seconds(20)) }) }
      let client = try Self.client(total: .milliseconds(300))
      await #expect(throws: OutgoingError.timeout) { try await client.get(receiver.url) }
    }
    await #expect(throws: OutgoingError.self) {
      try await Self.client(connect: .milliseconds(300)).get("http://127.0.0.1:1/")
    }
    await #expect(throws: OutgoingError.unknownHost("nowhere.example")) {
      try await Self.client(hosts: [:]).get("http://nowhere.example/")
    }
  }

  @Test("The system's resolver knows this machine and no invalid name")
  func resolver() async throws {
    let literal = try await HostResolver.resolve("127.0.0.1")
    #expect(literal.map(\.description) == ["127.0.0.1"])
    let here = try await HostResolver.resolve("localhost").map(\.description)
    #expect(here.contains("127.0.0.1") || here.contains("::1"))
    await #expect(throws: OutgoingError.unknownHost("nothing.invalid")) {
      try await HostResolver.resolve("nothing.invalid")
    }
  }

  @Test("Signatures are HMAC-SHA256 (RFC 4231)")
  func signature() {
    #expect(
      WebhookSignature.header(Array("what do ya want for nothing?".utf8), secret: "Jefe")
        == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }
}
