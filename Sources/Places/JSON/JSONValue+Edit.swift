extension JSONValue {
  /// Whether both say the same: the order of keys and the way a number is written don't matter.
  public func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let a), .object(let b)):
      let left = Dictionary(a.map { ($0.key, $0.value) }) { $1 }
      let right = Dictionary(b.map { ($0.key, $0.value) }) { $1 }
      return left.count == right.count && left.allSatisfy { key, value in right[key].map(value.isSame(as:)) ?? false }
    case (.array(let a), .array(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    default:
      if let a = doubleValue, let b = other.doubleValue { return a == b }
      return self == other
    }
  }

  /// JSON merge patch (RFC 7396): members that are null are taken out, objects are merged, all else is replaced.
  public func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var result = members ?? []
    for change in changes {
      let index = result.firstIndex { $0.key == change.key }
      if change.value == .null {
        if let index { result.remove(at: index) }
      } else if let index {
        result[index].value = result[index].value.merged(with: change.value)
      } else {
        result.append(.init(change.key, JSONValue.null.merged(with: change.value)))
      }
    }
    return .object(result)
  }

  /// The JSON pointers (RFC 6901) at which two values differ: objects are compared by key, all else as a whole.
  public static func differences(_ a: JSONValue, _ b: JSONValue, at pointer: String = "") -> [String] {
    if a.isSame(as: b) { return [] }
    // A key that is absent and one that is null say the same.
    guard a.members != nil || a == .null, b.members != nil || b == .null else { return [pointer] }
    let left = a.members ?? []
    let right = b.members ?? []
    var keys: [String] = []
    for member in left + right where !keys.contains(member.key) { keys.append(member.key) }
    return keys.flatMap { key in
      differences(a[key] ?? .null, b[key] ?? .null, at: "\(pointer)/\(escaped(key))")
    }
  }

  /// A key as a part of a JSON pointer.
  public static func escaped(_ key: String) -> String {
    key.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}
