import Foundation

/// An instant in microseconds since 1970-01-01T00:00:00Z, which is PostgreSQL's precision.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Microseconds since the Unix epoch.
  public let microseconds: Int64

  /// Makes an instant.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The clock's time.
  public static func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }

  /// Reads RFC 3339 (`2026-06-01T12:00:00Z`, `…+03:00`); without an offset it is read in `zone`; a bare date is its
  /// midnight. Nil for anything else.
  public init?(rfc3339 text: String, zone: TimeZone) {
    let pattern =
      /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?/
    guard let match = text.wholeMatch(of: pattern), let year = Int(match.1), let month = Int(match.2),
      let day = Int(match.3), (1...12).contains(month), (1...Timestamp.days(month: month, year: year)).contains(day)
    else { return nil }
    let hour = match.4.flatMap { Int($0) } ?? 0
    let minute = match.5.flatMap { Int($0) } ?? 0
    let second = match.6.flatMap { Int($0) } ?? 0
    guard hour <= 24, minute < 60, second <= 60, hour < 24 || (minute == 0 && second == 0) else { return nil }
    let fraction = match.7.map { Int64(($0 + "000000").prefix(6)) ?? 0 } ?? 0
    let wall = Timestamp.daysFromCivil(year, month, day) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    let offset: Int64
    if let zoneText = match.8 {
      guard let seconds = Timestamp.offset(String(zoneText)) else { return nil }
      offset = seconds
    } else {
      offset = Timestamp.offset(ofWall: wall, in: zone)
    }
    // PostgreSQL knows no year 0, and what is written has four digits.
    guard (-62_135_596_800..<253_402_300_800).contains(wall - offset) else { return nil }
    microseconds = (wall - offset) * 1_000_000 + fraction
  }

  /// `2026-06-01T09:00:00.123456Z`
  public var description: String {
    let seconds = Timestamp.floor(microseconds, by: 1_000_000)
    let (year, month, day) = Timestamp.civil(fromDays: Timestamp.floor(seconds, by: 86_400))
    let rest = Int(seconds - Timestamp.daysFromCivil(year, month, day) * 86_400)
    let fraction = Int(microseconds - seconds * 1_000_000)
    func pad(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):"
      + "\(pad(rest % 60, 2)).\(pad(fraction, 6))Z"
  }

  /// Earlier first.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  private static func floor(_ number: Int64, by divisor: Int64) -> Int64 {
    number / divisor - (number % divisor < 0 ? 1 : 0)
  }

  private static func offset(_ text: String) -> Int64? {
    if text == "Z" || text == "z" { return 0 }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.suffix(2)), hours < 24, minutes < 60 else {
      return nil
    }
    return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// The zone's offset for a wall-clock time; in the hour that occurs twice the first, in the one that is skipped the
  /// offset before the change.
  private static func offset(ofWall wall: Int64, in zone: TimeZone) -> Int64 {
    let before = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(wall - 86_400))))
    let candidate = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(wall - before))))
    if candidate == before { return before }
    let after = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(wall - candidate))))
    return after == candidate ? candidate : before
  }

  private static func days(month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible date algorithms").
  private static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int64) -> (Int, Int, Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let m = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * m + 2) / 5 + 1)
    let month = Int(m < 10 ? m + 3 : m - 9)
    return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, day)
  }
}
