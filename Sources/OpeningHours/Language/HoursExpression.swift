/// A value of the OpenStreetMap `opening_hours` language, grammar 0.7.2
/// (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification): rules that are read from left to right.
///
/// What is told here is what was written; what it means is told by ``OpeningCalendar``. `HoursExpression(parsing:)` of
/// `description` gives the same value again.
public struct HoursExpression: Sendable, Hashable {
  /// The rules in the order written; never empty.
  public var rules: [HoursRule]

  /// Makes an expression of rules.
  public init(rules: [HoursRule]) { self.rules = rules }
}

/// One rule: on which days, at which times, in which state.
public struct HoursRule: Sendable, Hashable {
  /// How a rule joins those before it.
  public enum Separator: Sendable, Hashable {
    /// `;`: on the days that it matches, an open or unknown rule replaces the rules before it.
    case normal
    /// `,` after a rule that is complete: adds to the rules before it.
    case additional
    /// `||`: holds at moments at which the rules before it leave the place closed.
    case fallback
  }

  /// The state as it is written.
  public enum Modifier: Sendable, Hashable {
    /// Nothing is written, which means open.
    case none
    case open
    case closed
    /// The same as closed.
    case off
    case unknown
  }

  /// How the rule joins those before it; `normal` for the first.
  public var separator: Separator
  /// `24/7`: no selector is written beside it.
  public var isAlways: Bool
  /// Years; empty for all. Years of single dates stand in `dates`.
  public var years: [YearRange]
  /// Months and dates; empty for all.
  public var dates: [DateRange]
  /// ISO 8601 weeks; empty for all.
  public var weeks: [WeekRange]
  /// Weekdays and holidays; nil for all days.
  public var days: DaySelector?
  /// Times of the day; empty for the whole day.
  public var times: [TimeSpan]
  /// The state as written.
  public var modifier: Modifier
  /// The text in quotation marks, without them.
  public var comment: String?

  /// Makes a rule.
  public init(
    separator: Separator = .normal, isAlways: Bool = false, years: [YearRange] = [], dates: [DateRange] = [],
    weeks: [WeekRange] = [], days: DaySelector? = nil, times: [TimeSpan] = [], modifier: Modifier = .none,
    comment: String? = nil
  ) {
    self.separator = separator
    self.isAlways = isAlways
    self.years = years
    self.dates = dates
    self.weeks = weeks
    self.days = days
    self.times = times
    self.modifier = modifier
    self.comment = comment
  }

  /// Whether anything says on which days the rule holds.
  public var hasDateSelector: Bool { !years.isEmpty || !dates.isEmpty || !weeks.isEmpty || days != nil }
}

/// Years: `2026`, `2026-2028`, `2026-2040/2`, `2026+`.
public struct YearRange: Sendable, Hashable {
  /// The first year, 1000–9999.
  public var from: Int
  /// The last year, not before the first; nil for `2026+`.
  public var to: Int?
  /// Each how many years, from 1.
  public var step: Int

  /// Makes a range.
  public init(from: Int, to: Int?, step: Int = 1) {
    self.from = from
    self.to = to
    self.step = step
  }
}

/// ISO 8601 weeks: `week 1`, `week 10-20`, `week 1-53/2`.
public struct WeekRange: Sendable, Hashable {
  /// The first week, 1–53.
  public var from: Int
  /// The last week, not before the first.
  public var to: Int
  /// Each how many weeks, from 1.
  public var step: Int

  /// Makes a range.
  public init(from: Int, to: Int, step: Int = 1) {
    self.from = from
    self.to = to
    self.step = step
  }
}

/// Dates, both ends included: `Jun`, `Jun-Aug`, `Dec 24-26`, `Dec 24-Jan 6`, `2026 Jun 1-2026 Aug 15`, `easter -2
/// days`, `Jan Mo[1]-Jan Su[-1]`, `May 2+`. May run over the end of the year.
public struct DateRange: Sendable, Hashable {
  /// The first date or month.
  public var from: DatePoint
  /// The last date or month; nil for a single one, and where the range is open.
  public var to: DatePoint?
  /// `+`: to the end of the year; for ever where the first date has a year.
  public var isOpen: Bool

  /// Makes a range.
  public init(from: DatePoint, to: DatePoint? = nil, isOpen: Bool = false) {
    self.from = from
    self.to = to
    self.isOpen = isOpen
  }
}

/// A date or a month as it is written.
public struct DatePoint: Sendable, Hashable {
  /// What the date is counted from.
  public enum Base: Sendable, Hashable {
    /// A whole month, 1–12.
    case month(Int)
    /// Month 1–12 and day 1–31; a day that the month lacks is the month's last where it ends a range.
    case day(month: Int, day: Int)
    /// `Jan Mo[1]`: the nth such weekday (1–7, Monday first) of the month, 1–5, or -1 to -5 from the end.
    case weekday(month: Int, weekday: Int, nth: Int)
    /// Easter Sunday of the western churches.
    case easter
  }

  /// The year, where one is written.
  public var year: Int?
  /// Month, date or Easter.
  public var base: Base
  /// `+Mo`, `-Su`: the next or previous such weekday, strictly after or before. Positive 1–7 after, negative before.
  public var weekdayOffset: Int?
  /// `+2 days`: days after, negative before.
  public var dayOffset: Int

  /// Makes a date.
  public init(_ base: Base, year: Int? = nil, weekdayOffset: Int? = nil, dayOffset: Int = 0) {
    self.base = base
    self.year = year
    self.weekdayOffset = weekdayOffset
    self.dayOffset = dayOffset
  }
}

/// Weekdays and holidays.
public struct DaySelector: Sendable, Hashable {
  /// The weekdays; may be empty where there are holidays.
  public var weekdays: [WeekdayRange]
  /// The holidays; may be empty where there are weekdays.
  public var holidays: [HolidayDay]
  /// False: `Mo,PH`, on either. True: `PH Mo-Fr`, on holidays that are such weekdays.
  public var isIntersection: Bool

  /// Makes a selector.
  public init(weekdays: [WeekdayRange], holidays: [HolidayDay] = [], isIntersection: Bool = false) {
    self.weekdays = weekdays
    self.holidays = holidays
    self.isIntersection = isIntersection
  }
}

/// Weekdays: `Mo`, `Mo-Fr`, `Fr-Mo`, `Su[1]`, `Sa[1-2,-1] +1 day`.
public struct WeekdayRange: Sendable, Hashable {
  /// The first weekday, Monday 1 – Sunday 7.
  public var from: Int
  /// The last; smaller than the first where the range runs over Sunday.
  public var to: Int
  /// Which of the month, 1…5 or -5…-1 (last = -1); empty for all. Only where `from == to`. `[2-4]` is `[2, 3, 4]`.
  public var nth: [Int]
  /// The day so many days after such a weekday, negative before.
  public var offset: Int

  /// Makes a range.
  public init(_ from: Int, _ to: Int? = nil, nth: [Int] = [], offset: Int = 0) {
    self.from = from
    self.to = to ?? from
    self.nth = nth
    self.offset = offset
  }
}

/// `PH`, `SH`, `PH -1 day`.
public struct HolidayDay: Sendable, Hashable {
  /// Whose holiday.
  public enum Kind: Sendable, Hashable {
    case publicHoliday
    case schoolHoliday
  }
  /// Public or school holiday.
  public var kind: Kind
  /// The day so many days after, negative before.
  public var offset: Int

  /// Makes a holiday.
  public init(_ kind: Kind, offset: Int = 0) {
    self.kind = kind
    self.offset = offset
  }
}

/// A span of times: `10:00-16:00`, `22:00-02:00`, `22:00-26:00`, `17:00+`, `10:00-16:00+`, `(sunrise+01:00)-sunset`.
/// Half-open: the closing minute is no longer open.
public struct TimeSpan: Sendable, Hashable {
  /// When it begins, before 24:00.
  public var from: TimePoint
  /// When it ends, at most 48:00; at or before the beginning it is on the next day. Nil for `17:00+`.
  public var to: TimePoint?
  /// `+`: what follows the end (or the beginning, where there is no end) has no known end.
  public var isOpenEnd: Bool

  /// Makes a span.
  public init(from: TimePoint, to: TimePoint?, isOpenEnd: Bool = false) {
    self.from = from
    self.to = to
    self.isOpenEnd = isOpenEnd
  }
}

/// A time of the day.
public enum TimePoint: Sendable, Hashable {
  /// Minutes after midnight, 0–2880.
  case clock(Int)
  /// A position of the sun, and minutes after it, negative before.
  case sun(SunEvent, offset: Int)
}

/// Positions of the sun: civil dawn and dusk (6° below the horizon), sunrise and sunset.
public enum SunEvent: String, Sendable, Hashable, CaseIterable {
  case dawn, sunrise, sunset, dusk
}
