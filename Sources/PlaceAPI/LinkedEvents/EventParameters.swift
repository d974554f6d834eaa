import Foundation
import Geodesy
import PlaceStore
import Places

/// The query parameters of `/v1/event/`, read once into an ``EventQuery``.
struct EventParameters {
  private var reader: ParameterReader
  private(set) var query = EventQuery()
  /// The CRS of the coordinates in request and answer.
  private(set) var srid = PlacePosition.geographicSRID
  /// Until when the answer is not out of date by the clock alone; nil: it never is.
  private(set) var validUntil: Timestamp?
  /// Which state of the municipalities names were looked up in, where there were any.
  private(set) var geography: Int?
  private let now = Timestamp.now()

  /// Throws ``Problem`` with everything that is wrong.
  init(_ exchange: Exchange, store: PlaceStore) async throws {
    reader = ParameterReader(exchange.query)
    query.viewer = exchange.viewer
    try await places(store)
    locations()
    kinds()
    times()
    texts()
    keywords()
    audience()
    relations()
    owner(exchange.caller)
    sort()
    try reader.finish()
    query.page = try reader.page()
    query.pageSize = reader.pageSize()
  }

  /// What the event's place must be, read as for `/v1/place/`.
  private mutating func places(_ store: PlaceStore) async throws {
    let crs = PlaceParameters.srid(&reader, store.engine)
    geography = try await PlaceParameters.region(&reader, &query.place, store)
    PlaceParameters.address(&reader, &query.place)
    if let crs {
      srid = crs.srid
      PlaceParameters.space(&reader, &query.place, crs, store.engine)
    }
    query.place.includesAreas = reader.flag("include_areas")
    query.cursor = PlaceParameters.cursor(&reader)
    query.includesPlaces = Self.includes(reader.query).contains("location")
  }

  /// What `include` names; names that mean nothing here are left aside, as in Linked Events.
  static func includes(_ query: QueryString) -> [String] {
    query["include"]?.split(separator: ",").map(\.trimmed) ?? []
  }

  private mutating func locations() {
    query.locations = reader.list("location")
    query.locationTrees = reader.list("location_tree")
    query.isOnline = reader.flag("internet_based")
    query.ids = reader.list("ids")?.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  private mutating func kinds() {
    let name = reader.query["event_type"] == nil ? "type_id" : "event_type"
    let known = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.rawValue.lowercased(), $0) })
    if let values = reader.list(name)?.map({ $0.lowercased() }) {
      let types = values.compactMap { known[$0] }
      if values == ["all"] {
        query.types = nil
      } else if types.count == values.count {
        query.types = Set(types).sorted { $0.rawValue < $1.rawValue }
      } else {
        reader.fail(name, "The types are \(known.keys.sorted().joined(separator: ", ")), or all alone.")
      }
    } else {
      query.types = [.general]
    }
    let states = Dictionary(uniqueKeysWithValues: EventStatus.allCases.map { ($0.rawValue.lowercased(), $0) })
    if let values = reader.list("event_status") {
      query.statuses = values.compactMap { states[$0.lowercased()] }
      if query.statuses?.count != values.count {
        reader.fail("event_status", "The values are \(EventStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
    }
    switch reader.query["publication_status"]?.lowercased() {
    case nil, "public,draft", "draft,public": break
    case "public": query.isPublic = true
    case "draft": query.isPublic = false
    default: reader.fail("publication_status", "Give public or draft.")
    }
    query.includesDeleted = reader.flag("show_deleted")
    query.onlyDeleted = reader.flag("deleted")
  }

  private mutating func times() {
    query.after = moment("start")?.instant
    if let end = moment("end") { query.before = .init(end.end, isIncluded: !end.isDate) }
    if let days = whole("days", 1...36_500) {
      if reader.query["start"] != nil || reader.query["end"] != nil {
        reader.fail("days", "Give days without start and end.")
      }
      query.after = now.startOfDay()
      query.before = .init(now.startOfDay(plus: days + 1), isIncluded: false)
      validUntil = now.startOfDay(plus: 1)
    }
    query.startsAfterMinute = minute("starts_after")
    query.startsBeforeMinute = minute("starts_before")
    query.endsAfterMinute = minute("ends_after")
    query.endsBeforeMinute = minute("ends_before")
    query.minimumDuration = duration("min_duration")
    query.maximumDuration = duration("max_duration")
    if let values = reader.list("weekday") {
      let days = values.compactMap { Int($0) }.filter { (1...7).contains($0) }
      if days.count == values.count {
        query.weekdays = Set(days).sorted()
      } else {
        reader.fail("weekday", "Days of the week are 1 (Monday) to 7 (Sunday).")
      }
    }
    query.modifiedSince = reader.time("last_modified_since")
  }

  /// A time, a date, `today` or `now`.
  private mutating func moment(_ name: String) -> EventTime? {
    guard let text = reader.query[name] else { return nil }
    switch text.trimmed.lowercased() {
    case "now":
      query.isMomentary = true
      return EventTime(instant: now)
    case "today":
      validUntil = now.startOfDay(plus: 1)
      return EventTime(instant: now.startOfDay(), isDate: true)
    default:
      if let time = EventTime(text.trimmed) { return time }
      reader.fail(name, "Give a time such as 2026-06-01T12:00:00+03:00, a date, today or now.")
      return nil
    }
  }

  private mutating func whole(_ name: String, _ range: ClosedRange<Int>) -> Int? {
    guard let text = reader.query[name] else { return nil }
    if let number = Int(text.trimmed), range.contains(number) { return number }
    reader.fail(name, "Give a whole number from \(range.lowerBound) to \(range.upperBound).")
    return nil
  }

  /// `18` or `18:30` as a minute of the day.
  private mutating func minute(_ name: String) -> Int? {
    guard let text = reader.query[name] else { return nil }
    let parts = text.trimmed.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil }
    if numbers.count == parts.count, (1...2).contains(numbers.count), numbers[0] < 24, numbers.last ?? 60 < 60 {
      return numbers[0] * 60 + (numbers.count == 2 ? numbers[1] : 0)
    }
    reader.fail(name, "Give an hour of the day with or without minutes, such as 18 or 18:30.")
    return nil
  }

  /// `86400`, `90m`, `3h` or `2d` as seconds.
  private mutating func duration(_ name: String) -> Int? {
    guard let text = reader.query[name]?.trimmed.lowercased() else { return nil }
    if let match = text.wholeMatch(of: /([0-9]{1,9}) *([dhms])?/), let number = Int(match.1) {
      let unit = ["s": 1, "m": 60, "h": 3600, "d": 86_400][match.2.map(String.init) ?? "s"] ?? 1
      return number * unit
    }
    reader.fail(name, "Give a duration such as 3600 (seconds), 90m, 3h or 2d.")
    return nil
  }

  private mutating func texts() {
    let text = PlaceParameters.text("text", &reader)
    let full = PlaceParameters.text("full_text", &reader)
    query.text = text.map { [$0, full].compactMap(\.self).joined(separator: " ") } ?? full
    if let language = reader.query["full_text_language"], !["fi", "sv", "en"].contains(language.lowercased()) {
      reader.fail("full_text_language", "The languages are fi, sv and en.")
    }
    query.languages = languages("language")
    query.heldIn = languages("in_language")
    query.translations = languages("translation")
  }

  private mutating func languages(_ name: String) -> [String]? {
    reader.list(name)?.map { $0.lowercased().replacing("-", with: "_") }
  }

  /// How many `keyword_OR_set…` there are.
  private static let keywordSets = 1...9

  private mutating func keywords() {
    for name in ["keyword", "keyword_OR"] + Self.keywordSets.map({ "keyword_OR_set\($0)" }) {
      if let keywords = reader.list(name) { query.keywordSets.append(keywords) }
    }
    query.allKeywords = reader.list("keyword_AND")
    query.withoutKeywords = reader.list("keyword!")
  }

  private static let ages = 0...1000

  private mutating func audience() {
    switch reader.query["is_free"]?.lowercased() {
    case nil: break
    case "true": query.isFree = true
    case "false": query.isFree = false
    default: reader.fail("is_free", "Give true or false.")
    }
    query.minimumAgeAtMost = whole("audience_min_age", Self.ages) ?? whole("audience_min_age_lt", Self.ages)
    query.minimumAgeAtLeast = whole("audience_min_age_gt", Self.ages)
    query.maximumAgeAtLeast = whole("audience_max_age", Self.ages) ?? whole("audience_max_age_gt", Self.ages)
    query.maximumAgeAtMost = whole("audience_max_age_lt", Self.ages)
    if let values = reader.list("suitable_for") {
      let ages = values.compactMap { Int($0) }.filter { Self.ages.contains($0) }
      if ages.count == values.count, ages.count <= 2, let least = ages.min(), let greatest = ages.max() {
        query.suitableFor = least...greatest
      } else {
        reader.fail("suitable_for", "Give one age, or two with a comma between.")
      }
    }
  }

  private mutating func relations() {
    query.superEvents = reader.list("super_event")?.map { Self.isNone($0) ? nil : $0 }
    if let values = reader.list("super_event_type") {
      let types = values.map { Self.isNone($0) ? .some(nil) : SuperEventType(rawValue: $0.lowercased()).map { $0 } }
      if types.allSatisfy({ $0 != nil }) {
        query.superEventTypes = types.compactMap(\.self)
      } else {
        reader.fail("super_event_type", "The values are recurring, umbrella and none.")
      }
    }
    switch reader.query["recurring"]?.lowercased() {
    case nil: break
    case "super": query.superEventTypes = [.recurring]
    case "sub": query.superEventTypes = [.umbrella, nil]
    default: reader.fail("recurring", "Give super or sub.")
    }
    query.hidesSuperEvents = reader.flag("hide_super_event")
    query.hidesRecurringChildren = reader.flag("hide_recurring_children")
  }

  private static func isNone(_ text: String) -> Bool { text == "none" || text == "null" }

  private mutating func owner(_ caller: Caller?) {
    query.dataSources = reader.list("data_source")?.map { $0.lowercased() }
    query.withoutDataSources = reader.list("data_source!")?.map { $0.lowercased() }
    query.publishers = reader.list("publisher")
    guard reader.flag("admin_user") else { return }
    // What the caller may write; nothing without a key.
    guard let caller else {
      query.dataSources = []
      return
    }
    if let writable = caller.writable {
      query.dataSources = query.dataSources?.filter { writable.contains($0) } ?? writable
    }
  }

  private mutating func sort() {
    for term in reader.list("sort", limit: 8) ?? [] {
      let isDescending = term.hasPrefix("-")
      guard let key = EventQuery.SortKey(rawValue: isDescending ? String(term.dropFirst()) : term) else {
        let keys = EventQuery.SortKey.allCases.map(\.rawValue).joined(separator: ", ")
        reader.fail("sort", "\(term) is no sort key; the keys are \(keys), with - before one for descending.")
        continue
      }
      guard !query.sort.contains(where: { $0.key == key }) else { continue }
      query.sort.append(.init(key, descending: isDescending))
    }
    if query.sort.contains(where: { $0.key == .distance }), query.place.origin == nil,
      reader.query["dwithin_origin"] == nil, reader.query["nearest"] == nil
    {
      reader.fail("sort", "distance needs an origin: give nearest, or dwithin_origin and dwithin_metres.")
    }
  }

  /// What can be said when an event is written.
  static let knownInWrites: Set<String> = ["format", "include", "resolve"]

  /// What can be asked.
  static let known: Set<String> = Set(
    [
      "municipality", "division", "postal_code", "post_office", "dwithin_origin", "dwithin_metres", "nearest", "bbox",
      "within",
      "srid", "include_areas", "location", "location_tree", "internet_based", "ids", "event_type", "type_id",
      "event_status", "publication_status", "show_deleted", "deleted", "start", "end", "days", "starts_after",
      "starts_before", "ends_after", "ends_before", "min_duration", "max_duration", "weekday", "last_modified_since",
      "text", "full_text", "full_text_language", "language", "in_language", "translation", "keyword", "keyword_OR",
      "keyword_AND", "keyword!", "is_free", "audience_min_age", "audience_min_age_lt", "audience_min_age_gt",
      "audience_max_age", "audience_max_age_lt", "audience_max_age_gt", "suitable_for", "super_event",
      "super_event_type", "recurring", "hide_super_event", "hide_recurring_children", "data_source", "data_source!",
      "publisher", "admin_user", "show_all", "sort", "page", "page_size", "cursor", "format", "include",
    ] + keywordSets.map { "keyword_OR_set\($0)" })

  /// Linked Events' filters that would need what is not kept here: registrations, sets of keywords, trees of
  /// organisations, one municipality of its own.
  static let unsupported: Set<String> = Set(
    [
      "local_ongoing_text", "local_ongoing_AND", "local_ongoing_OR", "internet_ongoing_AND",
      "internet_ongoing_OR", "all_ongoing", "all_ongoing_AND", "all_ongoing_OR", "combined_text", "keyword_set_AND",
      "keyword_set_OR", "publisher_ancestor", "registration", "enrolment_open", "enrolment_open_waitlist",
      "enrolment_open_on", "registration_admin_user", "created_by", "sub_events", "maximum_attendee_capacity_gte",
      "maximum_attendee_capacity_lte", "minimum_attendee_capacity_gte", "minimum_attendee_capacity_lte",
      "registration__remaining_attendee_capacity__gte", "registration__remaining_attendee_capacity__isnull",
      "registration__remaining_waiting_list_capacity__gte", "registration__remaining_waiting_list_capacity__isnull",
      "x_full_text", "x_full_text_language", "x_ongoing", "dwithin", "dwithin_meters",
    ]
      + ["local", "internet", "all"].flatMap { kind in
        EventParameters.keywordSets.map { "\(kind)_ongoing_OR_set\($0)" }
      })
}
