import CProj

/// The National Land Survey's triangle network between YKJ (EPSG:2393, forth) and TM35FIN (EPSG:3067, back), and what
/// is done beyond it.
struct Triangulation {
  /// PROJ's `tinshift` over the file.
  let net: Leg
  /// The best operation that needs no file.
  let outside: Leg
  /// EPSG:3067 → degrees.
  let toDegrees: Leg

  static let fileName = "fi_nls_ykj_etrs35fin.json"
  static let description = "KKJ / Finland Uniform Coordinate System to ETRS35FIN (NLS triangulation)"
  /// In metres, as published.
  static let accuracy = 0.1

  /// Where PROJ's register says that the operation holds: EPSG's extent 3333 "Finland - onshore", in degrees.
  private static let onshore = BoundingBox(west: 19.24, south: 59.75, east: 31.59, north: 70.09)
  /// A box in EPSG:3067 that lies wholly within it, so that most positions need no degrees.
  private static let surelyOnshore = BoundingBox(west: 210_000, south: 6_660_000, east: 670_000, north: 7_770_000)

  /// Carries a position by the net; nil where it does not reach, or does not lead back to within a millimetre.
  @inline(__always)
  func apply(_ c: Coordinate, inverse: Bool) -> Coordinate? {
    let result = net.apply(c, inverse: inverse)
    guard result.isFinite, isOnshore(inverse ? c : result) else { return nil }
    let back = net.apply(result, inverse: !inverse)
    return abs(back.x - c.x) + abs(back.y - c.y) <= Route.roundTripLimit ? result : nil
  }

  /// The net reaches out to sea, beyond where the register says that it holds; PROJ and all that is built on it use the
  /// other operation there, and so do we, so that answers agree.
  private func isOnshore(_ c: Coordinate) -> Bool {
    Triangulation.surelyOnshore.contains(c) || Triangulation.onshore.contains(toDegrees.apply(c, inverse: false))
  }
}
