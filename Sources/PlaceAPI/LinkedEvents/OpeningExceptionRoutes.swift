import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `GET /v1/place/{id}/opening-exceptions`
  func openingExceptions(_ exchange: Exchange) async throws -> Answer {
    try await visible(exchange, "opening-exceptions/") { row, state in
      var answer = Answer.json(Array(JSONValue.object([.init("data", .array(try Self.exceptions(row)))]).text.utf8))
      answer.version = row.version
      answer.state = state
      return answer
    }
  }

  /// `GET /v1/place/{id}/opening-exceptions/{number}`
  func openingException(_ exchange: Exchange) async throws -> Answer {
    try await visible(exchange, "opening-exceptions/\(exchange.segments[1])/") { row, state in
      guard
        let found = try Self.exceptions(row).first(where: { $0["id"]?.text == exchange.segments[1] })
      else { throw Self.noException(exchange) }
      var answer = Answer.json(Array(found.text.utf8))
      answer.version = row.version
      answer.state = state
      return answer
    }
  }

  /// As they stand in the document.
  private static func exceptions(_ row: PlaceRow) throws -> [JSONValue] {
    let document = try JSONParser.parse(Array("{".utf8) + row.withDocument { Array($0) } + Array("}".utf8))
    return document["opening_hours"]?["exceptions"]?.arrayValue ?? []
  }

  /// `POST /v1/place/{id}/opening-exceptions`: a version like any other.
  func createOpeningException(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    return try await write(exchange) { transaction, caller in
      let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
      if stored.state != "live" { try await Self.refuse(stored, transaction) }
      var reader = BodyReader()
      let said = OpeningExceptionBody(body, &reader)
      if stored.place.openingExceptions.count >= OpeningException.maximumCount {
        reader.fail(
          "", .integer(Int64(stored.place.openingExceptions.count)), "too-many",
          "A place may have \(OpeningException.maximumCount) exceptions: take old ones away first.")
      }
      guard reader.errors.isEmpty, let said else { throw Problem.fields(reader.errors) }
      let exception = try await transaction.exception(
        from: said.from, to: said.to, hours: said.hours, comment: said.comment)
      var place = stored.place
      place.openingExceptions.append(exception)
      try await transaction.save([try PlaceChange(place, existing: stored, engine: self.store.engine)])
      return Written(
        status: .created, body: ByteBuffer(string: exception.json.text),
        location: "\(exchange.baseURL)/v1/place/\(ResourceAddress.segment(place.id.description))/opening-exceptions/"
          + "\(exception.id)/")
    }
  }

  /// `DELETE /v1/place/{id}/opening-exceptions/{number}`
  func deleteOpeningException(_ exchange: Exchange) async throws -> Answer {
    try await write(exchange) { transaction, caller in
      let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
      if stored.state != "live" { try await Self.refuse(stored, transaction) }
      var place = stored.place
      place.openingExceptions.removeAll { String($0.id) == exchange.segments[1] }
      guard place != stored.place else { throw Self.noException(exchange) }
      try await transaction.save([try PlaceChange(place, existing: stored, engine: self.store.engine)])
      return Written(status: .noContent)
    }
  }

  private static func noException(_ exchange: Exchange) -> Problem {
    .notFound("The place has no exception \(exchange.segments[1]): /opening-exceptions/ lists those that it has.")
  }
}

/// What a body says of an exception.
struct OpeningExceptionBody: Sendable {
  var from = ""
  var to = ""
  /// Nil: closed.
  var hours: String?
  var comment: String?

  /// Reads a body and notes everything that is wrong; nil when it is no object.
  init?(_ body: JSONValue, _ reader: inout BodyReader) {
    guard case .object(let members) = body else {
      reader.fail("", body, "wrong-type", "An exception is a JSON object.")
      return nil
    }
    let known = ["date", "from", "to", "hours", "closed", "comment", "id", "created_time", "actor"]
    for member in members where !known.contains(BodyReader.snakeCase(member.key)) {
      reader.fail(
        "/\(JSONValue.escaped(member.key))", member.value, "unknown-key",
        "An exception is {\"date\" or \"from\" and \"to\", \"hours\" or \"closed\", \"comment\"}.")
    }
    days(body, &reader)
    let closed = body["closed"].flatMap { $0 == .null ? false : reader.bool("/closed", $0) } ?? false
    hours = body["hours"].flatMap { value in
      reader.value("/hours", value) { text throws(InvalidValue) in try OpeningHoursText.checkedTimes(text) }
    }
    switch (closed, body["hours"] ?? .null) {
    case (true, let value) where value != .null:
      reader.fail("/hours", value, "hours-or-closed", "Give either hours or closed, not both.")
    case (false, .null):
      reader.fail("/hours", .null, "required", "Give the hours of these days, such as 09:00-12:00, or closed: true.")
    case (false, .string("")): reader.fail("/hours", .string(""), "required", "Give hours, or closed: true.")
    default: break
    }
    comment = body["comment"].flatMap { reader.text("/comment", $0, limit: 500) }
  }

  private mutating func days(_ body: JSONValue, _ reader: inout BodyReader) {
    func day(_ key: String) -> String? {
      guard let value = body[key], value != .null, value != .string("") else { return nil }
      guard let text = reader.date("/\(key)", value) else { return "" }
      // The language of opening hours has no years before 1000.
      if text < "1000" { reader.fail("/\(key)", value, "date", "Give a date such as 2026-12-24.") }
      return text
    }
    let (date, first, last) = (day("date"), day("from"), day("to"))
    switch (date, first, last) {
    case (let date?, nil, nil): (from, to) = (date, date)
    case (nil, let first?, let last?): (from, to) = (first, last)
    case (nil, nil, nil): reader.fail("/date", .null, "required", "Give the date, or from and to.")
    case (nil, nil, _?): reader.fail("/from", .null, "required", "Give the first day beside the last.")
    case (nil, _?, nil): reader.fail("/to", .null, "required", "Give the last day beside the first, or date for one.")
    case (let date?, _, _):
      reader.fail("/date", .string(date), "date-or-range", "Give either date, or from and to.")
    }
    guard let first = VenueHours.number(of: from), let last = VenueHours.number(of: to) else { return }
    if last < first {
      reader.fail("/to", .string(to), "order", "The last day lies before the first.")
    } else if last - first >= OpeningException.maximumDays {
      reader.fail(
        "/to", .string(to), "too-long",
        "An exception lasts at most \(OpeningException.maximumDays) days: change the "
          + "opening hours instead.")
    }
  }
}
