/// One connection's prepared statements by SQL text.
struct StatementCache {
  private struct Entry {
    let name: String
    var used: UInt64
    var isConfirmed = false
  }

  private let capacity: Int
  private var entries: [String: Entry] = [:]
  private var clock: UInt64 = 0
  private var lastName: UInt64 = 0
  /// Names that are no longer used and wait for DEALLOCATE.
  private(set) var garbage: [String] = []

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { entries.count }

  /// The name of a statement that is prepared already.
  mutating func name(for text: String) -> String? {
    clock += 1
    guard let index = entries.index(forKey: text) else { return nil }
    entries.values[index].used = clock
    return entries.values[index].name
  }

  /// The server has prepared it.
  mutating func confirm(_ text: String) {
    if let index = entries.index(forKey: text) { entries.values[index].isConfirmed = true }
  }

  /// Sent, but perhaps about to fail.
  func isUncertain(_ text: String) -> Bool {
    entries[text].map { !$0.isConfirmed } ?? false
  }

  /// A name to prepare `text` under. The least recently used statement gives way when there are too many.
  mutating func insert(_ text: String) -> String {
    if entries.count >= capacity, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
      entries[oldest.key] = nil
      garbage.append(oldest.value.name)
    }
    clock += 1
    lastName += 1
    let name = "s\(lastName)"
    entries[text] = Entry(name: name, used: clock)
    return name
  }

  /// Not prepared after all.
  mutating func forget(_ text: String) {
    entries[text] = nil
  }

  /// Prepared, but no longer usable.
  mutating func discard(_ text: String) {
    if let entry = entries.removeValue(forKey: text) { garbage.append(entry.name) }
  }

  mutating func takeGarbage() -> [String] {
    defer { garbage = [] }
    return garbage
  }
}
