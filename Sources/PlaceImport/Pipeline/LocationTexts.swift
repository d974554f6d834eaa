import PlaceMatching
import PlaceStore
import Places

/// What the free texts that say where events are came to, each asked once in an import.
struct LocationTexts {
  private(set) var located: [String: LocatedText] = [:]
  /// The candidates of those that came to no certain place, for a person: `turku:x (Kirjasto)`.
  private var candidates: [String: [String]] = [:]
  private static let batchSize = 200

  /// Looks up the texts of rows that were not asked before.
  mutating func resolve(_ rows: [JSONValue], _ store: PlaceStore) async throws {
    let new = Set(rows.compactMap { EventEdit.locationText(of: $0) }).subtracting(located.keys).sorted()
    for start in stride(from: 0, to: new.count, by: Self.batchSize) {
      let texts = new[start..<min(start + Self.batchSize, new.count)]
      let found = try await store.resolve(texts.map { MatchQuery(text: $0) }, viewer: .public)
      for (text, resolution) in zip(texts, found) {
        located[text] = LocatedText(id: resolution.id, rooms: resolution.address.rooms)
        guard resolution.id == nil else { continue }
        candidates[text] =
          resolution.verdict == .ambiguous
          ? resolution.candidates.prefix(3).map { "\($0.id) (\($0.name.preferred))" } : []
      }
    }
  }

  /// Whether the row's text came to a place.
  func isCertain(_ row: JSONValue) -> Bool {
    EventEdit.locationText(of: row).flatMap { located[$0]?.id } != nil
  }

  /// What a person is to look at: the text came to no certain place.
  func warning(_ edit: EventEdit, _ line: Int) -> ImportProblem? {
    guard let text = edit.locationText, let names = candidates[text] else { return nil }
    return ImportProblem(
      line: line, id: edit.event.id.description, severity: .warning,
      code: names.isEmpty ? "location-unknown" : "location-ambiguous", field: "location_text", value: text,
      detail: (names.isEmpty ? "No place is known by this text" : "It may be " + names.joined(separator: ", or "))
        + ": it is kept in location_extra_info. Give location, or remember what it means: /v1/resolve/decisions.")
  }
}
