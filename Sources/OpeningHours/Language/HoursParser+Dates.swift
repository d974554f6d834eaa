extension HoursParser {
  /// Years, dates and weeks, and the colon that may follow them.
  mutating func readDates(into rule: inout HoursRule) throws(HoursParseError) {
    let start = index
    if token.isYear, !isDateAhead { rule.years = try years() }
    if isDateAhead { try readDateList(into: &rule) }
    if kind == .colon, index > start, peek(1).kind == .week {
      warn(token, "A colon before the weeks is left out.")
      index += 1
    }
    if kind == .week {
      rule.weeks = try weeks()
      if isDateAhead, rule.dates.isEmpty {
        warn(token, "Dates are read as if they stood before the weeks.")
        try readDateList(into: &rule)
        (rule.years, rule.dates) = HoursPrinter.yearsBesideDates(rule)
      }
    }
    guard kind == .colon else { return }
    if index == start { return }
    index += 1
    if kind == .colon { throw failure("Two colons stand together.", "Write one or none.") }
    if kind == .end || kind == .semicolon || kind == .fallback {
      throw expected("a day, a time or a state")
    }
    if !rule.years.isEmpty, rule.dates.isEmpty, rule.weeks.isEmpty, isDateAhead {
      throw failure(
        "After the year and a colon a date is out of place.", "Write the year before the date: 2026 Jan 01.")
    }
  }

  private mutating func readDateList(into rule: inout HoursRule) throws(HoursParseError) {
    let first = token
    rule.dates = try dates()
    if !rule.years.isEmpty, rule.dates.contains(where: { $0.from.year != nil || $0.to?.year != nil }) {
      throw failure("Two years are written.", "Write one of them.", at: first)
    }
  }

  // MARK: Dates

  /// A month or Easter comes next, or a year before either.
  private var isDateAhead: Bool { isDate(at: 0) }

  private func isDate(at distance: Int) -> Bool {
    let token = peek(distance)
    return token.isMonthOrEaster || token.isYear && peek(distance + 1).isMonthOrEaster
  }

  private mutating func dates() throws(HoursParseError) -> [DateRange] {
    var list: [DateRange] = []
    while true {
      list.append(try dateRange())
      while let day = try furtherDay(of: list) { list.append(day) }
      guard kind == .comma, isDate(at: 1) else { return list }
      index += 1
    }
  }

  /// `Dec 24,26`: another day of the same month.
  private mutating func furtherDay(of list: [DateRange]) throws(HoursParseError) -> DateRange? {
    guard let last = list.last, !last.isOpen, case .day(let month, _) = (last.to ?? last.from).base, kind == .comma,
      isDayNumber(at: 1)
    else { return nil }
    guard peek(2).kind != .dash else {
      index += 1
      throw failure(
        "It is not clear whether “\(text(of: token))” is a day or an hour.",
        "Write \(HoursVocabulary.months[month - 1]) before a day, or the time as 09:00-17:00.")
    }
    index += 1
    warn(token, "Read as another day of \(HoursVocabulary.months[month - 1]).")
    var point = DatePoint(.day(month: month, day: try dayNumber(month: month, isEnd: false)))
    point.year = (last.to ?? last.from).year ?? last.from.year
    return DateRange(from: point)
  }

  private mutating func dateRange() throws(HoursParseError) -> DateRange {
    let first = token
    var range = DateRange(from: try datePoint(role: .first))
    if kind == .plus {
      index += 1
      range.isOpen = true
      return range
    }
    guard kind == .dash else {
      if case .day(2, 29) = range.from.base, let year = range.from.year, !Self.isLeap(year) {
        warn(first, "The year \(year) has no February 29.")
      }
      return range
    }
    if isDayNumber(at: 1), let month = range.from.monthWritten, range.from.base != .month(month) {
      index += 1
      let last = token
      let day = try dayNumber(month: month, isEnd: true)
      if case .day(_, let firstDay) = range.from.base, day < firstDay {
        throw failure(
          "The days run backwards.", "Write the month too where the range runs into another: Jun 30-Jul 24.", at: last)
      }
      range.to = try offset(DatePoint(.day(month: month, day: day)))
      return range
    }
    guard isDate(at: 1) else {
      index += 1
      throw expected("the last date of the range", "Write for instance Dec 24-26 or Dec 24-Jan 06.")
    }
    index += 1
    let last = token
    range.to = try datePoint(role: range.from.isWholeMonth ? .lastAfterMonth : .last)
    try complete(&range, first: first, last: last)
    return range
  }

  /// Makes a range of one kind where it goes from a month to a date or the other way; refuses one that runs backwards.
  private mutating func complete(_ range: inout DateRange, first: HoursToken, last: HoursToken) throws(HoursParseError)
  {
    guard let to = range.to else { return }
    if range.from.base == .easter, to.base == .easter, (range.from.year == nil) != (to.year == nil) {
      throw failure("One end of the range has a year, the other has none.", "Write it at both.", at: last)
    }
    if case .month(let month) = range.from.base, !to.isWholeMonth {
      range.from.base = .day(month: month, day: 1)
      warn(first, "The range is read from \(HoursVocabulary.months[month - 1]) 01.")
    } else if case .month(let month) = to.base, !range.from.isWholeMonth {
      let day = Self.lastDay(ofMonth: month)
      range.to?.base = .day(month: month, day: day)
      warn(last, "The range is read to \(HoursVocabulary.months[month - 1]) \(day).")
    }
    if let from = range.from.year, let until = to.year {
      guard until >= from, until > from || !range.runsBackwardsInYear else {
        throw failure("The dates run backwards.", "Write the earlier date first.", at: last)
      }
    }
  }

  private enum Role { case first, last, lastAfterMonth }

  private mutating func datePoint(role: Role) throws(HoursParseError) -> DatePoint {
    var year: Int?
    if token.isYear {
      year = Int(token.value)
      index += 1
    }
    var point: DatePoint
    if take(.easter) {
      point = DatePoint(.easter, year: year)
    } else {
      let month = Int(token.value)
      index += 1
      if isDayNumber(at: 0) {
        point = DatePoint(.day(month: month, day: try dayNumber(month: month, isEnd: role != .first)), year: year)
      } else if kind == .weekday, role == .last && peek(1).kind == .openBracket || role == .first && isWeekdayDateAhead
      {
        let weekday = Int(token.value)
        index += 1
        let bracket = token
        let nth = try nthList()
        guard nth.count == 1, let only = nth.first else {
          throw failure("A date is one weekday of the month.", "Write for instance Jan Mo[1].", at: bracket)
        }
        point = DatePoint(.weekday(month: month, weekday: weekday, nth: only), year: year)
      } else {
        return DatePoint(.month(month), year: year)
      }
    }
    return try offset(point)
  }

  /// A date with `+Su` and `-1 day` behind it.
  private mutating func offset(_ date: DatePoint) throws(HoursParseError) -> DatePoint {
    var point = date
    if !point.isWeekdayOfMonth, kind == .plus || kind == .dash, peek(1).kind == .weekday, !peek(1).spaceBefore {
      point.weekdayOffset = Int(peek(1).value) * (kind == .plus ? 1 : -1)
      index += 2
    }
    point.dayOffset = try dayOffset(upTo: 365) ?? 0
    return point
  }

  /// `+2 days`, `-1 day`; nil where none comes next.
  mutating func dayOffset(upTo limit: Int) throws(HoursParseError) -> Int? {
    guard kind == .plus || kind == .dash, peek(1).kind == .number, peek(2).kind == .dayUnit else { return nil }
    let sign = kind == .plus ? 1 : -1
    index += 1
    guard token.value <= limit else {
      throw failure("That is too many days.", "Here at most \(limit) \(limit == 1 ? "is" : "are") possible.")
    }
    index += 2
    return sign * Int(tokens[index - 2].value)
  }

  /// A day of the month comes next, not the hour of a time.
  private func isDayNumber(at distance: Int) -> Bool {
    let token = peek(distance)
    return token.kind == .number && token.digits <= 3 && !isTime(at: distance)
      && !(token.value == 24 && peek(distance + 1).kind == .slash && peek(distance + 2).value == 7)
  }

  /// A number that can only be a time comes next: `09:00`, `9.00`, `9h`, `9am`, but not the day of `01:10:00-12:00`.
  func isTime(at distance: Int) -> Bool {
    let (mark, minutes) = (peek(distance + 1), peek(distance + 2))
    switch mark.kind {
    case .halfDay, .hourMark: return true
    case .colon:
      guard minutes.kind == .number, !minutes.spaceBefore, minutes.digits == 2 else { return false }
      let after = peek(distance + 3)
      return after.kind != .colon || after.end != peek(distance + 4).start
    case .dot: return minutes.kind == .number && !minutes.spaceBefore && minutes.digits == 2
    default: return false
    }
  }

  /// `Su[-1]` and a dash to another date come next; without the dash it is a month and a weekday.
  private var isWeekdayDateAhead: Bool {
    guard peek(1).kind == .openBracket else { return false }
    var distance = peek(2).kind == .dash ? 3 : 2
    guard peek(distance).kind == .number, peek(distance + 1).kind == .closeBracket else { return false }
    distance += 2
    if peek(distance).kind == .plus || peek(distance).kind == .dash, peek(distance + 2).kind == .dayUnit {
      distance += 3
    }
    return peek(distance).kind == .dash && (isDate(at: distance + 1) || isDayNumber(at: distance + 1))
  }

  private mutating func dayNumber(month: Int, isEnd: Bool) throws(HoursParseError) -> Int {
    let number = token
    guard number.kind == .number else { throw expected("a day of the month") }
    let lastDay = Self.lastDay(ofMonth: month)
    guard number.digits <= 2, 1...31 ~= number.value, number.value <= lastDay || isEnd else {
      throw failure(
        "\(HoursVocabulary.months[month - 1]) has no day \(number.value).", "Its days are 01–\(lastDay).", at: number)
    }
    index += 1
    guard number.value > lastDay else { return Int(number.value) }
    warn(number, "\(HoursVocabulary.months[month - 1]) has no day \(number.value); read as \(lastDay).")
    return lastDay
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// 29 for February.
  static func lastDay(ofMonth month: Int) -> Int { month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31 }
}

extension DatePoint {
  var isWholeMonth: Bool { if case .month = base { true } else { false } }
  var isWeekdayOfMonth: Bool { if case .weekday = base { true } else { false } }

  /// The month, where it is known without a year.
  var monthWritten: Int? {
    switch base {
    case .month(let month), .day(let month, _), .weekday(let month, _, _): month
    case .easter: nil
    }
  }
}

extension DateRange {
  /// Whether the last date comes before the first within one year, as far as months and days tell.
  var runsBackwardsInYear: Bool {
    guard let to else { return false }
    switch (from.base, to.base) {
    case (.day(let month, let day), .day(let lastMonth, let lastDay)): return (lastMonth, lastDay) < (month, day)
    default:
      guard let month = from.monthWritten, let lastMonth = to.monthWritten else { return false }
      return lastMonth < month
    }
  }
}
