/// A day of the proleptic Gregorian calendar with what rules ask about it.
struct CivilDay: Sendable, Hashable {
  /// Days since 1970-01-01.
  let number: Int
  let year: Int
  /// 1–12
  let month: Int
  /// 1–31
  let day: Int

  /// A day by its number (H. Hinnant, "chrono-compatible low-level date algorithms").
  init(number: Int) {
    self.number = number
    let z = number + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let m = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * m + 2) / 5 + 1
    month = m < 10 ? m + 3 : m - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Monday 1 – Sunday 7; 1970-01-01 was a Thursday.
  var weekday: Int { Self.weekday(number) }

  /// The ISO 8601 week, 1–53: that of its Thursday.
  var isoWeek: Int {
    let thursday = CivilDay(number: number - weekday + 4)
    return (thursday.number - Self.number(thursday.year, 1, 1)) / 7 + 1
  }

  /// Monday 1 – Sunday 7.
  static func weekday(_ number: Int) -> Int {
    let rest = (number + 3) % 7
    return (rest < 0 ? rest + 7 : rest) + 1
  }

  /// Days since 1970-01-01 of a date (Hinnant).
  static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// How many days a month has.
  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The nth such weekday of a month, from its end where negative. Nil where the month has no such day.
  static func number(nth: Int, weekday: Int, ofMonth month: Int, _ year: Int) -> Int? {
    let count = days(inMonth: month, of: year)
    let first = number(year, month, 1)
    let day: Int
    if nth > 0 {
      day = 1 + (weekday - self.weekday(first) + 7) % 7 + (nth - 1) * 7
    } else {
      day = count - (self.weekday(first + count - 1) - weekday + 7) % 7 + (nth + 1) * 7
    }
    return (1...count).contains(day) ? first + day - 1 : nil
  }

  /// Easter Sunday of the western churches (anonymous Gregorian algorithm, as J. Meeus gives it in "Astronomical
  /// Algorithms", chapter 8).
  static func easter(_ year: Int) -> Int {
    let a = year % 19
    let b = year / 100
    let c = year % 100
    let d = b / 4
    let e = b % 4
    let f = (b + 8) / 25
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let i = c / 4
    let k = c % 4
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let n = h + l - 7 * m + 114
    return number(year, n / 31, n % 31 + 1)
  }
}
