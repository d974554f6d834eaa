/// The words of the language, and those that people write instead of them.
enum HoursVocabulary {
  struct Meaning {
    let kind: HoursToken.Kind
    let value: Int32

    init(_ kind: HoursToken.Kind, _ value: Int = 0) {
      self.kind = kind
      self.value = Int32(value)
    }
  }

  static let weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
  static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  static let modifiers: [(HoursRule.Modifier, String)] = [
    (.none, ""), (.open, "open"), (.closed, "closed"), (.off, "off"), (.unknown, "unknown"),
  ]
  static let sunEvents = SunEvent.allCases

  /// The words as the grammar spells them.
  static let grammar: [String: Meaning] = {
    var words: [String: Meaning] = [
      "PH": Meaning(.publicHoliday), "SH": Meaning(.schoolHoliday), "week": Meaning(.week),
      "easter": Meaning(.easter), "day": Meaning(.dayUnit), "days": Meaning(.dayUnit),
    ]
    for (index, word) in weekdays.enumerated() { words[word] = Meaning(.weekday, index + 1) }
    for (index, word) in months.enumerated() { words[word] = Meaning(.month, index + 1) }
    for (index, entry) in modifiers.enumerated() where index > 0 { words[entry.1] = Meaning(.modifier, index) }
    for (index, event) in sunEvents.enumerated() { words[event.rawValue] = Meaning(.sun, index) }
    return words
  }()

  /// The same by their bytes, eight at the most.
  static let packed: [UInt64: Meaning] = grammar.reduce(into: [:]) { words, entry in
    if let key = pack(entry.key.utf8) { words[key] = entry.value }
  }

  /// Up to eight bytes as a number; nil for a longer word.
  static func pack(_ bytes: some Collection<UInt8>) -> UInt64? {
    bytes.count > 8 ? nil : bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What people write instead, in lower case.
  static let lenient: [String: Meaning] = {
    var words: [String: Meaning] = [:]
    for (word, meaning) in grammar { words[word.lowercased()] = meaning }
    func add(_ list: String, _ kind: HoursToken.Kind, _ value: Int = 0) {
      for word in list.split(separator: " ") { words[String(word)] = Meaning(kind, value) }
    }
    for (index, list) in lenientWeekdays.enumerated() { add(list, .weekday, index + 1) }
    for (index, list) in lenientMonths.enumerated() { add(list, .month, index + 1) }
    for (index, stem) in finnishMonthStems.enumerated() {
      for ending in ["kuu", "kuun", "kuussa", "kuuta"] { add(stem + ending, .month, index + 1) }
      if stem != "kesä" { add(stem, .month, index + 1) }
    }
    add(
      "holiday holidays pyhäpäivä pyhäpäivät pyhäpäivinä pyhä pyhät pyhinä arkipyhä arkipyhät arkipyhinä",
      .publicHoliday)
    add("helgdag helgdagar helgdagarna", .publicHoliday)
    add("weeks viikko viikot viikolla viikoilla vko vecka veckorna", .week)
    add("pääsiäinen påsk", .easter)
    add("avoinna auki avoin öppet öppen", .modifier, 1)
    add("suljettu kiinni stängt stängd close", .modifier, 2)
    add("päivä päivää dag dagar", .dayUnit)
    add("daily everyday päivittäin dagligen", .everyDay)
    add("am", .halfDay, 0)
    add("pm", .halfDay, 1)
    add("h hour hours hrs", .hourMark)
    add("klo kello kl klockan", .clockWord)
    add("til till until thru through bis", .dash)
    add("and ja och sekä", .comma)
    words["to"] = Meaning(.to)
    for word in advice.keys { words[word] = Meaning(.unclearWord) }
    return words
  }()

  /// The words of ``lenient`` that are English: to read them is a matter of spelling, not of translation.
  static let english: Set<String> = {
    var words = Set(grammar.keys.map { $0.lowercased() })
    // The English ones stand first in their lists.
    for list in lenientWeekdays {
      words.formUnion(
        list.split(separator: " ").map(String.init).prefix { $0.hasPrefix(list.prefix(2)) && $0 != "mån" })
    }
    words.formUnion(lenientMonths.compactMap { $0.split(separator: " ").first.map(String.init) })
    words.formUnion(
      "sept weeks holiday holidays close daily everyday am pm h hour hours hrs till until thru through and to"
        .split(separator: " ").map(String.init))
    return words
  }()

  private static let lenientWeekdays = [
    "monday mondays mon ma maanantai maanantaisin må mån måndag måndagar",
    "tuesday tuesdays tue tues ti tiistai tiistaisin tis tisdag tisdagar",
    "wednesday wednesdays wed weds ke keskiviikko keskiviikkoisin on ons onsdag onsdagar",
    "thursday thursdays thu thur thurs torstai torstaisin tor tors torsdag torsdagar",
    "friday fridays fri pe perjantai perjantaisin fre fredag fredagar",
    "saturday saturdays sat la lauantai lauantaisin lö lör lördag lördagar",
    "sunday sundays sun sunnuntai sunnuntaisin sö sön söndag söndagar",
  ]
  private static let lenientMonths = [
    "january januari", "february februari", "march mars", "april", "maj mai", "june juni", "july juli",
    "august augusti",
    "september sept", "october oktober okt", "november", "december dez",
  ]
  private static let finnishMonthStems = [
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
  ]

  /// Known words that can be read in more than one way, and what to write instead.
  static let advice: [String: String] = {
    var advice: [String: String] = [:]
    let seasons = [
      "spring", "summer", "autumn", "fall", "winter", "summertime", "wintertime", "season", "seasonal", "seasonally",
      "kevät", "keväällä", "kesä", "kesällä", "kesäisin", "kesäaika", "syksy", "syksyllä", "talvi", "talvella",
      "talvisin",
      "talviaika", "vår", "våren", "sommar", "sommaren", "sommartid", "höst", "hösten", "vinter", "vintern",
      "vintertid",
      "frühling", "fruehling", "frühjahr", "herbst", "primavera",
    ]
    for word in seasons { advice[word] = "A season has no fixed dates. Write months or dates: Jun-Aug." }
    for word in ["weekday", "weekdays", "arki", "arkisin", "arkipäivä", "arkipäivisin", "vardag", "vardagar"] {
      advice[word] = "It may include Saturday or not. Write the days: Mo-Fr."
    }
    for word in ["weekend", "weekends", "viikonloppu", "viikonloppuisin", "viikonloput", "helg", "helger"] {
      advice[word] = "Write the days: Sa,Su."
    }
    for word in ["alltid", "aina", "always"] {
      advice[word] = "Write 24/7."
    }
    for word in [
      "aatto", "aattona", "aatot", "aattoina", "jouluaatto", "jouluaattona", "juhannusaatto", "juhannusaattona",
      "uudenvuodenaatto", "julafton", "midsommarafton", "nyårsafton", "afton", "aftnar", "eve",
    ] {
      advice[word] = "An eve is no PH. Write its date: Dec 24."
    }
    for word in ["noon", "midnight", "keskiyö", "midnatt", "keskipäivä"] {
      advice[word] = "Write the time in digits: 12:00, 00:00 or 24:00."
    }
    return advice
  }()

  /// The word of the grammar nearest to a text, where one is near; weekdays with the same letter for two letters.
  static func nearest(to text: String) -> String? {
    let text = text.lowercased()
    if text.count == 2 {
      let days = weekdays.filter { $0.lowercased().first == text.first }
      return days.isEmpty ? nil : days.joined(separator: " or ")
    }
    let limit = text.count < 4 ? 1 : 2
    var best: (word: String, distance: Int)?
    for word in grammar.keys.sorted() + ["closed"] {
      let distance = editDistance(Array(text.utf8), Array(word.lowercased().utf8))
      if distance <= limit, distance < word.count - 1, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
  }

  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard left.count < 20 else { return .max }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let cost = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
