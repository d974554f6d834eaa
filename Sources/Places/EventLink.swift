/// What kind of event it is (Linked Events' `type_id`; `Hobby` as in Turku).
public enum EventType: String, Sendable, Hashable, CaseIterable {
  case general = "General"
  case course = "Course"
  case hobby = "Hobby"
  case volunteering = "Volunteering"
}

/// Whether an event takes place as announced (schema.org's words).
public enum EventStatus: String, Sendable, Hashable, CaseIterable {
  case scheduled = "EventScheduled"
  case cancelled = "EventCancelled"
  case postponed = "EventPostponed"
  case rescheduled = "EventRescheduled"
}

/// Whether an event holds others: the dates of a series, or the parts of a festival.
public enum SuperEventType: String, Sendable, Hashable, CaseIterable {
  case recurring, umbrella
}

/// An event as the registry keeps it: enough to filter and to show, owned by the event API. One value is one version.
public struct EventLink: Sendable, Hashable {
  /// The permanent id.
  public var id: PlaceID
  /// The organisation that publishes it; nil: the owner of its data source.
  public var publisher: String?
  /// The name; at least one language.
  public var name: LocalizedText
  /// One or two sentences.
  public var shortDescription: LocalizedText?
  /// The whole description; may hold HTML, which is kept as text.
  public var description: LocalizedText?
  /// What kind of event it is.
  public var type = EventType.general
  /// When it starts; nil for drafts and postponed events.
  public var start: EventTime?
  /// When it ends, where that is known; never before its start.
  public var end: EventTime?
  /// Whether it takes place as announced.
  public var status = EventStatus.scheduled
  /// A draft is shown to nobody without a key.
  public var isPublic = true
  /// The current id of its place.
  public var location: String?
  /// What the place alone doesn't tell: "2nd floor".
  public var locationExtraInfo: LocalizedText?
  /// The web page of each language.
  public var infoURL: LocalizedText?
  /// Who holds it.
  public var provider: LocalizedText?
  /// The id of the event that it belongs to.
  public var superEvent: String?
  /// Whether it holds other events.
  public var superEventType: SuperEventType?
  /// Keyword ids, or URLs where they are another service's.
  public var keywords: [String] = []
  /// Linked Events' image objects, as they came.
  public var images: [JSONValue] = []
  /// Keys and values of the source, an object.
  public var customData: JSONValue?
  /// All other keys of Linked Events' event object, as they came; sorted, and without those that have their empty value.
  public var other: [JSONValue.Member] = []

  /// Makes an event with the two things that every event has.
  public init(id: PlaceID, name: LocalizedText) {
    self.id = id
    self.name = name
  }
}

/// What the registry derives of an event to filter by.
extension EventLink {
  /// When it begins; nil where that is not known.
  public var starts: Timestamp? { start?.instant }

  /// When it is over: its end, else its start; a day lasts until the next one begins. Nil where its start is not known.
  public var ends: Timestamp? { start.map { end?.end ?? $0.end } }

  /// A key of ``other``; nil when it is absent.
  public func other(_ key: String) -> JSONValue? { other.first { $0.key == key }?.value }

  /// The ids of its keywords and of its audience, which is made of keywords, too.
  public var allKeywords: [String] {
    Set(keywords.map(ResourceAddress.id) + references("audience")).sorted()
  }

  /// The languages in which it is held.
  public var heldIn: [String] { Set(references("in_language")).sorted() }

  /// The languages of its texts.
  public var translations: [String] {
    Set([name, shortDescription, description].flatMap { $0?.values ?? [] }.map(\.language.rawValue)).sorted()
  }

  /// Whether one of its offers is free.
  public var isFree: Bool {
    (other("offers")?.arrayValue ?? []).contains { $0["is_free"]?.boolValue == true }
  }

  /// The least age, in years.
  public var minimumAge: Int64? { other("audience_min_age")?.integerValue }
  /// The greatest age, in years.
  public var maximumAge: Int64? { other("audience_max_age")?.integerValue }

  private func references(_ key: String) -> [String] {
    (other(key)?.arrayValue ?? []).compactMap { ($0["@id"] ?? $0["id"])?.stringValue ?? $0.stringValue }.map(
      ResourceAddress.id)
  }
}
