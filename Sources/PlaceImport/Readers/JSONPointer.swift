import Places

/// Where a value stands in a JSON document (RFC 6901): `/location/city/cityCode`, `/names/0/value`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The keys and indices on the way, unescaped.
  public let tokens: [String]

  /// Makes one of keys and indices.
  public init(tokens: [String]) { self.tokens = tokens }

  /// Reads `/a/b~1c`; empty text is the whole document. Nil for what doesn't begin with `/`, and for a `~` that is
  /// neither `~0` nor `~1`.
  public init?(_ text: String) {
    guard !text.isEmpty else {
      tokens = []
      return
    }
    guard text.hasPrefix("/"), text.wholeMatch(of: /([^~]|~0|~1)*/) != nil else { return nil }
    tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
  }

  /// `/a/b~1c`
  public var description: String {
    tokens.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }

  /// The value there; nil where there is none.
  public func value(in json: JSONValue) -> JSONValue? {
    var value = json
    for token in tokens {
      switch value {
      case .object:
        guard let member = value[token] else { return nil }
        value = member
      case .array(let elements):
        guard token == "0" || token.first != "0", token.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
          let index = Int(token), index < elements.count
        else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}

extension JSONValue {
  /// The value as a cell: text as it is, numbers with all their digits, `true` and `false`, nothing for null; arrays and
  /// objects as JSON.
  var cell: String {
    switch self {
    case .null: ""
    case .string(let text): text
    default: text
    }
  }

  /// Whether it is an array or an object.
  var isNested: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// Pointers to all values below that are neither null nor nested; within arrays to those of the first element.
  func leaves(below prefix: [String] = [], limit: Int = 200) -> [JSONPointer] {
    var found: [JSONPointer] = []
    func visit(_ value: JSONValue, _ path: [String]) {
      guard found.count < limit else { return }
      switch value {
      case .null: break
      case .object(let members): for member in members { visit(member.value, path + [member.key]) }
      case .array(let elements): if let first = elements.first { visit(first, path + ["0"]) }
      default: found.append(JSONPointer(tokens: path))
      }
    }
    visit(self, prefix)
    return found
  }
}
