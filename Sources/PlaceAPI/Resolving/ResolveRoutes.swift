import Geodesy
import PlaceMatching
import PlaceStore
import Places

/// What `GET /v1/resolve` may be asked.
enum ResolveParameters {
  static let known: Set<String> = [
    "text", "name", "street_address", "postal_code", "post_office", "municipality", "lat", "lon", "identifier", "limit",
    "format",
  ]

  /// Reads one question. Throws ``Problem`` 400.
  static func read(_ query: QueryString) throws -> (MatchQuery, limit: Int) {
    var reader = ParameterReader(query)
    func text(_ name: String) -> String? {
      reader.query[name].flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
    }
    var question = MatchQuery(
      text: text("text"), names: text("name").map { [$0] } ?? [],
      streetAddresses: text("street_address").map { [$0] } ?? [], postalCode: text("postal_code"),
      postOffice: text("post_office"), municipality: text("municipality"))
    for name in ["text", "name", "street_address", "postal_code", "post_office", "municipality"] {
      if let text = query[name], text.unicodeScalars.count > 2000 || text.utf8.contains(0) {
        reader.fail(name, "Give at most 2000 characters, none of them U+0000.", code: "too-long")
      }
    }
    if query["identifier"] != nil { question.identifiers = reader.list("identifier", limit: 20) ?? [] }
    let lat = degrees("lat", 90, &reader)
    let lon = degrees("lon", 180, &reader)
    if (query["lat"] == nil) != (query["lon"] == nil) {
      reader.fail(query["lat"] == nil ? "lat" : "lon", "lat and lon stand together, or neither.")
    }
    if let lat, let lon { question.position = Coordinate(x: lon, y: lat) }
    let limit = reader.whole("limit", ResolveReader.limits) ?? ResolveReader.defaultLimit
    try reader.finish()
    guard !question.isEmpty else {
      throw Problem.parameter("text", query["text"] ?? "", ResolveReader.emptyDetail)
    }
    return (question, limit)
  }

  private static func degrees(_ name: String, _ most: Double, _ reader: inout ParameterReader) -> Double? {
    guard let number = reader.numbers(name, 1, "degrees")?.first else { return nil }
    if abs(number) <= most { return number }
    reader.fail(name, "Give degrees (WGS 84) from −\(Int(most)) to \(Int(most)).")
    return nil
  }
}

extension API {
  /// `POST /v1/resolve`: up to 1,000 questions, answered in their order.
  func resolve(_ exchange: Exchange) async throws -> Answer {
    let asked = try ResolveReader(try exchange.json())
    var answer = try await resolved(asked.questions, limit: asked.limit, exchange)
    answer.caching = .none
    return answer
  }

  /// `GET /v1/resolve`: one question. The answer depends on decisions, too, which the change log doesn't tell of: it has
  /// an ETag, but is not kept.
  func resolveOne(_ exchange: Exchange) async throws -> Answer {
    let (query, limit) = try ResolveParameters.read(exchange.query)
    return try await resolved([("0", query)], limit: limit, exchange)
  }

  private func resolved(
    _ questions: [(key: String, query: MatchQuery)], limit: Int, _ exchange: Exchange
  ) async throws -> Answer {
    let found = try await store.resolve(questions.map(\.query), limit: limit, viewer: exchange.viewer)
    let gazetteer = try await store.municipalities()
    var w = JSONWriter(capacity: 64 + questions.count * 800)
    w.beginObject()
    w.key("results")
    w.beginArray()
    for (question, resolution) in zip(questions, found) {
      w.resolution(resolution, key: question.key) { gazetteer.municipalities[$0]?.name }
    }
    w.endArray()
    w.endObject()
    return Answer.json(w.bytes)
  }
}
