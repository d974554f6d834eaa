import Places

/// The fields of a place that have one column a language, `name_fi`.
enum LocalizedField: String, CaseIterable {
  case name, description
  case streetAddress = "street_address"
  case postOffice = "post_office"
  case openingHoursText = "opening_hours_text"
  case infoURL = "info_url"
  case telephone
  case alternateNames = "alternate_names"
}

/// The names of columns for places (CONTRACT section 9), and what files call them.
public enum PlaceField {
  /// Fields with a column of their own.
  static let plain: [String] = [
    "id", "postal_code", "municipality", "x", "y", "srid", "lon", "lat", "wkt", "accuracy", "opening_hours", "urls",
    "email", "parent", "identifiers", "alternate_names", "kind", "operating_status", "operating_status_from",
    "operating_status_to", "operating_status_successor", "verified_time", "status", "address", "post_office_box",
    "address_region", "address_country", "contact_type", "custom_data",
  ]

  /// All fields but `custom_data.KEY`.
  public static let all: [String] =
    plain + LocalizedField.allCases.flatMap { field in Language.allCases.map { "\(field.rawValue)_\($0.rawValue)" } }

  private static let known = Set(all)

  /// The field of a header or `--map` name in any case; nil when it is none.
  public static func named(_ name: String) -> String? {
    let lower = name.lowercased()
    if known.contains(lower) { return lower }
    let prefix = "custom_data."
    return lower.hasPrefix(prefix) && lower.count > prefix.count ? prefix + name.dropFirst(prefix.count) : nil
  }

  /// The field that an unknown column probably is: by its usual Finnish, Swedish or English name, or misspelt.
  static func suggestion(for column: String) -> String? {
    let key = Folding.plain(column.replacing("_", with: " ")).replacing(" ", with: "_")
    if let alias = aliases[key] { return alias }
    if known.contains(key) { return key }
    guard key.count >= 4 else { return nil }
    let near = all.map { (field: $0, distance: distance(key, $0)) }.min { $0.distance < $1.distance }
    return near.flatMap { $0.distance <= (key.count < 7 ? 1 : 2) ? $0.field : nil }
  }

  private static let aliases: [String: String] = [
    "nimi": "name_fi", "name": "name_fi", "nimi_fi": "name_fi", "namn": "name_sv", "nimi_sv": "name_sv",
    "nimi_en": "name_en", "tunniste": "id", "tunnus": "id", "identifier": "id", "osoite": "address",
    "katuosoite": "street_address_fi", "street": "street_address_fi", "street_address": "street_address_fi",
    "katu": "street_address_fi", "gatuadress": "street_address_sv", "adress": "street_address_sv",
    "postinumero": "postal_code", "postinro": "postal_code", "postnummer": "postal_code", "zip": "postal_code",
    "zip_code": "postal_code", "postcode": "postal_code", "postitoimipaikka": "post_office_fi",
    "post_office": "post_office_fi", "postort": "post_office_sv", "kunta": "municipality", "kommun": "municipality",
    "kuntakoodi": "municipality", "kuntanumero": "municipality", "e": "x", "n": "y", "east": "x", "north": "y",
    "easting": "x", "northing": "y", "ita": "x", "pohjoinen": "y", "x_koordinaatti": "x", "y_koordinaatti": "y",
    "longitude": "lon", "lng": "lon", "long": "lon", "latitude": "lat", "geometry": "wkt", "geom": "wkt",
    "epsg": "srid", "kuvaus": "description_fi", "beskrivning": "description_sv", "description": "description_fi",
    "aukioloajat": "opening_hours_text_fi", "aukiolo": "opening_hours_text_fi", "oppettider": "opening_hours_text_sv",
    "puhelin": "telephone_fi", "phone": "telephone_fi", "telephone": "telephone_fi", "sahkoposti": "email",
    "e_mail": "email", "url": "info_url_fi", "www": "info_url_fi", "website": "info_url_fi", "info_url": "info_url_fi",
    "linkki": "info_url_fi", "tila": "operating_status", "publication_status": "status", "tyyppi": "kind",
  ]

  /// Levenshtein's distance.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    if abs(a.count - b.count) > 2 { return 3 }
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = a[i] == b[j] ? diagonal : min(diagonal, above, row[j]) + 1
        diagonal = above
      }
    }
    return row[b.count]
  }
}
