import Places

/// What a file says about a division: a GeoJSON feature, or a CSV row made into one.
struct DivisionFeature: Sendable {
  /// What it says about the boundary.
  enum Boundary: Sendable {
    /// Nothing: it stays.
    case absent
    /// An empty geometry: it is taken away.
    case empty
    /// A multipolygon in the file's CRS.
    case polygons(Geometry)
  }

  /// The OCD id.
  var id: DivisionID
  /// Its type; nil when the file doesn't tell.
  var type: DivisionType?
  /// Its names; nil when the file has none.
  var name: LocalizedText?
  /// A municipality's code or name.
  var municipality: String?
  /// First day, last day.
  var validFrom: String?
  var validTo: String?
  /// The divisions that its area went to; nil when the file doesn't tell.
  var successors: [DivisionID]?
  /// Its boundary.
  var boundary = Boundary.absent

  /// What a feature holds, or everything that is wrong with it.
  static func read(_ feature: GeoJSONFeature, map: [String: String]) -> (
    value: DivisionFeature?, problems: [ImportProblem]
  ) {
    if let fault = feature.fault { return (nil, [ImportProblem(line: feature.line, fault: fault)]) }
    var reader = FeatureReader(feature, map: map)
    let value = reader.division()
    return (reader.problems.isEmpty ? value : nil, reader.problems)
  }

  /// The properties of a feature that are not understood, `map`'s own among those that are.
  static func unknownProperties(_ feature: GeoJSONFeature, map: [String: String]) -> [String] {
    FeatureReader(feature).unknown(besides: known.union(map.values.map { $0.lowercased() }))
  }

  fileprivate static let idNames = ["ocd_id", "ocdid", "ocd-id"]
  fileprivate static let typeNames = ["type", "division_type"]
  fileprivate static let municipalityNames = [
    "municipality", "municipality_code", "kunta", "kuntanumero", "kuntakoodi",
  ]
  private static let known = Set(
    idNames + typeNames + municipalityNames + Language.allCases.map { "name_\($0.rawValue)" }
      + [
        "valid_from", "valid_to", "successor", "successors", "name", "nimi", "nimi_fi", "namefin", "namn", "nimi_sv",
        "nameswe",
      ])
}

extension FeatureReader {
  fileprivate mutating func division() -> DivisionFeature? {
    let given = string(DivisionFeature.idNames) ?? featureID
    guard let given else {
      problem(
        "missing-id", "ocd_id", nil,
        "No ocd_id: give ocd-division/country:fi/kunta:turku/osa-alue:kupittaa or the like; --map ocd_id=COLUMN names "
          + "another column.")
      return nil
    }
    id = given
    let ocdID: DivisionID
    do throws(InvalidValue) { ocdID = try DivisionID(given) } catch {
      problem(error.code, "ocd_id", error.value, error.detail)
      return nil
    }
    id = ocdID.description
    var result = DivisionFeature(id: ocdID)
    if let text = string(DivisionFeature.typeNames) {
      result.type = DivisionType(rawValue: text.lowercased())
      if result.type == nil {
        let types = DivisionType.allCases.map(\.rawValue).joined(separator: ", ")
        problem("division-type", "type", text, "The types are \(types).")
      }
    }
    result.name = name(Language.allCases)
    result.municipality = string(DivisionFeature.municipalityNames)
    result.validFrom = date("valid_from")
    result.validTo = date("valid_to")
    if let text = string(["successor", "successors"]) {
      var successors: [DivisionID] = []
      for part in text.split(whereSeparator: { " ,;|".contains($0) }) {
        do throws(InvalidValue) { successors.append(try DivisionID(part)) } catch {
          problem(error.code, "successor", error.value, error.detail)
        }
      }
      result.successors = successors
    }
    if isEmptyGeometry {
      result.boundary = .empty
    } else if let polygons = geometry() {
      result.boundary = .polygons(polygons)
    }
    return result
  }

  /// `{"type": "MultiPolygon", "coordinates": []}` and its kind (RFC 7946 section 3.1).
  private var isEmptyGeometry: Bool {
    guard let json = feature.geometry, let type = json["type"]?.stringValue else { return false }
    let parts = type == "GeometryCollection" ? json["geometries"] : json["coordinates"]
    return ["Polygon", "MultiPolygon", "GeometryCollection"].contains(type) && parts?.arrayValue?.isEmpty == true
  }
}
