import HTTPTypes
import NIOCore
import PlaceStore
import Places

/// Something wrong in a query: which parameter, its value, a stable code and what to do.
struct InputError: Sendable {
  let parameter: String
  let value: String
  let code: String
  let detail: String
}

/// An error as it is answered (RFC 9457). This is the one table from what went wrong to status, code and text.
struct Problem: Error, Sendable {
  let status: HTTPResponse.Status
  let code: String
  let title: String
  let detail: String
  var errors: [InputError] = []
  /// Everything that is wrong in a body.
  var fields: [FieldError] = []
  var headers: HTTPFields = [:]
  /// Further members, such as `deleted_time`.
  var extra: [JSONValue.Member] = []

  /// 400 for parameters; all that are wrong are told at once.
  static func parameters(_ errors: [InputError]) -> Problem {
    let first = errors.first
    return Problem(
      status: .badRequest, code: first?.code ?? "invalid-parameter", title: "Invalid parameter",
      detail: errors.map { "\($0.parameter): \($0.detail)" }.joined(separator: " "), errors: errors)
  }

  static func parameter(_ name: String, _ value: String, _ detail: String, code: String = "invalid-parameter")
    -> Problem
  {
    parameters([InputError(parameter: name, value: value, code: code, detail: detail)])
  }

  /// 422 for a body that breaks rules; all of them are told at once.
  static func fields(_ errors: [FieldError]) -> Problem {
    var problem = Problem(
      status: .unprocessableContent, code: errors.first?.code ?? "invalid-field", title: "Invalid field",
      detail: errors.prefix(20).map { "\($0.pointer): \($0.detail)" }.joined(separator: " "))
    problem.fields = errors
    return problem
  }

  static func field(_ pointer: String, _ value: String, _ code: String, _ detail: String) -> Problem {
    fields([FieldError(pointer: pointer, value: value, code: code, detail: detail)])
  }

  /// 400 for a body that is no JSON of the right kind.
  static func malformed(_ detail: String) -> Problem {
    Problem(status: .badRequest, code: "malformed-body", title: "Malformed body", detail: detail)
  }

  static func unsupportedMedia(_ detail: String) -> Problem {
    Problem(
      status: .unsupportedMediaType, code: "unsupported-media-type", title: "Unsupported media type", detail: detail)
  }

  static func tooLarge(_ limit: Int) -> Problem {
    Problem(
      status: .contentTooLarge, code: "too-large", title: "Too large",
      detail: "A body may have \(limit) bytes: write in several requests, or import a file.")
  }

  /// 401 where a key is needed and there is none.
  static let keyNeeded = Problem(
    status: .unauthorized, code: "key-needed", title: "Key needed",
    detail: "Give a key in the header apikey, or a token in Authorization: Bearer.",
    headers: [.wwwAuthenticate: "Bearer"])

  /// 403 where the key's holder may not do this.
  static func forbidden(_ detail: String) -> Problem {
    Problem(status: .forbidden, code: "forbidden", title: "Not allowed", detail: detail)
  }

  /// 409, with the id of what stands in the way.
  static func conflict(_ code: String, id: String, _ detail: String) -> Problem {
    Problem(
      status: .conflict, code: code, title: "Conflict", detail: detail, extra: [.init("id", .string(id))])
  }

  static func versionDiffers(_ version: Int) -> Problem {
    Problem(
      status: .preconditionFailed, code: "version-differs", title: "Version differs",
      detail: "The current version is \(version): read it again, make the change there and write with its ETag.",
      extra: [.init("version", .integer(Int64(version)))])
  }

  static func notFound(_ detail: String) -> Problem {
    Problem(status: .notFound, code: "not-found", title: "Not found", detail: detail)
  }

  static func pageNotFound(_ page: String) -> Problem {
    Problem(
      status: .notFound, code: "page-not-found", title: "No such page",
      detail: "There is no page \(page): follow meta.next from page 1.")
  }

  static func gone(deletedTime: String?, reason: String?) -> Problem {
    Problem(
      status: .gone, code: "gone", title: "Deleted", detail: "The place was deleted and nothing replaced it.",
      extra: [
        .init("deleted_time", deletedTime.map { .string($0) } ?? .null),
        .init("reason", reason.map { .string($0) } ?? .null),
      ])
  }

  /// 410 for a place that was public and is a draft now.
  static let unpublished = Problem(
    status: .gone, code: "unpublished", title: "Withdrawn",
    detail: "It was public and has been withdrawn by its keeper; it may come back.")

  static func methodNotAllowed(_ method: String, allow: String) -> Problem {
    Problem(
      status: .methodNotAllowed, code: "method-not-allowed", title: "Method not allowed",
      detail: "\(method) can't be used here; Allow tells what can.", headers: [.allow: allow])
  }

  static func notAcceptable(_ offered: [MediaType]) -> Problem {
    Problem(
      status: .notAcceptable, code: "not-acceptable", title: "Not acceptable",
      detail: "This can be had as \(offered.map(\.essence).joined(separator: ", ")).")
  }

  static let tooManyRequests = Problem(
    status: .tooManyRequests, code: "too-many-requests", title: "Too many requests",
    detail: "Wait as Retry-After says.", headers: [.retryAfter: "10"])

  static let unavailable = Problem(
    status: .serviceUnavailable, code: "unavailable", title: "Unavailable",
    detail: "The database does not answer; try again as Retry-After says.", headers: [.retryAfter: "2"])

  static let fault = Problem(
    status: .internalServerError, code: "internal", title: "Internal error",
    detail: "Something failed here; the log tells more under the request's id.")

  /// The problem for anything thrown while answering.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case StoreError.unavailable: self = .unavailable
    case StoreError.commitUnknown:
      self = Problem(
        status: .serviceUnavailable, code: "commit-unknown", title: "Commit unknown",
        detail:
          "The connection to the database was lost at the commit: the change was made or not. Repeat the request; a "
          + "repeated PUT changes nothing, a POST should carry an Idempotency-Key.", headers: [.retryAfter: "2"])
    case let error as FieldError: self = .fields([error])
    case StoreError.conflict(let id):
      self = .conflict("id-taken", id: id, "\(id) holds that id or identifier already.")
    case StoreError.invalidQuery(let parameter, let detail):
      self = .parameter(parameter, "", detail)
    case StoreError.schemaDiffers, StoreError.unusable:
      self = Problem(
        status: .serviceUnavailable, code: "unavailable", title: "Not ready",
        detail: "The database's schema is not this program's: run placeregistry migrate.",
        headers: [.retryAfter: "30"])
    case is CancellationError: self = .unavailable
    default: self = .fault
    }
  }

  init(
    status: HTTPResponse.Status, code: String, title: String, detail: String, errors: [InputError] = [],
    headers: HTTPFields = [:], extra: [JSONValue.Member] = []
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.errors = errors
    self.headers = headers
    self.extra = extra
  }

  /// The problem as JSON.
  func body(instance: String) -> ByteBuffer {
    var w = JSONWriter()
    w.beginObject()
    w.member("type", "/problems/\(code)")
    w.member("title", title)
    w.key("status")
    w.integer(status.code)
    w.member("detail", detail)
    w.member("instance", instance)
    for member in extra {
      w.key(member.key)
      w.value(member.value)
    }
    if !errors.isEmpty || !fields.isEmpty {
      w.key("errors")
      w.beginArray()
      for error in errors {
        w.beginObject()
        w.member("parameter", error.parameter)
        w.member("value", error.value)
        w.member("code", error.code)
        w.member("detail", error.detail)
        w.endObject()
      }
      for error in fields {
        w.beginObject()
        w.member("pointer", error.pointer)
        w.member("value", error.value)
        w.member("code", error.code)
        w.member("detail", error.detail)
        w.endObject()
      }
      w.endArray()
    }
    w.endObject()
    return ByteBuffer(bytes: w.bytes)
  }
}
