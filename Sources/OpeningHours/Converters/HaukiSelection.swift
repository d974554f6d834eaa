/// The days that rules of Hauki leave of a period, as far as the language can say them.
struct HaukiSelection {
  private let days: HoursDraft.Period
  private(set) var selectors: WeekPlan.Selectors
  private(set) var weekdays = Array(1...7)

  init(days: HoursDraft.Period) {
    self.days = days
    selectors = WeekPlan.Selectors(dates: days.range)
  }

  enum Outcome {
    case exact
    /// Said, but not quite the same.
    case near(String)
    case impossible
  }

  mutating func apply(_ rule: HaukiDatePeriod.Rule) -> Outcome {
    guard let context = rule.context, let subject = rule.subject else { return .impossible }
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let isFree = rule.start == nil && rule.frequencyModifier == nil
    switch (context, subject) {
    // Without a beginning and a parity Hauki takes all of the subject, whatever the frequency.
    case (_, "day") where isFree, (_, "week") where isFree, ("year", "month") where isFree,
      ("period", "month") where isFree:
      return .exact
    case ("year", "week"): return applyWeeks(rule)
    case ("period", "week"): return expandWeeks(rule)
    case ("year", "month"): return applyMonths(rule)
    default:
      guard let weekday = names.firstIndex(of: subject).map({ $0 + 1 }) else { return .impossible }
      guard isFree || context == "month", rule.frequencyModifier == nil, selectors.nth.isEmpty else {
        return .impossible
      }
      if let start = rule.start {
        guard let nth = nth(start, rule.frequencyOrdinal) else { return .impossible }
        selectors.nth = nth
      }
      weekdays.removeAll { $0 != weekday }
      return .exact
    }
  }

  private func nth(_ start: Int, _ step: Int?) -> [Int]? {
    switch start {
    case 1...5: Array(stride(from: start, through: step == nil ? start : 5, by: max(step ?? 1, 1)))
    case -5 ... -1 where step == nil: [start]
    default: nil
    }
  }

  private mutating func applyWeeks(_ rule: HaukiDatePeriod.Rule) -> Outcome {
    guard selectors.weeks.isEmpty else { return .impossible }
    if let parity = rule.frequencyModifier {
      guard parity == "even" || parity == "odd" else { return .impossible }
      selectors.weeks = [WeekRange(from: parity == "even" ? 2 : 1, to: 53, step: 2)]
      return .exact
    }
    guard let start = rule.start, (1...53).contains(start) else { return .impossible }
    selectors.weeks = [
      rule.frequencyOrdinal.map { WeekRange(from: start, to: 53, step: max($0, 1)) }
        ?? WeekRange(from: start, to: start)
    ]
    return .near("Hauki counts weeks from the one of 1 January; here they are ISO weeks, which differ in some years.")
  }

  /// Weeks counted from the first of the period: dates, since the language counts weeks in the year only.
  private mutating func expandWeeks(_ rule: HaukiDatePeriod.Rule) -> Outcome {
    guard let from = days.from, let to = days.to, let start = rule.start, start >= 1, selectors.dates == days.range,
      rule.frequencyModifier == nil
    else { return .impossible }
    let monday = from.number - (CivilDay.weekday(from.number) - 1)
    let first = monday + (start - 1) * 7
    let step = max(rule.frequencyOrdinal ?? .max / 16, 1) * 7
    var ranges: [DateRange] = []
    for week in stride(from: first, through: to.number, by: step) {
      let begin = HoursDate(number: max(week, from.number))
      let end = HoursDate(number: min(week + 6, to.number))
      guard begin <= end else { continue }
      ranges += DateRange(from: begin, through: end).map { [$0] } ?? []
    }
    // More than two years of every second week would be a page of dates.
    guard !ranges.isEmpty, ranges.count <= 60 else { return .impossible }
    selectors.dates = ranges
    return .exact
  }

  private mutating func applyMonths(_ rule: HaukiDatePeriod.Rule) -> Outcome {
    var months: [Int]
    switch (rule.frequencyModifier, rule.start, rule.frequencyOrdinal) {
    case ("even", _, _): months = [2, 4, 6, 8, 10, 12]
    case ("odd", _, _): months = [1, 3, 5, 7, 9, 11]
    case (nil, let start?, nil) where (1...12).contains(start): months = [start]
    case (nil, let start?, nil) where (-12 ... -1).contains(start): months = [13 + start]
    case (nil, let start?, let step?) where (1...12).contains(start):
      months = Array(stride(from: start, through: 12, by: max(step, 1)))
    default: return .impossible
    }
    guard selectors.dates == days.range else { return .impossible }
    guard !days.isAlways else {
      selectors.dates = months.map { DateRange(from: DatePoint(.month($0))) }
      return .exact
    }
    guard let from = days.from, let to = days.to, to.year - from.year <= 5 else { return .impossible }
    selectors.dates = (from.year...to.year).flatMap { year in
      months.compactMap { month -> DateRange? in
        let first = CivilDay.number(year, month, 1)
        let begin = HoursDate(number: max(first, from.number))
        let end = HoursDate(number: min(first + CivilDay.days(inMonth: month, of: year) - 1, to.number))
        return begin <= end ? DateRange(from: begin, through: end) : nil
      }
    }
    return selectors.dates.isEmpty ? .impossible : .exact
  }
}

extension HaukiDatePeriod.Rule {
  /// The rule for a person.
  var text: String {
    let which = [
      frequencyModifier, frequencyOrdinal.map { "every \($0)." }, start.map { "from number \($0)" },
    ].compactMap { $0 }
    return (which + ["\(subject ?? "?") of the \(context ?? "?")"]).joined(separator: " ")
  }
}
