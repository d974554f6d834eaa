import Geodesy
import Places
import Postgres

/// The largest number of positions of a polygon.
public let maximumPolygonPositions = 10_000

extension PlaceStore {
  /// A box: in degrees and in EPSG:3067 a plain comparison of the stored numbers; in another CRS see ``inside(_:)``.
  func inside(_ box: PlaceQuery.Box) async throws -> SQL {
    let b = box.bounds
    switch box.srid {
    case PlacePosition.geographicSRID:
      return """
        k.lon between \(b.west)::float8 and \(b.east)::float8 and k.lat between \(b.south)::float8 and \(b.north)::float8
        and \(try envelope(box))
        """
    case PlacePosition.indexSRID:
      return """
        k.e between \(b.west)::float8 and \(b.east)::float8 and k.n between \(b.south)::float8 and \(b.north)::float8
        and k.geom && ST_MakeEnvelope(\(b.west - 1), \(b.south - 1), \(b.east + 1), \(b.north + 1), 3067)
        """
    default:
      // Positions lie in Finland, so the box may be cut to Finland's bounds in its CRS: a box over the whole world
      // can't be carried over, and need not be.
      var c = b
      if let finland = try? engine.transform(
        PlacePosition.finland, from: PlacePosition.geographicSRID, to: box.srid, densify: 51)
      {
        c = BoundingBox(
          west: max(b.west, finland.west), south: max(b.south, finland.south), east: min(b.east, finland.east),
          north: min(b.north, finland.north))
        guard c.west <= c.east, c.south <= c.north else { return "false" }
      }
      let ring = [
        Coordinate(x: c.west, y: c.south), Coordinate(x: c.east, y: c.south), Coordinate(x: c.east, y: c.north),
        Coordinate(x: c.west, y: c.north), Coordinate(x: c.west, y: c.south),
      ]
      return try await projected(PlaceQuery.Area(srid: box.srid, polygons: [[ring]])) { point in
        (b.west...b.east).contains(point.x) && (b.south...b.north).contains(point.y)
      }
    }
  }

  /// Polygons with edges straight in their CRS, boundary included.
  func inside(_ area: PlaceQuery.Area) async throws -> SQL {
    let points = area.polygons.joined().joined()
    guard let first = points.first else { return "false" }
    var bounds = BoundingBox(west: first.x, south: first.y, east: first.x, north: first.y)
    for point in points {
      bounds = BoundingBox(
        west: min(bounds.west, point.x), south: min(bounds.south, point.y), east: max(bounds.east, point.x),
        north: max(bounds.north, point.y))
    }
    let text = Self.wkt(area.polygons)
    let validity = try await quick("select ST_IsValidReason(ST_GeomFromText(\(text)))").string(0, 0) ?? ""
    guard validity == "Valid Geometry" else {
      throw StoreError.invalidQuery(
        parameter: "within", detail: "The polygon is not valid (\(validity)): its edges may not cross or overlap.")
    }
    switch area.srid {
    case PlacePosition.geographicSRID:
      return """
        \(try envelope(PlaceQuery.Box(srid: area.srid, bounds: bounds)))
        and ST_Covers(ST_GeomFromText(\(text), 4326), ST_SetSRID(ST_MakePoint(k.lon, k.lat), 4326))
        """
    case PlacePosition.indexSRID:
      return """
        k.geom && ST_MakeEnvelope(\(bounds.west - 1), \(bounds.south - 1), \(bounds.east + 1), \(bounds.north + 1), 3067)
        and ST_Covers(ST_GeomFromText(\(text), 3067), ST_SetSRID(ST_MakePoint(k.e, k.n), 3067))
        """
    default:
      return try await projected(area) { PlaneGeometry.covers(area.polygons, $0) }
    }
  }

  /// The index condition for a box in degrees: its true bounds in EPSG:3067, where parallels are curves.
  private func envelope(_ box: PlaceQuery.Box) throws -> SQL {
    let finland = PlacePosition.finland
    let b = box.bounds
    // Positions lie in Finland, so the box may be cut to it before it is projected.
    let cut = BoundingBox(
      west: max(b.west, finland.west), south: max(b.south, finland.south), east: min(b.east, finland.east),
      north: min(b.north, finland.north))
    guard cut.west <= cut.east, cut.south <= cut.north else { return "false" }
    let bounds = try engine.transform(cut, from: box.srid, to: PlacePosition.indexSRID, densify: 51)
    return """
      k.geom && ST_MakeEnvelope(\(bounds.west - 100), \(bounds.south - 100), \(bounds.east + 100),
        \(bounds.north + 100), 3067)
      """
  }

  /// An area of any other CRS: its edges, cut fine, make a polygon in EPSG:3067. What lies well inside is certain, and
  /// the few places in the margin are put to the test in the CRS itself, with the coordinates that we would answer.
  private func projected(_ area: PlaceQuery.Area, test: (Coordinate) -> Bool) async throws -> SQL {
    let outline: PlaneGeometry.Outline
    do {
      outline = try PlaneGeometry.outline(of: area, engine: engine, srid: PlacePosition.indexSRID)
    } catch is GeodesyError {
      throw StoreError.invalidQuery(
        parameter: "srid", detail: "The area can't be carried from EPSG:\(area.srid) to Finland's own coordinates.")
    }
    let text = Self.wkt(outline.polygons)
    let shape: SQL = "ST_MakeValid(ST_GeomFromText(\(text), 3067))"
    // The edges as they are: a box without any extent has them, too, but no boundary.
    let edges: SQL = "ST_GeomFromText(\(Self.edges(outline.polygons)), 3067)"
    let rows = try await query(
      """
      select k.pk, k.lon, k.lat, d.srid, d.x, d.y from place_key k join place_document d on d.pk = k.pk
      where k.geom && ST_Expand(\(edges), \(outline.margin)) and ST_DWithin(\(edges), k.geom, \(outline.margin))
      limit 100001
      """)
    guard rows.count <= 100_000 else {
      throw StoreError.invalidQuery(parameter: "within", detail: "The area's outline runs through too many places.")
    }
    var certain: [Int64] = []
    for row in 0..<rows.count {
      guard let x = rows.double(row, 1), let y = rows.double(row, 2), let pk = rows.int(row, 0) else { continue }
      let delivered = rows.int(row, 3).map {
        DeliveredPosition(srid: $0, x: rows.double(row, 4) ?? 0, y: rows.double(row, 5) ?? 0)
      }
      if test(try answered(Coordinate(x: x, y: y), delivered, srid: area.srid)) { certain.append(Int64(pk)) }
    }
    return """
      k.geom && ST_Expand(\(edges), \(outline.margin)) and (
        (ST_Covers(\(shape), k.geom) and not ST_DWithin(\(edges), k.geom, \(outline.margin)))
        or k.pk = any(\(certain)::bigint[]))
      """
  }

  /// A position in the CRS of the answer: as delivered where it was delivered in it, else from degrees, rounded to
  /// 1 mm (1e-8 degrees in geographic systems).
  public func answered(_ degrees: Coordinate, _ delivered: DeliveredPosition?, srid: Int) throws -> Coordinate {
    if let delivered, delivered.srid == srid { return Coordinate(x: delivered.x, y: delivered.y) }
    let crs = try engine.crs(srid)
    // From what was delivered, not by way of rounded degrees.
    let point =
      try delivered.map {
        try engine.transform(Coordinate(x: $0.x, y: $0.y), from: $0.srid, to: srid).coordinate
      } ?? engine.transform(degrees, from: PlacePosition.geographicSRID, to: srid).coordinate
    let scale = crs.unit == .degree ? 1e8 : 1e3
    return Coordinate(x: (point.x * scale).rounded() / scale, y: (point.y * scale).rounded() / scale)
  }

  private static func edges(_ polygons: [[[Coordinate]]]) -> String {
    let lines = polygons.joined().map { ring in "(" + ring.map { "\($0.x) \($0.y)" }.joined(separator: ",") + ")" }
    return "MULTILINESTRING(" + lines.joined(separator: ",") + ")"
  }

  private static func wkt(_ polygons: [[[Coordinate]]]) -> String {
    let text = polygons.map { polygon in
      "("
        + polygon.map { ring in "(" + ring.map { "\($0.x) \($0.y)" }.joined(separator: ",") + ")" }
        .joined(separator: ",") + ")"
    }
    return "MULTIPOLYGON(" + text.joined(separator: ",") + ")"
  }
}
