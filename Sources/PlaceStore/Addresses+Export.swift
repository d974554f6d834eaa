import Geodesy
import Places
import Postgres

/// An address as dumps hold it.
public struct ExportedAddress: Sendable {
  /// The permanent id.
  public let id: String
  /// The building's id.
  public let buildingID: String?
  /// The street in Finnish and in Swedish; one of them at least.
  public let streetFi, streetSv: String?
  /// The number, the end of a range, and the letter.
  public let number, numberEnd: Int?, letter: String?
  /// The whole number as it was delivered, where the three say less.
  public let numberText: String?
  /// The postal code.
  public let postalCode: String?
  /// The post office by language, as JSON; nil where the code is not in the register.
  public let postOffice: String?
  /// The municipality's code.
  public let municipality: String?
  /// Its name by language, as JSON.
  public let municipalityName: String?
  /// The position as it was delivered.
  public let delivered: DeliveredPosition?
  /// The same in degrees.
  public let degrees: Coordinate?
  /// The same in EPSG:3067.
  public let metres: Coordinate?
}

extension ExportSnapshot {
  /// The addresses after an id, in the order of their ids, at most so many.
  public func addresses(after id: String?, limit: Int) async throws -> [ExportedAddress] {
    let rows = try await connection.query(
      """
      select k.id, k.building_id, k.street_fi, k.street_sv, k.number, k.number_end, k.letter, k.number_text,
        k.postal_code, c.post_office, k.municipality, m.name, k.srid, k.x, k.y, k.lon, k.lat, k.e, k.n
      from (\(page(.addresses, after: id, limit))) o join address k on k.pk = o.pk
      left join postal_code c on c.code = k.postal_code left join municipality m on m.code = k.municipality
      order by k.id
      """)
    return (0..<rows.count).map { row in
      let point = Self.coordinate(rows, row, 13)
      return ExportedAddress(
        id: rows.string(row, 0) ?? "", buildingID: rows.string(row, 1), streetFi: rows.string(row, 2),
        streetSv: rows.string(row, 3), number: rows.int(row, 4), numberEnd: rows.int(row, 5),
        letter: rows.string(row, 6), numberText: rows.string(row, 7), postalCode: rows.string(row, 8),
        postOffice: rows.string(row, 9), municipality: rows.string(row, 10), municipalityName: rows.string(row, 11),
        delivered: point.flatMap { point in
          rows.int(row, 12).map { DeliveredPosition(srid: $0, x: point.x, y: point.y) }
        },
        degrees: Self.coordinate(rows, row, 15), metres: Self.coordinate(rows, row, 17))
    }
  }
}
