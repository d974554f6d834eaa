/// Opening hours carried over from another notation, and what could not be.
///
/// Made by `HoursConversion(ptv:)`, `HoursConversion(hauki:)` and `HoursConversion(turku:)`.
public struct HoursConversion: Sendable, Hashable {
  /// What was understood; nil where nothing was.
  public let expression: HoursExpression?
  /// What is missing in the expression, or stands in it otherwise than in the source; in the order of the source.
  public let losses: [HoursLoss]

  /// Makes a result.
  public init(expression: HoursExpression?, losses: [HoursLoss]) {
    self.expression = expression
    self.losses = losses
  }
}

/// Something that could not be carried over, for a person.
public struct HoursLoss: Sendable, Hashable, Codable {
  /// What is lost, a sentence.
  public let what: String
  /// Where it stands in the source: `serviceHours[2].openingHour[0].to`, `rules[1]`.
  public let `where`: String
  /// The value there, where a value tells more.
  public let value: String?

  /// Makes a loss.
  public init(_ what: String, where place: String, value: String? = nil) {
    self.what = what
    self.where = place
    self.value = value
  }
}

/// A day of the Gregorian calendar, without a clock.
public struct HoursDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The year.
  public let year: Int
  /// 1–12
  public let month: Int
  /// 1–31
  public let day: Int

  /// Makes a date. Nil for a day that does not exist, and for years outside 1000–9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1000...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDay.days(inMonth: month, of: year)
    else { return nil }
    self.init(valid: year, month, day)
  }

  /// Reads `2026-06-01`, also where a time follows it. A time in UTC (`2026-05-31T21:00:00Z`) is a day in Finland.
  /// Nil for anything else.
  public init?(_ text: String) {
    let digits = Array(text.utf8.prefix(19))
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= digits.count else { return nil }
      return digits[range].reduce(0 as Int?) { sum, byte in
        guard let sum, (48...57).contains(byte) else { return nil }
        return sum * 10 + Int(byte - 48)
      }
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), digits[4] == 45,
      digits[7] == 45, let date = HoursDate(year: year, month: month, day: day)
    else { return nil }
    if text.hasSuffix("Z"), let hour = number(11..<13), let minute = number(14..<16) {
      let instant = Int64(date.number) * 86_400 + Int64(hour * 3600 + minute * 60)
      self.init(number: Int((instant + ClockZone.helsinki.offset(at: instant)).flooredQuotient(86_400)))
    } else {
      self = date
    }
  }

  /// `2026-06-01`
  public var description: String {
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// By time.
  public static func < (a: HoursDate, b: HoursDate) -> Bool { a.number < b.number }

  init(number: Int) {
    let day = CivilDay(number: number)
    self.init(valid: day.year, day.month, day.day)
  }

  private init(valid year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1970-01-01.
  var number: Int { CivilDay.number(year, month, day) }

  var point: DatePoint { DatePoint(.day(month: month, day: day), year: year) }
}

extension DateRange {
  /// The days from one date to another, both included; without an end for ever. The language has no range without a
  /// beginning: it then begins with the year 2000, before which no register has hours.
  init?(from first: HoursDate?, through last: HoursDate?) {
    switch (first, last) {
    case (nil, nil): return nil
    case (let first?, nil): self.init(from: first.point, isOpen: true)
    case (let first?, let last?) where first == last: self.init(from: first.point)
    case (let first?, let last?): self.init(from: first.point, to: last.point)
    case (nil, let last?):
      self.init(from: DatePoint(.day(month: 1, day: 1), year: 2000), to: last.point)
    }
  }
}

/// A time of the day in a wire format, `08:00`, `8.00`, `08:00:00`: minutes after midnight, 0–1440. Nil for anything else.
func clockMinutes(_ text: String) -> Int? {
  let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
  guard (2...3).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
    let hour = Int(parts[0]), let minute = Int(parts[1]), hour >= 0, (0...59).contains(minute),
    hour * 60 + minute <= 1440
  else { return nil }
  return hour * 60 + minute
}

/// A text as the language can hold it: it has no quotation marks inside quotation marks. Nil where nothing is left.
func commentText(_ text: String?) -> String? {
  guard let text else { return nil }
  let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  return words.isEmpty ? nil : String(words.map { $0 == "\"" ? "'" : $0 })
}

/// Whether a description says no more than that hours are hours: such a one is no comment.
func saysNoMoreThanHours(_ text: String) -> Bool {
  let usual: Set<String> = [
    "aukioloajat", "aukioloaika", "avoinna", "auki", "normaalit aukioloajat", "normaalit palveluajat", "palveluajat",
    "palveluaika", "öppettider", "öppettidet", "öppet", "öppna", "normala öppettider", "servicetider",
    "normala servicetider",
    "opening hours", "open", "normal opening hours", "suljettu", "stängt", "closed",
  ]
  return usual.contains(text.lowercased())
}
