extension JSONValue {
  /// The value with each string in it changed, at any depth; keys stay unless `keys` says that they change, too.
  public func mapStrings(keys: Bool = false, _ change: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let values): .array(values.map { $0.mapStrings(keys: keys, change) })
    case .object(let members):
      .object(members.map { Member(keys ? change($0.key) : $0.key, $0.value.mapStrings(keys: keys, change)) })
    default: self
    }
  }
}
