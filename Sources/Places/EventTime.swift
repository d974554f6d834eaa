import Foundation

/// When an event starts or ends: an instant, or a whole day where only a date is known (Linked Events' `has_start_time`).
public struct EventTime: Sendable, Hashable {
  /// The time zone in which dates and times without an offset are read.
  public static let zone = TimeZone(identifier: "Europe/Helsinki") ?? .gmt

  /// The instant, or the day's first.
  public let instant: Timestamp
  /// Whether only the date is known.
  public let isDate: Bool

  /// Makes a time.
  public init(instant: Timestamp, isDate: Bool = false) {
    self.instant = instant
    self.isDate = isDate
  }

  /// Reads RFC 3339, without an offset as Helsinki's time, or a date. Nil for anything else.
  public init?(_ text: String) {
    guard let instant = Timestamp(rfc3339: text, zone: Self.zone) else { return nil }
    self.init(instant: instant, isDate: text.utf8.count == 10)
  }

  /// The time as Linked Events stores an end: a day's end is the next day's first instant.
  public init(end instant: Timestamp, isDate: Bool) {
    self.init(instant: isDate ? instant.startOfDay(plus: -1) : instant, isDate: isDate)
  }

  /// When it is over: the instant itself, or the next day's first.
  public var end: Timestamp { isDate ? instant.startOfDay(plus: 1) : instant }

  /// `2026-06-01T09:00:00Z`, or `2026-06-01` where only the date is known.
  public var text: String { isDate ? instant.localDate : instant.short }
}

extension Timestamp {
  /// `2026-06-01T09:00:00Z`: with a fraction only where there is one, as Linked Events writes times.
  public var short: String {
    let text = description
    return text.hasSuffix(".000000Z") ? text.dropLast(8) + "Z" : text
  }

  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = EventTime.zone
    return calendar
  }()

  /// The date in Helsinki, `yyyy-mm-dd`.
  public var localDate: String {
    let shifted = Timestamp(microseconds: microseconds + Int64(EventTime.zone.secondsFromGMT(for: date)) * 1_000_000)
    return String(shifted.description.prefix(10))
  }

  /// The first instant of its day in Helsinki, or of so many days later.
  public func startOfDay(plus days: Int = 0) -> Timestamp {
    let start = Self.calendar.startOfDay(for: date)
    guard days != 0 else { return Timestamp(start) }
    // From noon, so that the hours of a change of the clock never reach another day.
    let noon = start.addingTimeInterval(43_200 + Double(days) * 86_400)
    return Timestamp(Self.calendar.startOfDay(for: noon))
  }

  private var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

  private init(_ date: Date) { self.init(microseconds: Int64((date.timeIntervalSince1970 * 1e6).rounded())) }
}
