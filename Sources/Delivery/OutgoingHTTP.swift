import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1

/// An answer from elsewhere.
public struct OutgoingResponse: Sendable {
  /// The status code.
  public let status: Int
  /// The headers, names in lower case; of a repeated one the first.
  public let headers: [String: String]
  /// The body; empty when it was not asked for.
  public let body: [UInt8]
}

/// Every request that the service sends to others: webhooks, key sets, other registries. It goes to public addresses
/// unless the operator allows more, to exactly the address that was checked (a name that resolves differently a moment
/// later can't divert it), follows no redirects, knows no proxy, and is bounded in time and size.
public struct OutgoingHTTP: Sendable {
  /// What a request may take.
  public struct Limits: Sendable {
    /// To connect, for each address.
    public var connect = Duration.seconds(4)
    /// From the look-up of the host to the last byte.
    public var total = Duration.seconds(15)
    /// Bytes of an answer's body.
    public var body = 10 << 20

    /// The defaults.
    public init() {}
  }

  private let rules: AddressRules
  private let limits: Limits
  private let userAgent: String
  private let resolve: @Sendable (String) async throws -> [IPAddress]

  /// Addresses of one host that are tried.
  private static let mostAddresses = 3

  /// Makes a client.
  public init(rules: AddressRules = AddressRules(), limits: Limits = Limits(), userAgent: String = "placeregistry") {
    self.init(rules: rules, limits: limits, userAgent: userAgent, resolve: HostResolver.resolve)
  }

  init(
    rules: AddressRules, limits: Limits, userAgent: String = "placeregistry",
    resolve: @escaping @Sendable (String) async throws -> [IPAddress]
  ) {
    self.rules = rules
    self.limits = limits
    self.userAgent = userAgent
    self.resolve = resolve
  }

  /// Throws ``OutgoingError`` when a request to this address would be refused or its host is not known.
  public func check(_ url: String) async throws {
    let url = try OutgoingURL(url)
    _ = try await within(limits.total) { try await addresses(of: url) }
  }

  /// Sends GET. Throws ``OutgoingError``; any status is an answer.
  /// - Parameter bodyLimit: bytes of the answer's body, instead of the configured limit.
  public func get(_ url: String, headers: [(String, String)] = [], bodyLimit: Int? = nil) async throws
    -> OutgoingResponse
  {
    try await send(.GET, url, headers, body: nil, bodyLimit: bodyLimit ?? limits.body)
  }

  /// Sends POST. Throws ``OutgoingError``; any status is an answer.
  /// - Parameter bodyLimit: bytes of the answer's body, instead of the configured limit; 0: the body is not wanted.
  public func post(_ url: String, headers: [(String, String)] = [], body: [UInt8], bodyLimit: Int? = nil) async throws
    -> OutgoingResponse
  {
    try await send(.POST, url, headers, body: body, bodyLimit: bodyLimit ?? limits.body)
  }

  private func send(
    _ method: HTTPMethod, _ url: String, _ headers: [(String, String)], body: [UInt8]?, bodyLimit: Int
  ) async throws -> OutgoingResponse {
    let url = try OutgoingURL(url)
    var request = HTTPClientRequest(url: url.text)
    request.method = method
    request.headers = HTTPHeaders([("User-Agent", userAgent)] + headers)
    if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
    let prepared = request
    do {
      return try await within(limits.total) {
        var failure: (any Error)?
        for address in try await addresses(of: url).prefix(Self.mostAddresses) {
          do {
            return try await send(prepared, url, to: address, bodyLimit: bodyLimit)
          } catch let error where Self.isBeforeSending(error) { failure = error }
        }
        throw failure ?? OutgoingError.unknownHost(url.host)
      }
    } catch { throw Self.told(error) }
  }

  /// The addresses of a host that requests may go to.
  private func addresses(of url: OutgoingURL) async throws -> [IPAddress] {
    let permitted = try await resolve(url.host).filter { rules.permit($0, host: url.host) }
    if permitted.isEmpty { throw OutgoingError.refused(host: url.host) }
    return permitted
  }

  private func send(
    _ request: HTTPClientRequest, _ url: OutgoingURL, to address: IPAddress, bodyLimit: Int
  ) async throws -> OutgoingResponse {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .nanoseconds(Int64(limits.connect / .nanoseconds(1)))), proxy: nil)
    configuration.httpVersion = .http1Only
    // The name stays in Host, in TLS' server name and in the certificate's check; the connection goes to the address.
    configuration.dnsOverride = [url.host: address.description]
    configuration.http1_1ConnectionDebugInitializer = { channel in
      let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
      return peer == address
        ? channel.eventLoop.makeSucceededVoidFuture()
        : channel.eventLoop.makeFailedFuture(OutgoingError.refused(host: url.host))
    }
    // A client of its own, because the address belongs to this request alone.
    let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    let result: Result<OutgoingResponse, any Error>
    do {
      let response = try await client.execute(
        request, timeout: .nanoseconds(Int64(limits.total / .nanoseconds(1))))
      var body: [UInt8] = []
      if bodyLimit > 0 { body = Array(try await response.body.collect(upTo: bodyLimit).readableBytesView) }
      let headers = Dictionary(
        response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
      result = .success(OutgoingResponse(status: Int(response.status.code), headers: headers, body: body))
    } catch { result = .failure(error) }
    try? await client.shutdown()
    return try result.get()
  }

  /// Runs the body and gives it up when the time is over.
  private func within<R: Sendable>(_ time: Duration, _ body: @Sendable @escaping () async throws -> R) async throws -> R
  {
    try await withThrowingTaskGroup(of: R.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: time)
        throw OutgoingError.timeout
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw OutgoingError.timeout }
      return first
    }
  }

  /// Whether nothing of the request can have arrived, so that another address may be tried.
  private static func isBeforeSending(_ error: any Error) -> Bool {
    error is IOError || error as? HTTPClientError == .connectTimeout
  }

  private static func told(_ error: any Error) -> any Error {
    switch error {
    case is OutgoingError, is CancellationError: return error
    case is NIOTooManyBytesError: return OutgoingError.tooLarge
    case let error as HTTPClientError where [.connectTimeout, .deadlineExceeded, .readTimeout].contains(error):
      return OutgoingError.timeout
    case let error as IOError: return OutgoingError.failed("The connection failed: \(error.localizedReason).")
    case let error as HTTPClientError: return OutgoingError.failed("The request failed: \(error.shortDescription).")
    default: return OutgoingError.failed("The connection failed: TLS or the network (\(type(of: error))).")
    }
  }
}

extension IOError {
  fileprivate var localizedReason: String { errnoCode == ECONNREFUSED ? "refused" : "error \(errnoCode)" }
}
