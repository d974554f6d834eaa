import Geodesy
import Places

/// Plane geometry on the numbers of one CRS.
enum PlaneGeometry {
  /// An area carried to another CRS, with how far its edges may be off there.
  struct Outline {
    let polygons: [[[Coordinate]]]
    /// Metres on either side of the outline within which nothing is certain.
    let margin: Double
  }

  /// Carries an area over with its edges cut into pieces; the margin is twice the largest deviation of a piece's
  /// middle from the straight line, and 10 cm at least.
  static func outline(of area: PlaceQuery.Area, engine: CoordinateEngine, srid: Int) throws -> Outline {
    var deviation = 0.0
    let positions = area.polygons.joined().reduce(0) { $0 + $1.count }
    let pieces = max(4, min(64, 4096 / max(positions, 1)))
    let polygons = try area.polygons.map { polygon in
      try polygon.map { ring in
        var carried: [Coordinate] = []
        for (a, b) in zip(ring, ring.dropFirst()) {
          for piece in 0..<pieces {
            let start = try point(a, b, Double(piece) / Double(pieces), area.srid, srid, engine)
            let middle = try point(a, b, (Double(piece) + 0.5) / Double(pieces), area.srid, srid, engine)
            let end = try point(a, b, Double(piece + 1) / Double(pieces), area.srid, srid, engine)
            let off = Coordinate(x: middle.x - (start.x + end.x) / 2, y: middle.y - (start.y + end.y) / 2)
            deviation = max(deviation, (off.x * off.x + off.y * off.y).squareRoot())
            carried.append(start)
          }
        }
        if let first = carried.first { carried.append(first) }
        return carried
      }
    }
    return Outline(polygons: polygons, margin: max(0.1, 2 * deviation))
  }

  private static func point(
    _ a: Coordinate, _ b: Coordinate, _ t: Double, _ from: Int, _ to: Int, _ engine: CoordinateEngine
  ) throws -> Coordinate {
    try engine.transform(Coordinate(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t), from: from, to: to).coordinate
  }

  /// Whether polygons (outer ring, then holes) cover a point, boundary included.
  static func covers(_ polygons: [[[Coordinate]]], _ point: Coordinate) -> Bool {
    polygons.contains { polygon in
      guard let outer = polygon.first else { return false }
      switch locate(outer, point) {
      case .outside: return false
      case .boundary: return true
      case .inside: return !polygon.dropFirst().contains { locate($0, point) == .inside }
      }
    }
  }

  private enum Location { case inside, boundary, outside }

  private static func locate(_ ring: [Coordinate], _ p: Coordinate) -> Location {
    var isInside = false
    for (a, b) in zip(ring, ring.dropFirst()) {
      let cross = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
      if cross == 0, min(a.x, b.x) <= p.x, p.x <= max(a.x, b.x), min(a.y, b.y) <= p.y, p.y <= max(a.y, b.y) {
        return .boundary
      }
      if (a.y > p.y) != (b.y > p.y), (cross > 0) == (b.y > a.y) { isInside.toggle() }
    }
    return isInside ? .inside : .outside
  }
}
