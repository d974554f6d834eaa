import Synchronization

/// What an expression means at a place: in its time zone, with its public holidays and under its sun.
///
/// Rules are painted in order over a day that is closed at first: see ``moment(_:_:)`` for the one function that
/// decides. Everything is read off the clock on the wall: in the hour that occurs twice, hours written for it hold
/// twice; the hour that is skipped never is. Intervals are half-open: the closing minute is no longer open.
public struct OpeningCalendar: Sendable {
  /// The expression.
  public let expression: HoursExpression
  /// The clock by which times are read.
  public let zone: ClockZone
  /// The public holidays that `PH` means.
  public let holidays: HolidayCalendar
  /// Where the sun rises and sets; nil for nominal times.
  public let position: SunPosition?
  let rules: [CompiledRule]
  private let usesSun: Bool
  private let usesEaster: Bool
  private let memory = ChangeMemory()
  /// The last year that the expression names; before it, anything may still change.
  let lastYear: Int
  /// No rule but closed ones.
  private let isNeverOpen: Bool
  /// What a step of a search costs, counted in rules and spans looked at (0.1 µs each); the sun takes as long as thirty.
  private let effortOfAStep: Int
  /// After so much (half a second) a search for the next change ends, whatever was asked: anybody may ask.
  private static let greatestEffort = 5_000_000

  /// Makes a calendar. `position`: where the sun rises and sets; nil for nominal times (dawn 05:30, sunrise 06:00,
  /// sunset 18:00, dusk 18:30, as opening_hours.js takes them).
  public init(
    _ expression: HoursExpression, zone: ClockZone = .helsinki, holidays: HolidayCalendar = .finland,
    position: SunPosition? = nil
  ) {
    self.expression = expression
    self.zone = zone
    self.holidays = holidays
    self.position = position
    rules = expression.rules.map(CompiledRule.init)
    usesSun = rules.contains(where: \.usesSun)
    usesEaster = expression.rules.contains { rule in
      rule.days?.holidays.isEmpty == false
        || rule.dates.contains { $0.from.base == .easter || $0.to?.base == .easter }
    }
    isNeverOpen = rules.allSatisfy { $0.state == .closed }
    effortOfAStep = rules.reduce(usesSun && position != nil ? 31 : 1) { $0 + 1 + $1.spans.count }
    lastYear =
      expression.rules.flatMap { rule in
        rule.years.map { $0.to ?? $0.from } + rule.dates.flatMap { [$0.from.year ?? 0, $0.to?.year ?? 0] }
      }.max() ?? 0
  }

  /// The state at an instant, in seconds since 1970-01-01T00:00:00Z.
  public func status(at instant: Int64) -> OpeningStatus {
    let wall = instant + zone.offset(at: instant)
    let day = Int(wall.flooredQuotient(86_400))
    let plan = plan(CivilDay(number: day))
    return status(moment(Int(wall - Int64(day) * 86_400) / 60, plan))
  }

  /// The next instant at which the state differs; a change of comment alone is none. Nil where it never does, or not
  /// before the year 10000, or only after a stretch so long and changeful that reckoning it would take seconds: a search
  /// day by day goes on for 400 years of a few rules, for fewer of many.
  public func nextChange(after instant: Int64) -> Int64? {
    if let known = memory.change(after: instant) { return known }
    let (change, isCertain) = findChange(after: instant)
    if isCertain { memory.remember(change, from: instant) }
    return change
  }

  private func findChange(after instant: Int64) -> (Int64?, isCertain: Bool) {
    // What does not change in so many years, reckoned from the last year that the expression names, never does: all
    // kinds of years come in any 40 (years differ by leap day and first weekday), Easter and the holidays that hang on
    // it come round with the calendar in 400. By the sun 28 must do: the same dates on the same weekdays.
    let years = usesSun && position != nil ? 28 : usesEaster ? 400 : 41
    let year = max(CivilDay(number: Int(instant.flooredQuotient(86_400))).year, lastYear)
    let end = Int64(CivilDay.number(min(year + years + 1, 10_000), 1, 1)) * 86_400
    var walk = DayWalk(self, from: instant, to: end)
    guard let first = walk.next(), !isNeverOpen else { return (nil, true) }
    let state = rules.state(first.decision)
    var effort = 0
    while let step = walk.next() {
      if rules.state(step.decision) != state { return (step.start, true) }
      effort += effortOfAStep
      if effort >= Self.greatestEffort { return (nil, false) }
    }
    return (nil, true)
  }

  /// The intervals of the states open, unknown and closed in `from..<to`, without gaps, computed as they are asked for.
  public func intervals(from: Int64, to: Int64) -> OpeningIntervals { OpeningIntervals(self, from: from, to: to) }

  // MARK: - One day

  /// What a day's rules do: which of them match the day itself and the day before.
  struct DayPlan {
    let day: CivilDay
    /// Of each rule: 1 where it matches the day, 2 where a span of the day before may reach into it.
    let matches: [UInt8]
    let sun: SunTimes
    let sunBefore: SunTimes
    let sunAfter: SunTimes
  }

  func plan(_ day: CivilDay) -> DayPlan {
    let before = CivilDay(number: day.number - 1)
    let matches = rules.map { rule -> UInt8 in
      (rule.matches(day, holidays) ? 1 : 0) + (rule.hasTail && rule.matches(before, holidays) ? 2 : 0)
    }
    guard usesSun, let position else {
      return DayPlan(day: day, matches: matches, sun: .nominal, sunBefore: .nominal, sunAfter: .nominal)
    }
    return DayPlan(
      day: day, matches: matches, sun: SunTimes(day: day.number, position: position, zone: zone),
      sunBefore: SunTimes(day: day.number - 1, position: position, zone: zone),
      sunAfter: SunTimes(day: day.number + 1, position: position, zone: zone))
  }

  /// What decides a minute: the index of the rule and of its span; nil where no rule says anything.
  typealias Decision = RuleDecision?

  /// What decides a minute of a day, 0–1439: the rules in order, each over what those before it left.
  func moment(_ minute: Int, _ plan: DayPlan) -> Decision {
    var decision: Decision = nil
    for (index, rule) in rules.enumerated() where plan.matches[index] != 0 {
      let isToday = plan.matches[index] & 1 != 0
      if isToday, rule.replaces { decision = nil }
      if rule.isFallback, rules.state(decision) != .closed { continue }
      for (number, span) in rule.spans.enumerated() {
        if isToday {
          let (from, to) = span.minutes(plan.sun, next: plan.sunAfter)
          if minute >= from, minute < to { decision = RuleDecision(rule: index, span: number) }
        }
        if plan.matches[index] & 2 != 0, span.hasTail {
          let (from, to) = span.minutes(plan.sunBefore, next: plan.sun)
          if minute + 1440 >= from, minute + 1440 < to { decision = RuleDecision(rule: index, span: number) }
        }
      }
    }
    return decision
  }

  /// The minutes of a day, 0–1439, at which anything may change, ascending from 0.
  func boundaries(_ plan: DayPlan) -> [Int] {
    var minutes = [0]
    func add(_ minute: Int) { if minute > 0, minute < 1440 { minutes.append(minute) } }
    for (index, rule) in rules.enumerated() where plan.matches[index] != 0 {
      for span in rule.spans {
        if plan.matches[index] & 1 != 0 {
          let (from, to) = span.minutes(plan.sun, next: plan.sunAfter)
          add(from)
          add(to)
        }
        if plan.matches[index] & 2 != 0, span.hasTail {
          let (from, to) = span.minutes(plan.sunBefore, next: plan.sun)
          add(from - 1440)
          add(to - 1440)
        }
      }
    }
    minutes.sort()
    return minutes
  }

  /// The first day after one on which the plan may be another; the next day unless rule and sun leave several days
  /// alike.
  func nextPlan(after plan: DayPlan) -> Int {
    var next = Int.max
    for (index, rule) in rules.enumerated() {
      // A rule that matches the day but not the day before has no tail there yet.
      let flags = plan.matches[index]
      if rule.hasTail, flags == 1 || flags == 2 { return plan.day.number + 1 }
      if rule.usesSun, flags != 0, position != nil { return plan.day.number + 1 }
      next = min(next, rule.nextChange(after: plan.day, holidays))
    }
    return max(next, plan.day.number + 1)
  }

  func status(_ decision: Decision) -> OpeningStatus {
    guard let decision else { return .closed }
    return OpeningStatus(state: rules.state(decision), comment: rules[decision.rule].comment)
  }
}

/// The next change that was found last: it holds for all instants from the one that was asked for until it comes. Lists
/// ask for many places with the same hours, and a search that finds nothing takes milliseconds.
private final class ChangeMemory: Sendable {
  private let last = Mutex<(from: Int64, change: Int64?)?>(nil)

  /// The change after an instant; nil where that is not known, `.some(nil)` where nothing ever changes.
  func change(after instant: Int64) -> Int64?? {
    last.withLock { last in
      guard let last, instant >= last.from, last.change.map({ instant < $0 }) ?? true else { return nil }
      return .some(last.change)
    }
  }

  func remember(_ change: Int64?, from instant: Int64) { last.withLock { $0 = (instant, change) } }
}

/// The rule that decides a moment, and its span.
struct RuleDecision: Equatable {
  let rule: Int
  let span: Int
}

extension [CompiledRule] {
  func state(_ decision: RuleDecision?) -> OpeningState {
    guard let decision else { return .closed }
    return self[decision.rule].spans[decision.span].state
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  func flooredQuotient(_ divisor: Int64) -> Int64 { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
