/// A week as it repeats through a time.
struct RepeatingWeek {
  /// Monday first: the spans that begin on the day.
  private let days: [[Range<Int>]]

  /// Weekday 1–7.
  func spans(_ weekday: Int) -> [Range<Int>] { days[weekday - 1] }

  /// One specification for each span and the weekdays that have it; closed days are those that none names.
  func specifications(_ valid: (HoursDate?, HoursDate?)) -> [SchemaOrgHours.Specification] {
    guard days.contains(where: { !$0.isEmpty }) else { return Self.specifications([], on: Array(1...7), valid) }
    var groups: [(span: Range<Int>, weekdays: [Int])] = []
    for (index, spans) in days.enumerated() {
      for span in spans {
        if let known = groups.firstIndex(where: { $0.span == span }) {
          groups[known].weekdays.append(index + 1)
        } else {
          groups.append((span, [index + 1]))
        }
      }
    }
    return groups.flatMap { Self.specifications([$0.span], on: $0.weekdays, valid) }
  }

  static func specifications(
    _ spans: [Range<Int>], on weekdays: [Int], _ valid: (HoursDate?, HoursDate?)
  ) -> [SchemaOrgHours.Specification] {
    let times = spans.map { $0 == 0..<1440 ? ("00:00", "23:59") : (clock($0.lowerBound), clock($0.upperBound)) }
    return (times.isEmpty ? [("00:00", "00:00")] : times).map { opens, closes in
      SchemaOrgHours.Specification(
        weekdays: weekdays, opens: opens, closes: closes, validFrom: valid.0, validThrough: valid.1)
    }
  }

  private static func clock(_ minutes: Int) -> String {
    let rest = minutes % 1440
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(two(rest / 60)):\(two(rest % 60))"
  }

  // MARK: - Seasons

  /// Days of a table, and the week that most of them follow.
  struct Season {
    let days: Range<Int>
    let week: RepeatingWeek
  }

  /// Cuts a table of days into seasons with a week of their own each, so that the fewest specifications tell it: a day
  /// that differs from its season's week costs one, so does a season and each of its different days. Of cuts that cost
  /// the same, those at which `changes` are: nobody writes that summer begins on a Saturday because Monday is the 1st.
  static func seasons(_ table: [[Range<Int>]], firstWeekday: Int, changes: Set<Int>) -> [Season] {
    var codes: [[Range<Int>]: Int] = [:]
    let days = table.map { spans -> Int in
      if let code = codes[spans] { return code }
      let code = codes.count
      codes[spans] = code
      return code
    }
    // best[end]: the least cost of the days before `end`, and where their last season begins.
    var best: [(cost: Int, start: Int)] = [(0, 0)]
    best.reserveCapacity(days.count + 1)
    for end in 1...days.count {
      var counts = [Int: Int]()  // weekday and code -> days
      var most = [Int](repeating: 0, count: 7)  // of each weekday, how many follow its week
      var mostCode = [Int](repeating: -1, count: 7)
      var choice = (cost: Int.max, start: 0)
      var isChoiceOwn = false
      for start in stride(from: end - 1, through: 0, by: -1) {
        let weekday = (firstWeekday - 1 + start) % 7
        let key = weekday * table.count + days[start]
        counts[key, default: 0] += 1
        if let count = counts[key], count > most[weekday] {
          most[weekday] = count
          mostCode[weekday] = days[start]
        }
        let cost = best[start].cost + (end - start - most.reduce(0, +)) + 1 + Set(mostCode).count
        let isOwn = changes.contains(start)
        // Else, of equal ones the longest season.
        if cost < choice.cost || (cost == choice.cost && (isOwn || !isChoiceOwn)) {
          choice = (cost, start)
          isChoiceOwn = isOwn
        }
      }
      best.append(choice)
    }
    var seasons: [Season] = []
    var end = days.count
    while end > 0 {
      let start = best[end].start
      seasons.append(Season(days: start..<end, week: week(table, start..<end, firstWeekday)))
      end = start
    }
    return seasons.reversed()
  }

  private static func week(_ table: [[Range<Int>]], _ days: Range<Int>, _ firstWeekday: Int) -> RepeatingWeek {
    var counts: [[[Range<Int>]: Int]] = Array(repeating: [:], count: 7)
    for day in days { counts[(firstWeekday - 1 + day) % 7][table[day], default: 0] += 1 }
    var week: [[Range<Int>]] = []
    for (weekday, choices) in counts.enumerated() {
      // The earliest of equally frequent ones, so that the answer does not depend on the order of a dictionary.
      let most = choices.values.max() ?? 0
      let first = days.first { (firstWeekday - 1 + $0) % 7 == weekday && choices[table[$0]] == most }
      week.append(first.map { table[$0] } ?? [])
    }
    return RepeatingWeek(days: week)
  }
}
