extension ClockZone {
  /// An instant (seconds since 1970-01-01T00:00:00Z) as RFC 3339 in this zone: `2026-07-01T20:00:00+03:00`. Offsets
  /// that are no whole minutes (before 1921 in Finland) are told in universal time, because RFC 3339 can't say them.
  public func text(of instant: Int64) -> String {
    let exact = offset(at: instant)
    let offset = exact % 60 == 0 ? exact : 0
    let wall = instant + offset
    let number = wall.flooredQuotient(86_400)
    let day = CivilDay(number: Int(number))
    let second = Int(wall - number * 86_400)
    let minutes = Int(abs(offset) / 60)
    return "\(Self.text(day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
      + "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// The date on the wall at an instant, `2026-07-01`.
  public func date(at instant: Int64) -> String {
    Self.text(CivilDay(number: dayNumber(at: instant)))
  }

  /// The day on the wall at an instant, in days since 1970-01-01.
  public func dayNumber(at instant: Int64) -> Int { Int((instant + offset(at: instant)).flooredQuotient(86_400)) }

  /// The first instant of a day, given in days since 1970-01-01.
  public func start(ofDay number: Int) -> Int64 { instant(ofWall: Int64(number) * 86_400) }

  /// A day, given in days since 1970-01-01, as `2026-07-01`.
  public static func date(ofDay number: Int) -> String { text(CivilDay(number: number)) }

  private static func text(_ day: CivilDay) -> String {
    let year = String(day.year)
    return String(repeating: "0", count: max(0, 4 - year.count)) + year + "-\(two(day.month))-\(two(day.day))"
  }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
