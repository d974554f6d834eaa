import Places

/// Lists in one cell as imports read them (CONTRACT section 9). What the short form can't say without loss is written as
/// a JSON array, which imports read as well.
enum ListText {
  /// `website=https://…;booking@sv=https://…`
  static func urls(_ urls: [TypedAddress]) -> String {
    if urls.contains(where: { $0.address.description.utf8.contains(UInt8(ascii: ";")) }) {
      return array(urls) { url in
        [
          .init("type", .string(url.kind.rawValue)), .init("url", .string(url.address.description)),
          .init("language", url.language.map { .string($0.rawValue) } ?? .null),
        ]
      }
    }
    return urls.map { url in
      "\(url.kind.rawValue)\(url.language.map { "@\($0.rawValue)" } ?? "")=\(url.address)"
    }.joined(separator: ";")
  }

  /// `tprek=123;ptv=…`
  static func identifiers(_ identifiers: [ForeignIdentifier]) -> String {
    if identifiers.contains(where: { $0.value.utf8.contains(UInt8(ascii: ";")) }) {
      return array(identifiers) { [.init("scheme", .string($0.scheme)), .init("value", .string($0.value))] }
    }
    return identifiers.map { "\($0.scheme)=\($0.value)" }.joined(separator: ";")
  }

  /// `Name|former=Old name`: the names of one language; a kind stands before a name unless it is `other`.
  static func alternateNames(_ names: [AlternateName]) -> String {
    let text = names.map { name in
      let isPlain =
        name.kind == .other && !AlternateName.Kind.allCases.contains { name.name.hasPrefix("\($0.rawValue)=") }
      return isPlain ? name.name : "\(name.kind.rawValue)=\(name.name)"
    }.joined(separator: "|")
    let isSafe = names.allSatisfy { name in
      !name.name.contains("|") && name.name.first?.isWhitespace == false && name.name.last?.isWhitespace == false
    }
    if isSafe, !text.hasPrefix("["), Set(names.map(\.name)).count == names.count { return text }
    return array(names) { [.init("name", .string($0.name)), .init("kind", .string($0.kind.rawValue))] }
  }

  private static func array<T>(_ values: [T], _ members: (T) -> [JSONValue.Member]) -> String {
    JSONValue.array(values.map { .object(members($0)) }).text
  }
}
