import OpeningHours
import Testing

@Suite("Opening hours: when the state changes next")
struct NextChangeCases {
  @Test(arguments: [
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-23T09:00", "2026-03-23T10:00"),
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-23T09:59:59", "2026-03-23T10:00"),
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-23T10:00", "2026-03-23T16:00"),
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-23T15:59:59", "2026-03-23T16:00"),
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-23T16:00", "2026-03-24T10:00"),
    NextCase("Mo-Fr 10:00-16:00", at: "2026-03-27T16:00", "2026-03-30T10:00"),
    NextCase("Mo-Fr 10:00-16:00; PH off", at: "2026-04-02T16:00", "2026-04-07T10:00"),
    NextCase("Mo-Fr 00:00-24:00", at: "2026-03-23T12:00", "2026-03-28T00:00"),
    NextCase("Mo 20:00-02:00", at: "2026-03-23T23:00", "2026-03-24T02:00"),
    NextCase("Mo 20:00-24:00; Tu 00:00-04:00", at: "2026-03-23T23:00", "2026-03-24T04:00"),
    NextCase("Mo-Su 00:00-24:00; Dec 24 off", at: "2026-03-23T12:00", "2026-12-24T00:00"),
    NextCase("Mo 10:00-12:00,12:00-14:00", at: "2026-03-23T11:00", "2026-03-23T14:00"),
    NextCase("Mo 10:00-18:00+", at: "2026-03-23T12:00", "2026-03-23T18:00"),
    NextCase("Mo 10:00-18:00+", at: "2026-03-23T18:00", "2026-03-24T04:00"),
    NextCase("24/7; Mo 10:00-12:00 \"tour\"", at: "2026-03-23T12:00", "2026-03-24T00:00"),
    NextCase("24/7; Mo 10:00-12:00 \"tour\"", at: "2026-03-24T12:00", "2026-03-30T00:00"),
    // A change of comment alone is none.
    NextCase("Mo 10:00-12:00 \"a\", Mo 12:00-14:00 \"b\"", at: "2026-03-23T11:00", "2026-03-23T14:00"),
    NextCase("24/7; Mo off \"a\"; Tu off \"b\"", at: "2026-03-23T11:00", "2026-03-25T00:00"),
    NextCase("Mo-Fr 10:00-16:00; Sa off \"a\"; Su off \"b\"", at: "2026-03-27T17:00", "2026-03-30T10:00"),
    NextCase("Mo 10:00-16:00 || unknown", at: "2026-03-23T12:00", "2026-03-23T16:00"),
    NextCase("Mo 10:00-16:00 || unknown", at: "2026-03-23T16:00", "2026-03-30T10:00"),
    NextCase("2027", at: "2026-03-23T12:00", "2027-01-01T00:00"),
    NextCase("2026-2028", at: "2026-03-23T12:00", "2029-01-01T00:00"),
    NextCase("PH", at: "2026-06-20T12:00", "2026-06-21T00:00"),
    NextCase("PH", at: "2026-06-21T12:00", "2026-10-31T00:00"),
    NextCase("easter", at: "2026-04-06T12:00", "2027-03-28T00:00"),
    NextCase("week 53", at: "2021-01-04T00:00", "2026-12-28T00:00"),
    NextCase("week 53", at: "2026-12-30T12:00", "2027-01-04T00:00"),
    NextCase("week 53", at: "2027-01-04T00:00", "2032-12-27T00:00"),
    NextCase("week 52-53,1", at: "2026-12-30T12:00", "2027-01-11T00:00"),
    NextCase("Dec 20-Jan 10", at: "2026-12-30T12:00", "2027-01-11T00:00"),
    NextCase("Nov-Feb", at: "2027-12-30T12:00", "2028-03-01T00:00"),
  ])
  func near(_ row: NextCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    NextCase("24/7", at: "2026-03-23T12:00", nil),
    NextCase("24/7 \"self service\"", at: "2026-03-23T12:00", nil),
    NextCase("Mo-Su 00:00-24:00", at: "2026-03-23T12:00", nil),
    NextCase("00:00-24:00", at: "2026-03-23T12:00", nil),
    NextCase("Jan-Dec", at: "2026-03-23T12:00", nil),
    NextCase("week 1-53", at: "2026-03-23T12:00", nil),
    NextCase("off", at: "2026-03-23T12:00", nil),
    NextCase("24/7 off \"for good\"", at: "2026-03-23T12:00", nil),
    NextCase("unknown", at: "2026-03-23T12:00", nil),
    NextCase("Mo-Fr 10:00-16:00 off", at: "2026-03-23T12:00", nil),
    NextCase("2019", at: "2026-03-23T12:00", nil),
    NextCase("1999 open", at: "2026-03-23T12:00", nil),
    NextCase("1999 Mo-Fr 10:00-16:00", at: "2026-03-23T12:00", nil),
    NextCase("24/7; 1999 off", at: "2026-03-23T12:00", nil),
    NextCase("2026+", at: "2026-03-23T12:00", nil),
    NextCase("SH 10:00-16:00", at: "2026-03-23T12:00", nil),
    NextCase("2019 Dec 31 22:00-02:00", at: "2020-01-01T02:00", nil),
    NextCase("24/7, Mo 10:00-12:00 \"tour\"", at: "2026-03-23T12:00", nil),
    // Never: week 53 has no day of February, June no holiday on a Monday, the first
    // seven days no fifth Monday, Easter is no autumn.
    NextCase("Feb week 53", at: "2026-03-23T12:00", nil),
    NextCase("Jun PH Mo", at: "2026-03-23T12:00", nil),
    NextCase("Jan 1-7 Mo[5]", at: "2026-03-23T12:00", nil),
    NextCase("9998 Mo off; PH -1 day 10:00-12:00 off; Su[5] off; sunrise-sunset off", at: "2026-03-23T12:00", nil),
    NextCase("easter week 40", at: "2026-03-23T12:00", nil),
  ])
  func never(_ row: NextCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    NextCase("2020,2900-2910 10:00-22:00", at: "2020-12-31T21:00", "2020-12-31T22:00"),
    NextCase("2020,2900-2910 10:00-22:00", at: "2020-12-31T22:00", "2900-01-01T10:00"),
    NextCase("2020,2900-2910 10:00-22:00", at: "2026-03-23T12:00", "2900-01-01T10:00"),
    NextCase("2020,2900-2910 10:00-22:00", at: "2910-12-31T22:00", nil),
    NextCase("2100 Jan 1", at: "2026-03-23T12:00", "2100-01-01T00:00"),
    NextCase("24/7; 2199 Dec 24 off", at: "2026-03-23T12:00", "2199-12-24T00:00"),
    NextCase("Feb 29", at: "2096-03-01T00:00", "2104-02-29T00:00"),
    // Leap days that are Mondays: 2016, 2044, 2072, and after 2100's lack of one 2112.
    NextCase("Feb 29 Mo", at: "2026-03-23T12:00", "2044-02-29T00:00"),
    NextCase("Feb 29 Mo", at: "2072-03-01T00:00", "2112-02-29T00:00"),
    // Easter Sunday was in week 12 in 2027, when week 1 began as late as January 4; next in 2035, on March 25.
    NextCase("easter week 12", at: "2026-03-23T12:00", "2027-03-28T00:00"),
    NextCase("easter week 12", at: "2027-03-29T00:00", "2035-03-25T00:00"),
    NextCase("2000-2400/100 Feb 29", at: "2026-03-23T12:00", "2400-02-29T00:00"),
    NextCase("2000-3000/50 Jan 1", at: "2026-03-23T12:00", "2050-01-01T00:00"),
    NextCase("2999 Dec 31 22:00-02:00", at: "2026-03-23T12:00", "2999-12-31T22:00"),
    NextCase("2999 Dec 31 22:00-02:00", at: "2999-12-31T23:00", "3000-01-01T02:00"),
  ])
  func farAhead(_ row: NextCase) throws { #expect(try row.found() == row.expected) }

  // The intervals are computed as they are asked for: the first few of a thousand years cost no thousand years.
  @Test func firstIntervalsOfAnEndlessRange() throws {
    let intervals = try calendar("Mo-Fr 10:00-16:00")
      .intervals(from: try Wall.instant("2026-03-23T00:00"), to: try Wall.instant("9000-01-01T00:00"))
    let starts = intervals.prefix(3).map { Wall.dateTime($0.start) }
    #expect(starts == ["2026-03-23T00:00", "2026-03-23T10:00", "2026-03-23T16:00"])
  }

  @Test func anEmptyRangeHasNoIntervals() throws {
    let noon = try Wall.instant("2026-03-23T12:00")
    #expect(Array(try calendar("24/7").intervals(from: noon, to: noon)).isEmpty)
    #expect(Array(try calendar("24/7").intervals(from: noon, to: noon - 3600)).isEmpty)
  }
}
