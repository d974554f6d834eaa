import Foundation
import Geodesy
import OpeningHours
import Places

/// Goes through one row's cells, changes the place and gathers everything that is wrong.
struct PlaceRowBuilder {
  let mapper: PlaceRowMapper
  let row: SourceRow
  let existing: Place?
  let lastDelivered: JSONValue?
  let idText: String?
  private(set) var problems: [ImportProblem] = []
  /// Meaningless while there are errors.
  var place: Place?
  var municipalityText: String?
  /// Whether the row's opening hours are words whose meaning was only proposed.
  private var hasProposedHours = false

  init(_ mapper: PlaceRowMapper, row: SourceRow, existing: Place?, id: PlaceID?, lastDelivered: JSONValue?) {
    self.mapper = mapper
    self.row = row
    self.existing = existing
    self.lastDelivered = lastDelivered
    idText = id?.description
    place = existing
    // Stands in until the name is read, or when id or name are missing and the rest is only checked.
    if place == nil, let id = id ?? (try? PlaceID(source: mapper.source, local: "-")),
      let name = LocalizedText([.fi: "-"])
    {
      place = Place(id: id, name: name)
    }
  }

  /// The cells by field; not the one of which something was only proposed, which is new again the next time.
  var delivered: JSONValue {
    .object(
      mapper.fields.filter { !hasProposedHours || $0.name != "opening_hours" }.map { field in
        .init(field.name, .string(field.column < row.fields.count ? row.fields[field.column].trimmed : ""))
      })
  }

  mutating func build() {
    guard var place else { return }
    names(&place)
    texts(&place)
    address(&place)
    postal(&place)
    municipality(&place)
    position(&place)
    webAddresses(&place)
    lists(&place)
    states(&place)
    relations(&place)
    customData(&place)
    self.place = place
  }

  mutating func error(_ code: String, _ field: String, _ value: String?, _ detail: String) {
    problems.append(
      ImportProblem(line: row.line, id: idText, code: code, field: field, value: value, detail: detail))
  }

  mutating func warning(_ code: String, _ field: String, _ value: String?, _ detail: String) {
    problems.append(
      ImportProblem(
        line: row.line, id: idText, severity: .warning, code: code, field: field, value: value, detail: detail))
  }

  /// The cell as it stands; nil when the file lacks the column.
  func raw(_ field: String) -> String? { mapper.cell(field, row) }

  /// Whether the cell says something new: there is one, and it differs from the last delivered one.
  func isNew(_ field: String, _ text: String) -> Bool {
    if text.isEmpty, mapper.options.emptyKeeps { return false }
    guard let lastDelivered else { return true }
    return lastDelivered[field]?.stringValue != text
  }

  /// The cell that is to be applied; nil when the place's value stays.
  func cell(_ field: String) -> String? {
    guard let text = raw(field), isNew(field, text) else { return nil }
    return text
  }

  /// A text in several languages after the row's cells, of which each has been looked at.
  mutating func merged(
    _ field: LocalizedField, _ old: LocalizedText?,
    check: (inout PlaceRowBuilder, String, String) -> Void = { _, _, _ in }
  ) -> LocalizedText? {
    guard let columns = mapper.localized[field], !columns.isEmpty else { return old }
    var texts: [Language: String] = [:]
    for value in old?.values ?? [] { texts[value.language] = value.text }
    for column in columns {
      guard let text = cell(column.field) else { continue }
      // White space at the ends and the form of line ends are no difference: cells lose them on their way.
      if let old = texts[column.language], Self.isSame(text, old) { continue }
      if !text.isEmpty { check(&self, column.field, text) }
      texts[column.language] = text.isEmpty ? nil : text
    }
    return LocalizedText(texts)
  }

  private static func isSame(_ cell: String, _ old: String) -> Bool {
    if cell == old { return true }
    let old = old.trimmed
    return cell == old || cell.replacing("\r\n", with: "\n") == old.replacing("\r\n", with: "\n")
  }

  private mutating func names(_ place: inout Place) {
    if let name = merged(.name, existing?.name) {
      place.name = name
    } else {
      let field = mapper.localized[.name]?.first?.field ?? "name_fi"
      error("missing-name", field, "", "The row has no name in any language.")
    }
  }

  private mutating func texts(_ place: inout Place) {
    place.description = merged(.description, place.description)
    place.openingHoursText = merged(.openingHoursText, place.openingHoursText)
    place.telephone = merged(.telephone, place.telephone)
    hours(&place)
    if let email = cell("email") { place.email = email.isEmpty ? nil : email }
    if let box = cell("post_office_box") { place.postOfficeBox = box.isEmpty ? nil : box }
    contact(&place)
  }

  private mutating func hours(_ place: inout Place) {
    guard let text = cell("opening_hours"), text != place.openingHours else { return }
    guard !text.isEmpty else {
      place.openingHours = nil
      return
    }
    do {
      place.openingHours = try OpeningHoursText.checked(text)
    } catch {
      guard let proposal = OpeningHoursText.proposal(for: text) else {
        return self.error(error.code, "opening_hours", text, error.detail)
      }
      let rest = proposal.leftover.isEmpty ? "" : " Not understood: \(proposal.leftover.joined(separator: "; "))."
      let told = "\(proposal.expression) (confidence \(proposal.confidence)).\(rest)"
      if mapper.options.assumptions.hours {
        place.openingHours = proposal.expression.description
        warning("hours-assumed", "opening_hours", text, "Taken as \(told)")
      } else {
        hasProposedHours = true
        warning(
          "hours-proposed", "opening_hours", text,
          "Words, left as they are. Proposed: \(told) Apply with --assume hours, or write the expression.")
      }
    }
  }

  /// The single column `address`; columns of its own for a part come after it and win.
  private mutating func address(_ place: inout Place) {
    if let text = cell("address") {
      let address = AddressLine(text)
      place.streetAddress = place.streetAddress.with(.fi, address.street)
      place.postOffice = place.postOffice.with(.fi, address.postOffice)
      if let street = address.streetSwedish { place.streetAddress = place.streetAddress.with(.sv, street) }
      if let office = address.postOfficeSwedish { place.postOffice = place.postOffice.with(.sv, office) }
      place.postalCode = address.postalCode
      if address.postOfficeBox != nil { place.postOfficeBox = address.postOfficeBox }
      // A street alone needs no word; something that may have been a code or an office does.
      if address.postalCode == nil, raw("postal_code") == nil, text.contains(",") || text.contains(/\d{4}/) {
        warning(
          "address-unparsed", "address", text,
          "No postal code can be told apart: \"Linnankatu 2, 20100 Turku\" is the form. Taken as the street.")
      }
    }
    place.streetAddress = merged(.streetAddress, place.streetAddress)
    place.postOffice = merged(.postOffice, place.postOffice)
  }

  private mutating func postal(_ place: inout Place) {
    guard let text = cell("postal_code") else { return }
    if text.isEmpty {
      place.postalCode = nil
    } else if let code = AddressLine.code(text) {
      place.postalCode = code
    } else {
      let isShort = (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      let padded = String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
      if isShort, text.utf8.count > 1, mapper.options.assumptions.leadingZeros, let code = try? PostalCode(padded) {
        place.postalCode = code
        return warning("assumed-leading-zeros", "postal_code", text, "Taken as \(padded), as assumed.")
      }
      let hint =
        isShort
        ? " Did a spreadsheet drop leading zeros? Write \(padded), or give --assume leading-zeros for all such rows."
        : ""
      error("postal-code", "postal_code", text, "A postal code is five digits, such as 20720." + hint)
    }
  }

  private mutating func municipality(_ place: inout Place) {
    guard let text = cell("municipality") else { return }
    guard !text.isEmpty else {
      place.givenMunicipality = nil
      return
    }
    municipalityText = text
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      do {
        place.givenMunicipality = try MunicipalityCode(text)
      } catch {
        self.error("municipality", "municipality", text, error.detail)
      }
    } else if !text.contains(where: \.isLetter) {
      error("municipality", "municipality", text, "A municipality is a three-digit code or a name: 853, Turku, Åbo.")
    }
  }

  private mutating func webAddresses(_ place: inout Place) {
    place.infoURL = merged(.infoURL, place.infoURL) { builder, field, text in builder.checkWebAddress(field, text) }
  }

  private mutating func checkWebAddress(_ field: String, _ text: String) {
    do {
      _ = try WebAddress(text)
    } catch {
      self.error("web-address", field, text, error.detail + Self.webHint(text))
    }
  }

  /// What was probably meant.
  static func webHint(_ text: String) -> String {
    guard !text.contains(":"), !text.contains(" "), text.contains("."), (try? WebAddress("https://" + text)) != nil
    else { return "" }
    return " Write https://\(text)."
  }

  private mutating func relations(_ place: inout Place) {
    if let text = cell("parent") {
      if text.isEmpty {
        place.parent = nil
      } else if let id = try? text.contains(":") ? PlaceID(text) : PlaceID(source: mapper.source, local: text) {
        guard id != place.id else {
          return error("parent", "parent", text, "A place can't be its own parent: empty the cell or name another one.")
        }
        place.parent = id.description
      } else {
        error("parent", "parent", text, "The parent is the id of another place: <source>:<local> or the local part.")
      }
    }
  }

  private mutating func customData(_ place: inout Place) {
    let typed = typedCustomData()
    guard !mapper.customFields.isEmpty || !typed.isEmpty else { return }
    var members = place.customData?.members ?? []
    for (key, field) in mapper.customFields {
      guard let column = mapper.fields.first(where: { $0.name == field })?.column, column < row.fields.count else {
        continue
      }
      let text = row.fields[column].trimmed
      guard isNew(field, text) else { continue }
      let index = members.firstIndex { $0.key == key }
      if let value = typed[key], value.cellText == text {
        if let index { members[index].value = value } else { members.append(.init(key, value)) }
      } else if text.isEmpty {
        if let index { members.remove(at: index) }
      } else if let index {
        // A number or object that was exported as text comes back as what it was.
        if members[index].value.text != text { members[index].value = .string(text) }
      } else {
        members.append(.init(key, .string(text)))
      }
    }
    place.customData = members.isEmpty ? nil : .object(members)
  }
}

extension LocalizedText? {
  /// The text with one language's replaced; nil removes it.
  func with(_ language: Language, _ text: String?) -> LocalizedText? {
    var texts: [Language: String] = [:]
    for value in self?.values ?? [] { texts[value.language] = value.text }
    texts[language] = text
    return LocalizedText(texts)
  }
}
