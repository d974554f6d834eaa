/// A rule made ready for evaluation.
struct CompiledRule: Sendable {
  let state: OpeningState
  let comment: String?
  let isFallback: Bool
  /// A normal rule of state open or unknown: on the dates it matches, nothing of the rules before it is left.
  let replaces: Bool
  let years: [YearRange]
  let dates: [DateMatcher]
  let weeks: [WeekRange]
  let days: DaySelector?
  let spans: [CompiledSpan]
  /// Whether a span may reach into the next day.
  let hasTail: Bool
  /// Whether times depend on the day.
  let usesSun: Bool
  private let weekdayMask: UInt8?

  init(_ rule: HoursRule) {
    switch rule.modifier {
    case .none, .open: state = .open
    case .closed, .off: state = .closed
    case .unknown: state = .unknown
    }
    comment = rule.comment
    isFallback = rule.separator == .fallback
    replaces = rule.separator == .normal && state != .closed
    years = rule.years
    dates = rule.dates.map(DateMatcher.init)
    weeks = rule.weeks
    days = rule.days
    spans = CompiledSpan.spans(of: rule.times, state: state)
    hasTail = spans.contains(where: \.hasTail)
    usesSun = spans.contains(where: \.usesSun)
    weekdayMask = Self.mask(rule.days)
  }

  /// Whether the rule's date selectors hold on a day.
  func matches(_ day: CivilDay, _ holidays: HolidayCalendar) -> Bool {
    (years.isEmpty || matchesYear(day.year)) && (dates.isEmpty || dates.contains { $0.matches(day) })
      && (weeks.isEmpty || matchesWeek(day)) && matchesDays(day, holidays)
  }

  /// The next day, after `day`, on which the answer of ``matches(_:_:)`` may differ; Int.max where it never does.
  func nextChange(after day: CivilDay, _ holidays: HolidayCalendar) -> Int {
    var soonest = Int.max  // of the selectors that hold now: the rule ends with the first of them
    var latest = Int.min  // of those that don't: the rule begins when the last of them does, or later
    func take(_ holds: Bool, _ change: () -> Int) {
      if holds { soonest = min(soonest, change()) } else { latest = max(latest, change()) }
    }
    if !years.isEmpty { take(matchesYear(day.year)) { nextYearChange(after: day.year) } }
    if !dates.isEmpty {
      take(dates.contains { $0.matches(day) }) { dates.map { $0.nextChange(after: day) }.min() ?? Int.max }
    }
    if !weeks.isEmpty { take(matchesWeek(day)) { day.number + 8 - day.weekday } }
    if days != nil { take(matchesDays(day, holidays)) { nextDayChange(after: day) } }
    return latest == Int.min ? soonest : latest
  }

  private func matchesYear(_ year: Int) -> Bool {
    years.contains { year >= $0.from && year <= $0.to ?? Int.max && (year - $0.from) % $0.step == 0 }
  }

  private func nextYearChange(after year: Int) -> Int {
    var next = Int.max
    for range in years {
      let last = range.to ?? Int.max
      if year < range.from {
        next = min(next, range.from)
      } else if year <= last {
        // Within: a range of each year lasts, one with steps changes from year to year.
        if range.step > 1 { next = min(next, year + 1) } else if last < Int.max { next = min(next, last + 1) }
      }
    }
    return next == Int.max ? next : CivilDay.number(next, 1, 1)
  }

  private func matchesWeek(_ day: CivilDay) -> Bool {
    let week = day.isoWeek
    return weeks.contains { week >= $0.from && week <= $0.to && (week - $0.from) % $0.step == 0 }
  }

  private func matchesDays(_ day: CivilDay, _ holidays: HolidayCalendar) -> Bool {
    if let weekdayMask { return weekdayMask & (1 << (day.weekday - 1)) != 0 }
    guard let days else { return true }
    let onWeekday = { days.weekdays.contains { Self.matches($0, day) } }
    let onHoliday = {
      days.holidays.contains { holiday in
        holiday.kind == .publicHoliday
          && holidays.contains(holiday.offset == 0 ? day : CivilDay(number: day.number - holiday.offset))
      }
    }
    return days.isIntersection && !days.weekdays.isEmpty && !days.holidays.isEmpty
      ? onWeekday() && onHoliday() : onWeekday() || onHoliday()
  }

  private func nextDayChange(after day: CivilDay) -> Int {
    guard let weekdayMask else { return day.number + 1 }
    let now = weekdayMask & (1 << (day.weekday - 1))
    for ahead in 1..<7 {
      let bit = weekdayMask & (1 << ((day.weekday - 1 + ahead) % 7))
      if (bit != 0) != (now != 0) { return day.number + ahead }
    }
    return Int.max
  }

  private static func matches(_ range: WeekdayRange, _ day: CivilDay) -> Bool {
    let base = range.offset == 0 ? day : CivilDay(number: day.number - range.offset)
    let weekday = base.weekday
    let within =
      range.from <= range.to
      ? weekday >= range.from && weekday <= range.to : weekday >= range.from || weekday <= range.to
    guard within, !range.nth.isEmpty else { return within }
    let fromStart = (base.day - 1) / 7 + 1
    let fromEnd = -((CivilDay.days(inMonth: base.month, of: base.year) - base.day) / 7 + 1)
    return range.nth.contains { $0 == fromStart || $0 == fromEnd }
  }

  /// Bits of the weekdays, Monday lowest, where nothing but the weekday decides.
  private static func mask(_ days: DaySelector?) -> UInt8? {
    guard let days, days.holidays.isEmpty, days.weekdays.allSatisfy({ $0.nth.isEmpty }) else { return nil }
    var mask: UInt8 = 0
    for weekday in 1...7 where days.weekdays.contains(where: { matches($0, CivilDay(number: weekday + 3)) }) {
      mask |= 1 << (weekday - 1)
    }
    return mask
  }
}
