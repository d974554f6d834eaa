import Places
import Postgres

/// The columns of the versioned row that are written as they were said, in one list: staging, insert, update, compare
/// and read all follow it. `hours_id` and `parent` are looked up and stand beside it.
enum PlaceColumns {
  typealias Column = RowColumn<Place>

  static let all: [Column] = [
    Column("id", "text") { $0.id.description },
    Column("data_source", "text") { $0.id.source.description },
    Column("publisher", "text") { $0.publisher },
    Column("name", "jsonb") { $0.name.json.text },
    Column("description", "jsonb") { $0.description?.json.text },
    Column("street_address", "jsonb") { $0.streetAddress?.json.text },
    Column("postal_code", "text") { $0.postalCode?.description },
    Column("post_office", "jsonb") { $0.postOffice?.json.text },
    Column("post_office_box", "text") { $0.postOfficeBox },
    Column("address_region", "text") { $0.addressRegion },
    Column("address_country", "text") { $0.addressCountry },
    Column("given_municipality", "text") { $0.givenMunicipality?.description },
    Column("srid", "integer") { $0.position.map { String($0.srid) } },
    Column("x", "float8") { $0.position?.x.postgresText },
    Column("y", "float8") { $0.position?.y.postgresText },
    Column("accuracy", "float8") { $0.position?.accuracy?.postgresText },
    Column("hours_text", "jsonb") { $0.openingHoursText?.json.text },
    Column("hours_exceptions", "jsonb") { json($0.openingExceptions, \.json) },
    Column("info_url", "jsonb") { $0.infoURL?.json.text },
    Column("urls", "jsonb") { json($0.urls, urlJSON) },
    Column("alternate_names", "jsonb") { json($0.alternateNames, alternateJSON) },
    Column("email", "text") { $0.email },
    Column("telephone", "jsonb") { $0.telephone?.json.text },
    Column("contact_type", "text") { $0.contactType },
    Column("image", "jsonb") { $0.image?.text },
    Column("identifiers", "jsonb") {
      json($0.identifiers) { .object([.init("scheme", .string($0.scheme)), .init("value", .string($0.value))]) }
    },
    Column("kind", "text") { $0.kind.rawValue },
    Column("operating_status", "text") { $0.operatingStatus.state.rawValue },
    Column("operating_from", "date") { $0.operatingStatus.validFrom },
    Column("operating_to", "date") { $0.operatingStatus.validTo },
    Column("operating_successor", "text") { $0.operatingStatus.successor },
    Column("publication_status", "text") { $0.isPublic ? "public" : "draft" },
    Column("verified_time", "timestamptz") { $0.verifiedTime },
    Column("held", "jsonb") { json($0.held) { .string($0) } },
    Column("custom_data", "jsonb") { $0.customData?.text },
    Column("other", "jsonb") { $0.other?.text },
  ]

  static let names = all.map(\.name)

  /// All columns of `place` and `place_history` alike.
  private static let rowNames =
    ["pk", "version"] + names + [
      "hours_id", "parent", "state", "replaced_by", "deleted_time", "deletion_reason", "created_time",
      "last_modified_time", "actor", "person", "request_id",
    ]
  /// Their names, and the same of `place p`: a version is kept by copying the row.
  static let row = SQL(unescaped: rowNames.joined(separator: ", "))
  static let rowOfPlace = SQL(unescaped: rowNames.map { "p.\($0)" }.joined(separator: ", "))

  /// The select list that ``read(_:_:_:)`` reads, of `place p`, `hours h` and the parent `a`.
  static let selection = SQL(
    unescaped: names.map { name in
      switch name {
      case "verified_time": PlaceStore.rfc3339("p.verified_time").text
      case "operating_from", "operating_to": "p.\(name)::text"
      default: "p.\(name)"
      }
    }.joined(separator: ", ") + ", h.expression, a.id")
  static let tables: SQL = "place p left join hours h on h.id = p.hours_id left join place a on a.pk = p.parent"
  /// The same joined to `place_key k`.
  static let joinedTables: SQL =
    "place p on p.pk = k.pk left join hours h on h.id = p.hours_id left join place a on a.pk = p.parent"
  static let selectionCount = all.count + 2

  private static func json<T>(_ values: [T], _ transform: (T) -> JSONValue) -> String {
    JSONValue.array(values.map(transform)).text
  }

  private static func urlJSON(_ url: TypedAddress) -> JSONValue {
    .object([
      .init("type", .string(url.kind.rawValue)), .init("url", .string(url.address.description)),
      .init("language", url.language.map { .string($0.rawValue) } ?? .null),
    ])
  }

  private static func alternateJSON(_ name: AlternateName) -> JSONValue {
    .object([
      .init("name", .string(name.name)), .init("language", name.language.map { .string($0.rawValue) } ?? .null),
      .init("kind", .string(name.kind.rawValue)),
    ])
  }

  /// Reads a place from the columns of ``selection`` beginning at `first`.
  static func read(_ rows: Rows, _ row: Int, _ first: Int) throws -> Place {
    var next = first
    func text() -> String? {
      defer { next += 1 }
      return rows.string(row, next)
    }
    func json() throws -> JSONValue? { try text().map { try JSONParser.parse($0) } }
    func localized() throws -> LocalizedText? { try json().flatMap { LocalizedText(json: $0) } }
    let id = try PlaceID(text() ?? "")
    _ = text()  // data_source, part of the id
    let publisher = text()
    guard let name = try localized() else { throw StoreError.fault("A place without a name.") }
    var place = Place(id: id, name: name)
    place.publisher = publisher
    place.description = try localized()
    place.streetAddress = try localized()
    place.postalCode = try text().map { try PostalCode($0) }
    place.postOffice = try localized()
    place.postOfficeBox = text()
    place.addressRegion = text()
    place.addressCountry = text()
    place.givenMunicipality = try text().map { try MunicipalityCode($0) }
    let numbers = (text(), text(), text(), text())
    if let srid = numbers.0.flatMap({ Int($0) }), let x = numbers.1.flatMap({ Double($0) }),
      let y = numbers.2.flatMap({ Double($0) })
    {
      place.position = DeliveredPosition(srid: srid, x: x, y: y, accuracy: numbers.3.flatMap { Double($0) })
    }
    place.openingHoursText = try localized()
    place.openingExceptions = (try json()?.arrayValue ?? []).compactMap { OpeningException(json: $0) }
    place.infoURL = try localized()
    place.urls = try (json()?.arrayValue ?? []).map { value in
      TypedAddress(
        TypedAddress.Kind(rawValue: value["type"]?.stringValue ?? "") ?? .other,
        try WebAddress(value["url"]?.stringValue ?? ""),
        language: value["language"]?.stringValue.flatMap { Language(rawValue: $0) })
    }
    place.alternateNames = try (json()?.arrayValue ?? []).map { value in
      AlternateName(
        value["name"]?.stringValue ?? "", language: value["language"]?.stringValue.flatMap { Language(rawValue: $0) },
        kind: AlternateName.Kind(rawValue: value["kind"]?.stringValue ?? "") ?? .other)
    }
    place.email = text()
    place.telephone = try localized()
    place.contactType = text()
    place.image = try json()
    place.identifiers = try (json()?.arrayValue ?? []).map {
      try ForeignIdentifier(scheme: $0["scheme"]?.stringValue ?? "", value: $0["value"]?.stringValue ?? "")
    }
    place.kind = PlaceKind(rawValue: text() ?? "") ?? .venue
    place.operatingStatus.state = OperatingState(rawValue: text() ?? "") ?? .open
    place.operatingStatus.validFrom = text()
    place.operatingStatus.validTo = text()
    place.operatingStatus.successor = text()
    place.isPublic = text() == "public"
    place.verifiedTime = text()
    place.held = (try json()?.arrayValue ?? []).compactMap(\.stringValue)
    place.customData = try json()
    place.other = try json()
    place.openingHours = text()
    place.parent = text()
    return place
  }
}
