import OpeningHours
import Testing

@Suite("Prose about opening hours")
struct ProseTests {
  struct Case: CustomTestStringConvertible {
    let text: String
    let expression: String?
    var confidence = 1.0
    var leftover: [String] = []
    init(_ text: String, _ expression: String?, _ confidence: Double = 1, _ leftover: [String] = []) {
      self.text = text
      self.expression = expression
      self.confidence = confidence
      self.leftover = leftover
    }
    var testDescription: String { text }
  }

  /// Understood to the last word, in one way.
  static let whole = [
    Case(
      "avoinna ma-to 08-20, pe 08-18, su 12-18, suljettu la",
      "Mo-Th 08:00-20:00; Fr 08:00-18:00; Su 12:00-18:00; Sa off"),
    Case("Suljettu 6.12.2019, 24.-26.12.2019", "2019 Dec 06,2019 Dec 24-2019 Dec 26 off"),
    Case("Ma-to 8-11 & 17-21", "Mo-Th 08:00-11:00,17:00-21:00"),
    Case("må-fre 9-16", "Mo-Fr 09:00-16:00"),
    Case("Arkisin klo 9-16, viikonloppuisin 10-14", "Mo-Fr 09:00-16:00; Sa,Su 10:00-14:00"),
    Case("ma–pe klo 8.00–15.30", "Mo-Fr 08:00-15:30"),
    Case("Kesäaikana (1.6.–31.8.) ma-pe 9-15", "Jun 01-Aug 31 Mo-Fr 09:00-15:00"),
    Case("Avoinna ympäri vuorokauden", "24/7"),
    Case("Avoinna 24 h", "24/7"),
    Case("lö-sö dygnet runt", "Sa,Su 00:00-24:00"),
    Case("Öppet vardagar 9–17, lördagar 10–14", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
    Case("stängt på söndagar", "Su off"),
    Case("päivittäin 10-18", "10:00-18:00"),
    Case("Pyhäpäivinä suljettu", "PH off"),
    Case("joulukuun 24. päivä suljettu", "Dec 24 off"),
    Case("sopimuksen mukaan", "unknown \"sopimuksen mukaan\""),
    Case("Öppet enligt överenskommelse", "unknown \"enligt överenskommelse\""),
    Case("Suljettu toistaiseksi", "off"),
    // Weekdays
    Case("la & su suljettu", "Sa,Su off"),
    Case("ti-on 9-16", "Tu,We 09:00-16:00"),
    Case("Må.–fr. kl. 9–16, lö 10–14", "Mo-Fr 09:00-16:00; Sa 10:00-14:00"),
    Case("pe-ma 12-15", "Mo,Fr-Su 12:00-15:00"),
    Case("maanantaista torstaihin kello 7.30—18 ja perjantaisin kello 7.30—16.00", "Mo-Th 07:30-18:00; Fr 07:30-16:00"),
    Case("Keskiviikkoisin ja perjantaisin on auki 12–19", "We,Fr 12:00-19:00"),
    Case("ma, ti 10 - 12, to 14 - 16 ja 18 - 19", "Mo,Tu 10:00-12:00; Th 14:00-16:00,18:00-19:00"),
    Case("8-16 ma-to, 8-15 pe", "Mo-Th 08:00-16:00; Fr 08:00-15:00"),
    Case("MA - KE  10 - 18\nTO 12 - 18\nLA ja SU suljettu", "Mo-We 10:00-18:00; Th 12:00-18:00; Sa,Su off"),
    Case("Mån stängt, Tis 12–17, Ons11–19", "Tu 12:00-17:00; We 11:00-19:00; Mo off"),
    Case(
      "Mon-Fri 9 am - 5 pm, Sat 10-14, closed on Sundays and public holidays",
      "Mo-Fr 09:00-17:00; Sa 10:00-14:00; Su,PH off"),
    Case("ma-su 10-18 paitsi ke 12-20", "10:00-18:00; We 12:00-20:00"),
    Case("päivittäin 10-18, utom måndagar", "10:00-18:00; Mo off"),
    // An exception never stands before what it is an exception to.
    Case("suljettu maanantaisin; päivittäin 10-18", "10:00-18:00; Mo off"),
    Case("sunnuntaisin ja pyhinä 12-16, ma-la 10-18", "Mo-Sa 10:00-18:00; Su,PH 12:00-16:00"),
    Case("ma-pe 10-18, suljettu klo 12-13", "Mo-Fr 10:00-18:00; 12:00-13:00 off"),
    // The night of Friday is not cut by Saturday's hours.
    Case("pe 20-02, la 12-18", "Fr 20:00-02:00, Sa 12:00-18:00"),
    Case("ma-pe 9-15, muina aikoina sopimuksen mukaan", "Mo-Fr 09:00-15:00 || unknown \"sopimuksen mukaan\""),
    Case("ma-pe 9-15 tai ajanvarauksella", "Mo-Fr 09:00-15:00 || unknown \"ajanvarauksella\""),
    Case("ma-pe 9-15, la sopimuksen mukaan", "Mo-Fr 09:00-15:00; Sa unknown \"sopimuksen mukaan\""),
    Case("ma-pe 9-17, muulloin suljettu", "Mo-Fr 09:00-17:00"),
    // Dates
    Case("ke 24.12.- pe 26.12.2025 SULJETTU", "2025 Dec 24-2025 Dec 26 off"),
    Case("suljettu 15.12. – ti 2.1.2026", "2025 Dec 15-2026 Jan 02 off"),
    Case("5 – 6.12.2024 suljettu", "2024 Dec 05-2024 Dec 06 off"),
    Case("26.12.2024 klo 11:00 – 18:00", "2024 Dec 26 11:00-18:00"),
    Case("24.-25.12. ja 31.12. suljettu", "Dec 24-25,Dec 31 off"),
    Case("Avoinna: ma-pe 7-21. Suljettu: 24.12., 25.12. ja 31.12.", "Mo-Fr 07:00-21:00; Dec 24,Dec 25,Dec 31 off"),
    Case("24.6 – 11.8.2024 är öppet varje dag kl. 10 – 17.", "2024 Jun 24-2024 Aug 11 10:00-17:00"),
    Case(
      "13.6-3.7 mån, ons, fre kl. 8-20, tis, tor kl. 6-20",
      "Jun 13-Jul 03 Mo,We,Fr 08:00-20:00; Jun 13-Jul 03 Tu,Th 06:00-20:00"),
    Case("27 juni – 21 augusti 2027 måndag - fredag kl. 10 – 18", "2027 Jun 27-2027 Aug 21 Mo-Fr 10:00-18:00"),
    Case("Joulu-tammikuussa suljettu", "Dec-Jan off"),
    Case("kesäkuusta elokuuhun ma-pe 9-15", "Jun-Aug Mo-Fr 09:00-15:00"),
    Case("viikot 27-30 suljettu", "week 27-30 off"),
    Case("parittomilla viikoilla ti 9-12", "week 01-53/2 Tu 09:00-12:00"),
    Case("1.9.2026 alkaen ma-pe 10-18", "2026 Sep 01+ Mo-Fr 10:00-18:00"),
    Case("24.-26.12. klo 10-12, ma-pe 9-15", "Mo-Fr 09:00-15:00; Dec 24-26 10:00-12:00"),
    // Days with names
    Case("6.12. itsenäisyyspäivä – suljettu", "Dec 06 off"),
    Case("itsenäisyyspäivänä su 6.12.2020 suljettu", "2020 Dec 06 off"),
    Case("30.3. pääsiäislauantai 10-15", "easter -1 day 10:00-15:00"),
    Case("2. pääsiäispäivänä suljettu", "easter +1 day off"),
    Case("Juhannusaattona suljettu", "Jun 19-25 Fr off"),
    Case("Jouluaattona ja joulupäivänä suljettu, tapaninpäivänä 12-18", "Dec 24,Dec 25 off; Dec 26 12:00-18:00"),
  ]

  /// Understood in part, or in one of several ways.
  static let doubtful = [
    Case("Kassa avoinna ma-pe 10-18", "Mo-Fr 10:00-18:00", 0.79, ["Kassa"]),
    Case("ma 8.30-19 (omatoimi 8.30-12)", "Mo 08:30-19:00", 0.45, ["omatoimi 8.30-12"]),
    Case("ma-pe 9-15, lounastauko 11-12", "Mo-Fr 09:00-15:00", 0.54, ["lounastauko 11-12"]),
    Case("ma-pe 8-18, aattoina 8-15", "Mo-Fr 08:00-18:00", 0.54, ["aattoina 8-15"]),
    Case("ma-pe 9-15, ryhmät sopimuksen mukaan", "Mo-Fr 09:00-15:00", 0.6, ["ryhmät sopimuksen mukaan"]),
    Case("ma–pe 12–17 puh. 02 262 9000", "Mo-Fr 12:00-17:00", 0.54, ["puh. 02 262 9000"]),
    Case("3–6-vuotiaat ma 9-11", "Mo 09:00-11:00", 0.51, ["3–6-vuotiaat"]),
    Case("avoinna klo 9-16.30", "09:00-16:30", 0.7),
    Case("suljettu la, su 12-16", "Su 12:00-16:00; Sa off", 0.7),
    Case("ma-pe 8-16, ke 8-18", "Mo-Fr 08:00-16:00; We 08:00-18:00", 0.8),
    Case("to 17.4. 8.30-15", "Apr 17 Th 08:30-15:00", 0.8),
    Case("ma 24.12.2025 suljettu", "2025 Dec 24 off", 0.5),
    Case(
      "ma-pe 9-17, la 10-14; 1.6.-31.8. ma-pe 9-15",
      "Mo-Fr 09:00-17:00; Sa 10:00-14:00; Jun 01-Aug 31 Sa off; Jun 01-Aug 31 Mo-Fr 09:00-15:00", 0.8),
    Case("8.10-15.10", "08:10-15:10", 0.42),
    Case(
      "Halli on auki tiistaisin kello 6–14. Sunnuntaisin halli on kiinni.", "Tu 06:00-14:00; Su off", 0.63,
      ["Halli", "halli"]),
  ]

  @Test(arguments: whole + doubtful) func proseIsProposed(_ item: Case) throws {
    let proposal = try #require(HoursProse.propose(item.text))
    #expect(proposal.expression.description == item.expression)
    #expect(proposal.confidence == item.confidence)
    #expect(proposal.leftover == item.leftover)
    #expect(try HoursExpression(parsing: proposal.expression.description) == proposal.expression)
    #expect((proposal.confidence == 1) == (proposal.leftover.isEmpty && proposal.notes.isEmpty))
  }

  @Test(arguments: [
    "", "hello world", "ke klo 18 asti", "Kesällä ma-pe 9-15, talvella ma-pe 9-17",
    "kuukauden ensimmäinen maanantai 9-12",
    "Suljettu kesällä", "Suljettu juhannuksena", "041 730 8168 (klo 9-16)", "fr.o.m. 1.6. må-fr 9-16", "31.2. suljettu",
    "ti 31.6. 9-12", "ma-pe 9-25", "25:00-26:00", "avoinna normaalisti", "Jourtid dygnet runt", "Avoinna ma-pe",
    "from 1 June Mon-Fri 9-15", "Mo-Fr 08:00-16:00", "omatoimi 7-21", "ma-pe 5-10 €", "1.6.-31.8.",
    "ei avoinna la 10-14",
    "(((", "ma-", "-.,;:&/", "24", "6.12",
  ]) func whatIsNotUnderstoodIsNotProposed(_ text: String) {
    #expect(HoursProse.propose(text) == nil)
  }

  @Test(arguments: [
    ("Juhannusaattona suljettu, päivittäin 10-12", "2026-06-19", ""),
    ("Juhannusaattona suljettu, päivittäin 10-12", "2026-06-20", "10:00-12:00"),
    ("ma-pe 9-17, heinäkuussa ma-pe 10-14, pyhinä suljettu", "2026-05-01", ""),
    ("ma-pe 9-17, heinäkuussa ma-pe 10-14, pyhinä suljettu", "2026-07-01", "10:00-14:00"),
    ("pe-la 20-02, su 12-18", "2026-06-07", "00:00-02:00, 12:00-18:00"),
    (
      "ma-pe 9-15, muina aikoina sopimuksen mukaan", "2026-06-01",
      "?00:00-09:00 \"sopimuksen mukaan\", 09:00-15:00, ?15:00-24:00 \"sopimuksen mukaan\""
    ),
    ("Kristi himmelsfärdsdag stängt, dagligen 10-18", "2026-05-14", ""),
  ]) func proposalsMeanWhatTheTextSays(_ text: String, _ day: String, _ expected: String) throws {
    let proposal = try #require(HoursProse.propose(text))
    #expect(try DayCase(proposal.expression.description, on: day, "").found() == expected)
  }

  @Test func partsOfTheTextAreTold() throws {
    let proposal = try #require(HoursProse.propose("Kirjasto on avoinna ma-pe 9-15, kassa suljetaan 14.30."))
    #expect(proposal.understood == ["avoinna ma-pe 9-15"])
    #expect(proposal.leftover == ["Kirjasto", "kassa suljetaan 14.30."])
    let dated = try #require(HoursProse.propose("ke 24.12. 9-12"))
    #expect(dated.notes == ["A date with a weekday but without a year: it holds in the years in which they agree."])
  }
}
