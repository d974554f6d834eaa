import Places

/// The streets that a mistyped one may mean.
public enum StreetNearness {
  /// A street without the dots of å, ä, ö and without spaces, of its ``StreetName/key(_:)``: what typing errors are
  /// counted in.
  public static func plain(_ key: String) -> String { Folding.plain(key).filter { $0 != " " } }

  /// How many letters were mistyped (exchanged neighbours count as one), where that may be: one in five letters or more,
  /// two in twelve or more, and never in a number. Nil: it is another street. Both are ``plain(_:)``.
  public static func errors(_ asked: String, _ street: String) -> Int? {
    let (a, b) = (Array(asked.utf16), Array(street.utf16))
    let shorter = min(a.count, b.count)
    let allowed = shorter >= 12 ? 2 : shorter >= 5 ? 1 : 0
    guard abs(a.count - b.count) <= allowed, a.filter(isDigit) == b.filter(isDigit) else { return nil }
    let errors = WordLikeness.distance(a, b, most: allowed)
    return errors <= allowed ? errors : nil
  }

  private static func isDigit(_ unit: UInt16) -> Bool { (0x30...0x39).contains(unit) }
}
