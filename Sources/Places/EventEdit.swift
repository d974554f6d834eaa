/// Applies a JSON body in Linked Events' shape to an event, and gathers everything that is wrong in it.
///
/// Keys left out keep their values, null clears (PUT as Linked Events; PATCH is RFC 7396). Keys of our own answers that
/// can't be written are left aside, so a document that was read and written back changes nothing.
public struct EventEdit {
  /// What the edit can't know by itself.
  public struct Surroundings {
    /// Where our own URLs begin, without a slash at the end; nil: whatever the host.
    public var bases: [String]?
    /// Whether objects are merged (PATCH) or replaced (PUT).
    public var merges = false
    /// What each `location_text` came to; nil where free text is not taken.
    public var located: [String: LocatedText]?

    /// Makes surroundings.
    public init() {}
  }

  /// The event as it is to become; its location is looked up by whoever has the registry.
  public private(set) var event: EventLink
  /// The location that the body names, as it is to be looked up: `.some(nil)` where it says none; nil where the body
  /// leaves it out.
  public private(set) var location: String??
  /// The free text that says where it is; nil where there is none, or `location` names a place beside it.
  public private(set) var locationText: String?
  /// The wanted value of `deleted`; nil where the body leaves it out.
  public private(set) var isDeleted: Bool?
  /// The event that is to take its place: `.some(nil)` for none; nil where the body leaves it out.
  public private(set) var replacedBy: String??
  /// Reads values and holds everything that is wrong.
  public private(set) var reader = BodyReader()

  private let surroundings: Surroundings
  private let isNew: Bool
  /// The language of ``locationText``.
  private var locationLanguage = Language.fi

  /// Applies `body` to `event`, which is a blank one (with a name that stands in) when it `isNew`.
  public init(_ body: JSONValue, to event: EventLink, isNew: Bool, _ surroundings: Surroundings) {
    self.event = event
    self.isNew = isNew
    self.surroundings = surroundings
    guard case .object(let members) = body else {
      reader.fail("", body, "wrong-type", "An event is a JSON object.")
      return
    }
    var hasName = !isNew
    for member in members {
      let key = EventKeys.canonical(member.key)
      let pointer = "/\(JSONValue.escaped(member.key))"
      if key == "name" { hasName = true }
      if member.value.hasNUL {
        reader.fail(pointer, .string("U+0000"), "invalid-character", "Text can't hold the character U+0000.")
      } else {
        apply(key, member.value, pointer)
      }
    }
    link(from: event.location)
    if !hasName { reader.fail("/name", .null, "required", "An event has a name in at least one language.") }
    check()
  }

  private mutating func apply(_ key: String, _ value: JSONValue, _ pointer: String) {
    switch key {
    case "id", "data_source": fixed(key, value, pointer)
    case "publisher": event.publisher = reader.text(pointer, value, limit: 200)
    case "name": name(value, pointer)
    case "short_description": localized(\.shortDescription, value, pointer, limit: 20_000)
    case "description": localized(\.description, value, pointer, limit: 200_000)
    case "location_extra_info": localized(\.locationExtraInfo, value, pointer, limit: 20_000)
    case "provider": localized(\.provider, value, pointer, limit: 20_000)
    case "info_url": event.infoURL = reader.webAddresses(pointer, value, old: event.infoURL)
    case "type_id": choice(\.type, EventType.self, value, pointer)
    case "event_status": choice(\.status, EventStatus.self, value, pointer)
    case "start_time": event.start = time(value, pointer)
    case "end_time": event.end = time(value, pointer)
    case "publication_status": publicationStatus(value, pointer)
    case "location": location(value, pointer)
    case "location_text": locationText(value, pointer)
    case "super_event": event.superEvent = reference(value, pointer).map(Self.id)
    case "super_event_type": superEventType(value, pointer)
    case "keywords": keywords(value, pointer)
    case "images": images(value, pointer)
    case "custom_data": customData(value, pointer)
    case "deleted": isDeleted = value == .null ? false : reader.bool(pointer, value)
    case "replaced_by": replacedBy = .some(reference(value, pointer).map(Self.id))
    default: rest(key, value, pointer)
    }
  }

  /// Keys without a meaning here.
  private mutating func rest(_ key: String, _ value: JSONValue, _ pointer: String) {
    if EventKeys.ignored.contains(key) { return }
    guard let kept = EventKeys.kept(key) else {
      let near = EventKeys.nearest(key).map { "did you mean \($0)?" } ?? "leave it out, or put it into custom_data."
      return reader.fail(pointer, value, "unknown-key", "An event has no such key: \(near)")
    }
    guard checked(kept, value, pointer) else { return }
    let old = event.other(key)
    if let old, value.isSame(as: old) { return }
    let merged = surroundings.merges && value.members != nil ? (old ?? .object([])).merged(with: value) : value
    event.other.removeAll { $0.key == key }
    let new = merged.canonical
    // What is answered without it needn't be stored.
    if new != .null, new != kept.empty { event.other.append(.init(key, new)) }
    event.other.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// Whether a kept value is of its kind.
  private mutating func checked(_ kept: EventKeys.Kept, _ value: JSONValue, _ pointer: String) -> Bool {
    let count = reader.errors.count
    switch kept.kind {
    case .list: _ = reader.array(pointer, value)
    case .text: _ = reader.text(pointer, value)
    case .localized: _ = reader.localized(pointer, value, old: nil, limit: 20_000)
    case .time: _ = time(value, pointer)
    case .bool: if value != .null { _ = reader.bool(pointer, value) }
    case .integer:
      if value != .null, value.integerValue.flatMap({ Int32(exactly: $0) }) == nil {
        reader.fail(pointer, value, "wrong-type", "Give a whole number or null.")
      }
    case .any: break
    }
    return reader.errors.count == count
  }

  private mutating func fixed(_ key: String, _ value: JSONValue, _ pointer: String) {
    let now = key == "id" ? event.id.description : event.id.source.description
    // As in Linked Events' answers of its own kind, a data source may come as an address, too.
    guard value != .null, reference(value, pointer).map(Self.id) != now else { return }
    reader.fail(
      pointer, value, key == "id" ? "id-fixed" : "data-source-fixed",
      key == "id"
        ? "The id of an event never changes: it is \(now)."
        : "The data source is the part of the id before the colon: \(now).")
  }

  private mutating func name(_ value: JSONValue, _ pointer: String) {
    let count = reader.errors.count
    if let name = reader.localized(pointer, value, old: isNew ? nil : event.name, limit: 2000) {
      event.name = name
    } else if reader.errors.count == count {
      reader.fail(pointer, value, "required", "An event has a name in at least one language.")
    }
  }

  private mutating func localized(
    _ path: WritableKeyPath<EventLink, LocalizedText?>, _ value: JSONValue, _ pointer: String, limit: Int
  ) {
    event[keyPath: path] = reader.localized(pointer, value, old: event[keyPath: path], limit: limit)
  }

  private mutating func choice<T: RawRepresentable & CaseIterable>(
    _ path: WritableKeyPath<EventLink, T>, _ type: T.Type, _ value: JSONValue, _ pointer: String
  ) where T.RawValue == String {
    if let chosen = reader.choice(pointer, value, type) { event[keyPath: path] = chosen }
  }

  private mutating func time(_ value: JSONValue, _ pointer: String) -> EventTime? {
    guard let text = reader.text(pointer, value) else { return nil }
    guard let time = EventTime(text) else {
      reader.fail(pointer, value, "time", "Give a time such as 2026-06-01T18:00:00+03:00, or a date.")
      return nil
    }
    return time
  }

  private mutating func publicationStatus(_ value: JSONValue, _ pointer: String) {
    switch value.stringValue {
    case "public": event.isPublic = true
    case "draft": event.isPublic = false
    default: reader.fail(pointer, value, "invalid-value", "The values are public, draft.")
    }
  }

  private mutating func location(_ value: JSONValue, _ pointer: String) {
    let count = reader.errors.count
    switch reference(value, pointer) {
    case nil:
      if reader.errors.count == count {
        location = .some(nil)
        event.location = nil
      }
    case .id(let id)?: location = .some(id)
    case .foreign(let url)?:
      reader.fail(
        pointer, .string(url), "foreign-location",
        "This is the address of another service: give the id or address of a place here. Former addresses of this one "
          + "are named in PLACEREGISTRY_FORMER_URLS.")
    }
  }

  private mutating func locationText(_ value: JSONValue, _ pointer: String) {
    let given =
      value.members == nil
      ? reader.text(pointer, value).map { (Language.fi, $0) }
      : reader.localized(pointer, value, old: nil)?.values.first.map { ($0.language, $0.text) }
    guard let (language, text) = given, let text = Self.trimmed(text) else { return }
    guard surroundings.located != nil else {
      return reader.fail(
        pointer, value, "unsupported",
        "Free text is linked with ?resolve=true in the address; or look the place up with /v1/resolve and give location."
      )
    }
    locationText = text
    locationLanguage = language
  }

  /// The `location_text` of a body, as ``Surroundings/located`` is to know it; nil where it has none.
  public static func locationText(of body: JSONValue) -> String? {
    let value = body.members?.last { EventKeys.canonical($0.key) == "location_text" }?.value
    return (value?.stringValue ?? value.flatMap { LocalizedText(json: $0)?.values.first?.text }).flatMap(trimmed)
  }

  private static func trimmed(_ text: String) -> String? {
    let text = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    return text.isEmpty ? nil : text
  }

  /// Links the place that the free text came to. Rooms in it, and a text that came to none, are kept behind what
  /// `location_extra_info` says. `before` is the event's place before the edit.
  private mutating func link(from before: String?) {
    guard let text = locationText else { return }
    if case .some(.some) = location {
      locationText = nil
      return
    }
    guard let found = surroundings.located?[text], let id = found.id else { return note(text) }
    location = .some(id)
    // What is to be looked up is no longer "none".
    event.location = before
    note(found.rooms, insteadOf: text)
  }

  private mutating func note(_ text: String, insteadOf former: String? = nil) {
    var texts = Dictionary((event.locationExtraInfo?.values ?? []).map { ($0.language, $0.text) }) { a, _ in a }
    var info = texts[locationLanguage]
    if info == former { info = nil }
    if !text.isEmpty, info?.contains(text) != true { info = info.map { "\($0), \(text)" } ?? text }
    texts[locationLanguage] = info
    event.locationExtraInfo = LocalizedText(texts)
  }

  private mutating func superEventType(_ value: JSONValue, _ pointer: String) {
    event.superEventType = value == .null ? nil : reader.choice(pointer, value, SuperEventType.self)
  }

  /// What `{"@id": …}`, `{"id": …}`, a URL or an id names; nil for null.
  private mutating func reference(_ value: JSONValue, _ pointer: String) -> ResourceAddress.Reference? {
    let given = value["@id"] ?? value["id"] ?? value
    if value.members != nil, given == value {
      if value != .object([]) { reader.fail(pointer, value, "reference", "Give {\"@id\": …} or an id.") }
      return nil
    }
    guard let text = reader.text(pointer, given) else { return nil }
    guard let reference = ResourceAddress.read(text, bases: surroundings.bases) else {
      reader.fail(pointer, given, "reference", "Give {\"@id\": …} or an id.")
      return nil
    }
    return reference
  }

  /// The id that a reference names, whoever's it is.
  private static func id(_ reference: ResourceAddress.Reference) -> String {
    switch reference {
    case .id(let id): id
    case .foreign(let url): ResourceAddress.id(url)
    }
  }

  private mutating func keywords(_ value: JSONValue, _ pointer: String) {
    guard let elements = reader.array(pointer, value) else { return }
    var keywords: [String] = []
    for (index, element) in elements.enumerated() {
      switch reference(element, "\(pointer)/\(index)") {
      case .id(let id)?: if !keywords.contains(id) { keywords.append(id) }
      case .foreign(let url)?: if !keywords.contains(url) { keywords.append(url) }
      case nil:
        if element == .null { reader.fail("\(pointer)/\(index)", element, "reference", "Give {\"@id\": …} or an id.") }
      }
    }
    event.keywords = keywords
  }

  private mutating func images(_ value: JSONValue, _ pointer: String) {
    guard let elements = reader.array(pointer, value) else { return }
    for (index, element) in elements.enumerated() {
      guard element.members != nil else {
        reader.fail("\(pointer)/\(index)", element, "wrong-type", "An image is an object.")
        continue
      }
      guard let url = element["url"], url != .null else { continue }
      _ = reader.value("\(pointer)/\(index)/url", url) { text throws(InvalidValue) in try WebAddress(text) }
    }
    event.images = elements.map(\.canonical)
  }

  private mutating func customData(_ value: JSONValue, _ pointer: String) {
    guard value == .null || value.members != nil else {
      return reader.fail(pointer, value, "wrong-type", "Give an object or null.")
    }
    // A member that is null takes one away (RFC 7396), but what was read and is written back says nothing.
    if let old = event.customData, value.isSame(as: old) { return }
    let result = surroundings.merges ? (event.customData ?? .object([])).merged(with: value) : value
    event.customData = result == .null || result == .object([]) ? nil : result.canonical
  }

  /// What must hold between keys.
  private mutating func check() {
    if event.isPublic, event.start == nil, event.status != .postponed {
      reader.fail(
        "/start_time", .null, "required",
        "A public event has a start_time, unless its event_status is EventPostponed; leave it a draft until it is known."
      )
    }
    guard let end = event.end else { return }
    guard let start = event.start else {
      return reader.fail("/end_time", .string(end.text), "end-without-start", "An end needs a start_time.")
    }
    // A day ends where the next one begins.
    if end.isDate ? end.end <= start.instant : end.end < start.instant {
      reader.fail("/end_time", .string(end.text), "end-before-start", "The event would end before it starts.")
    }
  }
}
