import Glibc

/// An IP address of either family.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// Four bytes or sixteen, in network order.
  public let bytes: [UInt8]

  /// Reads `192.0.2.1` or `2001:db8::1`, without brackets, zones or old notations (`127.1`); nil for anything else.
  public init?(_ text: String) {
    var four = in_addr()
    var sixteen = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      bytes = withUnsafeBytes(of: sixteen) { Array($0) }
    } else {
      return nil
    }
  }

  /// Four bytes or sixteen, in network order; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Array(bytes)
  }

  /// As it is usually written.
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The IPv4 address inside one of the IPv6 forms that carry one (`::ffff:a.b.c.d`, `64:ff9b::a.b.c.d`).
  fileprivate func embedded(in range: AddressRange) -> IPAddress? {
    range.contains(self) ? IPAddress(bytes: bytes.suffix(4)) : nil
  }
}

/// Addresses that begin alike, as CIDR writes them.
public struct AddressRange: Sendable, Hashable {
  private let base: IPAddress
  private let length: Int

  /// Reads `10.0.0.0/8`, `fd00::/8` or a single address; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let base = IPAddress(String(parts[0])) else { return nil }
    var length = base.bytes.count * 8
    if parts.count == 2 {
      guard parts[1].allSatisfy(\.isNumber), let given = Int(parts[1]), given <= length else { return nil }
      length = given
    }
    self.base = base
    self.length = length
  }

  /// Whether an address of the same family is among them.
  public func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == base.bytes.count else { return false }
    let whole = length / 8
    guard address.bytes.prefix(whole) == base.bytes.prefix(whole) else { return false }
    let rest = length % 8
    return rest == 0 || (address.bytes[whole] ^ base.bytes[whole]) >> (8 - rest) == 0
  }
}

/// Where outgoing requests may go: to public addresses, and to what the operator allows beside them. Pure rules; who
/// asks them must connect to the very address that they were asked about.
public struct AddressRules: Sendable {
  private let ranges: [AddressRange]
  private let hosts: Set<String>

  /// A rule that can't be read.
  public struct InvalidRule: Error, CustomStringConvertible {
    /// What it was and what it should be.
    public let description: String
  }

  /// Public addresses only.
  public init() {
    ranges = []
    hosts = []
  }

  /// Allows addresses, ranges (`10.1.0.0/16`) and host names (whatever they resolve to) beside the public addresses.
  public init(allow: [String]) throws(InvalidRule) {
    var ranges: [AddressRange] = []
    var hosts: Set<String> = []
    for rule in allow {
      if let range = AddressRange(rule) {
        ranges.append(range)
      } else if rule.wholeMatch(of: /[A-Za-z0-9_]([A-Za-z0-9_.\-]*[A-Za-z0-9_])?/) != nil,
        rule.contains(where: \.isLetter)
      {
        hosts.insert(rule.lowercased())
      } else {
        throw InvalidRule(
          description: "\(rule) is neither an address, nor a range such as 10.1.0.0/16, nor a host name")
      }
    }
    self.ranges = ranges
    self.hosts = hosts
  }

  /// Whether a request to this host may go to this address.
  public func permit(_ address: IPAddress, host: String) -> Bool {
    hosts.contains(host.lowercased()) || ranges.contains { $0.contains(address) } || Self.isPublic(address)
  }

  /// Whether an address belongs to the public internet.
  public static func isPublic(_ address: IPAddress) -> Bool {
    if address.bytes.count == 4 { return !reserved4.contains { $0.contains(address) } }
    // A translator for networks without IPv4 (RFC 6052): the address behind it counts.
    if let nat64, let inner = address.embedded(in: nat64) { return isPublic(inner) }
    return !global6.isEmpty && global6.contains { $0.contains(address) }
      && !reserved6.contains { $0.contains(address) }
  }

  private static func ranges(_ texts: [String]) -> [AddressRange] { texts.compactMap { AddressRange($0) } }

  /// IANA's special-purpose registry, and the address that Azure keeps its metadata at.
  private static let reserved4 = ranges([
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16",
  ])
  private static let nat64 = AddressRange("64:ff9b::/96")
  /// Global unicast. Loopback, IPv4-mapped, unique-local, link-local and multicast addresses lie outside.
  private static let global6 = ranges(["2000::/3"])
  /// Protocol assignments (Teredo among them), 6to4 and documentation.
  private static let reserved6 = ranges(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"])
}
