/// A range of dates made ready for evaluation.
struct DateMatcher: Sendable {
  private enum Kind: Sendable {
    /// The same days each year, as month × 32 + day, both included; the first may be later than the last (over the
    /// year's end).
    case yearly(from: Int, to: Int)
    /// Anything that has to be computed year by year.
    case computed(DateRange)
    /// Days since 1970, both included.
    case once(from: Int, to: Int)
    case never
  }
  private let kind: Kind

  init(_ range: DateRange) {
    if let fixed = Self.yearly(range) {
      kind = fixed
    } else if let year = range.from.year ?? range.to?.year {
      if let days = Self.days(range, year: year) { kind = .once(from: days.0, to: days.1) } else { kind = .never }
    } else {
      kind = .computed(range)
    }
  }

  func matches(_ day: CivilDay) -> Bool {
    switch kind {
    case .yearly(let from, let to):
      let key = day.month * 32 + day.day
      return from <= to ? key >= from && key <= to : key >= from || key <= to
    case .once(let from, let to): return day.number >= from && day.number <= to
    case .computed(let range):
      // A range may begin in the year before; an offset may carry it out of its own year either way.
      return (day.year - 1...day.year + 1).contains { year in
        Self.yearly(range, year: year).contains { day.number >= $0.0 && day.number <= $0.1 }
      }
    case .never: return false
    }
  }

  /// The next day, after `day`, on which the answer may differ; Int.max where it never does.
  func nextChange(after day: CivilDay) -> Int {
    switch kind {
    case .yearly(let from, let to):
      // The first day of the range and the first after it, in this year and the next; keys of days that a year lacks
      // (29 and 31 February) stand for the next day.
      var next = Int.max
      for year in day.year...day.year + 1 {
        for (key, after) in [(from, 0), (to, 1)] {
          let month = key / 32
          let count = CivilDay.days(inMonth: month, of: year)
          let wanted = key % 32
          let number =
            wanted > count
            ? CivilDay.number(year, month, count) + 1 : CivilDay.number(year, month, max(wanted, 1)) + after
          if number > day.number { next = min(next, number) }
        }
      }
      return from == 1 * 32 && to == 12 * 32 + 31 ? Int.max : next
    case .once(let from, let to): return day.number < from ? from : day.number <= to && to < Int.max ? to + 1 : Int.max
    case .computed(let range):
      var next = Int.max
      for year in day.year - 1...day.year + 2 {
        for (from, to) in Self.yearly(range, year: year) {
          if from > day.number { next = min(next, from) }
          if to < Int.max, to + 1 > day.number { next = min(next, to + 1) }
        }
      }
      // No such day in these years (a fifth Sunday of February): look again after them.
      return next == Int.max ? CivilDay.number(day.year + 2, 1, 1) : next
    case .never: return Int.max
    }
  }

  private static func yearly(_ range: DateRange) -> Kind? {
    let to = range.to ?? range.from
    guard range.from.year == nil, to.year == nil, !range.isOpen, let first = key(range.from, last: false),
      let last = key(to, last: true)
    else { return nil }
    return .yearly(from: first, to: last)
  }

  private static func key(_ point: DatePoint, last: Bool) -> Int? {
    guard point.dayOffset == 0, point.weekdayOffset == nil else { return nil }
    switch point.base {
    case .month(let month): return month * 32 + (last ? 31 : 0)
    case .day(let month, let day): return month * 32 + day
    case .weekday, .easter: return nil
    }
  }

  /// The days of the range that begins in a year (where a year is written: that one). Nil where there are none.
  private static func days(_ range: DateRange, year: Int) -> (Int, Int)? {
    let fromYear = range.from.year ?? year
    guard var from = number(range.from, fromYear, last: false) else { return nil }
    if range.isOpen {
      // To the end of the year; for ever where the first date has a year.
      return (from, range.from.year == nil ? CivilDay.number(fromYear, 12, 31) : Int.max)
    }
    guard let end = range.to else {
      // 29 February in other years: not the day after.
      if case .day(let month, let day) = range.from.base, day > CivilDay.days(inMonth: month, of: fromYear) {
        return nil
      }
      guard let to = number(range.from, fromYear, last: true) else { return nil }
      return (from, to)
    }
    let toYear = end.year ?? fromYear
    guard var to = number(end, toYear, last: true) else { return nil }
    if to < from {
      // `2020 Jan Mo[-1]-15` is no range over the year's end.
      if let a = range.from.month, a == end.month, range.from.isWeekday || end.isWeekday { return nil }
      if end.year == nil {
        guard let later = number(end, toYear + 1, last: true) else { return nil }
        to = later
      } else if range.from.year == nil {
        guard let earlier = number(range.from, fromYear - 1, last: false) else { return nil }
        from = earlier
      }
    }
    return from <= to ? (from, to) : nil
  }

  /// The days of a range without years that a year gives. One over the year's end is read within each year, its
  /// beginning and its end by themselves: `easter-Apr 20` is nothing but these days even though Easter is later in some
  /// years.
  private static func yearly(_ range: DateRange, year: Int) -> [(Int, Int)] {
    guard !range.isOpen, let end = range.to, let from = number(range.from, year, last: false),
      let to = number(end, year, last: true), to < from
    else { return days(range, year: year).map { [$0] } ?? [] }
    if let a = range.from.month, a == end.month, range.from.isWeekday || end.isWeekday { return [] }
    return [(CivilDay.number(year, 1, 1), to), (from, CivilDay.number(year, 12, 31))]
  }

  /// The day number of a date in a year: a month's first or last day; a day that the month lacks is the next month's
  /// first where it begins a range, the month's last where it ends one.
  private static func number(_ point: DatePoint, _ year: Int, last: Bool) -> Int? {
    var number: Int
    switch point.base {
    case .month(let month):
      number = CivilDay.number(year, month, last ? CivilDay.days(inMonth: month, of: year) : 1)
    case .day(let month, let day):
      let count = CivilDay.days(inMonth: month, of: year)
      number = CivilDay.number(year, month, min(day, count)) + (day > count && !last ? 1 : 0)
    case .weekday(let month, let weekday, let nth):
      guard let found = CivilDay.number(nth: nth, weekday: weekday, ofMonth: month, year) else { return nil }
      number = found
    case .easter: number = CivilDay.easter(year)
    }
    if let wanted = point.weekdayOffset {
      let now = CivilDay.weekday(number)
      number += wanted > 0 ? (wanted - now + 6) % 7 + 1 : -((now + wanted + 6) % 7 + 1)
    }
    return number + point.dayOffset
  }
}

extension DatePoint {
  fileprivate var month: Int? {
    switch base {
    case .month(let month), .day(let month, _), .weekday(let month, _, _): month
    case .easter: nil
    }
  }

  fileprivate var isWeekday: Bool {
    if case .weekday = base { true } else { false }
  }
}
