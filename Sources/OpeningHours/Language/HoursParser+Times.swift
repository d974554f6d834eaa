extension HoursParser {
  mutating func readTimes(into rule: inout HoursRule) throws(HoursParseError) {
    if kind == .clockWord, isTimeAhead(at: 1, hasDays: rule.days != nil) { index += 1 }
    guard isTimeAhead(at: 0, hasDays: rule.days != nil) else { return }
    if kind == .number, token.value == 24, peek(1).kind == .hourMark, peek(2).kind != .dash {
      warn(token, "Read as 00:00-24:00.")
      index += 2
      rule.times = [TimeSpan(from: .clock(0), to: .clock(1440))]
      return
    }
    var usesFourDigits = false
    repeat {
      usesFourDigits = token.kind == .number && token.digits == 4
      rule.times.append(try timeSpan())
    } while takeTimeComma(fourDigits: usesFourDigits)
  }

  private mutating func takeTimeComma(fourDigits: Bool) -> Bool {
    if isSpanAfterSlash {
      warn(token, "A slash between times is read as a comma.")
      index += 1
      return true
    }
    guard kind == .comma else { return false }
    let skipped = peek(1).kind == .clockWord ? 2 : 1
    guard isTimeAhead(at: skipped, hasDays: fourDigits) else { return false }
    index += skipped
    return true
  }

  /// `/13:00-17:00`, which no timetable can be.
  private var isSpanAfterSlash: Bool {
    kind == .slash && peek(1).kind == .number && peek(2).kind == .colon && peek(3).kind == .number
      && peek(4).kind == .dash
  }

  /// A time comes next. `0900-1700` is one only where no year can stand.
  private func isTimeAhead(at distance: Int, hasDays: Bool) -> Bool {
    let token = peek(distance)
    switch token.kind {
    case .sun, .openParenthesis: return true
    case .number where token.digits == 4:
      return hasDays && peek(distance + 1).kind == .dash && peek(distance + 2).kind == .number
        && peek(distance + 2).digits == 4
    case .number:
      let isAlways = token.value == 24 && peek(distance + 1).kind == .slash && peek(distance + 2).value == 7
      return !isAlways
    default: return false
    }
  }

  private mutating func timeSpan() throws(HoursParseError) -> TimeSpan {
    let first = token
    let from = try timePoint(isEnd: false)
    if case .clock(let minutes) = from, minutes >= 1440 {
      throw failure("A span cannot begin at 24:00 or later.", "Write it from 00:00 on the next day.", at: first)
    }
    if take(.plus) { return TimeSpan(from: from, to: nil, isOpenEnd: true) }
    guard kind == .dash else { throw failureAfterBeginning(first, from) }
    let dash = token
    index += 1
    guard isTimeAhead(at: 0, hasDays: false) || first.digits == 4 && token.kind == .number else {
      if case .clock = from, kind == .end || kind == .semicolon || kind == .comma || kind == .fallback {
        throw failure(
          "The span has no end.", "Write the time, or \(HoursPrinter.text(of: from))+ where it is not known.", at: dash)
      }
      throw expected("the end of the span", "Write for instance 09:00-17:00.")
    }
    let to = try timePoint(isEnd: true)
    var span = TimeSpan(from: from, to: to)
    if kind == .plus {
      if to == .clock(2880) {
        throw failure("After 48:00 nothing can follow.", "Leave the + out.", at: token)
      }
      index += 1
      span.isOpenEnd = true
    }
    if kind == .slash, !isSpanAfterSlash {
      throw failure("Timetables (09:00-17:00/00:30) are no opening hours.", "Leave out the slash and what follows it.")
    }
    if kind == .dash { throw failure("A span has one beginning and one end.", "Write a comma between spans.") }
    return span
  }

  private func failureAfterBeginning(_ first: HoursToken, _ from: TimePoint) -> HoursParseError {
    let time = HoursPrinter.text(of: from)
    if kind == .slash { return failure("A slash is out of place here.", "Write a span of times: 09:00-17:00.") }
    if kind == .colon || kind == .dot {
      return failure("After \(time) a colon is out of place.", "Write a span of times: \(time)-17:00.")
    }
    return failure(
      "The time \(time) stands alone.", "Write a span, 09:00-17:00, or \(time)+ where the end is not known.", at: first)
  }

  private mutating func timePoint(isEnd: Bool) throws(HoursParseError) -> TimePoint {
    switch kind {
    case .sun:
      index += 1
      return .sun(HoursVocabulary.sunEvents[Int(tokens[index - 1].value)], offset: 0)
    case .openParenthesis: return try sunWithOffset()
    default: return .clock(try clock(isEnd: isEnd))
    }
  }

  /// `(sunset-00:30)`
  private mutating func sunWithOffset() throws(HoursParseError) -> TimePoint {
    let example = "Write for instance (sunset-00:30)."
    index += 1
    guard kind == .sun else {
      throw expected("dawn, sunrise, sunset or dusk", "\(example) Remarks stand in quotation marks.")
    }
    let event = HoursVocabulary.sunEvents[Int(token.value)]
    index += 1
    guard kind == .plus || kind == .dash else { throw expected("+ or -", example) }
    let sign = kind == .plus ? 1 : -1
    index += 1
    guard kind == .number, token.digits <= 2, peek(1).kind == .colon, peek(2).kind == .number, peek(2).digits == 2
    else {
      throw expected("hours and minutes", example)
    }
    guard token.value <= 24 else { throw failure("That is more than a day.", example) }
    let hours = Int(token.value)
    index += 2
    guard token.value < 60 else { throw failure("Minutes are 00–59.", example) }
    let minutes = hours * 60 + Int(token.value)
    index += 1
    guard take(.closeParenthesis) else { throw expected(")", example) }
    return .sun(event, offset: sign * minutes)
  }

  /// Minutes after midnight, written as `09:00` or in a way that people use.
  private mutating func clock(isEnd: Bool) throws(HoursParseError) -> Int {
    let first = token
    guard first.kind == .number else { throw expected("a time", "Write for instance 09:00.") }
    if !isEnd, let failure = failureOfDay { throw failure }
    guard first.digits != 4 else { return try fourDigitClock(isEnd: isEnd) }
    let mark = peek(1)
    let minutes = peek(2)
    var value = Int(first.value) * 60
    guard first.digits <= 2, value <= 2880 else {
      throw failure("There is no hour \(text(of: first)).", "Hours are 00–24, to 48 at the end of a span.")
    }
    index += 1
    let hasMinutes =
      (mark.kind == .colon || mark.kind == .dot || mark.kind == .hourMark) && minutes.kind == .number
      && !minutes.spaceBefore && (mark.kind != .hourMark || !mark.spaceBefore)
    if hasMinutes {
      index += 1
      guard minutes.digits == 2 else {
        throw failure("“\(text(of: minutes))” are no minutes.", "Minutes have two digits: 00–59.")
      }
      guard minutes.value < 60 else { throw failure("There is no minute \(minutes.value).", "Minutes are 00–59.") }
      value += Int(minutes.value)
      index += 1
    } else if mark.kind == .colon || mark.kind == .dot && !isEnd {
      throw failure("After “\(text(of: first))” the minutes are missing.", "Write a time with two digits each: 09:00.")
    } else if mark.kind == .hourMark {
      index += 1
    }
    if kind == .halfDay {
      value = try halfDay(value, first: first)
      index += 1
      warnOfTime(value, first)
    } else if first.digits != 2 || !hasMinutes || mark.kind != .colon {
      warnOfTime(value, first)
    }
    guard value <= (isEnd ? 2880 : 1440) else {
      throw failure(
        isEnd ? "A span ends at 48:00 at the latest." : "A span cannot begin at 24:00 or later.",
        isEnd ? "Hours of the next day are counted on: 26:00 is 02:00." : "Write it from 00:00 on the next day.",
        at: first)
    }
    return value
  }

  private mutating func warnOfTime(_ value: Int, _ first: HoursToken) {
    let end = Int(tokens[index - 1].end)
    let written = String(decoding: bytes[Int(first.start)..<end], as: UTF8.self)
    warn(first, "“\(written)” is read as \(HoursPrinter.text(of: .clock(value))).")
  }

  /// `0900`, where no year can stand.
  private mutating func fourDigitClock(isEnd: Bool) throws(HoursParseError) -> Int {
    let (hours, minutes) = (Int(token.value) / 100, Int(token.value) % 100)
    guard hours <= (isEnd ? 48 : 23), minutes < 60, hours < 48 || minutes == 0 else {
      throw failure("“\(text(of: token))” is no time.", "Write hours and minutes with a colon: 09:00.")
    }
    let first = token
    index += 1
    warnOfTime(hours * 60 + minutes, first)
    return hours * 60 + minutes
  }

  private func halfDay(_ value: Int, first: HoursToken) throws(HoursParseError) -> Int {
    guard 60..<780 ~= value else {
      throw failure(
        "“\(text(of: first)) \(text(of: token))” is no time.", "Before am and pm stand the hours 1–12; or write 17:00.",
        at: first)
    }
    guard value < 720 else {
      throw failure("12 am and 12 pm are understood in both ways.", "Write 00:00, 12:00 or 24:00.", at: first)
    }
    return token.value == 1 ? value + 720 : value
  }
}
