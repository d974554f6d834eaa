import Geodesy
import HTTPTypes
import PlaceMatching
import PlaceStore
import Places

extension API {
  /// `POST /v1/resolve`
  func resolve(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let asked = body["queries"]?.arrayValue ?? []
    let limit = body["limit"]?.integerValue.map { Int($0) } ?? 5
    let queries = asked.map { query in
      var position: Coordinate?
      if let lat = query["lat"]?.doubleValue, let lon = query["lon"]?.doubleValue {
        position = Coordinate(x: lon, y: lat)
      }
      return MatchQuery(
        text: query["text"]?.stringValue, names: query["name"]?.stringValue.map { [$0] } ?? [],
        streetAddresses: query["street_address"]?.stringValue.map { [$0] } ?? [],
        postalCode: query["postal_code"]?.stringValue, postOffice: query["post_office"]?.stringValue,
        municipality: query["municipality"]?.stringValue, position: position,
        identifiers: query["identifiers"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    }
    let found = try await store.resolve(queries, limit: limit, viewer: exchange.viewer)
    let gazetteer = try await store.municipalities()
    var w = JSONWriter(capacity: 64 + queries.count * 800)
    w.beginObject()
    w.key("results")
    w.beginArray()
    for (index, resolution) in found.enumerated() {
      w.resolution(resolution, key: asked[index]["key"]?.stringValue ?? "\(index)") {
        gazetteer.municipalities[$0]?.name
      }
    }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    answer.caching = .none
    return answer
  }
}
