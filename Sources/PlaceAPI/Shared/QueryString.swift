import Places

/// A request's query, decoded: `+` and `%20` are spaces, and no name may come twice but those that are lists.
struct QueryString: Sendable {
  private(set) var items: [(name: String, value: String)] = []

  /// No parameters.
  init() {}

  /// Throws ``Problem`` for broken percent-encoding, text that is no UTF-8, NUL, and a parameter given twice.
  init(_ text: String?, repeatable: Set<String> = []) throws {
    guard let text, !text.isEmpty else { return }
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let rawName = pair[..<equals]
      let rawValue = equals < pair.endIndex ? pair[pair.index(after: equals)...] : pair[pair.endIndex...]
      guard let name = Self.decode(rawName), let value = Self.decode(rawValue) else {
        throw Problem.parameter(
          String(Substring(rawName)), String(Substring(rawValue)),
          "The value is not percent-encoded UTF-8 (or holds a NUL byte).")
      }
      if name == "_" || name.hasPrefix("utm_") { continue }
      guard repeatable.contains(name) || !items.contains(where: { $0.name == name }) else {
        throw Problem.parameter(name, value, "The parameter was given twice: give it once, values with commas between.")
      }
      items.append((name, value))
    }
  }

  /// The value of a parameter; nil when it is absent or empty, which mean the same.
  subscript(name: String) -> String? {
    guard let value = items.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
    return value
  }

  /// All values of a parameter, empty ones left out.
  func all(_ name: String) -> [String] { items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

  /// Throws ``Problem`` naming the nearest known one when a parameter is unknown, and one that can't be answered yet.
  func check(known: Set<String>, unsupported: Set<String> = []) throws {
    var errors: [InputError] = []
    for item in items where !known.contains(item.name) {
      if unsupported.contains(item.name) {
        errors.append(
          InputError(
            parameter: item.name, value: item.value, code: "unsupported-filter",
            detail: "This filter can't be answered yet: leave it out."))
      } else {
        let near = Self.nearest(item.name, among: known.union(unsupported))
        errors.append(
          InputError(
            parameter: item.name, value: item.value, code: "unknown-parameter",
            detail: near.map { "There is no such parameter; did you mean \($0)?" } ?? "There is no such parameter."))
      }
    }
    if !errors.isEmpty { throw Problem.parameters(errors) }
  }

  /// Parameters as a query begins with them, `?` included; empty without any.
  static func encoded(_ items: [(name: String, value: String)]) -> String {
    let pairs = items.map { "\(Paging.escape($0.name))=\(Paging.escape($0.value))" }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }

  private static func decode(_ bytes: Substring.UTF8View) -> String? {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): out.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hex), let low = iterator.next().flatMap(hex) else { return nil }
        out.append(high << 4 | low)
      default: out.append(byte)
      }
      if out.last == 0 { return nil }
    }
    return String(validating: out, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Percent-decodes one segment of a path, where `+` is itself; nil when it is no UTF-8.
  static func decodeSegment(_ segment: Substring) -> String? {
    guard segment.utf8.contains(UInt8(ascii: "%")) || segment.utf8.contains(0) else { return String(segment) }
    return decode(segment.replacing("+", with: "%2B")[...].utf8)
  }

  /// The known name with the fewest edits, nil when none is near.
  static func nearest(_ name: String, among known: Set<String>) -> String? { NearestName.find(name, among: known) }
}
