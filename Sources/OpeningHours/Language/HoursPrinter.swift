/// Writes expressions in their normal form.
struct HoursPrinter {
  private(set) var text = ""

  init(_ expression: HoursExpression) {
    for (place, rule) in expression.rules.enumerated() {
      if place > 0 {
        switch rule.separator {
        case .normal: text += "; "
        case .additional:
          // A comma must not be taken for one inside the rule before.
          let before = expression.rules[place - 1]
          if !before.isComplete || before.endsInTimes && rule.beginsWithTimes { text += " open" }
          text += ", "
        case .fallback: text += " || "
        }
      }
      write(rule)
    }
  }

  private mutating func write(_ rule: HoursRule) {
    let start = text.utf8.count
    func space(_ text: inout String) { if text.utf8.count > start { text += " " } }
    let (years, dates) = Self.yearsBesideDates(rule)
    if !years.isEmpty { list(years) { $0.write($1) } }
    if !dates.isEmpty {
      space(&text)
      list(dates) { $0.write($1) }
    }
    if !rule.weeks.isEmpty {
      space(&text)
      text += "week "
      list(rule.weeks) { $0.write($1) }
    }
    if let days = rule.days {
      space(&text)
      write(days)
    }
    if rule.isAlways {
      space(&text)
      text += rule.hasDateSelector ? "00:00-24:00" : "24/7"
    } else if !rule.times.isEmpty {
      space(&text)
      list(rule.times) { $0.write($1) }
    }
    if rule.modifier != .none || rule.comment == nil && text.utf8.count == start {
      space(&text)
      text += Self.word(for: rule.modifier)
    }
    if let comment = rule.comment {
      space(&text)
      text += "\""
      text += comment
      text += "\""
    }
  }

  private static func word(for modifier: HoursRule.Modifier) -> String {
    switch modifier {
    case .none, .open: "open"
    case .closed: "closed"
    case .off: "off"
    case .unknown: "unknown"
    }
  }

  private mutating func list<Item>(_ items: [Item], _ write: (inout Self, Item) -> Void) {
    for (place, item) in items.enumerated() {
      if place > 0 { text += "," }
      write(&self, item)
    }
  }

  // MARK: Dates

  /// A single year is written at each date, as it would be read as the first date's alone.
  static func yearsBesideDates(_ rule: HoursRule) -> ([YearRange], [DateRange]) {
    guard rule.years.count == 1, let only = rule.years.first, only.to == only.from, !rule.dates.isEmpty,
      rule.dates.allSatisfy({ $0.from.year == nil && $0.to?.year == nil })
    else { return (rule.years, rule.dates) }
    return (
      [],
      rule.dates.map { range in
        var range = range
        range.from.year = only.from
        if range.to?.base == .easter { range.to?.year = only.from }
        return range
      }
    )
  }

  private mutating func write(_ years: YearRange) {
    number(years.from)
    guard let to = years.to else {
      text += "+"
      return
    }
    guard to != years.from else { return }
    text += "-"
    number(to)
    step(years.step)
  }

  private mutating func write(_ weeks: WeekRange) {
    number(weeks.from, digits: 2)
    guard weeks.to != weeks.from || weeks.step != 1 else { return }
    text += "-"
    number(weeks.to, digits: 2)
    step(weeks.step)
  }

  private mutating func step(_ step: Int) {
    guard step > 1 else { return }
    text += "/"
    number(step)
  }

  private mutating func write(_ range: DateRange) {
    write(range.from)
    if range.isOpen {
      text += "+"
      return
    }
    guard let to = range.to else {
      // One weekday of the month is a date only in a range.
      guard range.from.isWeekdayOfMonth else { return }
      text += "-"
      return write(range.from)
    }
    text += "-"
    if case .day(let month, let first) = range.from.base, case .day(month, let last) = to.base, last >= first,
      to.year == nil, range.from.weekdayOffset == nil, range.from.dayOffset == 0
    {
      number(last, digits: 2)
      return writeOffsets(to)
    }
    write(to)
  }

  private mutating func write(_ point: DatePoint) {
    if let year = point.year {
      number(year)
      text += " "
    }
    switch point.base {
    case .month(let month): text += HoursVocabulary.months[month - 1]
    case .day(let month, let day):
      text += HoursVocabulary.months[month - 1]
      text += " "
      number(day, digits: 2)
    case .weekday(let month, let weekday, let nth):
      text += HoursVocabulary.months[month - 1]
      text += " "
      text += HoursVocabulary.weekdays[weekday - 1]
      text += "["
      number(nth)
      text += "]"
    case .easter: text += "easter"
    }
    writeOffsets(point)
  }

  private mutating func writeOffsets(_ point: DatePoint) {
    if let weekday = point.weekdayOffset, weekday != 0 {
      text += weekday > 0 ? " +" : " -"
      text += HoursVocabulary.weekdays[abs(weekday) - 1]
    }
    days(point.dayOffset)
  }

  private mutating func days(_ offset: Int) {
    guard offset != 0 else { return }
    text += offset > 0 ? " +" : " "
    number(offset)
    text += abs(offset) == 1 ? " day" : " days"
  }

  // MARK: Days

  private mutating func write(_ days: DaySelector) {
    if days.isIntersection, !days.holidays.isEmpty, !days.weekdays.isEmpty {
      list(days.holidays) { $0.write($1) }
      text += " "
      return list(days.weekdays) { $0.write($1) }
    }
    list(days.weekdays) { $0.write($1) }
    if !days.weekdays.isEmpty, !days.holidays.isEmpty { text += "," }
    list(days.holidays) { $0.write($1) }
  }

  private mutating func write(_ range: WeekdayRange) {
    text += HoursVocabulary.weekdays[range.from - 1]
    if range.to != range.from {
      text += "-"
      text += HoursVocabulary.weekdays[range.to - 1]
    }
    if !range.nth.isEmpty { write(nth: range.nth) }
    days(range.offset)
  }

  /// Three or more in a row as a range.
  private mutating func write(nth list: [Int]) {
    var place = 0
    text += "["
    while place < list.count {
      if place > 0 { text += "," }
      var last = place
      while list[place] > 0, last + 1 < list.count, list[last + 1] == list[last] + 1 { last += 1 }
      number(list[place])
      if last > place + 1 {
        text += "-"
        number(list[last])
        place = last
      }
      place += 1
    }
    text += "]"
  }

  private mutating func write(_ holiday: HolidayDay) {
    text += holiday.kind == .publicHoliday ? "PH" : "SH"
    days(holiday.offset)
  }

  // MARK: Times

  private mutating func write(_ span: TimeSpan) {
    write(span.from)
    if let to = span.to {
      text += "-"
      write(to)
    }
    if span.isOpenEnd || span.to == nil { text += "+" }
  }

  private mutating func write(_ point: TimePoint) {
    switch point {
    case .clock(let minutes): clock(minutes)
    case .sun(let event, 0): text += event.rawValue
    case .sun(let event, let offset):
      text += "("
      text += event.rawValue
      text += offset > 0 ? "+" : "-"
      clock(abs(offset))
      text += ")"
    }
  }

  private mutating func clock(_ minutes: Int) {
    number(minutes / 60, digits: 2)
    text += ":"
    number(minutes % 60, digits: 2)
  }

  private mutating func number(_ value: Int, digits: Int = 1) {
    if digits == 2, 0..<10 ~= value { text += "0" }
    text += String(value)
  }

  /// A time in the normal form.
  static func text(of point: TimePoint) -> String {
    var printer = Self(HoursExpression(rules: []))
    printer.write(point)
    return printer.text
  }
}
