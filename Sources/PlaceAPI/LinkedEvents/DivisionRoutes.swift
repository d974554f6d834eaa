import HTTPTypes
import PlaceStore
import Places

extension API {
  /// `/v1/division/`
  func divisions(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    var filter = DivisionFilter()
    filter.types = reader.choices("type", DivisionType.self)
    for value in reader.list("municipality", limit: 400) ?? [] {
      guard let found = try await store.municipality(value) else {
        reader.fail(
          "municipality", "\(value) is no municipality: give its three-digit code or its name in any language.",
          code: "unknown-municipality")
        continue
      }
      let current = try await store.municipalities().current(found.code)
      // Divisions of a municipality that has ended may still be told under it.
      filter.municipalities = Set((filter.municipalities ?? []) + current + [found.code]).sorted()
    }
    filter.names = reader.list("name", limit: 400)?.map { Folding.fold($0) }
    filter.text = exchange.query["text"].map { Folding.fold($0) }
    if filter.text?.isEmpty == true { reader.fail("text", "Give letters or digits.") }
    try reader.finish()
    let page = try reader.page()
    let size = reader.pageSize()
    let (count, divisions) = try await store.divisions(filter, page: page, pageSize: size)
    if divisions.isEmpty, page > 1 { throw Problem.pageNotFound(String(page)) }
    let paging = Paging(exchange, page: page, hasNext: page * size < count)
    let gazetteer = try await store.municipalities()
    var w = JSONWriter(capacity: divisions.count * 240 + 256)
    w.beginObject()
    paging.meta(count: count, into: &w)
    w.key("data")
    w.beginArray()
    for division in divisions { try await write(division, gazetteer, exchange, into: &w) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// `/v1/division/{ocd_id}/`
  func division(_ exchange: Exchange) async throws -> Answer {
    let asked = exchange.segments[0]
    let found = try await store.divisions(ocdID: asked)
    guard let division = found.first else {
      throw Problem.notFound(
        "\(asked) is no OCD id of a division: /v1/division/?name= finds one by its name.")
    }
    guard found.count == 1 else {
      let ids = found.prefix(5).map(\.id.description).joined(separator: ", ")
      throw Problem.notFound("\(asked) means several divisions: give one's whole OCD id (\(ids)).")
    }
    var w = JSONWriter()
    try await write(division, store.municipalities(), exchange, into: &w)
    return .json(w.bytes)
  }

  private func write(
    _ division: Division, _ gazetteer: Gazetteer, _ exchange: Exchange, into w: inout JSONWriter
  ) async throws {
    w.beginObject()
    w.member("ocd_id", division.id.description)
    w.member("type", division.type.rawValue)
    w.member("name", division.name)
    w.key("municipality")
    if let municipality = division.municipality.flatMap({ gazetteer.municipalities[$0] }) {
      w.beginObject()
      w.member("code", municipality.code.description)
      w.member("name", municipality.name)
      w.endObject()
    } else {
      w.null()
    }
    w.key("has_boundary")
    w.bool(division.hasBoundary)
    if exchange.query["include"]?.split(separator: ",").contains(where: { $0.trimmed == "boundary" }) == true {
      let boundary = division.hasBoundary ? try await store.boundary(of: division) : nil
      w.key("boundary")
      w.raw((boundary ?? "null").utf8)
    }
    w.endObject()
  }
}
