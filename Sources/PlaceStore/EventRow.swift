import Geodesy
import Places
import Postgres

/// One event of an answer: its stored document and what is spliced into it.
public struct EventRow: Sendable {
  let rows: Rows
  let index: Int
  let first: Int
  let hasPlace: Bool

  /// The columns that a row reads: of `event_key` under an alias, `event_document d` and the event's `place_key p`.
  static func columns(key: String, places: Bool) -> SQL {
    let own = ["id", "version", "state"].map { "\(key).\($0)" }.joined(separator: ", ")
    let times = [PlaceStore.rfc3339("d.created"), PlaceStore.rfc3339("\(key).modified")].map(\.text)
      .joined(separator: ", ")
    let others = """
      case when \(key).state = 'replaced'
        then (select r.id from event v join event r on r.pk = v.replaced_by where v.pk = \(key).pk) end,
      case when \(key).super_event_type is not null
        then array(select c.id from event_key c where c.super_event = \(key).id and c.listed order by c.id) end
      """
    let columns =
      "\(own), \(times), \(others), d.body, p.id, p.publication_status = 'public', p.data_source, p.lon, p.lat"
    return SQL(unescaped: columns) + (places ? ", " + PlaceRow.columns(key: "p", document: "pd") : "")
  }
  static func columnCount(places: Bool) -> Int { 13 + (places ? PlaceRow.columnCount : 0) }

  /// The joins that ``columns(key:places:)`` needs, for a row whose key is `o.pk`.
  static func joins(key: String, places: Bool) -> SQL {
    "left join event_document d on d.pk = o.pk left join place_key p on p.pk = \(unescaped: key).place"
      + (places ? " left join place_document pd on pd.pk = p.pk" : "")
  }

  /// The permanent id.
  public var id: String { rows.string(index, first) ?? "" }
  /// The version, from 1.
  public var version: Int { rows.int(index, first + 1) ?? 0 }
  /// Whether it lives.
  public var state: EventState { EventState(rawValue: rows.string(index, first + 2) ?? "") ?? .live }
  /// When it was made (RFC 3339).
  public var createdTime: String { rows.string(index, first + 3) ?? "" }
  /// When its version was made (RFC 3339).
  public var lastModifiedTime: String { rows.string(index, first + 4) ?? "" }
  /// The id of the event that took its place.
  public var replacedBy: String? { rows.string(index, first + 5) }
  /// The public events that belong to it.
  public var subEvents: [String] {
    rows.withBytes(index, first + 6) { bytes in bytes.flatMap { try? [String](postgresText: $0) } ?? [] }
  }

  /// The stored document: the members of the object without its braces.
  public func withDocument<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try rows.withBytes(index, first + 7) { try body($0 ?? UnsafeRawBufferPointer(start: nil, count: 0)) }
  }

  /// The id of its place; nil when it has none, or none that this viewer may know of.
  public func location(for viewer: Viewer) -> String? {
    guard let id = rows.string(index, first + 8) else { return nil }
    let isPublic = rows.bool(index, first + 9) ?? false
    return isPublic || viewer.sees(rows.string(index, first + 10) ?? "") ? id : nil
  }

  /// Where its place is, in degrees.
  public var degrees: Coordinate? {
    guard let x = rows.double(index, first + 11), let y = rows.double(index, first + 12) else { return nil }
    return Coordinate(x: x, y: y)
  }

  /// Its place whole, where the query asked for places.
  public var place: PlaceRow? {
    hasPlace && rows.string(index, first + 8) != nil ? PlaceRow(rows: rows, index: index, first: first + 13) : nil
  }
}

/// One page of events with the exact number of all that match.
public struct EventPage: Sendable {
  /// How many match in all.
  public let count: Int
  /// The page's rows in order.
  public let rows: [EventRow]
  /// Where the next page begins, nil on the last one.
  public let next: PlaceCursor?
  /// The state of the registry that all of it shows; nil when it was put together from several.
  public let state: RegistryState?
}
