import OpeningHours
import Testing

/// What an expression is at a local time of Helsinki: `open`, `closed`, `unknown`, with a comment `open "ring"`.
struct StateCase: CustomTestStringConvertible {
  let expression: String
  let at: String
  let expected: String

  init(_ expression: String, at: String, _ expected: String) {
    self.expression = expression
    self.at = at
    self.expected = expected
  }

  var testDescription: String { "\(expression) at \(at)" }

  func found() throws -> String { try calendar(expression).status(at: Wall.instant(at)).written }
}

/// The intervals of one day of Helsinki's clock: `10:00-16:00, ?16:00-24:00, 18:00-20:00 "bar"`; `?` is unknown.
struct DayCase: CustomTestStringConvertible {
  let expression: String
  let day: String
  let expected: String

  init(_ expression: String, on day: String, _ expected: String) {
    self.expression = expression
    self.day = day
    self.expected = expected
  }

  var testDescription: String { "\(expression) on \(day)" }

  func found() throws -> String {
    let from = try Wall.instant("\(day)T00:00")
    let to = try Wall.instant("\(day)T24:00")
    return try calendar(expression).intervals(from: from, to: to).filter { $0.status.state != .closed }
      .map { interval in
        let end = interval.end == to ? "24:00" : Wall.time(interval.end)
        let comment = interval.status.comment.map { " \"\($0)\"" } ?? ""
        return "\(interval.status.state == .unknown ? "?" : "")\(Wall.time(interval.start))-\(end)\(comment)"
      }.joined(separator: ", ")
  }
}

/// The dates on which an expression is open at noon, from a first to a last date: `05-14 05-24 12-06`.
struct DatesCase: CustomTestStringConvertible {
  let expression: String
  let from: String
  let to: String
  let expected: String

  init(_ expression: String, _ from: String, _ to: String, _ expected: String) {
    self.expression = expression
    self.from = from
    self.to = to
    self.expected = expected
  }

  var testDescription: String { "\(expression) from \(from) to \(to)" }

  func found() throws -> String {
    let calendar = try calendar(expression)
    var noon = try Wall.seconds("\(from)T12:00")
    let last = try Wall.seconds("\(to)T12:00")
    var dates: [String] = []
    while noon <= last {
      let date = Wall.date(noon)
      if try calendar.status(at: Wall.instant("\(date)T12:00")).state == .open {
        dates.append(String(date.dropFirst(5)))
      }
      noon += 86_400
    }
    return dates.joined(separator: " ")
  }
}

/// When the state changes next, in local time of Helsinki; nil for never.
struct NextCase: CustomTestStringConvertible {
  let expression: String
  let at: String
  let expected: String?

  init(_ expression: String, at: String, _ expected: String?) {
    self.expression = expression
    self.at = at
    self.expected = expected
  }

  var testDescription: String { "\(expression) after \(at)" }

  func found() throws -> String? {
    try calendar(expression).nextChange(after: Wall.instant(at)).map { Wall.dateTime($0) }
  }
}

func calendar(_ expression: String, position: SunPosition? = nil) throws -> OpeningCalendar {
  OpeningCalendar(try HoursExpression(parsing: expression), position: position)
}

extension OpeningStatus {
  /// `open "ring"`
  var written: String { comment.map { "\(state) \"\($0)\"" } ?? "\(state)" }
}
