import Places

/// What entities are known by. Those that ``isCompared`` count in questions, and all can be fetched by data extension.
enum ReconcileProperty: String, Sendable, Hashable, CaseIterable {
  case name
  case streetAddress = "street_address"
  case postalCode = "postal_code"
  case postOffice = "post_office"
  case municipality
  case identifier
  case latitude = "lat"
  case longitude = "lon"
  case id
  case municipalityCode = "municipality_code"
  case alternateNames = "alternate_names"
  case description
  case kind
  case operatingStatus = "operating_status"
  case openingHours = "opening_hours"
  case infoURL = "info_url"
  case urls
  case email
  case telephone
  case parent
  case eventCount = "n_events"
  case dataSource = "data_source"
  case lastModifiedTime = "last_modified_time"
  case verifiedTime = "verified_time"

  /// For people.
  var label: String {
    switch self {
    case .name: "Name"
    case .streetAddress: "Street address"
    case .postalCode: "Postal code"
    case .postOffice: "Post office"
    case .municipality: "Municipality"
    case .identifier: "Identifier in another register"
    case .latitude: "Latitude (WGS 84)"
    case .longitude: "Longitude (WGS 84)"
    case .id: "Current id"
    case .municipalityCode: "Municipality code"
    case .alternateNames: "Other and former names"
    case .description: "Description"
    case .kind: "Kind"
    case .operatingStatus: "Operating status"
    case .openingHours: "Opening hours (OpenStreetMap expression)"
    case .infoURL: "Information page"
    case .urls: "Web addresses"
    case .email: "E-mail address"
    case .telephone: "Telephone"
    case .parent: "Part of"
    case .eventCount: "Number of events"
    case .dataSource: "Data source"
    case .lastModifiedTime: "Last changed"
    case .verifiedTime: "Last verified"
    }
  }

  /// What it means, in a sentence.
  var explanation: String {
    switch self {
    case .name: "The name, in the language asked for; of an address the whole line."
    case .streetAddress: "Street and number: Linnankatu 2."
    case .postalCode: "Five digits: 20100."
    case .postOffice: "The town of the postal address: Turku."
    case .municipality: "The municipality, by name or three-digit code in questions; fetched, it is its own place."
    case .identifier: "An id in another register, scheme and value: tprek:12345."
    case .latitude: "Degrees north; counts together with lon."
    case .longitude: "Degrees east; counts together with lat."
    case .id: "The id that answers now for an old or foreign one."
    case .municipalityCode: "Three digits: 853."
    case .alternateNames: "Short, former and other names."
    case .description: "A description, in the language asked for."
    case .kind: "venue, area, municipality or online."
    case .operatingStatus: "open, temporarily_closed, closed or planned."
    case .openingHours: "When it is open, in the language of OpenStreetMap's opening_hours."
    case .infoURL: "A page about it, in the language asked for."
    case .urls: "Pages of all kinds: website, booking, tickets, social, map."
    case .email: "An e-mail address of the place."
    case .telephone: "A telephone number, in the language asked for."
    case .parent: "The place that it is a part of, such as the house of a hall."
    case .eventCount: "How many public events are linked to it."
    case .dataSource: "The register that it comes from."
    case .lastModifiedTime: "When it was changed last."
    case .verifiedTime: "When somebody looked last and found it right."
    }
  }

  /// Whether a question may use it.
  var isCompared: Bool {
    switch self {
    case .name, .streetAddress, .postalCode, .postOffice, .municipality, .identifier, .latitude, .longitude: true
    default: false
    }
  }

  /// Whether entities of a type have it.
  func isKnown(of type: ReconcileType) -> Bool {
    switch (type, self) {
    case (.place, _): true
    case (
      .address, .name
    ), (.address, .streetAddress), (.address, .postalCode), (.address, .postOffice),
      (.address, .municipality), (.address, .municipalityCode), (.address, .latitude), (.address, .longitude),
      (.address, .id), (.address, .dataSource):
      true
    default: false
    }
  }

  /// The type of its values where they are entities.
  var entityType: ReconcileType? { self == .municipality || self == .parent ? .place : nil }

  var json: JSONValue { .object([.init("id", .string(rawValue)), .init("name", .string(label))]) }
}
