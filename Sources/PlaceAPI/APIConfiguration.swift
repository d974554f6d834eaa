/// What the HTTP side can be told from outside.
public struct APIConfiguration: Sendable {
  /// How much a request log says.
  public enum RequestLog: String, Sendable, CaseIterable {
    /// Nothing but failures.
    case none
    /// Method, route, status, duration and a shortened address: no query, no coordinates.
    case short
    /// The whole path and query and the whole address too.
    case full
  }

  /// Absolute URLs begin with this (`https://paikat.example.fi`, no slash at the end); nil: with the request's `Host`.
  public var publicURL: String?
  /// Addresses whose `X-Forwarded-*` headers count.
  public var trustedProxies: Set<String> = []
  /// `Cache-Control` of places, events and lists.
  public var cacheControl = "public, no-cache"
  /// Bytes of answers that are kept while the registry doesn't change; 0: none.
  public var answerCacheBytes = 32 << 20
  /// What request logs hold.
  public var requestLog = RequestLog.none
  /// Bytes that the body of a writing request may have.
  public var maximumBodyBytes = 10 << 20
  /// Bytes that an uploaded file may have.
  public var maximumImportBytes = 2048 << 20
  /// Former values of ``publicURL``, which are taken in `location.@id` as well.
  public var formerURLs: [String] = []
  /// Where the event API answers, without `/v1` (`https://tapahtumat.example.fi`): its routes are forwarded there.
  public var eventAPIURL: String?
  /// The folder of dumps, which is made where it is not there; nil: a new one among the temporary files.
  public var exportDirectory: String?
  /// Bytes of dumps that are kept; the newest one always is.
  public var exportCacheBytes = 4 << 30
  /// Requests per minute and key (address without one), nil: no limit.
  public var rateLimit: Int?
  /// The program's version, told at `/`.
  public var version = "0.1.0"

  /// Makes the default configuration.
  public init() {}
}
