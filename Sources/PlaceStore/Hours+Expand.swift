import Foundation
import OpeningHours
import Places
import Postgres

/// A distinct expression that holds at some place, under one sun.
struct StoredHours: Sendable {
  let id: Int64
  let expression: String
  /// The cell whose sun it means; nil without sun.
  let sunCell: String?

  /// What it means; nil where it can't be read: never open then.
  var calendar: OpeningCalendar? {
    (try? HoursExpression.parse(expression, limit: .max)).map {
      OpeningCalendar($0.expression, zone: VenueHours.zone, position: sunCell.flatMap(Self.middle))
    }
  }

  /// The middle of a cell of 0.1°: `222,604` is 22.25° E 60.45° N.
  private static func middle(_ cell: String) -> SunPosition? {
    let tenths = cell.split(separator: ",").compactMap { Double($0) }
    guard tenths.count == 2 else { return nil }
    return SunPosition(latitude: (tenths[1] + 0.5) / 10, longitude: (tenths[0] + 0.5) / 10)
  }
}

/// How far ahead opening hours are expanded.
enum HoursWindow {
  /// Expanded from so many days ago.
  static let back = 30
  /// To so many days ahead.
  static let ahead = 430
  /// Expanded anew when less than this is left: what a window holds at least.
  static let least = 400
  /// What no place uses any more is let go when so much is left: days after a writer would have expanded it anew.
  static let lapse = 398
}

extension StoreTransaction {
  /// Gives the staged places the ids of the hours that hold there, and expands those that are new.
  func stageHours() async throws {
    let zone = VenueHours.zone.identifier
    _ = try await connection.query(
      """
      insert into hours (expression, timezone, sun_cell)
      select distinct s.effective_hours, \(zone), \(Self.sunCell) from staged_place s
      where s.effective_hours is not null order by 1, 3 on conflict do nothing
      """)
    _ = try await connection.query(
      """
      update staged_place s set effective_id = h.id from hours h
      where md5(h.expression) = md5(s.effective_hours) and h.expression = s.effective_hours
        and h.timezone = \(zone) and h.sun_cell is not distinct from \(Self.sunCell)
      """)
    _ = try await expandHours(where: "h.id in (select s.effective_id from staged_place s)")
  }

  /// Writes the staged places' hours that are new in a transaction of its own, where there is one for that: an expression
  /// that nobody uses yet does no harm.
  func internApart() async throws {
    guard let apart else { return }
    let zone = VenueHours.zone.identifier
    let new = try await connection.query(
      """
      select n.expression, n.sun_cell from (
        select s.hours as expression, null as sun_cell from staged_place s where s.hours is not null
        union select s.effective_hours, \(Self.sunCell) from staged_place s where s.effective_hours is not null
      ) n
      where not exists (
        select 1 from hours h where md5(h.expression) = md5(n.expression) and h.expression = n.expression
          and h.timezone = \(zone) and h.sun_cell is not distinct from n.sun_cell)
      order by 1, 2
      """
    ).decode((String, String?).self)
    guard !new.isEmpty else { return }
    _ = try await apart.query(
      """
      insert into hours (expression, timezone, sun_cell)
      select n.expression, \(zone), n.sun_cell
      from unnest(\(new.map(\.0))::text[], \(new.map(\.1))::text[]) n (expression, sun_cell) order by 1, 3
      on conflict do nothing
      """)
  }

  /// The same for staged places that were read from the registry.
  func stageHours(of places: [Place]) async throws {
    let told = places.enumerated().compactMap { index, place in place.effectiveHours.map { (index, $0) } }
    guard !told.isEmpty else { return }
    _ = try await connection.query(
      """
      update staged_place s set effective_hours = u.hours
      from unnest(\(told.map(\.0))::int[], \(told.map(\.1))::text[]) u (ordinal, hours) where s.ordinal = u.ordinal
      """)
    try await stageHours()
  }

  /// Only expressions with sunrise or sunset mean other times at other places.
  private static let sunCell: SQL =
    "case when s.effective_hours ~ 'dawn|sunrise|sunset|dusk' then sun_cell(s.lon, s.lat) end"

  /// Expands the hours that a condition on `hours h` selects and of which less than 400 days are left. What another
  /// transaction is expanding is left to it. Returns how many there were.
  private func expandHours(where condition: SQL) async throws -> Int {
    try await PlaceStore.expandHours(on: connection, where: condition)
  }
}

extension StoreTransaction {
  /// Makes an exception of opening hours, which a place is yet to be given.
  public func exception(from: String, to: String, hours: String?, comment: String?) async throws -> OpeningException {
    let number = try await connection.query("select nextval('opening_exception_id')").int(0, 0) ?? 0
    return OpeningException(
      id: number, from: from, to: to, hours: hours, comment: comment, createdTime: try await time(),
      actor: author.actor)
  }
}

extension PlaceStore {
  static func expandHours(on connection: PostgresConnection, where condition: SQL) async throws -> Int {
    let due = try await connection.query(
      """
      select h.id, h.expression, h.sun_cell, extract(epoch from now())::bigint
      from hours h where \(condition)
        and (h.expanded_to is null or h.expanded_to < now() + make_interval(days => \(HoursWindow.least)))
      order by h.id for no key update skip locked
      """
    ).decode((Int64, String, String?, Int64).self)
    guard let now = due.first?.3 else { return 0 }
    let ids = due.map(\.0)
    let from = now - Int64(HoursWindow.back) * 86_400
    let to = now + Int64(HoursWindow.ahead) * 86_400
    _ = try await connection.query("delete from hours_interval i where i.hours_id = any(\(ids))")
    _ = try await connection.copyIn("copy hours_interval (hours_id, during) from stdin") { writer in
      var text = CopyText()
      for (id, expression, cell, _) in due {
        guard let calendar = StoredHours(id: id, expression: expression, sunCell: cell).calendar else { continue }
        for range in open(calendar, from: from, to: to) {
          text.column(String(id))
          text.column("[\(time(range.lowerBound)),\(time(range.upperBound)))")
          text.endRow()
        }
        if text.bytes.count > 1 << 18 {
          try await writer.write(text.bytes)
          text = CopyText()
        }
      }
      try await writer.write(text.bytes)
    }
    _ = try await connection.query(
      """
      update hours set expanded_from = to_timestamp(\(from)::float8), expanded_to = to_timestamp(\(to)::float8)
      where id = any(\(ids))
      """)
    return ids.count
  }

  /// When a calendar's state is open, whatever the comments.
  private static func open(_ calendar: OpeningCalendar, from: Int64, to: Int64) -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for interval in calendar.intervals(from: from, to: to) where interval.status.state == .open {
      if let last = ranges.last, last.upperBound == interval.start {
        ranges[ranges.count - 1] = last.lowerBound..<interval.end
      } else {
        ranges.append(interval.start..<interval.end)
      }
    }
    return ranges
  }

  /// Seconds since 1970 as a time for PostgreSQL.
  static func time(_ seconds: Int64) -> String { Timestamp(microseconds: seconds * 1_000_000).description }

  /// Expands opening hours further ahead, so that at least 400 days are known of all that hold at some place, and lets
  /// go what no place uses any more. One process at a time does it; the others find nothing to do. Returns how many
  /// expressions were expanded.
  public func renewHours(batch: Int = 200) async throws -> Int {
    var done = 0
    while true {
      try Task.checkCancellation()
      let count: Int
      do {
        count = try await client.transaction(statementTimeout: .seconds(60)) { connection in
          let isAlone = try await connection.query("select pg_try_advisory_xact_lock(\(Self.renewalLock))").bool(0, 0)
          guard isAlone ?? false else { return 0 }
          return try await Self.renewHours(on: connection, batch: batch)
        }
      } catch { throw StoreError.wrapping(error) }
      done += count
      if count < batch { return done }
    }
  }

  private static func renewHours(on connection: PostgresConnection, batch: Int) async throws -> Int {
    let isDue = try await connection.query(
      """
      select exists (
        select 1 from hours h where h.expanded_to < now() + make_interval(days => \(HoursWindow.least)))
      """
    ).bool(0, 0)
    guard isDue ?? false else { return 0 }
    _ = try await connection.query(
      "create temp table used_hours on commit drop as select distinct k.hours_id as id from place_key k where k.hours_id is not null"
    )
    _ = try await connection.query(
      """
      with lapsed as (
        update hours h set expanded_from = null, expanded_to = null
        where h.expanded_to < now() + make_interval(days => \(HoursWindow.lapse))
          and not exists (select 1 from used_hours u where u.id = h.id) returning h.id
      ) delete from hours_interval i using lapsed l where i.hours_id = l.id
      """)
    return try await expandHours(
      on: connection,
      where: """
        h.id in (
          select d.id from hours d join used_hours u on u.id = d.id
          where d.expanded_to is null or d.expanded_to < now() + make_interval(days => \(HoursWindow.least))
          order by d.id limit \(batch))
        """)
  }

  /// The advisory lock under which opening hours are renewed.
  private static let renewalLock = 0x686F_7572_7301
}
