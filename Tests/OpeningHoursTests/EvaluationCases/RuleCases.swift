import OpeningHours
import Testing

@Suite("Opening hours: rules that join, states and comments")
struct RuleCases {
  // 2026-03-23 is a Monday, 2026-03-28 a Saturday.
  @Test(arguments: [
    DayCase("Mo-Fr 08:00-18:00; Tu 10:00-12:00", on: "2026-03-23", "08:00-18:00"),
    DayCase("Mo-Fr 08:00-18:00; Tu 10:00-12:00", on: "2026-03-24", "10:00-12:00"),
    DayCase("Tu 10:00-12:00; Mo-Fr 08:00-18:00", on: "2026-03-24", "08:00-18:00"),
    DayCase("Mo-Fr 08:00-12:00, Tu 14:00-18:00", on: "2026-03-24", "08:00-12:00, 14:00-18:00"),
    DayCase("Mo-Fr 08:00-12:00, Tu 14:00-18:00", on: "2026-03-25", "08:00-12:00"),
    DayCase("Mo-Fr 08:00-16:00, Tu 14:00-18:00", on: "2026-03-24", "08:00-18:00"),
    DayCase("Mo-Fr 08:00-12:00, Mo-Fr 13:00-16:00; Tu 09:00-10:00", on: "2026-03-24", "09:00-10:00"),
    DayCase("Mo-Fr 08:00-12:00; Tu 09:00-10:00, Tu 13:00-14:00", on: "2026-03-24", "09:00-10:00, 13:00-14:00"),
    DayCase("Mo-Fr 08:00-16:00; Tu off", on: "2026-03-24", ""),
    DayCase("Mo-Fr 08:00-16:00; Tu 12:00-13:00 off", on: "2026-03-24", "08:00-12:00, 13:00-16:00"),
    DayCase("Mo-Fr 08:00-16:00, Tu 12:00-13:00 off", on: "2026-03-24", "08:00-12:00, 13:00-16:00"),
    DayCase("Mo-Fr 08:00-16:00; 12:00-13:00 off", on: "2026-03-23", "08:00-12:00, 13:00-16:00"),
    DayCase("Mo-Fr 08:00-16:00; 12:00-13:00 off; Mo 08:00-14:00", on: "2026-03-23", "08:00-14:00"),
    DayCase("Mo-Fr 08:00-16:00, Mo-Fr 12:00-13:00 off, Mo 12:30-14:00", on: "2026-03-23", "08:00-12:00, 12:30-16:00"),
    DayCase("24/7; Mo off", on: "2026-03-23", ""),
    DayCase("24/7; Mo off", on: "2026-03-24", "00:00-24:00"),
    DayCase("Mo off; 24/7", on: "2026-03-23", "00:00-24:00"),
    DayCase("24/7; Mo 03:00-05:00 off", on: "2026-03-23", "00:00-03:00, 05:00-24:00"),
    DayCase("24/7 off; Mo 08:00-10:00", on: "2026-03-23", "08:00-10:00"),
    DayCase("Mo 08:00-10:00; Mar 12:00-14:00", on: "2026-03-23", "12:00-14:00"),
    DayCase("Mo 08:00-10:00; Apr 12:00-14:00", on: "2026-03-23", "08:00-10:00"),
    DayCase("Mo-Fr 09:00-17:00; 2026 Mar 23 10:00-12:00", on: "2026-03-23", "10:00-12:00"),
    DayCase("Mo-Fr 09:00-17:00; 2026 Mar 23 10:00-12:00", on: "2026-03-30", "09:00-17:00"),
    DayCase("Mo-Fr 09:00-17:00; Jul Mo 10:00-12:00; Jul 6 off", on: "2026-07-06", ""),
    DayCase("Mo-Fr 09:00-17:00; Jul Mo 10:00-12:00; Jul 6 off", on: "2026-07-13", "10:00-12:00"),
  ])
  func laterRules(_ row: DayCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    DayCase("Mo 10:00-12:00 || 09:00-11:00 unknown", on: "2026-03-23", "?09:00-10:00, 10:00-12:00"),
    DayCase("Mo 10:00-12:00 || 09:00-11:00 unknown", on: "2026-03-24", "?09:00-11:00"),
    DayCase("Mo 10:00-12:00 || unknown", on: "2026-03-23", "?00:00-10:00, 10:00-12:00, ?12:00-24:00"),
    DayCase("Mo 10:00-12:00 || \"ring\"", on: "2026-03-23", "00:00-10:00 \"ring\", 10:00-12:00, 12:00-24:00 \"ring\""),
    DayCase("Mo 10:00-12:00 || Tu 08:00-09:00 || We 07:00-08:00", on: "2026-03-24", "08:00-09:00"),
    DayCase(
      "Mo 10:00-12:00 || Mo 11:00-13:00 unknown || Mo 12:00-14:00", on: "2026-03-23",
      "10:00-12:00, ?12:00-13:00, 13:00-14:00"),
    DayCase("Mo-Fr 10:00-16:00; We off || unknown \"ask\"", on: "2026-03-25", "?00:00-24:00 \"ask\""),
    DayCase("Mo-Fr 10:00-16:00 || unknown; We off", on: "2026-03-25", ""),
    DayCase("Mo-Fr 10:00-16:00 || unknown; We 12:00-13:00", on: "2026-03-25", "12:00-13:00"),
    DayCase(
      "Mo-Fr 10:00-16:00 || unknown; We 12:00-13:00", on: "2026-03-26", "?00:00-10:00, 10:00-16:00, ?16:00-24:00"),
    DayCase("unknown || Mo 10:00-12:00", on: "2026-03-23", "?00:00-24:00"),
    DayCase("Mo 20:00-02:00 || 00:00-24:00 unknown", on: "2026-03-24", "00:00-02:00, ?02:00-24:00"),
    DayCase("Tu 10:00-12:00 || Mo 20:00-11:00 unknown", on: "2026-03-24", "?00:00-10:00, 10:00-12:00"),
    DayCase("off || 10:00-12:00", on: "2026-03-24", "10:00-12:00"),
  ])
  func fallbacksHoldMomentByMoment(_ row: DayCase) throws { #expect(try row.found() == row.expected) }

  @Test(arguments: [
    StateCase("\"by appointment\"", at: "2026-03-23T12:00", "open \"by appointment\""),
    StateCase("Mo-Fr 10:00-16:00 \"ring the bell\"", at: "2026-03-23T12:00", "open \"ring the bell\""),
    StateCase("Mo-Fr 10:00-16:00 \"ring the bell\"", at: "2026-03-23T16:00", "closed"),
    StateCase("Mo-Fr 10:00-16:00 open \"ring\"", at: "2026-03-23T12:00", "open \"ring\""),
    StateCase("Mo unknown", at: "2026-03-23T12:00", "unknown"),
    StateCase("Mo unknown \"call first\"", at: "2026-03-23T12:00", "unknown \"call first\""),
    StateCase("unknown", at: "2026-03-23T12:00", "unknown"),
    StateCase("unknown \"maybe\"", at: "2026-03-23T12:00", "unknown \"maybe\""),
    StateCase("Mo-Fr 10:00-16:00; Mo off \"inventory\"", at: "2026-03-23T12:00", "closed \"inventory\""),
    StateCase("Mo-Fr 10:00-16:00; Mo closed \"inventory\"", at: "2026-03-23T12:00", "closed \"inventory\""),
    StateCase("Mo-Fr 10:00-16:00; Mo closed \"inventory\"", at: "2026-03-24T12:00", "open"),
    StateCase("off \"for good\"", at: "2026-03-23T12:00", "closed \"for good\""),
    StateCase("Mo 10:00-16:00 \"a\", Mo 12:00-14:00 \"b\"", at: "2026-03-23T13:00", "open \"b\""),
    StateCase("Mo 10:00-16:00 \"a\", Mo 12:00-14:00 \"b\"", at: "2026-03-23T15:00", "open \"a\""),
    StateCase("Mo 10:00-16:00 \"a\"; Mo 12:00-14:00", at: "2026-03-23T13:00", "open"),
    StateCase("Mo 10:00-16:00 || closed \"ring next door\"", at: "2026-03-23T18:00", "closed \"ring next door\""),
    StateCase("Mo 10:00-16:00 open; Tu 10:00-16:00 unknown", at: "2026-03-24T12:00", "unknown"),
    StateCase("24/7 \"self service\"", at: "2026-03-24T12:00", "open \"self service\""),
    StateCase("24/7 unknown", at: "2026-03-24T12:00", "unknown"),
    StateCase("24/7 off", at: "2026-03-24T12:00", "closed"),
    StateCase("24/7 closed \"renovation\"", at: "2026-03-24T12:00", "closed \"renovation\""),
    StateCase("Mo 22:00-02:00 \"night\"", at: "2026-03-24T01:00", "open \"night\""),
    StateCase("Mo 10:00-16:00 \"å ä ö – sauna\"", at: "2026-03-23T12:00", "open \"å ä ö – sauna\""),
    StateCase("Mo-Fr 10:00-16:00; PH off \"festive\"", at: "2026-04-06T12:00", "closed \"festive\""),
  ])
  func statesAndComments(_ row: StateCase) throws { #expect(try row.found() == row.expected) }

  // A finished life of a library, a swimming hall, a café: what real registers write.
  @Test(arguments: [
    DayCase("Mo-Th 08:00-20:00; Fr 08:00-18:00; Sa 10:00-16:00; Su,PH off", on: "2026-03-26", "08:00-20:00"),
    DayCase("Mo-Th 08:00-20:00; Fr 08:00-18:00; Sa 10:00-16:00; Su,PH off", on: "2026-03-27", "08:00-18:00"),
    DayCase("Mo-Th 08:00-20:00; Fr 08:00-18:00; Sa 10:00-16:00; Su,PH off", on: "2026-03-29", ""),
    DayCase("Mo-Th 08:00-20:00; Fr 08:00-18:00; Sa 10:00-16:00; Su,PH off", on: "2026-04-06", ""),
    DayCase("Mo-Fr 06:15-20:30; Sa-Su 10:00-18:00; Jun-Aug off", on: "2026-07-15", ""),
    DayCase("Mo-Fr 06:15-20:30; Sa-Su 10:00-18:00; Jun-Aug off", on: "2026-09-01", "06:15-20:30"),
    DayCase("May-Sep Mo-Su 11:00-21:00; Jun Fr-Sa 11:00-23:00", on: "2026-06-19", "11:00-23:00"),
    DayCase("May-Sep Mo-Su 11:00-21:00; Jun Fr-Sa 11:00-23:00", on: "2026-06-21", "11:00-21:00"),
    DayCase("May-Sep Mo-Su 11:00-21:00; Jun Fr-Sa 11:00-23:00", on: "2026-10-01", ""),
    DayCase("Mo-Fr 09:00-20:00; PH -1 day 09:00-18:00; PH off", on: "2026-04-30", "09:00-18:00"),
    DayCase("Mo-Fr 09:00-20:00; PH -1 day 09:00-18:00; PH off", on: "2026-05-01", ""),
    DayCase("Mo-Fr 09:00-20:00; PH -1 day 09:00-18:00; PH off", on: "2026-05-04", "09:00-20:00"),
    DayCase("Mo-Fr 10:00-18:00; Dec 24-26 off; Dec 31 10:00-14:00", on: "2026-12-31", "10:00-14:00"),
    DayCase("week 1-53/2 We 12:00-18:00; week 2-52/2 We 09:00-15:00", on: "2026-03-25", "12:00-18:00"),
    DayCase("week 1-53/2 We 12:00-18:00; week 2-52/2 We 09:00-15:00", on: "2026-04-01", "09:00-15:00"),
    DayCase("Tu-Su 11:00-17:00; Tu[1] 11:00-20:00 \"free entry\"", on: "2026-06-02", "11:00-20:00 \"free entry\""),
    DayCase("Tu-Su 11:00-17:00; Tu[1] 11:00-20:00 \"free entry\"", on: "2026-06-09", "11:00-17:00"),
  ])
  func asRegistersWriteThem(_ row: DayCase) throws { #expect(try row.found() == row.expected) }
}
