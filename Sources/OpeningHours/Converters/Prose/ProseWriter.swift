/// Writes clauses of prose as rules, in an order in which exceptions come after what they are exceptions to.
struct ProseWriter {
  private(set) var certainty = 1.0
  private(set) var notes: [String] = []

  private mutating func doubt(_ factor: Double, _ note: String) {
    certainty *= factor
    if !notes.contains(note) { notes.append(note) }
  }

  mutating func expression(_ clauses: [ProseClause], isClosedAlone: Bool) -> HoursExpression? {
    if isClosedAlone { return HoursExpression(rules: [HoursRule(modifier: .off)]) }
    // `.closed` is "otherwise closed", which needs no rule.
    let said = clauses.filter { $0.modifier != .closed }
    let sorted = said.enumerated().sorted { (rank($0.1), $0.0) < (rank($1.1), $1.0) }.map(\.element)
    var rules: [HoursRule] = []
    var written: [ProseClause] = []
    for clause in sorted {
      if let missing = closedDays(clause, sorted, written) { rules.append(missing) }
      var rule = rule(clause)
      rule.separator = separator(clause, written)
      if rules.isEmpty, rule.separator == .additional { rule.separator = .normal }
      if let last = rules.last, let joined = join(last, rule) {
        rules[rules.count - 1] = joined
      } else {
        rules.append(rule)
      }
      written.append(clause)
    }
    if rules.first?.separator == .fallback { rules[0].separator = .normal }
    return .of(rules)
  }

  /// The order: the usual week, what differs from it, periods, holidays, closed dates, single days, all other times.
  private func rank(_ clause: ProseClause) -> Int {
    if clause.isFallback { return 6 }
    let isClosed = clause.modifier == .off
    if clause.dates.isEmpty, clause.weeks.isEmpty {
      return clause.holidays ? 3 : isClosed || clause.isException ? 1 : 0
    }
    if isClosed, clause.days.isEmpty, clause.times.isEmpty { return 4 }
    return clause.isPeriod ? 2 : 5
  }

  private func rule(_ clause: ProseClause) -> HoursRule {
    let weekdays = clause.days.isEmpty ? clause.dateWeekday.map { [$0] } ?? [] : clause.days
    var days = weekdays.isEmpty ? nil : DaySelector.on(weekdays)
    if clause.holidays {
      days = DaySelector(weekdays: days?.weekdays ?? [], holidays: [HolidayDay(.publicHoliday)])
    }
    let isPlain = clause.dates.isEmpty && clause.weeks.isEmpty && days == nil
    let isAlways = clause.isAlways && isPlain && clause.modifier == nil
    let times = clause.isAlways && !isAlways && clause.modifier == nil ? [0..<1440] : clause.times
    return HoursRule(
      isAlways: isAlways, dates: clause.dates, weeks: clause.weeks, days: days,
      times: times.sorted { $0.lowerBound < $1.lowerBound }.map(TimeSpan.init(minutes:)),
      modifier: clause.modifier ?? .none, comment: clause.comment)
  }

  private mutating func separator(_ clause: ProseClause, _ written: [ProseClause]) -> HoursRule.Separator {
    if clause.isFallback { return .fallback }
    guard clause.modifier != .off, !clause.isException else { return .normal }
    let alike = written.filter {
      rank($0) == rank(clause) && $0.dates == clause.dates && $0.weeks == clause.weeks && $0.modifier != .off
    }
    let sameDays = alike.filter { !weekdays($0).isDisjoint(with: weekdays(clause)) }
    for other in sameDays where other.times.contains(where: { span in clause.times.contains { $0.overlaps(span) } }) {
      if weekdays(clause).isStrictSubset(of: weekdays(other)) {
        // `ma-pe 8-16, ke 8-18`
        doubt(0.8, "Two times for the same days: the later replace the former on the days that they name.")
        return .normal
      }
      doubt(0.6, "Two times for the same days: read as both.")
    }
    let hasTail = alike.contains { $0.times.contains { $0.upperBound > 1440 } }
    return sameDays.isEmpty && !hasTail ? .normal : .additional
  }

  private func weekdays(_ clause: ProseClause) -> Set<Int> { Set(clause.days.isEmpty ? Array(1...7) : clause.days) }

  /// Days of the usual week that a period with a week of its own does not name: closed, which the text does not say.
  private mutating func closedDays(
    _ clause: ProseClause, _ all: [ProseClause], _ written: [ProseClause]
  ) -> HoursRule? {
    func isSamePeriod(_ other: ProseClause) -> Bool { other.dates == clause.dates && other.weeks == clause.weeks }
    guard rank(clause) == 2, !written.contains(where: { rank($0) == 2 && isSamePeriod($0) }) else { return nil }
    let usual = Set(all.filter { rank($0) == 0 }.flatMap { weekdays($0) })
    let named = Set(all.filter { rank($0) == 2 && isSamePeriod($0) }.flatMap { weekdays($0) })
    let missing = usual.subtracting(named)
    guard !missing.isEmpty else { return nil }
    doubt(0.8, "Days that a period does not name: read as closed in it.")
    return HoursRule(dates: clause.dates, weeks: clause.weeks, days: .on(Array(missing)), modifier: .off)
  }

  /// Two rules that differ in nothing but dates, or in nothing but weekdays, are one.
  private func join(_ a: HoursRule, _ b: HoursRule) -> HoursRule? {
    guard a.modifier == .off, b.modifier == .off, a.times.isEmpty, b.times.isEmpty, a.weeks == b.weeks else {
      return nil
    }
    var joined = a
    if a.days == b.days, !a.dates.isEmpty, !b.dates.isEmpty {
      joined.dates += b.dates
      return joined
    }
    guard a.dates == b.dates, let first = a.days, let second = b.days, !first.isIntersection, !second.isIntersection,
      first.weekdays.allSatisfy({ $0.from <= $0.to }), second.weekdays.allSatisfy({ $0.from <= $0.to })
    else { return nil }
    let weekdays = (first.weekdays + second.weekdays).flatMap { Array($0.from...$0.to) }
    guard let days = weekdays.isEmpty ? DaySelector(weekdays: []) : DaySelector.on(weekdays) else { return nil }
    joined.days = DaySelector(weekdays: days.weekdays, holidays: Array(Set(first.holidays + second.holidays)))
    return joined
  }
}
