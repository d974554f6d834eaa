import Delivery
import Places

/// Reads a webhook from a body: a whole one, or changes of one.
struct WebhookReader {
  private(set) var draft: Webhook.Draft
  private var body = BodyReader()
  private static let known = ["url", "secret", "entities", "filter", "active"]
  /// What our own answers hold beside that: GET, change, PATCH is no error.
  private static let answered: Set<String> = [
    "id", "organization", "paused_reason", "after", "failures", "created_time", "modified_time",
  ]
  private static let filters = ["data_source", "kind"]

  /// Throws ``Problem`` 422 with everything that is wrong.
  init(_ value: JSONValue, old: Webhook.Draft?) throws {
    draft = old ?? Webhook.Draft(url: "", secret: nil)
    guard let members = value.members else { throw Problem.malformed("The body is no JSON object.") }
    for member in members {
      let key = BodyReader.snakeCase(member.key)
      switch key {
      case "url": readURL(member.value)
      case "secret": readSecret(member.value)
      case "entities":
        let entities = set("/entities", member.value, ChangeEntity.self)
        draft.entities = entities ?? Set(ChangeEntity.allCases)
      case "filter": readFilter(member.value)
      case "active": draft.isActive = body.bool("/active", member.value) ?? draft.isActive
      default:
        if Self.answered.contains(key) { continue }
        body.fail(
          "/\(JSONValue.escaped(member.key))", member.value, "unknown-field",
          "There is no such field; a webhook has \(Self.known.joined(separator: ", ")).")
      }
    }
    if old == nil {
      for (key, isMissing) in [("url", value["url"] == nil), ("secret", value["secret"] == nil)] where isMissing {
        body.fail("/\(key)", .null, "required", "A webhook needs \(key).")
      }
    }
    if !body.errors.isEmpty { throw Problem.fields(body.errors) }
  }

  private mutating func readURL(_ value: JSONValue) {
    do throws(OutgoingError) {
      draft.url = try OutgoingURL(value.stringValue ?? "").text
    } catch { body.fail("/url", value, "web-address", error.description) }
  }

  private mutating func readSecret(_ value: JSONValue) {
    guard let secret = value.stringValue, (1...500).contains(secret.utf8.count), !secret.utf8.contains(0) else {
      // The value itself is nobody's business.
      body.fail("/secret", .string("…"), "secret", "A secret is text of 1 to 500 bytes; take at least 32 random ones.")
      return
    }
    draft.secret = secret
  }

  private mutating func readFilter(_ value: JSONValue) {
    draft.filter = Webhook.Filter()
    if value == .null { return }
    guard let members = value.members else {
      return body.fail(
        "/filter", value, "wrong-type", "Give an object such as {\"data_source\": [\"turku\"]}, or null.")
    }
    for member in members {
      let pointer = "/filter/\(JSONValue.escaped(member.key))"
      switch BodyReader.snakeCase(member.key) {
      case "kind": draft.filter.kinds = set(pointer, member.value, ChangeKind.self)
      case "data_source":
        var sources: Set<String> = []
        for (index, element) in (body.array(pointer, member.value) ?? []).enumerated() {
          if let source = body.value("\(pointer)/\(index)", element, DataSourceID.init) {
            sources.insert(source.description)
          }
        }
        draft.filter.sources = sources.isEmpty ? nil : sources
      default:
        body.fail(
          pointer, member.value, "unknown-filter",
          "There is no such filter; the filters are \(Self.filters.joined(separator: ", ")).")
      }
    }
  }

  /// Distinct values of an enumeration; nil for none.
  private mutating func set<T: RawRepresentable & CaseIterable & Hashable>(
    _ pointer: String, _ value: JSONValue, _ type: T.Type
  ) -> Set<T>? where T.RawValue == String {
    var values: Set<T> = []
    for (index, element) in (body.array(pointer, value) ?? []).enumerated() {
      if let choice = body.choice("\(pointer)/\(index)", element, T.self) { values.insert(choice) }
    }
    return values.isEmpty ? nil : values
  }
}
