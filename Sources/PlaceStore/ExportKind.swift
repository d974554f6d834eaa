/// What can be exported.
public enum ExportKind: String, Sendable, Hashable, CaseIterable {
  case places, addresses, events
}
