/// Walks from moment to moment at which something may change, through days and changes of the clock. Days that are
/// alike and of one state are stepped over together, so that decades without a change cost little.
struct DayWalk: IteratorProtocol {
  /// From an instant on, until the next one that the walk gives, this decides.
  struct Step {
    let start: Int64
    let decision: RuleDecision?
  }

  private let calendar: OpeningCalendar
  private let end: Int64
  private var instant: Int64
  private var stretch: ClockZone.Stretch
  private var plan: OpeningCalendar.DayPlan?
  private var boundaries: [Int] = []

  init(_ calendar: OpeningCalendar, from: Int64, to: Int64) {
    self.calendar = calendar
    instant = from
    end = to
    stretch = calendar.zone.stretch(at: from)
  }

  mutating func next() -> Step? {
    guard instant < end else { return nil }
    if instant >= stretch.end { stretch = calendar.zone.stretch(at: instant) }
    let wall = instant + stretch.offset
    let number = Int(wall.flooredQuotient(86_400))
    let midnight = Int64(number) * 86_400
    if plan?.day.number != number {
      let new = calendar.plan(CivilDay(number: number))
      plan = new
      boundaries = calendar.boundaries(new)
    }
    guard let plan else { return nil }
    let minute = Int(wall - midnight) / 60
    let step = Step(start: instant, decision: calendar.moment(minute, plan))
    let nextWall: Int64
    if let boundary = boundaries.first(where: { $0 > minute }) {
      nextWall = midnight + Int64(boundary) * 60
    } else if boundaries.count == 1 {
      let day = calendar.nextPlan(after: plan)
      guard day < Int.max else {
        // Alike for ever, whatever the clock does.
        instant = end
        return step
      }
      nextWall = Int64(day) * 86_400
    } else {
      nextWall = midnight + 86_400
    }
    instant = min(max(nextWall, wall + 1) - stretch.offset, stretch.end)
    return step
  }
}

/// Intervals of one state and comment, computed as they are asked for. Adjoining ones of the same state and comment are
/// one.
public struct OpeningIntervals: Sequence, IteratorProtocol {
  private let calendar: OpeningCalendar
  private let end: Int64
  private var walk: DayWalk
  private var current: DayWalk.Step?

  init(_ calendar: OpeningCalendar, from: Int64, to: Int64) {
    self.calendar = calendar
    end = to
    walk = DayWalk(calendar, from: from, to: to)
    current = walk.next()
  }

  /// The next interval.
  public mutating func next() -> OpeningInterval? {
    guard let first = current else { return nil }
    let status = calendar.status(first.decision)
    while let step = walk.next() {
      guard calendar.status(step.decision) != status else { continue }
      current = step
      return OpeningInterval(start: first.start, end: step.start, status: status)
    }
    current = nil
    return OpeningInterval(start: first.start, end: end, status: status)
  }
}
