import Geodesy
import Places

/// What a file says about a municipality: a GeoJSON feature, or a CSV row made into one.
public struct MunicipalityFeature: Sendable, Hashable {
  /// The physical line on which it begins.
  public var line: Int
  /// The three digits.
  public var code: MunicipalityCode
  /// Its names; nil when the file has none, which is enough for a municipality that is there.
  public var name: LocalizedText?
  /// Region (maakunta) code.
  public var regionCode: String?
  /// The region's names.
  public var regionName: LocalizedText?
  /// `fi`, `sv`, `fi-sv` or `sv-fi`.
  public var languageClass: String?
  /// First day.
  public var validFrom: String?
  /// Last day.
  public var validTo: String?
  /// Codes of the municipalities that it went to.
  public var successors: [MunicipalityCode] = []
  /// Its boundary in the file's CRS, a multipolygon; nil when the file has none.
  public var boundary: Geometry?

  /// What a feature holds, or everything that is wrong with it. `code` comes from `code`, `kuntanumero`, `natcode`,
  /// `kunta` … or the feature's id, names from `name_fi`, `nimi`, `namn` and their kind, in any case.
  public static func read(_ feature: GeoJSONFeature) -> (value: MunicipalityFeature?, problems: [ImportProblem]) {
    if let fault = feature.fault { return (nil, [ImportProblem(line: feature.line, fault: fault)]) }
    var reader = Reader(feature)
    let value = reader.read()
    return (reader.problems.isEmpty ? value : nil, reader.problems)
  }

  /// The municipality as it will be: what the file lacks stays. Nil when it is new and has no name.
  public func municipality(existing: Municipality?) -> Municipality? {
    guard let name = name ?? existing?.name else { return nil }
    var result = existing ?? Municipality(code: code, name: name)
    var texts: [Language: String] = [:]
    for value in (existing?.name.values ?? []) + (self.name?.values ?? []) { texts[value.language] = value.text }
    result.name = LocalizedText(texts) ?? name
    result.regionCode = regionCode ?? result.regionCode
    result.regionName = regionName ?? result.regionName
    result.languageClass = languageClass ?? result.languageClass
    result.validFrom = validFrom ?? result.validFrom
    result.validTo = validTo ?? result.validTo
    if !successors.isEmpty { result.successors = successors }
    if boundary != nil { result.hasBoundary = true }
    return result
  }
}

private struct Reader {
  let feature: GeoJSONFeature
  var problems: [ImportProblem] = []
  private var properties: [String: JSONValue] = [:]

  init(_ feature: GeoJSONFeature) {
    self.feature = feature
    for member in feature.properties.members ?? [] where member.value != .null {
      properties[member.key.lowercased()] = member.value
    }
  }

  mutating func read() -> MunicipalityFeature? {
    let boundary = geometry()
    guard let code = code() else { return nil }
    var result = MunicipalityFeature(line: feature.line, code: code)
    result.name = name()
    result.regionCode = regionCode(code.description)
    result.regionName = text(
      fi: ["region_fi", "region_name_fi", "maakunta_nimi", "maakuntanimi"], sv: ["region_sv", "region_name_sv"],
      en: ["region_en", "region_name_en"])
    result.languageClass = languageClass(code.description)
    result.validFrom = date("valid_from", code.description)
    result.validTo = date("valid_to", code.description)
    for part in (string(["successor", "successors"]) ?? "").split(whereSeparator: { " ,;|".contains($0) }) {
      do {
        result.successors.append(try MunicipalityCode(part))
      } catch {
        problem("municipality", "successor", String(part), error.detail, id: code.description)
      }
    }
    result.boundary = boundary
    return result
  }

  private mutating func problem(_ code: String, _ field: String, _ value: String?, _ detail: String, id: String? = nil)
  {
    problems.append(
      ImportProblem(line: feature.line, id: id, code: code, field: field, value: value, detail: detail))
  }

  /// The first of several properties that has text; whole numbers count as text.
  private func string(_ names: [String]) -> String? {
    for name in names {
      switch properties[name] {
      case .string(let text)? where !text.trimmed.isEmpty: return text.trimmed
      case .integer(let number)?: return String(number)
      default: continue
      }
    }
    return nil
  }

  private mutating func code() -> MunicipalityCode? {
    var candidates = ["code", "kuntanumero", "kuntakoodi", "natcode", "kunta", "kuntanro"].compactMap { string([$0]) }
    switch feature.id {
    case .string(let text)?: candidates.append(text.trimmed)
    case .integer(let number)?: candidates.append(String(number))
    default: break
    }
    for candidate in candidates {
      if let code = try? MunicipalityCode(candidate) { return code }
    }
    problem(
      "missing-id", "code", candidates.first,
      "No three-digit code in code, kuntanumero, natcode, kunta or the feature's id.")
    return nil
  }

  private func text(fi: [String], sv: [String], en: [String]) -> LocalizedText? {
    var texts: [Language: String] = [:]
    texts[.fi] = string(fi)
    texts[.sv] = string(sv)
    texts[.en] = string(en)
    return LocalizedText(texts)
  }

  private func name() -> LocalizedText? {
    if let object = properties["name"], let text = LocalizedText(json: object) { return text }
    let finnish = ["name_fi", "nimi", "nimi_fi", "namefin"]
    // Where `nimi` stands beside it, `name` is the English name (Statistics Finland's files).
    let hasFinnish = string(finnish) != nil
    return text(
      fi: hasFinnish ? finnish : ["name"], sv: ["name_sv", "namn", "nimi_sv", "nameswe"],
      en: hasFinnish ? ["name_en", "name"] : ["name_en"])
  }

  private mutating func regionCode(_ id: String) -> String? {
    guard let text = string(["region_code", "region", "maakunta", "maakuntakoodi", "maakuntanumero"]),
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    guard text.utf8.count <= 2 else {
      problem("region", "region_code", text, "A region's code is two digits.", id: id)
      return nil
    }
    return text.utf8.count == 1 ? "0" + text : text
  }

  private mutating func languageClass(_ id: String) -> String? {
    guard let text = string(["language_class"]) else { return nil }
    if ["fi", "sv", "fi-sv", "sv-fi"].contains(text.lowercased()) { return text.lowercased() }
    problem("language-class", "language_class", text, "A language class is fi, sv, fi-sv or sv-fi.", id: id)
    return nil
  }

  private mutating func date(_ field: String, _ id: String) -> String? {
    guard let text = string([field]) else { return nil }
    if let date = PlaceRowBuilder.isoDate(text) { return date }
    problem("date", field, text, "A date is yyyy-mm-dd.", id: id)
    return nil
  }

  private mutating func geometry() -> Geometry? {
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
}
