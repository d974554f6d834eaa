import Geodesy
import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `/v1/event/{id}/`
  func event(_ exchange: Exchange) async throws -> Answer {
    let id = exchange.segments[0]
    var reader = ParameterReader(exchange.query)
    let crs = PlaceParameters.srid(&reader, store.engine)
    try reader.finish()
    let includesPlaces = EventParameters.includes(exchange.query).contains("location")
    switch try await store.event(id: id, viewer: exchange.viewer, includingPlace: includesPlaces) {
    case .event(let row, let state):
      var writer = EventWriter(
        store: store, exchange: exchange, srid: crs?.srid ?? PlacePosition.geographicSRID,
        includesPlaces: includesPlaces, capacity: 4096)
      try writer.object(row)
      var answer = Answer(media: exchange.media, body: writer.buffer)
      answer.version = row.version
      answer.state = state
      answer.validUntil = writer.places.validUntil
      return answer
    case .moved(let current):
      var answer = Answer.json(Array(JSONValue.object([.init("replaced_by", .string(current))]).text.utf8))
      answer.status = .movedPermanently
      answer.caching = .none
      answer.headers[.location] = exchange.address(ofEvent: current) + QueryString.encoded(exchange.query.items)
      return answer
    case .gone(let time, let isWithdrawn): throw Problem.eventGone(time: time, isWithdrawn: isWithdrawn)
    case .unknown: throw Problem.notFound("There is no event with the id \(id), and there never was one.")
    }
  }

  /// `/v1/event/`
  func events(_ exchange: Exchange) async throws -> Answer {
    let parameters = try await EventParameters(exchange, store: store)
    let query = parameters.query
    let page = try await store.events(query)
    if page.rows.isEmpty, query.page > 1, query.cursor == nil { throw Problem.pageNotFound(String(query.page)) }
    let paging = Paging(exchange, page: query.page, hasNext: page.next != nil, cursor: page.next)
    var writer = EventWriter(
      store: store, exchange: exchange, srid: parameters.srid, origin: query.place.origin,
      includesPlaces: query.includesPlaces, capacity: 512 + page.rows.count * 2400)
    var meta = JSONWriter()
    paging.meta(count: page.count, into: &meta)
    writer.raw("{" + meta.string + ",\"data\":[")
    for (index, row) in page.rows.enumerated() {
      if index > 0 { writer.raw(",") }
      try writer.object(row)
    }
    writer.raw("]}")
    var answer = Answer(media: exchange.media, body: writer.buffer)
    if let link = paging.link { answer.headers[.link] = link }
    answer.validUntil = [
      writer.places.validUntil, parameters.validUntil.map { Double($0.microseconds) / 1e6 },
    ].compactMap(\.self).min()
    // Municipalities' names may have been looked up in an older state than the page shows.
    let isOfOneState = parameters.geography == nil || parameters.geography == page.state?.geography
    if !query.isMomentary, isOfOneState { answer.state = page.state }
    return answer
  }
}

extension Exchange {
  /// An event's address.
  func address(ofEvent id: String) -> String { "\(baseURL)/v1/event/\(ResourceAddress.segment(id))/" }
}

extension Problem {
  static func eventGone(time: String?, isWithdrawn: Bool) -> Problem {
    Problem(
      status: .gone, code: isWithdrawn ? "unpublished" : "gone", title: isWithdrawn ? "Withdrawn" : "Deleted",
      detail: isWithdrawn ? "The event has been withdrawn by its publisher." : "Event has been deleted.",
      extra: [.init("deleted_time", time.map { .string($0) } ?? .null), .init("reason", .null)])
  }
}
