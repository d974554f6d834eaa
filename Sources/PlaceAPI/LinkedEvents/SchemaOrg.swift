import Geodesy
import PlaceStore
import Places

/// A place in schema.org's vocabulary, made from its stored document.
enum SchemaOrg {
  static func place(_ row: PlaceRow, baseURL: String, isRoot: Bool) throws -> JSONValue {
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
    return .object(members)
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
