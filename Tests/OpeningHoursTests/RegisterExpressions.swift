/// Random expressions of the shapes that registers hold, the same ones for the same seed.
struct RegisterExpressions {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func number(below bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  /// An expression of one to four rules.
  mutating func next() -> String {
    var rules = [rule()]
    var text = rules[0]
    for _ in 0..<number(below: 4) {
      var separator = pick(["; ", "; ", "; ", ", ", " || "])
      // A comma joins a rule to one with times; one that begins with times would go on with the times before it.
      if separator == ", ", rules.last?.contains(":") != true { separator = "; " }
      rules.append(separator == ", " ? pick(Self.days) + " " + times() : rule())
      text += separator + rules[rules.count - 1]
    }
    return text
  }

  private mutating func rule() -> String {
    var parts: [String] = []
    if number(below: 4) == 0 { parts.append(pick(Self.dates)) }
    if number(below: 8) == 0 { parts.append(pick(Self.weeks)) }
    if number(below: 3) > 0 { parts.append(pick(Self.days)) }
    if parts.isEmpty || number(below: 6) > 0 { parts.append(times()) }
    if let modifier = pick(Self.modifiers) { parts.append(modifier) }
    return parts.joined(separator: " ")
  }

  private mutating func times() -> String {
    (0...number(below: 2)).map { _ in pick(Self.spans) }.joined(separator: ",")
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }

  private static let dates = [
    "2026", "2025-2027", "Jun-Aug", "Nov-Feb", "Dec 24-26", "Dec 30-Jan 6", "Mar 20-Apr 5",
    "easter -2 days-easter +1 day",
    "Oct 25", "Mar 29", "2026 Mar 28-2026 Nov 1", "Feb 29", "easter",
  ]
  private static let weeks = ["week 1-53/2", "week 2-52/2", "week 53", "week 1", "week 10-20", "week 43-44"]
  private static let days = [
    "Mo-Fr", "Sa", "Su", "Sa-Su", "Fr-Mo", "Mo,We", "PH", "PH,Su", "PH Mo-Fr", "PH -1 day", "Su[-1]", "Sa[1,3]",
    "Su[5] -1 day", "Mo-Su",
  ]
  private static let spans = [
    "10:00-16:00", "08:00-12:00", "13:00-20:30", "00:00-24:00", "22:00-02:00", "20:00-03:30", "18:00-28:00",
    "03:00-04:00",
    "02:30-03:30", "00:00-06:00", "21:00-48:00", "17:00+", "10:00-15:00+", "sunrise-sunset", "sunset-02:00",
    "(dawn-01:00)-dusk", "12:00-12:00",
  ]
  private static let modifiers: [String?] = [
    nil, nil, nil, nil, "off", "closed", "unknown", "\"ring\"", "open \"bar\"", "off \"renovation\"", "unknown \"ask\"",
  ]
}
