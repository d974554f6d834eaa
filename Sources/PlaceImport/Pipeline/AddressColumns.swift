import Places

/// Which column of a file of addresses holds which field.
struct AddressColumns: Sendable {
  /// The names of columns for addresses (CONTRACT section 9).
  static let fields = [
    "id", "building_id", "street_fi", "street_sv", "number", "number_end", "letter", "postal_code", "municipality", "x",
    "y", "srid", "lon", "lat", "wkt",
  ]

  /// What files call them, folded.
  static let aliases: [String: String] = [
    "katunimi": "street_fi", "katu": "street_fi", "katuosoite": "street_fi", "osoite": "street_fi",
    "osoite_suomeksi": "street_fi", "kadunnimi": "street_fi", "kadunnimi_suomi": "street_fi", "street": "street_fi",
    "street_name": "street_fi", "tienimi": "street_fi", "tienimi_suomi": "street_fi", "gatan": "street_sv",
    "gata": "street_sv", "gatunamn": "street_sv", "osoite_ruotsiksi": "street_sv", "kadunnimi_ruotsi": "street_sv",
    "tienimi_ruotsi": "street_sv", "gatuadress": "street_sv", "osoitenumero": "number", "numero": "number",
    "talonumero": "number", "nro": "number", "house_number": "number", "housenumber": "number", "nummer": "number",
    "osoitenumero2": "number_end", "osoitekirjain": "letter", "kirjain": "letter", "bokstav": "letter",
    "postinumero": "postal_code", "postinro": "postal_code", "postnummer": "postal_code", "zip": "postal_code",
    "postcode": "postal_code", "zip_code": "postal_code", "kunta": "municipality", "kuntanumero": "municipality",
    "kuntakoodi": "municipality", "kaupunki": "municipality", "kommun": "municipality", "stad": "municipality",
    "city": "municipality", "e": "x", "n": "y", "east": "x", "north": "y", "easting": "x", "northing": "y", "ita": "x",
    "pohjoinen": "y", "x_koordinaatti": "x", "y_koordinaatti": "y", "longitude": "lon", "lng": "lon", "latitude": "lat",
    "geometry": "wkt", "geom": "wkt", "epsg": "srid", "rakennustunnus": "building_id", "vtj_prt": "building_id",
    "prt": "building_id", "pysyva_rakennustunnus": "building_id", "tunniste": "id", "tunnus": "id", "fid": "id",
    "identifier": "id",
  ]

  private(set) var columns: [String: Int] = [:]
  let header: [String]
  /// Columns that are no field.
  private(set) var unknown: [String] = []
  /// What those probably are.
  private(set) var suggestions: [ColumnSuggestion] = []

  /// Reads the header in any case; `map` is field → column. Throws ``ImportFailure`` naming `--map` or `--crs` when no
  /// addresses can be made of it.
  init(header: [String], map: [String: String], hasCRS: Bool) throws {
    self.header = header
    var problems: [String] = []
    var mapped = Set<Int>()
    for (name, column) in map.sorted(by: { $0.key < $1.key }) {
      let field = name.lowercased()
      guard Self.fields.contains(field) else {
        problems.append(
          "--map \(name)=\(column): there is no field \"\(name)\". The fields: \(Self.fields.joined(separator: ", ")).")
        continue
      }
      let found = header.indices.filter { header[$0].lowercased() == column.trimmed.lowercased() }
      guard found.count == 1 else {
        let reason = found.isEmpty ? "the file has no column \"\(column)\"" : "\(found.count) columns have this name"
        problems.append("--map \(name)=\(column): \(reason). Its columns: \(header.joined(separator: ", ")).")
        continue
      }
      columns[field] = found[0]
      mapped.insert(found[0])
    }
    let explicit = Set(columns.keys)
    var left: [Int] = []
    for (index, name) in header.enumerated() where !mapped.contains(index) && !name.isEmpty {
      let field = name.lowercased()
      guard Self.fields.contains(field), !explicit.contains(field) else {
        left.append(index)
        continue
      }
      if let first = columns[field] {
        problems.append("The columns \(first + 1) and \(index + 1) are both named \"\(name)\": rename or remove one.")
      }
      columns[field] = index
    }
    if !problems.isEmpty { throw ImportFailure("header", problems.joined(separator: " "), line: 1, flag: "--map") }
    unknown = left.map { header[$0] }
    var taken = Set(columns.keys)
    suggestions = unknown.compactMap { name in
      let key = Folding.plain(name.replacing("_", with: " ")).replacing(" ", with: "_")
      guard let field = Self.aliases[key], taken.insert(field).inserted else { return nil }
      return ColumnSuggestion(column: name, field: field)
    }
    try validate(hasCRS: hasCRS)
  }

  private func validate(hasCRS: Bool) throws {
    var problems: [String] = []
    func hint(_ field: String) -> String {
      suggestions.first { $0.field == field }.map { "Perhaps \($0)?" } ?? "Name it with --map \(field)=COLUMN."
    }
    if columns["street_fi"] == nil, columns["street_sv"] == nil {
      let found = suggestions.filter { $0.field.hasPrefix("street_") }.map(\.description).joined(separator: " ")
      problems.append(
        "No column holds the street. " + (found.isEmpty ? hint("street_fi") : "Perhaps \(found)?"))
    }
    for (one, other) in [("x", "y"), ("y", "x"), ("lon", "lat"), ("lat", "lon")]
    where columns[one] != nil && columns[other] == nil {
      problems.append("There is a column \(one), but none for \(other). \(hint(other))")
    }
    var flag = "--map"
    if columns["x"] != nil, columns["y"] != nil, !hasCRS, columns["srid"] == nil {
      if problems.isEmpty { flag = "--crs" }
      problems.append(
        "x and y need a coordinate reference system: give --crs EPSG:3067 (or whichever it is) or a column srid.")
    }
    guard problems.isEmpty else {
      let list = header.filter { !$0.isEmpty }.joined(separator: ", ")
      throw ImportFailure(
        flag == "--crs" ? "crs-missing" : "header", problems.joined(separator: " ") + " The file's columns: \(list).",
        line: 1, flag: flag)
    }
  }
}
