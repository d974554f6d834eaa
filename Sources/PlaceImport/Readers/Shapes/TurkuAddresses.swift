import Places

extension JSONShape {
  /// Addresses as the geo-search of Southwest Finland gives them.
  static let turkuAddresses = JSONShape(
    name: "geo-search", kind: .addresses,
    header: [
      "street_fi", "street_sv", "number", "number_end", "letter", "postal_code", "municipality", "lon", "lat",
    ],
    hasMoreColumns: false,
    recognises: { $0["street"]?.members != nil && $0["number"] != nil && $0["location"] != nil },
    cells: { address, surroundings in
      var cells = ShapedCells()
      let street = address["street"] ?? .null
      cells["street_fi"] = street.text("name", "fi")
      cells["street_sv"] = street.text("name", "sv")
      for key in ["number", "number_end", "letter"] { cells[key] = address.text(key) }
      cells["postal_code"] = address.text("postal_code_area", "postal_code")
      cells["municipality"] = municipality(address, surroundings.envelope)
      if let position = address["location"]?["coordinates"]?.arrayValue, position.count >= 2 {
        cells["lon"] = position[0].cell
        cells["lat"] = position[1].cell
      }
      return cells
    })

  /// From the object, else from the parameters of the page's links.
  private static func municipality(_ address: JSONValue, _ envelope: [String: String]) -> String {
    for holder in [address["street"], address] {
      guard let municipality = holder?["municipality"] else { continue }
      let code = [municipality.text("code"), municipality.text("id"), municipality.text("name", "fi")]
        .first { !$0.isEmpty }
      if let text = code ?? (municipality.isNested ? nil : municipality.cell), !text.isEmpty { return text }
    }
    for link in ["next", "previous"] {
      if let match = envelope[link]?.firstMatch(of: /[?&]municipalitycode=(\d{1,3})(?:&|$)/) {
        return String(repeating: "0", count: 3 - match.1.count) + match.1
      }
    }
    return ""
  }
}
