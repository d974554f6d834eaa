import Geodesy
import Places
import Postgres

/// One place of an answer: its stored document and what is spliced into it.
public struct PlaceRow: Sendable {
  /// Where the columns of `columns` begin in the result.
  let rows: Rows
  let index: Int
  let first: Int

  /// The columns that a row reads, of `place_key k` and `place_document d`; the cursor's columns follow.
  static let columns = columns(key: "k")

  /// The same with other aliases.
  static func columns(key: String, document: String = "d") -> SQL {
    let key =
      [
        "id", "version", "state", "lon", "lat", "e", "n", "n_events",
      ].map { "\(key).\($0)" }.joined(separator: ", ") + ", extract(epoch from \(key).last_event_end)"
    let stored = ["srid", "x", "y", "body"].map { "\(document).\($0)" }.joined(separator: ", ")
    return SQL(unescaped: key + ", " + stored)
  }
  static let columnCount = 13

  /// The permanent id.
  public var id: String { rows.string(index, first) ?? "" }
  /// The version, from 1.
  public var version: Int { rows.int(index, first + 1) ?? 0 }
  /// `live`, `merged`, `split` or `deleted`.
  public var state: String { rows.string(index, first + 2) ?? "" }
  /// Longitude and latitude in degrees; nil where the position is not known.
  public var degrees: Coordinate? { coordinate(3, 4) }
  /// Easting and northing in EPSG:3067.
  public var metres: Coordinate? { coordinate(5, 6) }
  /// Public events linked to it.
  public var eventCount: Int { rows.int(index, first + 7) ?? 0 }
  /// When the last public event linked to it ends, in seconds since 1970; nil without events.
  public var lastEventEnd: Double? { rows.double(index, first + 8) }
  /// The position as delivered.
  public var delivered: DeliveredPosition? {
    guard let srid = rows.int(index, first + 9), let point = coordinate(10, 11) else { return nil }
    return DeliveredPosition(srid: srid, x: point.x, y: point.y)
  }

  /// The stored document: the members of the object without its braces.
  public func withDocument<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try rows.withBytes(index, first + 12) { try body($0 ?? UnsafeRawBufferPointer(start: nil, count: 0)) }
  }

  private func coordinate(_ x: Int, _ y: Int) -> Coordinate? {
    guard let x = rows.double(index, first + x), let y = rows.double(index, first + y) else { return nil }
    return Coordinate(x: x, y: y)
  }
}

/// One page of places with the exact number of all that match.
public struct PlacePage: Sendable {
  /// How many match in all.
  public let count: Int
  /// The page's rows in order.
  public let rows: [PlaceRow]
  /// Where the next page begins, nil on the last one.
  public let next: PlaceCursor?
  /// The state of the registry that all of it shows; nil when it was put together from several.
  public let state: RegistryState?
}
