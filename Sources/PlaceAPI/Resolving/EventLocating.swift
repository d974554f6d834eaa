import PlaceMatching
import PlaceStore
import Places

extension API {
  /// What the `location_text` of each body means, by text; nil without `resolve=true`. Asked before anything is written,
  /// among published places only: an event is for all to see. Throws ``Problem`` 400.
  func located(_ elements: [JSONValue], _ exchange: Exchange) async throws -> [String: Resolution]? {
    var reader = ParameterReader(exchange.query)
    let isAsked = reader.strictFlag("resolve")
    try reader.finish()
    _ = try exchange.caller(atLeast: .editor)
    guard isAsked else { return nil }
    let texts = Set(elements.compactMap { EventEdit.locationText(of: $0) }).sorted()
    guard !texts.isEmpty else { return [:] }
    let found = try await store.resolve(texts.map { MatchQuery(text: $0) }, viewer: .public)
    return Dictionary(uniqueKeysWithValues: zip(texts, found))
  }

  /// What is told of them in the answer, by event: `{"text", "verdict", "id", "candidates"}`.
  func told(_ drafts: [EventDraft], _ texts: [String: Resolution]?) -> [String: String] {
    guard let texts else { return [:] }
    var told: [String: String] = [:]
    for draft in drafts {
      guard let text = draft.edit.locationText, let resolution = texts[text] else { continue }
      var w = JSONWriter(capacity: 128 + resolution.candidates.count * 300)
      w.beginObject()
      w.member("text", text)
      w.member("verdict", resolution.verdict.rawValue)
      w.member("id", resolution.id)
      w.key("candidates")
      w.candidates(resolution.candidates)
      w.endObject()
      told[draft.edit.event.id.description] = w.string
    }
    return told
  }
}
