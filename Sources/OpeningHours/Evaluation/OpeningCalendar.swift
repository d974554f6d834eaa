/// What an expression means at a place: in its time zone, with its public holidays and under its sun.
public struct OpeningCalendar: Sendable {
  /// The expression.
  public let expression: HoursExpression
  /// The clock by which times are read.
  public let zone: ClockZone

  /// Makes a calendar. `position`: where the sun rises and sets; nil for nominal times (dawn 05:30, sunrise 06:00,
  /// sunset 18:00, dusk 18:30, as opening_hours.js takes them).
  public init(
    _ expression: HoursExpression, zone: ClockZone = .helsinki, holidays: HolidayCalendar = .finland,
    position: SunPosition? = nil
  ) {
    self.expression = expression
    self.zone = zone
  }

  /// The state at an instant, in seconds since 1970-01-01T00:00:00Z.
  public func status(at instant: Int64) -> OpeningStatus { .closed }

  /// The next instant at which the state differs; a change of comment alone is none. Nil where it never does.
  public func nextChange(after instant: Int64) -> Int64? { nil }

  /// The intervals of the states open, unknown and closed in `from..<to`, without gaps, computed as they are asked for.
  public func intervals(from: Int64, to: Int64) -> AnySequence<OpeningInterval> { AnySequence([]) }
}

/// The public holidays on which `PH` holds.
public enum HolidayCalendar: String, Sendable, Hashable {
  /// Finland's 13 statutory days.
  case finland = "FI"
  /// None: `PH` never holds.
  case none
}

/// A position under the sun, degrees.
public struct SunPosition: Sendable, Hashable {
  /// Degrees north, -90…90.
  public let latitude: Double
  /// Degrees east, -180…180.
  public let longitude: Double

  /// Makes a position.
  public init(latitude: Double, longitude: Double) {
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// A clock: local time of an IANA time zone with all its changes.
public struct ClockZone: Sendable, Hashable {
  /// `Europe/Helsinki`
  public let identifier: String

  /// Europe/Helsinki.
  public static let helsinki = ClockZone(name: "Europe/Helsinki")
  /// Without changes of the clock.
  public static let utc = ClockZone(name: "UTC")

  /// Finds a zone by its IANA name. Nil for an unknown one.
  public init?(identifier: String) { self.identifier = identifier }

  private init(name: String) { identifier = name }
}
