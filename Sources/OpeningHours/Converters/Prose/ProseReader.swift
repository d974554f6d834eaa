/// Days, times and a state that were read together.
struct ProseClause {
  var dates: [DateRange] = []
  /// Days in a row and not single ones.
  var isPeriod = false
  /// The weekday on which the dates are meant.
  var dateWeekday: Int?
  var weeks: [WeekRange] = []
  var days: [Int] = []
  var holidays = false
  var times: [Range<Int>] = []
  var isAlways = false
  /// Nil for open.
  var modifier: HoursRule.Modifier?
  var comment: String?
  var isFallback = false
  /// It says what differs from what stands before it.
  var isException = false
  /// Items that it was read from.
  var items: [Int] = []

  var hasDays: Bool { !dates.isEmpty || !weeks.isEmpty || !days.isEmpty || holidays }
  var hasTimes: Bool { !times.isEmpty || isAlways }
}

/// Reads items into clauses. What cannot be part of a clause, or stands beside something that was not understood, is
/// left over: rather too little than something wrong.
struct ProseReader {
  private let items: [ProseItem]
  private(set) var clauses: [ProseClause] = []
  /// 1, less for each thing that could have been meant otherwise.
  private(set) var certainty = 1.0
  private(set) var notes: [String] = []
  /// The text says "closed" and nothing else.
  private(set) var isClosedAlone = false

  private var current = ProseClause()
  private var prefix: HoursRule.Modifier?
  private var prefixItems: [Int] = []
  private var isAfterComma = false
  /// After "except": days without times are closed, days with times differ.
  private var isExcept = false
  private var isOtherwise = false
  private var isBlocked = false
  /// A word that is not understood stands between the days and what follows.
  private var isInterrupted = false
  /// The days came after the times.
  private var isPostfix = false
  private var isSeparated = false
  /// Dates or weeks in which the following clauses hold; the items that said so.
  private var scope: (dates: [DateRange], weeks: [WeekRange], items: [Int])?
  private var seasonItem: Int?

  init(_ items: [ProseItem]) {
    self.items = items
    for index in items.indices { read(index) }
    flush()
    isClosedAlone = clauses.isEmpty && prefix == .off
  }

  private mutating func doubt(_ factor: Double, _ note: String) {
    certainty *= factor
    if !notes.contains(note) { notes.append(note) }
  }

  private mutating func read(_ index: Int) {
    switch items[index].kind {
    case .days(let days): readDays(index, days)
    case .publicHolidays:
      beginDays()
      current.holidays = true
      current.items.append(index)
    case .dates(let dates): readDates(index, dates)
    case .weeks(let weeks):
      if current.hasTimes || !current.days.isEmpty { flush() }
      scope = nil
      seasonItem = nil
      current.weeks += weeks
      current.isPeriod = true
      current.items.append(index)
    case .times(let span, let isAmbiguous): readTimes(index, span, isAmbiguous)
    case .always:
      if current.hasTimes { flush() }
      if isInterrupted { isBlocked = true }
      current.isAlways = true
      current.items.append(index)
    case .open: readOpen(index)
    case .closed: readClosed(index)
    case .appointment(let text): readAppointment(index, text)
    case .otherwise:
      flush()
      endScope()
      isOtherwise = true
      current.items.append(index)
    case .except:
      flush()
      prefix = .off
      prefixItems = [index]
      isExcept = true
    case .or: current.items.append(index)
    case .season:
      flush()
      endScope()
      seasonItem = index
    case .filler: break
    case .comma: readComma()
    case .semicolon, .stop:
      flush()
      endPrefix()
      if items[index].kind == .stop { endScope() }
    case .obstacle:
      if current.hasTimes, isSeparated { flush() }
      isBlocked = true
    case .unknown:
      if current.hasTimes { flush() }
      isInterrupted = true
    }
  }

  private mutating func endScope() {
    scope = nil
    seasonItem = nil
  }

  private mutating func endPrefix() {
    prefix = nil
    prefixItems = []
    isExcept = false
    isAfterComma = false
  }

  private mutating func readComma() {
    isSeparated = true
    if isBlocked || (prefix == .off && current.hasDays) {
      flush()
      isAfterComma = true
    }
  }

  // MARK: - Days

  /// Whether days belong to times that stand before them; else a new clause begins where one is complete.
  private mutating func beginDays() {
    if current.hasTimes {
      if !current.hasDays, !isSeparated { isPostfix = true } else { flush() }
    }
    if current.isPeriod, !current.hasTimes { beginScope() }
    isInterrupted = false
    isSeparated = false
  }

  private mutating func readDays(_ index: Int, _ days: [Int]) {
    beginDays()
    current.days += days.filter { !current.days.contains($0) }
    current.items.append(index)
  }

  private mutating func beginScope() {
    scope = (current.dates, current.weeks, current.items)
    current = ProseClause()
  }

  private mutating func readDates(_ index: Int, _ dates: ProseDates) {
    if current.hasTimes { flush() }
    endScopeForDates(index)
    var weekday = dates.weekday
    if !current.days.isEmpty || current.holidays {
      // `ke 24.12.`: the weekday says once more which day it is.
      if current.days.count == 1, !current.holidays, !current.isPeriod, !isSeparated {
        if !dates.isPeriod, !dates.isNamed { weekday = check(current.days[0], dates.ranges[0]) }
        current.days = []
      } else {
        flush()
      }
    }
    // `6.12. itsenäisyyspäivä`: the name of the day beside its date. A year says most, then a name of a day that moves.
    if !current.dates.isEmpty, !isSeparated, !current.isPeriod, !dates.isPeriod {
      let isKnown = current.dates.contains { $0.from.year != nil }
      if dates.hasYear || (dates.isMoving && dates.isNamed && !isKnown) {
        current.dates = dates.ranges
        current.dateWeekday = dates.isNamed ? dates.weekday : weekday
      }
      current.items.append(index)
      return
    }
    if !current.dates.isEmpty, current.isPeriod != dates.isPeriod && !isSeparated || current.dateWeekday != weekday {
      flush()
    }
    current.isPeriod = dates.isPeriod && (current.isPeriod || current.dates.isEmpty)
    current.dates += dates.ranges
    current.dateWeekday = weekday
    current.items.append(index)
    isInterrupted = false
    isSeparated = false
  }

  private mutating func endScopeForDates(_ index: Int) {
    scope = nil
    if let season = seasonItem {
      current.items.append(season)
      seasonItem = nil
    }
  }

  /// The weekday, where the date without a year needs it; nil where a year says it.
  private mutating func check(_ weekday: Int, _ range: DateRange) -> Int? {
    guard let year = range.from.year, case .day(let month, let day) = range.from.base else {
      doubt(0.8, "A date with a weekday but without a year: it holds in the years in which they agree.")
      return weekday
    }
    if CivilDay.weekday(CivilDay.number(year, month, day)) != weekday {
      doubt(0.5, "A date is not on the weekday that stands beside it.")
    }
    return nil
  }

  /// Less than a week, in which weekdays would tell nothing.
  private static func isShort(_ range: DateRange) -> Bool {
    guard case .day(let month, let day) = range.from.base, case .day(let lastMonth, let lastDay)? = range.to?.base
    else {
      return false
    }
    let days = CivilDay.number(2025, lastMonth, lastDay) - CivilDay.number(2025, month, day)
    return (days + 365) % 365 < 6
  }

  // MARK: - Times and states

  private mutating func readTimes(_ index: Int, _ span: Range<Int>, _ isAmbiguous: Bool) {
    if isPostfix || current.isAlways || current.modifier == .unknown { flush() }
    if isAmbiguous { doubt(0.6, "Times that could be dates.") }
    if isInterrupted { isBlocked = true }
    current.times.append(span)
    current.items.append(index)
    isSeparated = false
  }

  private mutating func readOpen(_ index: Int) {
    if current.hasTimes || (prefix == .off && current.hasDays) { flush() }
    endPrefix()
    isInterrupted = false
    if current.hasDays { current.items.append(index) } else { prefixItems = [index] }
  }

  private mutating func readClosed(_ index: Int) {
    if current.hasTimes { flush() }
    if current.hasDays || isOtherwise {
      current.modifier = .off
      current.items.append(index)
      flush()
      return
    }
    prefix = .off
    prefixItems = [index]
    isAfterComma = false
  }

  private mutating func readAppointment(_ index: Int, _ text: String) {
    // Of something that was not understood: groups, a service.
    if isInterrupted { isBlocked = true }
    let isAlternative = current.items.last.map { items[$0].kind == .or } ?? false
    if current.hasTimes, !isAlternative, !isSeparated {
      current.modifier = .unknown
      current.comment = text
      current.items.append(index)
      return
    }
    if isAlternative || current.hasTimes {
      flush()
      current.isFallback = true
      if !isAlternative { doubt(0.8, "By appointment: read as at all times that are not told.") }
    }
    if isOtherwise { current.isFallback = true }
    current.modifier = .unknown
    current.comment = text
    current.items.append(index)
    if !current.hasDays || current.isFallback { flush() }
  }

  // MARK: - A clause is complete

  private mutating func flush() {
    defer {
      current = ProseClause()
      isBlocked = false
      isInterrupted = false
      isPostfix = false
      isSeparated = false
      isOtherwise = false
    }
    guard !isBlocked, !current.items.isEmpty else { return }
    var clause = current
    if isOtherwise, clause.modifier == .off, !clause.hasDays {
      // "Otherwise closed" is so anyway.
      clauses.append(ProseClause(modifier: .closed, items: clause.items))
      return
    }
    if clause.modifier == nil, prefix == .off {
      if !clause.hasTimes {
        clause.modifier = .off
        clause.isException = isExcept
      } else if isExcept {
        clause.isException = true
      } else if isAfterComma {
        doubt(0.7, "Times in a list that begins with \"closed\": read as open.")
        endPrefix()
      } else {
        clause.modifier = .off
        if clause.hasDays { doubt(0.7, "Times beside \"closed\": read as closed then.") }
      }
    }
    guard clause.hasTimes || clause.modifier != nil else { return }
    guard seasonItem == nil else { return }
    if !clause.hasDays, !clause.hasTimes, clause.modifier == .off { return }
    if scope != nil, clause.holidays, clause.days.isEmpty, clause.dates.isEmpty, clause.modifier == .off {
      doubt(0.8, "Closed on public holidays: read as in the whole year, not only in the period before it.")
    } else if let scope, clause.dates.isEmpty, clause.weeks.isEmpty {
      clause.dates = scope.dates
      clause.weeks = scope.weeks
      clause.isPeriod = true
      clause.items += scope.items
    } else if clause.isPeriod, clause.hasTimes, !clause.dates.contains(where: { Self.isShort($0) }) {
      // `1.6.-31.8. klo 10-18, la 10-14`
      scope = (clause.dates, clause.weeks, clause.items)
    }
    if !clause.hasDays, clause.modifier == nil, !clause.isAlways, !isOtherwise {
      doubt(0.7, "Times without days: read as every day.")
    }
    clause.items += prefixItems
    clauses.append(clause)
  }
}
