import Geodesy
import HTTPTypes
import PlaceStore
import Places

extension API {
  /// `/v1/address/`: where an address is, and which address is where.
  func addresses(_ exchange: Exchange) async throws -> Answer {
    let parameters = try await AddressParameters.read(exchange.query, store: store)
    var page = AddressPage(addresses: [], count: 0)
    if !parameters.isContradiction {
      page = try await store.addressPage(parameters.query)
      for street in parameters.furtherStreets where page.count == 0 && parameters.page == 1 {
        page = try await store.addressPage(parameters.further(street))
      }
    }
    if page.addresses.isEmpty, parameters.page > 1 { throw Problem.pageNotFound(String(parameters.page)) }
    // Around a point there are as many as are asked for, and no further pages.
    let isAround = parameters.query.street == nil
    if isAround, parameters.page > 1 { throw Problem.pageNotFound(String(parameters.page)) }
    let hasNext = !isAround && parameters.query.offset + page.addresses.count < page.count
    let paging = Paging(exchange, page: parameters.page, hasNext: hasNext)
    let gazetteer = try await store.municipalities()
    var w = JSONWriter(capacity: 256 + page.addresses.count * 320)
    w.beginObject()
    paging.meta(count: page.count, into: &w)
    w.key("data")
    w.beginArray()
    for address in page.addresses { try write(address, gazetteer, srid: parameters.srid, into: &w) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// `/v1/address/{id}/`
  func address(_ exchange: Exchange) async throws -> Answer {
    let id = exchange.segments[0]
    var reader = ParameterReader(exchange.query)
    let crs = PlaceParameters.srid(&reader, store.engine)
    try reader.finish()
    switch try await store.address(id: id) {
    case .unknown: throw Problem.notFound("There is no address with the id \(id), and there never was one.")
    case .retired(let time, let session):
      throw Problem(
        status: .gone, code: "gone", title: "Retired",
        detail: "The address is in its source's register no more, or was imported by mistake.",
        extra: [
          .init("deleted_time", .string(time)), .init("reason", .string("Retired by import:\(session).")),
        ])
    case .address(let address):
      var w = JSONWriter()
      try write(
        address, try await store.municipalities(), srid: crs?.srid ?? PlacePosition.geographicSRID, into: &w)
      return .json(w.bytes)
    }
  }

  private func write(_ address: FoundAddress, _ gazetteer: Gazetteer, srid: Int, into w: inout JSONWriter) throws {
    w.beginObject()
    w.member("id", address.id)
    var street: [Language: String] = [:]
    street[.fi] = address.streetFi
    street[.sv] = address.streetSv
    w.member("street", LocalizedText(street))
    for (key, number) in [("number", address.number?.number), ("number_end", address.number?.end)] {
      w.key(key)
      if let number { w.integer(number) } else { w.null() }
    }
    w.member("letter", address.number?.letter)
    w.member("number_text", address.number?.text)
    w.member("postal_code", address.postalCode)
    w.member("post_office", address.postOffice)
    w.key("municipality")
    if let code = address.municipality, let name = gazetteer.municipalities[code]?.name {
      w.beginObject()
      w.member("code", code.description)
      w.member("name", name)
      w.endObject()
    } else {
      w.null()
    }
    w.key("position")
    if let degrees = address.position {
      let point = try answered(degrees, address.delivered, srid: srid)
      w.beginObject()
      w.member("type", "Point")
      w.key("coordinates")
      w.beginArray()
      w.double(point.x)
      w.double(point.y)
      w.endArray()
      w.endObject()
    } else {
      w.null()
    }
    w.key("distance")
    w.double(address.distance.map { ($0 * 1000).rounded() / 1000 })
    w.member("match", address.match?.rawValue)
    w.key("corrected")
    w.bool(address.isCorrected)
    w.endObject()
  }

  private func answered(_ degrees: Coordinate, _ delivered: DeliveredPosition?, srid: Int) throws -> Coordinate {
    if srid == PlacePosition.geographicSRID { return degrees }
    do { return try store.answered(degrees, delivered, srid: srid) } catch {
      throw Problem.parameter(
        "srid", String(srid), "An address of the answer can't be told in EPSG:\(srid): \(error)")
    }
  }
}
