extension JSONValue {
  /// The value with the keys of all objects sorted, each once, and whole numbers as such: equal values compare equal, and
  /// the value is the same after a stay in PostgreSQL's `jsonb`.
  public var canonical: JSONValue {
    switch self {
    case .null, .bool, .integer, .string: self
    case .number(let number): Int64(exactly: number).map { .integer($0) } ?? self
    case .array(let values): .array(values.map(\.canonical))
    case .object(let members): .object(Self.canonical(members))
    }
  }

  /// Members sorted by key, each key once with its last value.
  public static func canonical(_ members: [Member]) -> [Member] {
    let last = Dictionary(members.map { ($0.key, $0.value) }) { _, b in b }
    return last.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { Member($0.key, $0.value.canonical) }
  }

  /// Whether a text in it, or a key, has a NUL character, which PostgreSQL can't store.
  public var hasNUL: Bool {
    switch self {
    case .null, .bool, .integer, .number: false
    case .string(let text): text.utf8.contains(0)
    case .array(let values): values.contains(where: \.hasNUL)
    case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.hasNUL }
    }
  }
}
