import OpeningHours
import Testing

@Suite("Opening hours: years and weeks")
struct YearAndWeekCases {
  @Test(arguments: [
    StateCase("2026", at: "2025-12-31T23:59:59", "closed"),
    StateCase("2026", at: "2026-01-01T00:00", "open"),
    StateCase("2026", at: "2026-12-31T23:59:59", "open"),
    StateCase("2026", at: "2027-01-01T00:00", "closed"),
    StateCase("2026 Mo 10:00-12:00", at: "2026-03-23T11:00", "open"),
    StateCase("2026 Mo 10:00-12:00", at: "2027-03-22T11:00", "closed"),
    StateCase("2026-2028", at: "2028-12-31T12:00", "open"),
    StateCase("2026-2028", at: "2029-01-01T12:00", "closed"),
    StateCase("2024,2026", at: "2025-05-05T12:00", "closed"),
    StateCase("2024,2026", at: "2026-05-05T12:00", "open"),
    StateCase("2026+", at: "2025-12-31T12:00", "closed"),
    StateCase("2026+", at: "2099-05-05T12:00", "open"),
    StateCase("2020-2040/2", at: "2026-05-05T12:00", "open"),
    StateCase("2020-2040/2", at: "2027-05-05T12:00", "closed"),
    StateCase("2020-2040/2", at: "2042-05-05T12:00", "closed"),
    StateCase("2021-2040/4", at: "2025-05-05T12:00", "open"),
    StateCase("2026 Jun-Aug", at: "2026-07-01T12:00", "open"),
    StateCase("2026 Jun-Aug", at: "2027-07-01T12:00", "closed"),
    StateCase("2026 Jun 1-2026 Aug 15", at: "2026-08-15T23:59:59", "open"),
    StateCase("2026 Jun 1-2026 Aug 15", at: "2026-08-16T00:00", "closed"),
    StateCase("2026 22:00-02:00", at: "2026-01-01T01:00", "closed"),
    StateCase("2026 22:00-02:00", at: "2027-01-01T01:00", "open"),
    StateCase("24/7; 2026 off", at: "2026-12-31T23:59:59", "closed"),
    StateCase("24/7; 2026 off", at: "2027-01-01T00:00", "open"),
  ])
  func years(_ row: StateCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    // 2020, 2026 and 2032 begin or end on a Thursday and have 53 weeks.
    DatesCase("week 53", "2020-12-20", "2021-01-10", "12-28 12-29 12-30 12-31 01-01 01-02 01-03"),
    DatesCase("week 53", "2026-12-20", "2027-01-10", "12-28 12-29 12-30 12-31 01-01 01-02 01-03"),
    DatesCase("week 53", "2032-12-20", "2033-01-10", "12-27 12-28 12-29 12-30 12-31 01-01 01-02"),
    DatesCase("week 53", "2021-01-04", "2026-12-27", ""),
    DatesCase("week 53 Fr", "2020-12-20", "2021-01-10", "01-01"),
    DatesCase("week 53 Mo-We", "2026-12-20", "2027-01-10", "12-28 12-29 12-30"),
    DatesCase("2026 week 53", "2026-12-20", "2027-01-10", "12-28 12-29 12-30 12-31"),
    DatesCase("2027 week 53", "2026-12-20", "2027-01-10", "01-01 01-02 01-03"),
    DatesCase("Dec week 53", "2026-12-20", "2027-01-10", "12-28 12-29 12-30 12-31"),
    // Week 1 has the first Thursday: of 2025 it began on December 30, 2024; of 2026 on December 29, 2025.
    DatesCase("week 1", "2024-12-20", "2025-01-10", "12-30 12-31 01-01 01-02 01-03 01-04 01-05"),
    DatesCase("week 1", "2025-12-20", "2026-01-10", "12-29 12-30 12-31 01-01 01-02 01-03 01-04"),
    DatesCase("week 1", "2026-12-20", "2027-01-15", "01-04 01-05 01-06 01-07 01-08 01-09 01-10"),
    DatesCase("week 1", "2023-12-20", "2024-01-15", "01-01 01-02 01-03 01-04 01-05 01-06 01-07"),
    DatesCase("Dec week 1", "2024-12-20", "2025-01-10", "12-30 12-31"),
    DatesCase("week 1 Mo", "2024-12-20", "2025-01-10", "12-30"),
    DatesCase("2025 week 1", "2024-12-20", "2025-01-10", "01-01 01-02 01-03 01-04 01-05"),
    DatesCase("week 52", "2024-12-20", "2025-01-10", "12-23 12-24 12-25 12-26 12-27 12-28 12-29"),
    // January 1, 2022 was the Saturday of week 52 of 2021; January 1, 2023 the Sunday of week 52 of 2022.
    DatesCase("week 52", "2021-12-25", "2022-01-10", "12-27 12-28 12-29 12-30 12-31 01-01 01-02"),
    DatesCase("week 52", "2022-12-28", "2023-01-10", "12-28 12-29 12-30 12-31 01-01"),
    DatesCase("week 30", "2026-07-01", "2026-08-15", "07-20 07-21 07-22 07-23 07-24 07-25 07-26"),
    DatesCase("week 30 We", "2026-07-01", "2026-08-15", "07-22"),
    DatesCase("week 30-32 Mo", "2026-07-01", "2026-08-31", "07-20 07-27 08-03"),
    DatesCase("week 30,32 Mo", "2026-07-01", "2026-08-31", "07-20 08-03"),
    // Even weeks of spring 2026: Mondays of weeks 2, 4, 6 are January 5, 19 and February 2.
    DatesCase("week 2-52/2 Mo", "2026-01-01", "2026-02-28", "01-05 01-19 02-02 02-16"),
    DatesCase("week 1-53/2 Mo", "2026-01-01", "2026-02-28", "01-12 01-26 02-09 02-23"),
    // After week 53 an odd week follows an odd one.
    DatesCase("week 1-53/2 Th", "2026-12-14", "2027-01-31", "12-17 12-31 01-07 01-21"),
    DatesCase("week 2-52/2 Th", "2026-12-14", "2027-01-31", "12-24 01-14 01-28"),
    DatesCase("week 10-20/5 Su", "2026-01-01", "2026-12-31", "03-08 04-12 05-17"),
    DatesCase("Mo; week 30-32 off", "2026-07-13", "2026-08-16", "07-13 08-10"),
    DatesCase("week 53 22:00-12:30", "2027-01-01", "2027-01-10", "01-01 01-02 01-03 01-04"),
  ])
  func weeks(_ row: DatesCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    StateCase("week 53", at: "2026-12-27T23:59:59", "closed"),
    StateCase("week 53", at: "2026-12-28T00:00", "open"),
    StateCase("week 53", at: "2027-01-03T23:59:59", "open"),
    StateCase("week 53", at: "2027-01-04T00:00", "closed"),
    StateCase("week 1", at: "2024-12-29T23:59:59", "closed"),
    StateCase("week 1", at: "2024-12-30T00:00", "open"),
    StateCase("week 1", at: "2025-01-05T23:59:59", "open"),
    StateCase("week 1", at: "2025-01-06T00:00", "closed"),
  ])
  func edgesOfWeeks(_ row: StateCase) throws { #expect(try row.found() == row.expected) }
}
