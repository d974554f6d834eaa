/// The public holidays on which `PH` holds.
public enum HolidayCalendar: String, Sendable, Hashable, CaseIterable {
  /// Finland's 13 statutory days: New Year's Day, Epiphany, Good Friday, Easter Sunday and Monday, May Day, Ascension,
  /// Whit Sunday, Midsummer Day, All Saints' Day, Independence Day, Christmas Day and St Stephen's Day (kirkkolaki
  /// 652/2023, laki itsenäisyyspäivän viettämisestä 388/1937, laki vapunpäivän järjestämisestä työntekijäin
  /// vapaapäiväksi 272/1944). Midsummer Eve and Christmas Eve are none. Today's rules are taken for all years.
  case finland = "FI"
  /// None: `PH` never holds.
  case none

  /// Whether a day is a public holiday.
  func contains(_ day: CivilDay) -> Bool {
    guard self == .finland else { return false }
    switch (day.month, day.day) {
    case (1, 1), (1, 6), (5, 1), (12, 6), (12, 25), (12, 26): return true
    // Midsummer Day and All Saints' Day are Saturdays.
    case (6, 20...26), (10, 31), (11, 1...6): if day.weekday == 6 { return true }
    default: break
    }
    // Good Friday 20 March at the earliest, Whit Sunday 13 June at the latest.
    guard (3...6).contains(day.month) else { return false }
    switch day.number - CivilDay.easter(day.year) {
    case -2, 0, 1, 39, 49: return true
    default: return false
    }
  }
}
