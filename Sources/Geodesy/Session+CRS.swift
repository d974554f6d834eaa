import CProj

extension Session {
  /// Reads a system from PROJ's database.
  func crs(_ srid: Int) throws(GeodesyError) -> CRS {
    guard srid > 0, srid <= 999_999,
      let object = proj_create_from_database(context, "EPSG", "\(srid)", PJ_CATEGORY_CRS, 0, nil)
    else { throw .unknownCRS(srid) }
    defer { proj_destroy(object) }
    switch proj_get_type(object) {
    case PJ_TYPE_GEOGRAPHIC_2D_CRS, PJ_TYPE_PROJECTED_CRS: break
    case PJ_TYPE_GEOGRAPHIC_3D_CRS, PJ_TYPE_COMPOUND_CRS:
      throw .unsupportedCRS(srid, reason: "it has heights; use its horizontal part")
    case PJ_TYPE_VERTICAL_CRS: throw .unsupportedCRS(srid, reason: "it is a system of heights")
    case PJ_TYPE_GEOCENTRIC_CRS: throw .unsupportedCRS(srid, reason: "it is geocentric")
    default: throw .unsupportedCRS(srid, reason: "it is neither geographic nor projected")
    }
    let axes = try axes(of: object, srid: srid)
    return CRS(
      srid: srid, name: Session.text(proj_get_name(object)) ?? "EPSG:\(srid)", unit: axes.unit, axisOrder: axes.order,
      areaOfUse: areaOfUse(of: object))
  }

  private typealias Axes = (unit: CRS.Unit, order: CRS.AxisOrder)

  private func axes(of object: OpaquePointer, srid: Int) throws(GeodesyError) -> Axes {
    guard let system = proj_crs_get_coordinate_system(context, object) else {
      throw .unsupportedCRS(srid, reason: "it has no coordinate system (\(lastError()))")
    }
    defer { proj_destroy(system) }
    var directions: [String] = []
    var unit = CRS.Unit.metre
    for index in 0..<proj_cs_get_axis_count(context, system) {
      var direction: UnsafePointer<CChar>?
      var factor = 1.0
      var unitName: UnsafePointer<CChar>?
      let read = proj_cs_get_axis_info(context, system, index, nil, nil, &direction, &factor, &unitName, nil, nil)
      guard read != 0 else {
        throw .unsupportedCRS(srid, reason: "its axes cannot be read")
      }
      directions.append(Session.text(direction) ?? "?")
      unit = try Session.unit(
        name: Session.text(unitName) ?? "?", factor: factor, srid: srid,
        angular: proj_get_type(object) == PJ_TYPE_GEOGRAPHIC_2D_CRS)
    }
    switch directions {
    case ["north", "east"]: return (unit, .northingEasting)
    // Around the poles both axes point the same way; PROJ leaves these in the authority's order.
    case ["east", "north"], ["north", "north"], ["south", "south"]: return (unit, .eastingNorthing)
    default:
      throw .unsupportedCRS(srid, reason: "its axes point \(directions.joined(separator: " and "))")
    }
  }

  private static func unit(name: String, factor: Double, srid: Int, angular: Bool) throws(GeodesyError) -> CRS.Unit {
    if angular {
      guard name.hasPrefix("degree") else {
        throw .unsupportedCRS(srid, reason: "its angles are in \(name), not in degrees")
      }
      return .degree
    }
    return factor == 1 ? .metre : .other(name: name, toMetre: factor)
  }

  private func areaOfUse(of object: OpaquePointer) -> BoundingBox? {
    var box = BoundingBox(west: 0, south: 0, east: 0, north: 0)
    guard proj_get_area_of_use(context, object, &box.west, &box.south, &box.east, &box.north, nil) != 0,
      box.west > -1000
    else { return nil }
    return box
  }
}
