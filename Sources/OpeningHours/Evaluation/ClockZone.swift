import Foundation
import Synchronization

/// A clock: the local time of an IANA time zone with all its changes, from 1900 on; the rules of 2000–2399 are taken to
/// go on for ever (the calendar repeats itself after 400 years).
public struct ClockZone: Sendable, Hashable {
  /// The IANA name, `Europe/Helsinki`.
  public let identifier: String
  private let changes: Changes

  /// Europe/Helsinki; without changes where the system knows no time zones at all.
  public static let helsinki = ClockZone(identifier: "Europe/Helsinki") ?? .utc
  /// Universal time, without changes of the clock.
  public static let utc = ClockZone(identifier: "UTC", changes: Changes(starts: [], offsets: [0]))

  /// Finds a zone by its IANA name. Nil for an unknown one.
  public init?(identifier: String) {
    if let known = Self.known.withLock({ $0[identifier] }) {
      self = known
      return
    }
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.init(identifier: identifier, changes: Changes(zone))
    // Bounded: names come from requests, and there are some 600 of them.
    Self.known.withLock { if $0.count < 1000 { $0[identifier] = self } }
  }

  private init(identifier: String, changes: Changes) {
    self.identifier = identifier
    self.changes = changes
  }

  /// Seconds that the clock is ahead of universal time at an instant (seconds since 1970-01-01T00:00:00Z).
  public func offset(at instant: Int64) -> Int64 { stretch(at: instant).offset }

  /// The instant of a time on the wall, in seconds since 1970-01-01T00:00:00 of the wall. In the hour that occurs twice
  /// the first one, in the skipped hour the change itself.
  public func instant(ofWall wall: Int64) -> Int64 {
    // No zone is further than a day from universal time: the earliest stretch in which the wall shows the time.
    var stretch = stretch(at: wall - 86_400)
    while wall - stretch.offset >= stretch.end { stretch = self.stretch(at: stretch.end) }
    return max(wall - stretch.offset, stretch.start)
  }

  /// A time during which the offset stays: `start..<end` in instants.
  struct Stretch {
    let start: Int64
    let end: Int64
    let offset: Int64
  }

  /// The stretch in which an instant lies.
  func stretch(at instant: Int64) -> Stretch {
    var shift: Int64 = 0
    if instant >= Self.firstRepeated {
      shift = ((instant - Self.firstRepeated) / Self.cycle + 1) * Self.cycle
    }
    let wanted = instant - shift
    // The first change after the instant.
    var low = 0
    var high = changes.starts.count
    while low < high {
      let middle = (low + high) / 2
      if changes.starts[middle] <= wanted { low = middle + 1 } else { high = middle }
    }
    let start = low == 0 ? Int64.min / 2 : changes.starts[low - 1] + shift
    // A stretch that reaches over the end of the table ends there; the next one goes on with the same offset.
    let boundary = shift + Self.firstRepeated
    let end = low < changes.starts.count ? min(changes.starts[low] + shift, boundary) : boundary
    return Stretch(
      start: start, end: changes.starts.isEmpty ? Int64.max / 2 : end, offset: Int64(changes.offsets[low]))
  }

  /// Same name, same clock.
  public static func == (a: ClockZone, b: ClockZone) -> Bool { a.identifier == b.identifier }
  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

  private static let known = Mutex<[String: ClockZone]>([:])
  /// 400 years of the Gregorian calendar in seconds: 146,097 days, which are whole weeks.
  private static let cycle: Int64 = 146_097 * 86_400
  /// 2400-01-01T00:00:00Z: from here on the clock does as 400 years before.
  private static let firstRepeated: Int64 = 13_569_465_600

  /// Changes of the clock. A class, so that zones are copied by reference.
  private final class Changes: Sendable {
    /// When the clock changes, ascending, instants in seconds.
    let starts: [Int64]
    /// Offsets in seconds: before the first change, then from each change on.
    let offsets: [Int32]

    init(starts: [Int64], offsets: [Int32]) {
      self.starts = starts
      self.offsets = offsets
    }

    convenience init(_ zone: TimeZone) {
      var at = Date(timeIntervalSince1970: -2_208_988_800)  // 1900-01-01
      var starts: [Int64] = []
      var offsets = [Int32(zone.secondsFromGMT(for: at))]
      let end = Date(timeIntervalSince1970: Double(ClockZone.firstRepeated))
      // Counted, because the loop must end whatever the system says: twice a year is what zones do.
      while starts.count < 4_000, let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < end {
        starts.append(Int64(next.timeIntervalSince1970.rounded()))
        offsets.append(Int32(zone.secondsFromGMT(for: next)))
        at = next
      }
      self.init(starts: starts, offsets: offsets)
    }
  }
}
