import OpeningHours
import Places
import Testing

/// What holds at a place whose hours have exceptions.
@Suite("Opening hours with exceptions")
struct OpeningExceptionTests {
  private static func place(_ hours: String?, _ exceptions: [(from: String, to: String, hours: String?)]) throws
    -> Place
  {
    var place = Place(id: try PlaceID("turku:1"), name: try #require(LocalizedText([.fi: "Talo"])))
    place.openingHours = hours
    place.openingExceptions = exceptions.enumerated().map {
      OpeningException(
        id: $0.offset + 1, from: $0.element.from, to: $0.element.to, hours: $0.element.hours, createdTime: "",
        actor: "turku")
    }
    return place
  }

  private static func state(_ place: Place, _ time: String) throws -> OpeningState {
    let hours = try #require(place.effectiveHours(since: "2026-01-01"))
    let instant = try #require(Timestamp(rfc3339: time, zone: EventTime.zone))
    return OpeningCalendar(try HoursExpression(parsing: hours)).status(at: instant.microseconds / 1_000_000).state
  }

  @Test func withoutExceptionsTheHoursHoldAsTheyWereWritten() throws {
    let place = try Self.place("ma-pe 9-17", [])
    #expect(place.effectiveHours(since: "2026-01-01") == "ma-pe 9-17")
    let past = try Self.place("Mo-Fr 09:00-17:00", [("2025-12-01", "2025-12-31", nil)])
    #expect(past.effectiveHours(since: "2026-01-01") == "Mo-Fr 09:00-17:00")
  }

  @Test(
    "A closed day closes the night that begins on it, and no other",
    arguments: [
      ("2026-12-05T23:00", OpeningState.closed), ("2026-12-06T01:00", .closed), ("2026-12-06T03:59", .closed),
      ("2026-12-06T05:00", .closed), ("2026-12-04T23:00", .open), ("2026-12-12T23:00", .open),
      ("2026-12-13T01:00", .open),
    ])
  func closedNight(time: String, expected: OpeningState) throws {
    let place = try Self.place("Fr-Sa 22:00-04:00", [("2026-12-05", "2026-12-05", nil)])
    #expect(try Self.state(place, time) == expected)
  }

  @Test func aHouseOpenAroundTheClockOpensAtMidnightAfterAClosedDay() throws {
    let place = try Self.place("24/7", [("2026-12-05", "2026-12-05", nil)])
    #expect(try Self.state(place, "2026-12-05T23:59") == .closed)
    #expect(try Self.state(place, "2026-12-06T00:00") == .open)
  }

  @Test func otherHoursTakeThePlaceOfTheDayAndItsNight() throws {
    let place = try Self.place("Mo-Su 20:00-03:00", [("2026-12-24", "2026-12-25", "12:00-16:00")])
    #expect(try Self.state(place, "2026-12-24T13:00") == .open)
    #expect(try Self.state(place, "2026-12-24T21:00") == .closed)
    #expect(try Self.state(place, "2026-12-25T01:00") == .closed)
    #expect(try Self.state(place, "2026-12-26T01:00") == .closed)
    #expect(try Self.state(place, "2026-12-26T21:00") == .open)
  }

  @Test func ofTwoExceptionsForADayTheLastOneHolds() throws {
    let place = try Self.place(
      "Mo-Fr 09:00-17:00", [("2026-12-07", "2026-12-11", nil), ("2026-12-09", "2026-12-09", "22:00-02:00")])
    #expect(try Self.state(place, "2026-12-08T12:00") == .closed)
    #expect(try Self.state(place, "2026-12-09T23:00") == .open)
    #expect(try Self.state(place, "2026-12-10T01:00") == .open)
    #expect(try Self.state(place, "2026-12-10T12:00") == .closed)
  }

  @Test func exceptionsAreHoursWhereThereAreNoOthers() throws {
    let place = try Self.place(nil, [("2026-12-05", "2026-12-05", "10:00-14:00")])
    #expect(try Self.state(place, "2026-12-05T12:00") == .open)
    #expect(try Self.state(place, "2026-12-06T12:00") == .closed)
  }
}
