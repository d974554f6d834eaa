import Geodesy
import PlaceStore
import Places

/// Addresses under the columns of an import (CONTRACT section 9).
enum AddressTable {
  static let columns: [ExportColumn] = [
    ExportColumn("id"), ExportColumn("street_fi"), ExportColumn("street_sv"), ExportColumn("number"),
    ExportColumn("number_end"), ExportColumn("letter"), ExportColumn("postal_code"), ExportColumn("municipality"),
    ExportColumn("x", .real), ExportColumn("y", .real), ExportColumn("srid", .integer), ExportColumn("lon", .real),
    ExportColumn("lat", .real), ExportColumn("building_id"),
  ]

  /// The cells of one address. A number that says more than its parts stands whole in `number`.
  static func row(_ address: ExportedAddress) -> [ExportCell] {
    let isWhole = address.numberText != nil
    return [
      ExportCell(address.id), ExportCell(address.streetFi), ExportCell(address.streetSv),
      ExportCell(address.numberText ?? address.number.map { String($0) }),
      ExportCell(isWhole ? nil : address.numberEnd.map { String($0) }), ExportCell(isWhole ? nil : address.letter),
      ExportCell(address.postalCode), ExportCell(address.municipality), ExportCell(address.delivered?.x),
      ExportCell(address.delivered?.y), ExportCell(address.delivered?.srid), ExportCell(address.degrees?.x),
      ExportCell(address.degrees?.y), ExportCell(address.buildingID),
    ]
  }
}
