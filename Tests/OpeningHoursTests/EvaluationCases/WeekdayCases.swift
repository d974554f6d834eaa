import OpeningHours
import Testing

@Suite("Opening hours: weekdays and nth weekdays")
struct WeekdayCases {
  // 2026-03-23 is a Monday.
  @Test(arguments: [
    DatesCase("Mo", "2026-03-01", "2026-03-31", "03-02 03-09 03-16 03-23 03-30"),
    DatesCase("Mo 10:00-16:00", "2026-03-23", "2026-03-29", "03-23"),
    DatesCase("Mo-Fr 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-24 03-25 03-26 03-27"),
    DatesCase("Mo,We,Fr 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-25 03-27"),
    DatesCase("Fr-Mo 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-27 03-28 03-29"),
    DatesCase("Su-Tu 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-24 03-29"),
    DatesCase("Sa-Su 10:00-16:00", "2026-03-23", "2026-03-29", "03-28 03-29"),
    DatesCase("Mo-Su 10:00-16:00", "2026-03-28", "2026-03-30", "03-28 03-29 03-30"),
    DatesCase("Mo-Tu,Th,Sa-Su 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-24 03-26 03-28 03-29"),
    DatesCase("10:00-16:00; We off", "2026-03-23", "2026-03-29", "03-23 03-24 03-26 03-27 03-28 03-29"),
    DatesCase("Mo-Fr 10:00-16:00; Tu,Th off", "2026-03-23", "2026-03-29", "03-23 03-25 03-27"),
    DatesCase("Tu,Th off; Mo-Fr 10:00-16:00", "2026-03-23", "2026-03-29", "03-23 03-24 03-25 03-26 03-27"),
    DatesCase("We-We 10:00-16:00", "2026-03-23", "2026-03-29", "03-25"),
  ])
  func weekdays(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  // Saturdays of May 2026: 2, 9, 16, 23, 30. Sundays: 3, 10, 17, 24, 31. Fridays: 1, 8, 15, 22, 29.
  @Test(arguments: [
    DatesCase("Sa[1]", "2026-05-01", "2026-05-31", "05-02"),
    DatesCase("Sa[2] 10:00-16:00", "2026-05-01", "2026-05-31", "05-09"),
    DatesCase("Sa[3]", "2026-05-01", "2026-05-31", "05-16"),
    DatesCase("Sa[4]", "2026-05-01", "2026-05-31", "05-23"),
    DatesCase("Sa[5]", "2026-05-01", "2026-05-31", "05-30"),
    DatesCase("Sa[-1]", "2026-05-01", "2026-05-31", "05-30"),
    DatesCase("Sa[-2]", "2026-05-01", "2026-05-31", "05-23"),
    DatesCase("Sa[-5]", "2026-05-01", "2026-05-31", "05-02"),
    DatesCase("Sa[-5]", "2026-06-01", "2026-06-30", ""),
    DatesCase("Sa[1,3]", "2026-05-01", "2026-05-31", "05-02 05-16"),
    DatesCase("Sa[1-3]", "2026-05-01", "2026-05-31", "05-02 05-09 05-16"),
    DatesCase("Sa[1,-1]", "2026-05-01", "2026-06-30", "05-02 05-30 06-06 06-27"),
    DatesCase("Sa[2-4]", "2026-05-01", "2026-05-31", "05-09 05-16 05-23"),
    DatesCase("Fr[1],Su[-1]", "2026-05-01", "2026-05-31", "05-01 05-31"),
    DatesCase("Mo-Th,Fr[1]", "2026-05-11", "2026-05-17", "05-11 05-12 05-13 05-14"),
    // Months with a fifth Sunday in 2026: March (29), May (31), August (30), November (29).
    DatesCase("Su[5]", "2026-01-01", "2026-12-31", "03-29 05-31 08-30 11-29"),
    // A fifth Monday falls on the 29th to the 31st: March 30, June 29, August 31, November 30.
    DatesCase("Mo[5]", "2026-01-01", "2026-12-31", "03-30 06-29 08-31 11-30"),
    DatesCase(
      "Mo[-1]", "2026-01-01", "2026-12-31",
      "01-26 02-23 03-30 04-27 05-25 06-29 07-27 08-31 09-28 10-26 11-30 12-28"),
    DatesCase(
      "Th[1]", "2026-01-01", "2026-12-31",
      "01-01 02-05 03-05 04-02 05-07 06-04 07-02 08-06 09-03 10-01 11-05 12-03"),
    // February 2024 had five Thursdays (1, 8, 15, 22, 29); February 2026 has four of every weekday.
    DatesCase("Th[5]", "2024-02-01", "2024-02-29", "02-29"),
    DatesCase("Mo-Su,Th[5]", "2024-02-29", "2024-02-29", "02-29"),
    DatesCase("Su[5]", "2026-02-01", "2026-02-28", ""),
    DatesCase("Su[4]", "2026-02-01", "2026-02-28", "02-22"),
    DatesCase("Su[-4]", "2026-02-01", "2026-02-28", "02-01"),
    DatesCase("Sa; Sa[1] off", "2026-05-01", "2026-05-31", "05-09 05-16 05-23 05-30"),
    DatesCase("Jun We[2] 18:00-20:00, Jun We[2] 11:00-13:00", "2026-06-01", "2026-06-30", "06-10"),
  ])
  func nthWeekdays(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    // The day before a fifth Sunday, not a fifth Saturday: May 30 is both, but August 29 and 30 tell them apart.
    DatesCase("Su[5] -1 day", "2026-01-01", "2026-12-31", "03-28 05-30 08-29 11-28"),
    DatesCase("Su[5] +1 day", "2026-01-01", "2026-12-31", "03-30 06-01 08-31 11-30"),
    // The Saturday before the first Sunday: where the month begins with a Sunday it lies in the month before.
    DatesCase("Su[1] -1 day", "2026-02-25", "2026-03-31", "02-28"),
    DatesCase("Su[1] -1 day", "2026-01-25", "2026-05-31", "01-31 02-28 04-04 05-02"),
    DatesCase("Mo[1] +3 days", "2026-06-01", "2026-06-30", "06-04"),
    DatesCase("Mo[-1] +2 days", "2026-06-01", "2026-07-31", "07-01 07-29"),
    DatesCase("Mo[1] -2 days", "2026-05-25", "2026-06-30", "05-30"),
    DatesCase("Th[4] +1 day", "2026-11-01", "2026-11-30", "11-27"),
    // New Year's Eve before a first Thursday on New Year's Day 2026; the first Thursday of 2027 is January 7.
    DatesCase("Th[1] -1 day", "2025-12-20", "2026-01-31", "12-31"),
  ])
  func daysBesideNthWeekdays(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    StateCase("Mo 10:00-16:00", at: "2026-03-23T09:59:59", "closed"),
    StateCase("Mo 10:00-16:00", at: "2026-03-23T10:00", "open"),
    StateCase("Mo 10:00-16:00", at: "2026-03-23T15:59:59", "open"),
    StateCase("Mo 10:00-16:00", at: "2026-03-23T16:00", "closed"),
    StateCase("Mo 10:00-16:00", at: "2026-03-24T12:00", "closed"),
    StateCase("Mo", at: "2026-03-23T00:00", "open"),
    StateCase("Mo", at: "2026-03-22T23:59:59", "closed"),
    StateCase("Mo", at: "2026-03-23T23:59:59", "open"),
    StateCase("Mo", at: "2026-03-24T00:00", "closed"),
    StateCase("Mo,Tu", at: "2026-03-24T00:00", "open"),
    StateCase("Sa[1] 10:00-12:00", at: "2026-05-02T11:00", "open"),
    StateCase("Sa[1] 10:00-12:00", at: "2026-05-09T11:00", "closed"),
    StateCase("Su[-1] 22:00-02:00", at: "2026-06-01T01:00", "open"),
    StateCase("Su[-1] 22:00-02:00", at: "2026-05-25T01:00", "closed"),
  ])
  func states(_ row: StateCase) throws { #expect(try row.found() == row.expected) }
}
