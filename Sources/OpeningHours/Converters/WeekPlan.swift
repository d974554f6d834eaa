/// The hours of a week, gathered from a source day by day and then written as few rules.
struct WeekPlan {
  /// A part of a day in one state.
  struct Entry: Hashable {
    /// Minutes after midnight, the end at most 2880; nil for the whole day.
    var span: Range<Int>?
    var modifier: HoursRule.Modifier = .none
    var comment: String?

    /// What is painted first: where states overlap, the one that is more open is painted over the others.
    fileprivate var rank: Int {
      switch modifier {
      case .closed, .off: 0
      case .unknown: 1
      case .none, .open: comment == nil ? 3 : 2
      }
    }
  }

  /// On which dates the week holds.
  struct Selectors {
    var dates: [DateRange] = []
    var weeks: [WeekRange] = []
    /// Which of the month's such weekdays; empty for all.
    var nth: [Int] = []
  }

  /// Monday first.
  private(set) var days: [[Entry]] = Array(repeating: [], count: 7)

  /// Weekdays 1–7.
  mutating func add(_ entry: Entry, on weekdays: some Sequence<Int>) {
    for weekday in weekdays where !days[weekday - 1].contains(entry) { days[weekday - 1].append(entry) }
  }

  /// The weekdays that have hours.
  var weekdays: [Int] { (1...7).filter { !days[$0 - 1].isEmpty } }

  var isEmpty: Bool { weekdays.isEmpty }

  /// Whether something reaches over midnight.
  var hasTail: Bool { days.joined().contains { ($0.span?.upperBound ?? 0) > 1440 } }

  /// Only what is not closed counts on days that have such hours; the other days are closed whole.
  mutating func dropClosedParts() {
    for index in days.indices where !days[index].isEmpty {
      let rest = days[index].filter { $0.rank > 0 }
      let comment = days[index].compactMap(\.comment).first
      days[index] = rest.isEmpty ? [Entry(span: nil, modifier: .off, comment: comment)] : rest
    }
  }

  /// How rules stand to those before them.
  enum Joining {
    /// Nothing stands before them.
    case first
    /// On the days that they name they replace what is before them.
    case replacing
    /// They add to what is before them.
    case adding
  }

  /// The rules of the week, those of equal days together.
  func rules(_ selectors: Selectors, _ joining: Joining) -> [HoursRule] {
    var groups: [(weekdays: [Int], entries: [Entry])] = []
    for weekday in weekdays {
      let entries = days[weekday - 1].sorted { $0.rank < $1.rank }
      if let known = groups.firstIndex(where: { $0.entries == entries }) {
        groups[known].weekdays.append(weekday)
      } else {
        groups.append(([weekday], entries))
      }
    }
    // A rule that replaces would cut what the day before it left after midnight.
    let isAdding = joining == .adding || (hasTail && groups.count > 1)
    var rules: [HoursRule] = []
    if isAdding, joining == .replacing {
      rules.append(rule(weekdays, [Entry(span: nil, modifier: .off)], selectors, .normal))
    }
    for group in groups {
      var styles: [[Entry]] = []
      for entry in group.entries {
        if let index = styles.firstIndex(where: { $0[0].modifier == entry.modifier && $0[0].comment == entry.comment })
        {
          styles[index].append(entry)
        } else {
          styles.append([entry])
        }
      }
      for (index, style) in styles.enumerated() {
        let begins = index == 0 && (!isAdding || (rules.isEmpty && joining == .first))
        rules.append(rule(group.weekdays, style, selectors, begins ? .normal : .additional))
      }
    }
    return rules
  }

  private func rule(
    _ weekdays: [Int], _ entries: [Entry], _ selectors: Selectors, _ separator: HoursRule.Separator
  ) -> HoursRule {
    let spans = Self.merged(entries.compactMap(\.span))
    let isWholeDay = entries.contains { $0.span == nil }
    let selector = DaySelector.on(weekdays, nth: selectors.nth)
    let isOpen = entries[0].rank > 1
    let isAlways = isWholeDay && isOpen && selector == nil && selectors.dates.isEmpty && selectors.weeks.isEmpty
    // Days that are open whole are told in times, which nobody can take for a part of the rule before.
    let times = isWholeDay ? (isOpen && !isAlways ? [0..<1440] : []) : spans
    return HoursRule(
      separator: separator, isAlways: isAlways, dates: selectors.dates, weeks: selectors.weeks, days: selector,
      times: times.map(TimeSpan.init(minutes:)), modifier: entries[0].modifier,
      comment: entries[0].comment)
  }

  private static func merged(_ spans: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for span in spans.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = result.last, span.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        result.append(span)
      }
    }
    return result
  }
}

extension HoursExpression {
  /// An expression of converted rules; nil of none. Where times alone follow a rule, it says `open` in so many words:
  /// else they would be read as more times of that rule.
  static func of(_ rules: [HoursRule]) -> HoursExpression? {
    var rules = rules
    for index in rules.indices.dropFirst()
    where rules[index].separator == .additional && !rules[index].hasDateSelector && rules[index - 1].modifier == .none
      && rules[index - 1].comment == nil && !rules[index - 1].isAlways
    {
      rules[index - 1].modifier = .open
    }
    return rules.isEmpty ? nil : HoursExpression(rules: rules)
  }
}

extension DaySelector {
  /// Weekdays 1–7 in runs; nil where all seven are meant.
  static func on(_ weekdays: [Int], nth: [Int] = []) -> DaySelector? {
    let wanted = Set(weekdays)
    guard nth.isEmpty else { return DaySelector(weekdays: wanted.sorted().map { WeekdayRange($0, nth: nth) }) }
    guard wanted.count < 7 else { return nil }
    var ranges: [WeekdayRange] = []
    for weekday in wanted.sorted() {
      if let last = ranges.last, last.to == weekday - 1 {
        ranges[ranges.count - 1].to = weekday
      } else {
        ranges.append(WeekdayRange(weekday))
      }
    }
    // Two days are written as a list, as people do: Sa,Su.
    return DaySelector(
      weekdays: ranges.flatMap { $0.to == $0.from + 1 ? [WeekdayRange($0.from), WeekdayRange($0.to)] : [$0] })
  }
}

extension TimeSpan {
  /// Minutes after midnight; an end on the next day is written as the clock shows it, `22:00-02:00`, where it can be.
  init(minutes: Range<Int>) {
    let end = minutes.upperBound
    let isShort = end > 1440 && end - 1440 <= minutes.lowerBound
    self.init(from: .clock(minutes.lowerBound), to: .clock(isShort ? end - 1440 : end))
  }
}

/// The minutes of a span that a source gives as two times; an end at or before the beginning is on the next day.
func spanMinutes(_ from: Int, _ to: Int) -> Range<Int> { to <= from ? from..<to + 1440 : from..<to }
