import OpeningHours
import Places

extension JSONShape {
  /// Service channels of Suomi.fi's Finnish Service Catalogue (PTV, API v11): its service locations.
  static let ptv = JSONShape(
    name: "Suomi.fi PTV", kind: .places,
    header: ["id"] + columns("name", "description", "street_address") + ["postal_code"] + columns("post_office")
      + [
        "post_office_box", "municipality", "x", "y", "srid", "opening_hours", "email", "status", "identifiers", "urls",
      ] + columns("telephone", "info_url", "alternate_names"),
    recognises: { $0["serviceChannelType"] != nil && $0["serviceChannelNames"] != nil },
    cells: { channel, _ in PTVChannel(channel).cells })
}

private struct PTVChannel {
  let json: JSONValue
  var cells = ShapedCells()

  init(_ json: JSONValue) {
    self.json = json
    let type = json.text("serviceChannelType")
    guard type == "ServiceLocation" else {
      cells.leftOut = "service channels of the type \(type.isEmpty ? "(none)" : type), which are no places"
      return
    }
    let status = json.text("publishingStatus")
    guard !["Deleted", "Archived", "Withdrawn", "Removed"].contains(status) else {
      cells.leftOut = "service locations that are \(status.lowercased()) in PTV"
      return
    }
    cells["id"] = json.text("id")
    cells["status"] = status == "Published" || status.isEmpty ? "public" : "draft"
    cells.identifiers([("ptv", json.text("id"))])
    names()
    descriptions()
    address()
    contacts()
    cells.hours(json["serviceHours"], as: PTVServiceHours.self) { HoursConversion(ptv: $0) }
  }

  private mutating func names() {
    let all = json.list("serviceChannelNames")
    func texts(_ type: String) -> [(language: String, text: String)] {
      all.filter { $0.text("type") == type }.map { ($0.text("language"), $0.text("value")) }
    }
    var names = texts("Name")
    var alternates = texts("AlternativeName") + texts("AlternateName")
    for display in json.list("displayNameType") where display.text("type").hasPrefix("Altern") {
      let language = display.text("language")
      guard let shown = alternates.firstIndex(where: { $0.language == language }),
        let name = names.firstIndex(where: { $0.language == language })
      else { continue }
      (names[name], alternates[shown]) = (alternates[shown], names[name])
    }
    cells.localized("name", names)
    cells.localized("alternate_names", alternates)
  }

  private mutating func descriptions() {
    let all = json.list("serviceChannelDescriptions")
    for type in ["Summary", "Description"] {
      cells.localized(
        "description", all.filter { $0.text("type") == type }.map { ($0.text("language"), $0.text("value")) })
    }
  }

  private func values(_ json: JSONValue?, _ key: String) -> [(language: String, text: String)] {
    (json?.list(key) ?? []).map { ($0.text("language"), $0.text("value")) }
  }

  private mutating func address() {
    let visiting = json.list("addresses").filter { ["Location", "Visiting", ""].contains($0.text("type")) }
    guard let address = visiting.first else { return }
    if visiting.count > 1 {
      cells.note("several-addresses", "The channel has \(visiting.count) visiting addresses: the first is taken.")
    }
    if address["locationAbroad"]?.isNested == true || !["FI", ""].contains(address.text("country").uppercased()) {
      cells.note("abroad", "The address lies abroad and is left out.")
      return
    }
    let street = ["streetAddress", "otherAddress"].compactMap { address[$0] }.first { $0.members != nil }
    if let box = address["postOfficeBoxAddress"], box.members != nil {
      cells["post_office_box"] = values(box, "postOfficeBox").first { !$0.text.isEmpty }?.text ?? ""
      if street == nil { postal(box) }
    }
    guard let street else { return }
    let number = street.text("streetNumber")
    cells.localized(
      "street_address",
      values(street, "street").map {
        ($0.language, $0.text.isEmpty || number.isEmpty ? $0.text : "\($0.text) \(number)")
      })
    postal(street)
    position(street)
  }

  private mutating func postal(_ address: JSONValue) {
    cells["postal_code"] = address.text("postalCode")
    // A language that the registry has no column for says the same name again.
    cells.localized("post_office", values(address, "postOffice").filter { Language(rawValue: $0.language) != nil })
    let code = address.text("municipality", "code")
    cells["municipality"] = String(repeating: "0", count: max(0, 3 - code.count)) + code
    if code.isEmpty { cells["municipality"] = "" }
  }

  /// PTV's `latitude` is the northing and `longitude` the easting of ETRS-TM35FIN.
  private mutating func position(_ address: JSONValue) {
    let (x, y) = (address.text("longitude"), address.text("latitude"))
    guard !x.isEmpty, !y.isEmpty else {
      let state = address.text("coordinateState")
      if !state.isEmpty, state != "Ok" { cells.note("position-missing", "PTV found no position: \(state).") }
      return
    }
    cells["x"] = x
    cells["y"] = y
    cells["srid"] = "3067"
  }

  private mutating func contacts() {
    var phones: [(language: String, text: String)] = []
    for phone in json.list("phoneNumbers") where ["Phone", ""].contains(phone.text("type")) {
      let number = phone.text("number")
      guard !number.isEmpty else { continue }
      let whole = phone.text("prefixNumber") + (phone.text("prefixNumber").isEmpty ? number : Self.withoutZero(number))
      let language = phone.text("language")
      if let index = phones.firstIndex(where: { $0.language == language }) {
        phones[index].text += ", " + whole
      } else {
        phones.append((language, whole))
      }
    }
    cells.localized("telephone", phones)
    cells.emails(json.list("emails").map { $0.text("value") })
    cells.webAddresses(json.list("webPages").map { ($0.text("language"), $0.text("url")) })
  }

  /// A number behind the country's prefix: without its leading zero.
  private static func withoutZero(_ number: String) -> String {
    number.hasPrefix("0") ? String(number.dropFirst()) : number
  }
}
