import Places

/// The columns that the properties of a GeoJSON file's features make: a pass over the file gathers them.
struct GeoJSONColumns {
  /// Properties' names; of nested objects `name_fi` (languages) or `custom_data.key`.
  private(set) var properties: [String] = []
  /// The CRS of the file.
  private(set) var declaredCRS: DeclaredCRS?
  /// Whether some feature has an `id` that is no property's value.
  private(set) var needsFeatureID = false
  /// Whether a property `id` is there, in any case, and filled in some feature.
  private(set) var hasPropertyID = false
  private(set) var hasGeometry = false
  private var isWKTTaken = false

  static let maximumColumns = 2000
  private static let maximumDepth = 4

  /// Reads to the end. Throws ``ImportFailure`` when the file is truncated, or has more columns than any table.
  init(_ source: TextSource) throws {
    var reader = try GeoJSONReader(source, lookAhead: false)
    var known: Set<String> = []
    var names: [String] = []
    while let feature = try reader.next() {
      var id = ""
      Self.cells(feature.properties) { name, value in
        if known.insert(name).inserted { names.append(name) }
        if name.lowercased() == "id", id.isEmpty { id = value }
      }
      guard names.count <= Self.maximumColumns else {
        throw ImportFailure(
          "columns", "The features have more than \(Self.maximumColumns) different properties.", line: feature.line)
      }
      if !id.isEmpty { hasPropertyID = true }
      if let own = feature.id?.cell, !own.isEmpty, own != id { needsFeatureID = true }
      if feature.geometry != nil { hasGeometry = true }
    }
    declaredCRS = reader.declaredCRS
    properties = names
    // A property that is there and never filled gives way to the features' own ids.
    if !hasPropertyID, needsFeatureID { properties.removeAll { $0.lowercased() == "id" } }
    // The geometry is what was drawn: a property of the same name steps aside.
    isWKTTaken = hasGeometry && known.contains { $0.lowercased() == "wkt" }
  }

  /// The column of the features' own ids.
  var featureID: String? { needsFeatureID ? (hasPropertyID ? "feature_id" : "id") : nil }

  /// The file's header: properties, the features' ids, the geometry.
  var header: [String] {
    properties.map { isWKTTaken && $0.lowercased() == "wkt" ? $0 + "_1" : $0 } + (featureID.map { [$0] } ?? [])
      + (hasGeometry ? ["wkt"] : [])
  }

  /// Goes over a feature's properties as cells.
  static func cells(_ properties: JSONValue, _ use: (String, String) -> Void) {
    func visit(_ value: JSONValue, _ name: String, _ depth: Int) {
      guard let members = value.members, depth < maximumDepth, !members.isEmpty else { return use(name, value.cell) }
      let isLocalized = members.allSatisfy { Language(rawValue: $0.key) != nil && !$0.value.isNested }
      for member in members { visit(member.value, name + (isLocalized ? "_" : ".") + member.key, depth + 1) }
    }
    for member in properties.members ?? [] { visit(member.value, member.key, 0) }
  }
}
