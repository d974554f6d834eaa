import Places

/// Columns that exports write beside those of CONTRACT section 9, so that nothing is lost on the way back.
extension PlaceRowBuilder {
  /// `address_region`, `address_country`, `contact_type`.
  mutating func contact(_ place: inout Place) {
    if let text = cell("address_region") { place.addressRegion = text.isEmpty ? nil : text }
    if let text = cell("contact_type") { place.contactType = text.isEmpty ? nil : text }
    if let text = cell("address_country") {
      let country = text.uppercased()
      if text.isEmpty {
        place.addressCountry = nil
      } else if country.utf8.count == 2, country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
        place.addressCountry = country
      } else {
        error("address-country", "address_country", text, "A country is a code of two letters, such as FI.")
      }
    }
  }

  /// The column `custom_data`: which cells of `custom_data.KEY` are more than text. A cell that says something else
  /// than its value here was edited, and counts.
  mutating func typedCustomData() -> [String: JSONValue] {
    guard let text = raw("custom_data"), !text.isEmpty else { return [:] }
    guard let members = (try? JSONParser.parse(text))?.members else {
      error("custom-data", "custom_data", text, "Custom data is a JSON object: {\"key\": 5}.")
      return [:]
    }
    return Dictionary(members.map { ($0.key, $0.value) }) { _, last in last }
  }

  /// A list that is written as a JSON array, because the short form can't say it; nil for the short form.
  static func jsonList(_ text: String) -> [JSONValue]? {
    guard text.hasPrefix("[") else { return nil }
    return (try? JSONParser.parse(text))?.arrayValue
  }
}

extension JSONValue {
  /// The value as a cell holds it.
  var cellText: String { (stringValue ?? text).trimmed }
}
