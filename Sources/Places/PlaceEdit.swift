import Foundation
import Geodesy

/// Applies a JSON body in Linked Events' shape to a place.
///
/// A key counts as an edit only where it differs from what the place is shown as: so a document that was read and written
/// back changes nothing, and of two keys for one thing (`address_locality`/`post_office`, `position`/`coordinates`) the
/// one that was touched is the edit. Keys left out keep their values, null clears (PUT as Linked Events; PATCH is RFC
/// 7396).
public struct PlaceEdit {
  /// What the body says about the place's life; `nil` where it says nothing new.
  public struct Life: Sendable, Hashable {
    /// The wanted value of `deleted`.
    public var deleted: Bool?
    /// The wanted value of `replaced_by`: an id, or none.
    public var replacedBy: String??
  }

  /// What the edit can't know by itself.
  public struct Surroundings {
    /// EPSG code of `position`.
    public var srid = PlacePosition.geographicSRID
    /// Whether objects without a meaning of their own are merged (PATCH) or replaced (PUT).
    public var merges = false
    /// The time zone of times without an offset.
    public var zone = TimeZone.gmt
    /// A municipality's code by code or name.
    public var municipality: (String) -> MunicipalityCode? = { _ in nil }

    /// Makes surroundings.
    public init() {}
  }

  /// The place as it is to become.
  public private(set) var place: Place
  /// The keys that differ from what is shown.
  public private(set) var edited: Set<String> = []
  /// What the body says about its life.
  public private(set) var life = Life()
  /// `position` and `coordinates` where both were touched: whoever can transform tells whether they agree.
  public var pair: (DeliveredPosition, DeliveredPosition)?
  /// Reads values and holds everything that is wrong.
  public var reader = BodyReader()

  let shown: JSONValue?
  let surroundings: Surroundings
  let isNew: Bool

  /// Keys of our own that can't be written.
  private static let ignored: Set<String> = [
    "@id", "@context", "@type", "version", "n_events", "has_upcoming_events", "distance", "decisions", "divisions",
    "created_time",
    "last_modified_time", "has_user_editable_resources", "created_by", "last_modified_by",
  ]
  /// Linked Events' keys that mean nothing here; kept as they came.
  private static let kept: Set<String> = ["origin_id"]

  private static let known: Set<String> = ignored.union(kept).union([
    "id", "data_source", "publisher", "name", "description", "street_address", "postal_code", "post_office",
    "address_locality", "municipality", "post_office_box_num", "address_region", "address_country", "position",
    "coordinates", "opening_hours", "info_url", "urls", "kind", "operating_status", "alternate_names", "held",
    "verified_time", "email", "telephone", "contact_type", "image", "identifiers", "parent", "replaced_by", "deleted",
    "publication_status", "custom_data",
  ])

  /// Applies `body` to `place`; `shown` is its document as the writer was shown it, nil for a place that is being made.
  public init(_ body: JSONValue, to place: Place, shown: JSONValue?, _ surroundings: Surroundings) {
    self.place = place
    self.shown = shown
    self.surroundings = surroundings
    isNew = shown == nil
    guard case .object(let members) = body else {
      reader.fail("", body, "wrong-type", "A place is a JSON object.")
      return
    }
    var values: [String: JSONValue] = [:]
    for member in members {
      let key = Self.known.contains(member.key) ? member.key : BodyReader.snakeCase(member.key)
      if Self.known.contains(key) {
        values[key] = member.value
      } else {
        reader.fail(
          "/\(JSONValue.escaped(member.key))", member.value, "unknown-key",
          "A place has no such key: leave it out, or put it into custom_data.")
      }
    }
    for (key, value) in values where !Self.ignored.contains(key) && differs(key, value) { edited.insert(key) }
    apply(values)
  }

  /// Whether a value differs from what is shown. Absent and null say the same.
  private func differs(_ key: String, _ value: JSONValue) -> Bool {
    let old = shown?[key] ?? .null
    if key == "position", let given = Self.numbers(value), let now = Self.numbers(old) {
      // Linked Events rounds positions to 7 decimals and 2: what differs by no more than that is no edit.
      let tolerance = abs(now[0]) <= 180 && abs(now[1]) <= 90 ? 5.1e-8 : 0.0051
      return zip(given, now).contains { abs($0 - $1) > tolerance }
    }
    if key == "opening_hours" {
      return !Self.writable(openingHours: value).isSame(as: Self.writable(openingHours: old))
    }
    return !value.isSame(as: old)
  }

  static func numbers(_ position: JSONValue) -> [Double]? {
    guard let numbers = position["coordinates"]?.arrayValue?.map(\.doubleValue), numbers.count >= 2,
      let x = numbers[0], let y = numbers[1]
    else { return nil }
    return [x, y]
  }

  private mutating func apply(_ values: [String: JSONValue]) {
    let edits = values.filter { edited.contains($0.key) }
    func edit(_ key: String) -> JSONValue? { edits[key] }
    fixed(edit("id"), edit("data_source"))
    if let value = edit("publisher") { place.publisher = reader.text("/publisher", value) }
    names(edit("name"))
    if let value = edit("description") {
      place.description = reader.localized("/description", value, old: place.description, limit: 50_000)
    }
    address(edit)
    if let value = edit("municipality") { municipality(value) }
    position(edit("position"), edit("coordinates"))
    if let value = edit("opening_hours") { openingHours(value) }
    if let value = edit("info_url") { place.infoURL = reader.webAddresses("/info_url", value, old: place.infoURL) }
    if let value = edit("telephone") { place.telephone = reader.localized("/telephone", value, old: place.telephone) }
    if let value = edit("email") { email(value) }
    if let value = edit("contact_type") { place.contactType = reader.text("/contact_type", value) }
    if let value = edit("image") { place.image = value == .null ? nil : value }
    if let value = edit("urls") { urls(value) }
    if let value = edit("kind"), let kind = reader.choice("/kind", value, PlaceKind.self) { place.kind = kind }
    if let value = edit("operating_status") { operatingStatus(value) }
    if let value = edit("alternate_names") { alternateNames(value) }
    if let value = edit("held") { held(value) }
    if let value = edit("verified_time") {
      place.verifiedTime = reader.time("/verified_time", value, zone: surroundings.zone)?.description
    }
    if let value = edit("identifiers") { identifiers(value) }
    if let value = edit("parent") { place.parent = reader.reference("/parent", value) }
    if let value = edit("publication_status") { publicationStatus(value) }
    if let value = edit("custom_data") { customData(value) }
    if let value = edit("origin_id") {
      place.other = (place.other ?? .object([])).merged(with: .object([.init("origin_id", value)]))
    }
    if let value = edit("deleted") { life.deleted = reader.bool("/deleted", value) }
    if let value = edit("replaced_by") { life.replacedBy = .some(reader.reference("/replaced_by", value)) }
  }

  private mutating func fixed(_ id: JSONValue?, _ source: JSONValue?) {
    if let id, id != .null, id.stringValue != place.id.description {
      reader.fail("/id", id, "id-fixed", "The id of a place never changes: it is \(place.id).")
    }
    if let source, source != .null, source.stringValue != place.id.source.description {
      reader.fail(
        "/data_source", source, "data-source-fixed",
        "The data source is the part of the id before the colon: "
          + "\(place.id.source).")
    }
  }

  private mutating func names(_ value: JSONValue?) {
    guard let value else {
      if isNew { reader.fail("/name", .null, "required", "A place has a name in at least one language.") }
      return
    }
    let old = isNew ? nil : place.name
    guard let name = reader.localized("/name", value, old: old, limit: 500) else {
      if !reader.errors.contains(where: { $0.pointer.hasPrefix("/name") }) {
        reader.fail("/name", value, "required", "A place has a name in at least one language.")
      }
      return
    }
    place.name = name
  }

  /// Adds the names that the edit replaced as former ones, and takes away former ones that are names again.
  public mutating func keepFormerNames(of old: Place) {
    for value in old.name.values {
      guard let now = place.name[value.language], now != value.text else { continue }
      let former = AlternateName(value.text, language: value.language, kind: .former)
      let isKnown = place.alternateNames.contains { $0.name == former.name && $0.language == former.language }
      if !isKnown { place.alternateNames.append(former) }
      place.alternateNames.removeAll { $0.kind == .former && $0.name == now && $0.language == value.language }
    }
  }

  private mutating func address(_ edit: (String) -> JSONValue?) {
    if let value = edit("street_address") {
      place.streetAddress = reader.localized("/street_address", value, old: place.streetAddress)
    }
    if let value = edit("postal_code") {
      place.postalCode = reader.value("/postal_code", value) { text throws(InvalidValue) in try PostalCode(text) }
    }
    let office = edit("post_office")
    let locality = edit("address_locality")
    let old = place.postOffice
    if let office { place.postOffice = reader.localized("/post_office", office, old: old) }
    if let locality {
      let text = reader.localized("/address_locality", locality, old: old)
      if office != nil, text != place.postOffice {
        let detail =
          "post_office and address_locality are the same thing, and both were changed: let them agree, or send "
          + "only one."
        reader.fail("/post_office", office ?? .null, "pair-disagrees", detail)
        reader.fail("/address_locality", locality, "pair-disagrees", detail)
      } else {
        place.postOffice = text
      }
    }
    if let value = edit("post_office_box_num") {
      place.postOfficeBox = reader.text("/post_office_box_num", value, limit: 128)
    }
    if let value = edit("address_region") { place.addressRegion = reader.text("/address_region", value) }
    if let value = edit("address_country") {
      let country = reader.text("/address_country", value)
      if let country, country.wholeMatch(of: /[A-Za-z]{2}/) == nil {
        reader.fail("/address_country", value, "country", "Give two letters (ISO 3166-1), such as FI.")
      } else {
        place.addressCountry = country?.uppercased()
      }
    }
  }

  private mutating func municipality(_ value: JSONValue) {
    if value == .null {
      place.givenMunicipality = nil
      return
    }
    let given = value["code"] ?? value
    guard let text = reader.text("/municipality", given) else { return }
    guard let code = surroundings.municipality(text) else {
      reader.fail(
        "/municipality", given, "unknown-municipality",
        "There is no such municipality: give its three-digit code or its name.")
      return
    }
    place.givenMunicipality = code
  }

  private mutating func email(_ value: JSONValue) {
    let text = reader.text("/email", value, limit: 254)
    if let text, text.wholeMatch(of: /[^\s@]+@[^\s@]+/) == nil {
      reader.fail("/email", value, "email", "An e-mail address is name@host.")
    } else {
      place.email = text
    }
  }

  private mutating func publicationStatus(_ value: JSONValue) {
    switch value.stringValue {
    case "public": place.isPublic = true
    case "draft": place.isPublic = false
    default: reader.fail("/publication_status", value, "invalid-value", "The values are public, draft.")
    }
  }

  private mutating func customData(_ value: JSONValue) {
    guard value == .null || value.members != nil else {
      reader.fail("/custom_data", value, "wrong-type", "Give an object or null.")
      return
    }
    let result = surroundings.merges ? (place.customData ?? .object([])).merged(with: value) : value
    place.customData = result == .null || result == .object([]) ? nil : result
  }

  /// Marks the edited fields of a place that imports feed as held, so that the next import leaves them alone.
  public mutating func hold(_ fields: Set<String>) {
    for key in edited.intersection(fields).sorted() {
      let pointer = "/" + (key == "address_locality" ? "post_office" : key == "coordinates" ? "position" : key)
      if !place.held.contains(pointer) { place.held.append(pointer) }
    }
  }

  /// Names the publisher of a new place unless the body did.
  public mutating func publish(by organization: String?) {
    if !edited.contains("publisher") { place.publisher = organization }
  }

  /// Takes identifiers that came back to the place, unless the body names others.
  public mutating func takeIdentifiers(_ identifiers: [ForeignIdentifier]) {
    if !edited.contains("identifiers") { place.identifiers = identifiers }
  }

  mutating func set(_ change: (inout Place, inout BodyReader) -> Void) { change(&place, &reader) }
}
