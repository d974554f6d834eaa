import OpeningHours
import Testing

@Suite("Opening hours: what holds for every expression")
struct EvaluationPropertyTests {
  static let helsinki = SunPosition(latitude: 60.17, longitude: 24.94)

  /// Two weeks about each change of the clock, and about the turn of the year.
  static func windows(_ year: Int64) -> [(from: Int64, to: Int64)] {
    let newYear = Wall.change(year, month: 10) + 68 * 86_400
    let middles: [Int64] = [Wall.change(year, month: 3), Wall.change(year, month: 10), newYear]
    let week: Int64 = 7 * 86_400
    return middles.map { (from: $0 - week + 137, to: $0 + week + 61) }
  }

  @Test(arguments: 0..<60)
  func intervalsStatesAndNextChangesAgree(_ seed: Int) throws {
    var random = RegisterExpressions(seed: UInt64(seed))
    let text = random.next()
    let calendar = try calendar(text, position: seed % 2 == 0 ? Self.helsinki : nil)
    for window in Self.windows(Int64(2019 + seed % 12)) {
      let intervals = Array(calendar.intervals(from: window.from, to: window.to))
      #expect(intervals.first?.start == window.from && intervals.last?.end == window.to, "\(text)")
      for (before, after) in zip(intervals, intervals.dropFirst()) {
        #expect(before.end == after.start && before.status != after.status, "\(text)")
      }
      for interval in intervals {
        let at = [interval.start, interval.end - 1, (interval.start + interval.end) / 2]
        #expect(at.allSatisfy { calendar.status(at: $0) == interval.status }, "\(text) at \(at)")
      }
      for (index, interval) in intervals.enumerated() {
        let change = intervals[index...].first { $0.status.state != interval.status.state }?.start
        // Where nothing changes any more in the window the search goes through 400 years: of a few expressions only.
        guard change != nil || (index == intervals.count - 1 && seed % 100 == 0) else { continue }
        let next = calendar.nextChange(after: interval.start)
        #expect(change == nil ? (next ?? .max) >= window.to : next == change, "\(text) after \(interval.start)")
      }
      let middle = random.number(below: Int(window.to - window.from)) + Int(window.from)
      let halves =
        Array(calendar.intervals(from: window.from, to: Int64(middle)))
        + Array(calendar.intervals(from: Int64(middle), to: window.to))
      #expect(joined(halves) == intervals, "\(text) cut at \(middle)")
    }
  }

  // Times that do not move with the sun: both passes of the hour that comes twice are alike.
  @Test(arguments: 0..<80)
  func theHourThatComesTwiceIsTheSameBothTimes(_ seed: Int) throws {
    var random = RegisterExpressions(seed: UInt64(seed) + 10_000)
    let text = random.next()
    let calendar = try calendar(text)
    for year: Int64 in 2019...2030 {
      let change = Wall.change(year, month: 10)
      for second in stride(from: change - 3600, to: change, by: 300) {
        #expect(calendar.status(at: second) == calendar.status(at: second + 3600), "\(text) in \(year)")
      }
    }
  }

  @Test(arguments: 0..<80)
  func theNormalFormMeansTheSame(_ seed: Int) throws {
    var random = RegisterExpressions(seed: UInt64(seed) + 20_000)
    let text = random.next()
    let expression = try HoursExpression(parsing: text)
    let again = try HoursExpression(parsing: expression.description)
    #expect(again == expression, "\(text) is written \(expression)")
    let window = Self.windows(2026)[seed % 3]
    let one = Array(OpeningCalendar(expression).intervals(from: window.from, to: window.to))
    #expect(Array(OpeningCalendar(again).intervals(from: window.from, to: window.to)) == one, "\(text)")
  }

  // Days that are alike are stepped over together: each day of nine years, asked for by itself, must agree.
  @Test(arguments: 0..<15)
  func intervalsOfYearsAgreeWithEachDay(_ seed: Int) throws {
    var random = RandomExpressions(seed: UInt64(seed) + 30_000)
    let expression = random.next()
    let calendar = OpeningCalendar(expression, position: seed % 10 == 0 ? Self.helsinki : nil)
    let first = try Wall.instant("2024-01-01T00:00")
    let end = try Wall.instant("2033-01-10T00:00")
    var instant = first + Int64(random.number(0...86_399))
    for interval in calendar.intervals(from: first, to: end) {
      while instant < interval.end {
        #expect(calendar.status(at: instant) == interval.status, "\(expression) at \(Wall.dateTime(instant))")
        instant += Int64(random.number(70_000...100_000))
      }
    }
    #expect(instant >= end, "\(expression) has intervals up to \(end)")
  }

  private func joined(_ intervals: [OpeningInterval]) -> [OpeningInterval] {
    intervals.reduce(into: []) { result, interval in
      if let last = result.last, last.status == interval.status {
        result[result.count - 1] = OpeningInterval(start: last.start, end: interval.end, status: interval.status)
      } else {
        result.append(interval)
      }
    }
  }
}
