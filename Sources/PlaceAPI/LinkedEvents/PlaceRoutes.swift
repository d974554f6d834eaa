import Geodesy
import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `/v1/place/{id}/`
  func place(_ exchange: Exchange) async throws -> Answer {
    let id = exchange.segments[0]
    var reader = ParameterReader(exchange.query)
    let crs = PlaceParameters.srid(&reader, store.engine)
    let time = reader.time("at")
    try reader.finish()
    if let time {
      return try await pastPlace(id, at: time, exchange, srid: crs?.srid ?? PlacePosition.geographicSRID)
    }
    return try await visible(exchange) { row, state in
      let open = try await openNow([row], exchange)
      let decisions = try await decisionsIncluded(row.id, exchange)
      var answer = try answer(
        row, exchange, srid: crs?.srid ?? PlacePosition.geographicSRID, open: open, decisions: decisions)
      answer.version = row.version
      // The change log doesn't tell of decisions.
      if decisions == nil, open.map({ $0.state == state }) ?? true { answer.state = state }
      return answer
    }
  }

  /// `/v1/place/{id}/?at=`: the place as it was.
  private func pastPlace(_ id: String, at time: Timestamp, _ exchange: Exchange, srid: Int) async throws -> Answer {
    switch try await store.place(id: id, at: time, viewer: exchange.viewer) {
    case .place(let row):
      var answer = try answer(row, exchange, srid: srid)
      answer.version = row.version
      return answer
    case .moved(let current):
      return moved(
        current.count == 1 ? .movedPermanently : .multipleChoices, exchange, to: current.count == 1 ? current[0] : nil,
        body: current.count == 1 ? .string(current[0]) : .array(current.map { .string($0) }))
    case .gone(let time, let reason): throw Problem.gone(deletedTime: time, reason: reason)
    case .unknown: throw Problem.notFound("There was no place with the id \(id) at that time.")
    }
  }

  private func answer(
    _ row: PlaceRow, _ exchange: Exchange, srid: Int, open: OpenNow? = nil, decisions: String? = nil
  ) throws -> Answer {
    if exchange.media == .jsonLD {
      let value = try SchemaOrg.place(row, baseURL: exchange.baseURL, isRoot: true, open: open)
      var answer = Answer.json(Array(value.text.utf8), media: .jsonLD)
      answer.validUntil = open?.endOfDay
      return answer
    }
    var writer = PlaceWriter(store: store, baseURL: exchange.baseURL, srid: srid, origin: nil, capacity: 2048)
    writer.open = open
    writer.decisions = decisions
    if exchange.media == .geoJSON { try writer.feature(row) } else { try writer.object(row) }
    var answer = Answer(media: exchange.media, body: writer.buffer)
    answer.validUntil = writer.validUntil
    if open != nil { answer.caching = .personal }
    return answer
  }

  /// When the places of an answer are open, where it is asked for or told anyway.
  private func openNow(_ rows: [PlaceRow], _ exchange: Exchange) async throws -> OpenNow? {
    guard OpenParameters.includesNow(exchange.query) || exchange.media == .jsonLD else { return nil }
    let (hours, state) = try await store.hours(of: rows.map(\.id))
    return OpenNow(hours: hours, state: state)
  }

  /// A place's document as `/v1/place/{id}/` answers it, for the command line.
  public static func document(_ row: PlaceRow, store: PlaceStore, baseURL: String) throws -> String {
    var writer = PlaceWriter(
      store: store, baseURL: baseURL, srid: PlacePosition.geographicSRID, origin: nil, capacity: 2048)
    try writer.object(row)
    return String(buffer: writer.buffer)
  }

  /// A redirect that keeps the query.
  func moved(
    _ status: HTTPResponse.Status, _ exchange: Exchange, to id: String?, rest: String = "", body: JSONValue
  ) -> Answer {
    var answer = Answer.json(Array(JSONValue.object([.init("replaced_by", body)]).text.utf8))
    answer.status = status
    answer.caching = .none
    if let id {
      answer.headers[.location] =
        "\(exchange.baseURL)/v1/place/\(ResourceAddress.segment(id))/\(rest)"
        + QueryString.encoded(exchange.query.items)
    }
    return answer
  }

  /// `/v1/place/`
  func places(_ exchange: Exchange) async throws -> Answer {
    var (query, srid, geography) = try await PlaceParameters.read(exchange.query, store: store)
    query.viewer = exchange.viewer
    let page = try await store.places(query)
    if page.rows.isEmpty, query.page > 1, query.cursor == nil { throw Problem.pageNotFound(String(query.page)) }
    let paging = Paging(exchange, page: query.page, hasNext: page.next != nil, cursor: page.next)
    var writer = PlaceWriter(
      store: store, baseURL: exchange.baseURL, srid: srid, origin: query.origin, capacity: 512 + page.rows.count * 1600)
    let open = try await openNow(page.rows, exchange)
    writer.open = open
    var answer: Answer
    switch exchange.media {
    case .geoJSON: answer = try features(page, paging, &writer)
    case .jsonLD:
      let graph = try page.rows.map { try SchemaOrg.place($0, baseURL: exchange.baseURL, isRoot: false, open: open) }
      let value = JSONValue.object([.init("@context", .string("https://schema.org")), .init("@graph", .array(graph))])
      answer = .json(Array(value.text.utf8), media: .jsonLD)
    default: answer = try list(page, paging, &writer)
    }
    if let link = paging.link { answer.headers[.link] = link }
    answer.validUntil = exchange.media == .jsonLD ? open?.endOfDay : writer.validUntil
    if let period = query.open, OpenParameters.isAboutNow(exchange.query) {
      let end = Double(period.start + 60)
      answer.validUntil = min(answer.validUntil ?? end, end)
      answer.caching = .personal
    }
    if OpenParameters.includesNow(exchange.query) { answer.caching = .personal }
    // Municipalities and divisions may have been looked up in an older state than the page shows.
    if !query.withUpcomingEvents, geography == nil || geography == page.state?.geography,
      open == nil || open?.state == page.state
    {
      answer.state = page.state
    }
    return answer
  }

  private func list(_ page: PlacePage, _ paging: Paging, _ writer: inout PlaceWriter) throws -> Answer {
    var meta = JSONWriter()
    paging.meta(count: page.count, into: &meta)
    writer.raw("{" + meta.string + ",\"data\":[")
    for (index, row) in page.rows.enumerated() {
      if index > 0 { writer.raw(",") }
      try writer.object(row)
    }
    writer.raw("]}")
    return Answer(media: .json, body: writer.buffer)
  }

  private func features(_ page: PlacePage, _ paging: Paging, _ writer: inout PlaceWriter) throws -> Answer {
    writer.raw("{\"type\":\"FeatureCollection\",\"features\":[")
    for (index, row) in page.rows.enumerated() {
      if index > 0 { writer.raw(",") }
      try writer.feature(row)
    }
    var tail = JSONWriter()
    tail.key("numberMatched")
    tail.integer(page.count)
    tail.key("numberReturned")
    tail.integer(page.rows.count)
    tail.key("links")
    tail.beginArray()
    for (relation, href) in [("self", paging.current), ("next", paging.next), ("prev", paging.previous)] {
      guard let href else { continue }
      tail.beginObject()
      tail.member("rel", relation)
      tail.member("href", href)
      tail.member("type", MediaType.geoJSON.essence)
      tail.endObject()
    }
    tail.endArray()
    writer.raw("]," + tail.string + "}")
    return Answer(media: .geoJSON, body: writer.buffer)
  }
}
