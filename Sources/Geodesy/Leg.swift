import CProj

/// One PROJ operation, x first on both sides. Lives as long as its session.
struct Leg {
  let operation: OpaquePointer
  /// PROJ's name for it, without the steps that only swap axes.
  let description: String
  /// In metres; nil when not known.
  let accuracy: Double?
  /// Whether PROJ chooses among several operations for each position, so that name and accuracy are each position's own.
  let varies: Bool

  init(_ operation: OpaquePointer, description: String, accuracy: Double?) {
    self.operation = operation
    self.description = description
    self.accuracy = accuracy
    self.varies = false
  }

  init(_ operation: OpaquePointer, in session: Session) throws(GeodesyError) {
    self.operation = operation
    // A choice of several operations is no object of the register itself.
    varies = proj_get_type(operation) == PJ_TYPE_UNKNOWN
    description = varies ? "chosen by position" : Leg.description(of: operation)
    accuracy = varies ? nil : Leg.accuracy(of: operation, in: session.context)
  }

  /// Carries a position forth or back; PROJ's infinities mark a position that it cannot do.
  @inline(__always)
  func apply(_ c: Coordinate, inverse: Bool) -> Coordinate {
    var position = PJ_COORD()
    position.xyzt = PJ_XYZT(x: c.x, y: c.y, z: 0, t: .infinity)
    let result = proj_trans(operation, inverse ? PJ_INV : PJ_FWD, position)
    return Coordinate(x: result.xy.x, y: result.xy.y)
  }

  /// Name and accuracy of what the last position was carried by.
  func lastUsed(in session: Session) -> Route.Told {
    guard varies, let used = proj_trans_get_last_used_operation(operation) else { return (description, accuracy) }
    defer { proj_destroy(used) }
    return (Leg.description(of: used), Leg.accuracy(of: used, in: session.context))
  }

  /// Carries a position back by the very operation that the last one was carried forth by: on its own PROJ may choose
  /// another one for the way back.
  func undoLast(_ c: Coordinate, inverse: Bool) -> Coordinate? {
    guard varies, let used = proj_trans_get_last_used_operation(operation) else { return nil }
    defer { proj_destroy(used) }
    return Leg(used, description: "", accuracy: nil).apply(c, inverse: !inverse)
  }

  private static func description(of operation: OpaquePointer) -> String {
    guard let text = Session.text(proj_pj_info(operation).description) else { return "unnamed operation" }
    let swap = "axis order change (2D)"
    let steps = text.split(separator: " + ").filter { $0 != swap }
    return steps.isEmpty ? "no change" : steps.joined(separator: " + ")
  }

  private static func accuracy(of operation: OpaquePointer, in context: OpaquePointer) -> Double? {
    let metres = proj_coordoperation_get_accuracy(context, operation)
    return metres >= 0 ? metres : nil
  }
}

/// One step of a route.
enum Step {
  case leg(Leg, inverse: Bool)
  /// YKJ → TM35FIN (or back, when inverse) by the triangulation, and beyond its net by another operation.
  case triangulation(Triangulation, inverse: Bool)
  /// ETRS89 and WGS 84 taken as the same datum: changes nothing, and says so.
  case sameDatum
}
