import Foundation
import OpeningHours
import Testing

@Suite("schema.org out of expressions")
struct SchemaOrgConverterTests {
  struct Case: CustomTestStringConvertible {
    let expression: String
    let from: String
    var days = 60
    let expected: [String]
    var losses: [String] = []
    var testDescription: String { "\(expression) from \(from)" }
  }

  static let cases = [
    Case(
      expression: "Mo-Fr 08:00-16:00; Sa 10:00-14:00", from: "2026-02-02",
      expected: ["1,2,3,4,5 08:00-16:00", "6 10:00-14:00"]),
    Case(expression: "24/7", from: "2026-02-02", expected: ["1,2,3,4,5,6,7 00:00-23:59"]),
    Case(expression: "off", from: "2026-02-02", expected: ["1,2,3,4,5,6,7 00:00-00:00"]),
    Case(
      expression: "Mo-Th 10:00-24:00; Fr,Sa 18:00-02:00", from: "2026-02-02",
      expected: ["1,2,3,4 10:00-00:00", "5,6 18:00-02:00"]),
    Case(
      expression: "Fr 18:00-42:00", from: "2026-02-02", expected: ["5 18:00-00:00", "6 00:00-18:00"]),
    // Both nights in which the clock changes are nights like others.
    Case(
      expression: "Sa 22:00-05:00; Su 03:15-03:45", from: "2026-10-01", expected: ["6 22:00-00:00", "7 03:15-03:45"]),
    Case(
      expression: "Mo-Su 09:00-17:00; PH off; Dec 24 off; Dec 31 10:00-14:00", from: "2026-12-01", days: 45,
      expected: [
        "1,2,3,4,5,6,7 09:00-17:00 2026-12-01/2027-01-14", "00:00-00:00 2026-12-06/2026-12-06",
        "00:00-00:00 2026-12-24/2026-12-26", "10:00-14:00 2026-12-31/2026-12-31", "00:00-00:00 2027-01-01/2027-01-01",
        "00:00-00:00 2027-01-06/2027-01-06",
      ],
      losses: ["rules: 2027-01-14"]),
    Case(
      expression: "Mo-Fr 08:00-16:00; Jun-Aug Mo-Fr 09:00-15:00", from: "2026-05-04", days: 150,
      expected: [
        "1,2,3,4,5 08:00-16:00 2026-05-04/2026-05-31", "1,2,3,4,5 09:00-15:00 2026-06-01/2026-08-31",
        "1,2,3,4,5 08:00-16:00 2026-09-01/2026-09-30",
      ],
      losses: ["rules: 2026-09-30"]),
    Case(
      expression: "Sa[1] 10:00-14:00", from: "2026-06-01", days: 30,
      expected: ["1,2,3,4,5,6,7 00:00-00:00 2026-06-01/2026-06-30", "10:00-14:00 2026-06-06/2026-06-06"],
      losses: ["rules: 2026-06-30"]),
    Case(
      expression: "Mo-Fr 09:00-12:00,13:00-17:00 \"ring\"; Sa unknown \"by appointment\"; Su 18:00+",
      from: "2026-02-02",
      expected: ["1,2,3,4,5 09:00-12:00", "1,2,3,4,5 13:00-17:00"],
      losses: ["rules[0]: ring", "rules[1]: by appointment", "rules[1]", "rules[2]"]),
    Case(
      expression: "Mo-Fr 09:00-17:00 || Sa 10:00-12:00", from: "2026-02-02",
      expected: ["1,2,3,4,5 09:00-17:00", "6 10:00-12:00"]),
  ]

  @Test(arguments: cases) func weeksAndTheDaysThatDifferAreTold(_ item: Case) throws {
    let hours = SchemaOrgHours.specifications(
      of: try HoursExpression(parsing: item.expression), from: try #require(HoursDate(item.from)), days: item.days)
    let found = hours.specifications.map { specification in
      let days = specification.weekdays.map(String.init).joined(separator: ",")
      let valid = specification.validFrom.map { "\($0)/\(specification.validThrough?.description ?? "")" }
      return [days.isEmpty ? nil : days, "\(specification.opens)-\(specification.closes)", valid].compactMap { $0 }
        .joined(separator: " ")
    }
    #expect(found == item.expected)
    #expect(hours.losses.map { loss in loss.value.map { "\(loss.where): \($0)" } ?? loss.where } == item.losses)
  }

  @Test(arguments: [
    "Mo-Fr 08:00-20:00; PH off; Jun 19-25 Fr off; easter -3 days 08:00-14:00",
    "week 1-53/2 Tu 10:00-18:00; Sa[-1] 12:00-15:00",
    "Jun-Aug 06:30-21:00; Sep-May Mo-Sa 10:00-02:00; Dec 6,Dec 24-26 off", "24/7; Feb 28-Mar 2 off",
  ]) func specificationsTellEachDayAsTheExpressionDoes(_ text: String) throws {
    let expression = try HoursExpression(parsing: text)
    let calendar = OpeningCalendar(expression)
    let first = try #require(HoursDate("2026-01-01"))
    let specifications = SchemaOrgHours.specifications(of: expression, from: first, days: 500).specifications
    let special = specifications.filter(\.weekdays.isEmpty)
    for day in 0..<500 {
      let noon = try Wall.seconds("2026-01-01T12:30") + Int64(day) * 86_400
      let date = try #require(HoursDate(Wall.date(noon)))
      let weekday = (day + 3) % 7 + 1  // 2026-01-01 is a Thursday
      func holds(_ item: SchemaOrgHours.Specification) -> Bool {
        (item.validFrom.map { $0 <= date } ?? true) && (item.validThrough.map { date <= $0 } ?? true)
      }
      let own = special.filter(holds)
      let counted = own.isEmpty ? specifications.filter { holds($0) && $0.weekdays.contains(weekday) } : own
      let isOpen = counted.contains { item in
        item.opens <= "12:30" && (item.closes > "12:30" || (item.closes < item.opens))
      }
      #expect(isOpen == (calendar.status(at: try Wall.instant("\(date)T12:30")).state == .open), "\(date)")
    }
  }

  @Test func aSpecificationIsAnObjectOfJSONLD() throws {
    let hours = SchemaOrgHours.specifications(
      of: try HoursExpression(parsing: "Sa 10:00-14:00; PH off"), from: try #require(HoursDate("2026-06-15")), days: 7)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = try hours.specifications.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    #expect(
      lines == [
        #"{"@type":"OpeningHoursSpecification","closes":"00:00","dayOfWeek":["https://schema.org/Monday","https://schema.org/Tuesday","https://schema.org/Wednesday","https://schema.org/Thursday","https://schema.org/Friday","https://schema.org/Saturday","https://schema.org/Sunday"],"opens":"00:00","validFrom":"2026-06-15","validThrough":"2026-06-21"}"#
      ])
  }

  @Test func timesByTheSunAreTimesOfEachDayWhereThePositionIsKnown() throws {
    let hours = SchemaOrgHours.specifications(
      of: try HoursExpression(parsing: "sunrise-sunset"), from: try #require(HoursDate("2026-06-15")), days: 3,
      position: SunPosition(latitude: 60.45, longitude: 22.27))
    #expect(hours.losses.map(\.where) == ["rules[0]", "rules"])
    #expect(hours.specifications.allSatisfy { $0.opens < "04:30" && $0.closes > "22:30" })
  }
}
