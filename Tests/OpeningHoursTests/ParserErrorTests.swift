import OpeningHours
import Testing

@Suite("Texts that are not read, and what is said of them")
struct ParserErrorTests {
  /// Text, position of the first character not understood, and words of the message.
  static let rules: [(String, Int, String)] = [
    ("", 0, "Nothing is written"), ("   ", 3, "Nothing is written"), (";", 0, "Before “;” a rule is missing"),
    ("|| open", 0, "Before “||”"), ("Mo off ||", 9, "After ||"), ("Mo off,", 6, "After the comma"),
    ("Mo,,Th off", 2, "After the comma"), ("Mo 10:00-12:00,,,", 14, "After the comma"),
    ("We, Aug Mo off", 2, "Write ; between rules"), ("2026, Jan off", 4, "Write ; between rules"),
    ("PH, Aug-Sep off", 2, "no times and no state"), ("Mo closed open", 10, "one state"),
    ("open Mo closed", 8, "one state"), ("Mo \"a\" \"b\"", 7, "not understood"),
    ("Mo \"by appointment", 3, "not closed"), ("»testing«", 0, "not closed"), ("Mo \" \"", 3, "comment is empty"),
    (":Mo", 0, "colon"), ("Jan:: Mo", 4, "Two colons"), ("Mo 10:00-12:00:", 14, "colon"),
    ("Mo-Fr 9-17 Mo 10-12", 11, "separator is missing"), ("Jun-Aug Mo 9-17 Sa 9-12", 16, "separator is missing"),
    ("Jan Mo 9-17 Feb Mo 9-12", 12, "Write ; before “Feb”"),
    ("10:00-12:00 Mo", 12, "days before times"), ("Mo Fr 10:00-12:00", 3, "days before times"),
    ("Mo # Tu", 3, "“#”"),
  ]
  static let words: [(String, Int, String)] = [
    ("summer Mo 10:00-12:00", 0, "Write months"), ("Mo off; kesällä Ti 9-12", 8, "Write months"),
    ("Frühling", 0, "season"), ("Mo-Tr 17:00-20:00", 3, "Tu or Th"), ("Mo cloesd", 3, "Write closed?"),
    ("sunrize-19:00", 0, "Write sunrise?"), ("arkisin 9-17", 0, "Mo-Fr"), ("viikonloppuisin", 0, "Sa,Su"),
    ("aattona 9-12", 0, "Dec 24"), ("Mo by appointment", 3, "quotation marks"), ("(on request)", 1, "quotation marks"),
    ("noon-17:00", 0, "12:00"),
  ]
  static let dates: [(String, Int, String)] = [
    ("week 00", 5, "01–53"), ("week 1-54", 7, "no week 54"), ("week 40-30", 8, "week 40-53,01-30"),
    ("week week", 5, "number of a week"), ("week 30-40/1", 11, "step"), ("week 30-40/27", 11, "step"),
    ("week 30/2", 7, "range of weeks"),
    ("2026-2024", 5, "backwards"), ("2026-2026", 5, "year once"), ("2026-", 5, "2026+"),
    ("2026/2", 4, "range of years"),
    ("2026-2030/0", 10, "step"), ("2026-2027 2028 Jan 1", 10, "Two years"),
    ("Feb 30", 4, "01–29"), ("Apr 31-May 02", 4, "01–30"), ("Jun 00", 4, "no day 0"), ("Jun 02-32", 7, "no day 32"),
    ("Jun 30-24", 7, "Jul 24"), ("2027 Jan 5-2026 Feb 1", 11, "backwards"), ("2027 Mar 5-2027 Feb 1", 11, "backwards"),
    ("Dec 24 - off", 9, "last date"), ("Dec 24,9-12", 7, "day or an hour"),
    ("easter +370 days", 8, "too many days"), ("2026 easter-easter +1 day", 12, "Write it at both"),
    ("Jan Mo[1,2]-Feb 3", 11, "dash"), ("Jan 3-Feb Mo[1,2]", 12, "one weekday"),
    ("24.12. off", 0, "Write Dec 24"), ("2026-12-24 off", 0, "Write 2026 Dec 24"), ("24 Dec off", 0, "Write Dec 24"),
    ("Dec 24 2026 off", 7, "Write it before"),
  ]
  static let days: [(String, Int, String)] = [
    ("Su-PH", 3, "comma"), ("PH-Su", 2, "comma"), ("PH +2 days", 4, "too many days"),
    ("SH +1 day", 3, "not understood"),
    ("Mo[2] -7 days", 7, "too many days"), ("Mo +1 day", 3, "not understood"), ("Sa[0]", 3, "1–5"),
    ("Sa[1,6]", 5, "1–5"),
    ("Sa[3-1]", 6, "backwards"), ("Sa[1", 4, "]"), ("Mo-", 3, "a weekday"), ("PH,Mo Tu", 6, "days before times"),
    ("PH Mo,PH", 5, "Write ; between rules"),
  ]
  static let times: [(String, Int, String)] = [
    ("12:00", 0, "12:00+"), ("Mo 9", 3, "09:00+"), ("sunset", 0, "sunset+"), ("10:00-", 5, "10:00+"),
    ("Mo 16:00-, Sa 14:00-", 8, "16:00+"), ("24:00-26:00", 0, "00:00 on the next day"), ("25:00-26:00", 0, "next day"),
    ("10:60-12:00", 3, "00–59"), ("10:00-49:00", 6, "48"), ("23:59-48:01", 6, "48:00"), ("10:00-48:00+", 11, "48:00"),
    ("117:00-118:00", 0, "no hour"), ("9:5-10:00", 2, "two digits"), ("10::00-12:00", 2, "two digits"),
    ("10:00-12:00-14:00", 11, "comma between spans"), ("10:00-12:00/00:30", 11, "Timetables"),
    ("12am-3pm", 0, "both ways"), ("9am-25pm", 4, "1–12"), ("9pm:", 3, "colon"),
    ("(sunset)-24:00", 7, "(sunset-00:30)"), ("(sunset-30)-24:00", 8, "(sunset-00:30)"),
    ("(sunset-00:60)-24:00", 11, "00–59"), ("(sunset-00:30-24:00", 13, ")"), ("(Jun)", 1, "sunrise"),
  ]

  @Test(arguments: rules + words + dates + days + times)
  func theErrorTellsWhereAndHowToMend(text: String, position: Int, words: String) {
    do throws(HoursParseError) {
      let parsed = try HoursExpression.parse(text)
      Issue.record("“\(text)” is read as \(parsed.expression)")
    } catch {
      #expect(error.position == position, "\(error)")
      #expect(error.text.contains(words), "\(error)")
    }
  }

  @Test func aLongTextIsRefused() throws {
    let rules = Array(repeating: "Mo 10:00-12:00", count: 200).joined(separator: ", ")
    let error = #expect(throws: HoursParseError.self) { () throws in try HoursExpression.parse(rules) }
    #expect(error?.position == 2000)
    #expect(try HoursExpression.parse(String(rules.prefix(1998))).expression.rules.count == 125)
  }

  @Test func aTextWhoseNormalFormIsTooLongIsRefused() {
    let days = "2026 Dec 1" + String(repeating: ",2", count: 400)
    let error = #expect(throws: HoursParseError.self) { () throws in try HoursExpression.parse(days) }
    #expect(error?.text.contains("normal form") == true)
  }
}
