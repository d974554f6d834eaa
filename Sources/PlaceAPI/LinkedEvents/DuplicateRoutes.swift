import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `GET /v1/duplicates/`: pairs of places that may be the same one.
  func duplicates(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    var query = DuplicateQuery(viewer: exchange.viewer)
    if let values = reader.list("municipality", limit: 400) {
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
    query.sources = reader.list("data_source")?.map { $0.lowercased() }
    if let text = reader.query["state"] {
      if let state = DuplicateState(rawValue: text) {
        query.state = state
      } else {
        reader.fail("state", "The values are \(DuplicateState.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
    }
    if let score = reader.numbers("min_score", 1, "the least score")?.first {
      query.leastScore = score
      if !(0...100).contains(score) { reader.fail("min_score", "Scores are 0 to 100.") }
    }
    try reader.finish()
    query.page = try reader.page()
    query.pageSize = reader.pageSize()
    let behind = try await store.duplicatesBehind()
    let (count, pairs) = try await store.duplicates(query)
    if pairs.isEmpty, query.page > 1 { throw Problem.pageNotFound(String(query.page)) }
    let paging = Paging(exchange, page: query.page, hasNext: query.page * query.pageSize < count)
    let gazetteer = try await store.municipalities()
    var w = JSONWriter(capacity: 256 + pairs.count * 900)
    w.beginObject()
    w.key("meta")
    w.beginObject()
    w.key("count")
    w.integer(count)
    w.member("next", paging.next)
    w.member("previous", paging.previous)
    w.key("changes_behind")
    if let behind { w.integer(behind) } else { w.null() }
    w.endObject()
    w.key("data")
    w.beginArray()
    for pair in pairs { Self.write(pair, gazetteer, exchange.baseURL, into: &w) }
    w.endArray()
    w.endObject()
    var answer = Answer.json(w.bytes)
    if let link = paging.link { answer.headers[.link] = link }
    return answer
  }

  /// A pair as lists and the command show it.
  public static func write(
    _ pair: DuplicatePair, _ gazetteer: Gazetteer, _ baseURL: String, into w: inout JSONWriter
  ) {
    w.beginObject()
    w.key("places")
    w.beginArray()
    for place in pair.places {
      let url = "\(baseURL)/v1/place/\(ResourceAddress.segment(place.id))/"
      w.beginObject()
      w.member("id", place.id)
      w.member("@id", url)
      w.member("name", place.name)
      w.member("street_address", place.streetAddress)
      w.key("municipality")
      if let code = place.municipality, let name = gazetteer.municipalities[code]?.name {
        w.beginObject()
        w.member("code", code.description)
        w.member("name", name)
        w.endObject()
      } else {
        w.null()
      }
      w.member("data_source", place.source)
      w.member("merge_url", url + "merge")
      w.endObject()
    }
    w.endArray()
    w.key("score")
    w.double((pair.score * 10).rounded() / 10)
    w.key("reasons")
    w.raw(pair.reasons.utf8)
    w.member("state", pair.state.rawValue)
    w.member("found_time", pair.foundTime)
    w.member("decided_by", pair.decidedBy)
    w.member("decided_time", pair.decidedTime)
    w.member("decision_reason", pair.decisionReason)
    w.endObject()
  }

  /// `POST /v1/duplicates/`: `{"places": [a, b], "verdict": "distinct" | "unknown", "reason"}`.
  func decideDuplicate(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    try Self.only(["places", "verdict", "reason"], body)
    var reader = BodyReader()
    let given = body["places"] ?? .null
    let places = (reader.array("/places", given) ?? []).enumerated().compactMap {
      reader.reference("/places/\($0)", $1)
    }
    if reader.errors.isEmpty, places.count != 2 {
      reader.fail("/places", given, "two-places", "Give the ids of the two places, as an array.")
    }
    let verdict = reader.text("/verdict", body["verdict"] ?? .null)
    if reader.errors.isEmpty, !["distinct", "unknown"].contains(verdict) {
      reader.fail(
        "/verdict", body["verdict"] ?? .null, "unknown-verdict",
        "Give distinct (they are not the same) or unknown (forget what was said); the same one is told by merging: POST "
          + "/v1/place/{id}/merge.")
    }
    let reason = reader.text("/reason", body["reason"] ?? .null, limit: 2000)
    guard reader.errors.isEmpty else { throw Problem.fields(reader.errors) }
    let isDistinct = verdict == "distinct"
    return try await decide(places, exchange, isDistinct: isDistinct, reason: reason) { index in
      Problem.field("/places/\(index)", places[index], "unknown-place", "This id leads to no living place.")
    } same: {
      Problem.field("/places/1", places[1], "circle", "Both ids lead to one place.")
    }
  }

  /// `DELETE /v1/duplicates/?places=a,b`: forgets that the two are distinct.
  func forgetDuplicate(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    let places = reader.list("places", limit: 2) ?? []
    if places.count != 2 { reader.fail("places", "Give the ids of the two places with a comma between.") }
    try reader.finish()
    return try await decide(places, exchange, isDistinct: false, reason: nil) { index in
      Problem.notFound("\(places[index]) leads to no living place.")
    } same: {
      Problem.parameter("places", places.joined(separator: ","), "Both ids lead to one place.")
    }
  }

  private func decide(
    _ places: [String], _ exchange: Exchange, isDistinct: Bool, reason: String?,
    unknown: @Sendable (Int) -> Problem, same: @Sendable () -> Problem
  ) async throws -> Answer {
    let viewer = exchange.viewer
    let isDeletion = exchange.method == .delete
    return try await write(exchange) { transaction, caller in
      let pair: DuplicateIDs
      switch try await transaction.pair(places, viewer: viewer) {
      case .unknown(let index): throw unknown(index)
      case .same: throw same()
      case .pair(let found): pair = found
      }
      let sources = pair.ids.map { String($0.prefix { $0 != ":" }) }
      guard sources.contains(where: { caller.mayWrite($0) }) else {
        throw Problem.forbidden(
          "The key may write neither of the data sources \(Set(sources).sorted().joined(separator: ", ")).")
      }
      try await transaction.decide(pair, distinct: isDistinct, reason: reason)
      if isDeletion { return Written(status: .noContent) }
      let answer = JSONValue.object([
        .init("places", .array(pair.ids.map { .string($0) })),
        .init("verdict", .string(isDistinct ? "distinct" : "unknown")),
      ])
      return Written(body: ByteBuffer(string: answer.text))
    }
  }
}
