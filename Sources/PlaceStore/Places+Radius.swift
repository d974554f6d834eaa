import Foundation
import Geodesy
import Places
import Postgres

extension PlaceStore {
  /// The radius as SQL: an index search in a box of the projected CRS, then straight-line distance through the earth,
  /// then, only for the few places in the last centimetres, the geodesic itself.
  ///
  /// A geodesic of length s on the ellipsoid has the chord c = s − s³/24R² (+ terms below 0.2 mm at 100 km), where R lies
  /// between 6,360 and 6,400 km anywhere in Finland and in any direction (WGS 84: M(58°) = 6,381 km, N(71°) = 6,397 km).
  /// So a chord below that of the smallest R is surely inside, one above that of the largest surely outside.
  func within(_ radius: PlaceQuery.Radius, _ plan: inout ListPlan) throws {
    guard
      let centre = try? engine.transform(
        radius.origin, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID
      ).coordinate
    else {
      // Too far from Finland to be projected: nothing of ours is within 100 km of it.
      plan.conditions.append("false")
      return
    }
    let half = radius.metres * Self.planarMargin(radius.origin) + 1
    let r = radius.metres
    func chord(_ earthRadius: Double) -> Double { 2 * earthRadius * sin(r / (2 * earthRadius)) }
    let inner = max(0, chord(6_360_000) - 0.002)
    let outer = chord(6_400_000) + 0.002
    plan.conditions.append(
      """
      k.geom && ST_MakeEnvelope(\(centre.x - half), \(centre.y - half), \(centre.x + half), \(centre.y + half), 3067)
      and \(Self.chordSquared(radius.origin)) <= \(outer * outer)::float8
      and (\(Self.chordSquared(radius.origin)) < \(inner * inner)::float8
        or \(Self.exactDistance(radius.origin)) <= \(r)::float8)
      """)
  }

  /// How much longer a distance may be in EPSG:3067 than on the ellipsoid: the scale is at most 1.0034 between 17° and
  /// 33° E; from origins further off, generously more.
  private static func planarMargin(_ origin: Coordinate) -> Double {
    (17...33).contains(origin.x) ? 1.004 : 1.05
  }

  /// Square of the straight-line distance in metres from the origin to `k`.
  static func chordSquared(_ origin: Coordinate) -> SQL {
    let o = Geodesic.earthCentred(origin)
    return """
      ((k.ex - \(o.x)::float8) * (k.ex - \(o.x)::float8) + (k.ey - \(o.y)::float8) * (k.ey - \(o.y)::float8)
      + (k.ez - \(o.z)::float8) * (k.ez - \(o.z)::float8))
      """
  }

  /// What a radius is sorted by: the chord up to 10 km, where it orders as the geodesic does within 2 µm; beyond it the
  /// chord with the curvature of its direction put right, within 0.2 mm at 100 km.
  static func distanceOrder(_ radius: PlaceQuery.Radius) -> SQL {
    guard radius.metres > 10_000 else { return chordSquared(radius.origin) }
    // s² ≈ c² (1 + c²/12 · (1/N + (1/M − 1/N) cos²α)²), cos α ≈ Δz / (c cos φ)
    let a = 6_378_137.0
    let e2 = 0.006_694_379_990_141_3
    let phi = radius.origin.y * .pi / 180
    let w = 1 - e2 * sin(phi) * sin(phi)
    let meridional = a * (1 - e2) / (w * w.squareRoot())
    let transverse = a / w.squareRoot()
    let base = 1 / transverse
    let northward = (1 / meridional - 1 / transverse) / (cos(phi) * cos(phi))
    let z = Geodesic.earthCentred(radius.origin).z
    let c2 = chordSquared(radius.origin)
    return """
      (\(c2) * (1 + \(c2) / 12 * power(\(base)::float8
      + \(northward)::float8 * (k.ez - \(z)::float8) * (k.ez - \(z)::float8) / greatest(\(c2), 1e-9), 2)))
      """
  }

  /// Geodesic metres on WGS 84 from the origin to `k` (PostGIS geography, the same algorithm as ours: Karney 2013).
  static func exactDistance(_ origin: Coordinate) -> SQL {
    """
    ST_Distance(ST_SetSRID(ST_MakePoint(k.lon, k.lat), 4326)::geography,
      ST_SetSRID(ST_MakePoint(\(origin.x)::float8, \(origin.y)::float8), 4326)::geography)
    """
  }

  /// Places by distance from a point without a limit, those without a position last: the planar index gives the few
  /// nearest and how far they reach, the geodesic orders all that could be among them.
  func nearestPlaces(_ query: PlaceQuery) async throws -> PlacePage {
    guard let origin = query.nearest else { throw StoreError.fault("nearest without an origin") }
    var unordered = query
    unordered.nearest = nil
    var plan = try await plan(unordered)
    plan.sort = [.double("coalesce(\(Self.exactDistance(origin)), 1e12)"), .text("k.id")]
    plan.isIndexed = false
    let total: SQL
    var count = Int.max
    if let facet = plan.facetCount, query.operatingStates == nil {
      total = "\(facet) - (select count(*) from place_key k where \(plan.filter) and k.operating_status = 'closed')"
      plan.conditions.append(Self.notClosed)
    } else {
      if query.operatingStates == nil { plan.conditions.append(Self.notClosed) }
      count = try await self.count(plan, query)
      total = "\(count)::bigint"
      plan.isOneStatement = false
    }
    if let centre = try? engine.transform(
      origin, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID
    ).coordinate {
      var reach = query.page * query.pageSize + 64
      while reach < count, count > Self.fewPlaces {
        let page = try await nearest(query, plan, centre: centre, origin: origin, reach: reach, total: total)
        if page.next != nil { return page }
        count = page.count
        reach *= 8
      }
    }
    let listing = listing(query, plan)
    return read(try await self.query(try listing.ordered(total: total)), listing, plan)
  }

  /// So few are sorted as they are.
  static let fewPlaces = 1000

  private func nearest(
    _ query: PlaceQuery, _ plan: ListPlan, centre: Coordinate, origin: Coordinate, reach: Int, total: SQL
  ) async throws -> PlacePage {
    var near = plan
    near.conditions.append(Self.reach(plan, centre: centre, origin: origin, reach: reach))
    let listing = listing(query, near)
    return read(try await self.query(try listing.ordered(total: total)), listing, plan)
  }

  /// The condition that holds all that could be among the `reach` nearest.
  static func reach(_ plan: ListPlan, centre: Coordinate, origin: Coordinate, reach: Int) -> SQL {
    let point: SQL = "ST_SetSRID(ST_MakePoint(\(centre.x)::float8, \(centre.y)::float8), 3067)"
    // Two planar distances from one point differ from the geodesic ones by at most 0.3 % against each other.
    let margin = (17...33).contains(origin.x) ? 1.006 : 1.1
    return """
      k.geom && ST_Expand(\(point), coalesce((
        select (f.geom <-> \(point)) * \(margin)::float8 + 1 from (
          select k.geom from \(plan.source) where \(plan.filter) and k.geom is not null order by k.geom <-> \(point)
          offset \(reach) limit 1) f), 1e8))
      """
  }

  /// The exact count of a plan: by counter, from memory while nothing has changed, else counted.
  private func count(_ plan: ListPlan, _ query: PlaceQuery) async throws -> Int {
    let filter = query.filter
    if plan.isCountable, let known = counts.count(filter) {
      let state = try await quick("select seq, geography from change_head")
      if RegistryState(state, 0, 0) == known.state { return known.count }
    }
    let rows = try await self.query(
      """
      select (select count(*) from \(plan.source) where \(plan.filter)), h.seq, h.geography from change_head h
      """)
    let count = rows.int(0, 0) ?? 0
    if plan.isCountable { counts.remember(filter, state: RegistryState(rows, 0, 1), count: count) }
    return count
  }
}
