extension HoursParser {
  /// Weekdays and holidays: a list of either or both, or a list of one kind after one of the other.
  mutating func readDays(into rule: inout HoursRule) throws(HoursParseError) {
    guard token.isDay else { return }
    var days = DaySelector(weekdays: [])
    try readDayList(into: &days) { $0.isDay }
    if token.isDay, days.weekdays.isEmpty != days.holidays.isEmpty, token.isHoliday == days.holidays.isEmpty {
      let wantsHolidays = token.isHoliday
      days.isIntersection = true
      try readDayList(into: &days) { wantsHolidays ? $0.isHoliday : $0.kind == .weekday }
    }
    rule.days = days
    if kind == .colon {
      warn(token, "A colon after days is left out.")
      index += 1
      if kind == .colon { throw failure("Two colons stand together.", "Leave them out.") }
    }
  }

  private mutating func readDayList(into days: inout DaySelector, _ continues: (HoursToken) -> Bool)
    throws(HoursParseError)
  {
    repeat {
      if token.isHoliday { days.holidays.append(try holiday()) } else { days.weekdays.append(try weekdayRange()) }
    } while takeDaySlash() || takeComma(continues)
  }

  /// `Sa/Su`
  private mutating func takeDaySlash() -> Bool {
    guard kind == .slash, peek(1).kind == .weekday else { return false }
    warn(token, "A slash between days is read as a comma.")
    index += 1
    return true
  }

  private mutating func holiday() throws(HoursParseError) -> HolidayDay {
    let kind = token.kind
    if kind == .schoolHoliday {
      warn(token, "SH never holds: each municipality sets its school holidays. Write them as dates.")
    }
    index += 1
    if self.kind == .dash, peek(1).isDay {
      throw failure("Holidays make no range.", "Write them with a comma: PH,Mo-Fr.")
    }
    guard kind == .publicHoliday else { return HolidayDay(.schoolHoliday) }
    return HolidayDay(.publicHoliday, offset: try dayOffset(upTo: 1) ?? 0)
  }

  private mutating func weekdayRange() throws(HoursParseError) -> WeekdayRange {
    var range = WeekdayRange(Int(token.value))
    index += 1
    if kind == .openBracket {
      range.nth = try nthList()
      range.offset = try dayOffset(upTo: 6) ?? 0
    } else if kind == .dash {
      index += 1
      guard kind == .weekday else {
        throw expected("a weekday", token.isHoliday ? "Write holidays with a comma: Mo-Su,PH." : nil)
      }
      range.to = Int(token.value)
      index += 1
    }
    return range
  }

  /// `[1,3-5,-1]`
  mutating func nthList() throws(HoursParseError) -> [Int] {
    index += 1
    var list: [Int] = []
    repeat {
      let first = try nth()
      var last = first
      if kind == .dash, first > 0 {
        index += 1
        last = try nth()
        guard last >= first else { throw failure("The range runs backwards.", "Write the smaller number first.") }
      }
      for value in first...last where !list.contains(value) { list.append(value) }
    } while take(.comma)
    guard take(.closeBracket) else { throw expected("]") }
    return list
  }

  private mutating func nth() throws(HoursParseError) -> Int {
    let sign = take(.dash) ? -1 : 1
    guard kind == .number, 1...5 ~= token.value else {
      throw expected("a number from 1 to 5", "Write 1–5, or -1 for the last of the month.")
    }
    index += 1
    return sign * Int(tokens[index - 1].value)
  }
}
