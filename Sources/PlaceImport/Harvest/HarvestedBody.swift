import Places

/// An object of another registry made fit for reading: what Linked Events takes and this registry doesn't is mended or
/// left out, with a warning.
struct HarvestedBody {
  /// The object's id.
  let id: PlaceID
  /// How many objects came before it in this run, and one.
  let number: Int
  /// Its members, without id and data source.
  private(set) var members: [JSONValue.Member]
  /// What was mended or left out.
  private(set) var warnings: [ImportProblem] = []

  /// Keys that say nothing to be kept.
  private static let dropped: Set<String> = [
    "@id", "@context", "@type", "id", "data_source", "divisions", "n_events", "has_upcoming_events", "created_time",
    "last_modified_time", "has_user_editable_resources", "created_by", "last_modified_by", "version", "distance",
    "held",
    "deleted_time", "reason",
  ]

  /// Texts by language.
  private static let localized: Set<String> = [
    "name", "description", "short_description", "street_address", "address_locality", "post_office", "telephone",
    "info_url", "provider", "location_extra_info",
  ]

  init(_ object: JSONValue, id: PlaceID, number: Int) {
    self.id = id
    self.number = number
    members = (object.members ?? []).filter { !Self.dropped.contains($0.key) }
    for key in members.map(\.key) {
      if Self.localized.contains(key) { localize(key) } else if self[key] == .string("") { self[key] = .null }
    }
    name()
    postalCode()
    webAddresses()
  }

  /// A member's value; null where there is none.
  subscript(_ key: String) -> JSONValue {
    get { members.first { $0.key == key }?.value ?? .null }
    set {
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index].value = newValue
      } else {
        members.append(.init(key, newValue))
      }
    }
  }

  /// Takes members out.
  mutating func remove(_ keys: Set<String>) { members.removeAll { keys.contains($0.key) } }

  /// The object, keys in a fixed order.
  var json: JSONValue { JSONValue.object(members).canonical }

  /// The object with its id, to be read anew later.
  var whole: JSONValue { .object([.init("id", .string(id.description))] + members) }

  /// Takes over what was noted on a copy.
  mutating func take(_ warnings: [ImportProblem]) { self.warnings = warnings }

  mutating func warn(_ code: String, _ field: String, _ value: JSONValue, _ detail: String) {
    warnings.append(problem(.warning, code, field, value.stringValue ?? value.text, detail))
  }

  func problem(_ code: String, _ field: String?, _ value: String?, _ detail: String) -> ImportProblem {
    problem(.error, code, field, value, detail)
  }

  func problem(
    _ severity: ImportProblem.Severity, _ code: String, _ field: String?, _ value: String?, _ detail: String
  ) -> ImportProblem {
    ImportProblem(
      line: number, id: id.description, severity: severity, code: code, field: field,
      value: value.map { $0.count > 200 ? $0.prefix(200) + "…" : $0 }, detail: detail)
  }

  /// Bare text is Finnish; white space alone is nothing.
  private mutating func localize(_ key: String) {
    switch self[key] {
    case .string(let text):
      self[key] = text.trimmed.isEmpty ? .null : .object([.init("fi", .string(text))])
    case .object(let texts):
      self[key] = .object(
        texts.map { text in
          guard let value = text.value.stringValue else { return text }
          return .init(text.key, value.trimmed.isEmpty ? .null : .string(value))
        })
    default: break
    }
  }

  /// A name in a language that this registry doesn't have is better than none.
  private mutating func name() {
    guard let texts = self["name"].members else { return }
    let known = texts.contains { Language(rawValue: $0.key) != nil && $0.value.stringValue != nil }
    guard !known, let other = texts.first(where: { $0.value.stringValue != nil }) else { return }
    warn("unknown-language", "name/\(other.key)", other.value, "The name is kept as a Finnish one: there is no other.")
    self["name"] = .object([.init("fi", other.value)])
  }

  /// "20100 Turku", "FI-20100": the five digits.
  private mutating func postalCode() {
    let given = self["postal_code"]
    guard given != .null else { return }
    let text = given.stringValue ?? given.text
    if (try? PostalCode(text)) != nil {
      self["postal_code"] = .string(text)
      return
    }
    let digits = text.split { !$0.isASCII || !$0.isNumber }.filter { $0.count == 5 }
    if digits.count == 1, let code = digits.first {
      warn("postal-code", "postal_code", given, "The postal code \(code) was taken out of it.")
      self["postal_code"] = .string(String(code))
    } else {
      warn("postal-code", "postal_code", given, "It holds no postal code of five digits and was left out.")
      remove(["postal_code"])
    }
  }

  /// `www.turku.fi` gets its scheme.
  private mutating func webAddresses() {
    guard let texts = self["info_url"].members else { return }
    self["info_url"] = .object(
      texts.compactMap { member in
        guard let text = member.value.stringValue?.trimmed else { return member }
        if (try? WebAddress(text)) != nil { return .init(member.key, .string(text)) }
        if text.contains("."), !text.contains(":"), (try? WebAddress("https://" + text)) != nil {
          warn("web-address", "info_url/\(member.key)", member.value, "https:// was put before it.")
          return .init(member.key, .string("https://" + text))
        }
        warn("web-address", "info_url/\(member.key)", member.value, "This is no web address and was left out.")
        return nil
      })
  }

  /// Leaves out what a reader found wrong; false when nothing more can be left out.
  mutating func leaveOut(_ errors: [FieldError], required: Set<String>) -> Bool {
    var lists: Set<String> = []
    for error in errors {
      let path = error.pointer.split(separator: "/").map {
        String($0).replacing("~1", with: "/").replacing("~0", with: "~")
      }
      guard let key = path.first, members.contains(where: { $0.key == key }) else { return false }
      if required.contains(key), path.count == 1 { return false }
      // An element taken out moves those after it: one of a list at a time.
      if self[key].arrayValue != nil, path.count > 1, !lists.insert(key).inserted { continue }
      warn(error.code, path.joined(separator: "/"), .string(error.value), "It was left out. \(error.detail)")
      if path.count > 1, let texts = self[key].members {
        self[key] = .object(texts.filter { $0.key != path[1] })
      } else if path.count > 1, var list = self[key].arrayValue, let index = Int(path[1]), list.indices.contains(index)
      {
        list.remove(at: index)
        self[key] = .array(list)
      } else {
        remove([key])
      }
    }
    return true
  }

  /// Languages that are gone since take their text away: an object that leaves one out means it.
  mutating func clearLanguages(gone old: (String) -> [String]) {
    for key in Self.localized {
      guard let texts = self[key].members else { continue }
      let missing = old(key).filter { language in !texts.contains { $0.key == language } }
      self[key] = .object(texts + missing.map { .init($0, .null) })
    }
  }

  /// Sets a member that the object doesn't have.
  mutating func fill(_ key: String, _ value: JSONValue) {
    if !members.contains(where: { $0.key == key }) { members.append(.init(key, value)) }
  }
}
