import Places

/// Reads a feature's properties by their usual names, in any case, and gathers what is wrong with them.
struct FeatureReader {
  let feature: GeoJSONFeature
  private(set) var problems: [ImportProblem] = []
  /// What the feature is, once that is known: told with each problem.
  var id: String?
  private var properties: [String: JSONValue] = [:]

  /// `map`: field → property, for files that call it otherwise.
  init(_ feature: GeoJSONFeature, map: [String: String] = [:]) {
    self.feature = feature
    for member in feature.properties.members ?? [] where member.value != .null {
      properties[member.key.lowercased()] = member.value
    }
    for (field, property) in map where properties[property.lowercased()] != nil {
      properties[field.lowercased()] = properties[property.lowercased()]
    }
  }

  mutating func problem(_ code: String, _ field: String, _ value: String?, _ detail: String) {
    problems.append(
      ImportProblem(line: feature.line, id: id, code: code, field: field, value: value, detail: detail))
  }

  /// The first of several properties that has text; whole numbers count as text.
  func string(_ names: [String]) -> String? {
    for name in names {
      switch properties[name] {
      case .string(let text)? where !text.trimmed.isEmpty: return text.trimmed
      case .integer(let number)?: return String(number)
      default: continue
      }
    }
    return nil
  }

  /// The feature's own id.
  var featureID: String? {
    switch feature.id {
    case .string(let text)? where !text.trimmed.isEmpty: text.trimmed
    case .integer(let number)?: String(number)
    default: nil
    }
  }

  /// A day.
  mutating func date(_ field: String) -> String? {
    guard let text = string([field]) else { return nil }
    if let date = PlaceRowBuilder.isoDate(text) { return date }
    problem("date", field, text, "A date is yyyy-mm-dd.")
    return nil
  }

  func text(fi: [String], sv: [String], en: [String]) -> LocalizedText? {
    var texts: [Language: String] = [:]
    texts[.fi] = string(fi)
    texts[.sv] = string(sv)
    texts[.en] = string(en)
    return LocalizedText(texts)
  }

  /// The name in these languages: `name_fi`, `nimi`, `namn` and their kind, or an object `name`.
  func name(_ languages: [Language]) -> LocalizedText? {
    if let object = properties["name"], let text = LocalizedText(json: object) { return text }
    let finnish = ["name_fi", "nimi", "nimi_fi", "namefin"]
    // Where `nimi` stands beside it, `name` is the English name (Statistics Finland's files).
    let hasFinnish = string(finnish) != nil
    var texts: [Language: String] = [:]
    for language in languages {
      switch language {
      case .fi: texts[.fi] = string(hasFinnish ? finnish : ["name"])
      case .sv: texts[.sv] = string(["name_sv", "namn", "nimi_sv", "nameswe"])
      case .en: texts[.en] = string(hasFinnish ? ["name_en", "name"] : ["name_en"])
      default: texts[language] = string(["name_\(language.rawValue)"])
      }
    }
    return LocalizedText(texts)
  }

  /// The geometry as a multipolygon; nil (perhaps with a problem) when there is none.
  mutating func geometry() -> Geometry? {
    if let shape = feature.shape {
      if let polygons = shape.asMultiPolygon { return polygons }
      problem("geometry", "geometry", shape.type, "A boundary is a Polygon or MultiPolygon.")
      return nil
    }
    guard let json = feature.geometry else { return nil }
    do {
      if let polygons = try Geometry(geoJSON: json).asMultiPolygon { return polygons }
      problem("geometry", "geometry", json["type"]?.stringValue, "A boundary is a Polygon or MultiPolygon.")
    } catch {
      let fault = error as? RowFault
      problem(fault?.code ?? "geometry", "geometry", nil, fault?.detail ?? "\(error)")
    }
    return nil
  }

  /// Properties with a value that are none of these.
  func unknown(besides known: Set<String>) -> [String] {
    (feature.properties.members ?? []).filter { $0.value != .null && !known.contains($0.key.lowercased()) }.map(\.key)
  }
}
