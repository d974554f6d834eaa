import Testing

@testable import Delivery

/// Which addresses requests may go to.
@Suite("Address rules")
struct AddressRulesTests {
  @Test(
    "Nothing but the public internet",
    arguments: [
      "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
      "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
      "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255",
      "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
      "::", "::1", "::2", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1",
      "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "fc00::1", "fd00::1", "fd00:ec2::254",
      "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "2001::1", "2001:0:5ef5:79fb::1", "2001:2::1",
      "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "4000::1", "5f00::1",
    ])
  func refused(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(!AddressRules.isPublic(address))
    #expect(!AddressRules().permit(address, host: "example.fi"))
  }

  @Test(
    "Public addresses, and the neighbours of reserved ranges",
    arguments: [
      "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
      "128.0.0.0",
      "168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
      "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "193.166.3.2",
      "2001:200::1", "2001:67c:2f8::1", "2a00:1450:400f:80d::200e", "2606:4700:4700::1111", "2003::1", "3ffe::1",
      "64:ff9b::808:808",
    ])
  func permitted(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(AddressRules.isPublic(address))
    #expect(AddressRules().permit(address, host: "example.fi"))
  }

  @Test(
    "Only whole, plain notations are addresses",
    arguments: [
      "", " ", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ",
      "[::1]", "::1%lo", "fe80::1%eth0", ":::1", "example.fi", "localhost", "1.2.3.4/8",
    ])
  func notations(text: String) { #expect(IPAddress(text) == nil) }

  @Test("Addresses read back as they are written")
  func descriptions() {
    for text in ["1.2.3.4", "::1", "2001:db8::8:800:200c:417a", "::ffff:1.2.3.4"] {
      #expect(IPAddress(text)?.description == text)
    }
    #expect(IPAddress("2001:DB8:0:0:0:0:0:1")?.description == "2001:db8::1")
    #expect(IPAddress(bytes: [1, 2, 3]) == nil)
  }

  @Test("A range holds what begins like it, to the bit, and nothing of the other family")
  func ranges() throws {
    func contains(_ range: String, _ address: String) throws -> Bool {
      try #require(AddressRange(range)).contains(try #require(IPAddress(address)))
    }
    #expect(try contains("10.0.0.0/8", "10.200.3.4"))
    #expect(try !contains("10.0.0.0/8", "11.0.0.0"))
    #expect(try contains("100.64.0.0/10", "100.127.255.255"))
    #expect(try !contains("100.64.0.0/10", "100.128.0.0"))
    #expect(try contains("1.2.3.4", "1.2.3.4"))
    #expect(try !contains("1.2.3.4", "1.2.3.5"))
    #expect(try contains("1.2.3.5/31", "1.2.3.4"))
    #expect(try contains("0.0.0.0/0", "255.1.2.3"))
    #expect(try !contains("0.0.0.0/0", "::1"))
    #expect(try contains("::/0", "fd00::1"))
    #expect(try contains("fd00::/9", "fd7f::1"))
    #expect(try !contains("fd00::/9", "fd80::1"))
    for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "::/129", "10.0.0.0/8/8", "example.fi/8"] {
      #expect(AddressRange(text) == nil, "\(text)")
    }
  }

  @Test("The operator allows addresses, ranges and hosts, and nothing else is allowed with them")
  func allowed() throws {
    let rules = try AddressRules(allow: ["10.1.0.0/16", "192.168.5.5", "fd12::/16", "Hooks.Internal"])
    func permit(_ address: String, _ host: String = "example.fi") throws -> Bool {
      rules.permit(try #require(IPAddress(address)), host: host)
    }
    #expect(try permit("10.1.2.3"))
    #expect(try !permit("10.2.0.1"))
    #expect(try permit("192.168.5.5"))
    #expect(try !permit("192.168.5.6"))
    #expect(try permit("fd12::1"))
    #expect(try !permit("fd13::1"))
    #expect(try permit("172.16.0.1", "hooks.internal"))
    #expect(try !permit("172.16.0.1", "nothooks.internal"))
    #expect(try permit("8.8.8.8"))
    for rule in ["", "10.0.0.0/40", "http://x", "a b", "12345", "*.fi", "-a"] {
      #expect(throws: AddressRules.InvalidRule.self, "\(rule)") { try AddressRules(allow: [rule]) }
    }
  }
}

/// Which web addresses requests may be sent to.
@Suite("Outgoing URLs")
struct OutgoingURLTests {
  @Test("Host and port are read as they will be connected to")
  func parts() throws {
    let cases: [(String, host: String, port: Int, text: String)] = [
      ("https://Example.FI", "example.fi", 443, "https://example.fi/"),
      ("HTTP://example.fi:8080/a?b=c", "example.fi", 8080, "http://example.fi:8080/a?b=c"),
      ("http://127.1/x", "127.1", 80, "http://127.1/x"), ("http://[::1]:81/", "::1", 81, "http://[::1]:81/"),
      ("https://[2001:DB8::1]", "2001:db8::1", 443, "https://[2001:db8::1]/"),
      ("https://example.fi./", "example.fi.", 443, "https://example.fi./"),
      ("https://a_b.fi/%20?x=%26", "a_b.fi", 443, "https://a_b.fi/%20?x=%26"),
      ("https://example.fi/#top", "example.fi", 443, "https://example.fi/"),
    ]
    for (given, host, port, text) in cases {
      let url = try OutgoingURL(given)
      #expect(url.host == host && url.port == port && url.text == text, "\(given)")
    }
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "example.fi", "/x", "//example.fi/", "ftp://example.fi/", "file:///etc/passwd", "http+unix://%2Ftmp%2Fx/",
      "unix:///tmp/x", "gopher://example.fi", "https://", "https:///x", "https://user@example.fi/",
      "https://user:pass@example.fi/", "https://:pw@example.fi/", "https://äö.fi/", "https://ex ample.fi/",
      "https://example.fi:0/", "https://example.fi:65536/", "https://example.fi:x/", "https://[::1", "https://[x]/",
      "https://[fe80::1%25eth0]/", "https://exa%6Dple.fi/", "https://example.fi/\n", "https://-.fi/", "javascript:1",
      "https://" + String(repeating: "a", count: 300) + ".fi/",
      "https://example.fi/" + String(repeating: "a", count: 2000),
    ])
  func refused(text: String) {
    #expect(throws: OutgoingError.self) { try OutgoingURL(text) }
  }
}
