/// Why a coordinate reference system or a position was refused.
public enum GeodesyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No such code in PROJ's EPSG register.
  case unknownCRS(Int)
  /// The register has it, but it is of no use for positions on a map: vertical, geocentric, with odd axes …
  case unsupportedCRS(Int, reason: String)
  /// A number of the input, or of what the input leads to, is NaN or infinite.
  case notFinite
  /// The position, in degrees, lies more than 3 degrees beyond the system's area of use.
  case outsideAreaOfUse(srid: Int, name: String, longitude: Double, latitude: Double)
  /// Transformed there and back the position is off by this many metres: more than a millimetre.
  case roundTrip(error: Double)
  /// PROJ cannot do it; its own reason.
  case failed(String)

  /// One sentence for people, in English.
  public var description: String {
    switch self {
    case .unknownCRS(let srid):
      "EPSG:\(srid) is not in the EPSG register that PROJ knows"
    case .unsupportedCRS(let srid, let reason):
      "EPSG:\(srid) cannot be used for positions: \(reason)"
    case .notFinite:
      "the coordinate is not finite"
    case .outsideAreaOfUse(let srid, let name, let longitude, let latitude):
      "longitude \(tenth(longitude)), latitude \(tenth(latitude)) is outside the area of use of EPSG:\(srid) (\(name))"
    case .roundTrip(let error):
      error < 1000
        ? "transformed there and back the position is off by \(tenth(error * 1000)) mm"
        : "transformed there and back the position is off by \(tenth(error / 1000)) km"
    case .failed(let reason):
      "the transformation failed: \(reason)"
    }
  }

  private func tenth(_ value: Double) -> String {
    "\((value * 10).rounded() / 10)"
  }
}
