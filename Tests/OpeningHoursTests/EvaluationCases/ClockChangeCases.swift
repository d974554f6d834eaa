import OpeningHours
import Testing

@Suite("Opening hours: the nights on which the clock changes")
struct ClockChangeCases {
  // 03:00 becomes 04:00 at 01:00 UTC of these Sundays.
  static let spring = ["2019-03-31", "2024-03-31", "2025-03-30", "2026-03-29", "2027-03-28"]
  // 04:00 becomes 03:00 at 01:00 UTC of these.
  static let autumn = ["2019-10-27", "2024-10-27", "2025-10-26", "2026-10-25", "2027-10-31"]

  /// Expression and its open times in UTC from 18:00 of the day before to 12:00; `-20:00` is on the day before.
  struct Night: CustomTestStringConvertible {
    let expression: String
    let expected: String
    init(_ expression: String, _ expected: String) {
      self.expression = expression
      self.expected = expected
    }
    var testDescription: String { expression }

    func found(_ date: String) throws -> String {
      let midnight = try Wall.instant("\(date)T00:00Z")
      return try calendar(expression).intervals(from: midnight - 6 * 3600, to: midnight + 12 * 3600)
        .filter { $0.status.state == .open }
        .map { "\(Self.time($0.start - midnight))/\(Self.time($0.end - midnight))" }.joined(separator: " ")
    }

    static func time(_ seconds: Int64) -> String {
      let day = seconds < 0 ? seconds + 86_400 : seconds
      let minutes = [day / 3600, day / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
      return (seconds < 0 ? "-" : "") + minutes + (day % 60 == 0 ? "" : ":\(day % 60)")
    }
  }

  @Test(
    arguments: spring,
    [
      Night("Su 02:00-05:00", "00:00/02:00"),
      Night("Su 03:00-04:00", ""),
      Night("Su 03:15-03:45", ""),
      Night("Su 03:30-05:00", "01:00/02:00"),
      Night("Su 01:00-03:30", "-23:00/01:00"),
      Night("Su 02:00-03:00", "00:00/01:00"),
      Night("Su 04:00-06:00", "01:00/03:00"),
      Night("Su 02:00-03:00,04:00-05:00", "00:00/02:00"),
      Night("Sa 22:00-04:00", "-20:00/01:00"),
      Night("Sa 22:00-03:30", "-20:00/01:00"),
      Night("Sa 22:00-02:00", "-20:00/00:00"),
      Night("Sa 22:00-29:00", "-20:00/02:00"),
      Night("Su", "-22:00/12:00"),
      Night("Su 10:00-16:00", "07:00/12:00"),
      Night("24/7; Su 03:00-04:00 off", "-18:00/12:00"),
      Night("24/7; Su 02:30-04:30 off", "-18:00/00:30 01:30/12:00"),
      Night("Sa 22:00-24:00; Su 00:00-03:00,04:00-05:00", "-20:00/02:00"),
    ])
  func theHourThatIsSkippedNeverIs(_ date: String, _ night: Night) throws {
    #expect(try night.found(date) == night.expected)
  }

  @Test(
    arguments: autumn,
    [
      Night("Su 02:00-05:00", "-23:00/03:00"),
      Night("Su 03:00-04:00", "00:00/02:00"),
      Night("Su 03:15-03:45", "00:15/00:45 01:15/01:45"),
      Night("Su 02:00-03:30", "-23:00/00:30 01:00/01:30"),
      Night("Su 03:30-05:00", "00:30/01:00 01:30/03:00"),
      Night("Su 02:00-03:00", "-23:00/00:00"),
      Night("Su 04:00-06:00", "02:00/04:00"),
      Night("Su 02:00-03:00,04:00-05:00", "-23:00/00:00 02:00/03:00"),
      Night("Sa 22:00-04:00", "-19:00/02:00"),
      Night("Sa 22:00-03:30", "-19:00/00:30 01:00/01:30"),
      Night("Sa 22:00-02:00", "-19:00/-23:00"),
      Night("Sa 22:00-29:00", "-19:00/03:00"),
      Night("Su", "-21:00/12:00"),
      Night("Su 10:00-16:00", "08:00/12:00"),
      Night("24/7; Su 03:00-04:00 off", "-18:00/00:00 02:00/12:00"),
      Night("24/7; Su 03:30-03:45 off", "-18:00/00:30 00:45/01:30 01:45/12:00"),
    ])
  func theHourThatComesTwiceHoldsTwice(_ date: String, _ night: Night) throws {
    #expect(try night.found(date) == night.expected)
  }

  @Test(arguments: [
    StateCase("Su 02:00-05:00", at: "2026-03-28T23:59:59Z", "closed"),
    StateCase("Su 02:00-05:00", at: "2026-03-29T00:00Z", "open"),
    StateCase("Su 02:00-05:00", at: "2026-03-29T00:59:59Z", "open"),
    StateCase("Su 02:00-05:00", at: "2026-03-29T01:00Z", "open"),
    StateCase("Su 02:00-05:00", at: "2026-03-29T02:00Z", "closed"),
    StateCase("Su 01:00-03:30", at: "2026-03-29T00:59:59Z", "open"),
    StateCase("Su 01:00-03:30", at: "2026-03-29T01:00Z", "closed"),
    StateCase("Su 03:30-05:00", at: "2026-03-29T00:59:59Z", "closed"),
    StateCase("Su 03:30-05:00", at: "2026-03-29T01:00Z", "open"),
    StateCase("Su 03:30-05:00", at: "2026-03-29T04:00", "open"),
    StateCase("Sa 22:00-03:00", at: "2026-10-25T02:59:59", "open"),
    StateCase("Sa 22:00-03:00", at: "2026-10-25T03:00+03:00", "closed"),
    StateCase("Sa 22:00-03:00", at: "2026-10-25T03:00+02:00", "closed"),
    StateCase("Sa 22:00-03:30", at: "2026-10-25T03:29:59+03:00", "open"),
    StateCase("Sa 22:00-03:30", at: "2026-10-25T03:30+03:00", "closed"),
    StateCase("Sa 22:00-03:30", at: "2026-10-25T03:59:59+03:00", "closed"),
    StateCase("Sa 22:00-03:30", at: "2026-10-25T03:00+02:00", "open"),
    StateCase("Sa 22:00-03:30", at: "2026-10-25T03:30+02:00", "closed"),
    StateCase("Su 04:00-06:00", at: "2026-10-25T03:59:59+03:00", "closed"),
    StateCase("Su 04:00-06:00", at: "2026-10-25T03:59:59+02:00", "closed"),
    StateCase("Su 04:00-06:00", at: "2026-10-25T04:00", "open"),
  ])
  func states(_ row: StateCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    NextCase("Su 02:00-05:00", at: "2026-03-29T01:59:59", "2026-03-29T02:00"),
    NextCase("Su 02:00-05:00", at: "2026-03-29T02:00", "2026-03-29T05:00"),
    NextCase("Su 03:30-05:00", at: "2026-03-29T00:00", "2026-03-29T04:00"),
    NextCase("Su 01:00-03:30", at: "2026-03-29T02:00", "2026-03-29T04:00"),
    NextCase("Su 03:00-04:00", at: "2026-03-28T12:00", "2026-04-05T03:00"),
    NextCase("24/7; Su 03:00-04:00 off", at: "2026-03-28T12:00", "2026-04-05T03:00"),
    NextCase("Su 02:00-03:30", at: "2026-10-25T02:30", "2026-10-25T03:30+03:00"),
    NextCase("Su 02:00-03:30", at: "2026-10-25T03:30+03:00", "2026-10-25T03:00+02:00"),
    NextCase("Su 02:00-03:30", at: "2026-10-25T03:00+02:00", "2026-10-25T03:30+02:00"),
    NextCase("Su 02:00-03:30", at: "2026-10-25T03:30+02:00", "2026-11-01T02:00"),
    NextCase("Su 03:00-04:00", at: "2026-10-25T01:00", "2026-10-25T03:00+03:00"),
    NextCase("Su 03:00-04:00", at: "2026-10-25T03:00+03:00", "2026-10-25T04:00"),
    NextCase("24/7; Su 03:30-03:45 off", at: "2026-10-25T03:45+03:00", "2026-10-25T03:30+02:00"),
    NextCase("Mo-Su 10:00-16:00", at: "2026-03-28T16:00", "2026-03-29T10:00"),
    NextCase("Mo-Su 10:00-16:00", at: "2026-10-24T16:00", "2026-10-25T10:00"),
  ])
  func nextChanges(_ row: NextCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [("2026-10-25", "2026-10-26", 25), ("2026-03-29", "2026-03-30", 23)])
  func theLongestAndShortestDayAreWhole(_ day: String, _ next: String, _ hours: Int64) throws {
    let from = try Wall.instant("\(day)T00:00")
    let to = try Wall.instant("\(next)T00:00")
    let intervals = Array(try calendar("24/7").intervals(from: from, to: to))
    #expect(intervals == [OpeningInterval(start: from, end: from + hours * 3600, status: OpeningStatus(state: .open))])
  }
}
