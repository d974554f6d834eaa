/// A field out of which personal data is to be taken: a JSON pointer into a place's or an event's document.
public struct RedactedField: Sendable, Hashable {
  /// What a field holds, and so what its pointer may go on with.
  enum Kind: Sendable, Hashable {
    /// One text: nothing follows.
    case text
    /// Text by language: a language may follow.
    case localized
    /// Elements that mean something here: an index may follow.
    case list
    /// `expression`, `exceptions`, or `text` and a language, may follow.
    case hours
    /// Kept as it came: anything may follow.
    case json
  }

  /// The pointer (RFC 6901), such as `/telephone/fi`.
  public let pointer: String
  let tokens: [String]
  let kind: Kind

  /// A field of a place. Throws ``FieldError`` for one that can't be redacted, naming those that can.
  public init(place pointer: String) throws(FieldError) {
    try self.init(pointer, Self.kinds(ofPlaces:), Self.placeFields)
  }

  /// A field of an event. Throws ``FieldError`` for one that can't be redacted, naming those that can.
  public init(event pointer: String) throws(FieldError) {
    try self.init(pointer, Self.kinds(ofEvents:), Self.eventFields)
  }

  private init(_ pointer: String, _ kinds: (String) -> Kind?, _ known: [String]) throws(FieldError) {
    let tokens = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
    guard pointer.hasPrefix("/"), let first = tokens.first, let kind = kinds(first) else {
      throw Self.error(pointer, "The fields that can be redacted are \(known.joined(separator: ", ")).")
    }
    let rest = Array(tokens.dropFirst())
    let fits =
      switch kind {
      case .text: rest.isEmpty
      case .localized: rest.isEmpty || rest.count == 1 && Language(rawValue: rest[0]) != nil
      case .list: rest.isEmpty || rest.count == 1 && UInt16(rest[0]) != nil
      case .hours:
        rest.isEmpty || rest == ["expression"] || rest == ["exceptions"] || rest == ["text"]
          || rest.count == 2 && rest[0] == "text" && Language(rawValue: rest[1]) != nil
      case .json: true
      }
    guard fits else { throw Self.error(pointer, "There can be nothing of that name in /\(first).") }
    self.pointer = pointer
    self.tokens = tokens
    self.kind = kind
  }

  private static func error(_ pointer: String, _ detail: String) -> FieldError {
    FieldError(
      pointer: "/field", value: pointer, code: "not-redactable",
      detail: "\(detail) Whatever else is wrong is changed by a PATCH.")
  }

  private static let placeFields = [
    "/name", "/description", "/street_address", "/post_office", "/post_office_box_num", "/address_region",
    "/opening_hours", "/info_url", "/urls", "/alternate_names", "/email", "/telephone", "/contact_type", "/image",
    "/origin_id", "/custom_data", "/reason",
  ]

  private static func kinds(ofPlaces key: String) -> Kind? {
    switch key {
    case "name", "description", "street_address", "post_office", "address_locality", "info_url", "telephone":
      .localized
    case "post_office_box_num", "address_region", "email", "contact_type", "image", "origin_id", "reason": .text
    case "urls", "alternate_names": .list
    case "opening_hours": .hours
    case "custom_data": .json
    default: nil
    }
  }

  private static let eventFields =
    ["/name", "/short_description", "/description", "/location_extra_info", "/info_url", "/provider", "/images"]
    + (EventKeys.kept + EventKeys.keptIfGiven).map { "/\($0.name)" } + ["/extension_…", "/custom_data"]

  private static func kinds(ofEvents key: String) -> Kind? {
    switch key {
    case "name", "short_description", "description", "location_extra_info", "info_url", "provider": .localized
    case "images", "custom_data": .json
    default: EventKeys.kept(key) == nil ? nil : .json
    }
  }

  /// What is redacted of a place where no field is named: all free text about people and how they are reached. Its
  /// names, addresses and web pages are those of a place, and are redacted only when they are named.
  public static var ofPlaces: [RedactedField] {
    ["/email", "/telephone", "/contact_type", "/description", "/opening_hours/text", "/custom_data", "/reason"]
      .compactMap { try? RedactedField(place: $0) }
  }

  /// What is redacted of an event where no field is named: who holds it, its texts, and whatever was kept as it came,
  /// besides languages, audience, times, numbers and yes or no.
  public static func ofEvents(_ versions: [EventLink]) -> [RedactedField] {
    let kept = (EventKeys.kept + EventKeys.keptIfGiven).filter {
      switch $0.kind {
      case .any, .text, .localized: true
      case .list: !["in_language", "audience"].contains($0.name)
      case .integer, .bool, .time: false
      }
    }
    let extensions = Set(versions.flatMap(\.other).map(\.key).filter { $0.hasPrefix("extension_") }).sorted()
    let keys =
      ["provider", "short_description", "description", "location_extra_info", "images", "custom_data"]
      + kept.map(\.name) + extensions
    return keys.compactMap { try? RedactedField(event: "/\(JSONValue.escaped($0))") }
  }
}
