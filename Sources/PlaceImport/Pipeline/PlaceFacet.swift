import Places

/// A part of a place as it is changed and held as a whole: the top of a JSON pointer in `held`, and what verdicts name.
struct PlaceFacet: Sendable {
  /// The pointer's first part, such as `street_address`.
  let name: String
  /// The columns from which it is made; those with `*` have a language behind them.
  let columns: [String]
  /// Whether two places differ in it.
  let differs: @Sendable (Place, Place) -> Bool
  /// Takes it from another place.
  let copy: @Sendable (inout Place, Place) -> Void
  /// What it says, for reports.
  let text: @Sendable (Place) -> String

  /// Whether a column is one of its own.
  func holds(_ column: String) -> Bool {
    columns.contains { pattern in
      pattern.hasSuffix("*") ? column.hasPrefix(pattern.dropLast()) : column == pattern
    }
  }

  private init<Value: Equatable & SendableMetatype>(
    _ name: String, _ columns: [String], _ path: any WritableKeyPath<Place, Value> & Sendable,
    _ text: @escaping @Sendable (Value) -> String
  ) {
    self.name = name
    self.columns = columns
    differs = { $0[keyPath: path] != $1[keyPath: path] }
    copy = { $0[keyPath: path] = $1[keyPath: path] }
    self.text = { text($0[keyPath: path]) }
  }

  private static func localized(_ text: LocalizedText?) -> String {
    text?.values.map { "\($0.language.rawValue): \($0.text)" }.joined(separator: ", ") ?? ""
  }

  static let all: [PlaceFacet] = [
    PlaceFacet("name", ["name_*"], \.name) { localized($0) },
    PlaceFacet("description", ["description_*"], \.description, localized),
    PlaceFacet("street_address", ["street_address_*", "address"], \.streetAddress, localized),
    PlaceFacet("postal_code", ["postal_code", "address"], \.postalCode) { $0?.description ?? "" },
    PlaceFacet("post_office", ["post_office_*", "address"], \.postOffice, localized),
    PlaceFacet("post_office_box_num", ["post_office_box", "address"], \.postOfficeBox) { $0 ?? "" },
    PlaceFacet("address_region", ["address_region"], \.addressRegion) { $0 ?? "" },
    PlaceFacet("address_country", ["address_country"], \.addressCountry) { $0 ?? "" },
    PlaceFacet("municipality", ["municipality"], \.givenMunicipality) { $0?.description ?? "" },
    PlaceFacet("position", ["x", "y", "srid", "lon", "lat", "wkt", "accuracy"], \.position) { position in
      position.map { "\($0.x) \($0.y) (EPSG:\($0.srid))" } ?? ""
    },
    PlaceFacet("opening_hours", ["opening_hours"], \.openingHours) { $0 ?? "" },
    PlaceFacet("opening_hours", ["opening_hours_text_*"], \.openingHoursText, localized),
    PlaceFacet("info_url", ["info_url_*"], \.infoURL, localized),
    PlaceFacet("urls", ["urls"], \.urls) { $0.map(\.address.description).joined(separator: ";") },
    PlaceFacet("alternate_names", ["alternate_names*"], \.alternateNames) { $0.map(\.name).joined(separator: "|") },
    PlaceFacet("email", ["email"], \.email) { $0 ?? "" },
    PlaceFacet("telephone", ["telephone_*"], \.telephone, localized),
    PlaceFacet("contact_type", ["contact_type"], \.contactType) { $0 ?? "" },
    PlaceFacet("identifiers", ["identifiers"], \.identifiers) { $0.map(\.description).joined(separator: ";") },
    PlaceFacet("parent", ["parent"], \.parent) { $0 ?? "" },
    PlaceFacet("kind", ["kind"], \.kind) { $0.rawValue },
    PlaceFacet("operating_status", ["operating_status*"], \.operatingStatus) { $0.state.rawValue },
    PlaceFacet("publication_status", ["status"], \.isPublic) { $0 ? "public" : "draft" },
    PlaceFacet("verified_time", ["verified_time"], \.verifiedTime) { $0 ?? "" },
    PlaceFacet("custom_data", ["custom_data*"], \.customData) { $0?.text ?? "" },
  ]

  /// The facets in which two versions of a place differ.
  static func changed(_ new: Place, _ old: Place) -> [String] {
    var names: [String] = []
    for facet in all where facet.differs(new, old) && names.last != facet.name { names.append(facet.name) }
    return names
  }

  /// Puts back what somebody has edited by hand and the row would change; tells those facets. With `overwrites` the row
  /// wins, and what its columns speak of is held no more.
  static func keepHeld(
    in place: inout Place, existing: Place, columns: Set<String>, overwrites: Bool
  ) -> [(facet: PlaceFacet, file: String, kept: String)] {
    guard !existing.held.isEmpty else { return [] }
    var kept: [(PlaceFacet, String, String)] = []
    for pointer in existing.held {
      let parts = pointer.split(separator: "/").map(String.init)
      for facet in all where facet.name == parts.first {
        if overwrites {
          if columns.contains(where: facet.holds) { place.held.removeAll { $0 == pointer } }
        } else if facet.differs(place, existing) {
          kept.append((facet, facet.text(place), facet.text(existing)))
          facet.copy(&place, existing)
        }
      }
    }
    return kept
  }
}
