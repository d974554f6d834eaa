import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore
import PlaceStore

/// What Hummingbird tells of a connection.
public struct APIContext: RequestContext {
  /// Hummingbird's own storage.
  public var coreContext: CoreRequestContextStorage
  /// The peer's address without port.
  public let peer: String?
  /// The connection, for answers that wait: they want to know when the client leaves.
  let channel: any Channel

  /// Made by Hummingbird for each request.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress
    channel = source.channel
  }
}

/// Answers requests: finds the route, checks method, parameters and `Accept`, runs the handler and does for all alike
/// what HTTP asks for: problems, ETags and 304, HEAD and OPTIONS, gzip, CORS, request ids, metrics and logs.
public struct APIResponder: HTTPResponder {
  /// The context that requests come with.
  public typealias Context = APIContext

  let api: API
  private let gzip = Gzip()
  private let cache: AnswerCache?
  private let limiter: RateLimiter?
  private let meters: [RouteMeter]

  /// Makes the responder of an API.
  public init(_ api: API) {
    self.api = api
    cache = api.configuration.answerCacheBytes > 0 ? AnswerCache(bytes: api.configuration.answerCacheBytes) : nil
    limiter = api.configuration.rateLimit.map { RateLimiter(perMinute: $0) }
    meters = Route.all.map { RouteMeter(route: $0.name) } + [RouteMeter(route: "other")]
  }

  /// Answers one request; never throws.
  public func respond(to request: Request, context: APIContext) async -> Response {
    await respond(
      to: request.head, peer: context.peer, channel: context.channel, logger: context.logger,
      body: { limit in try await request.body.collect(upTo: limit) },
      pieces: { take in for try await piece in request.body { try await take(piece) } })
  }

  /// Answers one request head; the entry that tests use, too.
  /// - Parameters:
  ///   - body: reads the whole body, of at most so many bytes; throws `NIOTooManyBytesError` when it is larger.
  ///   - pieces: reads the body piece by piece; nil: the whole of it is one.
  func respond(
    to head: HTTPRequest, peer: String?, channel: (any Channel)? = nil, logger: Logger,
    body: @escaping @Sendable (Int) async throws -> ByteBuffer = { _ in ByteBuffer() }, pieces: BodyPieces? = nil
  ) async -> Response {
    let start = ContinuousClock.now
    let id = Self.requestID(head.headerFields[.requestID])
    let client = ClientAddress(peer: peer, head: head, configuration: api.configuration)
    let target = head.path ?? "/"
    let questionMark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
    let path = String(questionMark.map { target[..<$0] } ?? target[...])
    var route = Route.all.count
    var answer: Answer
    do {
      let query = questionMark.map { String(target[target.index(after: $0)...]) }
      answer = try await self.answer(
        head, path: path, query: query, client: client, id: id, channel: channel, route: &route,
        pieces: pieces ?? { [limit = api.configuration.maximumImportBytes] take in try await take(try await body(limit))
        },
        body: body)
    } catch {
      let problem = Problem(error)
      if problem.status.code >= 500, problem.code == "internal" {
        logger.error(
          "request failed",
          metadata: [
            "request_id": "\(id)", "route": "\(route < Route.all.count ? Route.all[route].name : "other")",
            "error": "\(error)",
          ])
      }
      answer = Answer(
        status: problem.status, media: .problem, body: problem.body(instance: Self.reference(path)),
        headers: problem.headers, caching: .none)
    }
    let response = finish(answer, head: head, id: id)
    let duration = start.duration(to: .now)
    meters[route].record(status: response.status.code, duration)
    log(head, route: route, response.status, duration, id, client, logger)
    return response
  }

  private func answer(
    _ head: HTTPRequest, path: String, query: String?, client: ClientAddress, id: String, channel: (any Channel)?,
    route found: inout Int, pieces: @escaping BodyPieces, body: @Sendable (Int) async throws -> ByteBuffer
  ) async throws -> Answer {
    let segments = path.split(separator: "/")
    for (index, route) in Route.all.enumerated() {
      guard let raw = route.match(segments) else { continue }
      found = index
      let isKeyed = route.isKeyed && head.method != .options
      let caller = try await api.admit(
        isKeyed ? head.headerFields : [:], address: client.address, limiter: limiter)
      if head.method == .options {
        return Answer(
          status: .noContent, media: .json, body: ByteBuffer(),
          headers: [
            .allow: route.allow, .accessControlAllowMethods: route.openMethods,
            .accessControlAllowHeaders: head.headerFields[.accessControlRequestHeaders] ?? "*",
            .accessControlMaxAge: "86400",
          ], caching: .none)
      }
      guard let action = route.actions[head.method == .head ? .get : head.method] else {
        throw Problem.methodNotAllowed(head.method.rawValue, allow: route.allow)
      }
      let decoded = try raw.map { segment in
        guard let text = QueryString.decodeSegment(segment) else {
          throw Problem(
            status: .badRequest, code: "invalid-path", title: "Invalid path",
            detail: "The path is not percent-encoded UTF-8.")
        }
        return text
      }
      var exchange = Exchange(
        segments: decoded, baseURL: client.baseURL, path: path, method: head.method, headers: head.headerFields,
        caller: caller, requestID: id, clientAddress: client.address, channel: channel)
      if head.method != .get, head.method != .head {
        if action.needsKey, caller == nil { throw Problem.keyNeeded }
        if action.streams {
          try checkBody(head, limit: api.configuration.maximumImportBytes, Problem.importTooLarge)
          exchange.pieces = pieces
        } else {
          exchange.body = try await self.body(head, body)
        }
        return try await handle(action, route, &exchange, query: query)
      }
      guard let cache, route.isKept, caller == nil else {
        var answer = try await handle(action, route, &exchange, query: query)
        if caller != nil, case .revalidated = answer.caching { answer.caching = .personal }
        return answer
      }
      // Whatever the answer depends on beside the registry's state.
      let key = "\(client.baseURL) \(head.path ?? "") \(head.headerFields[.accept] ?? "")"
      if cache.holds(key), let kept = cache.answer(key, in: try await api.store.state()) { return kept }
      var answer = try await handle(action, route, &exchange, query: query)
      if answer.state != nil, answer.status == .ok {
        answer.hashBody()
        cache.keep(answer, key)
      }
      return answer
    }
    _ = try await api.admit([:], address: client.address, limiter: limiter)
    throw Problem.notFound("There is nothing at \(path); /docs lists what there is.")
  }

  private func handle(
    _ action: Action, _ route: Route, _ exchange: inout Exchange, query: String?
  ) async throws -> Answer {
    let query = try QueryString(query, repeatable: action.repeatable)
    exchange.query = query
    if action.takesAny { return try await action.handler(api, exchange) }
    try query.check(known: action.parameters, unsupported: action.unsupported)
    exchange.media = try Self.media(exchange.headers[.accept], query, route)
    return try await action.handler(api, exchange)
  }

  /// The body of a writing request. Throws 413 and 415.
  private func body(
    _ head: HTTPRequest, _ read: @Sendable (Int) async throws -> ByteBuffer
  ) async throws -> ByteBuffer {
    let limit = api.configuration.maximumBodyBytes
    try checkBody(head, limit: limit, Problem.tooLarge)
    do { return try await read(limit) } catch is NIOTooManyBytesError { throw Problem.tooLarge(limit) }
  }

  /// What a body's head tells. Throws 413 and 415.
  private func checkBody(_ head: HTTPRequest, limit: Int, _ tooLarge: (Int) -> Problem) throws {
    if let coding = head.headerFields[.contentEncoding], coding.lowercased() != "identity" {
      throw Problem.unsupportedMedia("A body coded as \(coding) can't be read: send it without Content-Encoding.")
    }
    if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > limit {
      throw tooLarge(limit)
    }
  }

  private static func media(_ accept: String?, _ query: QueryString, _ route: Route) throws -> MediaType {
    if let format = query["format"] {
      let named: [String: MediaType] = ["json": .json, "geojson": .geoJSON, "jsonld": .jsonLD]
      guard let media = named[format.lowercased()], route.media.contains(media) else {
        let offered = named.filter { route.media.contains($0.value) }.keys.sorted().joined(separator: ", ")
        throw Problem.parameter("format", format, "The formats here are \(offered).")
      }
      return media
    }
    guard let media = MediaType.negotiate(accept, offered: route.media) else {
      throw Problem.notAcceptable(route.media)
    }
    return media
  }

  private func finish(_ answer: Answer, head: HTTPRequest, id: String) -> Response {
    var headers = answer.headers
    headers[.requestID] = id
    headers[.accessControlAllowOrigin] = "*"
    headers[.accessControlExposeHeaders] =
      "Digest, ETag, Link, Location, Repr-Digest, Retry-After, X-Change-Sequence, X-Request-ID"
    headers[.vary] = "Accept, Accept-Encoding, Apikey, Authorization"
    if let file = answer.file { return finish(file, answer, headers, head) }
    if let stored = answer.stored { return finish(stored, headers, head) }
    var body = answer.body
    var status = answer.status
    if !body.readableBytesView.isEmpty { headers[.contentType] = answer.media.contentType }
    let isCompressed =
      body.readableBytes >= Gzip.threshold && Gzip.isAccepted(head.headerFields[.acceptEncoding])
    var etag: String?
    switch answer.caching {
    case .none: headers[.cacheControl] = "no-store"
    case .revalidated, .personal:
      let tag = answer.etag(coding: isCompressed ? "-gzip" : "")
      etag = tag
      headers[.eTag] = tag
      headers[.cacheControl] = api.configuration.cacheControl
      if case .personal = answer.caching { headers[.cacheControl] = "private, no-cache" }
      if status == .ok, Self.matches(head.headerFields[.ifNoneMatch], tag) {
        status = .notModified
        headers[.contentType] = nil
        return Response(status: status, headers: headers)
      }
    }
    if isCompressed, let compressed = gzip.compress(body, etag: etag) {
      body = compressed
      headers[.contentEncoding] = "gzip"
    }
    if head.method == .head {
      headers[.contentLength] = String(body.readableBytes)
      return Response(status: status, headers: headers)
    }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// A file goes out as it lies on the disk: its checksum is that of these bytes.
  private func finish(_ file: ServedFile, _ answer: Answer, _ given: HTTPFields, _ head: HTTPRequest) -> Response {
    var headers = given
    headers[.eTag] = file.etag
    headers[.cacheControl] = api.configuration.cacheControl
    if Self.matches(head.headerFields[.ifNoneMatch], file.etag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = answer.media.contentType
    headers[.contentLength] = String(file.length)
    if head.method == .head { return Response(status: answer.status, headers: headers) }
    return Response(status: answer.status, headers: headers, body: file.body)
  }

  /// What is stored goes out as it is; it is nobody's to keep.
  private func finish(_ stored: StoredBody, _ given: HTTPFields, _ head: HTTPRequest) -> Response {
    var headers = given
    headers[.cacheControl] = "no-store"
    headers[.contentLength] = String(stored.length)
    if head.method == .head { return Response(status: .ok, headers: headers) }
    return Response(status: .ok, headers: headers, body: stored.body)
  }

  /// The path as a URI reference: as it came, or with every percent sign encoded where it is no percent-encoding.
  private static func reference(_ path: String) -> String {
    let isSound = path.wholeMatch(of: /(?:[A-Za-z0-9\-._~!$&'()*+,;=:@\/]|%[0-9A-Fa-f]{2})*/) != nil
    return isSound ? path : Paging.escape(path).replacing("%2F", with: "/")
  }

  /// Weak comparison (RFC 9110 section 13.1.2).
  private static func matches(_ header: String?, _ tag: String) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains {
      let candidate = $0.trimmed
      return candidate == "*" || candidate == tag || candidate == "W/" + tag
    }
  }

  /// The client's id where it is harmless in a log, else one of ours.
  private static func requestID(_ given: String?) -> String {
    if let given, (1...128).contains(given.utf8.count),
      given.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
          || $0 == 0x2E || $0 == 0x5F
      })
    {
      return given
    }
    return String(UInt64.random(in: .min ... .max) | 1 << 63, radix: 36)
  }

  private func log(
    _ head: HTTPRequest, route: Int, _ status: HTTPResponse.Status, _ duration: Duration, _ id: String,
    _ client: ClientAddress, _ logger: Logger
  ) {
    guard api.configuration.requestLog != .none else { return }
    let isFull = api.configuration.requestLog == .full
    logger.info(
      "request",
      metadata: [
        "request_id": "\(id)", "method": "\(head.method)", "status": "\(status.code)",
        "route": "\(route < Route.all.count ? Route.all[route].name : "other")",
        "duration_ms": "\(Double(duration / .microseconds(1)) / 1000)",
        "address": "\(isFull ? client.address : client.shortened)",
        "target": "\(isFull ? head.path ?? "" : "")",
      ])
  }
}

/// A route's counters and timer, made once.
private struct RouteMeter: Sendable {
  private let timer: Metrics.Timer
  private let counters: [Counter]

  init(route: String) {
    timer = Metrics.Timer(label: "http_request_duration", dimensions: [("route", route)])
    counters = (1...5).map {
      Counter(label: "http_requests", dimensions: [("route", route), ("status", "\($0)xx")])
    }
  }

  func record(status: Int, _ duration: Duration) {
    counters[min(max(status / 100, 1), 5) - 1].increment()
    timer.recordNanoseconds(Int64(duration / .nanoseconds(1)))
  }
}
