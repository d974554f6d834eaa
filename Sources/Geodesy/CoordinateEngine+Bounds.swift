import CProj

extension CoordinateEngine {
  /// The smallest box in `to` that holds a box in `from`, rounded outwards by a micrometre.
  ///
  /// A box's edges are curves in another system, so its corners alone do not do: every edge is sampled at `densify`
  /// points between its corners, and each of the four extremes is then searched for between the samples. Where the
  /// systems are not Finnish, PROJ's own bounds are answered, which know of the poles and of the antimeridian (then
  /// `west` > `east`). Areas of use are not checked; cut a box with `BoundingBox.intersection` first where it may be
  /// the whole world.
  ///
  /// - Throws: `unknownCRS`, `unsupportedCRS`, `notFinite`; `roundTrip` or `failed` when part of the box cannot be
  ///   expressed in `to`.
  public func transform(_ box: BoundingBox, from: Int, to: Int, densify: Int = 21) throws(GeodesyError) -> BoundingBox {
    guard box.isFinite else { throw .notFinite }
    return try withTransformer(from: from, to: to) { transformer throws(GeodesyError) in
      if from == to { return box }
      let route = transformer.route
      if CRS.safeDomain(from) == nil || CRS.safeDomain(to) == nil, let bounds = try route.bounds(box, densify) {
        return bounds
      }
      return try EdgeSearch(box: box, route: route, samples: max(1, densify)).bounds()
    }
  }
}

extension Route {
  /// PROJ's own bounds, where the route is a single operation; else nil.
  fileprivate func bounds(_ box: BoundingBox, _ densify: Int) throws(GeodesyError) -> BoundingBox? {
    guard let operation = singleOperation else { return nil }
    var result = BoundingBox(west: 0, south: 0, east: 0, north: 0)
    let done = proj_trans_bounds(
      context, operation, PJ_FWD, box.west, box.south, box.east, box.north,
      &result.west, &result.south, &result.east, &result.north, Int32(clamping: max(1, densify)))
    guard done != 0, result.isFinite else {
      throw .failed("the box cannot be expressed in EPSG:\(to.srid)")
    }
    return result
  }
}

/// Walks the edges of a box and finds how far they reach in another system.
private struct EdgeSearch {
  let box: BoundingBox
  let route: Route
  /// Points on each edge besides its first corner.
  let samples: Int

  private static let goldenRatio = 0.618_033_988_749_894_9
  private static let steps = 40

  func bounds() throws(GeodesyError) -> BoundingBox {
    let count = 4 * (samples + 1)
    var points: [Coordinate] = []
    points.reserveCapacity(count)
    for index in 0..<count { points.append(try point(Double(index) / Double(samples + 1))) }
    // Outwards by a micrometre, so that rounding leaves nothing out.
    let slack = route.to.unit == .degree ? 1e-11 : 1e-6
    let bounds = BoundingBox(
      west: try -greatest(points) { -$0.x } - slack, south: try -greatest(points) { -$0.y } - slack,
      east: try greatest(points) { $0.x } + slack, north: try greatest(points) { $0.y } + slack)
    try checkInterior(bounds)
    return bounds
  }

  /// Where the box holds a place that the other system cannot express (a world map's far side), its image has no edges
  /// that the box's edges lead to: some of its inside comes to lie outside them.
  private func checkInterior(_ bounds: BoundingBox) throws(GeodesyError) {
    let parts = 6
    for column in 1..<parts {
      for row in 1..<parts {
        let x = box.west + (box.east - box.west) * Double(column) / Double(parts)
        let y = box.south + (box.north - box.south) * Double(row) / Double(parts)
        guard bounds.contains(try route.carry(Coordinate(x: x, y: y))) else {
          throw .failed("the box is too large to be expressed in EPSG:\(route.to.srid)")
        }
      }
    }
  }

  /// The position in the other system of the point `at` 0..<4 along the box's four edges, anticlockwise from south-west.
  private func point(_ at: Double) throws(GeodesyError) -> Coordinate {
    let edge = at.rounded(.down)
    let along = at - edge
    let x: Double
    let y: Double
    switch edge {
    case 0: (x, y) = (box.west + along * (box.east - box.west), box.south)
    case 1: (x, y) = (box.east, box.south + along * (box.north - box.south))
    case 2: (x, y) = (box.east - along * (box.east - box.west), box.north)
    default: (x, y) = (box.west, box.north - along * (box.north - box.south))
    }
    return try route.carry(Coordinate(x: x, y: y))
  }

  /// The greatest value along the edges: the greatest sample, then a golden-section search on both sides of it.
  private func greatest(_ points: [Coordinate], _ value: (Coordinate) -> Double) throws(GeodesyError) -> Double {
    var best = 0
    for index in points.indices where value(points[index]) > value(points[best]) { best = index }
    let step = 1 / Double(samples + 1)
    let at = Double(best) * step
    var result = value(points[best])
    for (low, high) in [(at - step, at), (at, at + step), (at - step, at + step)] {
      result = max(result, try search(low, high, value))
    }
    return result
  }

  private func search(_ low: Double, _ high: Double, _ value: (Coordinate) -> Double) throws(GeodesyError) -> Double {
    func at(_ t: Double) throws(GeodesyError) -> Double { value(try point(t < 0 ? t + 4 : t >= 4 ? t - 4 : t)) }
    var (low, high) = (low, high)
    var a = high - EdgeSearch.goldenRatio * (high - low)
    var b = low + EdgeSearch.goldenRatio * (high - low)
    var (atA, atB) = (try at(a), try at(b))
    var result = max(atA, atB)
    for _ in 0..<EdgeSearch.steps {
      if atA > atB {
        (high, b, atB) = (b, a, atA)
        a = high - EdgeSearch.goldenRatio * (high - low)
        atA = try at(a)
        result = max(result, atA)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + EdgeSearch.goldenRatio * (high - low)
        atB = try at(b)
        result = max(result, atB)
      }
    }
    return result
  }
}
