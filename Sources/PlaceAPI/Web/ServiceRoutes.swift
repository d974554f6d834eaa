import HTTPTypes
import Metrics
import NIOCore
import PlaceStore
import Places

extension API {
  func health() -> Answer {
    var answer = Answer(media: .json, body: Self.healthy)
    answer.caching = .none
    return answer
  }

  private static let healthy = ByteBuffer(string: #"{"status":"ok"}"#)
  private static let isReady = ByteBuffer(string: #"{"status":"ready"}"#)

  func ready() async throws -> Answer {
    try await store.checkReady()
    return Answer(media: .json, body: Self.isReady, caching: .none)
  }

  func metrics() -> Answer {
    Gauge(label: "feed_waiting").record(watch.waiting)
    return Answer(media: .text, body: ByteBuffer(string: renderMetrics()), caching: .none)
  }

  func root(_ exchange: Exchange) -> Answer {
    if exchange.media == .html {
      return Answer(
        status: .seeOther, media: .html, body: ByteBuffer(), headers: [.location: exchange.baseURL + "/docs"],
        caching: .none)
    }
    var w = JSONWriter()
    w.beginObject()
    w.member("name", "placeregistry \(configuration.version)")
    w.member("api", exchange.baseURL + "/v1/")
    w.member("openapi", exchange.baseURL + "/openapi.json")
    w.member("docs", exchange.baseURL + "/docs")
    w.endObject()
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    return answer
  }

  func index(_ exchange: Exchange) -> Answer {
    var w = JSONWriter()
    w.beginObject()
    for collection in ["place", "event", "municipality", "division", "postal_code", "data_source"] {
      w.member(collection, "\(exchange.baseURL)/v1/\(collection)/")
    }
    w.endObject()
    return .json(w.bytes)
  }
}
