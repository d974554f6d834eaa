import OpeningHours
import Places

extension JSONShape {
  /// The City of Turku's service register, `palvelupisteet`.
  static let turkuServicePoints = JSONShape(
    name: "Turku palvelupisteet", kind: .places,
    header: ["id"] + columns("name", "description", "street_address") + ["postal_code"] + columns("post_office")
      + ["municipality", "lon", "lat", "opening_hours", "email", "telephone_fi", "status", "identifiers"],
    recognises: { $0["koodi"] != nil && $0["nimi_kieliversiot"] != nil },
    cells: { point, _ in TurkuServicePoint(point).cells })
}

private struct TurkuServicePoint {
  let json: JSONValue
  var cells = ShapedCells()

  init(_ json: JSONValue) {
    self.json = json
    cells["id"] = json.text("koodi")
    cells.localized("name", json.texts("nimi_kieliversiot"))
    cells.localized("description", json.texts("kuvaus_kieliversiot"))
    cells["email"] = json.text("sahkoposti")
    cells.identifiers([("ptv", json.text("ptv_id"))])
    state()
    phones()
    let site = json["fyysinenPaikka"] ?? .null
    cells["lat"] = site.text("leveysaste")
    cells["lon"] = site.text("pituusaste")
    address(site.list("osoitteet"))
    cells.hours(site["aukioloajat"], as: TurkuOpeningHours.self) { HoursConversion(turku: $0) }
  }

  private mutating func state() {
    let code = json.text("tila", "koodi")
    cells["status"] = code.isEmpty || code == "1" ? "public" : "draft"
    if cells["status"] == "draft" {
      cells.note("status", "The state \(code) is not known here (1 is public): taken as a draft.")
    }
  }

  private mutating func phones() {
    var numbers: [String] = []
    for phone in json.list("puhelinnumerot") {
      let number = phone.text("numero")
      guard !number.isEmpty else { continue }
      let country = phone.text("maakoodi")
      let plain = number.hasPrefix("0") && !country.isEmpty ? String(number.dropFirst()) : number
      let whole = country.isEmpty ? number : "+\(country) \(plain)"
      if !numbers.contains(whole) { numbers.append(whole) }
    }
    cells["telephone_fi"] = numbers.joined(separator: ", ")
  }

  private mutating func address(_ addresses: [JSONValue]) {
    guard let address = addresses.first else { return }
    if addresses.count > 1 {
      cells.note("several-addresses", "The place has \(addresses.count) addresses: the first is taken.")
    }
    for language in ["fi", "sv", "en"] {
      cells["street_address_\(language)"] = address.text("katuosoite_\(language)")
      cells["post_office_\(language)"] = address.text("postitoimipaikka_\(language)")
    }
    cells["postal_code"] = address.text("postinumero")
    let code = address.text("kunta", "koodi")
    cells["municipality"] = code.isEmpty ? address.text("kunta", "nimi_fi") : code
  }
}
