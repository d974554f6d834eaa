import OpeningHours
import Testing

@Suite("Opening hours: months and dates")
struct MonthAndDateCases {
  @Test(arguments: [
    StateCase("Jun", at: "2026-05-31T23:59:59", "closed"),
    StateCase("Jun", at: "2026-06-01T00:00", "open"),
    StateCase("Jun", at: "2026-06-30T23:59:59", "open"),
    StateCase("Jun", at: "2026-07-01T00:00", "closed"),
    StateCase("Jun-Aug 10:00-18:00", at: "2026-08-31T17:00", "open"),
    StateCase("Jun-Aug 10:00-18:00", at: "2026-09-01T17:00", "closed"),
    StateCase("Nov-Feb", at: "2026-10-31T23:00", "closed"),
    StateCase("Nov-Feb", at: "2026-11-01T00:00", "open"),
    StateCase("Nov-Feb", at: "2026-12-31T23:59:59", "open"),
    StateCase("Nov-Feb", at: "2027-01-01T00:00", "open"),
    StateCase("Nov-Feb", at: "2027-02-28T23:00", "open"),
    StateCase("Nov-Feb", at: "2027-03-01T00:00", "closed"),
    StateCase("Nov-Feb", at: "2028-02-29T12:00", "open"),
    StateCase("Jan,Mar", at: "2026-02-15T12:00", "closed"),
    StateCase("Jan,Mar", at: "2026-03-15T12:00", "open"),
    StateCase("Jan-Feb,Dec Mo", at: "2026-12-07T12:00", "open"),
    StateCase("Jan-Feb,Dec Mo", at: "2026-12-08T12:00", "closed"),
    StateCase("Jan-Dec", at: "2026-07-07T12:00", "open"),
    StateCase("Dec-Jan off", at: "2026-12-24T12:00", "closed"),
    StateCase("24/7; Dec-Jan off", at: "2027-01-31T23:59:59", "closed"),
    StateCase("24/7; Dec-Jan off", at: "2027-02-01T00:00", "open"),
  ])
  func months(_ row: StateCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    DatesCase("Dec 24", "2026-12-01", "2026-12-31", "12-24"),
    DatesCase("Dec 24-26", "2026-12-01", "2026-12-31", "12-24 12-25 12-26"),
    DatesCase("Dec 24,26", "2026-12-01", "2026-12-31", "12-24 12-26"),
    DatesCase("Dec 24,Dec 31", "2026-12-01", "2026-12-31", "12-24 12-31"),
    DatesCase("Apr 29-May 2", "2026-04-01", "2026-05-31", "04-29 04-30 05-01 05-02"),
    DatesCase("Dec 30-Jan 2", "2026-12-15", "2027-01-15", "12-30 12-31 01-01 01-02"),
    DatesCase("Dec 31-Jan 1", "2025-12-15", "2026-01-15", "12-31 01-01"),
    DatesCase("Dec 24-Dec 24", "2026-12-15", "2027-01-15", "12-24"),
    DatesCase("Jan 1", "2026-12-15", "2027-01-15", "01-01"),
    DatesCase("Apr 29-May 2 We-Th", "2026-04-01", "2026-05-31", "04-29 04-30"),
    DatesCase("Dec 30-Jan 2 Fr", "2026-12-15", "2027-01-15", "01-01"),
    DatesCase("Dec 30-Jan 2; Jan 1 off", "2026-12-15", "2027-01-15", "12-30 12-31 01-02"),
    DatesCase("Jun 1-3,Jul 1", "2026-05-01", "2026-07-31", "06-01 06-02 06-03 07-01"),
    DatesCase("2026 Dec 30-2027 Jan 2", "2025-12-15", "2026-01-15", ""),
    DatesCase("2026 Dec 30-2027 Jan 2", "2026-12-15", "2027-01-15", "12-30 12-31 01-01 01-02"),
    DatesCase("2026 Dec 30-2027 Jan 2", "2027-12-15", "2028-01-15", ""),
    DatesCase("2026 Dec 24", "2026-12-01", "2026-12-31", "12-24"),
    DatesCase("2026 Dec 24", "2027-12-01", "2027-12-31", ""),
    // The year belongs to the range.
    DatesCase("2026 Mar 30-Apr 2", "2026-03-01", "2026-04-30", "03-30 03-31 04-01 04-02"),
    DatesCase("2026 Mar 30-Apr 2", "2027-03-01", "2027-04-30", ""),
    DatesCase("Mar 30-2026 Apr 2", "2026-03-01", "2026-04-30", "03-30 03-31 04-01 04-02"),
    DatesCase("Mar 30-2026 Apr 2", "2025-03-01", "2025-04-30", ""),
    DatesCase("2026 Mar 30-2026 Apr 2", "2026-03-01", "2026-04-30", "03-30 03-31 04-01 04-02"),
    DatesCase("2025 Apr 29-2026 Mar 2", "2026-02-27", "2026-03-05", "02-27 02-28 03-01 03-02"),
    DatesCase("2025 Apr 29-2026 Mar 2", "2025-04-27", "2025-04-30", "04-29 04-30"),
    DatesCase("2026 Jan-Feb Su", "2026-01-20", "2026-03-10", "01-25 02-01 02-08 02-15 02-22"),
    DatesCase("2026 Jan-Feb Su", "2027-01-20", "2027-03-10", ""),
    DatesCase("Dec 29+", "2026-12-20", "2027-01-10", "12-29 12-30 12-31"),
    DatesCase("Jan Mo[1]-Jan Mo[2]", "2026-01-01", "2026-01-31", "01-05 01-06 01-07 01-08 01-09 01-10 01-11 01-12"),
    DatesCase("Jun Sa[-1]-Jul 1", "2026-06-01", "2026-07-31", "06-27 06-28 06-29 06-30 07-01"),
    DatesCase("Jun 28-Jul Mo[1]", "2026-06-01", "2026-07-31", "06-28 06-29 06-30 07-01 07-02 07-03 07-04 07-05 07-06"),
  ])
  func dates(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    // The Sunday after, the Monday before: strictly, so a date on that weekday moves a whole week.
    DatesCase("Jun 20 +Sa", "2026-06-01", "2026-06-30", "06-27"),
    DatesCase("Jun 19 +Sa", "2026-06-01", "2026-06-30", "06-20"),
    DatesCase("Jun 20 -Sa", "2026-06-01", "2026-06-30", "06-13"),
    DatesCase("Jun 21 -Sa", "2026-06-01", "2026-06-30", "06-20"),
    DatesCase("Nov 1 +Su", "2026-10-25", "2026-11-30", "11-08"),
    DatesCase("Dec 24 +2 days", "2026-12-01", "2026-12-31", "12-26"),
    DatesCase("Jan 1 -1 day", "2026-12-15", "2027-01-15", "12-31"),
    DatesCase("Dec 31 +1 day", "2026-12-15", "2027-01-15", "01-01"),
    DatesCase("Mar 1 -1 day", "2028-02-01", "2028-03-31", "02-29"),
    DatesCase("Mar 1 -1 day", "2026-02-01", "2026-03-31", "02-28"),
  ])
  func movedDates(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    DatesCase("Feb 29", "2026-01-01", "2026-12-31", ""),
    DatesCase("Feb 29", "2028-01-01", "2028-12-31", "02-29"),
    DatesCase("Feb 29", "2100-01-01", "2100-12-31", ""),
    DatesCase("Feb 29", "2000-01-01", "2000-12-31", "02-29"),
    DatesCase("Feb 28-29", "2026-02-01", "2026-03-31", "02-28"),
    DatesCase("Feb 28-29", "2028-02-01", "2028-03-31", "02-28 02-29"),
    DatesCase("Feb 27-Mar 1", "2026-02-01", "2026-03-31", "02-27 02-28 03-01"),
    DatesCase("Feb 27-Mar 1", "2028-02-01", "2028-03-31", "02-27 02-28 02-29 03-01"),
    DatesCase("Feb", "2028-02-27", "2028-03-02", "02-27 02-28 02-29"),
    DatesCase("Feb; Feb 29 off", "2028-02-27", "2028-03-02", "02-27 02-28"),
    DatesCase("Feb 28-30", "2028-02-01", "2028-03-31", "02-28 02-29"),
    DatesCase("Feb 28-31", "2026-02-01", "2026-03-31", "02-28"),
    DatesCase("Apr 29-31", "2026-04-01", "2026-05-31", "04-29 04-30"),
    DatesCase("2028 Feb 29", "2028-02-01", "2028-03-31", "02-29"),
  ])
  func leapDaysAndShortMonths(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: ["Feb 30", "Apr 31", "Apr 31-May 5", "Jun 31", "Feb 30-Mar 2", "Nov 31 10:00-12:00"])
  func datesThatNeverComeAreRefused(_ text: String) {
    #expect(throws: HoursParseError.self) { try HoursExpression(parsing: text) }
  }

  @Test(arguments: ["Feb 1-30", "Apr 1-31", "May 5-Jun 31"])
  func lastDaysThatAMonthLacksAreWarnedOf(_ text: String) throws {
    #expect(try !HoursExpression.parse(text).warnings.isEmpty)
  }
}
