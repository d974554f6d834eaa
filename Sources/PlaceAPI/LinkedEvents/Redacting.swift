import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `POST /v1/place/{id}/redact`
  func redactPlace(_ exchange: Exchange) async throws -> Answer {
    let (field, reason) = try Self.redaction(exchange) { pointer throws(FieldError) in
      try RedactedField(place: pointer)
    }
    let id = exchange.segments[0]
    return try await write(exchange, role: .admin) { transaction, caller in
      let unknown = Problem.notFound("There is no place with the id \(id), and there never was one.")
      guard let native = try await transaction.holders(of: [id])[id] else { throw unknown }
      try Self.mayWrite(native.source.description, caller)
      let outcome = try await transaction.redact(place: native, fields: field.map { [$0] }, reason: reason)
      guard let outcome else { throw unknown }
      return Self.written(outcome)
    }
  }

  /// `POST /v1/event/{id}/redact`
  func redactEvent(_ exchange: Exchange) async throws -> Answer {
    let (field, reason) = try Self.redaction(exchange) { pointer throws(FieldError) in
      try RedactedField(event: pointer)
    }
    let unknown = Problem.notFound(
      "There is no event with the id \(exchange.segments[0]), and there never was one.")
    return try await write(exchange, role: .admin) { transaction, caller in
      guard let id = try? PlaceID(String(exchange.segments[0])) else { throw unknown }
      try Self.mayWrite(id.source.description, caller)
      let outcome = try await transaction.redact(event: id, fields: field.map { [$0] }, reason: reason)
      guard let outcome else { throw unknown }
      return Self.written(outcome)
    }
  }

  /// Reads `{"field", "reason"}`; whoever may not redact is told so first.
  private static func redaction(
    _ exchange: Exchange, _ parse: (String) throws(FieldError) -> RedactedField
  ) throws -> (RedactedField?, reason: String) {
    _ = try exchange.caller(atLeast: .admin)
    let body = try exchange.json()
    try only(["field", "reason"], body)
    var reader = BodyReader()
    var errors: [FieldError] = []
    let reason = reader.text("/reason", body["reason"] ?? .null)?.trimmed
    if reader.errors.isEmpty, reason.map(\.isEmpty) ?? true {
      reader.fail("/reason", body["reason"] ?? .null, "required", "Say why; the value itself is not to stand here.")
    }
    var field: RedactedField?
    if let pointer = reader.text("/field", body["field"] ?? .null) {
      do throws(FieldError) { field = try parse(pointer) } catch { errors.append(error) }
    }
    errors += reader.errors
    guard let reason, errors.isEmpty else { throw Problem.fields(errors) }
    return (field, reason)
  }

  private static func written(_ outcome: RedactionOutcome) -> Written {
    Written(body: ByteBuffer(string: report(outcome).text))
  }

  /// What a redaction did, as the interface and the command tell it.
  public static func report(_ outcome: RedactionOutcome) -> JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    return .object([
      .init("redacted", .integer(Int64(outcome.versions))), .init("fields", list(outcome.fields)),
      .init("others", list(outcome.others)), .init("unreachable", list(RedactionOutcome.unreachable)),
    ])
  }
}
