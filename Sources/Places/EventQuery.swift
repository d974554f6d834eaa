/// A question about events as a value. Times are resolved: "now" and "today" have become instants.
public struct EventQuery: Sendable, Hashable {
  /// What a list can be sorted by.
  public enum SortKey: String, Sendable, Hashable, CaseIterable {
    case start = "start_time"
    case end = "end_time"
    case name
    case duration
    case lastModifiedTime = "last_modified_time"
    case id
    case distance
  }

  /// A sort key with its direction.
  public struct SortTerm: Sendable, Hashable {
    /// The key.
    public var key: SortKey
    /// Largest first.
    public var descending: Bool

    /// Makes a term.
    public init(_ key: SortKey, descending: Bool = false) {
      self.key = key
      self.descending = descending
    }
  }

  /// The latest start that passes.
  public struct Limit: Sendable, Hashable {
    /// The instant.
    public var instant: Timestamp
    /// Whether a start at the very instant passes.
    public var isIncluded: Bool

    /// Makes a limit.
    public init(_ instant: Timestamp, isIncluded: Bool) {
      self.instant = instant
      self.isIncluded = isIncluded
    }
  }

  /// Whose drafts may be among the answers.
  public var viewer = Viewer.public
  /// What the event's place must be: municipality, postal code, division, area, radius …
  public var place = PlaceQuery()
  /// At one of these places: native, old and foreign ids.
  public var locations: [String]?
  /// At one of these places or anything below it.
  public var locationTrees: [String]?
  /// At one of the places that stand for "online".
  public var isOnline = false
  /// Of one of these kinds; nil: all.
  public var types: [EventType]?
  /// Ends after this, or starts at it or later.
  public var after: Timestamp?
  /// Starts before this.
  public var before: Limit?
  /// Starts at this minute of the day in Helsinki, or later.
  public var startsAfterMinute: Int?
  /// Starts at this minute of the day or earlier.
  public var startsBeforeMinute: Int?
  /// Ends at this minute of the day or later.
  public var endsAfterMinute: Int?
  /// Ends at this minute of the day or earlier.
  public var endsBeforeMinute: Int?
  /// Lasts at least so many seconds.
  public var minimumDuration: Int?
  /// Lasts at most so many seconds.
  public var maximumDuration: Int?
  /// On one of these days of the week, 1 (Monday) … 7.
  public var weekdays: [Int]?
  /// Searched for in the texts of the event and in its place.
  public var text: String?
  /// Each set must be met by one keyword (or audience) at least.
  public var keywordSets: [[String]] = []
  /// All of these keywords.
  public var allKeywords: [String]?
  /// None of these keywords.
  public var withoutKeywords: [String]?
  /// Held in one of these languages, or told in one of them.
  public var languages: [String]?
  /// Held in one of these languages.
  public var heldIn: [String]?
  /// Told in one of these languages.
  public var translations: [String]?
  /// Whether one of its offers is free.
  public var isFree: Bool?
  /// The least age is at most this.
  public var minimumAgeAtMost: Int?
  /// The least age is at least this.
  public var minimumAgeAtLeast: Int?
  /// The greatest age is at most this.
  public var maximumAgeAtMost: Int?
  /// The greatest age is at least this.
  public var maximumAgeAtLeast: Int?
  /// Suits everybody of these ages.
  public var suitableFor: ClosedRange<Int>?
  /// Part of one of these events; nil in it: part of none.
  public var superEvents: [String?]?
  /// Of one of these kinds of super event; nil in it: none.
  public var superEventTypes: [SuperEventType?]?
  /// Whether events that hold others are left out.
  public var hidesSuperEvents = false
  /// Whether the dates of a series are left out.
  public var hidesRecurringChildren = false
  /// With one of these states.
  public var statuses: [EventStatus]?
  /// Published or drafts only; nil: whatever the viewer may see.
  public var isPublic: Bool?
  /// Of one of these data sources.
  public var dataSources: [String]?
  /// Of none of these data sources.
  public var withoutDataSources: [String]?
  /// Published by one of these organisations.
  public var publishers: [String]?
  /// These events.
  public var ids: [String]?
  /// Changed at this time or later.
  public var modifiedSince: Timestamp?
  /// Deleted and replaced ones too.
  public var includesDeleted = false
  /// Deleted and replaced ones only.
  public var onlyDeleted = false
  /// Empty: distance then start, else the last changed first; the id always comes last.
  public var sort: [SortTerm] = []
  /// From 1.
  public var page = 1
  /// 1…1000
  public var pageSize = 20
  /// Where the last page ended; takes the place of ``page`` in finding rows.
  public var cursor: PlaceCursor?
  /// Whether its times are of this very moment, so that the same question is never asked again.
  public var isMomentary = false
  /// Whether whole places are answered instead of their addresses.
  public var includesPlaces = false

  /// Makes a query for all public events.
  public init() {}

  /// Whether only places with a public event can have what is asked for.
  public var isPublicOnly: Bool { viewer == .public && !includesDeleted && !onlyDeleted }

  /// The same question without its page: what a count depends on.
  public var filter: EventQuery {
    var copy = self
    copy.page = 1
    copy.pageSize = 1
    copy.cursor = nil
    copy.sort = []
    copy.includesPlaces = false
    copy.place = place.filter
    return copy
  }
}
