import OpeningHours
import Testing

@Suite("Opening hours: Easter and Finland's public holidays")
struct EasterAndHolidayCases {
  // Easter Sundays as the churches' tables give them.
  static let easters: [(year: Int, date: String)] = [
    (1990, "04-15"), (1991, "03-31"), (1992, "04-19"), (1993, "04-11"), (1994, "04-03"), (1995, "04-16"),
    (1996, "04-07"), (1997, "03-30"), (1998, "04-12"), (1999, "04-04"), (2000, "04-23"), (2001, "04-15"),
    (2002, "03-31"), (2003, "04-20"), (2004, "04-11"), (2005, "03-27"), (2006, "04-16"), (2007, "04-08"),
    (2008, "03-23"), (2009, "04-12"), (2010, "04-04"), (2011, "04-24"), (2012, "04-08"), (2013, "03-31"),
    (2014, "04-20"), (2015, "04-05"), (2016, "03-27"), (2017, "04-16"), (2018, "04-01"), (2019, "04-21"),
    (2020, "04-12"), (2021, "04-04"), (2022, "04-17"), (2023, "04-09"), (2024, "03-31"), (2025, "04-20"),
    (2026, "04-05"), (2027, "03-28"), (2028, "04-16"), (2029, "04-01"), (2030, "04-21"), (2031, "04-13"),
    (2032, "03-28"), (2033, "04-17"), (2034, "04-09"), (2035, "03-25"), (2036, "04-13"), (2037, "04-05"),
    (2038, "04-25"), (2039, "04-10"), (2040, "04-01"),
  ]

  @Test(arguments: easters)
  func easterSundays(_ easter: (year: Int, date: String)) throws {
    let row = DatesCase("easter", "\(easter.year)-01-01", "\(easter.year)-12-31", easter.date)
    #expect(try row.found() == row.expected)
  }

  @Test(arguments: [
    DatesCase("easter -2 days", "2026-01-01", "2026-12-31", "04-03"),
    DatesCase("easter +1 day", "2026-01-01", "2026-12-31", "04-06"),
    DatesCase("easter -3 days", "2027-01-01", "2027-12-31", "03-25"),
    DatesCase("easter +39 days", "2026-01-01", "2026-12-31", "05-14"),
    DatesCase("easter +49 days", "2038-01-01", "2038-12-31", "06-13"),
    DatesCase("easter -2 days-easter +1 day", "2026-03-01", "2026-04-30", "04-03 04-04 04-05 04-06"),
    DatesCase("easter -2 days-easter +1 day", "2024-03-01", "2024-04-30", "03-29 03-30 03-31 04-01"),
    DatesCase("easter-Apr 28", "2025-03-01", "2025-05-31", "04-20 04-21 04-22 04-23 04-24 04-25 04-26 04-27 04-28"),
    DatesCase("Apr 1-easter", "2026-03-01", "2026-04-30", "04-01 04-02 04-03 04-04 04-05"),
    DatesCase("easter,easter +1 day", "2026-03-01", "2026-04-30", "04-05 04-06"),
    DatesCase("Apr; easter off", "2026-04-04", "2026-04-07", "04-04 04-06 04-07"),
    DatesCase("2026 easter", "2026-01-01", "2026-12-31", "04-05"),
    DatesCase("2026 easter", "2027-01-01", "2027-12-31", ""),
    // 46 days before Easter is Ash Wednesday; 2038's Easter is among the latest, 2035's among the earliest.
    DatesCase("easter -46 days", "2038-01-01", "2038-12-31", "03-10"),
    DatesCase("easter -46 days", "2035-01-01", "2035-12-31", "02-07"),
    DatesCase("easter +60 days Th", "2026-01-01", "2026-12-31", "06-04"),
  ])
  func datesBesideEaster(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  // New Year's Day, Epiphany, Good Friday, Easter Sunday and Monday, May Day, Ascension Day, Whit Sunday, Midsummer Day,
  // All Saints' Day, Independence Day, Christmas Day, St Stephen's Day.
  @Test(arguments: [
    (2000, "01-01 01-06 04-21 04-23 04-24 05-01 06-01 06-11 06-24 11-04 12-06 12-25 12-26"),
    // Ascension Day fell on May Day.
    (2008, "01-01 01-06 03-21 03-23 03-24 05-01 05-11 06-21 11-01 12-06 12-25 12-26"),
    (2011, "01-01 01-06 04-22 04-24 04-25 05-01 06-02 06-12 06-25 11-05 12-06 12-25 12-26"),
    (2016, "01-01 01-06 03-25 03-27 03-28 05-01 05-05 05-15 06-25 11-05 12-06 12-25 12-26"),
    (2019, "01-01 01-06 04-19 04-21 04-22 05-01 05-30 06-09 06-22 11-02 12-06 12-25 12-26"),
    (2020, "01-01 01-06 04-10 04-12 04-13 05-01 05-21 05-31 06-20 10-31 12-06 12-25 12-26"),
    (2024, "01-01 01-06 03-29 03-31 04-01 05-01 05-09 05-19 06-22 11-02 12-06 12-25 12-26"),
    (2025, "01-01 01-06 04-18 04-20 04-21 05-01 05-29 06-08 06-21 11-01 12-06 12-25 12-26"),
    (2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-20 10-31 12-06 12-25 12-26"),
    (2027, "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-26 11-06 12-06 12-25 12-26"),
    (2028, "01-01 01-06 04-14 04-16 04-17 05-01 05-25 06-04 06-24 11-04 12-06 12-25 12-26"),
    (2030, "01-01 01-06 04-19 04-21 04-22 05-01 05-30 06-09 06-22 11-02 12-06 12-25 12-26"),
    (2035, "01-01 01-06 03-23 03-25 03-26 05-01 05-03 05-13 06-23 11-03 12-06 12-25 12-26"),
    (2038, "01-01 01-06 04-23 04-25 04-26 05-01 06-03 06-13 06-26 11-06 12-06 12-25 12-26"),
  ])
  func publicHolidays(_ year: Int, _ dates: String) throws {
    let row = DatesCase("PH", "\(year)-01-01", "\(year)-12-31", dates)
    #expect(try row.found() == row.expected)
  }

  @Test(arguments: [
    // Eves are no public holidays.
    StateCase("PH", at: "2026-06-19T12:00", "closed"),
    StateCase("PH", at: "2026-12-24T12:00", "closed"),
    StateCase("PH", at: "2026-12-31T12:00", "closed"),
    StateCase("PH", at: "2026-04-02T12:00", "closed"),
    StateCase("PH", at: "2026-04-04T12:00", "closed"),
    StateCase("PH", at: "2026-06-20T00:00", "open"),
    StateCase("PH", at: "2026-06-20T23:59:59", "open"),
    StateCase("PH", at: "2026-06-21T00:00", "closed"),
    StateCase("PH", at: "2026-10-31T12:00", "open"),
    StateCase("PH", at: "2026-11-01T12:00", "closed"),
    StateCase("PH off", at: "2026-12-25T12:00", "closed"),
    StateCase("24/7; PH off", at: "2026-12-25T12:00", "closed"),
    StateCase("24/7; PH off", at: "2026-12-24T23:59:59", "open"),
    StateCase("24/7; PH off", at: "2026-12-27T00:00", "open"),
    StateCase("SH", at: "2026-07-01T12:00", "closed"),
    StateCase("SH 10:00-12:00; Mo-Fr 12:00-14:00", at: "2026-07-01T11:00", "closed"),
    StateCase("Mo-Fr 10:00-14:00; SH off", at: "2026-07-01T11:00", "open"),
    StateCase("SH,Mo-Fr 10:00-14:00", at: "2026-07-01T11:00", "open"),
    StateCase("PH,SH 10:00-14:00", at: "2026-05-01T11:00", "open"),
    StateCase("PH 22:00-02:00", at: "2026-05-02T01:00", "open"),
    StateCase("PH -1 day 22:00-02:00", at: "2026-05-01T01:00", "open"),
  ])
  func whatIsAndIsNoHoliday(_ row: StateCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    DatesCase(
      "PH -1 day", "2026-01-01", "2026-12-31",
      "01-05 04-02 04-04 04-05 04-30 05-13 05-23 06-19 10-30 12-05 12-24 12-25 12-31"),
    DatesCase(
      "PH +1 day", "2026-01-01", "2026-12-31",
      "01-02 01-07 04-04 04-06 04-07 05-02 05-15 05-25 06-21 11-01 12-07 12-26 12-27"),
    DatesCase("PH -1 day Sa-Su", "2026-01-01", "2026-12-31", "04-04 04-05 05-23 12-05"),
    DatesCase("PH Mo-Fr", "2026-01-01", "2026-12-31", "01-01 01-06 04-03 04-06 05-01 05-14 12-25"),
    DatesCase("PH Sa-Su", "2026-01-01", "2026-12-31", "04-05 05-24 06-20 10-31 12-06 12-26"),
    DatesCase("PH,Mo", "2026-12-01", "2026-12-31", "12-06 12-07 12-14 12-21 12-25 12-26 12-28"),
    DatesCase("Mo,PH", "2026-12-01", "2026-12-31", "12-06 12-07 12-14 12-21 12-25 12-26 12-28"),
    DatesCase("PH,Sa-Su", "2026-04-01", "2026-04-12", "04-03 04-04 04-05 04-06 04-11 04-12"),
    DatesCase("Dec PH", "2026-01-01", "2026-12-31", "12-06 12-25 12-26"),
    DatesCase("2026 PH", "2025-12-01", "2026-01-10", "01-01 01-06"),
    DatesCase("Dec 20-Jan 3 PH", "2026-12-01", "2027-01-31", "12-25 12-26 01-01"),
    DatesCase("week 1 PH", "2025-12-01", "2026-01-31", "01-01"),
    DatesCase(
      "Mo-Fr; PH off", "2026-12-21", "2027-01-08",
      "12-21 12-22 12-23 12-24 12-28 12-29 12-30 12-31 01-04 01-05 01-07 01-08"),
    DatesCase("PH off; Mo-Fr", "2026-12-24", "2026-12-28", "12-24 12-25 12-28"),
    DatesCase("Sa[1],PH", "2026-05-01", "2026-05-31", "05-01 05-02 05-14 05-24"),
  ])
  func daysBesideHolidays(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test func withoutACalendarNoDayIsAHoliday() throws {
    let calendar = OpeningCalendar(try HoursExpression(parsing: "24/7; PH off"), holidays: .none)
    #expect(calendar.status(at: try Wall.instant("2026-12-25T12:00")).state == .open)
    #expect(calendar.nextChange(after: try Wall.instant("2026-12-20T12:00")) == nil)
  }

  @Test(arguments: ["SH off", "Mo-Fr 10:00-14:00; SH off", "PH,SH 10:00-14:00"])
  func schoolHolidaysAreWarnedOf(_ text: String) throws {
    #expect(try !HoursExpression.parse(text).warnings.isEmpty)
  }
}
