import Foundation

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

/// When the sun passes the heights that the language knows, on one day, in minutes after the day's first minute on the
/// wall. May be negative or over 1440: in the west of Finland the sun sets after midnight in June.
struct SunTimes: Sendable, Hashable {
  let dawn: Int
  let sunrise: Int
  let sunset: Int
  let dusk: Int

  /// Where nothing is known of the position: the times that opening_hours.js takes.
  static let nominal = SunTimes(dawn: 330, sunrise: 360, sunset: 1080, dusk: 1110)

  init(dawn: Int, sunrise: Int, sunset: Int, dusk: Int) {
    self.dawn = dawn
    self.sunrise = sunrise
    self.sunset = sunset
    self.dusk = dusk
  }

  func minute(_ event: SunEvent) -> Int {
    switch event {
    case .dawn: dawn
    case .sunrise: sunrise
    case .sunset: sunset
    case .dusk: dusk
    }
  }

  /// Computes a day's times: sunrise and sunset for the sun's upper edge with mean refraction (0.833° below the
  /// horizon), dawn and dusk for 6°. The sun's place by the low-precision formulas of the Astronomical Almanac (0.01°
  /// in 1950–2050): times are good to a minute where the sun does not graze the horizon. Where it never passes a
  /// height: up all day counts as 00:00 to 24:00, down all day as no time at noon.
  init(day: Int, position: SunPosition, zone: ClockZone) {
    let midnight = Int64(day) * 86_400
    // Solar noon by mean time, then corrected by the equation of time.
    let nominalNoon = Double(midnight) + (0.5 - position.longitude / 360) * 86_400
    func passage(_ height: Double, rising: Bool) -> Int {
      var instant = nominalNoon
      // The sun moves on while it rises: from noon's place to that at the event, twice is enough for seconds.
      for _ in 0..<3 {
        let sun = Sun(at: instant)
        let noon = nominalNoon - sun.equationOfTime
        let radians = Double.pi / 180
        let cosine =
          (sin(height * radians) - sin(position.latitude * radians) * sin(sun.declination))
          / (cos(position.latitude * radians) * cos(sun.declination))
        if cosine <= -1 { return rising ? 0 : 1440 }
        if cosine >= 1 {
          instant = noon
          break
        }
        let arc = acos(cosine) / (2 * Double.pi) * 86_400
        instant = noon + (rising ? -arc : arc)
      }
      let wall = instant + Double(zone.offset(at: Int64(instant))) - Double(midnight)
      return Int((wall / 60).rounded(.down))
    }
    self.init(
      dawn: passage(-6, rising: true), sunrise: passage(-0.833, rising: true), sunset: passage(-0.833, rising: false),
      dusk: passage(-6, rising: false))
  }

  /// The sun's place at an instant, by the Astronomical Almanac's low-precision formulas (page C5).
  private struct Sun {
    /// Radians north of the equator.
    let declination: Double
    /// Seconds that the sun is ahead of mean time.
    let equationOfTime: Double

    init(at instant: Double) {
      let days = instant / 86_400 - 10_957.5  // since 2000-01-01T12:00
      let radians = Double.pi / 180
      let meanLongitude = (280.460 + 0.985_647_4 * days).truncatingRemainder(dividingBy: 360)
      let anomaly = (357.528 + 0.985_600_3 * days).truncatingRemainder(dividingBy: 360) * radians
      let longitude = (meanLongitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly)) * radians
      let obliquity = (23.439 - 0.000_000_4 * days) * radians
      declination = asin(sin(obliquity) * sin(longitude))
      let ascension = atan2(cos(obliquity) * sin(longitude), cos(longitude)) / radians
      var difference = (meanLongitude - ascension).truncatingRemainder(dividingBy: 360)
      if difference > 180 { difference -= 360 }
      if difference < -180 { difference += 360 }
      equationOfTime = difference * 240
    }
  }
}
