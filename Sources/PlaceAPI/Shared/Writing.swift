import HTTPTypes
import NIOCore
import PlaceStore
import Places

/// What a writing request answers, made inside its transaction.
struct Written: Sendable {
  var status = HTTPResponse.Status.ok
  /// JSON; nil for an answer without a body.
  var body: ByteBuffer?
  /// Where what was made can be read.
  var location: String?
  /// The version that the ETag begins with; nil for none.
  var version: Int?
}

extension Exchange {
  /// The body as JSON. Throws ``Problem`` 415, or 400 saying where it is no JSON.
  func json() throws -> JSONValue {
    if let type = headers[.contentType]?.split(separator: ";").first.map({ $0.trimmed.lowercased() }) {
      guard type == "application/json" || type.hasSuffix("+json") else {
        throw Problem.unsupportedMedia("The body is \(type): send application/json.")
      }
    }
    guard body.readableBytes > 0 else { throw Problem.malformed("The body is empty: send a JSON object.") }
    do { return try body.withUnsafeReadableBytes { try JSONParser.parse($0.bindMemory(to: UInt8.self)) } } catch {
      throw Problem.malformed("The body is no JSON: \(error).")
    }
  }

  /// The key's holder. Throws ``Problem`` 401 without a key and 403 when the role is less.
  func caller(atLeast role: Caller.Role) throws -> Caller {
    guard let caller else { throw Problem.keyNeeded }
    guard caller.role >= role else {
      throw Problem.forbidden("This needs the role \(role.rawValue); the key has the role \(caller.role.rawValue).")
    }
    return caller
  }

  /// Throws ``Problem`` 412 unless `If-Match` is absent or names this version.
  func checkVersion(_ version: Int) throws {
    guard let header = headers[.ifMatch] else { return }
    let matches = header.split(separator: ",").contains {
      let tag = $0.trimmed
      if tag == "*" { return true }
      // Of "7.abc" the version counts, not the representation.
      return tag.drop { $0 == "W" || $0 == "/" || $0 == "\"" }.prefix { $0.isNumber } == String(version)
    }
    if !matches { throw Problem.versionDiffers(version) }
  }
}

extension API {
  /// Runs a writing request in one transaction: what throws leaves nothing behind. The answer carries the change log's
  /// number, and a repeated `Idempotency-Key` is answered as the first time.
  func write(
    _ exchange: Exchange, role: Caller.Role = .editor,
    _ body: @Sendable (StoreTransaction, Caller) async throws -> Written
  ) async throws -> Answer {
    let caller = try exchange.caller(atLeast: role)
    let author = Author(
      actor: caller.organization, person: caller.person, requestID: exchange.requestID,
      action: "\(exchange.method.rawValue) \(exchange.path)", address: exchange.clientAddress)
    let key = try exchange.idempotencyKey()
    let (written, sequence) = try await store.write(by: author) { transaction in
      guard let key else { return (try await body(transaction, caller), repeated: nil as Int?) }
      let fingerprint = exchange.fingerprint
      if let stored = try await transaction.claim(key: key, caller: caller.person, fingerprint: fingerprint) {
        guard stored.fingerprint == fingerprint else {
          throw Problem(
            status: .unprocessableContent, code: "idempotency-key-reused", title: "Idempotency-Key used before",
            detail: "This Idempotency-Key was used for another request: make a new one for each.")
        }
        let written = Written(
          status: HTTPResponse.Status(code: stored.status), body: stored.body.map { ByteBuffer(string: $0) },
          location: stored.location, version: stored.version)
        return (written, repeated: stored.sequence)
      }
      let written = try await body(transaction, caller)
      try await transaction.remember(
        key: key, caller: caller.person, status: written.status.code, location: written.location,
        version: written.version, body: written.body.map { String(buffer: $0) })
      return (written, repeated: nil)
    }
    var number = written.repeated ?? sequence
    if number == nil { number = try await store.state().sequence }
    return Self.answer(written.0, number: number)
  }

  private static func answer(_ written: Written, number: Int?) -> Answer {
    var answer = Answer(
      status: written.status, media: .json, body: written.body ?? ByteBuffer(), caching: .none)
    if let location = written.location { answer.headers[.location] = location }
    if let version = written.version {
      answer.version = version
      answer.headers[.eTag] = answer.etag(coding: "")
    }
    if let number { answer.headers[.changeSequence] = String(number) }
    return answer
  }
}

extension Exchange {
  /// `Idempotency-Key` of a POST. Throws ``Problem`` 400 for one that is empty, too long or not printable ASCII.
  fileprivate func idempotencyKey() throws -> String? {
    guard method == .post, let key = headers[.idempotencyKey] else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem(
        status: .badRequest, code: "invalid-idempotency-key", title: "Invalid Idempotency-Key",
        detail: "An Idempotency-Key is 1–255 printable ASCII characters without spaces.")
    }
    return key
  }

  /// What tells one request from another: method, path, query and body.
  fileprivate var fingerprint: String {
    let query = self.query.items.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    var whole = ByteBuffer(string: "\(method.rawValue) \(path)?\(query)\n")
    whole.writeImmutableBuffer(body)
    return Answer(media: .json, body: whole).etag(coding: ".\(whole.readableBytes)")
  }
}

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .accept
  static let changeSequence = HTTPField.Name("X-Change-Sequence") ?? .accept
}
