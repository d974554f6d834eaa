/// The keys of Linked Events' event object beyond those that mean something here.
public enum EventKeys {
  /// What a value has to be.
  public enum Kind: Sendable, Hashable {
    case list, text, localized, integer, bool, time, any
  }

  /// A key that is stored as it came and given back.
  public struct Kept: Sendable {
    /// The key.
    public let name: String
    /// What its value has to be.
    public let kind: Kind
    /// What is answered when nothing was given.
    public var empty: JSONValue {
      switch kind {
      case .list: .array([])
      case .bool: .bool(false)
      default: .null
      }
    }
  }

  /// Keys that every answer has, as Linked Events' answers do.
  public static let kept: [Kept] = [
    Kept(name: "registration", kind: .any), Kept(name: "external_links", kind: .list),
    Kept(name: "offers", kind: .list), Kept(name: "videos", kind: .list), Kept(name: "in_language", kind: .list),
    Kept(name: "audience", kind: .list), Kept(name: "date_published", kind: .time),
    Kept(name: "environmental_certificate", kind: .text), Kept(name: "environment", kind: .text),
    Kept(name: "audience_min_age", kind: .integer), Kept(name: "audience_max_age", kind: .integer),
    Kept(name: "maximum_attendee_capacity", kind: .integer), Kept(name: "minimum_attendee_capacity", kind: .integer),
    Kept(name: "enrolment_start_time", kind: .time), Kept(name: "enrolment_end_time", kind: .time),
    Kept(name: "local", kind: .bool), Kept(name: "provider_contact_info", kind: .localized),
  ]

  /// Keys that older releases and Turku's edition have; answered only where they were given.
  public static let keptIfGiven: [Kept] = [
    Kept(name: "headline", kind: .localized), Kept(name: "secondary_headline", kind: .localized),
    Kept(name: "sub_event_type", kind: .text), Kept(name: "is_virtualevent", kind: .bool),
    Kept(name: "virtualevent_url", kind: .text), Kept(name: "is_owner", kind: .any), Kept(name: "owner", kind: .any),
    Kept(name: "enrolment_url", kind: .any), Kept(name: "price_info", kind: .any),
    Kept(name: "accessibility", kind: .any),
  ]

  /// Our own answers' keys that can't be written, and those that Linked Events itself leaves aside: personal data of
  /// people who propose events never comes in.
  public static let ignored: Set<String> = [
    "@id", "@context", "@type", "created_time", "last_modified_time", "created_by", "last_modified_by", "version",
    "has_user_editable_resources", "sub_events", "distance", "origin_id", "days_left", "resource_type", "score",
    "user_name", "user_email", "user_phone_number", "user_organization", "user_consent", "is_recurring_super",
    "search_vector_fi", "search_vector_sv", "search_vector_en", "data_source_object", "deleted_time", "reason",
    "resolution",
  ]

  /// The keys that mean something here.
  public static let meaningful: Set<String> = [
    "id", "data_source", "publisher", "name", "short_description", "description", "type_id", "start_time", "end_time",
    "event_status", "publication_status", "location", "location_text", "location_extra_info", "info_url", "provider",
    "super_event", "super_event_type", "keywords", "images", "custom_data", "deleted", "replaced_by",
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: (kept + keptIfGiven).map { ($0.name, $0) })

  /// The kept key of this name; extensions of Linked Events (`extension_…`) are kept whatever they are.
  public static func kept(_ name: String) -> Kept? {
    byName[name] ?? (name.hasPrefix("extension_") ? Kept(name: name, kind: .any) : nil)
  }

  /// All keys that a body may have.
  static let all: Set<String> = meaningful.union(byName.keys).union(ignored)

  /// The key as Linked Events writes it: bodies may have `startTime` for `start_time`.
  public static func canonical(_ key: String) -> String {
    all.contains(key) || key.hasPrefix("extension_") ? key : BodyReader.snakeCase(key)
  }

  /// The key that was probably meant; nil when none is near.
  static func nearest(_ key: String) -> String? { NearestName.find(key, among: all.subtracting(ignored)) }
}
