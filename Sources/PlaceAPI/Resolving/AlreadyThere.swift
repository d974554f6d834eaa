import Geodesy
import HTTPTypes
import PlaceMatching
import PlaceStore
import Places

/// Which likenesses keep a new place out: `unless_match`.
enum UnlessMatch: String, CaseIterable {
  /// None.
  case never = "false"
  /// Those that are certain.
  case certain
  /// Those that are certain, and those that may be.
  case always = "true"

  /// Throws ``Problem`` 400.
  init(_ query: QueryString) throws {
    guard let text = query["unless_match"] else {
      self = .never
      return
    }
    guard let choice = UnlessMatch(rawValue: text.lowercased()) else {
      throw Problem.parameter("unless_match", text, "The values are true, certain and false.")
    }
    self = choice
  }

  func keepsOut(_ verdict: MatchVerdict) -> Bool {
    switch self {
    case .never: false
    case .certain: verdict == .match
    case .always: verdict != .none
    }
  }
}

extension API {
  /// Throws ``Problem`` 409 `already-there` with the candidates when one of the places that a body makes is in the
  /// registry already. What is wrong in the body, or about its ids, is left to the writing itself. Asked before anything
  /// is written: two requests at the same moment don't see each other, nor do the elements of one.
  func refuseWhatIsThere(_ elements: [JSONValue], _ exchange: Exchange, srid: Int, isList: Bool) async throws {
    let choice = try UnlessMatch(exchange.query)
    let caller = try exchange.caller(atLeast: .editor)
    guard choice != .never else { return }
    if let key = exchange.headers[.idempotencyKey], try await store.hasAnswered(key: key, caller: caller.person) {
      return
    }
    let gazetteer = try await store.municipalities()
    let surroundings = surroundings(exchange, gazetteer, srid)
    var asked: [(index: Int, place: Place)] = []
    for (index, element) in elements.enumerated() {
      guard let id = try Self.idOrNil(element, caller), let name = LocalizedText([.fi: "-"]) else { return }
      let edit = PlaceEdit(element, to: Place(id: id, name: name), shown: nil, surroundings)
      guard edit.reader.errors.isEmpty else { return }
      asked.append((index, edit.place))
    }
    // An id that was given before is another fault.
    let taken = try await store.resolve(ids: asked.map(\.place.id.description), viewer: .all)
    asked = zip(asked, taken).filter { $0.1.status == .unknown }.map(\.0)
    let queries = asked.map { MatchQuery($0.place, position: degrees($0.place.position)) }
    let found = try await store.resolve(queries, viewer: exchange.viewer)
    let refused = zip(asked, found).filter { choice.keepsOut($0.1.verdict) }
    guard let first = refused.first else { return }
    throw Self.alreadyThere(refused.map { ($0.0.index, $0.1) }, first.1, isList: isList)
  }

  private static func alreadyThere(
    _ refused: [(index: Int, resolution: Resolution)], _ first: Resolution, isList: Bool
  ) -> Problem {
    let isCertain = first.verdict == .match
    let id = first.id ?? first.candidates.first?.id ?? ""
    var problem = Problem.conflict(
      "already-there", id: id,
      isCertain
        ? "\(id) is this place: use it, or repeat without unless_match."
        : "This may be one of the candidates: use one, or repeat with unless_match=certain when it is none of them.")
    if isList {
      problem.fields = refused.map { index, resolution in
        let id = resolution.id ?? resolution.candidates.first?.id ?? ""
        return FieldError(
          pointer: "/\(index)", value: id, code: "already-there",
          detail: resolution.verdict == .match ? "\(id) is this place." : "This may be \(id), or another candidate.")
      }
    }
    problem.extra.append(.init("verdict", .string(first.verdict.rawValue)))
    problem.extra.append(.init("candidates", candidates(first)))
    if isList {
      problem.extra.append(
        .init(
          "matches",
          .array(
            refused.map { index, resolution in
              .object([
                .init("index", .integer(Int64(index))), .init("verdict", .string(resolution.verdict.rawValue)),
                .init("candidates", candidates(resolution)),
              ])
            })))
    }
    return problem
  }

  /// Candidates as a JSON value.
  static func candidates(_ resolution: Resolution) -> JSONValue {
    var w = JSONWriter(capacity: 64 + resolution.candidates.count * 300)
    w.candidates(resolution.candidates)
    return (try? JSONParser.parse(w.bytes)) ?? .array([])
  }

  private static func idOrNil(_ element: JSONValue, _ caller: Caller) throws -> PlaceID? {
    do { return try newID(element, caller) } catch is FieldError { return nil }
  }

  private func degrees(_ position: DeliveredPosition?) -> Coordinate? {
    guard let position else { return nil }
    return try? store.engine.transform(
      Coordinate(x: position.x, y: position.y), from: position.srid, to: PlacePosition.geographicSRID
    ).coordinate
  }
}
