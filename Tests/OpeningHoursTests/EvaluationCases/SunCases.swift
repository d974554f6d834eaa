import OpeningHours
import Testing

@Suite("Opening hours: the sun")
struct SunCases {
  static let helsinki = SunPosition(latitude: 60.1699, longitude: 24.9384)
  static let oulu = SunPosition(latitude: 65.0121, longitude: 25.4651)
  static let utsjoki = SunPosition(latitude: 69.9078, longitude: 27.0286)

  /// Local times computed apart from this module by the formulas of NOAA's solar calculator.
  struct Day: CustomTestStringConvertible {
    let place: String
    let position: SunPosition
    let expression: String
    let begins: String
    let ends: String
    init(_ place: String, _ position: SunPosition, _ expression: String, _ begins: String, _ ends: String) {
      self.place = place
      self.position = position
      self.expression = expression
      self.begins = begins
      self.ends = ends
    }
    var testDescription: String { "\(expression) in \(place) from \(begins)" }
  }

  @Test(arguments: [
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-01-15T09:09:46", "2026-01-15T15:50:01"),
    Day("Helsinki", helsinki, "dawn-dusk", "2026-01-15T08:15:31", "2026-01-15T16:44:17"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-03-20T06:22:36", "2026-03-20T18:34:11"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-03-29T06:55:09", "2026-03-29T19:56:19"),
    Day("Helsinki", helsinki, "dawn-dusk", "2026-03-29T06:11:45", "2026-03-29T20:39:58"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-05-01T05:18:03", "2026-05-01T21:18:24"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-06-21T03:54:37", "2026-06-21T22:49:28"),
    Day("Helsinki", helsinki, "dawn-dusk", "2026-07-30T03:50:51", "2026-07-30T22:59:55"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-10-25T07:25:12", "2026-10-25T16:42:19"),
    Day("Helsinki", helsinki, "dawn-dusk", "2026-10-25T06:40:23", "2026-10-25T17:27:03"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2026-12-21T09:24:22", "2026-12-21T15:12:11"),
    Day("Helsinki", helsinki, "sunrise-sunset", "2024-02-29T07:21:15", "2024-02-29T17:45:16"),
    Day("Helsinki", helsinki, "(sunrise+01:00)-(sunset-00:30)", "2026-05-01T06:18:03", "2026-05-01T20:48:24"),
    Day("Helsinki", helsinki, "(sunrise-01:30)-(sunset+02:00)", "2026-12-21T07:54:22", "2026-12-21T17:12:11"),
    Day("Helsinki", helsinki, "sunset-sunrise", "2026-12-21T15:12:11", "2026-12-22T09:24:48"),
    Day("Helsinki", helsinki, "sunrise-15:00", "2026-05-01T05:18:03", "2026-05-01T15:00"),
    Day("Helsinki", helsinki, "10:00-sunset", "2026-05-01T10:00", "2026-05-01T21:18:24"),
    Day("Oulu", oulu, "sunrise-sunset", "2026-01-15T09:57:20", "2026-01-15T14:58:19"),
    Day("Oulu", oulu, "dawn-dusk", "2026-03-20T05:29:27", "2026-03-20T19:23:44"),
    Day("Oulu", oulu, "sunrise-sunset", "2026-09-23T07:03:42", "2026-09-23T19:15:41"),
    Day("Oulu", oulu, "sunrise-sunset", "2026-12-21T10:29:59", "2026-12-21T14:02:21"),
    Day("Utsjoki", utsjoki, "sunrise-sunset", "2026-03-20T06:12:06", "2026-03-20T18:28:46"),
    Day("Utsjoki", utsjoki, "sunrise-sunset", "2026-05-01T03:45:39", "2026-05-01T22:36:47"),
    Day("Utsjoki", utsjoki, "dawn-dusk", "2026-12-21T10:02:55", "2026-12-21T14:16:55"),
    Day("Utsjoki", utsjoki, "sunrise-sunset", "2024-02-29T07:42:03", "2024-02-29T17:08:19"),
  ])
  func withinTwoMinutesOfTheAlmanac(_ day: Day) throws {
    let begins = try Wall.instant(day.begins)
    let ends = try Wall.instant(day.ends)
    let open = try calendar(day.expression, position: day.position).intervals(
      from: begins - 6 * 3600, to: ends + 6 * 3600
    )
    .filter { $0.status.state == .open && $0.start < ends && $0.end > begins }
    #expect(open.count == 1)
    let found = try #require(open.first)
    #expect(abs(found.start - begins) <= 120)
    #expect(abs(found.end - ends) <= 120)
  }

  @Test(arguments: [
    // Around Midsummer the sun sets in Oulu twenty minutes past midnight and rises two hours later.
    ("sunrise-sunset", oulu, "2026-06-21T23:50", OpeningState.open),
    ("sunrise-sunset", oulu, "2026-06-22T00:15", .open),
    ("sunrise-sunset", oulu, "2026-06-22T00:40", .closed),
    ("sunrise-sunset", oulu, "2026-06-22T02:10", .closed),
    ("sunrise-sunset", oulu, "2026-06-22T02:30", .open),
    // In Utsjoki it neither sets in summer nor rises in midwinter.
    ("sunrise-sunset", utsjoki, "2026-06-21T00:30", .open),
    ("sunrise-sunset", utsjoki, "2026-06-21T12:00", .open),
    ("sunrise-sunset", utsjoki, "2026-06-21T23:30", .open),
    ("sunrise-sunset", utsjoki, "2026-12-21T12:00", .closed),
    ("sunrise-sunset", utsjoki, "2026-12-21T00:30", .closed),
    ("dawn-dusk", utsjoki, "2026-06-21T00:30", .open),
    ("dawn-dusk", utsjoki, "2026-12-21T12:00", .open),
    ("dawn-dusk", utsjoki, "2026-12-21T09:00", .closed),
    ("sunset-sunrise", utsjoki, "2026-06-21T12:00", .closed),
    ("sunset-sunrise", utsjoki, "2026-12-21T00:30", .open),
    ("sunset-sunrise", helsinki, "2026-06-21T12:00", .closed),
    ("sunset-sunrise", helsinki, "2026-06-21T23:30", .open),
    ("sunset-sunrise", helsinki, "2026-06-21T03:00", .open),
    ("Sa sunset-02:00", helsinki, "2026-06-21T01:00", .open),
    ("Sa 20:00-sunrise", helsinki, "2026-06-21T03:30", .open),
    ("Sa 20:00-sunrise", helsinki, "2026-06-21T04:30", .closed),
  ])
  func nightsWithoutDarknessAndDaysWithoutSun(
    _ expression: String, _ position: SunPosition, _ at: String, _ expected: OpeningState
  ) throws {
    #expect(try calendar(expression, position: position).status(at: Wall.instant(at)).state == expected)
  }

  // Without a position the sun keeps to nominal times.
  @Test(arguments: [
    DayCase("sunrise-sunset", on: "2026-06-21", "06:00-18:00"),
    DayCase("dawn-dusk", on: "2026-06-21", "05:30-18:30"),
    DayCase("(sunrise+00:30)-(sunset-01:00)", on: "2026-06-21", "06:30-17:00"),
    DayCase("sunset-22:00", on: "2026-06-21", "18:00-22:00"),
    DayCase("Su sunset-02:00", on: "2026-06-22", "00:00-02:00"),
    DayCase("Su sunset-sunrise", on: "2026-06-21", "18:00-24:00"),
    DayCase("Su sunset-sunrise", on: "2026-06-22", "00:00-06:00"),
    DayCase("Su 10:00-(sunset+01:00)", on: "2026-06-21", "10:00-19:00"),
    DayCase("Su sunrise+", on: "2026-06-21", "?06:00-24:00"),
    DayCase("Su sunset+", on: "2026-06-22", "?00:00-04:00"),
  ])
  func nominalTimes(_ row: DayCase) throws { #expect(try row.found() == row.expected) }

  @Test(
    "What ends at sunset ends that evening",
    arguments: [
      ("2026-06-21", 21, OpeningState.open), ("2026-06-21", 23, .closed),
      ("2026-12-21", 21, .closed), ("2026-12-22", 12, .closed),
    ])
  func eveningsEndWithTheSun(day: String, hour: Int, expected: OpeningState) throws {
    let calendar = OpeningCalendar(try HoursExpression(parsing: "20:00-sunset"), position: Self.helsinki)
    #expect(try calendar.status(at: Wall.instant("\(day)T\(hour):00")).state == expected)
    #expect(
      try OpeningCalendar(HoursExpression(parsing: "20:00-sunset")).nextChange(after: Wall.instant("\(day)T12:00"))
        == nil)
  }
}
