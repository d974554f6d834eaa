/// How things of Linked Events are named: by URL (`https://host/v1/place/turku:x/`), by path, or by id.
public enum ResourceAddress {
  /// An id as a segment of a path; `:` stays, as Linked Events writes it.
  public static func segment(_ id: String) -> String {
    let isPlain = id.utf8.allSatisfy { isUnreserved($0) || $0 == UInt8(ascii: ":") }
    return isPlain ? id : escape(id).replacing("%3A", with: ":")
  }

  /// Percent-encodes everything but unreserved characters (RFC 3986).
  public static func escape(_ text: String) -> String {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if isUnreserved(byte) {
        escaped.append(byte)
      } else {
        escaped.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }

  /// What a reference names.
  public enum Reference: Sendable, Hashable {
    /// An id of ours.
    case id(String)
    /// The URL of another service.
    case foreign(String)
  }

  /// Reads a URL, a path or an id. `bases`: where our own URLs begin (no slash at the end); nil: any host counts as ours.
  public static func read(_ text: String, bases: [String]?) -> Reference? {
    let text = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    guard !text.isEmpty else { return nil }
    guard let scheme = text.firstRange(of: "://"), text.lowercased().hasPrefix("http") else {
      return text.hasPrefix("/") ? lastSegment(text[...]).map { .id($0) } : .id(text)
    }
    if let bases {
      let isOurs = bases.contains { base in
        text.utf8.count > base.utf8.count && text.lowercased().hasPrefix(base.lowercased() + "/")
      }
      guard isOurs else { return .foreign(text) }
    }
    return lastSegment(text[scheme.upperBound...].drop { $0 != "/" }).map { .id($0) }
  }

  /// The id that a URL of any host, a path or an id names; the text itself where it names none.
  public static func id(_ text: String) -> String {
    if case .id(let id)? = read(text, bases: nil) { id } else { text }
  }

  /// The last segment of a path, decoded; nil when there is none or it is no UTF-8.
  private static func lastSegment(_ path: Substring) -> String? {
    let plain = path.prefix { $0 != "?" && $0 != "#" }
    guard let last = plain.split(separator: "/").last else { return nil }
    return decode(last)
  }

  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = iterator.next().flatMap(hex), let low = iterator.next().flatMap(hex) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
