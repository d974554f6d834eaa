import OpeningHours
import PlaceStore
import Places

/// What `include=open_now` adds to places' opening hours.
struct OpenNow: Sendable {
  let hours: [String: VenueHours]
  /// The registry's state that tells so.
  let state: RegistryState
  let now = Timestamp.now().seconds

  /// When the day ends, in seconds since 1970.
  var endOfDay: Double { Double(VenueHours.zone.start(ofDay: VenueHours.zone.dayNumber(at: now) + 1)) }

  /// The members of a place, a comma before each, and when they change (seconds since 1970).
  func told(_ id: String) -> (text: String, change: Double?) {
    guard let hours = hours[id], hours.calendar != nil else {
      return (#","open_now":null,"next_change":null"#, nil)
    }
    let isOpen: String =
      switch hours.status(at: now).state {
      case .open: "true"
      case .closed: "false"
      case .unknown: "null"
      }
    let change = hours.nextChange(after: now)
    let text = change.map { "\"\(VenueHours.zone.text(of: $0))\"" } ?? "null"
    return (",\"open_now\":\(isOpen),\"next_change\":\(text)", change.map(Double.init))
  }

  /// Where they stand in a stored document: behind the time zone of its opening hours; nil without opening hours. What
  /// comes before in a document is strings, in which a quotation mark is escaped, and objects of known keys.
  static func placeInDocument(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = end(of: #""opening_hours":{"#, in: bytes, from: 0) else { return nil }
    return end(of: #","timezone":"Europe/Helsinki""#, in: bytes, from: start)
  }

  private static func end(of text: StaticString, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    text.withUTF8Buffer { sought in
      var index = start
      while index + sought.count <= bytes.count {
        if bytes[index] == sought[0], bytes[index..<(index + sought.count)].elementsEqual(sought) {
          return index + sought.count
        }
        index += 1
      }
      return nil
    }
  }
}
