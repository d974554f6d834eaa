import Geodesy
import Places
import Postgres

/// Where a row's municipality or postal code lets expect its position: boxes that are wide enough for honest rows and
/// narrow enough to tell one zone or system from another.
public struct ExpectedAreas: Sendable {
  /// How far beyond its municipality's bounds a place may lie, in metres.
  public static let municipalityMargin = 10_000.0
  /// How far beyond the bounds of its postal code's municipality: delivery areas reach into the neighbours'.
  public static let postalCodeMargin = 30_000.0

  private var byCode: [MunicipalityCode: BoundingBox] = [:]
  private var byName: [String: MunicipalityCode] = [:]
  private var byPostalCode: [String: MunicipalityCode] = [:]

  /// Makes them of municipalities' bounds in EPSG:3067 by code, names by code, and postal codes' municipalities.
  public init(
    bounds: [MunicipalityCode: BoundingBox], names: [String: MunicipalityCode] = [:],
    postalCodes: [String: MunicipalityCode] = [:]
  ) {
    byCode = bounds
    for (name, code) in names { byName[Folding.fold(name)] = code }
    byPostalCode = postalCodes
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { byCode.isEmpty }

  /// The box in EPSG:3067, margin included, in which a place of this municipality (a code, or a name in any language)
  /// or else of this postal code lies; nil when neither is known.
  public func box(municipality: String?, postalCode: String?) -> BoundingBox? {
    if let box = municipality.flatMap({ code(of: $0) }).flatMap({ byCode[$0] }) {
      return Self.widen(box, Self.municipalityMargin)
    }
    guard let postalCode, let box = byPostalCode[postalCode].flatMap({ byCode[$0] }) else { return nil }
    return Self.widen(box, Self.postalCodeMargin)
  }

  /// The municipality with this code or name.
  public func code(of municipality: String) -> MunicipalityCode? {
    (try? MunicipalityCode(municipality)) ?? byName[Folding.fold(municipality)]
  }

  private static func widen(_ box: BoundingBox, _ margin: Double) -> BoundingBox {
    BoundingBox(
      west: box.west - margin, south: box.south - margin, east: box.east + margin, north: box.north + margin)
  }
}

extension PlaceStore {
  /// Where municipalities and postal codes lie, former municipalities by their successors: one pass over the
  /// boundaries' bounds and the register of postal codes.
  public func expectedAreas() async throws -> ExpectedAreas {
    let gazetteer = try await municipalities()
    let rows = try await query(
      """
      select code, ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) from municipality_boundary
      where not ST_IsEmpty(geom)
      """)
    var boxes: [MunicipalityCode: BoundingBox] = [:]
    for row in try rows.decode((String, Double, Double, Double, Double).self) {
      boxes[try MunicipalityCode(row.0)] = BoundingBox(west: row.1, south: row.2, east: row.3, north: row.4)
    }
    var bounds = boxes
    for code in gazetteer.municipalities.keys {
      let parts = gazetteer.current(code).compactMap { boxes[$0] }
      guard let first = parts.first else { continue }
      bounds[code] = parts.dropFirst().reduce(first) { a, b in
        BoundingBox(
          west: min(a.west, b.west), south: min(a.south, b.south), east: max(a.east, b.east),
          north: max(a.north, b.north))
      }
    }
    var names: [String: MunicipalityCode] = [:]
    for municipality in gazetteer.municipalities.values {
      for name in municipality.name.values.map(\.text) + municipality.alternateNames {
        if let found = gazetteer.find(name) { names[name] = found.code }
      }
    }
    let codes = try await query("select code, municipality from postal_code where municipality is not null")
    var postalCodes: [String: MunicipalityCode] = [:]
    for (code, municipality) in try codes.decode((String, String).self) {
      postalCodes[code] = try MunicipalityCode(municipality)
    }
    return ExpectedAreas(bounds: bounds, names: names, postalCodes: postalCodes)
  }

  /// Of points in EPSG:3067, whether each lies within the boundary of the municipality that is named beside it (or of
  /// its successors).
  public func areInside(_ points: [(municipality: MunicipalityCode, point: Coordinate)]) async throws -> [Bool] {
    try await query(
      """
      select exists (
        select 1 from municipality_part p where p.geom && t.point and ST_Covers(p.geom, t.point)
          and p.code in (select current_municipalities(t.code)))
      from (
        select u.code, ST_SetSRID(ST_MakePoint(u.e, u.n), 3067) as point, u.ordinal
        from unnest(\(points.map(\.municipality.description))::text[], \(points.map(\.point.x))::float8[],
          \(points.map(\.point.y))::float8[]) with ordinality u (code, e, n, ordinal)
      ) t order by t.ordinal
      """
    ).decode(Bool.self)
  }
}
