import Geodesy

extension Geometry {
  /// A point that lies on the geometry, in its CRS: of areas in the middle of the widest part of a horizontal line
  /// through the middle that is in no hole, of lines the middle along their length; of several the largest one. Nil only
  /// for an empty collection.
  public var surfacePoint: Coordinate? {
    switch self {
    case .point(let point): point
    case .multiPoint(let points): points.first
    case .lineString(let line): Self.middle(of: line)
    case .multiLineString(let lines): Self.largest(lines, by: Self.length).flatMap(Self.middle)
    case .polygon(let rings): Self.inside(rings)
    case .multiPolygon(let polygons):
      Self.largest(polygons) { rings in rings.first.map { abs(Self.area(of: $0)) } ?? 0 }.flatMap(Self.inside)
    case .collection(let members): Self.largest(members, by: \.dimension)?.surfacePoint
    }
  }

  /// 0 of points, 1 of lines, 2 of areas.
  private var dimension: Double {
    switch self {
    case .point, .multiPoint: 0
    case .lineString, .multiLineString: 1
    case .polygon, .multiPolygon: 2
    case .collection(let members): members.map(\.dimension).max() ?? -1
    }
  }

  /// The first of those that are as large as any.
  private static func largest<T>(_ parts: [T], by size: (T) -> Double) -> T? {
    var best: (part: T, size: Double)?
    for part in parts {
      let size = size(part)
      if size > best?.size ?? -.infinity { best = (part, size) }
    }
    return best?.part
  }

  private static func distance(_ a: Coordinate, _ b: Coordinate) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }

  private static func length(_ line: [Coordinate]) -> Double {
    zip(line, line.dropFirst()).reduce(0) { $0 + distance($1.0, $1.1) }
  }

  private static func middle(of line: [Coordinate]) -> Coordinate? {
    var left = length(line) / 2
    for (start, end) in zip(line, line.dropFirst()) {
      let step = distance(start, end)
      if step >= left, step > 0 {
        let part = left / step
        return Coordinate(x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part)
      }
      left -= step
    }
    return line.first
  }

  /// Twice the signed area, reckoned from the first point so that large coordinates cost no digits.
  private static func area(of ring: [Coordinate]) -> Double {
    guard let origin = ring.first else { return 0 }
    return zip(ring, ring.dropFirst()).reduce(0) { sum, edge in
      sum + (edge.0.x - origin.x) * (edge.1.y - origin.y) - (edge.1.x - origin.x) * (edge.0.y - origin.y)
    }
  }

  private static func inside(_ rings: [[Coordinate]]) -> Coordinate? {
    guard let outer = rings.first, let low = outer.map(\.y).min(), let high = outer.map(\.y).max() else { return nil }
    let middle = low + (high - low) / 2
    // Between two heights at which there are corners, no corner lies on the line.
    let heights = rings.joined().map(\.y)
    let below = heights.filter { $0 <= middle && $0 >= low }.max() ?? low
    let above = heights.filter { $0 > middle && $0 <= high }.min() ?? high
    let y = below + (above - below) / 2
    var crossings: [Double] = []
    for ring in rings {
      for (start, end) in zip(ring, ring.dropFirst()) where (start.y > y) != (end.y > y) {
        crossings.append(start.x + (y - start.y) / (end.y - start.y) * (end.x - start.x))
      }
    }
    crossings.sort()
    var best: (width: Double, x: Double)?
    for index in stride(from: 0, to: crossings.count - 1, by: 2) {
      let width = crossings[index + 1] - crossings[index]
      if width > best?.width ?? -1 { best = (width, crossings[index] + width / 2) }
    }
    guard let best, best.width > 0 else { return outer.first }
    return Coordinate(x: best.x, y: y)
  }
}
