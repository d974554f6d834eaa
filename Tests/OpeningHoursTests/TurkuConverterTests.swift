import OpeningHours
import Testing

@Suite("Hours of Turku's service register")
struct TurkuConverterTests {
  static let cases = [
    ConversionCase(
      name: "empty texts are nothing, usual words are no comment",
      source: """
        [{"aukiolotyyppi":"normaali","viikonpaiva":"1-5","avaamisaika":"06:30:00","sulkemisaika":"17:00:00",
          "voimassaoloAlkamishetki":"","voimassaoloPaattymishetki":"",
          "kuvaus_kieliversiot":{"fi":"Avoinna","sv":"Öppet","en":null}},
         {"aukiolotyyppi":"normaali extra","viikonpaiva":"3","avaamisaika":"18:00:00","sulkemisaika":"20:00:00"}]
        """,
      expression: "Mo,Tu,Th,Fr 06:30-17:00; We 06:30-17:00,18:00-20:00",
      days: ["2026-06-03: 06:30-17:00, 18:00-20:00", "2026-06-04: 06:30-17:00", "2026-06-06: "]),
    ConversionCase(
      name: "exceptions, one of a single day because it ends before it begins",
      source: """
        [{"aukiolotyyppi":"poikkeus suljettu","viikonpaiva":"","avaamisaika":"","sulkemisaika":"",
          "voimassaoloAlkamishetki":"2026-12-24","voimassaoloPaattymishetki":"2026-12-26",
          "kuvaus_kieliversiot":{"fi":"Joulu","sv":"Jul"}},
         {"aukiolotyyppi":"poikkeus avoinna","viikonpaiva":"","avaamisaika":"10:00:00","sulkemisaika":"14:00:00",
          "voimassaoloAlkamishetki":"2026-12-23","voimassaoloPaattymishetki":"2001-01-01"},
         {"aukiolotyyppi":"normaali","viikonpaiva":"1-7","avaamisaika":"08:00:00","sulkemisaika":"20:00:00"}]
        """,
      expression:
        "08:00-20:00; 2026 Dec 24-2026 Dec 26 off \"Joulu\"; 2026 Dec 23 10:00-14:00",
      losses: ["aukioloajat[0].kuvaus_kieliversiot: sv: Jul"],
      days: ["2026-12-22: 08:00-20:00", "2026-12-23: 10:00-14:00", "2026-12-25: ", "2026-12-27: 08:00-20:00"]),
    ConversionCase(
      name: "summer hours of weekdays that run over Sunday",
      source: """
        [{"aukiolotyyppi":"normaali","viikonpaiva":"6-1","avaamisaika":"12:00:00","sulkemisaika":"16:00:00"},
         {"aukiolotyyppi":"erityinen","viikonpaiva":"7","avaamisaika":"10:00:00","sulkemisaika":"18:00:00",
          "voimassaoloAlkamishetki":"2026-06-01","voimassaoloPaattymishetki":"2026-08-31",
          "kuvaus_kieliversiot":{"fi":"Kesäkahvila"}}]
        """,
      expression:
        "Mo,Sa,Su 12:00-16:00; 2026 Jun 01-2026 Aug 31 Mo,Sa off; 2026 Jun 01-2026 Aug 31 Su 10:00-18:00 \"Kesäkahvila\"",
      days: ["2026-05-31: 12:00-16:00", "2026-06-01: ", "2026-06-07: 10:00-18:00 \"Kesäkahvila\""]),
    ConversionCase(
      name: "what cannot be read is told and left out",
      source: """
        [{"aukiolotyyppi":"muu","avaamisaika":"08:00:00","sulkemisaika":"09:00:00"},
         {"aukiolotyyppi":"normaali","viikonpaiva":"1-9","avaamisaika":"08:00:00","sulkemisaika":"09:00:00"},
         {"aukiolotyyppi":"normaali","viikonpaiva":"1","avaamisaika":"","sulkemisaika":"09:00:00"},
         {"aukiolotyyppi":"poikkeus suljettu"},
         {"aukiolotyyppi":"poikkeus suljettu","voimassaoloAlkamishetki":"joulu"}]
        """,
      expression: nil,
      losses: [
        "aukioloajat[0].aukiolotyyppi: muu", "aukioloajat[1].viikonpaiva: 1-9", "aukioloajat[2].avaamisaika: ",
        "aukioloajat[3].voimassaoloAlkamishetki", "aukioloajat[4].voimassaoloAlkamishetki: joulu",
      ]),
  ]

  @Test(arguments: cases) func hoursAreCarriedOver(_ item: ConversionCase) throws {
    let result = HoursConversion(turku: try item.decoded(TurkuOpeningHours.self))
    #expect(result.expression?.description == item.expression)
    #expect(result.lossTexts == item.losses)
    #expect(try result.days(like: item.days) == item.days)
    if let expression = result.expression {
      #expect(try HoursExpression(parsing: expression.description) == expression)
    }
  }
}
