import HTTPTypes
import PlaceStore
import Places

extension API {
  /// Suggestions on a page.
  private static let suggestions = 20

  /// `GET /reconcile/suggest/entity`: places by the words of their names, then addresses by their streets; an id finds
  /// what it stands for.
  func suggestEntities(_ exchange: Exchange) async throws -> Answer {
    let (prefix, skipped, limit) = try Self.asked(exchange)
    guard !prefix.isEmpty else { return Self.answer([], next: nil) }
    let asked = exchange.query.all("type").flatMap { $0.split(separator: ",").map(\.trimmed) }
    let types = asked.isEmpty ? ReconcileType.allCases : asked.compactMap { ReconcileType(rawValue: $0) }
    let wanted = skipped + limit + 1
    var found: [ReconcileEntity] = []
    if prefix.contains(":") {
      do {
        let entity = try await entity(prefix)
        if types.contains(entity.type) { found.append(entity) }
      } catch let problem as Problem where [404, 410].contains(problem.status.code) {}
    }
    if types.contains(.place) { found += try await placesBeginning(prefix, wanted).map { .place($0) } }
    if types.contains(.address), found.count < wanted {
      found += try await addressesBeginning(prefix, wanted).map { .address($0) }
    }
    var told: Set<String> = []
    found = found.filter { told.insert("\($0.type) \($0.id)").inserted }
    let page = found.dropFirst(skipped).prefix(limit)
    return Self.answer(
      page.map { entity in
        Self.suggestion(
          entity.id, entity.name, entity.description, [.init("notable", .array([entity.type.json]))])
      }, next: found.count > skipped + limit ? skipped + limit : nil)
  }

  private func placesBeginning(_ prefix: String, _ wanted: Int) async throws -> [ReconcilePlace] {
    var query = PlaceQuery()
    query.text = prefix
    query.includesAreas = true
    query.pageSize = min(wanted, 1000)
    return try await store.places(query).rows.map { try ReconcilePlace($0) }
  }

  /// By street, and by number once there is one. Shorter beginnings fit too many streets of the country to be told.
  private func addressesBeginning(_ prefix: String, _ wanted: Int) async throws -> [ReconcileAddress] {
    let line = prefix.prefix { $0 != "," }.trimmed
    var query = AddressQuery(limit: wanted)
    if let match = line.wholeMatch(of: /(.+?)\s+([0-9]{1,5})\s*([A-Za-z])?/) {
      query.street = String(match.1)
      query.number = Int(match.2)
      query.letter = match.3.map { $0.lowercased() }
    } else {
      guard Folding.fold(line).unicodeScalars.count >= 4 else { return [] }
      query.streetPrefix = line
    }
    return try await described(try await store.addresses(query))
  }

  /// `GET /reconcile/suggest/type`
  func suggestTypes(_ exchange: Exchange) throws -> Answer {
    let (prefix, skipped, limit) = try Self.asked(exchange)
    let found = ReconcileType.allCases.filter { Self.begins([$0.rawValue], prefix) }
    return Self.answer(
      found.dropFirst(skipped).prefix(limit).map { Self.suggestion($0.rawValue, $0.rawValue, $0.description) },
      next: found.count > skipped + limit ? skipped + limit : nil)
  }

  /// `GET /reconcile/suggest/property`
  func suggestProperties(_ exchange: Exchange) throws -> Answer {
    let (prefix, skipped, limit) = try Self.asked(exchange)
    let found = ReconcileProperty.allCases.filter { Self.begins([$0.rawValue, $0.label], prefix) }
    return Self.answer(
      found.dropFirst(skipped).prefix(limit).map { Self.suggestion($0.rawValue, $0.label, $0.explanation) },
      next: found.count > skipped + limit ? skipped + limit : nil)
  }

  /// Whether each word that was typed begins a word of one of the texts.
  private static func begins(_ texts: [String], _ prefix: String) -> Bool {
    let words = texts.flatMap { Folding.fold($0.replacing("_", with: " ")).split(separator: " ") }
    return Folding.fold(prefix.replacing("_", with: " ")).split(separator: " ").allSatisfy { typed in
      words.contains { $0.hasPrefix(typed) }
    }
  }

  /// What was typed, how many suggestions are skipped, and how many are wanted.
  private static func asked(_ exchange: Exchange) throws -> (prefix: String, skipped: Int, limit: Int) {
    var reader = ParameterReader(exchange.query)
    let skipped = reader.whole("cursor", 0...900) ?? 0
    let limit = reader.whole("limit", 1...1000) ?? suggestions
    try reader.finish()
    let prefix = String((exchange.query["prefix"] ?? "").unicodeScalars.prefix(200)).trimmed
    return (prefix, skipped, min(limit, 90))
  }

  private static func suggestion(
    _ id: String, _ name: String, _ description: String?, _ more: [JSONValue.Member] = []
  ) -> JSONValue {
    let description = description.map { [JSONValue.Member("description", .string($0))] } ?? []
    return .object([.init("id", .string(id)), .init("name", .string(name))] + description + more)
  }

  /// OpenRefine offers more when the answer holds the cursor to go on with.
  private static func answer(_ result: [JSONValue], next: Int?) -> Answer {
    var members: [JSONValue.Member] = [.init("result", .array(result))]
    if let next { members.append(.init("cursor", .integer(Int64(next)))) }
    return .json(Array(JSONValue.object(members).text.utf8))
  }

  /// `GET /reconcile/flyout/entity`
  func entityFlyout(_ exchange: Exchange) async throws -> Answer {
    let id = try Self.id(exchange)
    let entity = try await entity(id)
    let html = ReconcileHTML()
    return Self.flyout(
      id, html.summary(name: entity.name, lines: [entity.description, entity.id].compactMap { $0 }))
  }

  /// `GET /reconcile/flyout/type`
  func typeFlyout(_ exchange: Exchange) throws -> Answer {
    let id = try Self.id(exchange)
    guard let type = ReconcileType(rawValue: id) else {
      throw Problem.notFound("There is no type \(id): there are Place and Address.")
    }
    return Self.flyout(id, ReconcileHTML().summary(name: type.rawValue, lines: [type.description]))
  }

  /// `GET /reconcile/flyout/property`
  func propertyFlyout(_ exchange: Exchange) throws -> Answer {
    let id = try Self.id(exchange)
    guard let property = ReconcileProperty(rawValue: id) else {
      throw Problem.notFound("There is no property \(id): /reconcile/properties lists them.")
    }
    return Self.flyout(id, ReconcileHTML().summary(name: property.label, lines: [property.explanation]))
  }

  static func id(_ exchange: Exchange) throws -> String {
    guard let id = exchange.query["id"] else { throw Problem.parameter("id", "", "Give the id that is meant.") }
    return id
  }

  private static func flyout(_ id: String, _ html: String) -> Answer {
    .json(Array(JSONValue.object([.init("id", .string(id)), .init("html", .string(html))]).text.utf8))
  }
}
