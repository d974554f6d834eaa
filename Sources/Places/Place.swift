import Geodesy

/// What a place is: somewhere events are held, or one of the stand-ins for "somewhere in Oulu" and "online".
public enum PlaceKind: String, Sendable, Hashable, CaseIterable {
  case venue, area, municipality, online
}

/// Whether the place operates; a closed venue keeps its events.
public enum OperatingState: String, Sendable, Hashable, CaseIterable {
  case open
  case temporarilyClosed = "temporarily_closed"
  case closed
  case planned
}

/// The operating state with its dates (ISO 8601, inclusive) and what came after.
public struct OperatingStatus: Sendable, Hashable {
  /// The state.
  public var state: OperatingState
  /// The first day, `yyyy-mm-dd`.
  public var validFrom: String?
  /// The last day, `yyyy-mm-dd`.
  public var validTo: String?
  /// The id of the place that took over; no redirect.
  public var successor: String?

  /// Makes a status.
  public init(
    _ state: OperatingState = .open, validFrom: String? = nil, validTo: String? = nil, successor: String? = nil
  ) {
    self.state = state
    self.validFrom = validFrom
    self.validTo = validTo
    self.successor = successor
  }
}

/// A position as it was delivered: x is easting or longitude, y northing or latitude, in the CRS's unit.
public struct DeliveredPosition: Sendable, Hashable {
  /// EPSG code.
  public var srid: Int
  /// Easting in metres, or longitude in degrees.
  public var x: Double
  /// Northing in metres, or latitude in degrees.
  public var y: Double
  /// How exact the source says it is, in metres.
  public var accuracy: Double?

  /// Makes a position.
  public init(srid: Int, x: Double, y: Double, accuracy: Double? = nil) {
    self.srid = srid
    self.x = x
    self.y = y
    self.accuracy = accuracy
  }
}

/// A further name that searches should find.
public struct AlternateName: Sendable, Hashable {
  /// Why it is there.
  public enum Kind: String, Sendable, Hashable, CaseIterable { case former, short, other }
  /// The name.
  public var name: String
  /// Its language, if known.
  public var language: Language?
  /// Why it is there.
  public var kind: Kind

  /// Makes a name.
  public init(_ name: String, language: Language? = nil, kind: Kind = .other) {
    self.name = name
    self.language = language
    self.kind = kind
  }
}

/// A web address with what it is for.
public struct TypedAddress: Sendable, Hashable {
  /// What it is for.
  public enum Kind: String, Sendable, Hashable, CaseIterable { case website, booking, tickets, social, map, other }
  /// What it is for.
  public var kind: Kind
  /// The address.
  public var address: WebAddress
  /// The language of the page, if known.
  public var language: Language?

  /// Makes an address.
  public init(_ kind: Kind, _ address: WebAddress, language: Language? = nil) {
    self.kind = kind
    self.address = address
    self.language = language
  }
}

/// What people and sources said of a place; nothing here is derived. One value is one version.
public struct Place: Sendable, Hashable {
  /// The permanent id.
  public var id: PlaceID
  /// The organisation that answers for it; nil: the owner of its data source.
  public var publisher: String?
  /// The name; at least one language.
  public var name: LocalizedText
  /// What there is, in plain text.
  public var description: LocalizedText?
  /// Street and number, without postal code and post office.
  public var streetAddress: LocalizedText?
  /// The postal code of the street address.
  public var postalCode: PostalCode?
  /// The post office (postitoimipaikka), which is not the municipality.
  public var postOffice: LocalizedText?
  /// The post office box (PL), digits.
  public var postOfficeBox: String?
  /// The region as the source names it.
  public var addressRegion: String?
  /// ISO 3166-1 alpha-2.
  public var addressCountry: String? = "FI"
  /// The municipality as given by the source.
  public var givenMunicipality: MunicipalityCode?
  /// Where it is, as it was delivered.
  public var position: DeliveredPosition?
  /// An OpenStreetMap `opening_hours` expression.
  public var openingHours: String?
  /// Opening hours in words.
  public var openingHoursText: LocalizedText?
  /// What holds on some days in place of the opening hours, in the order in which it was said.
  public var openingExceptions: [OpeningException] = []
  /// The web page of each language.
  public var infoURL: LocalizedText?
  /// Further web addresses.
  public var urls: [TypedAddress] = []
  /// Further names that searches find.
  public var alternateNames: [AlternateName] = []
  /// The e-mail address.
  public var email: String?
  /// The telephone number of each language.
  public var telephone: LocalizedText?
  /// What the contact details are for.
  public var contactType: String?
  /// Linked Events' image id.
  public var image: JSONValue?
  /// The ids that other systems gave it.
  public var identifiers: [ForeignIdentifier] = []
  /// The id of the place that this one is part of.
  public var parent: String?
  /// What it is.
  public var kind: PlaceKind = .venue
  /// Whether it operates.
  public var operatingStatus = OperatingStatus()
  /// A draft is shown to nobody without a key.
  public var isPublic = true
  /// When somebody last looked and found it right (RFC 3339).
  public var verifiedTime: String?
  /// JSON pointers of fields changed by hand, which imports leave alone.
  public var held: [String] = []
  /// Keys and values of the source, an object.
  public var customData: JSONValue?
  /// Keys of Linked Events' place object that mean nothing here, kept as they came.
  public var other: JSONValue?

  /// Makes a place with the two things that every place has.
  public init(id: PlaceID, name: LocalizedText) {
    self.id = id
    self.name = name
  }
}
