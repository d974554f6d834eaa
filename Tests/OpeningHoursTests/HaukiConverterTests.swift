import OpeningHours
import Testing

@Suite("Hours of Hauki")
struct HaukiConverterTests {
  static let cases = [
    ConversionCase(
      name: "a week of staff and self-service",
      source: """
        [{"start_date":null,"end_date":null,"resource_state":"undefined","override":false,"time_span_groups":[{"rules":[],"time_spans":[
          {"start_time":"07:00:00","end_time":"22:00:00","weekdays":[1,2,3,4,5],"resource_state":"self_service"},
          {"start_time":"10:00:00","end_time":"18:00:00","weekdays":[1,2,3,4,5],"resource_state":"open"},
          {"full_day":true,"weekdays":[7],"resource_state":"closed"}]}]}]
        """,
      expression: "Su off; Mo-Fr 07:00-22:00 \"self_service\", Mo-Fr 10:00-18:00",
      days: ["2026-06-01: 07:00-10:00 \"self_service\", 10:00-18:00, 18:00-22:00 \"self_service\"", "2026-06-07: "]),
    ConversionCase(
      name: "the shortest overriding period wins, whatever the order",
      source: """
        [{"start_date":"2026-12-24","end_date":"2026-12-24","override":true,"resource_state":"open","time_span_groups":[{"time_spans":[
            {"start_time":"09:00:00","end_time":"12:00:00"}]}]},
         {"start_date":"2026-12-21","end_date":"2027-01-06","override":true,"resource_state":"closed","time_span_groups":[]},
         {"start_date":"2026-08-10","end_date":null,"override":false,"resource_state":"open","time_span_groups":[{"time_spans":[
            {"start_time":"08:00:00","end_time":"16:00:00","weekdays":[1,2,3,4,5]}]}]}]
        """,
      expression: "2026 Aug 10+ Mo-Fr 08:00-16:00; 2026 Dec 21-2027 Jan 06 off; 2026 Dec 24 09:00-12:00",
      days: [
        "2026-08-07: ", "2026-12-18: 08:00-16:00", "2026-12-23: ", "2026-12-24: 09:00-12:00", "2027-01-07: 08:00-16:00",
      ]),
    ConversionCase(
      name: "an overriding period leaves alone the days on which it has nothing",
      source: """
        [{"resource_state":"open","time_span_groups":[{"time_spans":[{"start_time":"08:00:00","end_time":"16:00:00"}]}]},
         {"start_date":"2026-06-01","end_date":"2026-06-14","override":true,"resource_state":"open","time_span_groups":[{"time_spans":[
            {"start_time":"12:00:00","end_time":"14:00:00","weekdays":[6]},
            {"start_time":"12:00:00","end_time":"14:00:00","weekdays":[7],"resource_state":"maintenance"}]}]}]
        """,
      expression:
        "08:00-16:00; 2026 Jun 01-2026 Jun 14 Sa 12:00-14:00; 2026 Jun 01-2026 Jun 14 Su off \"maintenance\"",
      days: ["2026-06-05: 08:00-16:00", "2026-06-06: 12:00-14:00", "2026-06-07: ", "2026-06-20: 08:00-16:00"]),
    ConversionCase(
      name: "periods without override add to each other, open over closed",
      source: """
        [{"resource_state":"open","time_span_groups":[{"time_spans":[{"start_time":"08:00:00","end_time":"12:00:00","weekdays":[1]}]}]},
         {"start_date":"2026-06-01","end_date":"2026-06-30","resource_state":"closed","time_span_groups":[]},
         {"start_date":"2026-06-01","end_date":"2026-06-30","resource_state":"open","time_span_groups":[{"time_spans":[
            {"start_time":"20:00:00","end_time":"02:00:00","weekdays":[1,5]}]}]}]
        """,
      expression: "2026 Jun 01-2026 Jun 30 off, Mo 08:00-12:00, 2026 Jun 01-2026 Jun 30 Mo,Fr 20:00-02:00",
      days: ["2026-06-01: 08:00-12:00, 20:00-24:00", "2026-06-02: 00:00-02:00", "2026-07-06: 08:00-12:00"]),
    ConversionCase(
      name: "even and odd weeks, nth weekdays",
      source: """
        [{"resource_state":"open","time_span_groups":[
          {"rules":[{"context":"year","subject":"week","frequency_modifier":"odd"}],"time_spans":[{"start_time":"08:00:00","end_time":"12:00:00","weekdays":[2]}]},
          {"rules":[{"context":"year","subject":"week","frequency_modifier":"even"}],"time_spans":[{"start_time":"13:00:00","end_time":"17:00:00","weekdays":[2]}]},
          {"rules":[{"context":"month","subject":"sat","start":1}],"time_spans":[{"start_time":"10:00:00","end_time":"14:00:00"}]},
          {"rules":[{"context":"month","subject":"sun","start":-1}],"time_spans":[{"start_time":"10:00:00","end_time":"14:00:00"}]}]}]
        """,
      expression:
        "week 01-53/2 Tu 08:00-12:00; week 02-53/2 Tu 13:00-17:00; Sa[1] 10:00-14:00; Su[-1] 10:00-14:00",
      days: [
        "2026-06-02: 08:00-12:00", "2026-06-09: 13:00-17:00", "2026-06-06: 10:00-14:00", "2026-06-13: ",
        "2026-06-28: 10:00-14:00",
      ]),
    ConversionCase(
      name: "each second week of a period as dates, months of a period",
      source: """
        [{"start_date":"2026-06-03","end_date":"2026-06-30","resource_state":"open","time_span_groups":[
          {"rules":[{"context":"period","subject":"week","start":1,"frequency_ordinal":2}],"time_spans":[{"start_time":"08:00:00","end_time":"12:00:00","weekdays":[1,4]}]}]},
         {"start_date":"2026-01-15","end_date":"2026-12-15","resource_state":"open","time_span_groups":[
          {"rules":[{"context":"year","subject":"month","start":1,"frequency_ordinal":11}],"time_spans":[{"start_time":"09:00:00","end_time":"10:00:00","weekdays":[7]}]}]}]
        """,
      expression:
        "2026 Jun 03-2026 Jun 07,2026 Jun 15-2026 Jun 21,2026 Jun 29-2026 Jun 30 Mo,Th 08:00-12:00; "
        + "2026 Jan 15-2026 Jan 31,2026 Dec 01-2026 Dec 15 Su 09:00-10:00",
      days: [
        "2026-06-04: 08:00-12:00", "2026-06-08: ", "2026-06-15: 08:00-12:00", "2026-06-29: 08:00-12:00",
        "2026-02-01: ", "2026-12-13: 09:00-10:00",
      ]),
    ConversionCase(
      name: "periods of all days that add to each other stay apart",
      source: """
        [{"resource_state":"open","time_span_groups":[{"time_spans":[{"start_time":"08:00:00","end_time":"12:00:00"}]}]},
         {"resource_state":"open","time_span_groups":[{"time_spans":[{"start_time":"10:00:00","end_time":"14:00:00"}]}]}]
        """,
      expression: "08:00-12:00 open, 10:00-14:00",
      days: ["2026-06-02: 08:00-14:00"]),
    ConversionCase(
      name: "groups of an overriding period add to each other",
      source: """
        [{"resource_state":"open","time_span_groups":[{"time_spans":[{"start_time":"08:00:00","end_time":"16:00:00"}]}]},
         {"start_date":"2026-06-01","end_date":"2026-06-30","override":true,"resource_state":"open","time_span_groups":[
          {"rules":[{"context":"month","subject":"mon","start":1}],"time_spans":[{"start_time":"10:00:00","end_time":"11:00:00"}]},
          {"time_spans":[{"start_time":"12:00:00","end_time":"13:00:00","weekdays":[1]}]}]}]
        """,
      expression:
        "08:00-16:00; 2026 Jun 01-2026 Jun 30 Mo[1] off; 2026 Jun 01-2026 Jun 30 Mo off, "
        + "2026 Jun 01-2026 Jun 30 Mo[1] 10:00-11:00, 2026 Jun 01-2026 Jun 30 Mo 12:00-13:00",
      days: ["2026-06-01: 10:00-11:00, 12:00-13:00", "2026-06-02: 08:00-16:00", "2026-06-08: 12:00-13:00"]),
    ConversionCase(
      name: "what cannot be said is told and left out",
      source: """
        [{"name":{"fi":"Talvi","sv":"Vinter"},"start_date":"soon"},
         {"name":"Kesä","resource_state":"open","time_span_groups":[
          {"rules":[{"context":"month","subject":"day","start":15}],"time_spans":[{"full_day":true}]},
          {"rules":[{"context":"year","subject":"week","start":10}],"time_spans":[
            {"start_time":"08:00:00","end_time":"12:00:00","description":{"fi":"Vauvat"}},
            {"start_time":"08:00:00","end_time":"12:00:00","resource_state":"haunted"}]}]},
         {"start_date":"2026-06-02","end_date":"2026-06-01"}]
        """,
      expression: "week 10 08:00-12:00",
      losses: [
        "date_periods[0].start_date: soon", "date_periods[1].name: Kesä",
        "date_periods[1].time_span_groups[0].rules[0]: from number 15 day of the month",
        "date_periods[1].time_span_groups[1].rules[0]: from number 10 week of the year",
        "date_periods[1].time_span_groups[1].time_spans[0].description: Vauvat",
        "date_periods[1].time_span_groups[1].time_spans[1].resource_state: haunted",
        "date_periods[2].end_date: 2026-06-01",
      ]),
  ]

  @Test(arguments: cases) func hoursAreCarriedOver(_ item: ConversionCase) throws {
    let result = HoursConversion(hauki: try item.decoded(HaukiDatePeriod.self))
    #expect(result.expression?.description == item.expression)
    #expect(result.lossTexts == item.losses)
    #expect(try result.days(like: item.days) == item.days)
    if let expression = result.expression {
      #expect(try HoursExpression(parsing: expression.description) == expression)
    }
  }

  @Test(arguments: [
    ("open", "open"), ("self_service", "open"), ("with_key", "open"), ("with_reservation", "open"),
    ("open_and_reservable", "open"), ("with_key_and_reservation", "open"), ("enter_only", "open"),
    ("weather_permitting", "open"), ("reserved", "open"), ("by_appointment", "open"), ("closed", "closed"),
    ("exit_only", "closed"), ("not_in_use", "closed"), ("maintenance", "closed"), ("undefined", "unknown"),
    ("no_opening_hours", "unknown"),
  ]) func statesAreOpenAsInHauki(_ state: String, _ expected: String) throws {
    let source = """
      [{"resource_state":"undefined","time_span_groups":[{"time_spans":[
        {"start_time":"10:00:00","end_time":"12:00:00","resource_state":"\(state)"}]}]}]
      """
    let periods = try ConversionCase(name: state, source: source, expression: nil).decoded(HaukiDatePeriod.self)
    let expression = try #require(HoursConversion(hauki: periods).expression)
    let status = OpeningCalendar(expression).status(at: try Wall.instant("2026-06-01T11:00"))
    #expect(status.state.rawValue == expected)
    #expect(status.comment == (["open", "closed"].contains(state) ? nil : state))
  }
}
