extension HoursConversion {
  /// Hours of a resource in Hauki. As Hauki computes them, periods without `override` add to each other; on a day on
  /// which periods with it have hours, only the shortest of them counts. Where states overlap, the more open one is told
  /// (Hauki tells both). Rules that the language cannot say leave out the hours that they are for.
  public init(hauki periods: [HaukiDatePeriod]) {
    var reader = HaukiReader()
    for (index, period) in periods.enumerated() { reader.read(period, "date_periods[\(index)]") }
    self = reader.result
  }
}

private struct HaukiReader {
  /// Hours on the days that selectors leave.
  private struct Part {
    let selectors: WeekPlan.Selectors
    var plan: WeekPlan
  }
  private var additive: [(part: Part, days: HoursDraft.Period)] = []
  private var overriding: [(length: Int, parts: [Part])] = []
  private var losses: [HoursLoss] = []

  private mutating func lose(_ what: String, _ place: String, _ value: String? = nil) {
    losses.append(HoursLoss(what, where: place, value: value))
  }

  mutating func read(_ period: HaukiDatePeriod, _ place: String) {
    guard let days = days(period, place) else { return }
    loseTexts(period.name, period.description, place)
    let state = period.resourceState ?? "undefined"
    var parts: [Part] = []
    if period.timeSpanGroups?.isEmpty ?? true {
      guard state != "undefined" else { return }
      guard let entry = HaukiState.entry(state, span: nil) else {
        lose("A state that is not known.", "\(place).resource_state", state)
        return
      }
      var plan = WeekPlan()
      plan.add(entry, on: 1...7)
      parts = [Part(selectors: .init(dates: days.range), plan: plan)]
    }
    for (index, group) in (period.timeSpanGroups ?? []).enumerated() {
      if let part = self.part(group, state, days, "\(place).time_span_groups[\(index)]") { parts.append(part) }
    }
    if period.override == true {
      if !parts.isEmpty { overriding.append((min(days.length, 9999), parts)) }
    } else {
      additive += parts.map { ($0, days) }
    }
  }

  private mutating func days(_ period: HaukiDatePeriod, _ place: String) -> HoursDraft.Period? {
    var days = HoursDraft.Period()
    for (text, name, isFirst) in [(period.startDate, "start_date", true), (period.endDate, "end_date", false)] {
      guard let text else { continue }
      guard let date = HoursDate(text) else {
        lose("No date: the period is left out.", "\(place).\(name)", text)
        return nil
      }
      if isFirst { days.from = date } else { days.to = date }
    }
    if let from = days.from, let to = days.to, to < from {
      lose("The last day is before the first.", "\(place).end_date", period.endDate)
      return nil
    }
    return days
  }

  private mutating func part(
    _ group: HaukiDatePeriod.TimeSpanGroup, _ state: String, _ days: HoursDraft.Period, _ place: String
  ) -> Part? {
    var selection = HaukiSelection(days: days)
    for (index, rule) in (group.rules ?? []).enumerated() {
      let place = "\(place).rules[\(index)]"
      switch selection.apply(rule) {
      case .exact: break
      case .near(let what): lose(what, place, rule.text)
      case .impossible:
        lose("A rule that the language cannot say: its hours are left out.", place, rule.text)
        return nil
      }
    }
    var plan = WeekPlan()
    for (index, span) in (group.timeSpans ?? []).enumerated() {
      let place = "\(place).time_spans[\(index)]"
      loseTexts(span.name, span.description, place)
      let own = span.resourceState ?? "undefined"
      let minutes = span.fullDay == true ? nil : self.minutes(span, place)
      if minutes == nil, span.fullDay != true { continue }
      guard let entry = HaukiState.entry(own == "undefined" ? state : own, span: minutes) else {
        lose("A state that is not known.", "\(place).resource_state", own)
        continue
      }
      let weekdays = span.weekdays ?? []
      plan.add(entry, on: selection.weekdays.filter { weekdays.isEmpty || weekdays.contains($0) })
    }
    return plan.isEmpty ? nil : Part(selectors: selection.selectors, plan: plan)
  }

  private mutating func minutes(_ span: HaukiDatePeriod.TimeSpan, _ place: String) -> Range<Int>? {
    guard let from = clockMinutes(span.startTime ?? "00:00"), let to = clockMinutes(span.endTime ?? "24:00") else {
      lose("No time of the day: the span is left out.", place, "\(span.startTime ?? "")-\(span.endTime ?? "")")
      return nil
    }
    return span.endTimeOnNextDay == true && to > from && to < 1440 ? from..<to + 1440 : spanMinutes(from, to)
  }

  private mutating func loseTexts(_ name: HaukiDatePeriod.Text?, _ description: HaukiDatePeriod.Text?, _ place: String)
  {
    if let text = name?.first { lose("A name.", "\(place).name", text) }
    if let text = description?.first { lose("A description.", "\(place).description", text) }
  }

  // MARK: - Result

  var result: HoursConversion {
    var rules: [HoursRule] = []
    // What is more closed is painted first: an open state counts wherever one is.
    let all = additive.flatMap { item in item.part.plan.rules(item.part.selectors, .adding).map { ($0, item.days) } }
    let sorted = all.enumerated().sorted { (Self.rank($0.1.0), $0.0) < (Self.rank($1.1.0), $1.0) }.map(\.element)
    for (index, (rule, days)) in sorted.enumerated() {
      var rule = rule
      let isApart = sorted[..<index].allSatisfy { Self.areApart($0.0, $0.1, rule, days) }
      rule.separator = isApart ? .normal : .additional
      rules.append(rule)
    }
    // The shortest last; of equal ones Hauki takes the first.
    let order = overriding.enumerated().sorted { ($0.1.length, $0.0) > ($1.1.length, $1.0) }.map(\.element)
    for var (_, parts) in order {
      for index in parts.indices { parts[index].plan.dropClosedParts() }
      if parts.count == 1 {
        rules += parts[0].plan.rules(parts[0].selectors, rules.isEmpty ? .first : .replacing)
      } else {
        // Groups add to each other: first the days of all are cleared.
        for part in parts {
          let selectors = part.selectors
          rules.append(
            HoursRule(
              dates: selectors.dates, weeks: selectors.weeks, days: .on(part.plan.weekdays, nth: selectors.nth),
              modifier: .off))
        }
        rules += parts.flatMap { $0.plan.rules($0.selectors, .adding) }
      }
    }
    return HoursConversion(expression: .of(rules), losses: losses)
  }

  private static func rank(_ rule: HoursRule) -> Int {
    switch rule.modifier {
    case .closed, .off: 0
    case .unknown: 1
    case .none, .open: rule.comment == nil ? 3 : 2
    }
  }

  /// Whether two rules never hold on the same day, and the first leaves nothing to the day after.
  private static func areApart(
    _ a: HoursRule, _ aDays: HoursDraft.Period, _ b: HoursRule, _ bDays: HoursDraft.Period
  ) -> Bool {
    let hasTail = a.times.contains { span in
      guard case .clock(let from) = span.from, case .clock(let to)? = span.to else { return true }
      return to > 1440 || to <= from
    }
    if hasTail { return false }
    if let end = aDays.to, let start = bDays.from, end < start { return true }
    if let end = bDays.to, let start = aDays.from, end < start { return true }
    if let aWeek = a.weeks.first, let bWeek = b.weeks.first, aWeek.step == 2, bWeek.step == 2,
      aWeek.from % 2 != bWeek.from % 2
    {
      return true
    }
    func weekdays(_ rule: HoursRule) -> Set<Int> {
      rule.days.map { Set($0.weekdays.flatMap { Array($0.from...$0.to) }) } ?? Set(1...7)
    }
    return weekdays(a).isDisjoint(with: weekdays(b))
  }
}
