import Geodesy
import PlaceStore
import Places

/// Places under the columns of an import (CONTRACT section 9), so that an exported file can be imported and says nothing
/// new; behind them what the registry found out.
struct PlaceTable {
  let columns: [ExportColumn]
  private let cells: [@Sendable (ExportedPlace) -> ExportCell]

  init(_ used: ExportedPlaceColumns) {
    var columns: [ExportColumn] = []
    var cells: [@Sendable (ExportedPlace) -> ExportCell] = []
    func add(
      _ name: String, _ kind: ExportColumn.Kind = .text, _ cell: @escaping @Sendable (ExportedPlace) -> ExportCell
    ) {
      columns.append(ExportColumn(name, kind))
      cells.append(cell)
    }
    func localized(_ field: String, _ text: @escaping @Sendable (Place) -> LocalizedText?) {
      for language in [.fi, .sv, .en] + (used.languages[field] ?? []).compactMap({ $0 }).sorted() {
        add("\(field)_\(language.rawValue)") { ExportCell(text($0.place)?[language]) }
      }
    }
    add("id") { ExportCell($0.place.id.description) }
    localized("name") { $0.name }
    localized("description") { $0.description }
    localized("street_address") { $0.streetAddress }
    add("postal_code") { ExportCell($0.place.postalCode?.description) }
    localized("post_office") { $0.postOffice }
    add("post_office_box") { ExportCell($0.place.postOfficeBox) }
    add("municipality") { ExportCell($0.place.givenMunicipality?.description) }
    add("address_region") { ExportCell($0.place.addressRegion) }
    add("address_country") { ExportCell($0.place.addressCountry) }
    add("x", .real) { ExportCell($0.place.position?.x) }
    add("y", .real) { ExportCell($0.place.position?.y) }
    add("srid", .integer) { ExportCell($0.place.position?.srid) }
    add("lon", .real) { ExportCell($0.degrees?.x) }
    add("lat", .real) { ExportCell($0.degrees?.y) }
    add("accuracy", .real) { ExportCell($0.place.position?.accuracy) }
    add("opening_hours") { ExportCell($0.place.openingHours) }
    localized("opening_hours_text") { $0.openingHoursText }
    localized("info_url") { $0.infoURL }
    add("urls") { ExportCell(ListText.urls($0.place.urls)) }
    add("email") { ExportCell($0.place.email) }
    localized("telephone") { $0.telephone }
    add("contact_type") { ExportCell($0.place.contactType) }
    add("parent") { ExportCell($0.place.parent) }
    add("identifiers") { ExportCell(ListText.identifiers($0.place.identifiers)) }
    func alternateNames(_ column: String, _ language: Language?) {
      add(column) { row in
        let names = row.place.alternateNames.filter { $0.language == language }
        return names.isEmpty ? .none : ExportCell(ListText.alternateNames(names))
      }
    }
    let languages = used.languages["alternate_names"] ?? []
    if languages.contains(nil) { alternateNames("alternate_names", nil) }
    for language in [.fi, .sv, .en] + languages.compactMap({ $0 }).sorted() {
      alternateNames("alternate_names_\(language.rawValue)", language)
    }
    add("kind") { ExportCell($0.place.kind.rawValue) }
    add("operating_status") { ExportCell($0.place.operatingStatus.state.rawValue) }
    add("operating_status_from") { ExportCell($0.place.operatingStatus.validFrom) }
    add("operating_status_to") { ExportCell($0.place.operatingStatus.validTo) }
    add("operating_status_successor") { ExportCell($0.place.operatingStatus.successor) }
    add("verified_time") { ExportCell($0.place.verifiedTime) }
    add("status") { ExportCell($0.place.isPublic ? "public" : "draft") }
    for (key, _) in used.customKeys {
      add("custom_data.\(key)") { ExportCell($0.place.customData?[key].map(Self.text)) }
    }
    let others = Set(used.customKeys.filter { !$0.isText }.map(\.key))
    if !others.isEmpty {
      // What is more than text, so that it comes back as the number or object that it was.
      add("custom_data") { row in
        let members = (row.place.customData?.members ?? []).filter { others.contains($0.key) && !Self.isText($0.value) }
        return members.isEmpty ? .none : .text(JSONValue.object(members).text)
      }
    }
    add("municipality_code") { ExportCell($0.municipality) }
    add("held") { ExportCell($0.place.held.joined(separator: " ")) }
    self.columns = columns
    self.cells = cells
  }

  /// The cells of one place.
  func row(_ place: ExportedPlace) -> [ExportCell] { cells.map { $0(place) } }

  private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.text }

  /// Whether a cell gives the value back as it was: imports drop white space at the ends, and an empty cell is nothing.
  private static func isText(_ value: JSONValue) -> Bool {
    guard let text = value.stringValue else { return false }
    return text.first?.isWhitespace == false && text.last?.isWhitespace == false
  }
}
