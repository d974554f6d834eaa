/// schema.org's `openingHoursSpecification` out of an expression.
///
/// schema.org knows weekdays, times and a validity, but no holidays, weeks, nth weekdays, sun, unknown or comments.
/// What an expression means is therefore computed day by day for a time ahead and told as: a week that repeats (one for
/// each season of that time), and days that differ from it, by date. As Google's documentation wants it, closed days
/// are `00:00`–`00:00`, days open around the clock `00:00`–`23:59`; `closes` before `opens` is on the next day.
public struct SchemaOrgHours: Sendable, Hashable {
  /// One `OpeningHoursSpecification`.
  public struct Specification: Sendable, Hashable, Encodable {
    /// Monday 1 – Sunday 7; empty for all days of the validity.
    public let weekdays: [Int]
    /// `08:00`
    public let opens: String
    /// `16:00`; before or at `opens` on the next day, unless both are `00:00`: closed.
    public let closes: String
    /// The first day; nil for no bound.
    public let validFrom: HoursDate?
    /// The last day; nil for no bound.
    public let validThrough: HoursDate?

    /// Writes a JSON-LD object.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode("OpeningHoursSpecification", forKey: .type)
      if !weekdays.isEmpty { try container.encode(dayOfWeek, forKey: .dayOfWeek) }
      try container.encode(opens, forKey: .opens)
      try container.encode(closes, forKey: .closes)
      try container.encodeIfPresent(validFrom?.description, forKey: .validFrom)
      try container.encodeIfPresent(validThrough?.description, forKey: .validThrough)
    }

    /// `https://schema.org/Monday` …
    public var dayOfWeek: [String] {
      let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
      return weekdays.map { "https://schema.org/\(names[$0 - 1])" }
    }

    private enum CodingKeys: String, CodingKey {
      case type = "@type"
      case dayOfWeek, opens, closes, validFrom, validThrough
    }
  }

  /// Weeks first, then the days that differ, by date.
  public let specifications: [Specification]
  /// What schema.org cannot say.
  public let losses: [HoursLoss]

  /// Computes the specifications of an expression for `days` days (1–500) from a day on. `position`: where the sun
  /// rises and sets, else nominal times are told.
  public static func specifications(
    of expression: HoursExpression, from day: HoursDate, days: Int = 60, zone: ClockZone = .helsinki,
    holidays: HolidayCalendar = .finland, position: SunPosition? = nil
  ) -> SchemaOrgHours {
    let calendar = OpeningCalendar(expression, zone: zone, holidays: holidays, position: position)
    let count = min(max(days, 1), 500)
    let table = openSpans(calendar, from: day.number, days: count)
    var weekly: [Specification] = []
    var special: [Specification] = []
    let seasons = RepeatingWeek.seasons(
      table, firstWeekday: CivilDay.weekday(day.number), changes: changes(expression, from: day.number, days: count))
    let isForEver = seasons.count == 1 && !expression.rules.contains { $0.dependsOnDate }
    for season in seasons {
      let valid: (HoursDate?, HoursDate?) =
        isForEver
        ? (nil, nil)
        : (
          HoursDate(number: day.number + season.days.lowerBound),
          HoursDate(number: day.number + season.days.upperBound - 1)
        )
      weekly += season.week.specifications(valid)
      var index = season.days.lowerBound
      while index < season.days.upperBound {
        guard table[index] != season.week.spans(CivilDay.weekday(day.number + index)) else {
          index += 1
          continue
        }
        let first = index
        while index + 1 < season.days.upperBound, table[index + 1] == table[first],
          table[index + 1] != season.week.spans(CivilDay.weekday(day.number + index + 1))
        {
          index += 1
        }
        let valid = (HoursDate(number: day.number + first), HoursDate(number: day.number + index))
        special += RepeatingWeek.specifications(table[first], on: [], valid)
        index += 1
      }
    }
    return SchemaOrgHours(
      specifications: weekly + special,
      losses: losses(of: expression, through: isForEver ? nil : HoursDate(number: day.number + count - 1)))
  }

  // MARK: - Days

  /// The times of each day at which the place opens and closes, in minutes after midnight; those that end after
  /// midnight belong to the day on which they begin. Read off the clock on the wall, so that the nights in which it
  /// changes are nights like others.
  private static func openSpans(_ calendar: OpeningCalendar, from first: Int, days: Int) -> [[Range<Int>]] {
    // One day more at each end: a span that began before the first day is no span of it, one may end after the last.
    var open: [[Range<Int>]] = (first - 1...first + days).map { number in
      let plan = calendar.plan(CivilDay(number: number))
      let starts = calendar.boundaries(plan)
      var spans: [Range<Int>] = []
      for (index, start) in starts.enumerated() {
        let end = index + 1 < starts.count ? starts[index + 1] : 1440
        guard start < end, calendar.status(calendar.moment(start, plan)).state == .open else { continue }
        if let last = spans.last, last.upperBound == start {
          spans[spans.count - 1] = last.lowerBound..<end
        } else {
          spans.append(start..<end)
        }
      }
      return spans
    }
    // What goes on over midnight for less than a day is one span; what is longer is told day by day.
    for index in 0..<open.count - 1 {
      guard let last = open[index].last, last.upperBound == 1440, let next = open[index + 1].first,
        next.lowerBound == 0,
        next.upperBound < last.lowerBound
      else { continue }
      open[index][open[index].count - 1] = last.lowerBound..<1440 + next.upperBound
      open[index + 1].removeFirst()
    }
    return Array(open[1...days])
  }

  /// The days, counted from the first, on which the dates of a rule begin or end.
  private static func changes(_ expression: HoursExpression, from first: Int, days: Int) -> Set<Int> {
    let dated = expression.rules.filter { !$0.dates.isEmpty || !$0.years.isEmpty }.map { rule in
      CompiledRule(HoursRule(years: rule.years, dates: rule.dates))
    }
    return Set(
      (0..<days).filter { index in
        let (before, today) = (CivilDay(number: first + index - 1), CivilDay(number: first + index))
        return dated.contains { $0.matches(before, .none) != $0.matches(today, .none) }
      })
  }

  private static func losses(of expression: HoursExpression, through last: HoursDate?) -> [HoursLoss] {
    var losses: [HoursLoss] = []
    for (index, rule) in expression.rules.enumerated() {
      let place = "rules[\(index)]"
      if let comment = rule.comment { losses.append(HoursLoss("A comment.", where: place, value: comment)) }
      if rule.modifier == .unknown {
        losses.append(HoursLoss("Hours that nobody knows for sure: left out.", where: place))
      } else if rule.times.contains(where: \.isOpenEnd), rule.modifier != .off, rule.modifier != .closed {
        losses.append(
          HoursLoss("An end that is not known: what follows the last known time is left out.", where: place))
      }
      if rule.times.contains(where: { $0.from.isSun || $0.to?.isSun ?? false }) {
        losses.append(HoursLoss("Times by the sun: told as times on the clock.", where: place))
      }
    }
    if let last {
      losses.append(
        HoursLoss(
          "Dates, weeks and holidays: told by their dates, up to the last day.", where: "rules", value: "\(last)"))
    }
    return losses
  }
}

extension HoursRule {
  /// Whether anything but the weekday decides.
  fileprivate var dependsOnDate: Bool {
    !years.isEmpty || !dates.isEmpty || !weeks.isEmpty || times.contains { $0.from.isSun || $0.to?.isSun ?? false }
      || days.map { !$0.holidays.isEmpty || $0.weekdays.contains { !$0.nth.isEmpty } } ?? false
  }
}
