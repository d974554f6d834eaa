import OpeningHours

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes expressions of all parts of the language, of the kind that the parser makes: `parse(description)` gives each
/// of them again.
struct RandomExpressions {
  var generator: SeededGenerator
  /// The years that stand in the expressions.
  var years = 2020...2032

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func next() -> HoursExpression {
    var rules: [HoursRule] = []
    for place in 0..<number(1...4) {
      var rule = rule()
      if place > 0 { rule.separator = one(of: [.normal, .normal, .additional, .fallback]) }
      if let before = rules.last, rule.separator == .additional {
        // A comma is read as one inside the rule before if that can go on.
        let goesOn = !rule.hasDateSelector && !rule.isAlways && !rule.times.isEmpty
        if before.modifier == .none, before.comment == nil, !before.isAlways, before.times.isEmpty || goesOn {
          rule.separator = .normal
        }
      }
      rules.append(rule)
    }
    return HoursExpression(rules: rules)
  }

  mutating func rule() -> HoursRule {
    var rule = HoursRule()
    if chance(5) {
      rule.isAlways = true
    } else {
      if chance(15) { rule.years = list(upTo: 2) { $0.yearRange() } }
      if chance(30) { rule.dates = dates(beside: rule.years) }
      if !rule.dates.isEmpty, rule.years.count == 1, rule.years[0].to == rule.years[0].from { rule.years = [] }
      if chance(10) { rule.weeks = list(upTo: 3) { $0.weekRange() } }
      if chance(65) { rule.days = days() }
      if chance(75) || !rule.hasDateSelector { rule.times = list(upTo: 3) { $0.span() } }
    }
    rule.modifier = one(of: [.none, .none, .none, .none, .open, .closed, .off, .unknown])
    if chance(15) {
      rule.comment = one(of: ["by appointment", "ovet ; kiinni, || klo 18", "ring — \u{1F514}", "24/7"])
    }
    return rule
  }

  // MARK: Dates

  private mutating func yearRange() -> YearRange {
    let from = number(years)
    if chance(20) { return YearRange(from: from, to: nil) }
    if chance(40) { return YearRange(from: from, to: from) }
    return YearRange(from: from, to: from + number(1...5), step: one(of: [1, 1, 2, 3]))
  }

  private mutating func weekRange() -> WeekRange {
    let from = number(1...53)
    if chance(40) { return WeekRange(from: from, to: from) }
    return WeekRange(from: from, to: number(from...53), step: one(of: [1, 1, 2, 5]))
  }

  private mutating func dates(beside years: [YearRange]) -> [DateRange] {
    // A year before a date is the date's own, unless it is one of several or of a range.
    let mayHaveYears = years.isEmpty
    return list(upTo: 3) { $0.dateRange(mayHaveYears: mayHaveYears) }
  }

  private mutating func dateRange(mayHaveYears: Bool) -> DateRange {
    let year = mayHaveYears && chance(30) ? number(years) : nil
    if chance(40) {
      let from = DatePoint(.month(number(1...12)), year: year)
      if chance(10) { return DateRange(from: from, isOpen: true) }
      if chance(40) { return DateRange(from: from) }
      return DateRange(from: from, to: DatePoint(.month(number(1...12))))
    }
    var from = point(inRange: true)
    from.year = year
    if chance(10), !isWeekday(from) { return DateRange(from: from, isOpen: true) }
    if chance(40), !isWeekday(from) { return DateRange(from: from) }
    var to = point(inRange: true)
    if let year, chance(50) { to.year = year + number(1...2) }
    if from.base == .easter, to.base == .easter { to.year = year.map { $0 + 1 } }
    return DateRange(from: from, to: to)
  }

  private func isWeekday(_ point: DatePoint) -> Bool {
    if case .weekday = point.base { true } else { false }
  }

  private mutating func point(inRange: Bool) -> DatePoint {
    switch number(0...9) {
    case 0...5:
      let month = number(1...12)
      let day = number(1...[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1])
      return DatePoint(
        .day(month: month, day: day), weekdayOffset: chance(10) ? number(1...7) * one(of: [1, -1]) : nil,
        dayOffset: chance(10) ? number(-9...9) : 0)
    case 6, 7:
      return DatePoint(
        .weekday(month: number(1...12), weekday: number(1...7), nth: one(of: [1, 2, 3, 4, 5, -1, -2, -5])),
        dayOffset: chance(20) ? number(-9...9) : 0)
    default: return DatePoint(.easter, dayOffset: chance(60) ? number(-50...60) : 0)
    }
  }

  // MARK: Days and times

  private mutating func days() -> DaySelector {
    let weekdays = chance(90) ? list(upTo: 3) { $0.weekdayRange() } : []
    let holidays = weekdays.isEmpty || chance(20) ? list(upTo: 2) { $0.holiday() } : []
    return DaySelector(
      weekdays: weekdays, holidays: holidays, isIntersection: !weekdays.isEmpty && !holidays.isEmpty && chance(40))
  }

  private mutating func weekdayRange() -> WeekdayRange {
    let from = number(1...7)
    if chance(50) { return WeekdayRange(from, number(1...7)) }
    if chance(60) { return WeekdayRange(from) }
    var nth: [Int] = []
    for _ in 0..<number(1...4) {
      let value = one(of: [1, 2, 3, 4, 5, -1, -2, -3])
      if !nth.contains(value) { nth.append(value) }
    }
    return WeekdayRange(from, nth: nth, offset: chance(30) ? number(-6...6) : 0)
  }

  private mutating func holiday() -> HolidayDay {
    chance(80) ? HolidayDay(.publicHoliday, offset: one(of: [0, 0, 1, -1])) : HolidayDay(.schoolHoliday)
  }

  private mutating func span() -> TimeSpan {
    let from = chance(10) ? sun() : .clock(minutes(0...1439))
    if chance(8) { return TimeSpan(from: from, to: nil, isOpenEnd: true) }
    let to = chance(10) ? sun() : .clock(minutes(0...(chance(80) ? 1440 : 2879)))
    return TimeSpan(from: from, to: to, isOpenEnd: chance(5))
  }

  private mutating func minutes(_ range: ClosedRange<Int>) -> Int {
    let minutes = number(range)
    return chance(80) ? minutes / 30 * 30 : minutes
  }

  private mutating func sun() -> TimePoint {
    .sun(one(of: SunEvent.allCases), offset: chance(50) ? number(-180...180) : 0)
  }

  // MARK: Chance

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  mutating func one<Item>(of items: [Item]) -> Item { items[number(0...items.count - 1)] }

  private mutating func list<Item>(upTo limit: Int, _ make: (inout Self) -> Item) -> [Item] {
    (0..<number(1...limit)).map { _ in make(&self) }
  }
}
