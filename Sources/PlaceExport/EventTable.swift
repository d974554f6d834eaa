import Geodesy
import PlaceStore
import Places

/// Events under Linked Events' field names, as imports read them. Fields that no cell can tell the whole of are left out
/// where that would lose something: NDJSON holds everything.
struct EventTable {
  let columns: [ExportColumn]
  private let cells: [@Sendable (EventLink) -> ExportCell]

  init(_ used: ExportedEventColumns) {
    var columns: [ExportColumn] = []
    var cells: [@Sendable (EventLink) -> ExportCell] = []
    func add(_ name: String, _ kind: ExportColumn.Kind = .text, _ cell: @escaping @Sendable (EventLink) -> ExportCell) {
      columns.append(ExportColumn(name, kind))
      cells.append(cell)
    }
    func localized(_ field: String, _ text: @escaping @Sendable (EventLink) -> LocalizedText?) {
      for language in [.fi, .sv, .en] + (used.languages[field] ?? []).sorted() {
        add("\(field)_\(language.rawValue)") { ExportCell(text($0)?[language]) }
      }
    }
    func other(_ field: String) { add(field) { ExportCell($0.other(field)?.stringValue) } }
    func number(_ field: String) {
      add(field, .integer) { ExportCell($0.other(field)?.integerValue.map { Int($0) }) }
    }
    add("id") { ExportCell($0.id.description) }
    add("data_source") { ExportCell($0.id.source.description) }
    localized("name") { $0.name }
    localized("short_description") { $0.shortDescription }
    localized("description") { $0.description }
    add("type_id") { ExportCell($0.type.rawValue) }
    add("start_time") { ExportCell($0.start?.text) }
    add("end_time") { ExportCell($0.end?.text) }
    add("event_status") { ExportCell($0.status.rawValue) }
    add("publication_status") { ExportCell($0.isPublic ? "public" : "draft") }
    add("location") { ExportCell($0.location) }
    localized("location_extra_info") { $0.locationExtraInfo }
    localized("info_url") { $0.infoURL }
    localized("provider") { $0.provider }
    localized("provider_contact_info") { $0.other("provider_contact_info").flatMap { LocalizedText(json: $0) } }
    add("super_event") { ExportCell($0.superEvent) }
    add("super_event_type") { ExportCell($0.superEventType?.rawValue) }
    add("keywords") { ExportCell($0.keywords.joined(separator: ";")) }
    for field in ["audience", "in_language"] where !used.untold.contains(field) {
      add(field) { event in
        ExportCell((event.other(field)?.arrayValue ?? []).compactMap { $0["@id"]?.stringValue }.joined(separator: ";"))
      }
    }
    if !used.untold.contains("offers") {
      add("is_free") { event in
        ExportCell(event.other("offers")?.arrayValue?.first?["is_free"]?.boolValue.map { $0 ? "true" : "false" })
      }
    }
    if !used.untold.contains("images") { add("image_url") { ExportCell($0.images.first?["url"]?.stringValue) } }
    number("audience_min_age")
    number("audience_max_age")
    number("minimum_attendee_capacity")
    number("maximum_attendee_capacity")
    for field in ["date_published", "enrolment_start_time", "enrolment_end_time", "environment"] { other(field) }
    other("environmental_certificate")
    add("local") { ExportCell($0.other("local")?.boolValue.map { $0 ? "true" : "false" }) }
    for key in used.customKeys { add("custom_data.\(key)") { ExportCell($0.customData?[key]?.stringValue) } }
    self.columns = columns
    self.cells = cells
  }

  /// The cells of one event.
  func row(_ event: EventLink) -> [ExportCell] { cells.map { $0(event) } }
}
