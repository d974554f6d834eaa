/// Reads dates and times out of tokens.
struct ProseNumbers {
  let tokens: [ProseToken]

  private func kind(_ index: Int) -> ProseToken.Kind? { tokens.indices.contains(index) ? tokens[index].kind : nil }

  private func number(_ index: Int) -> Int? {
    if case .number(let value, let digits)? = kind(index), digits <= 2 { value } else { nil }
  }

  private func isMark(_ index: Int, _ mark: Character) -> Bool { kind(index) == .mark(mark) }

  private func isDash(_ index: Int) -> Bool { kind(index) == .dash }

  func meaning(_ index: Int) -> ProseWord? {
    tokens.indices.contains(index) ? tokens[index].word.flatMap { ProseVocabulary.phrases[$0] } : nil
  }

  // MARK: - Times

  private struct Time {
    let minutes: Int
    let next: Int
    /// Whether it could be a day and a month.
    let isDateLike: Bool
  }

  /// `9`, `08`, `8.30`, `08:00`, `9 am`
  private func time(_ index: Int) -> Time? {
    guard let hour = number(index), hour <= 24 else { return nil }
    var minutes = hour * 60
    var next = index + 1
    var isDateLike = false
    if isMark(next, ".") || isMark(next, ":"), !tokens[next].hasSpaceBefore,
      case .number(let minute, digits: 2)? = kind(next + 1), !tokens[next + 1].hasSpaceBefore
    {
      guard minute <= 59, hour < 24 || minute == 0 else { return nil }
      minutes += minute
      isDateLike = isMark(next, ".") && (1...12).contains(minute) && hour >= 1
      next += 2
    }
    if tokens.indices.contains(next), let half = tokens[next].word, half == "am" || half == "pm", hour <= 12 {
      minutes = (minutes % 720) + (half == "pm" ? 720 : 0)
      next += 1
    }
    return Time(minutes: minutes, next: next, isDateLike: isDateLike)
  }

  /// `9-15`, `8.30 – 16`, `10 till 18`
  func timeRange(_ index: Int) -> (span: Range<Int>, isAmbiguous: Bool, next: Int)? {
    guard let from = time(index) else { return nil }
    let isRange = isDash(from.next) || ["till", "to"].contains(kind(from.next).flatMap { _ in tokens[from.next].word })
    guard isRange, let to = time(from.next + 1), from.minutes < 1440 else { return nil }
    // A further dash or a month: no time of the day.
    guard !isDash(to.next) else { return nil }
    if case .month? = meaning(to.next) { return nil }
    // Ages, durations, prices.
    let units: Set<String> = ["v", "vuotiaat", "vuotiaille", "vuotta", "år", "min", "minuuttia", "eur", "euroa", "hlö"]
    if tokens.indices.contains(to.next), isMark(to.next, "€") || units.contains(tokens[to.next].word ?? "") {
      return nil
    }
    return (spanMinutes(from.minutes, to.minutes), from.isDateLike && to.isDateLike, to.next)
  }

  // MARK: - Dates

  private struct Day {
    let day: Int
    var month: Int
    var year: Int?
    var next: Int
    /// Whether it can be nothing but a date.
    var isCertain: Bool
  }

  private func year(_ index: Int) -> Int? {
    if case .number(let value, digits: 4)? = kind(index), (1990...2100).contains(value) { value } else { nil }
  }

  /// `6.12.`, `6.12.2026`, `24.6`, `24. joulukuuta`, `24 december 2026`, `joulukuun 24. päivä`
  private func day(_ index: Int) -> Day? {
    if case .month(let month)? = meaning(index), tokens[index].word?.hasSuffix("kuun") == true,
      let day = number(index + 1), (1...31).contains(day), isMark(index + 2, ".")
    {
      let hasWord = meaning(index + 3) == .day
      return Day(day: day, month: month, year: nil, next: index + (hasWord ? 4 : 3), isCertain: true)
    }
    guard let day = number(index), (1...31).contains(day) else { return nil }
    let dot = isMark(index + 1, ".") && !tokens[index + 1].hasSpaceBefore
    if case .month(let month)? = meaning(index + (dot ? 2 : 1)) {
      let next = index + (dot ? 3 : 2)
      let year = year(next)
      return Day(day: day, month: month, year: year, next: year == nil ? next : next + 1, isCertain: true)
    }
    guard dot, let month = number(index + 2), (1...12).contains(month), !tokens[index + 2].hasSpaceBefore,
      case .number(_, let digits)? = kind(index + 2)
    else { return nil }
    var result = Day(day: day, month: month, year: nil, next: index + 3, isCertain: digits == 1)
    if isMark(index + 3, "."), !tokens[index + 3].hasSpaceBefore {
      result.next += 1
      result.isCertain = true
      if let year = year(index + 4), !tokens[index + 4].hasSpaceBefore {
        result.year = year
        result.next += 1
      }
    }
    return result
  }

  private func skippingWeekday(_ index: Int) -> Int {
    if case .days(let days)? = meaning(index), days.count == 1 { index + 1 } else { index }
  }

  /// A date or a range of dates. Nil where there is none, or where it may as well be a range of times.
  func dates(_ index: Int) -> (dates: ProseDates, next: Int)? {
    if let first = day(index) {
      if isDash(first.next), let last = day(skippingWeekday(first.next + 1)) {
        guard first.isCertain || last.isCertain || time(index) == nil else { return nil }
        return range(first, last)
      }
      // A dash and an hour: a range of times after all.
      if !first.isCertain, isDash(first.next), number(first.next + 1) != nil { return nil }
      guard let point = point(first) else { return nil }
      if meaning(first.next) == .onwards {
        let range = DateRange(from: point, isOpen: true)
        return (ProseDates(ranges: [range], isPeriod: true), first.next + 1)
      }
      return (ProseDates(ranges: [DateRange(from: point)], isPeriod: false), first.next)
    }
    // `24.-26.12.`
    guard let number = number(index), (1...31).contains(number) else { return nil }
    let dash = isMark(index + 1, ".") ? index + 2 : index + 1
    guard isDash(dash), let last = day(skippingWeekday(dash + 1)), last.isCertain, number < last.day else { return nil }
    return range(Day(day: number, month: last.month, year: last.year, next: dash, isCertain: true), last)
  }

  private func range(_ first: Day, _ last: Day) -> (dates: ProseDates, next: Int)? {
    var first = first
    if let year = last.year, first.year == nil {
      first.year = (first.month, first.day) <= (last.month, last.day) ? year : year - 1
    }
    guard first.year == nil || last.year != nil, let from = point(first), let to = point(last) else { return nil }
    return (ProseDates(ranges: [DateRange(from: from, to: to)], isPeriod: true), last.next)
  }

  private func point(_ day: Day) -> DatePoint? {
    guard day.day <= CivilDay.days(inMonth: day.month, of: day.year ?? 2024) else { return nil }
    return DatePoint(.day(month: day.month, day: day.day), year: day.year)
  }

  /// `kesä-elokuussa`, `juni–augusti`, `kesäkuusta elokuuhun`, `heinäkuussa`
  func months(_ index: Int) -> (dates: ProseDates, next: Int)? {
    let first: Int
    switch meaning(index) {
    case .month(let month)?: first = month
    case .monthStem(let month)? where isDash(index + 1): first = month
    default: return nil
    }
    let word = tokens[index].word ?? ""
    if isDash(index + 1), case .month(let last)? = meaning(index + 2) {
      return (ProseDates(ranges: [Self.months(first, last)], isPeriod: true), index + 3)
    }
    if word.hasSuffix("kuusta"), case .month(let last)? = meaning(index + 1) {
      return (ProseDates(ranges: [Self.months(first, last)], isPeriod: true), index + 2)
    }
    guard case .month? = meaning(index) else { return nil }
    return (ProseDates(ranges: [DateRange(from: DatePoint(.month(first)))], isPeriod: true), index + 1)
  }

  private static func months(_ first: Int, _ last: Int) -> DateRange {
    DateRange(from: DatePoint(.month(first)), to: DatePoint(.month(last)))
  }

  /// `27-30`, `43` after a word for week.
  func weeks(_ index: Int) -> (weeks: [WeekRange], next: Int)? {
    guard let first = number(index), (1...53).contains(first) else { return nil }
    if isDash(index + 1), let last = number(index + 2), (first...53).contains(last) {
      return ([WeekRange(from: first, to: last, step: 1)], index + 3)
    }
    return ([WeekRange(from: first, to: first, step: 1)], index + 1)
  }
}
