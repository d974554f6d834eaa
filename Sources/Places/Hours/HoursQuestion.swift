import Foundation
import OpeningHours

/// What is asked of an opening-hours expression by `GET /v1/opening_hours` and `placeregistry hours`.
public struct HoursQuestion: Sendable {
  /// The expression.
  public let calendar: OpeningCalendar
  /// What was odd about the expression.
  public let warnings: [HoursWarning]
  /// The instant of the state, seconds since 1970-01-01T00:00:00Z.
  public let at: Int64
  /// What the intervals cover, seconds since 1970-01-01T00:00:00Z.
  public let period: Range<Int64>

  /// Why a question can't be answered: the parameter, what it holds and the mend.
  public struct Refusal: Error, Sendable {
    /// `from`, `timezone` …
    public let parameter: String
    /// What was given.
    public let value: String
    /// What is wrong with it, and what to write.
    public let detail: String

    /// Makes a refusal.
    public init(parameter: String, value: String, detail: String) {
      self.parameter = parameter
      self.value = value
      self.detail = detail
    }
  }

  /// How many days the intervals cover where no end is given.
  public static let defaultDays: Int64 = 7

  /// Reads a question as texts: `from`, `to` and `at` in RFC 3339, read in the time zone where they have no offset;
  /// `at` is `now` and `from` is `at` where they are not given, `to` seven days after `from`. Throws
  /// ``HoursParseError`` for the expression and ``Refusal`` for the rest.
  public init(
    expression: String, from: String? = nil, to: String? = nil, at: String? = nil, timezone: String? = nil,
    holidays: String? = nil, position: SunPosition? = nil, now: Timestamp = .now()
  ) throws {
    let parsed = try HoursExpression.parse(expression)
    let name = timezone ?? ClockZone.helsinki.identifier
    guard let zone = ClockZone(identifier: name), let system = TimeZone(identifier: name) else {
      throw Refusal(
        parameter: "timezone", value: name, detail: "No such time zone; give an IANA name such as Europe/Helsinki.")
    }
    guard let known = HolidayCalendar(rawValue: holidays ?? HolidayCalendar.finland.rawValue) else {
      throw Refusal(
        parameter: "holidays", value: holidays ?? "",
        detail: "Only Finland's public holidays are known; give FI, or none for no holidays at all.")
    }
    func instant(_ parameter: String, _ text: String?) throws -> Int64? {
      guard let text else { return nil }
      if text == "now" { return now.microseconds.flooredSeconds }
      guard let time = Timestamp(rfc3339: text, zone: system) else {
        throw Refusal(
          parameter: parameter, value: text, detail: "No time; give one such as 2026-06-01T12:00:00+03:00, or now.")
      }
      return time.microseconds.flooredSeconds
    }
    let from = try instant("from", from)
    let until = try instant("to", to)
    let moment = try instant("at", at) ?? now.microseconds.flooredSeconds
    self.at = moment
    let start = from ?? (until.map { min($0, moment) } ?? moment)
    let end = until ?? start + Self.defaultDays * 86_400
    guard start <= end else {
      throw Refusal(parameter: "to", value: to ?? "", detail: "The end lies before the beginning (from).")
    }
    period = start..<end
    self.calendar = OpeningCalendar(parsed.expression, zone: zone, holidays: known, position: position)
    warnings = parsed.warnings
  }

  /// Writes the answer's members into an open object.
  public func write(_ w: inout JSONWriter) {
    let zone = calendar.zone
    w.key("valid")
    w.bool(true)
    w.member("normalized", calendar.expression.description)
    w.key("warnings")
    w.beginArray()
    for warning in warnings { w.string("at character \(warning.position): \(warning.detail)") }
    w.endArray()
    let status = calendar.status(at: at)
    w.member("state", status.state.rawValue)
    w.member("comment", status.comment)
    w.member("next_change", calendar.nextChange(after: at).map(zone.text))
    w.key("intervals")
    w.beginArray()
    for interval in calendar.intervals(from: period.lowerBound, to: period.upperBound)
    where interval.status.state != .closed {
      interval.write(&w, zone: zone)
    }
    w.endArray()
  }

  /// Writes what is wrong with an expression into an open object.
  public static func write(_ error: HoursParseError, _ w: inout JSONWriter) {
    w.key("valid")
    w.bool(false)
    w.key("error")
    w.beginObject()
    w.key("position")
    w.integer(error.position)
    w.member("detail", error.text)
    w.endObject()
  }
}

extension OpeningInterval {
  /// Writes the interval as an object: `start`, `end`, `state`, `comment`.
  public func write(_ w: inout JSONWriter, zone: ClockZone) {
    w.beginObject()
    w.member("start", zone.text(of: start))
    w.member("end", zone.text(of: end))
    w.member("state", status.state.rawValue)
    w.member("comment", status.comment)
    w.endObject()
  }
}

extension Int64 {
  /// Microseconds as seconds, rounded towards the past.
  fileprivate var flooredSeconds: Int64 { self / 1_000_000 - (self % 1_000_000 < 0 ? 1 : 0) }
}
