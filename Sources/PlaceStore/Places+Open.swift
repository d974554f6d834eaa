import OpeningHours
import Places
import Postgres
import Synchronization

extension PlaceStore {
  /// Open at an instant or for a whole period: the expanded intervals tell which hours are, one index search for all
  /// places; periods that they don't cover are evaluated here, once for each distinct expression.
  func open(_ period: PlaceQuery.OpenPeriod, _ plan: inout ListPlan) async throws {
    plan.conditions.append(Self.operating(period))
    let covered = try await coverage()
    if covered.lowerBound <= period.start, (period.end ?? period.start + 1) <= covered.upperBound {
      let during: SQL =
        if let end = period.end {
          "tstzrange(\(Self.time(period.start))::timestamptz, \(Self.time(end))::timestamptz)"
        } else {
          "\(Self.time(period.start))::timestamptz"
        }
      plan.conditions.append("k.hours_id in (select i.hours_id from hours_interval i where i.during @> \(during))")
      return
    }
    plan.conditions.append("k.hours_id in (select unnest(\(try await openHours(period))::bigint[]))")
    // Hours that came in after these were read would be missing.
    plan.isOneStatement = false
    plan.isCountable = false
  }

  /// The same as ``VenueHours`` says of a status, for all places at once.
  private static func operating(_ period: PlaceQuery.OpenPeriod) -> SQL {
    let first = VenueHours.zone.date(at: period.start)
    let last = VenueHours.zone.date(at: period.end.map { $0 - 1 } ?? period.start)
    return """
      case k.operating_status
        when 'open' then coalesce(k.operating_from <= \(first)::date, true) and coalesce(k.operating_to >= \(last)::date, true)
        when 'planned' then k.operating_to < \(first)::date
        when 'temporarily_closed' then k.operating_from > \(last)::date or k.operating_to < \(first)::date
        else k.operating_from > \(last)::date end
      """
  }

  /// The ids of all hours that are open then.
  private func openHours(_ period: PlaceQuery.OpenPeriod) async throws -> [Int64] {
    let rows = try await query("select h.id, h.expression, h.sun_cell from hours h where h.expanded_to is not null")
      .decode((Int64, String, String?).self)
    return rows.compactMap { id, expression, cell in
      guard let calendar = calendars.calendar(StoredHours(id: id, expression: expression, sunCell: cell)) else {
        return nil
      }
      let isOpen =
        if let end = period.end {
          VenueHours(calendar: calendar).isOpen(throughout: period.start..<end)
        } else {
          calendar.status(at: period.start).state == .open
        }
      return isOpen ? id : nil
    }
  }

  /// What all expanded hours cover, in seconds since 1970, read again every half minute: new hours are expanded by whoever
  /// writes them and from further back than is told here, so that what was read stays true for longer than that.
  private func coverage() async throws -> Range<Int64> {
    if let known = calendars.coverage() { return known }
    let rows = try await quick(
      """
      select greatest(extract(epoch from now()) - \(Self.days(HoursWindow.back - 1)),
          coalesce(extract(epoch from max(h.expanded_from)), '-infinity')),
        least(extract(epoch from now()) + \(Self.days(HoursWindow.ahead - 1)),
          coalesce(extract(epoch from min(h.expanded_to)), 'infinity'))
      from hours h where h.expanded_to is not null
      """)
    let (from, to) = (rows.double(0, 0) ?? .infinity, rows.double(0, 1) ?? -.infinity)
    let range = from.isFinite && to.isFinite && from < to ? Int64(from.rounded(.up))..<Int64(to) : 0..<0
    calendars.remember(coverage: range)
    return range
  }

  private static func days(_ days: Int) -> SQL { SQL(unescaped: "\(days * 86_400)") }

  /// When places are open, by their ids, and the registry's state that tells so; ids that nobody has are left out.
  public func hours(of ids: [String]) async throws -> ([String: VenueHours], RegistryState) {
    let rows = try await quick(
      """
      select c.seq, c.geography, k.id, k.hours_id, h.expression, h.sun_cell, k.operating_status, k.operating_from::text,
        k.operating_to::text
      from change_head c left join place_key k on k.id = any(\(ids)) left join hours h on h.id = k.hours_id
      """)
    var found: [String: VenueHours] = [:]
    for row in 0..<rows.count {
      guard let id = rows.string(row, 2) else { continue }
      var calendar: OpeningCalendar?
      if let hours = rows.int(row, 3), let expression = rows.string(row, 4) {
        calendar = calendars.calendar(
          StoredHours(id: Int64(hours), expression: expression, sunCell: rows.string(row, 5)))
      }
      let status = OperatingStatus(
        OperatingState(rawValue: rows.string(row, 6) ?? "") ?? .open, validFrom: rows.string(row, 7),
        validTo: rows.string(row, 8))
      found[id] = VenueHours(calendar: calendar, operating: status)
    }
    return (found, RegistryState(rows, 0, 0))
  }
}

/// Opening hours as they were read last: an id means the same expression for ever.
final class HoursMemory: Sendable {
  private struct Contents {
    var calendars: [Int64: OpeningCalendar?] = [:]
    var coverage: (range: Range<Int64>, until: ContinuousClock.Instant)?
  }
  private let contents = Mutex(Contents())
  private let limit = 50_000

  /// What hours mean; nil where they can't be read.
  func calendar(_ hours: StoredHours) -> OpeningCalendar? {
    if let known = contents.withLock({ $0.calendars[hours.id] }) { return known }
    let calendar = hours.calendar
    contents.withLock {
      if $0.calendars.count >= limit { $0.calendars.removeAll(keepingCapacity: true) }
      $0.calendars[hours.id] = .some(calendar)
    }
    return calendar
  }

  /// What the expanded intervals covered a moment ago; nil when that is too long ago.
  func coverage() -> Range<Int64>? {
    contents.withLock { contents in
      contents.coverage.flatMap { $0.until > .now ? $0.range : nil }
    }
  }

  func remember(coverage: Range<Int64>) {
    // What isn't covered yet may be at any moment.
    let life: Duration = coverage.isEmpty ? .seconds(1) : .seconds(30)
    contents.withLock { $0.coverage = (coverage, .now + life) }
  }
}
