import OpeningHours
import Testing

@Suite("Reading and printing opening hours")
struct ParserTests {
  /// Text and normal form of what keeps to the grammar: no warnings.
  static let grammar: [(String, String)] = [
    ("24/7", "24/7"), ("open", "open"), ("closed", "closed"), ("off", "off"),
    ("Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
    ("Mo-Fr 09:00-12:00,13:00-17:00;Sa off", "Mo-Fr 09:00-12:00,13:00-17:00; Sa off"),
    ("10:00-12:00, 13:00-14:00", "10:00-12:00,13:00-14:00"),
    ("Mo 10:00-12:00, Tu 13:00-15:00", "Mo 10:00-12:00, Tu 13:00-15:00"),
    ("Mo-Fr 09:00-15:00||\"by appointment\"", "Mo-Fr 09:00-15:00 || \"by appointment\""),
    ("2026Jun01:10:00-12:10", "2026 Jun 01 10:00-12:10"),
    ("2026-2040/2,2050+ Su", "2026-2040/2,2050+ Su"),
    ("Nov-Feb00:00-24:00", "Nov-Feb 00:00-24:00"),
    ("Dec 24,Jan 02: 18:00-22:00", "Dec 24,Jan 02 18:00-22:00"),
    ("Dec 24-Dec 26 off", "Dec 24-26 off"),
    ("Aug Su[-1] -1 day 10:00-18:00", "Aug Su[-1] -1 day 10:00-18:00"),
    ("Jan Mo[1]-15", "Jan Mo[1]-Jan 15"),
    ("easter -2 days-easter +1 day off", "easter -2 days-easter +1 day off"),
    ("Dec 25 +Su", "Dec 25 +Su"), ("May 2+ Mo", "May 02+ Mo"),
    ("Novweek09", "Nov week 09"), ("week01,03-10/2:10:00-12:00", "week 01,03-10/2 10:00-12:00"),
    ("Sa[2-4,1,-1] +1 day", "Sa[2-4,1,-1] +1 day"),
    ("PH Mo-Fr 12:00-15:00", "PH Mo-Fr 12:00-15:00"), ("Mo-Fr PH -1 day", "PH -1 day Mo-Fr"),
    ("PH,Mo off", "Mo,PH off"),
    ("22:00-26:00", "22:00-26:00"), ("17:00+off", "17:00+ off"), ("14:00-17:00+", "14:00-17:00+"),
    ("(sunset-00:30)-(sunrise+01:00)", "(sunset-00:30)-(sunrise+01:00)"), ("(dawn+00:00)-dusk", "dawn-dusk"),
    ("\"summer\": Mo 10:00-12:00", "Mo 10:00-12:00 \"summer\""),
  ]

  @Test(arguments: grammar) func theGrammarIsReadWithoutWarnings(text: String, normal: String) throws {
    let parsed = try HoursExpression.parse(text)
    #expect(parsed.expression.description == normal)
    #expect(parsed.warnings.isEmpty)
    #expect(try HoursExpression(parsing: normal) == parsed.expression)
  }
}
