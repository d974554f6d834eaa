/// Days of the Finnish year by their names, Finnish, Swedish and English.
struct NamedDay: Hashable {
  let dates: [DateRange]
  /// The weekday within the dates, where the day moves.
  let weekday: Int?

  private init(_ month: Int, _ day: Int) {
    dates = [DateRange(from: DatePoint(.day(month: month, day: day)))]
    weekday = nil
  }

  private init(easter offset: Int) {
    dates = [DateRange(from: DatePoint(.easter, dayOffset: offset))]
    weekday = nil
  }

  private init(_ weekday: Int, between first: (Int, Int), and last: (Int, Int)) {
    dates = [
      DateRange(
        from: DatePoint(.day(month: first.0, day: first.1)), to: DatePoint(.day(month: last.0, day: last.1)))
    ]
    self.weekday = weekday
  }

  /// Whether a text is the name of a day in the year, and nothing else.
  static func isHoliday(_ text: String) -> Bool {
    names[text.lowercased()] != nil || PTVNames.vague.contains(text.lowercased())
  }

  private enum PTVNames {
    /// Names that stand for one day in PTV, but for more or others in prose.
    static let vague: Set<String> = ["uusivuosi", "vappu", "juhannus", "pyhäinpäivä", "tapaninpäivä", "joulupäivä"]
  }

  /// Names in lower case, as they stand in a list and in a sentence.
  static let names: [String: NamedDay] = {
    let days: [(NamedDay, [String])] = [
      (
        NamedDay(1, 1),
        ["uudenvuodenpäivä", "uudenvuoden päivä", "uudenvuodenpäivänä", "nyårsdagen", "new year's day"]
      ),
      (
        NamedDay(1, 6),
        [
          "loppiainen", "loppiaisena", "loppiaispäivä", "trettondagen", "trettondedagen", "trettondedag jul",
          "epiphany",
        ]
      ),
      (
        NamedDay(easter: -3),
        ["kiirastorstai", "kiirastorstaina", "skärtorsdag", "skärtorsdagen", "maundy thursday"]
      ),
      (NamedDay(easter: -2), ["pitkäperjantai", "pitkäperjantaina", "långfredag", "långfredagen", "good friday"]),
      (
        NamedDay(easter: -1),
        [
          "lankalauantai", "lankalauantaina", "pääsiäislauantai", "pääsiäislauantaina", "påskafton", "påsklördagen",
          "holy saturday",
        ]
      ),
      (
        NamedDay(easter: 0),
        [
          "pääsiäispäivä", "pääsiäispäivänä", "1. pääsiäispäivä", "pääsiäissunnuntai", "pääsiäissunnuntaina",
          "påskdagen",
          "easter sunday",
        ]
      ),
      (
        NamedDay(easter: 1),
        [
          "2. pääsiäispäivä", "toinen pääsiäispäivä", "toisena pääsiäispäivänä", "pääsiäismaanantai",
          "pääsiäismaanantaina", "annandag påsk", "easter monday",
        ]
      ),
      (
        NamedDay(4, 30),
        [
          "vappuaatto", "vappuaattona", "vapunaatto", "vapunaattona", "valborgsmässoafton", "valborgsafton",
          "may day eve",
        ]
      ),
      (
        NamedDay(5, 1),
        ["vappuna", "vapunpäivä", "vapunpäivänä", "vappupäivä", "vappupäivänä", "första maj", "may day"]
      ),
      (
        NamedDay(easter: 39),
        [
          "helatorstai", "helatorstaina", "kristi himmelsfärdsdag", "kristi himmelfärdsdag", "kristi himmelsfärdsdagen",
          "ascension day",
        ]
      ),
      (
        NamedDay(easter: 49),
        ["helluntai", "helluntaina", "helluntaipäivä", "helluntaipäivänä", "pingstdagen", "whit sunday"]
      ),
      (
        NamedDay(5, between: (6, 19), and: (6, 25)),
        ["juhannusaatto", "juhannusaattona", "midsommarafton", "midsummer eve"]
      ),
      (
        NamedDay(6, between: (6, 20), and: (6, 26)),
        ["juhannuspäivä", "juhannuspäivänä", "midsommardagen", "midsummer day"]
      ),
      (
        NamedDay(6, between: (10, 31), and: (11, 6)),
        ["pyhäinpäivä", "pyhäinpäivänä", "alla helgons dag", "all saints' day"]
      ),
      (
        NamedDay(12, 6),
        ["itsenäisyyspäivä", "itsenäisyyspäivänä", "självständighetsdagen", "independence day"]
      ),
      (NamedDay(12, 24), ["jouluaatto", "jouluaattona", "julafton", "christmas eve"]),
      (NamedDay(12, 25), ["joulupäivä", "joulupäivänä", "juldagen", "christmas day"]),
      (
        NamedDay(12, 26),
        ["tapaninpäivä", "tapaninpäivänä", "toinen joulupäivä", "2. joulupäivä", "annandag jul", "boxing day"]
      ),
      (
        NamedDay(12, 31),
        ["uudenvuodenaatto", "uudenvuodenaattona", "uudenvuoden aatto", "nyårsafton", "new year's eve"]
      ),
    ]
    return Dictionary(days.flatMap { day, names in names.map { ($0, day) } }, uniquingKeysWith: { first, _ in first })
  }()
}
