/// What a word says in a text about opening hours.
enum ProseWord: Hashable {
  /// Weekdays 1–7.
  case days([Int])
  /// `maanantaista`, of a range `maanantaista perjantaihin`.
  case fromDay(Int)
  case toDay(Int)
  case publicHolidays
  case named(NamedDay)
  case month(Int)
  /// `kesä` of `kesä-elokuu`.
  case monthStem(Int)
  case open, closed
  /// Nobody is there unless it was agreed.
  case appointment
  /// Around the clock.
  case always
  /// At all other times.
  case otherwise
  /// But not, but otherwise.
  case except
  /// A season of which only dates would tell when it is.
  case season
  /// After a date: from then on.
  case onwards
  case week
  /// Weeks of even or odd numbers.
  case parity(isEven: Bool)
  case and, or
  /// Stands before a time.
  case clock
  /// `päivä` after the number of a day; else nothing.
  case day
  /// Says nothing by itself.
  case filler
  /// Changes what stands beside it in a way that is not understood here.
  case obstacle
}

/// Words and phrases of up to three words, in lower case: Finnish, Swedish, some English.
enum ProseVocabulary {
  static let phrases: [String: ProseWord] = {
    var words: [String: ProseWord] = [:]
    func add(_ word: ProseWord, _ texts: String) {
      for text in texts.split(separator: ",") {
        words[text.split(whereSeparator: \.isWhitespace).joined(separator: " ")] = word
      }
    }
    let finnish = ["maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"]
    for (index, name) in finnish.enumerated() {
      let stem = name.hasSuffix("o") ? String(name.dropLast()) + "oi" : name
      add(.days([index + 1]), "\(name), \(name)na, \(stem)sin, \(name)n, \(name)t")
      add(.fromDay(index + 1), "\(name)sta")
      add(.toDay(index + 1), name.hasSuffix("o") ? "\(name)on" : "\(name)hin")
    }
    for (index, name) in ["ma", "ti", "ke", "to", "pe", "la", "su"].enumerated() { add(.days([index + 1]), name) }
    let swedish = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]
    for (index, name) in swedish.enumerated() {
      add(.days([index + 1]), "\(name), \(name)ar, \(name)en, \(name)arna, \(name)s")
    }
    let short = [
      "må, mån, månd, mon, monday, mondays", "tis, tisd, tue, tues, tuesday, tuesdays",
      "ons, onsd, wed, wednesday, wednesdays", "tor, tors, torsd, thu, thur, thurs, thursday, thursdays",
      "fr, fre, fred, fri, friday, fridays", "lö, lör, lörd, sat, saturday, saturdays",
      "sö, sön, sönd, sun, sunday, sundays",
    ]
    for (index, names) in short.enumerated() { add(.days([index + 1]), names) }
    add(
      .days([1, 2, 3, 4, 5]),
      "arkisin, ark, arkipäivisin, arkipäivinä, arkena, arki, vardagar, vardag, på vardagar, vardagarna, weekdays")
    add(
      .days([6, 7]),
      "viikonloppuisin, viikonloppuna, viikonloput, viikonloppu, veckoslut, helger, veckosluten, weekends")
    add(
      .days([1, 2, 3, 4, 5, 6, 7]),
      "päivittäin, joka päivä, viikon jokaisena päivänä, dagligen, varje dag, alla dagar, daily, every day")
    add(
      .publicHolidays,
      """
      pyhäpäivinä, pyhäpäivisin, pyhinä, pyhisin, pyhät, pyhäpäivät, juhlapyhinä, juhlapyhät, arkipyhinä, arkipyhät,
      helgdagar, helgdagarna, röda dagar, public holidays, bank holidays
      """)
    for (name, day) in NamedDay.names { words[name] = .named(day) }

    let months = [
      "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
    ]
    for (index, stem) in months.enumerated() {
      add(.monthStem(index + 1), stem)
      let name = stem + "kuu"
      add(.month(index + 1), "\(name), \(name)n, \(name)ssa, \(name)ta, \(name)sta, \(name)hun")
    }
    let foreign = [
      "januari, january, jan", "februari, february, feb", "mars, march", "april, apr", "maj", "juni, june",
      "juli, july",
      "augusti, august, aug", "september, sept, sep", "oktober, october, oct, okt", "november, nov",
      "december, dec",
    ]
    for (index, names) in foreign.enumerated() { add(.month(index + 1), names) }

    add(
      .open,
      """
      avoinna, auki, avoin, aukioloajat, aukioloaika, aukiolo, palvelee, palvelemme, öppet, öppen, öppna, öppettider,
      öppettid, öppethållningstider, öppethållningstid, betjänar, open, opening hours
      """)
    add(.closed, "suljettu, suljettuna, kiinni, stängt, stängd, stängda, closed")
    add(
      .appointment,
      """
      sopimuksen mukaan, sopimuksesta, ajanvarauksella, ajanvarauksen mukaan, tilauksesta, varauksesta,
      enligt överenskommelse, enligt avtal, med tidsbeställning, by appointment, by arrangement
      """)
    add(.always, "ympäri vuorokauden, läpi vuorokauden, vuorokauden ympäri, dygnet runt, around the clock")
    add(
      .otherwise,
      "muulloin, muina aikoina, muuna aikana, muina päivinä, övriga tider, övrig tid, andra tider, otherwise")
    add(.except, "paitsi, lukuun ottamatta, utom, förutom, except")
    add(
      .season,
      """
      kesällä, kesäisin, kesäaika, kesäaikana, kesäkausi, kesäkaudella, kesäaukiolo, talvella, talvisin, talviaika,
      talviaikana, talvikausi, talvikaudella, syksyllä, keväällä, syyskausi, syyskaudella, kevätkausi, kevätkaudella,
      lukukaudella, lukukauden aikana, sommaren, sommartid, sommartider, vintern, vintertid, vintertider, på sommaren,
      på vintern, summer, winter
      """)
    add(.onwards, "alkaen, lähtien")
    add(.week, "vk, viikko, viikot, viikolla, viikoilla, vecka, veckorna, v")
    add(.parity(isEven: true), "parilliset viikot, parillisilla viikoilla, parillisina viikkoina, jämna veckor")
    add(
      .parity(isEven: false),
      "parittomat viikot, parittomilla viikoilla, parittomina viikkoina, udda veckor, ojämna veckor")
    add(.and, "ja, sekä, och, samt, and")
    add(.or, "tai, eller, or")
    add(.clock, "klo, kello, kl, klockan, at")
    add(.day, "päivä, päivänä")
    add(
      .filler,
      "on, ovat, är, aina, alltid, always, på, i, are, is, välillä, välisenä aikana, myös, den, toistaiseksi, tills vidare"
    )
    add(
      .obstacle,
      """
      asti, saakka, ennen, jälkeen, ei, eikä, vain, vasta, noin, yleensä, joka toinen, omatoimi, omatoimisesti, omatoimiaika,
      itsepalvelu, meröppet, självbetjäning, endast, från, till, inte, ej, from, since, cirka, varannan, first, last, until,
      after, before, ensimmäinen, viimeinen, ensimmäisenä, viimeisenä, första, sista, not, self-service, tauko, lounastauko
      """)
    return words
  }()

  /// Words by which a text is Swedish: there `on` is Wednesday, which in Finnish is "is".
  static let swedish: Set<String> = [
    "må", "mån", "tis", "ons", "tors", "fre", "lö", "lör", "sö", "sön", "öppet", "öppettider", "stängt", "vardagar",
    "och",
    "måndag", "kl",
  ]
}
