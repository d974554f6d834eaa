import Foundation
import Geodesy
import Places

@testable import PlaceAPI

/// The events as plain values, and every filter as a plain condition on them: what the database is compared with.
struct EventOracle {
  struct Entry {
    var event: EventLink
    var place: Oracle.Entry?
    var modified: Timestamp
    var isDeleted: Bool
    var publisher: String?
    var id: String { event.id.description }
    /// Degrees of a place that is where its point is.
    func degrees(areas: Bool) -> Coordinate? { place?.place.kind == .venue || areas ? place?.degrees : nil }
  }

  typealias Order = (Entry, Entry) -> Bool?

  struct Filter {
    let name: String
    let value: String
    let passes: (Entry) throws -> Bool
  }

  struct Query {
    var filters: [Filter] = []
    var order: [Order] = [EventOracle.by(true) { $0.modified }]
    var sort: String?
    var areas = false

    var parameters: [(String, String)] {
      filters.map { ($0.name, $0.value) } + (sort.map { [("sort", $0)] } ?? [])
        + (areas ? [("include_areas", "true")] : [])
    }
  }

  let entries: [Entry]
  let places: Oracle

  init() throws {
    let places = try Oracle()
    self.places = places
    entries = EventFixture.events.enumerated().map { index, event in
      Entry(
        event: event, place: event.location.flatMap { id in places.entries.first { $0.id == id } },
        modified: EventFixture.modified(index), isDeleted: EventFixture.isDeleted(index),
        publisher: event.publisher ?? (event.id.source.description == "kaarina" ? "org-b" : nil))
    }
  }

  static func by<T: Comparable>(_ descending: Bool, _ value: @escaping (Entry) -> T) -> Order {
    { a, b in
      let (x, y) = (value(a), value(b))
      return x == y ? nil : (x < y) != descending
    }
  }

  /// The ids of the events that a query passes, in its order.
  func answer(_ query: Query) throws -> [String] {
    let types = query.filters.contains { ["event_type", "type_id"].contains($0.name) }
    let passing = try entries.filter { entry in
      guard entry.event.isPublic, !entry.isDeleted, types || entry.event.type == .general else { return false }
      return try query.filters.allSatisfy { try $0.passes(entry) }
    }
    return passing.sorted { a, b in
      for key in query.order {
        if let isBefore = key(a, b) { return isBefore }
      }
      return a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
    }.map(\.id)
  }
}

/// Makes questions about events of random filters, each beside its plain condition.
struct RandomEventQueries {
  var random: SeededGenerator
  let oracle: EventOracle
  typealias Filter = EventOracle.Filter
  typealias Entry = EventOracle.Entry

  init(seed: UInt64, oracle: EventOracle) {
    random = SeededGenerator(seed)
    self.oracle = oracle
  }

  private mutating func chance(_ p: Double) -> Bool { Double.random(in: 0..<1, using: &random) < p }
  private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
  private mutating func some<T>(_ values: [T], _ most: Int = 3) -> [T] {
    Array(values.shuffled(using: &random).prefix(Int.random(in: 1...most, using: &random)))
  }

  mutating func next() -> EventOracle.Query {
    var query = EventOracle.Query()
    query.areas = chance(0.2)
    if chance(0.8) { query.filters.append(types()) }
    var makers: [(inout RandomEventQueries) -> Filter] = [
      { $0.municipality() }, { $0.postalCode() }, { $0.postOffice() }, { $0.location() }, { $0.tree() },
      { $0.online() }, { $0.after() }, { $0.before() }, { $0.minute() }, { $0.length() }, { $0.weekday() },
      { $0.keywords() }, { $0.allKeywords() }, { $0.withoutKeywords() }, { $0.language() }, { $0.free() },
      { $0.ages() }, { $0.suitable() }, { $0.superEvent() }, { $0.superType() }, { $0.hidden() }, { $0.source() },
      { $0.publisher() }, { $0.ids() }, { $0.since() }, { $0.status() }, { [areas = query.areas] in $0.box(areas) },
    ]
    makers.shuffle(using: &random)
    for make in makers.prefix(Int.random(in: 0...3, using: &random)) {
      let filter = make(&self)
      if !query.filters.contains(where: { $0.name == filter.name }) { query.filters.append(filter) }
    }
    // Postponed events pass `start` only where no `end` stands beside it.
    if query.filters.contains(where: { $0.name == "end" }),
      let index = query.filters.firstIndex(where: { $0.name == "start" })
    {
      let start = query.filters[index]
      query.filters[index] = Filter(name: start.name, value: start.value) {
        try start.passes($0) && Self.isAfter($0, start.value)
      }
    }
    if chance(0.25) { radius(&query) }
    if chance(0.5) { sort(&query) }
    return query
  }

  private mutating func types() -> Filter {
    if chance(0.5) { return Filter(name: "event_type", value: "all") { _ in true } }
    let types = some(EventType.allCases)
    let name = pick(["event_type", "type_id"])
    return Filter(name: name, value: types.map { $0.rawValue.lowercased() }.joined(separator: ",")) {
      types.contains($0.event.type)
    }
  }

  private mutating func municipality() -> Filter {
    let chosen = some([("853", "853"), ("Åbo", "853"), ("kaarina", "202"), ("091", "091"), ("111", "111")])
    let codes = Set(chosen.map(\.1))
    return Filter(name: "municipality", value: chosen.map(\.0).joined(separator: ",")) {
      $0.place?.municipality.map { codes.contains($0) } ?? false
    }
  }

  private mutating func postalCode() -> Filter {
    let codes = some(["20100", "20720", "20780", "00100", "15100"])
    return Filter(name: "postal_code", value: codes.joined(separator: ",")) {
      $0.place?.place.postalCode.map { codes.contains($0.description) } ?? false
    }
  }

  private mutating func postOffice() -> Filter {
    let offices = some(["turku", "ÅBO", "Kaarina"])
    let folded = Set(offices.map { Folding.fold($0) })
    return Filter(name: "post_office", value: offices.joined(separator: ",")) {
      $0.place?.place.postOffice?.values.contains { folded.contains(Folding.fold($0.text)) } ?? false
    }
  }

  private mutating func location() -> Filter {
    let ids = some(EventFixture.locations.compactMap(\.self) + ["tprek:12345", "none:1"], 4)
    return Filter(name: "location", value: ids.joined(separator: ",")) { entry in
      ids.contains { ($0 == "tprek:12345" ? "turku:kupittaa-swim" : $0) == entry.event.location }
    }
  }

  private mutating func tree() -> Filter {
    let id = pick(["turku:logomo", "turku:kupittaa-park", "turku:library", "tprek:12345"])
    let native = id == "tprek:12345" ? "turku:kupittaa-swim" : id
    return Filter(name: "location_tree", value: id) { entry in
      entry.event.location == native || entry.place?.place.parent == native
    }
  }

  private mutating func online() -> Filter {
    Filter(name: "internet_based", value: "true") { $0.place?.place.kind == .online }
  }

  private mutating func moment() -> String {
    let day = EventFixture.firstDay.startOfDay(plus: Int.random(in: -3..<105, using: &random))
    switch pick([0, 1, 2]) {
    case 0: return day.localDate
    case 1: return day.short
    default: return Timestamp(microseconds: day.microseconds + 18 * 3_600_000_000).short
    }
  }

  /// Ends after the time; without an end, or with both at it, starts at it or later.
  private static func isAfter(_ entry: Entry, _ text: String) -> Bool {
    guard let time = EventTime(text)?.instant else { return false }
    guard let start = entry.event.start else { return true }
    let end = entry.event.end?.end ?? start.end
    return end > time || start.instant >= time
  }

  private mutating func after() -> Filter {
    let text = moment()
    return Filter(name: "start", value: text) { Self.isAfter($0, text) || $0.event.status == .postponed }
  }

  private mutating func before() -> Filter {
    let text = moment()
    let time = EventTime(text)
    return Filter(name: "end", value: text) { entry in
      guard let start = entry.event.start?.instant, let time else { return false }
      return time.isDate ? start < time.end : start <= time.instant
    }
  }

  private static func minute(_ time: Timestamp) -> Int {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = EventTime.zone
    let parts = calendar.dateComponents(
      [.hour, .minute], from: Date(timeIntervalSince1970: Double(time.microseconds) / 1e6))
    return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
  }

  private mutating func minute() -> Filter {
    let limit = pick([0, 600, 1080, 1110])
    let text = limit % 60 == 0 ? "\(limit / 60)" : "\(limit / 60):\(limit % 60)"
    switch pick([0, 1, 2, 3]) {
    case 0:
      return Filter(name: "starts_after", value: text) { $0.event.starts.map { Self.minute($0) >= limit } ?? false }
    case 1:
      return Filter(name: "starts_before", value: text) { $0.event.starts.map { Self.minute($0) <= limit } ?? false }
    case 2:
      return Filter(name: "ends_after", value: text) {
        $0.event.end.map { !$0.isDate && Self.minute($0.instant) >= limit } ?? false
      }
    default:
      return Filter(name: "ends_before", value: text) {
        $0.event.end.map { !$0.isDate && Self.minute($0.instant) <= limit } ?? false
      }
    }
  }

  private static func seconds(_ entry: Entry) -> Int64 {
    guard let start = entry.event.starts, let end = entry.event.ends else { return 0 }
    return (end.microseconds - start.microseconds) / 1_000_000
  }

  private mutating func length() -> Filter {
    let (text, seconds) = pick(
      [("3600", 3600), ("1h", 3600), ("120m", 7200), ("1d", 86_400), ("3d", 259_200)] as [(String, Int64)])
    return chance(0.5)
      ? Filter(name: "min_duration", value: text) { Self.seconds($0) >= seconds }
      : Filter(name: "max_duration", value: text) { Self.seconds($0) <= seconds }
  }

  private mutating func weekday() -> Filter {
    let days = some(Array(1...7))
    return Filter(name: "weekday", value: days.map(String.init).joined(separator: ",")) { entry in
      guard let start = entry.event.starts, let end = entry.event.ends else { return false }
      let last = max(start.microseconds, end.microseconds - 1)
      var day = start.startOfDay()
      while day.microseconds <= last {
        // 1970-01-01 was a Thursday.
        let number = EventTime(day.localDate)?.instant.microseconds ?? 0
        let weekday = Int((number + 7_200_000_000 + 43_200_000_000) / 86_400_000_000 + 3) % 7 + 1
        if days.contains(weekday) { return true }
        day = day.startOfDay(plus: 1)
      }
      return false
    }
  }

  private static let known = ["yso:p1", "yso:p2", "yso:p3", "yso:p4", "yso:p5", "yso:p9"]

  private mutating func keywords() -> Filter {
    let keywords = some(Self.known)
    let name = pick(["keyword", "keyword_OR", "keyword_OR_set1", "keyword_OR_set4"])
    return Filter(name: name, value: keywords.joined(separator: ",")) {
      $0.event.allKeywords.contains { keywords.contains($0) }
    }
  }

  private mutating func allKeywords() -> Filter {
    let keywords = some(Self.known, 2)
    return Filter(name: "keyword_AND", value: keywords.joined(separator: ",")) { entry in
      keywords.allSatisfy { entry.event.allKeywords.contains($0) }
    }
  }

  private mutating func withoutKeywords() -> Filter {
    let keywords = some(Self.known)
    return Filter(name: "keyword!", value: keywords.joined(separator: ",")) {
      !$0.event.allKeywords.contains { keywords.contains($0) }
    }
  }

  private mutating func language() -> Filter {
    let languages = some(["fi", "sv", "en"], 2)
    let value = languages.joined(separator: ",")
    func held(_ entry: Entry) -> Bool { entry.event.heldIn.contains { languages.contains($0) } }
    func told(_ entry: Entry) -> Bool { entry.event.translations.contains { languages.contains($0) } }
    switch pick([0, 1, 2]) {
    case 0: return Filter(name: "language", value: value) { held($0) || told($0) }
    case 1: return Filter(name: "in_language", value: value) { held($0) }
    default: return Filter(name: "translation", value: value) { told($0) }
    }
  }

  private mutating func free() -> Filter {
    let isFree = chance(0.5)
    return Filter(name: "is_free", value: isFree ? "true" : "false") { $0.event.isFree == isFree }
  }

  private mutating func ages() -> Filter {
    let age = pick([0, 3, 6, 7, 12, 18, 99]) as Int64
    func least(_ entry: Entry) -> Int64? { entry.event.minimumAge }
    func greatest(_ entry: Entry) -> Int64? { entry.event.maximumAge }
    switch pick([0, 1, 2, 3]) {
    case 0:
      return Filter(name: pick(["audience_min_age", "audience_min_age_lt"]), value: "\(age)") {
        least($0).map { $0 <= age } ?? false
      }
    case 1: return Filter(name: "audience_min_age_gt", value: "\(age)") { least($0).map { $0 >= age } ?? false }
    case 2:
      return Filter(name: pick(["audience_max_age", "audience_max_age_gt"]), value: "\(age)") {
        greatest($0).map { $0 >= age } ?? false
      }
    default: return Filter(name: "audience_max_age_lt", value: "\(age)") { greatest($0).map { $0 <= age } ?? false }
    }
  }

  private mutating func suitable() -> Filter {
    let (text, least, greatest) = pick([("7", 7, 7), ("3,6", 3, 6), ("12,5", 5, 12)] as [(String, Int64, Int64)])
    return Filter(name: "suitable_for", value: text) { entry in
      let (a, b) = (entry.event.minimumAge, entry.event.maximumAge)
      return (a != nil || b != nil) && a.map { $0 <= least } ?? true && b.map { $0 >= greatest } ?? true
    }
  }

  private mutating func superEvent() -> Filter {
    let ids = some(["none", "turku:e1", "turku:e7", "turku:e12", "turku:e20"], 4)
    return Filter(name: "super_event", value: ids.joined(separator: ",")) { entry in
      entry.event.superEvent.map { ids.contains($0) } ?? ids.contains("none")
    }
  }

  private mutating func superType() -> Filter {
    if chance(0.3) {
      let isSuper = chance(0.5)
      return Filter(name: "recurring", value: isSuper ? "super" : "sub") {
        ($0.event.superEventType == .recurring) == isSuper
      }
    }
    let types = some(["none", "recurring", "umbrella"], 2)
    return Filter(name: "super_event_type", value: types.joined(separator: ",")) { entry in
      types.contains(entry.event.superEventType?.rawValue ?? "none")
    }
  }

  private mutating func hidden() -> Filter {
    if chance(0.5) {
      return Filter(name: "hide_super_event", value: "true") {
        $0.event.superEvent != nil || $0.event.superEventType == nil
      }
    }
    let recurring = Set(oracle.entries.filter { $0.event.superEventType == .recurring }.map(\.id))
    return Filter(name: "hide_recurring_children", value: "true") { entry in
      !(entry.event.superEvent.map { recurring.contains($0) } ?? false)
    }
  }

  private mutating func source() -> Filter {
    let sources = some(["turku", "kaarina", "odd", "none"], 2)
    let value = sources.joined(separator: ",")
    return chance(0.6)
      ? Filter(name: "data_source", value: value) { sources.contains($0.event.id.source.description) }
      : Filter(name: "data_source!", value: value) { !sources.contains($0.event.id.source.description) }
  }

  private mutating func publisher() -> Filter {
    let publishers = some(["org-a", "org-b", "none"], 2)
    return Filter(name: "publisher", value: publishers.joined(separator: ",")) {
      $0.publisher.map { publishers.contains($0) } ?? false
    }
  }

  private mutating func ids() -> Filter {
    let ids = some(oracle.entries.map(\.id), 5) + ["none:1"]
    return Filter(name: "ids", value: ids.joined(separator: ",")) { ids.contains($0.id) }
  }

  private mutating func since() -> Filter {
    let time = EventFixture.modified(Int.random(in: 0...240, using: &random))
    return Filter(name: "last_modified_since", value: time.description) { $0.modified >= time }
  }

  private mutating func status() -> Filter {
    let statuses = some(EventStatus.allCases, 2)
    return Filter(name: "event_status", value: statuses.map(\.rawValue).joined(separator: ",")) {
      statuses.contains($0.event.status)
    }
  }

  private mutating func box(_ areas: Bool) -> Filter {
    let points = oracle.places.entries.compactMap(\.degrees)
    let (a, b) = (pick(points), pick(points))
    let box = BoundingBox(west: min(a.x, b.x), south: min(a.y, b.y), east: max(a.x, b.x), north: max(a.y, b.y))
    return Filter(name: "bbox", value: "\(box.west),\(box.south),\(box.east),\(box.north)") {
      $0.degrees(areas: areas).map { box.contains($0) } ?? false
    }
  }

  private mutating func radius(_ query: inout EventOracle.Query) {
    let origin = Fixture.origin
    let metres = pick([1, 999.999, 1000, 3000, 50_000, 100_000])
    let areas = query.areas
    query.filters.append(
      Filter(name: "dwithin_origin", value: "\(origin.x),\(origin.y)") { entry in
        entry.degrees(areas: areas).map { Geodesic.distance(origin, $0) <= metres + 1e-8 } ?? false
      })
    query.filters.append(Filter(name: "dwithin_metres", value: "\(metres)") { _ in true })
    query.order = [
      EventOracle.by(false) { entry in
        entry.degrees(areas: areas).map { (Geodesic.distance(origin, $0) * 1e6).rounded() } ?? .infinity
      },
      EventOracle.by(false) { $0.event.starts?.microseconds ?? .max },
    ]
  }

  private mutating func sort(_ query: inout EventOracle.Query) {
    let keys: [(String, (Bool) -> EventOracle.Order)] = [
      ("start_time", { EventOracle.by($0) { $0.event.starts?.microseconds ?? .max } }),
      ("end_time", { EventOracle.by($0) { $0.event.ends?.microseconds ?? .max } }),
      ("name", { EventOracle.by($0) { Oracle.Bytes(Folding.sortKey($0.event.name.preferred)) } }),
      ("duration", { EventOracle.by($0) { Self.seconds($0) } }),
      ("last_modified_time", { EventOracle.by($0) { $0.modified } }),
      ("id", { EventOracle.by($0) { Oracle.Bytes($0.id) } }),
    ]
    let chosen = some(keys).map { ($0, chance(0.5)) }
    query.sort = chosen.map { ($1 ? "-" : "") + $0.0 }.joined(separator: ",")
    query.order = chosen.map { $0.1($1) }
  }
}
