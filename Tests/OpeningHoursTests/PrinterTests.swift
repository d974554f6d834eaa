import OpeningHours
import Testing

@Suite("The normal form")
struct PrinterTests {
  @Test func randomExpressionsAreReadAsTheyArePrinted() throws {
    var expressions = RandomExpressions(seed: 20_261_122)
    for _ in 0..<2_000 {
      let expression = expressions.next()
      let text = expression.description
      let parsed = try HoursExpression.parse(text)
      #expect(parsed.expression == expression, "\(text)")
      #expect(parsed.expression.description == text)
    }
  }

  @Test func noCommaIsTakenForAnother() throws {
    let morning = HoursRule(times: [TimeSpan(from: .clock(600), to: .clock(720))])
    var afternoon = HoursRule(separator: .additional, times: [TimeSpan(from: .clock(780), to: .clock(840))])
    #expect(HoursExpression(rules: [morning, afternoon]).description == "10:00-12:00 open, 13:00-14:00")
    afternoon.days = DaySelector(weekdays: [WeekdayRange(1)])
    #expect(HoursExpression(rules: [morning, afternoon]).description == "10:00-12:00, Mo 13:00-14:00")
    let always = HoursRule(days: DaySelector(weekdays: [WeekdayRange(6)]))
    #expect(HoursExpression(rules: [always, afternoon]).description == "Sa open, Mo 13:00-14:00")
  }

  @Test func aSingleYearIsWrittenAtEachDate() throws {
    let rule = HoursRule(
      years: [YearRange(from: 2026, to: 2026)],
      dates: [DateRange(from: DatePoint(.month(1))), DateRange(from: DatePoint(.month(3)), to: DatePoint(.month(4)))],
      modifier: .off)
    #expect(HoursExpression(rules: [rule]).description == "2026 Jan,2026 Mar-Apr off")
  }

  @Test func whatSaysNothingElseIsOpen() {
    #expect(HoursExpression(rules: [HoursRule()]).description == "open")
    #expect(HoursExpression(rules: [HoursRule(comment: "call")]).description == "\"call\"")
  }
}
