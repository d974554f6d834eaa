/// Hours of a source that has weekly hours, weekly hours for a time, and exceptions: gathered here, then written in an
/// order in which each replaces what it is an exception to.
struct HoursDraft {
  /// Days from the first to the last, both included; nil for no bound.
  struct Period: Hashable {
    var from: HoursDate?
    var to: HoursDate?

    var isAlways: Bool { from == nil && to == nil }

    /// In days; unbounded ones are the longest.
    var length: Int {
      guard let from, let to else { return from == nil && to == nil ? .max : .max - 1 }
      return to.number - from.number
    }

    var range: [DateRange] { DateRange(from: from, through: to).map { [$0] } ?? [] }
  }

  /// The weekly hours of each period.
  private var weeks: [Period: WeekPlan] = [:]
  private var exceptions: [(period: Period, plan: WeekPlan)] = []
  private(set) var losses: [HoursLoss] = []

  mutating func lose(_ what: String, _ place: String, _ value: String? = nil) {
    losses.append(HoursLoss(what, where: place, value: value))
  }

  /// Weekly hours. Those of a period replace the hours that hold always: on weekdays that it does not name, the place
  /// is closed then.
  mutating func add(_ entry: WeekPlan.Entry, on weekdays: some Sequence<Int>, in period: Period) {
    weeks[period, default: WeekPlan()].add(entry, on: weekdays)
  }

  /// Hours that replace all others on the days of a period that are such weekdays.
  mutating func addException(_ entry: WeekPlan.Entry, on weekdays: [Int], in period: Period) {
    if let index = exceptions.firstIndex(where: { $0.period == period }) {
      exceptions[index].plan.add(entry, on: weekdays)
    } else {
      var plan = WeekPlan()
      plan.add(entry, on: weekdays)
      exceptions.append((period, plan))
    }
  }

  /// Always, then periods, then exceptions; the longer before the shorter, the earlier before the later.
  var result: HoursConversion {
    func precedes(_ a: Period, _ b: Period) -> Bool {
      (b.length, a.from?.number ?? .min, a.to?.number ?? .min) < (
        a.length, b.from?.number ?? .min, b.to?.number ?? .min
      )
    }
    var rules: [HoursRule] = []
    for (period, plan) in weeks.sorted(by: { precedes($0.key, $1.key) }) where !plan.isEmpty {
      if !period.isAlways, let before = weeks[Period()] {
        let missing = before.weekdays.filter { !plan.weekdays.contains($0) }
        if !missing.isEmpty {
          rules.append(HoursRule(dates: period.range, days: .on(missing), modifier: .off))
        }
      }
      rules += plan.rules(.init(dates: period.range), rules.isEmpty ? .first : .replacing)
    }
    for (period, plan) in exceptions.sorted(by: { precedes($0.period, $1.period) }) {
      rules += plan.rules(.init(dates: period.range), rules.isEmpty ? .first : .replacing)
    }
    return HoursConversion(expression: .of(rules), losses: losses)
  }
}
