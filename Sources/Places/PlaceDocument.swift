import OpeningHours

/// What the registry derives for a place and shows in its document.
public struct DerivedPlace: Sendable, Hashable {
  /// The municipality and how it was found.
  public var municipality: Municipality?
  /// How it was found; nil exactly when ``municipality`` is.
  public var municipalitySource: MunicipalitySource?
  /// The administrative divisions other than the municipality that the position lies in, as JSON.
  public var divisions: [JSONValue] = []
  /// The version, from 1.
  public var version = 1
  /// When it was made (RFC 3339).
  public var createdTime = ""
  /// When its version was made (RFC 3339).
  public var lastModifiedTime = ""
  /// Whether it was deleted (merged and split places are too).
  public var isDeleted = false
  /// The id that replaced it.
  public var replacedBy: String?

  /// Makes an empty one.
  public init() {}

  /// The names of its districts and the like, in all languages.
  public var areaNames: [String] { divisions.flatMap { $0["name"]?.members?.compactMap(\.value.stringValue) ?? [] } }
}

/// The one renderer of place documents (CONTRACT section 2's object).
///
/// A document is stored without what depends on the request or the clock: `@id` (host), `position` (CRS), `n_events`,
/// `has_upcoming_events` and `distance` are spliced in when it is answered.
public enum PlaceDocument {
  /// The members of the object without its braces, to be stored.
  public static func stored(_ place: Place, _ derived: DerivedPlace) -> JSONWriter {
    var w = JSONWriter(capacity: 1400)
    w.member("@context", "http://schema.org")
    w.member("@type", "Place")
    w.member("id", place.id.description)
    w.member("data_source", place.id.source.description)
    w.member("publisher", place.publisher)
    w.key("has_user_editable_resources")
    w.bool(false)
    w.member("name", place.name)
    w.member("description", place.description)
    w.member("street_address", place.streetAddress)
    w.member("postal_code", place.postalCode?.description)
    w.member("post_office", place.postOffice)
    w.member("address_locality", place.postOffice)
    municipality(&w, derived)
    w.member("post_office_box_num", place.postOfficeBox)
    w.member("address_region", place.addressRegion)
    w.member("address_country", place.addressCountry)
    coordinates(&w, place.position)
    openingHours(&w, place)
    w.member("info_url", place.infoURL)
    urls(&w, place.urls)
    w.member("kind", place.kind.rawValue)
    operatingStatus(&w, place.operatingStatus)
    alternateNames(&w, place.alternateNames)
    w.key("held")
    w.beginArray()
    for pointer in place.held { w.string(pointer) }
    w.endArray()
    w.member("verified_time", place.verifiedTime)
    w.member("email", place.email)
    w.member("telephone", place.telephone)
    w.member("contact_type", place.contactType)
    w.key("image")
    w.value(place.image ?? .null)
    w.key("identifiers")
    w.beginArray()
    for identifier in place.identifiers {
      w.beginObject()
      w.member("scheme", identifier.scheme)
      w.member("value", identifier.value)
      w.endObject()
    }
    w.endArray()
    w.member("parent", place.parent)
    divisions(&w, derived)
    w.member("replaced_by", derived.replacedBy)
    w.key("deleted")
    w.bool(derived.isDeleted)
    w.member("publication_status", place.isPublic ? "public" : "draft")
    w.member("created_time", derived.createdTime)
    w.member("last_modified_time", derived.lastModifiedTime)
    w.key("version")
    w.integer(derived.version)
    w.key("custom_data")
    w.value(place.customData ?? .null)
    for member in place.other?.members ?? [] {
      w.key(member.key)
      w.value(member.value)
    }
    return w
  }

  private static func municipality(_ w: inout JSONWriter, _ derived: DerivedPlace) {
    w.key("municipality")
    guard let municipality = derived.municipality else { return w.null() }
    w.beginObject()
    w.member("code", municipality.code.description)
    w.member("name", municipality.name)
    w.member("source", derived.municipalitySource?.rawValue)
    w.endObject()
  }

  /// `coordinates` tells a position as delivered; one delivered in WGS 84 is told by `position` alone.
  private static func coordinates(_ w: inout JSONWriter, _ position: DeliveredPosition?) {
    w.key("coordinates")
    guard let position, position.srid != PlacePosition.geographicSRID else { return w.null() }
    w.beginObject()
    w.key("srid")
    w.integer(position.srid)
    w.key("x")
    w.double(position.x)
    w.key("y")
    w.double(position.y)
    w.key("accuracy")
    w.double(position.accuracy)
    w.endObject()
  }

  private static func openingHours(_ w: inout JSONWriter, _ place: Place) {
    w.key("opening_hours")
    guard place.openingHours != nil || place.openingHoursText != nil || !place.openingExceptions.isEmpty else {
      return w.null()
    }
    w.beginObject()
    w.member("expression", place.openingHours)
    w.member("text", place.openingHoursText)
    // What `include=open_now` adds is spliced in behind the time zone.
    w.member("timezone", VenueHours.zone.identifier)
    if !place.openingExceptions.isEmpty {
      w.key("exceptions")
      w.value(.array(place.openingExceptions.map(\.json)))
    }
    w.endObject()
  }

  private static func urls(_ w: inout JSONWriter, _ urls: [TypedAddress]) {
    w.key("urls")
    w.beginArray()
    for url in urls {
      w.beginObject()
      w.member("type", url.kind.rawValue)
      w.member("url", url.address.description)
      w.member("language", url.language?.rawValue)
      w.endObject()
    }
    w.endArray()
  }

  private static func operatingStatus(_ w: inout JSONWriter, _ status: OperatingStatus) {
    w.key("operating_status")
    w.beginObject()
    w.member("status", status.state.rawValue)
    w.member("valid_from", status.validFrom)
    w.member("valid_to", status.validTo)
    w.member("successor", status.successor)
    w.endObject()
  }

  private static func alternateNames(_ w: inout JSONWriter, _ names: [AlternateName]) {
    w.key("alternate_names")
    w.beginArray()
    for name in names {
      w.beginObject()
      w.member("name", name.name)
      w.member("language", name.language?.rawValue)
      w.member("kind", name.kind.rawValue)
      w.endObject()
    }
    w.endArray()
  }

  private static func divisions(_ w: inout JSONWriter, _ derived: DerivedPlace) {
    w.key("divisions")
    w.beginArray()
    if let municipality = derived.municipality {
      w.beginObject()
      w.member("type", "muni")
      w.member("ocd_id", municipality.ocdID)
      w.member("municipality", municipality.name.preferred)
      w.member("name", municipality.name)
      w.endObject()
    }
    for division in derived.divisions { w.value(division) }
    w.endArray()
  }
}

extension JSONWriter {
  /// Writes a member whose value is a string or `null`.
  public mutating func member(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }

  /// Writes a member whose value is multilingual text or `null`.
  public mutating func member(_ name: String, _ value: LocalizedText?) {
    key(name)
    localized(value)
  }
}
