import Foundation
import HTTPTypes
import NIOCore
import OpeningHours
import PlaceStore
import Places

extension API {
  /// Days that opening hours are told of when no end is asked for, and at most.
  static let hoursDays = (usual: 7, most: 400)
  /// Intervals that one answer tells at most.
  static let mostIntervals = 20_000
  /// Years of which one answer tells at most: anybody may ask, and each day has to be looked at.
  static let mostYears: Int64 = 100

  /// `/v1/opening_hours`: what any expression means.
  func openingHours(_ exchange: Exchange) throws -> Answer {
    let query = exchange.query
    guard let expression = query["expression"] else {
      throw Problem.parameter("expression", "", "Give the expression, such as Mo-Fr 09:00-17:00.")
    }
    guard expression.unicodeScalars.count <= 2000 else {
      throw Problem.parameter("expression", "", "An expression may have 2000 characters.", code: "too-long")
    }
    let question: HoursQuestion
    do {
      question = try HoursQuestion(
        expression: expression, from: query["from"].map(ParameterReader.withPlus),
        to: query["to"].map(ParameterReader.withPlus), at: query["at"].map(ParameterReader.withPlus),
        timezone: query["timezone"], holidays: query["holidays"])
    } catch let error as HoursParseError {
      var problem = Problem(
        status: .unprocessableContent, code: "opening-hours", title: "No opening hours",
        detail: "These are no opening hours, \(error)")
      var told = JSONWriter()
      told.beginObject()
      HoursQuestion.write(error, &told)
      told.endObject()
      problem.extra = try JSONParser.parse(told.bytes).members ?? []
      throw problem
    } catch let refusal as HoursQuestion.Refusal {
      throw Problem.parameter(refusal.parameter, refusal.value, refusal.detail)
    }
    guard question.period.upperBound - question.period.lowerBound <= Self.mostYears * 366 * 86_400 else {
      throw Problem.parameter(
        "to", query["to"] ?? "", "Ask for at most \(Self.mostYears) years.", code: "too-long")
    }
    var counted = question.calendar.intervals(from: question.period.lowerBound, to: question.period.upperBound)
      .makeIterator()
    for _ in 0..<Self.mostIntervals where counted.next() == nil { break }
    guard counted.next() == nil else {
      throw Problem.parameter(
        "to", query["to"] ?? "", "There are more than \(Self.mostIntervals) intervals until then: ask for less.",
        code: "too-long")
    }
    var w = JSONWriter()
    w.beginObject()
    question.write(&w)
    w.endObject()
    var answer = Answer.json(w.bytes)
    // Without a time the answer is about now.
    if query["at"] == nil || query["at"] == "now" { answer.caching = .none }
    return answer
  }

  /// `/v1/place/{id}/opening_hours/`: day by day.
  func placeOpeningHours(_ exchange: Exchange) async throws -> Answer {
    var reader = ParameterReader(exchange.query)
    let zone = VenueHours.zone
    func day(_ name: String) -> Int? {
      guard let text = exchange.query[name] else { return nil }
      if text.utf8.count == 10, let number = VenueHours.number(of: text) { return number }
      guard text.utf8.count > 10, let time = reader.time(name) else {
        reader.fail(name, "Give a date such as 2026-12-24.")
        return nil
      }
      return zone.dayNumber(at: time.seconds)
    }
    let today = zone.dayNumber(at: Timestamp.now().seconds)
    let (from, to) = (day("from"), day("to"))
    let first = from ?? to.map { min($0, today) } ?? today
    let last = to ?? first + Self.hoursDays.usual - 1
    if first > last {
      reader.fail("to", "The last day lies before the first (from).")
    } else if last - first >= Self.hoursDays.most {
      reader.fail("to", "Ask for at most \(Self.hoursDays.most) days, both ends included.", code: "too-long")
    }
    try reader.finish()
    return try await visible(exchange, "opening_hours/") { row, state in
      let (hours, known) = try await store.hours(of: [row.id])
      var w = JSONWriter()
      w.beginObject()
      w.key("data")
      w.beginArray()
      for number in first...last {
        w.beginObject()
        w.member("date", ClockZone.date(ofDay: number))
        w.key("intervals")
        w.beginArray()
        let day = (zone.start(ofDay: number), zone.start(ofDay: number + 1))
        for interval in hours[row.id]?.intervals(from: day.0, to: day.1) ?? [] { interval.write(&w, zone: zone) }
        w.endArray()
        w.endObject()
      }
      w.endArray()
      w.endObject()
      var answer = Answer.json(w.bytes)
      answer.version = row.version
      if known == state { answer.state = state }
      // Without days the answer is about today.
      if from == nil { answer.validUntil = Double(zone.start(ofDay: today + 1)) }
      return answer
    }
  }

  /// What is answered of the place that a path names, as far as the asker may see it; a redirect keeps what follows the
  /// id.
  func visible(
    _ exchange: Exchange, _ rest: String = "", _ body: (PlaceRow, RegistryState) async throws -> Answer
  ) async throws -> Answer {
    let id = exchange.segments[0]
    switch try await store.place(id: id, viewer: exchange.viewer) {
    case .place(let row, let state): return try await body(row, state)
    case .moved(let current):
      return moved(.movedPermanently, exchange, to: current, rest: rest, body: .string(current))
    case .split(let successors):
      return moved(.multipleChoices, exchange, to: nil, rest: rest, body: .array(successors.map { .string($0) }))
    case .gone(let time, let reason): throw Problem.gone(deletedTime: time, reason: reason)
    case .withdrawn: throw Problem.unpublished
    case .unknown: throw Problem.notFound("There is no place with the id \(id), and there never was one.")
    }
  }
}

extension Timestamp {
  /// Seconds since 1970, the fraction left out.
  var seconds: Int64 { microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0) }
}
