/// Turns tokens into what they say.
struct ProseScanner {
  private let tokens: [ProseToken]
  private let numbers: ProseNumbers
  private let isSwedish: Bool
  private var items: [ProseItem] = []
  private var index = 0

  static func items(_ tokens: [ProseToken]) -> [ProseItem] {
    var scanner = ProseScanner(tokens)
    while scanner.index < tokens.count { scanner.step() }
    scanner.closeParentheses()
    return scanner.items
  }

  private init(_ tokens: [ProseToken]) {
    self.tokens = tokens
    numbers = ProseNumbers(tokens: tokens)
    isSwedish = tokens.contains { $0.word.map(ProseVocabulary.swedish.contains) ?? false }
  }

  private mutating func add(_ kind: ProseItem.Kind, through next: Int) {
    items.append(ProseItem(kind: kind, tokens: index..<next))
    index = next
  }

  private mutating func step() {
    switch tokens[index].kind {
    case .number: stepNumber()
    case .word: stepWord()
    case .newline: add(.comma, through: index + 1)
    case .dash: add(isBrokenRange ? .obstacle : .filler, through: index + 1)
    case .mark(let mark):
      switch mark {
      case ",", "&", "/", "|", "+": add(.comma, through: index + 1)
      case ";": add(.semicolon, through: index + 1)
      case ".", "!", "?": add(isStop ? .stop : .filler, through: index + 1)
      default: add(.filler, through: index + 1)
      }
    }
  }

  /// Whether the dot ends a sentence and not an abbreviation: `ma. 9-12`, `kl. 9`.
  private var isStop: Bool {
    guard index > 0, let before = tokens[index - 1].word else { return true }
    guard before.count <= 5, let meaning = ProseVocabulary.phrases[before] else { return true }
    switch meaning {
    case .clock, .obstacle: return false
    case .days, .month:
      guard tokens.indices.contains(index + 1) else { return true }
      switch tokens[index + 1].kind {
      case .number, .dash, .mark: return false
      case .word(let word):
        switch ProseVocabulary.phrases[word] {
        case .days?, .clock?, .and?: return false
        default: return true
        }
      case .newline: return true
      }
    default: return true
    }
  }

  /// Whether the dash stands between a weekday and a word that is none: `Mo-pe`.
  private var isBrokenRange: Bool {
    guard index > 0, index + 1 < tokens.count, !tokens[index].hasSpaceBefore, !tokens[index + 1].hasSpaceBefore,
      tokens[index - 1].word != nil, tokens[index + 1].word != nil
    else { return false }
    return [index - 1, index + 1].contains { if case .days? = numbers.meaning($0) { true } else { false } }
  }

  // MARK: - Numbers

  private mutating func stepNumber() {
    if let next = aroundTheClock() { return add(.always, through: next) }
    if let (day, next) = numberedFeast() {
      return add(
        .dates(ProseDates(ranges: day.dates, isPeriod: false, weekday: day.weekday, isNamed: true)), through: next)
    }
    let isAfterClock = index > 0 && numbers.meaning(index - 1) == .clock
    if !isAfterClock, addDates() { return }
    if let (span, isAmbiguous, next) = numbers.timeRange(index) {
      return add(.times(span, isAmbiguous: isAmbiguous && !isAfterClock), through: next)
    }
    if addDates() { return }
    // `31.6.`: a date that does not exist must not leave its times to all days.
    if index + 2 < tokens.count, tokens[index + 1].kind == .mark("."), !tokens[index + 2].hasSpaceBefore,
      case .number = tokens[index + 2].kind
    {
      let hasDot = index + 3 < tokens.count && tokens[index + 3].kind == .mark(".")
      return add(.obstacle, through: hasDot ? index + 4 : index + 3)
    }
    add(.unknown, through: index + 1)
  }

  private mutating func addDates() -> Bool {
    guard let (dates, next) = numbers.dates(index) else { return false }
    add(.dates(dates), through: next)
    return true
  }

  /// `24/7`, `24 h`
  private func aroundTheClock() -> Int? {
    guard case .number(24, _) = tokens[index].kind, tokens.indices.contains(index + 1) else { return nil }
    if tokens[index + 1].kind == .mark("/"), tokens.indices.contains(index + 2),
      case .number(7, _) = tokens[index + 2].kind
    {
      return index + 3
    }
    return ["h", "t", "tuntia", "timmar", "hours"].contains(tokens[index + 1].word) ? index + 2 : nil
  }

  /// `2. pääsiäispäivä`
  private func numberedFeast() -> (NamedDay, Int)? {
    guard case .number(let number, _) = tokens[index].kind, tokens.indices.contains(index + 2),
      tokens[index + 1].kind == .mark("."), let word = tokens[index + 2].word
    else { return nil }
    let name = "\(number). \(word.hasSuffix("nä") ? String(word.dropLast(2)) : word)"
    return NamedDay.names[name].map { ($0, index + 3) }
  }

  // MARK: - Words

  private mutating func stepWord() {
    if isWednesday(index) { return addDays([3], index + 1) }
    // `fr.o.m.`, `t.o.m.`
    if ["fr", "t"].contains(tokens[index].word), index + 4 < tokens.count, tokens[index + 1].kind == .mark("."),
      tokens[index + 2].word == "o", tokens[index + 4].word == "m"
    {
      return add(
        .obstacle, through: index + 5 < tokens.count && tokens[index + 5].kind == .mark(".") ? index + 6 : index + 5)
    }
    // The longest phrase.
    for length in stride(from: min(3, tokens.count - index), through: 1, by: -1) {
      let words = tokens[index..<index + length].compactMap(\.word)
      guard words.count == length, let meaning = ProseVocabulary.phrases[words.joined(separator: " ")] else { continue }
      return add(meaning, index + length)
    }
    add(.unknown, through: index + 1)
  }

  private mutating func add(_ meaning: ProseWord, _ next: Int) {
    switch meaning {
    case .days(let days): addDays(days, next)
    case .fromDay(let first):
      if case .toDay(let last)? = numbers.meaning(next) {
        add(.days(Self.range(first, last)), through: next + 1)
      } else {
        add(.obstacle, through: next)
      }
    case .toDay, .onwards, .obstacle: add(.obstacle, through: next)
    case .publicHolidays: add(.publicHolidays, through: next)
    case .named(let day):
      add(.dates(ProseDates(ranges: day.dates, isPeriod: false, weekday: day.weekday, isNamed: true)), through: next)
    case .month, .monthStem:
      if addDates() { return }
      guard let (dates, next) = numbers.months(index) else { return add(.unknown, through: next) }
      add(.dates(dates), through: next)
    case .week:
      let digits = next < tokens.count && tokens[next].kind == .mark(".") ? next + 1 : next
      guard let (weeks, next) = numbers.weeks(digits) else { return add(.obstacle, through: next) }
      add(.weeks(weeks), through: next)
    case .parity(let isEven): add(.weeks([WeekRange(from: isEven ? 2 : 1, to: 53, step: 2)]), through: next)
    case .open: add(.open, through: next)
    case .closed: add(.closed, through: next)
    case .appointment:
      add(.appointment(tokens[index..<next].compactMap(\.word).joined(separator: " ")), through: next)
    case .always: add(.always, through: next)
    case .otherwise: add(.otherwise, through: next)
    case .except: add(.except, through: next)
    case .season: add(.season, through: next)
    case .or: add(.or, through: next)
    case .and: add(.comma, through: next)
    case .clock, .day, .filler: add(.filler, through: next)
    }
  }

  /// `on` is Wednesday in Swedish, and "is" in Finnish, where no dash stands beside it.
  private func isWednesday(_ index: Int) -> Bool {
    guard tokens[index].word == "on" else { return false }
    return isSwedish || (index > 0 && tokens[index - 1].kind == .dash)
      || (index + 1 < tokens.count && tokens[index + 1].kind == .dash && !tokens[index + 1].hasSpaceBefore)
  }

  private mutating func addDays(_ days: [Int], _ next: Int) {
    // `ma-pe`, `må.–fre.`, `må till fre`
    var dash = next
    if dash < tokens.count, tokens[dash].kind == .mark("."), !tokens[dash].hasSpaceBefore { dash += 1 }
    let isRange = dash < tokens.count && (tokens[dash].kind == .dash || tokens[dash].word == "till")
    if days.count == 1, isRange, dash + 1 < tokens.count {
      var last = numbers.meaning(dash + 1)
      if isWednesday(dash + 1) { last = .days([3]) }
      if case .days(let end)? = last, end.count == 1 {
        return add(.days(Self.range(days[0], end[0])), through: dash + 2)
      }
    }
    add(.days(days), through: next)
  }

  private static func range(_ first: Int, _ last: Int) -> [Int] {
    first <= last ? Array(first...last) : Array(first...7) + Array(1...last)
  }

  // MARK: - Parentheses

  /// A parenthesis that is not understood whole says something of what stands before it: none of it counts.
  private mutating func closeParentheses() {
    var start: Int?
    for (number, item) in items.enumerated() {
      let first = tokens[item.tokens.lowerBound].kind
      if first == .mark("(") { start = number }
      guard first == .mark(")"), let begin = start else { continue }
      start = nil
      let inside = begin + 1..<number
      guard items[inside].contains(where: { $0.kind == .unknown || $0.kind == .obstacle || $0.kind == .season }) else {
        continue
      }
      for index in inside { items[index].kind = .unknown }
    }
  }
}
