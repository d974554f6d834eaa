import Geodesy
import PlaceMatching
import PlaceStore
import Places

/// A harvested place that may be here already, for a person to look at.
public struct HarvestDoubt: Sendable, Hashable {
  /// Its id there.
  public let id: String
  /// Its name.
  public let name: String
  /// Street address, postal code and post office in one line.
  public let address: String
  /// The places that it may be, the likeliest first.
  public let candidates: [ScoredPlace]
}

/// What a harvest with `--match` knows of the places that are here already.
struct HarvestMatching: Sendable {
  /// What is to become of a harvested place that is new by its id.
  enum Answer: Sendable {
    /// It is this place, which gets its id.
    case match(PlaceID)
    /// It may be one of these: a person has to say.
    case doubt([ScoredPlace])
    /// It is made.
    case new
  }

  /// What a person has said, by the id there; nil: it is none of ours.
  let decisions: [String: PlaceID?]
  /// The answers for the page under way, by the id there.
  var answers: [String: Answer] = [:]
  /// Places that got an id there in this run.
  var matched = 0
  /// What is left to a person, by the id there.
  var doubts: [String: HarvestDoubt] = [:]

  /// Below it a candidate is left aside where the likeliest one is out of the question; 0–100.
  private static let plausible = 50.0

  init(decisions: [String: PlaceID?]) { self.decisions = decisions }

  /// Looks up a page's places before they are written. Throws ``PlaceStore/StoreError``.
  mutating func ask(_ objects: [JSONValue], store: PlaceStore, actor: String) async throws {
    answers = [:]
    let ids = objects.compactMap { $0["id"]?.stringValue }.filter { (try? PlaceID($0)) != nil }
    let known = Set(
      try await store.resolve(ids: ids, viewer: .all).filter { $0.status != .unknown }.map(\.id))
    var asked: [(id: String, query: MatchQuery)] = []
    for object in objects {
      guard let id = object["id"]?.stringValue, let place = try? PlaceID(id), !known.contains(id),
        place.source.description != "fi", object["deleted"] != .bool(true), (object["replaced_by"] ?? .null) == .null
      else { continue }
      switch decisions[id] {
      case .some(let decided?): answers[id] = .match(decided)
      case .some(nil): answers[id] = .new
      case nil: asked.append((id, Self.query(HarvestedBody(object, id: place, number: 0))))
      }
    }
    guard !asked.isEmpty else { return }
    let found = try await store.resolve(asked.map(\.query), limit: 10)
    // Two places of one registry are two places, however alike.
    let own = try await store.made(
      by: actor, among: Set(found.flatMap { $0.candidates.map(\.id) }).sorted())
    for (question, resolution) in zip(asked, found) {
      answers[question.id] = try Self.answer(resolution, without: own)
    }
  }

  private static func answer(_ resolution: Resolution, without own: Set<String>) throws -> Answer {
    let others = resolution.candidates.filter { !own.contains($0.id) }
    switch resolution.verdict {
    case .none: return .new
    case .match:
      if let id = resolution.id, !own.contains(id) { return .match(try PlaceID(id)) }
    case .ambiguous:
      if others.count == resolution.candidates.count { return .doubt(others) }
    }
    return (others.first?.score ?? 0) >= plausible ? .doubt(others) : .new
  }

  /// The question that a harvested place is.
  private static func query(_ body: HarvestedBody) -> MatchQuery {
    func texts(_ key: String) -> [String] { (body[key].members ?? []).compactMap(\.value.stringValue) }
    let names = (body["alternate_names"].arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    let identifiers = (body["identifiers"].arrayValue ?? []).compactMap { identifier -> String? in
      guard let scheme = identifier["scheme"]?.stringValue, let value = identifier["value"]?.stringValue else {
        return nil
      }
      return "\(scheme):\(value)"
    }
    let municipality = body["municipality"]
    return MatchQuery(
      names: texts("name") + names, streetAddresses: texts("street_address"),
      postalCode: body["postal_code"].stringValue,
      postOffice: texts("post_office").first ?? texts("address_locality").first,
      municipality: municipality["code"]?.stringValue ?? municipality.stringValue, position: position(body),
      identifiers: identifiers)
  }

  /// Degrees, where they are told in degrees.
  private static func position(_ body: HarvestedBody) -> Coordinate? {
    let numbers = (body["position"]["coordinates"]?.arrayValue ?? []).compactMap(\.doubleValue)
    guard numbers.count >= 2, abs(numbers[0]) <= 180, abs(numbers[1]) <= 90 else { return nil }
    return Coordinate(x: numbers[0], y: numbers[1])
  }

  /// Notes a place that is left to a person; the problem to be told.
  mutating func doubt(_ body: HarvestedBody, _ candidates: [ScoredPlace]) -> ImportProblem {
    func text(_ key: String) -> String? { (body[key].members ?? []).compactMap(\.value.stringValue).first }
    let office = text("post_office") ?? text("address_locality") ?? ""
    let town = [body["postal_code"].stringValue ?? "", office].filter { !$0.isEmpty }.joined(separator: " ")
    let address = [text("street_address") ?? "", town].filter { !$0.isEmpty }.joined(separator: ", ")
    let id = body.id.description
    doubts[id] = HarvestDoubt(id: id, name: text("name") ?? "", address: address, candidates: candidates)
    let names = candidates.prefix(3).map { "\($0.id) (\($0.name.preferred))" }.joined(separator: ", ")
    return body.problem(
      .warning, "ambiguous-match", "id", id,
      "It may be \(names): it waits until somebody has said so, and its events with it.")
  }
}
