import CProj

/// The way from one system to another: which operations in which order, and which checks the answer must pass.
final class Route {
  let from: CRS
  let to: CRS
  unowned let session: Session
  let steps: [Step]
  /// Where no round trip is needed, in `from`'s unit. Besides being quick this is needed where KKJ goes without the
  /// triangulation: what PROJ drops of the height there makes a round trip of a good position 1.1 mm off.
  private let safe: BoundingBox?
  /// Leads to degrees, where an area of use is to be checked and neither side is in degrees.
  private let toDegrees: Leg?
  private let limitedToArea: [CRS]
  /// What `lastUsed` tells where it is the same for all positions, by `outsideNet`.
  var alwaysTold: [Bool: Told] = [:]

  /// How far off a position may be after going there and back, in metres.
  static let roundTripLimit = 0.001
  /// How far beyond its area of use a system may be used, in degrees.
  static let areaMargin = 3.0

  init(from: CRS, to: CRS, in session: Session) throws(GeodesyError) {
    self.from = from
    self.to = to
    self.session = session
    steps = try Route.plan(from: from.srid, to: to.srid, in: session)
    safe = CRS.safeDomain(to.srid) == nil ? nil : CRS.safeDomain(from.srid)
    limitedToArea = (from == to ? [from] : [from, to]).filter { !$0.isUsedEverywhere }
    let needsDegrees = !limitedToArea.isEmpty && from.unit != .degree && to.unit != .degree
    toDegrees = needsDegrees ? try session.directLeg(from: from.srid, to: 4326) : nil
  }

  /// The steps from one system to another.
  private static func plan(from: Int, to: Int, in session: Session) throws(GeodesyError) -> [Step] {
    if from == to { return [] }
    func direct(_ from: Int, _ to: Int) throws(GeodesyError) -> [Step] {
      from == to ? [] : [.leg(try session.directLeg(from: from, to: to), inverse: false)]
    }
    switch (CRS.isKKJ(from), CRS.isKKJ(to)) {
    case (true, true): return try direct(from, to)
    case (true, false):
      return try direct(from, 2393) + [session.ykjStep(inverse: false)] + plan(from: 3067, to: to, in: session)
    case (false, true):
      return try plan(from: from, to: 3067, in: session) + [session.ykjStep(inverse: true)] + direct(2393, to)
    case (false, false): break
    }
    // By way of degrees, so that newer registers with more operations between the two datums change no answer.
    if CRS.isWGS84(from), CRS.isFinnishETRS89(to) {
      return try direct(from, 4326) + [.sameDatum] + direct(4258, to)
    }
    if CRS.isFinnishETRS89(from), CRS.isWGS84(to) {
      return try direct(from, 4258) + [.sameDatum] + direct(4326, to)
    }
    return try direct(from, to)
  }

  // MARK: - Carrying

  /// Carries a position over and checks the answer. `outsideNet` tells whether the triangulation had to be left.
  func transform(_ c: Coordinate, outsideNet: inout Bool) throws(GeodesyError) -> Coordinate {
    guard c.isFinite else { throw .notFinite }
    var result = c
    for step in steps {
      result = apply(step, to: result, outsideNet: &outsideNet)
    }
    guard result.isFinite else { throw failure(at: c) }
    if !limitedToArea.isEmpty { try checkArea(c, result) }
    if let safe, safe.contains(c) { return result }
    try checkRoundTrip(c, result, outsideNet: outsideNet)
    return result
  }

  /// Carries a position over without regard to areas of use, for the edges of boxes.
  func carry(_ c: Coordinate) throws(GeodesyError) -> Coordinate {
    var outsideNet = false
    var result = c
    for step in steps { result = apply(step, to: result, outsideNet: &outsideNet) }
    guard result.isFinite else { throw failure(at: c) }
    if let safe, safe.contains(c) { return result }
    try checkRoundTrip(c, result, outsideNet: outsideNet)
    return result
  }

  /// The route's only operation, where it has but one; else nil.
  var singleOperation: OpaquePointer? {
    guard steps.count == 1, case .leg(let leg, inverse: false)? = steps.first else { return nil }
    return leg.operation
  }

  @inline(__always)
  private func apply(_ step: Step, to c: Coordinate, outsideNet: inout Bool) -> Coordinate {
    switch step {
    case .sameDatum: return c
    case .leg(let leg, let inverse): return leg.apply(c, inverse: inverse)
    case .triangulation(let triangulation, let inverse):
      if let result = triangulation.apply(c, inverse: inverse) { return result }
      outsideNet = true
      return triangulation.outside.apply(c, inverse: inverse)
    }
  }

  /// What PROJ says of a position that it can do nothing with.
  private func failure(at c: Coordinate) -> GeodesyError {
    for case .leg(let leg, _) in steps {
      let code = proj_errno(leg.operation)
      if code != 0, let text = Session.text(proj_context_errno_string(context, code)) {
        proj_errno_reset(leg.operation)
        return .failed("\(text) (EPSG:\(from.srid) \(c.x) \(c.y) to EPSG:\(to.srid))")
      }
    }
    // An impossible position can give infinity without any error code.
    return .notFinite
  }

  // MARK: - Checks

  private func checkArea(_ source: Coordinate, _ target: Coordinate) throws(GeodesyError) {
    let degrees =
      if from.unit == .degree {
        source
      } else if to.unit == .degree {
        target
      } else if let toDegrees {
        toDegrees.apply(source, inverse: false)
      } else {
        source
      }
    guard degrees.isFinite else { throw .notFinite }
    for crs in limitedToArea {
      guard let area = crs.areaOfUse else { continue }
      guard area.contains(longitude: degrees.x, latitude: degrees.y, margin: Route.areaMargin) else {
        throw .outsideAreaOfUse(srid: crs.srid, name: crs.name, longitude: degrees.x, latitude: degrees.y)
      }
    }
  }

  private func checkRoundTrip(_ c: Coordinate, _ result: Coordinate, outsideNet: Bool) throws(GeodesyError) {
    var back = result
    for step in steps.reversed() { back = undo(step, back, outsideNet: outsideNet) }
    if metres(from: c, to: back) <= Route.roundTripLimit { return }
    // PROJ may have chosen another operation for the way back; take the same one.
    if case .leg(let leg, let inverse)? = steps.first, steps.count == 1, leg.varies {
      _ = leg.apply(c, inverse: inverse)
      if let undone = leg.undoLast(result, inverse: inverse) { back = undone }
    }
    let error = metres(from: c, to: back)
    guard error <= Route.roundTripLimit else { throw error.isFinite ? .roundTrip(error: error) : .notFinite }
  }

  private func undo(_ step: Step, _ c: Coordinate, outsideNet: Bool) -> Coordinate {
    switch step {
    case .sameDatum: c
    case .leg(let leg, let inverse): leg.apply(c, inverse: !inverse)
    case .triangulation(let triangulation, let inverse):
      (outsideNet ? triangulation.outside : triangulation.net).apply(c, inverse: !inverse)
    }
  }

  /// How far apart two positions of the source system are on the ground, in metres.
  private func metres(from a: Coordinate, to b: Coordinate) -> Double {
    guard b.isFinite else { return .infinity }
    let perUnit: Double
    switch from.unit {
    case .degree: return Geodesic.distance(a, b)
    case .metre: perUnit = 1
    case .other(_, let toMetre): perUnit = toMetre
    }
    let dx = (a.x - b.x) * perUnit
    let dy = (a.y - b.y) * perUnit
    return (dx * dx + dy * dy).squareRoot()
  }

  var context: OpaquePointer { session.context }
}
