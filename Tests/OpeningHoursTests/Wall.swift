/// Helsinki's clock by the rule of the European Union alone (from 1997 on: summer time from the last Sunday of March
/// to the last Sunday of October, both at 01:00 UTC), so that the tests owe nothing to the time zone database.
enum Wall {
  enum Fault: Error, Equatable {
    case unreadable(String)
    case neverShown(String)
    case shownTwice(String)
  }

  /// `2026-03-29T04:00`, `2026-03-29T04:00:01`, `…T24:00`; `2026-10-25T03:30+03:00` in the hour that comes twice; and
  /// `…Z` for UTC.
  static func instant(_ text: String) throws -> Int64 {
    if text.hasSuffix("Z") { return try seconds(String(text.dropLast())) }
    for hours: Int64 in [2, 3] where text.hasSuffix("+0\(hours):00") {
      return try seconds(String(text.dropLast(6))) - hours * 3600
    }
    let local = try seconds(text)
    let candidates = [local - 2 * 3600, local - 3 * 3600].filter { $0 + offset(at: $0) == local }
    guard let instant = candidates.first else { throw Fault.neverShown(text) }
    guard candidates.count == 1 else { throw Fault.shownTwice(text) }
    return instant
  }

  /// Seconds from 1970-01-01T00:00 to a date and time, whatever clock they belong to.
  static func seconds(_ text: String) throws -> Int64 {
    let fields = text.split { "-T:".contains($0) }.map { Int64($0) }
    guard fields.count >= 5, !fields.contains(nil) else { throw Fault.unreadable(text) }
    let numbers = fields.compactMap { $0 }
    let time = numbers[3] * 3600 + numbers[4] * 60 + (numbers.count > 5 ? numbers[5] : 0)
    return days(numbers[0], numbers[1], numbers[2]) * 86_400 + time
  }

  /// `2026-03-29T04:00`, with the offset in the hour that comes twice and seconds where there are any.
  static func dateTime(_ instant: Int64) -> String {
    let local = instant + offset(at: instant)
    let again = [2, 3].map { local - $0 * 3600 }.filter { $0 + offset(at: $0) == local }.count == 2
    let seconds = local.remainder(60) == 0 ? "" : ":" + two(local.remainder(60))
    return "\(date(local))T\(clock(local))\(seconds)" + (again ? "+0\(offset(at: instant) / 3600):00" : "")
  }

  /// `04:00`
  static func time(_ instant: Int64) -> String { clock(instant + offset(at: instant)) }

  /// The offset from UTC in seconds.
  static func offset(at instant: Int64) -> Int64 {
    let year = civil(instant.quotient(86_400)).year
    let summer = change(year, month: 3)..<change(year, month: 10)
    return summer.contains(instant) ? 3 * 3600 : 2 * 3600
  }

  /// The instant of the change of the clock in March or October.
  static func change(_ year: Int64, month: Int64) -> Int64 {
    let last = days(year, month, 31)
    // 1970-01-01 was a Thursday, so day 3 a Sunday.
    return (last - (last - 3).remainder(7)) * 86_400 + 3600
  }

  /// `2026-03-29` of seconds since 1970-01-01T00:00.
  static func date(_ seconds: Int64) -> String {
    let day = civil(seconds.quotient(86_400))
    return "\(day.year)-\(two(day.month))-\(two(day.day))"
  }

  private static func clock(_ seconds: Int64) -> String {
    let second = seconds.remainder(86_400)
    return "\(two(second / 3600)):\(two(second / 60 % 60))"
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Days from 1970-01-01 in the Gregorian calendar, counted year by year.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400 - 477
    return (year - 1970) * 365 + leapDays + monthStarts(year)[Int(month) - 1] + day - 1
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    var year = 1970 + days.quotient(366)
    while self.days(year + 1, 1, 1) <= days { year += 1 }
    let dayOfYear = days - self.days(year, 1, 1)
    let month = (monthStarts(year).lastIndex { $0 <= dayOfYear } ?? 0)
    return (year, Int64(month) + 1, dayOfYear - monthStarts(year)[month] + 1)
  }

  private static func monthStarts(_ year: Int64) -> [Int64] {
    let leap: Int64 = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0
    return [0, 31, 59 + leap, 90, 120, 151, 181, 212, 243, 273, 304, 334].enumerated()
      .map { $0.offset > 2 ? $0.element + leap : $0.element }
  }
}

extension Int64 {
  fileprivate func quotient(_ divisor: Int64) -> Int64 { (self - remainder(divisor)) / divisor }
  fileprivate func remainder(_ divisor: Int64) -> Int64 { (self % divisor + divisor) % divisor }
}
