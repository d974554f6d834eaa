import OpeningHours
import Testing

@Suite("What people write instead of the language")
struct LenientParserTests {
  /// Text, normal form and a word of a warning; the normal form is read without one.
  static let words: [(String, String, String)] = [
    ("mo-FR 09:00-17:00", "Mo-Fr 09:00-17:00", "“mo”"),
    ("Monday-Friday 09:00-17:00", "Mo-Fr 09:00-17:00", "Friday"),
    ("Mon.-Fri. 9am - 5:30pm", "Mo-Fr 09:00-17:30", "full stop"),
    ("January-Sept Mo", "Jan-Sep Mo", "Sept"),
    ("ma-pe klo 9-17, la 10.00-14.00", "Mo-Fr 09:00-17:00, Sa 10:00-14:00", "klo"),
    ("Maanantaisin 10:00-12:00; tiistai suljettu", "Mo 10:00-12:00; Tu closed", "suljettu"),
    ("ti ja to 10:00-14:00", "Tu,Th 10:00-14:00", "“to” is read as Th"),
    ("ke 9-17 to 10-14", "We 09:00-17:00, Th 10:00-14:00", "“to” is read as Th"),
    ("Mon to Fri 9 to 17", "Mo-Fr 09:00-17:00", "“to” is read as -"),
    ("tammi-maaliskuu kiinni", "Jan-Mar closed", "maaliskuu"),
    ("Kesä-elokuu: ma-to 10:00-15:00", "Jun-Aug Mo-Th 10:00-15:00", "Kesä"),
    ("pyhäpäivinä suljettu", "PH closed", "PH"),
    ("Public holidays: closed", "PH closed", "Public holidays"),
    ("mån-fre kl. 9–16, lördag stängt", "Mo-Fr 09:00-16:00, Sa closed", "stängt"),
    ("måndag-torsdag 10:00-18:00; helgdag stängt", "Mo-Th 10:00-18:00; PH closed", "helgdag"),
    ("daily 10:00-18:00", "Mo-Su 10:00-18:00", "daily"),
    ("vko 20-35 ma 10:00-12:00", "week 20-35 Mo 10:00-12:00", "vko"),
    ("09:00-17:00, closed 12:00-13:00", "09:00-17:00 open, 12:00-13:00 closed", "state"),
    ("open Mo-Fr 09:00-17:00, closed Sa", "Mo-Fr 09:00-17:00 open, Sa closed", "state"),
  ]
  static let times: [(String, String, String)] = [
    ("Mo 9:00-17:00", "Mo 09:00-17:00", "“9:00” is read as 09:00"), ("Mo 9-17", "Mo 09:00-17:00", "“17”"),
    ("Mo 9.00-17.30", "Mo 09:00-17:30", "“17.30”"), ("Mo 0900-1700", "Mo 09:00-17:00", "“0900”"),
    ("Mo 9h30-17h", "Mo 09:30-17:00", "“9h30”"), ("11 am-2 pm", "11:00-14:00", "“2 pm”"),
    ("Su-Th 15-00", "Su-Th 15:00-00:00", "“00”"), ("17+", "17:00+", "“17”"),
    ("ma-to 8-11 & 17-21", "Mo-Th 08:00-11:00,17:00-21:00", "&"),
    ("09:00-12:00 / 13:00-17:00", "09:00-12:00,13:00-17:00", "slash"),
    ("Mo-Su 24h", "Mo-Su 00:00-24:00", "00:00-24:00"), ("Jun-Aug 24/7", "Jun-Aug 00:00-24:00", "24/7"),
  ]
  static let signs: [(String, String, String)] = [
    ("Mo\u{2013}Fr 09:00\u{2212}17:00", "Mo-Fr 09:00-17:00", "dash"),
    ("Mo\u{A0}09:00-17:00", "Mo 09:00-17:00", "space"),
    ("Mo: 09:00-17:00", "Mo 09:00-17:00", "colon"), ("Sa/Su off", "Sa,Su off", "slash"),
    ("Mo 09:00-17:00;", "Mo 09:00-17:00", "semicolon"), ("Mo off;;Tu off", "Mo off; Tu off", "semicolon"),
    ("Mo 09:00-17:00.", "Mo 09:00-17:00", "full stop"),
    ("Mo-Fr 08:00-19:00 Sa 09:00-15:00", "Mo-Fr 08:00-19:00, Sa 09:00-15:00", "separator is missing"),
    ("Mo-Su 08:00-19:00 PH off", "Mo-Su 08:00-19:00, PH off", "separator is missing"),
    ("Mo-Fr 08:00-19:00\nSa 09:00-15:00", "Mo-Fr 08:00-19:00, Sa 09:00-15:00", "separator is missing"),
    ("„nach Absprache“", "\"nach Absprache\"", "Quotation marks"), ("”soita”", "\"soita\"", "Quotation marks"),
    ("”all\"\u{34B}”", "\"all'\u{34B}\"", "Quotation marks"),
    ("»ring \"här\"»", "\"ring 'här'\"", "Quotation marks"),
  ]
  static let dates: [(String, String, String)] = [
    ("Feb 1-31", "Feb 01-29", "no day 31"), ("Jan 15-Apr 31", "Jan 15-Apr 30", "no day 31"),
    ("Jun 15-Aug", "Jun 15-Aug 31", "Aug 31"), ("Jun-Aug 15", "Jun 01-Aug 15", "Jun 01"),
    ("Dec 24,25,26 off", "Dec 24,Dec 25,Dec 26 off", "another day"),
    ("week 1 Jan", "Jan week 01", "before the weeks"),
    ("2027 week 1 Jan,Feb", "2027 Jan,2027 Feb week 01", "before the weeks"),
    ("Jan: week 1: Mo", "Jan week 01 Mo", "colon"),
  ]

  @Test(arguments: words + times + signs + dates)
  func isReadWithAWarning(text: String, normal: String, warning: String) throws {
    let parsed = try HoursExpression.parse(text)
    #expect(parsed.expression.description == normal)
    #expect(parsed.warnings.contains { $0.detail.contains(warning) }, "\(parsed.warnings)")
    #expect(parsed.warnings.map(\.position) == parsed.warnings.map(\.position).sorted())
    #expect(parsed.warnings.allSatisfy { 0..<text.unicodeScalars.count ~= $0.position })
    let again = try HoursExpression.parse(normal)
    #expect(again.expression == parsed.expression)
    #expect(again.warnings.isEmpty)
  }

  @Test func whatCanHardlyBeMeantIsWarnedOf() throws {
    #expect(try HoursExpression.parse("SH off").warnings.map(\.position) == [0])
    #expect(try HoursExpression.parse("Mo off; 2027 Feb 29 off").warnings.map(\.position) == [8])
    #expect(try HoursExpression.parse("2028 Feb 29 off").warnings.isEmpty)
  }

  @Test func positionsCountCharactersNotBytes() throws {
    let parsed = try HoursExpression.parse("Mo \"äö\u{1F514}\"; Tu 9:00-10:00")
    #expect(parsed.warnings.map(\.position) == [13])
  }
}
