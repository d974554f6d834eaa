import Foundation
import Places
import Synchronization

/// `open_at`, `open_during` and `include=open_now`.
enum OpenParameters {
  /// Reads both filters; of `now` the minute counts, because opening hours change on whole minutes only.
  static func read(_ reader: inout ParameterReader, now: Timestamp = .now()) -> PlaceQuery.OpenPeriod? {
    let minute = now.seconds / 60 * 60
    var result: PlaceQuery.OpenPeriod?
    if let text = reader.query["open_at"] {
      if let start = text == "now" ? minute : instant(text) {
        result = .init(start: start)
      } else {
        reader.fail("open_at", "Give a time such as 2026-06-01T12:00:00+03:00, or now.")
      }
    }
    if let text = reader.query["open_during"] {
      if reader.query["open_at"] != nil {
        reader.fail("open_during", "Give either open_at or open_during.")
        return nil
      }
      let ends = text.split(separator: "/", omittingEmptySubsequences: false).map {
        $0 == "now" ? minute : instant(String($0))
      }
      guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else {
        reader.fail(
          "open_during",
          "Give two times with a slash between, the earlier first: "
            + "2026-06-01T12:00:00+03:00/2026-06-01T14:00:00+03:00.")
        return nil
      }
      result = .init(start: start, end: end)
    }
    guard let period = result else { return nil }
    if !known(now).contains(period.start) || !known(now).contains(period.end ?? period.start) {
      let name = period.end == nil ? "open_at" : "open_during"
      reader.fail(name, "Opening hours are told for five years back and ahead.", code: "out-of-range")
      return nil
    }
    return period
  }

  /// Of which instants opening hours are told: five years either way, and a minute for clocks that differ. Reckoned once a
  /// minute, because Foundation's calendar takes longer than the rest of a request.
  private static func known(_ now: Timestamp) -> ClosedRange<Int64> {
    let minute = now.seconds / 60
    if let last = lastKnown.withLock({ $0 }), last.minute == minute { return last.range }
    let date = Date(timeIntervalSince1970: Double(minute * 60))
    func years(_ number: Int) -> Int64 {
      let shifted = Calendar(identifier: .gregorian).date(byAdding: .year, value: number, to: date) ?? date
      return Int64(shifted.timeIntervalSince1970)
    }
    let range = (years(-5) - 60)...(years(5) + 120)
    lastKnown.withLock { $0 = (minute, range) }
    return range
  }

  private static let lastKnown = Mutex<(minute: Int64, range: ClosedRange<Int64>)?>(nil)

  private static func instant(_ text: String) -> Int64? {
    Timestamp(rfc3339: ParameterReader.withPlus(text), zone: API.zone)?.seconds
  }

  /// Whether a filter is about now, so that the clock alone changes its answer.
  static func isAboutNow(_ query: QueryString) -> Bool {
    query["open_at"] == "now" || query["open_during"]?.split(separator: "/").contains("now") ?? false
  }

  /// Whether a query asks for `include=open_now`.
  static func includesNow(_ query: QueryString) -> Bool {
    query["include"]?.split(separator: ",").contains { $0.trimmed == "open_now" } ?? false
  }
}
