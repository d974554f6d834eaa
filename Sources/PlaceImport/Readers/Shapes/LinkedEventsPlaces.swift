import Places

extension JSONShape {
  /// Places in the shape of Linked Events, as this registry answers and exports them. A key that an object lacks keeps
  /// what is there, null clears it.
  static let linkedEvents = JSONShape(
    name: "Linked Events places", kind: .places, header: ["id"],
    recognises: { place in
      place["id"] != nil && place["name"]?.members != nil
        && (place["@type"]?.stringValue == "Place" || place["position"] != nil || place["street_address"] != nil)
    },
    cells: { place, _ in LinkedEventsPlace(place).cells })
}

private struct LinkedEventsPlace {
  let json: JSONValue
  var cells = ShapedCells()

  init(_ json: JSONValue) {
    self.json = json
    if json["deleted"]?.boolValue == true || !json.text("replaced_by").isEmpty {
      cells.leftOut = "places that were deleted or replaced"
      return
    }
    cells["id"] = json.text("id")
    for key in ["name", "description", "street_address", "info_url", "telephone"] { localized(key, json[key]) }
    localized("post_office", json["post_office"] ?? json["address_locality"])
    copy("postal_code", "postal_code")
    copy("post_office_box_num", "post_office_box")
    for key in ["email", "parent", "kind", "verified_time"] { copy(key, key) }
    copy("publication_status", "status")
    if json.text("municipality", "source") == "given" { cells["municipality"] = json.text("municipality", "code") }
    position()
    hours()
    operatingStatus()
    lists()
    for member in json["custom_data"]?.members ?? [] { cells["custom_data.\(member.key)"] = member.value.cell }
  }

  private mutating func copy(_ key: String, _ column: String) {
    if json[key] != nil { cells[column] = json.text(key) }
  }

  private mutating func localized(_ field: String, _ value: JSONValue?) {
    guard let value else { return }
    for language in ["fi", "sv", "en"] { cells["\(field)_\(language)"] = "" }
    cells.localized(field, (value.members ?? []).map { ($0.key, $0.value.isNested ? "" : $0.value.cell.trimmed) })
  }

  private mutating func position() {
    if let coordinates = json["coordinates"] {
      for key in ["x", "y", "srid", "accuracy"] { cells[key] = coordinates.text(key) }
    }
    guard let position = json["position"] else { return }
    let numbers = position["coordinates"]?.arrayValue ?? []
    cells["lon"] = numbers.count >= 2 ? numbers[0].cell : ""
    cells["lat"] = numbers.count >= 2 ? numbers[1].cell : ""
  }

  private mutating func hours() {
    guard let hours = json["opening_hours"] else { return }
    cells["opening_hours"] = hours.text("expression")
    localized("opening_hours_text", hours["text"] ?? .null)
    if !hours.list("exceptions").isEmpty {
      cells.note("exceptions-left-out", "Exceptions of single days have no column and are left out.")
    }
  }

  private mutating func operatingStatus() {
    guard let status = json["operating_status"] else { return }
    cells["operating_status"] = status.text("status")
    cells["operating_status_from"] = status.text("valid_from")
    cells["operating_status_to"] = status.text("valid_to")
    cells["operating_status_successor"] = status.text("successor")
  }

  private mutating func lists() {
    if json["urls"] != nil {
      cells["urls"] = json.list("urls").map { url in
        let language = url.text("language")
        return "\(url.text("type"))\(language.isEmpty ? "" : "@" + language)=\(url.text("url"))"
      }.joined(separator: ";")
    }
    if json["identifiers"] != nil {
      cells["identifiers"] = json.list("identifiers").map { "\($0.text("scheme"))=\($0.text("value"))" }
        .joined(separator: ";")
    }
    guard json["alternate_names"] != nil else { return }
    for language in ["", "_fi", "_sv", "_en"] { cells["alternate_names\(language)"] = "" }
    for name in json.list("alternate_names") {
      let language = name.text("language")
      let column = "alternate_names" + (language.isEmpty ? "" : "_" + language)
      cells[column] += (cells[column].isEmpty ? "" : "|") + name.text("name")
    }
  }
}
