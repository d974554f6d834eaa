import Geodesy
import PlaceMatching
import PlaceStore
import Places

/// The query parameters of `/v1/address/`.
struct AddressParameters {
  static let known: Set<String> = [
    "street", "number", "postal_code", "post_office", "municipality", "text", "lat", "lon", "limit", "page",
    "page_size",
    "srid", "format",
  ]

  /// The question.
  private(set) var query = AddressQuery()
  /// Further streets of the text, asked for in turn where the first isn't in the register.
  private(set) var furtherStreets: [String] = []
  private(set) var srid = PlacePosition.geographicSRID
  private(set) var page = 1
  /// Whether no address can fit: the town of the text isn't the one of the parameter.
  private(set) var isContradiction = false

  /// Throws ``Problem`` with everything that is wrong.
  static func read(_ query: QueryString, store: PlaceStore) async throws -> AddressParameters {
    var reader = ParameterReader(query)
    var parameters = AddressParameters()
    let limit = reader.whole("limit", 1...1000)
    parameters.query = AddressQuery(limit: limit ?? reader.pageSize())
    parameters.srid = PlaceParameters.srid(&reader, store.engine)?.srid ?? parameters.srid
    parameters.fields(&reader)
    try await parameters.municipalities(&reader, store)
    parameters.point(&reader)
    let text = PlaceParameters.text("text", &reader)?.trimmed
    if query["text"] != nil, query["street"] != nil || query["number"] != nil {
      reader.fail("text", "Give text, or street and number, not both.")
    } else if query["text"] != nil, text?.isEmpty ?? false {
      reader.fail("text", "Give an address, such as Blombergin aukio 12, Turku.")
    } else if query["text"] == nil, parameters.query.street == nil, query["number"] != nil, query["street"] == nil {
      reader.fail("number", "number needs street beside it.")
    } else if ["text", "street", "lat", "lon"].allSatisfy({ query[$0] == nil }) {
      reader.fail(
        "street",
        "Give street (with number, municipality, postal_code or post_office where they are known), a whole address as "
          + "text, or a point as lat and lon.", code: "required")
    }
    try reader.finish()
    parameters.page = try reader.page()
    if let text { parameters.take(AddressText(text, towns: try await store.townNames()), text) }
    parameters.query.offset = (parameters.page - 1) * parameters.query.limit
    return parameters
  }

  private mutating func fields(_ reader: inout ParameterReader) {
    query.street = PlaceParameters.text("street", &reader)?.trimmed
    if let street = query.street, street.isEmpty {
      reader.fail("street", "Give the street's name in Finnish or Swedish, such as Linnankatu.")
    }
    if let text = reader.query["number"] {
      do throws(InvalidValue) { take(try HouseNumber(text)) } catch {
        reader.fail("number", "Give a house number, such as 3, 13b or 1-4.")
      }
    } else if let street = query.street {
      // "Linnankatu 2": whoever gives no number may have it there.
      let parts = StreetName.split(street)
      if let number = parts.number, !parts.street.isEmpty {
        query.street = parts.street
        take(number)
      }
    }
    if let text = reader.query["postal_code"] {
      do throws(InvalidValue) { query.postalCode = try PostalCode(text).description } catch {
        reader.fail("postal_code", "\(error.value): \(error.detail)", code: "invalid-\(error.code)")
      }
    }
    query.postOffices = reader.list("post_office")
  }

  private mutating func take(_ number: HouseNumber) {
    query.number = number.number
    // Of "2 A 14" the letter may be a staircase's.
    if number.text == nil { query.letter = number.letter } else { query.likelyLetter = number.letter }
  }

  private mutating func municipalities(_ reader: inout ParameterReader, _ store: PlaceStore) async throws {
    guard let values = reader.list("municipality", limit: 400) else { return }
    var codes: [MunicipalityCode] = []
    for value in values {
      guard let found = try await store.municipality(value) else {
        reader.fail(
          "municipality", "\(value) is no municipality: give its three-digit code or its name in any language.",
          code: "unknown-municipality")
        continue
      }
      codes.append(contentsOf: try await store.municipalities().current(found.code))
    }
    query.municipalities = Set(codes).sorted()
  }

  private mutating func point(_ reader: inout ParameterReader) {
    let latitude = reader.numbers("lat", 1, "the latitude in degrees")?.first
    let longitude = reader.numbers("lon", 1, "the longitude in degrees")?.first
    if (reader.query["lat"] == nil) != (reader.query["lon"] == nil) {
      reader.fail(reader.query["lat"] == nil ? "lat" : "lon", "Give lat and lon together.")
    }
    if let latitude, abs(latitude) > 90 { reader.fail("lat", "Latitude is −90 to 90.") }
    if let longitude, abs(longitude) > 180 { reader.fail("lon", "Longitude is −180 to 180.") }
    if let latitude, let longitude { query.point = Coordinate(x: longitude, y: latitude) }
  }

  /// What a text says. Its town decides; its postal code, which is mistaken more often, only ranks, but for texts
  /// without a town that is known.
  private mutating func take(_ address: AddressText, _ text: String) {
    query.street = address.street ?? address.names.first ?? text
    furtherStreets = address.furtherStreets
    query.number = address.number
    query.letter = address.letter
    query.likelyLetter = address.staircase
    if !address.municipalities.isEmpty {
      if let asked = query.municipalities {
        let both = asked.filter { address.municipalities.contains($0) }
        isContradiction = both.isEmpty
        query.municipalities = both
      } else {
        query.municipalities = address.municipalities
      }
      query.likelyPostalCode = address.postalCode?.description
    } else if query.postalCode == nil {
      query.postalCode = address.postalCode?.description
    }
  }

  /// The question for one of the text's further streets.
  func further(_ street: String) -> AddressQuery {
    var query = query
    let parts = StreetName.split(street)
    query.street = parts.street
    if let number = parts.number {
      query.number = number.number
      query.letter = number.letter
    }
    return query
  }
}
