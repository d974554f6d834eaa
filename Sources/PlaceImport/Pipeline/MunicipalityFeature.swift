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
  /// Further spellings, `|` between them; nil when the file tells none.
  public var alternateNames: [String]?
  /// Its boundary in the file's CRS, a multipolygon; nil when the file has none.
  public var boundary: Geometry?

  /// What a feature holds, or everything that is wrong with it. `code` comes from `code`, `kuntanumero`, `natcode`,
  /// `kunta` … or the feature's id, names from `name_fi`, `nimi`, `namn` and their kind, in any case.
  /// `map`: field → property, for files that call it otherwise.
  public static func read(
    _ feature: GeoJSONFeature, map: [String: String] = [:]
  ) -> (value: MunicipalityFeature?, problems: [ImportProblem]) {
    if let fault = feature.fault { return (nil, [ImportProblem(line: feature.line, fault: fault)]) }
    var reader = FeatureReader(feature, map: map)
    let value = reader.municipality()
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

extension FeatureReader {
  fileprivate mutating func municipality() -> MunicipalityFeature? {
    let boundary = geometry()
    guard let code = code() else { return nil }
    id = code.description
    var result = MunicipalityFeature(line: feature.line, code: code)
    result.name = name([.fi, .sv, .en])
    result.regionCode = regionCode()
    result.regionName = text(
      fi: ["region_fi", "region_name_fi", "maakunta_nimi", "maakuntanimi"], sv: ["region_sv", "region_name_sv"],
      en: ["region_en", "region_name_en"])
    result.languageClass = languageClass()
    result.validFrom = date("valid_from")
    result.validTo = date("valid_to")
    for part in (string(["successor", "successors"]) ?? "").split(whereSeparator: { " ,;|".contains($0) }) {
      do {
        result.successors.append(try MunicipalityCode(part.uppercased().hasPrefix("KU") ? part.dropFirst(2) : part))
      } catch {
        problem("municipality", "successor", String(part), error.detail)
      }
    }
    result.alternateNames = string(["alternate_names"]).map { names in
      names.split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty }
    }
    result.boundary = boundary
    return result
  }

  private mutating func code() -> MunicipalityCode? {
    var candidates = ["code", "kuntanumero", "kuntakoodi", "natcode", "kunta", "kuntanro", "kuntatunnus"].compactMap {
      string([$0])
    }
    if let id = featureID { candidates.append(id) }
    for candidate in candidates {
      // Statistics Finland writes KU020 where several classifications meet.
      let digits = candidate.uppercased().hasPrefix("KU") ? String(candidate.dropFirst(2)) : candidate
      if let code = try? MunicipalityCode(digits) { return code }
    }
    problem(
      "missing-id", "code", candidates.first,
      "No three-digit code in code, kuntanumero, natcode, kunta or the feature's id.")
    return nil
  }

  private mutating func regionCode() -> String? {
    guard let text = string(["region_code", "region", "maakunta", "maakuntakoodi", "maakuntanumero"]),
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    guard text.utf8.count <= 2 else {
      problem("region", "region_code", text, "A region's code is two digits.")
      return nil
    }
    return text.utf8.count == 1 ? "0" + text : text
  }

  private mutating func languageClass() -> String? {
    guard let text = string(["language_class"]) else { return nil }
    if ["fi", "sv", "fi-sv", "sv-fi"].contains(text.lowercased()) { return text.lowercased() }
    problem("language-class", "language_class", text, "A language class is fi, sv, fi-sv or sv-fi.")
    return nil
  }
}
