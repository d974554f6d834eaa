/// Takes personal data out of the versions of a place or an event, and remembers what it was, so that it can be looked
/// for elsewhere. Versions are given newest first: an index into a place's list counts in the newest that has it.
public struct Redactor {
  /// What stands where JSON may stand: `{"redacted": "<RFC 3339>"}`.
  public let mark: JSONValue
  /// The texts (and numbers as text) that were taken out.
  public private(set) var texts: Set<String> = []
  /// Those of them that were names, which merges and renamings carry on as alternate names.
  public private(set) var names: Set<String> = []
  /// The elements that indices into lists mean.
  private var elements: [RedactedField: String] = [:]

  /// What a required name becomes in each of its languages.
  public static let name = "redacted"

  /// Makes a redactor for a moment (RFC 3339).
  public init(time: String) { mark = .object([.init("redacted", .string(time))]) }

  /// Redacts a field of a version of a place; `reason` is why it was deleted. Tells whether there was anything.
  public mutating func redact(_ field: RedactedField, in place: inout Place, reason: inout String?) -> Bool {
    let before = (place, reason)
    let rest = field.tokens.dropFirst()
    switch field.tokens[0] {
    case "name": name(&place.name, rest)
    case "description": clear(&place.description, rest)
    case "street_address": clear(&place.streetAddress, rest)
    case "post_office", "address_locality": clear(&place.postOffice, rest)
    case "info_url": clear(&place.infoURL, rest)
    case "telephone": clear(&place.telephone, rest)
    case "post_office_box_num": clear(&place.postOfficeBox)
    case "address_region": clear(&place.addressRegion)
    case "email": clear(&place.email)
    case "contact_type": clear(&place.contactType)
    case "reason": clear(&reason)
    case "image":
      take(place.image ?? .null)
      place.image = nil
    case "opening_hours":
      if rest.isEmpty || rest.first == "expression" { clear(&place.openingHours) }
      if rest.isEmpty || rest.first == "text" { clear(&place.openingHoursText, rest.dropFirst()) }
      if rest.isEmpty || rest.first == "exceptions" {
        texts.formUnion(place.openingExceptions.flatMap { [$0.hours, $0.comment].compactMap(\.self) })
        place.openingExceptions = []
      }
    case "urls":
      let gone = remove(from: &place.urls, field) { $0.address.description }
      texts.formUnion(gone)
    case "alternate_names":
      let gone = remove(from: &place.alternateNames, field) { $0.name }
      texts.formUnion(gone)
      names.formUnion(gone)
    case "custom_data": place.customData = place.customData.map { redacted($0, rest) }
    default:
      guard var members = place.other?.members else { break }
      for member in members where member.key == field.tokens[0] { take(member.value) }
      members.removeAll { $0.key == field.tokens[0] }
      place.other = members.isEmpty ? nil : .object(members)
    }
    return before != (place, reason)
  }

  /// Redacts a field of a version of an event. Tells whether there was anything.
  public mutating func redact(_ field: RedactedField, in event: inout EventLink) -> Bool {
    let before = event
    let rest = field.tokens.dropFirst()
    switch field.tokens[0] {
    case "name": name(&event.name, rest)
    case "short_description": clear(&event.shortDescription, rest)
    case "description": clear(&event.description, rest)
    case "location_extra_info": clear(&event.locationExtraInfo, rest)
    case "info_url": clear(&event.infoURL, rest)
    case "provider": clear(&event.provider, rest)
    case "custom_data": event.customData = event.customData.map { redacted($0, rest) }
    case "images":
      if rest.isEmpty {
        take(.array(event.images))
        event.images = []
      } else {
        event.images = redacted(.array(event.images), rest).arrayValue ?? []
      }
    default:
      guard let index = event.other.firstIndex(where: { $0.key == field.tokens[0] }) else { break }
      // A key whose value has to be of a type has none then.
      if rest.isEmpty, EventKeys.kept(field.tokens[0])?.kind != .any {
        take(event.other[index].value)
        event.other.remove(at: index)
      } else {
        event.other[index].value = redacted(event.other[index].value, rest)
      }
    }
    return before != event
  }

  /// Takes the names that were redacted out of a version's alternate names; tells whether there were any.
  public func removeNames(from place: inout Place) -> Bool {
    let count = place.alternateNames.count
    place.alternateNames.removeAll { names.contains($0.name) }
    return place.alternateNames.count != count
  }

  /// A text without what was taken out, and without the numbers and addresses in it: a reason must not tell them again.
  /// Texts of one or two characters stay.
  public func cleaned(_ text: String) -> String {
    let words = texts.flatMap { $0.split { $0.isWhitespace || ",;:()<>\"".contains($0) } }
      .map { String($0.reversed().drop { ".!?".contains($0) }.reversed()) }
      .filter { $0.count > 4 && $0.contains { $0.isNumber || $0 == "@" } }
    return texts.filter { $0.count > 2 }.union(words).sorted { $0.count > $1.count }
      .reduce(text) { $0.replacing($1, with: "[\(Self.name)]") }
  }

  private mutating func name(_ name: inout LocalizedText, _ rest: ArraySlice<String>) {
    var texts: [Language: String] = [:]
    for value in name.values {
      let isMeant = rest.first.map { $0 == value.language.rawValue } ?? true
      texts[value.language] = isMeant ? Self.name : value.text
      guard isMeant, value.text != Self.name else { continue }
      self.texts.insert(value.text)
      names.insert(value.text)
    }
    name = LocalizedText(texts) ?? name
  }

  private mutating func clear(_ text: inout LocalizedText?, _ rest: ArraySlice<String>) {
    var left: [Language: String] = [:]
    for value in text?.values ?? [] {
      if let language = rest.first, language != value.language.rawValue {
        left[value.language] = value.text
      } else {
        texts.insert(value.text)
      }
    }
    text = LocalizedText(left)
  }

  private mutating func clear(_ text: inout String?) {
    if let text { texts.insert(text) }
    text = nil
  }

  /// Takes out all elements, or those that say the same as the one meant; tells what they were.
  private mutating func remove<T>(from list: inout [T], _ field: RedactedField, _ text: (T) -> String) -> [String] {
    guard let index = field.tokens.dropFirst().first.flatMap({ Int($0) }) else {
      defer { list = [] }
      return list.map(text)
    }
    if elements[field] == nil, index < list.count { elements[field] = text(list[index]) }
    guard let meant = elements[field] else { return [] }
    let gone = list.map(text).filter { $0 == meant }
    list.removeAll { text($0) == meant }
    return gone
  }

  /// The value with the mark where the pointer leads; as it was where it leads nowhere, or to nothing.
  private mutating func redacted(_ value: JSONValue, _ rest: ArraySlice<String>) -> JSONValue {
    guard let token = rest.first else {
      if value == .null || Self.isMark(value) { return value }
      take(value)
      return mark
    }
    switch value {
    case .object(let members):
      return .object(
        members.map { $0.key == token ? .init($0.key, redacted($0.value, rest.dropFirst())) : $0 })
    case .array(var elements):
      guard let index = Int(token), elements.indices.contains(index) else { return value }
      elements[index] = redacted(elements[index], rest.dropFirst())
      return .array(elements)
    default: return value
    }
  }

  private static func isMark(_ value: JSONValue) -> Bool {
    value.members?.count == 1 && value["redacted"]?.stringValue != nil
  }

  /// Remembers the texts and numbers in a value.
  private mutating func take(_ value: JSONValue) {
    switch value {
    case .null, .bool: break
    case .integer, .number: texts.insert(value.text)
    case .string(let text): if !text.isEmpty { texts.insert(text) }
    case .array(let values): for value in values { take(value) }
    case .object(let members):
      guard !Self.isMark(value) else { return }
      for member in members { take(member.value) }
    }
  }
}
