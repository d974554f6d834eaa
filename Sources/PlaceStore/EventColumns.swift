import Places
import Postgres

/// The columns of an event's versioned row, in one list: staging, insert, update and read all follow it. `location`,
/// `state` and `replaced_by` are looked up and stand beside it.
enum EventColumns {
  typealias Column = RowColumn<EventLink>

  static let all: [Column] = [
    Column("id", "text") { $0.id.description },
    Column("data_source", "text") { $0.id.source.description },
    Column("publisher", "text") { $0.publisher },
    Column("name", "jsonb") { $0.name.json.text },
    Column("short_description", "jsonb") { $0.shortDescription?.json.text },
    Column("description", "jsonb") { $0.description?.json.text },
    Column("type_id", "text") { $0.type.rawValue },
    Column("start_time", "timestamptz") { $0.start?.instant.description },
    Column("has_start_time", "boolean") { $0.start?.isDate == true ? "f" : "t" },
    Column("end_time", "timestamptz") { $0.end?.end.description },
    Column("has_end_time", "boolean") { $0.end?.isDate == true ? "f" : "t" },
    Column("event_status", "text") { $0.status.rawValue },
    Column("publication_status", "text") { $0.isPublic ? "public" : "draft" },
    Column("location_extra_info", "jsonb") { $0.locationExtraInfo?.json.text },
    Column("info_url", "jsonb") { $0.infoURL?.json.text },
    Column("provider", "jsonb") { $0.provider?.json.text },
    Column("super_event", "text") { $0.superEvent },
    Column("super_event_type", "text") { $0.superEventType?.rawValue },
    Column("keywords", "text[]") { $0.keywords.postgresText },
    Column("images", "jsonb") { JSONValue.array($0.images).text },
    Column("custom_data", "jsonb") { $0.customData?.text },
    Column("other", "jsonb") { JSONValue.object($0.other).text },
  ]

  static let names = all.map(\.name)

  /// What is derived of an event to filter by, beside `starts` and `ends`; the same in staging and in `event_key`.
  static let derived: [Column] = [
    Column("starts", "timestamptz") { $0.starts?.description ?? "infinity" },
    Column("ends", "timestamptz") { $0.ends?.description ?? "infinity" },
    Column("has_end", "boolean") { $0.end?.isDate == false ? "t" : "f" },
    Column("all_keywords", "text[]") { $0.allKeywords.postgresText },
    Column("in_language", "text[]") { $0.heldIn.postgresText },
    Column("translations", "text[]") { $0.translations.postgresText },
    Column("is_free", "boolean") { $0.isFree ? "t" : "f" },
    Column("min_age", "integer") { $0.minimumAge.flatMap { Int32(exactly: $0) }.map { String($0) } },
    Column("max_age", "integer") { $0.maximumAge.flatMap { Int32(exactly: $0) }.map { String($0) } },
    Column("sort_name", "text") { Folding.sortKey($0.name.preferred) },
  ]

  /// All columns of `event` and `event_history` alike.
  private static let rowNames =
    ["pk", "version"] + names + [
      "location", "state", "replaced_by", "deleted_time", "created_time", "last_modified_time", "actor", "person",
      "request_id",
    ]
  /// Their names, and the same of `event v`: a version is kept by copying the row.
  static let row = SQL(unescaped: rowNames.joined(separator: ", "))
  static let rowOfEvent = SQL(unescaped: rowNames.map { "v.\($0)" }.joined(separator: ", "))

  /// The select list that ``read(_:_:_:)`` reads, of `event v` and its place `l`.
  static let selection = SQL(
    unescaped: names.map { name in
      switch name {
      case "start_time", "end_time": PlaceStore.rfc3339("v.\(name)").text
      default: "v.\(name)"
      }
    }.joined(separator: ", ") + ", l.id")
  static let tables: SQL = "event v left join place l on l.pk = v.location"

  /// Reads an event from the columns of ``selection`` beginning at `first`.
  static func read(_ rows: Rows, _ row: Int, _ first: Int) throws -> EventLink {
    var next = first
    func text() -> String? {
      defer { next += 1 }
      return rows.string(row, next)
    }
    func flag() -> Bool {
      defer { next += 1 }
      return rows.bool(row, next) ?? false
    }
    func json() throws -> JSONValue? { try text().map { try JSONParser.parse($0) } }
    func localized() throws -> LocalizedText? { try json().flatMap { LocalizedText(json: $0) } }
    func time() -> Timestamp? { text().flatMap { Timestamp(rfc3339: $0, zone: EventTime.zone) } }
    let id = try PlaceID(text() ?? "")
    _ = text()  // data_source, part of the id
    let publisher = text()
    guard let name = try localized() else { throw StoreError.fault("An event without a name.") }
    var event = EventLink(id: id, name: name)
    event.publisher = publisher
    event.shortDescription = try localized()
    event.description = try localized()
    event.type = EventType(rawValue: text() ?? "") ?? .general
    let start = time()
    let hasStart = flag()
    event.start = start.map { EventTime(instant: $0, isDate: !hasStart) }
    let end = time()
    let hasEnd = flag()
    event.end = end.map { EventTime(end: $0, isDate: !hasEnd) }
    event.status = EventStatus(rawValue: text() ?? "") ?? .scheduled
    event.isPublic = text() == "public"
    event.locationExtraInfo = try localized()
    event.infoURL = try localized()
    event.provider = try localized()
    event.superEvent = text()
    event.superEventType = text().flatMap { SuperEventType(rawValue: $0) }
    event.keywords = try rows.withBytes(row, next) { try $0.map { try [String](postgresText: $0) } ?? [] }
    next += 1
    event.images = (try json()?.arrayValue ?? []).map(\.canonical)
    event.customData = try json()?.canonical
    event.other = JSONValue.canonical(try json()?.members ?? [])
    event.location = text()
    return event
  }
}
