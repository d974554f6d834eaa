import Geodesy
import HTTPTypes
import PlaceStore
import Places

extension API {
  /// `/v1/municipality/`, and with `lat` and `lon` the one at that point.
  func municipalities(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    let latitude = reader.numbers("lat", 1, "the latitude in degrees")?.first
    let longitude = reader.numbers("lon", 1, "the longitude in degrees")?.first
    if (exchange.query["lat"] == nil) != (exchange.query["lon"] == nil) {
      reader.fail(exchange.query["lat"] == nil ? "lat" : "lon", "Give lat and lon together.")
    }
    if let latitude, abs(latitude) > 90 { reader.fail("lat", "Latitude is −90 to 90.") }
    if let longitude, abs(longitude) > 180 { reader.fail("lon", "Longitude is −180 to 180.") }
    try reader.finish()
    let page = try reader.page()
    let size = reader.pageSize()
    var found = try await store.municipalities().municipalities.values.sorted { $0.code < $1.code }
    if let latitude, let longitude {
      let code = try await store.municipality(at: Coordinate(x: longitude, y: latitude))
      found.removeAll { $0.code != code }
    }
    let withBoundary = try await boundaries(exchange, found, page, size)
    return try list(exchange, found, page: page, size: size) { w, municipality in
      Self.write(municipality, boundary: withBoundary?[municipality.code], into: &w)
    }
  }

  /// `/v1/municipality/{code-or-name}/`
  func municipality(_ exchange: Exchange) async throws -> Answer {
    let asked = exchange.segments[0]
    guard let municipality = try await store.municipality(asked) else {
      throw Problem.notFound("\(asked) is no municipality: give its three-digit code or its name in any language.")
    }
    var w = JSONWriter()
    let boundary = try await boundaries(exchange, [municipality], 1, 1)
    Self.write(municipality, boundary: boundary?[municipality.code], into: &w)
    return .json(w.bytes)
  }

  /// The boundaries of one page, `"null"` where none is known; nil when they weren't asked for.
  private func boundaries(_ exchange: Exchange, _ found: [Municipality], _ page: Int, _ size: Int) async throws
    -> [MunicipalityCode: String]?
  {
    let included = exchange.query["include"]?.split(separator: ",").map(\.trimmed) ?? []
    guard included.contains("boundary") else { return nil }
    var boundaries: [MunicipalityCode: String] = [:]
    for municipality in found.dropFirst((page - 1) * size).prefix(size) {
      boundaries[municipality.code] =
        municipality.hasBoundary ? try await store.boundary(of: municipality.code) ?? "null" : "null"
    }
    return boundaries
  }

  private static func write(_ municipality: Municipality, boundary: String?, into w: inout JSONWriter) {
    w.beginObject()
    w.member("code", municipality.code.description)
    w.member("name", municipality.name)
    w.key("region")
    if let code = municipality.regionCode, let name = municipality.regionName {
      w.beginObject()
      w.member("code", code)
      w.member("name", name)
      w.endObject()
    } else {
      w.null()
    }
    w.member("language_class", municipality.languageClass)
    w.member("valid_from", municipality.validFrom)
    w.member("valid_to", municipality.validTo)
    for (key, codes) in [("successors", municipality.successors), ("predecessors", municipality.predecessors)] {
      w.key(key)
      w.beginArray()
      for code in codes { w.string(code.description) }
      w.endArray()
    }
    w.key("has_boundary")
    w.bool(municipality.hasBoundary)
    if let boundary {
      w.key("boundary")
      w.raw(boundary.utf8)
    }
    w.endObject()
  }

  /// `/v1/postal_code/`
  func postalCodes(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    var codes: [MunicipalityCode]?
    for value in reader.list("municipality", limit: 400) ?? [] {
      guard let found = try await store.municipality(value) else {
        reader.fail(
          "municipality", "\(value) is no municipality: give its three-digit code or its name in any language.",
          code: "unknown-municipality")
        continue
      }
      codes = try await (codes ?? []) + store.municipalities().current(found.code)
    }
    let offices = reader.list("post_office")?.map { $0.lowercased() }
    try reader.finish()
    let page = try reader.page()
    let size = reader.pageSize()
    let (count, answers) = try await store.postalCodes(
      municipalities: codes, postOffices: offices, page: page, pageSize: size)
    if answers.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * size < count)
    var w = JSONWriter(capacity: answers.count * 160 + 256)
    w.beginObject()
    paging.meta(count: count, into: &w)
    w.key("data")
    w.beginArray()
    for answer in answers { Self.write(answer, into: &w) }
    w.endArray()
    w.endObject()
    return .json(w.bytes)
  }

  /// `/v1/postal_code/{code}/`
  func postalCode(_ exchange: Exchange) async throws -> Answer {
    let asked = exchange.segments[0]
    guard let code = try? PostalCode(asked) else {
      throw Problem.notFound("\(asked) is no postal code: a postal code is five digits.")
    }
    guard let answer = try await store.postalCode(code) else {
      throw Problem.notFound("The postal code \(code) is not in the register.")
    }
    var w = JSONWriter()
    Self.write(answer, into: &w)
    return .json(w.bytes)
  }

  private static func write(_ answer: PostalCodeAnswer, into w: inout JSONWriter) {
    w.beginObject()
    w.member("postal_code", answer.record.code.description)
    w.member("post_office", answer.record.postOffice)
    w.key("municipality")
    if let code = answer.record.municipality, let name = answer.municipalityName {
      w.beginObject()
      w.member("code", code.description)
      w.member("name", name)
      w.endObject()
    } else {
      w.null()
    }
    w.member("type", answer.record.type)
    w.endObject()
  }

  /// `/v1/data_source/`
  func dataSources(_ exchange: Exchange) async throws -> Answer {
    let reader = ParameterReader(exchange.query)
    let sources = try await store.dataSources()
    return try list(exchange, sources, page: try reader.page(), size: reader.pageSize()) { w, source in
      w.beginObject()
      w.member("id", source.id)
      w.member("name", source.name)
      w.member("licence", source.licence)
      w.member("licence_url", source.licenceURL)
      w.member("attribution", source.attribution)
      w.member("contact", source.contact)
      w.member("updated_time", source.dataTime)
      w.endObject()
    }
  }

  /// A page of a list that is in memory.
  func list<T>(
    _ exchange: Exchange, _ all: [T], page: Int, size: Int, write: (inout JSONWriter, T) -> Void
  ) throws -> Answer {
    let rows = all.dropFirst((page - 1) * size).prefix(size)
    if rows.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * size < all.count)
    var w = JSONWriter(capacity: 4096)
    w.beginObject()
    paging.meta(count: all.count, into: &w)
    w.key("data")
    w.beginArray()
    for row in rows { write(&w, row) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }
}
