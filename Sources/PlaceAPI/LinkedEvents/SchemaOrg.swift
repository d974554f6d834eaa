import Geodesy
import OpeningHours
import PlaceStore
import Places

/// A place in schema.org's vocabulary, made from its stored document.
enum SchemaOrg {
  /// The place; `open` tells when it is open.
  static func place(_ row: PlaceRow, baseURL: String, isRoot: Bool, open: OpenNow? = nil) throws -> JSONValue {
    let document = try JSONParser.parse(
      Array("{".utf8) + row.withDocument { Array($0) } + Array("}".utf8))
    var members: [JSONValue.Member] = isRoot ? [.init("@context", .string("https://schema.org"))] : []
    func add(_ key: String, _ value: JSONValue?) {
      guard let value, value != .null else { return }
      members.append(.init(key, value))
    }
    add("@type", .string("Place"))
    add("@id", .string("\(baseURL)/v1/place/\(ResourceAddress.segment(row.id))/"))
    add("name", tagged(document["name"]))
    add("description", tagged(document["description"]))
    add("address", address(document))
    if let degrees = row.degrees {
      add(
        "geo",
        .object([
          .init("@type", .string("GeoCoordinates")), .init("latitude", .number(degrees.y)),
          .init("longitude", .number(degrees.x)),
        ]))
    }
    add("url", tagged(document["info_url"]))
    add("sameAs", .array((document["urls"]?.arrayValue ?? []).compactMap { $0["url"] }))
    add("telephone", tagged(document["telephone"]))
    add("email", document["email"])
    let names = (document["alternate_names"]?.arrayValue ?? []).compactMap { name in
      name["name"]?.stringValue.map { value($0, language: name["language"]?.stringValue) }
    }
    add("alternateName", .array(names))
    add("openingHours", document["opening_hours"]?["expression"])
    if let open { add("openingHoursSpecification", hours(open, row)) }
    return .object(members)
  }

  /// The next weeks' hours with their exceptions; nil for a place that has none or doesn't operate.
  private static func hours(_ open: OpenNow, _ row: PlaceRow) -> JSONValue? {
    guard let hours = open.hours[row.id], let calendar = hours.calendar, hours.operates(at: open.now),
      let today = HoursDate(VenueHours.zone.date(at: open.now))
    else { return nil }
    let told = SchemaOrgHours.specifications(
      of: calendar.expression, from: today, zone: VenueHours.zone,
      position: row.degrees.map { SunPosition(latitude: $0.y, longitude: $0.x) })
    return .array(
      told.specifications.map { specification in
        var members: [JSONValue.Member] = [.init("@type", .string("OpeningHoursSpecification"))]
        let days = specification.dayOfWeek
        if !days.isEmpty { members.append(.init("dayOfWeek", .array(days.map { .string($0) }))) }
        members.append(.init("opens", .string(specification.opens)))
        members.append(.init("closes", .string(specification.closes)))
        if let day = specification.validFrom { members.append(.init("validFrom", .string(day.description))) }
        if let day = specification.validThrough { members.append(.init("validThrough", .string(day.description))) }
        return .object(members)
      })
  }

  private static func address(_ document: JSONValue) -> JSONValue {
    var members: [JSONValue.Member] = [.init("@type", .string("PostalAddress"))]
    let fields: [(String, JSONValue?)] = [
      ("streetAddress", tagged(document["street_address"])), ("postalCode", document["postal_code"]),
      ("addressLocality", tagged(document["post_office"])), ("addressRegion", document["address_region"]),
      ("addressCountry", document["address_country"]), ("postOfficeBoxNumber", document["post_office_box_num"]),
    ]
    for (key, value) in fields {
      if let value, value != .null { members.append(.init(key, value)) }
    }
    return .object(members)
  }

  /// Multilingual text as JSON-LD's language-tagged values.
  private static func tagged(_ text: JSONValue?) -> JSONValue? {
    guard let members = text?.members else { return nil }
    return .array(members.map { value($0.value.stringValue ?? "", language: $0.key) })
  }

  private static func value(_ text: String, language: String?) -> JSONValue {
    guard let language else { return .object([.init("@value", .string(text))]) }
    let tag = language == "zh_hans" ? "zh-Hans" : language
    return .object([.init("@language", .string(tag)), .init("@value", .string(text))])
  }
}
