import Foundation
import OpeningHours
import Testing

@Suite("Hours of the Finnish Service Catalogue")
struct PTVConverterTests {
  static let cases = [
    ConversionCase(
      name: "days one by one, midnight as 00:00",
      source: """
        [{"serviceHourType":"DaysOfTheWeek","validForNow":true,"additionalInformation":[{"language":"fi","value":"Palveluajat"}],"openingHour":[
          {"dayFrom":"Monday","dayTo":"","from":"08:00:00","to":"16:15:00"},
          {"dayFrom":"Tuesday","dayTo":"","from":"08:00:00","to":"16:15:00"},
          {"dayFrom":"Friday","dayTo":"","from":"16:00:00","to":"00:00:00"},
          {"dayFrom":"Friday","dayTo":null,"from":"08:00","to":"12:00"}]}]
        """,
      expression: "Mo,Tu 08:00-16:15; Fr 08:00-12:00,16:00-24:00",
      days: ["2026-06-02: 08:00-16:15", "2026-06-05: 08:00-12:00, 16:00-24:00", "2026-06-06: "]),
    ConversionCase(
      name: "an exception wins wherever it stands",
      source: """
        [{"serviceHourType":"Exceptional","validFrom":"2026-06-18T00:00:00","validTo":null,"isClosed":true,
          "additionalInformation":[{"language":"fi","value":"Henkilökunnan \\"virkistyspäivä\\""}]},
         {"serviceHourType":"DaysOfTheWeek","openingHour":[{"dayFrom":"Monday","dayTo":"Friday","from":"09:00:00","to":"15:00:00"}]},
         {"serviceHourType":"Exceptional","validFrom":"2026-06-15T00:00:00","validTo":"2026-06-19T00:00:00","isClosed":false,
          "openingHour":[{"dayFrom":"","dayTo":"","from":"10:00:00","to":"12:00:00"}]}]
        """,
      expression:
        "Mo-Fr 09:00-15:00; 2026 Jun 15-2026 Jun 19 10:00-12:00; 2026 Jun 18 off \"Henkilökunnan 'virkistyspäivä'\"",
      days: [
        "2026-06-12: 09:00-15:00", "2026-06-15: 10:00-12:00", "2026-06-18: ", "2026-06-19: 10:00-12:00",
        "2026-06-22: 09:00-15:00",
      ]),
    ConversionCase(
      name: "a period's week replaces the usual one, its other days are closed",
      source: """
        [{"serviceHourType":"DaysOfTheWeek","openingHour":[
          {"dayFrom":"Wednesday","from":"08:00:00","to":"18:00:00"},{"dayFrom":"Saturday","from":"10:00:00","to":"14:00:00"}]},
         {"serviceHourType":"DaysOfTheWeek","validFrom":"2026-07-01T00:00:00","validTo":"2026-07-31T00:00:00",
          "openingHour":[{"dayFrom":"Wednesday","from":"09:00:00","to":"15:00:00"}]}]
        """,
      expression:
        "We 08:00-18:00; Sa 10:00-14:00; 2026 Jul 01-2026 Jul 31 Sa off; 2026 Jul 01-2026 Jul 31 We 09:00-15:00",
      days: [
        "2026-06-27: 10:00-14:00", "2026-07-01: 09:00-15:00", "2026-07-04: ", "2026-08-01: 10:00-14:00",
      ]),
    ConversionCase(
      name: "always open until a day, then by reservation",
      source: """
        [{"serviceHourType":"DaysOfTheWeek","isAlwaysOpen":true},
         {"serviceHourType":"DaysOfTheWeek","validFrom":"2027-01-01T00:00:00","isReservation":true}]
        """,
      expression: "24/7; 2027 Jan 01+ unknown \"ajanvarauksella\"",
      days: ["2026-12-31: 00:00-24:00", "2027-01-01: ?00:00-24:00 \"ajanvarauksella\""]),
    ConversionCase(
      name: "over midnight, and over a weekend longer than 48 hours",
      source: """
        [{"serviceHourType":"OverMidnight","openingHour":[{"dayFrom":"Thursday","dayTo":"Friday","from":"20:00:00","to":"02:00:00"}]},
         {"serviceHourType":"OverMidnight","openingHour":[{"dayFrom":"Friday","dayTo":"Monday","from":"18:00:00","to":"06:00:00"}]}]
        """,
      expression: "Th 20:00-02:00, Fr 18:00-24:00, Sa 00:00-24:00, Su 00:00-30:00",
      days: [
        "2026-06-04: 20:00-24:00", "2026-06-05: 00:00-02:00, 18:00-24:00", "2026-06-06: 00:00-24:00",
        "2026-06-08: 00:00-06:00",
      ]),
    ConversionCase(
      name: "a holiday is its next date, a time in UTC is a day in Finland",
      source: """
        [{"serviceHourType":"Exceptional","validFrom":"2026-12-05T22:00:00Z","validTo":null,"isClosed":true,
          "additionalInformation":[{"language":"sv","value":"Självständighetsdagen"},{"language":"fi","value":"Itsenäisyyspäivä"}]}]
        """,
      expression: "2026 Dec 06 off \"Itsenäisyyspäivä\"",
      losses: ["serviceHours[0].additionalInformation: sv: Självständighetsdagen", "serviceHours[0]: Itsenäisyyspäivä"]),
    ConversionCase(
      name: "what cannot be read is told and left out",
      source: """
        [{"serviceHourType":"Sometimes"},
         {"serviceHourType":"DaysOfTheWeek","additionalInformation":[{"language":"fi","value":"Soita ensin"}]},
         {"serviceHourType":"DaysOfTheWeek","openingHour":[{"dayFrom":"Someday","from":"08:00:00","to":"16:00:00"},
          {"dayFrom":"Monday","from":"8","to":"16:00:00"},{"dayFrom":"Wednesday","dayTo":"Monday","from":"08:00:00","to":"16:00:00"}]},
         {"serviceHourType":"Exceptional","isClosed":true},
         {"serviceHourType":"Exceptional","validFrom":"2026-02-30","isClosed":true}]
        """,
      expression: "We 08:00-16:00",
      losses: [
        "serviceHours[0].serviceHourType: Sometimes", "serviceHours[1].additionalInformation: Soita ensin",
        "serviceHours[2].openingHour[0].dayFrom: Someday", "serviceHours[2].openingHour[1].from: 8",
        "serviceHours[2].openingHour[2].dayTo: Monday", "serviceHours[3].validFrom",
        "serviceHours[4].validFrom: 2026-02-30",
      ]),
    ConversionCase(name: "no hours at all", source: "[]", expression: nil),
  ]

  @Test(arguments: cases) func hoursAreCarriedOver(_ item: ConversionCase) throws {
    let result = HoursConversion(ptv: try item.decoded(PTVServiceHours.self))
    #expect(result.expression?.description == item.expression)
    #expect(result.lossTexts == item.losses)
    #expect(try result.days(like: item.days) == item.days)
    if let expression = result.expression {
      #expect(try HoursExpression(parsing: expression.description) == expression)
    }
  }
}
