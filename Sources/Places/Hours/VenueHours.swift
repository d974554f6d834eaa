import Foundation
import OpeningHours

/// When a place is open: its hours, as long as it operates.
public struct VenueHours: Sendable {
  /// The clock of all opening hours.
  public static let zone = ClockZone.helsinki

  /// What the hours say; nil for a place without hours that can be read.
  public let calendar: OpeningCalendar?
  /// When the place operates, in seconds since 1970, ascending.
  private let operating: [Range<Int64>]

  /// Makes hours of a calendar and what is said about operating.
  public init(calendar: OpeningCalendar?, operating status: OperatingStatus = OperatingStatus()) {
    self.calendar = calendar
    operating = status.operatingTimes
  }

  /// Whether the place operates at an instant, in seconds since 1970: whether its hours hold.
  public func operates(at instant: Int64) -> Bool { operating.contains { $0.contains(instant) } }

  /// The state at an instant, in seconds since 1970.
  public func status(at instant: Int64) -> OpeningStatus {
    guard let calendar, operates(at: instant) else { return .closed }
    return calendar.status(at: instant)
  }

  /// The next instant at which the state differs, a change of comment alone being none; nil where it never does.
  public func nextChange(after instant: Int64) -> Int64? {
    let state = status(at: instant).state
    var time = instant
    while let next = step(after: time) {
      if status(at: next).state != state { return next }
      time = next
    }
    return nil
  }

  /// The next instant at which hours or operating change.
  private func step(after instant: Int64) -> Int64? {
    guard let calendar else { return nil }
    if let now = operating.first(where: { $0.contains(instant) }) {
      let next = min(calendar.nextChange(after: instant) ?? .max, now.upperBound)
      return next == .max ? nil : next
    }
    return operating.first { $0.lowerBound > instant }?.lowerBound
  }

  /// Whether it is open for the whole of `range`, in seconds since 1970.
  public func isOpen(throughout range: Range<Int64>) -> Bool {
    guard let calendar,
      operating.contains(where: { $0.contains(range.lowerBound) && range.upperBound <= $0.upperBound })
    else { return false }
    return calendar.intervals(from: range.lowerBound, to: range.upperBound).allSatisfy { $0.status.state == .open }
  }

  /// When it is open or may be (unknown) in `from..<to`, in seconds since 1970.
  public func intervals(from: Int64, to: Int64) -> [OpeningInterval] {
    guard let calendar else { return [] }
    return operating.flatMap { times -> [OpeningInterval] in
      let (from, to) = (max(from, times.lowerBound), min(to, times.upperBound))
      guard from < to else { return [] }
      return calendar.intervals(from: from, to: to).filter { $0.status.state != .closed }
    }
  }

  /// The first second of a day, `yyyy-mm-dd`.
  public static func start(of day: String, plus days: Int = 0) -> Int64? {
    number(of: day).map { zone.start(ofDay: $0 + days) }
  }

  /// A day, `yyyy-mm-dd`, in days since 1970-01-01.
  public static func number(of day: String) -> Int? {
    Timestamp(rfc3339: day, zone: .gmt).map { Int(($0.microseconds / 1_000_000).flooredDays) }
  }
}

extension Int64 {
  fileprivate var flooredDays: Int64 { self / 86_400 - (self % 86_400 < 0 ? 1 : 0) }
}

extension OperatingStatus {
  /// When a place of this status operates: an open one on its dates, one that is closed for a while outside them, a
  /// planned one after them, and one that is closed for good before the first of them. Without dates only open ones do.
  var operatingTimes: [Range<Int64>] {
    let first = validFrom.flatMap { VenueHours.start(of: $0) }
    let end = validTo.flatMap { VenueHours.start(of: $0, plus: 1) }
    switch state {
    case .open: return [(first ?? .min)..<max(end ?? .max, first ?? .min)]
    case .planned: return end.map { [$0..<Int64.max] } ?? []
    case .closed: return first.map { [Int64.min..<$0] } ?? []
    case .temporarilyClosed:
      return (first.map { [Int64.min..<$0] } ?? []) + (end.map { [$0..<Int64.max] } ?? [])
    }
  }
}
