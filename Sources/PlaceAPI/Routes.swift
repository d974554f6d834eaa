import HTTPTypes
import Places

/// What a method does at a route.
struct Action: Sendable {
  /// The query parameters that it knows.
  let parameters: Set<String>
  /// Linked Events' filters that can't be answered yet.
  let unsupported: Set<String>
  /// Whether it takes parameters that it doesn't know.
  let takesAny: Bool
  /// Whether nobody may do it without a key; asked before a body is read.
  let needsKey: Bool
  /// The parameters that may be given several times.
  var repeatable: Set<String> = []
  /// Whether the body is taken as it comes in, by the handler.
  var streams = false
  let handler: @Sendable (API, Exchange) async throws -> Answer

  init(
    parameters: Set<String> = [], unsupported: Set<String> = [], needsKey: Bool = true,
    _ handler: @escaping @Sendable (API, Exchange) async throws -> Answer
  ) {
    self.parameters = parameters
    self.unsupported = unsupported
    self.needsKey = needsKey
    self.handler = handler
    takesAny = false
  }

  /// With a file of any type as its body.
  func uploading(repeatable: Set<String>) -> Action {
    var action = self
    action.streams = true
    action.repeatable = repeatable
    return action
  }

  /// To the event API, whatever is asked.
  static let forwarding = Action(any: { api, exchange in try api.forwarded(exchange) })

  private init(any handler: @escaping @Sendable (API, Exchange) async throws -> Answer) {
    parameters = []
    unsupported = []
    takesAny = true
    needsKey = false
    self.handler = handler
  }
}

/// Every URL of the service on one page.
struct Route: Sendable {
  /// The path's segments; `*` is a parameter. A slash at the end or not: both answer.
  let pattern: [String]
  /// What the first parameter of the path may be; nil: anything.
  let only: Set<String>?
  /// Whether the last parameter takes the rest of the path, slashes included: OCD ids hold some.
  var takesRest = false
  /// What it can be had as; the first is the default.
  let media: [MediaType]
  /// What each method does; HEAD is GET without its body, OPTIONS is answered for all alike.
  let actions: [HTTPRequest.Method: Action]
  /// Whether its answers may be kept while the registry doesn't change.
  var isKept: Bool { name.hasPrefix("/v1/place") || name.hasPrefix("/v1/event") }
  /// The name under which it is measured.
  let name: String
  /// The methods that can be used, as `Allow` tells them.
  let allow: String
  /// Whether keys mean anything here.
  var isKeyed: Bool { pattern.first == "v1" }
  /// The methods that any website's page may use without a key.
  var openMethods: String {
    let isPosted = pattern == ["reconcile"]
    return isPosted ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS"
  }

  init(
    _ path: String, media: [MediaType] = [.json], parameters: Set<String> = [], unsupported: Set<String> = [],
    writes: [HTTPRequest.Method: Action] = [:],
    _ handler: @escaping @Sendable (API, Exchange) async throws -> Answer
  ) {
    let get = Action(parameters: parameters, unsupported: unsupported, needsKey: false, handler)
    self.init(path, media: media, actions: writes.merging([.get: get]) { a, _ in a })
  }

  init(
    _ path: String, media: [MediaType] = [.json], only: Set<String>? = nil, actions: [HTTPRequest.Method: Action]
  ) {
    self.only = only
    pattern = path.split(separator: "/").map(String.init)
    name = path
    self.media = media
    self.actions = actions
    let reading = actions[.get] == nil ? [] : ["GET", "HEAD"]
    let writing = actions.keys.filter { $0 != .get }.map(\.rawValue).sorted()
    allow = (reading + writing + ["OPTIONS"]).joined(separator: ", ")
  }

  private func takingRest() -> Route {
    var route = self
    route.takesRest = true
    return route
  }

  static let all: [Route] = own + reconciliation

  private static let own: [Route] = [
    Route("/v1/place/resolve-ids", actions: [.post: Action(needsKey: false) { try await $0.resolveIDs($1) }]),
    Route(
      "/v1/resolve", parameters: ResolveParameters.known,
      writes: [.post: Action(parameters: ["format"], needsKey: false) { try await $0.resolve($1) }],
      { try await $0.resolveOne($1) }),
    Route(
      "/v1/resolve/decisions", parameters: ["place", "text", "page", "page_size", "format"],
      writes: [
        .post: Action(parameters: ["format"]) { try await $0.decide($1) },
        .delete: Action(parameters: ["text", "format"]) { try await $0.takeBackDecision($1) },
      ],
      { try await $0.decisions($1) }),
    Route(
      "/v1/place/*", media: [.json, .geoJSON, .jsonLD], parameters: ["srid", "format", "include", "at"],
      writes: [
        .put: Action(parameters: ["srid", "format", "correction", "reason"]) { try await $0.editPlace($1) },
        .patch: Action(parameters: ["srid", "format", "correction", "reason"]) { try await $0.editPlace($1) },
        .delete: Action(parameters: ["reason", "format"]) { try await $0.deletePlace($1) },
      ],
      { try await $0.place($1) }),
    Route("/v1/place/*/merge", actions: [.post: Action(parameters: ["dry_run"]) { try await $0.mergePlace($1) }]),
    Route("/v1/place/*/split", actions: [.post: Action(parameters: ["dry_run"]) { try await $0.splitPlace($1) }]),
    Route("/v1/place/*/restore", actions: [.post: Action(parameters: ["srid"]) { try await $0.restorePlace($1) }]),
    Route("/v1/place/*/redact", actions: [.post: Action { try await $0.redactPlace($1) }]),
    Route(
      "/v1/place/*/opening_hours", parameters: ["from", "to", "format"], { try await $0.placeOpeningHours($1) }),
    Route(
      "/v1/place/*/opening-exceptions", parameters: ["format"],
      writes: [.post: Action(parameters: ["format"]) { try await $0.createOpeningException($1) }],
      { try await $0.openingExceptions($1) }),
    Route(
      "/v1/place/*/opening-exceptions/*", parameters: ["format"],
      writes: [.delete: Action(parameters: ["format"]) { try await $0.deleteOpeningException($1) }],
      { try await $0.openingException($1) }),
    Route("/v1/place/*/history", parameters: ["format"], { try await $0.placeHistory($1) }),
    Route(
      "/v1/place", media: [.json, .geoJSON, .jsonLD], parameters: PlaceParameters.known,
      writes: [
        .post: Action(parameters: ["srid", "format", "unless_match"]) { try await $0.createPlaces($1) }
      ],
      { try await $0.places($1) }),
    Route(
      "/v1/event/*", media: [.json, .jsonLD], parameters: ["srid", "format", "include"],
      writes: [
        .put: Action(parameters: EventParameters.knownInWrites) { try await $0.editEvent($1) },
        .patch: Action(parameters: EventParameters.knownInWrites) { try await $0.editEvent($1) },
        .delete: Action(parameters: ["format"]) { try await $0.deleteEvent($1) },
      ],
      { try await $0.event($1) }),
    Route("/v1/event/*/redact", actions: [.post: Action { try await $0.redactEvent($1) }]),
    Route(
      "/v1/event", media: [.json, .jsonLD], parameters: EventParameters.known,
      unsupported: EventParameters.unsupported,
      writes: [
        .post: Action(parameters: EventParameters.knownInWrites) { try await $0.createEvents($1) },
        .put: Action(parameters: EventParameters.knownInWrites) { try await $0.editEvents($1) },
        .patch: Action(parameters: EventParameters.knownInWrites) { try await $0.editEvents($1) },
      ],
      { try await $0.events($1) }),
    Route(
      "/v1/municipality", parameters: ["lat", "lon", "include", "page", "page_size", "format"],
      { try await $0.municipalities($1) }),
    Route("/v1/municipality/*", parameters: ["include", "format"], { try await $0.municipality($1) }),
    Route(
      "/v1/postal_code", parameters: ["municipality", "post_office", "page", "page_size", "format"],
      { try await $0.postalCodes($1) }),
    Route("/v1/postal_code/*", parameters: ["format"], { try await $0.postalCode($1) }),
    Route("/v1/address/*", parameters: ["srid", "format"], { try await $0.address($1) }),
    Route("/v1/address", parameters: AddressParameters.known, { try await $0.addresses($1) }),
    Route(
      "/v1/duplicates",
      parameters: ["municipality", "data_source", "state", "min_score", "page", "page_size", "format"],
      writes: [
        .post: Action(parameters: ["format"]) { try await $0.decideDuplicate($1) },
        .delete: Action(parameters: ["places"]) { try await $0.forgetDuplicate($1) },
      ],
      { try await $0.duplicates($1) }),
    Route(
      "/v1/division", parameters: ["type", "municipality", "name", "text", "include", "page", "page_size", "format"],
      { try await $0.divisions($1) }),
    Route("/v1/division/*", parameters: ["include", "format"], { try await $0.division($1) }).takingRest(),
    Route(
      "/v1/opening_hours", parameters: ["expression", "from", "to", "at", "timezone", "holidays", "format"],
      { try $0.openingHours($1) }),
    Route("/v1/data_source", parameters: ["page", "page_size", "format"], { try await $0.dataSources($1) }),
    Route("/v1/changes", parameters: ChangeParameters.known, { try await $0.changes($1) }),
    Route(
      "/v1/webhook", parameters: ["page", "page_size", "format"],
      writes: [.post: Action(parameters: ["format"]) { try await $0.createWebhook($1) }],
      { try await $0.webhooks($1) }),
    Route(
      "/v1/webhook/*", parameters: ["format"],
      writes: [
        .patch: Action(parameters: ["format"]) { try await $0.editWebhook($1) },
        .delete: Action { try await $0.deleteWebhook($1) },
      ], { try await $0.webhook($1) }),
    Route(
      "/v1/webhook/*/deliveries", parameters: ["page", "page_size", "format"], { try await $0.webhookDeliveries($1) }),
    Route(
      "/v1/import", parameters: ["source", "page", "page_size", "format"],
      writes: [
        .post: Action(parameters: ImportParameters.known) { try await $0.createImport($1) }
          .uploading(repeatable: ImportParameters.repeatable)
      ],
      { try await $0.imports($1) }),
    Route("/v1/import/*", parameters: ["wait", "format"], { try await $0.showImport($1) }),
    Route(
      "/v1/import/*/apply",
      actions: [.post: Action(parameters: ["wait", "format"]) { try await $0.applyImport($1) }]),
    Route("/v1/import/*/undo", actions: [.post: Action(parameters: ["format"]) { try await $0.undoImport($1) }]),
    Route("/v1/import/*/rejects", media: [.csv], { try await $0.importRejects($1) }),
    Route("/v1/import/*/verdicts", media: [.csv], { try await $0.importVerdicts($1) }),
    Route("/export", { try await $0.exports($1) }),
    Route(
      "/export/*", media: [.ndjson, .csv, .geoJSON, .geoPackage, .plain, .json], { try await $0.export($1) }),
    Route("/v1", parameters: ["format"], { api, exchange in api.index(exchange) }),
    Route("/health", { api, _ in api.health() }),
    Route("/ready", { api, _ in try await api.ready() }),
    Route("/metrics", media: [.text], { api, _ in api.metrics() }),
    Route("/openapi.json", { api, _ in api.openAPI }),
    Route("/docs/*", media: [.html], { api, exchange in try api.article(exchange) }),
    Route("/docs", media: [.html], { api, _ in api.docs }),
    Route("/", media: [.json, .html], { api, exchange in api.root(exchange) }),
    // After all others: Linked Events' routes that this service hasn't.
    Route("/v1/*/*", only: API.forwardedCollections, actions: [.get: .forwarding]),
    Route("/v1/*", only: API.forwardedCollections, actions: [.get: .forwarding]),
  ]

  /// The path parameters when the path fits, else nil.
  func match(_ segments: [Substring]) -> [Substring]? {
    if takesRest, segments.count > pattern.count, zip(pattern.dropLast(), segments).allSatisfy(==) {
      return [segments[(pattern.count - 1)...].joined(separator: "/")[...]]
    }
    guard segments.count == pattern.count else { return nil }
    var parameters: [Substring] = []
    for (part, segment) in zip(pattern, segments) {
      if part == "*" {
        parameters.append(segment)
      } else if part != segment {
        return nil
      }
    }
    if let only, !parameters.prefix(1).allSatisfy({ only.contains(String($0)) }) { return nil }
    return parameters
  }
}
