import CGDAL
import Places

/// A geometry as GeoJSON, two numbers a position, easting or longitude first, with all digits; and for areas and lines a
/// point that lies on them.
struct GeometryJSON {
  private var json = JSONWriter(capacity: 128)
  private var point: (x: Double, y: Double)?
  private var hasHeight = false
  private let isNorthFirst: Bool
  private(set) var fault: (code: String, detail: String)?

  /// Nil for an empty geometry, which belongs to its feature. Rings that are not closed are.
  init?(_ geometry: OGRGeometryH, isNorthFirst: Bool?) {
    guard OGR_G_IsEmpty(geometry) == 0 else { return nil }
    self.isNorthFirst = isNorthFirst ?? false
    hasHeight = OGR_G_Is3D(geometry) != 0
    var owned: OGRGeometryH?
    defer { if let owned { OGR_G_DestroyGeometry(owned) } }
    // Arcs become lines; triangulated surfaces polygons.
    if OGR_G_HasCurveGeometry(geometry, 0) != 0 {
      owned = OGR_G_GetLinearGeometry(geometry, 0, nil)
    } else if [wkbTIN, wkbPolyhedralSurface, wkbTriangle].contains(Self.type(geometry)) {
      owned = OGR_G_ForceTo(OGR_G_Clone(geometry), wkbMultiPolygon, nil)
    }
    let flat = owned ?? geometry
    OGR_G_CloseRings(flat)
    // A collection of one point is that point: programs that know no other layer type make these.
    var single = flat
    while [wkbMultiPoint, wkbGeometryCollection].contains(Self.type(single)), OGR_G_GetGeometryCount(single) == 1,
      let member = OGR_G_GetGeometryRef(single, 0)
    {
      single = member
    }
    write(Self.type(single) == wkbPoint ? single : flat)
    if Self.type(single) != wkbPoint, fault == nil { point = surfacePoint(of: flat) }
  }

  /// Writes the value of `geometry` and what else is told of it.
  func write(to writer: inout JSONWriter) {
    if fault == nil { writer.raw(json.bytes) } else { writer.null() }
    if let point {
      writer.key("point")
      writer.beginArray()
      writer.double(point.x)
      writer.double(point.y)
      writer.endArray()
    }
    if hasHeight {
      writer.key("z")
      writer.bool(true)
    }
  }

  private static func type(_ geometry: OGRGeometryH) -> OGRwkbGeometryType {
    OGR_GT_Flatten(OGR_G_GetGeometryType(geometry))
  }

  private mutating func write(_ geometry: OGRGeometryH) {
    let type = Self.type(geometry)
    json.beginObject()
    json.key("type")
    json.string(Self.names[type.rawValue] ?? "GeometryCollection")
    json.key(type == wkbGeometryCollection ? "geometries" : "coordinates")
    if type == wkbGeometryCollection {
      json.beginArray()
      for member in members(of: geometry) { write(member) }
      json.endArray()
    } else {
      coordinates(geometry, type)
    }
    json.endObject()
  }

  private static let names: [UInt32: String] = [
    wkbPoint.rawValue: "Point", wkbLineString.rawValue: "LineString", wkbPolygon.rawValue: "Polygon",
    wkbMultiPoint.rawValue: "MultiPoint", wkbMultiLineString.rawValue: "MultiLineString",
    wkbMultiPolygon.rawValue: "MultiPolygon",
  ]

  /// The parts that are not empty.
  private func members(of geometry: OGRGeometryH) -> [OGRGeometryH] {
    (0..<OGR_G_GetGeometryCount(geometry)).compactMap { index in
      OGR_G_GetGeometryRef(geometry, index).flatMap { OGR_G_IsEmpty($0) == 0 ? $0 : nil }
    }
  }

  private mutating func coordinates(_ geometry: OGRGeometryH, _ type: OGRwkbGeometryType) {
    if type == wkbPoint {
      position(geometry, 0)
    } else if type == wkbLineString {
      json.beginArray()
      for index in 0..<OGR_G_GetPointCount(geometry) { position(geometry, index) }
      json.endArray()
    } else {
      json.beginArray()
      // Rings say of themselves that they are lines.
      for member in members(of: geometry) { coordinates(member, Self.type(member)) }
      json.endArray()
    }
  }

  private mutating func position(_ geometry: OGRGeometryH, _ index: Int32) {
    let (x, y) = ordered(OGR_G_GetX(geometry, index), OGR_G_GetY(geometry, index))
    if !x.isFinite || !y.isFinite {
      fault = ("coordinates-not-finite", "The geometry holds a number that is not finite.")
    }
    json.beginArray()
    json.double(x)
    json.double(y)
    json.endArray()
  }

  private func ordered(_ x: Double, _ y: Double) -> (x: Double, y: Double) { isNorthFirst ? (y, x) : (x, y) }

  /// A point on an area, the middle of the longest line, or the point of several that lies nearest to their middle.
  private func surfacePoint(of geometry: OGRGeometryH) -> (x: Double, y: Double)? {
    var found: OGRGeometryH?
    defer { if let found { OGR_G_DestroyGeometry(found) } }
    switch Self.type(geometry) {
    case wkbLineString, wkbMultiLineString:
      let lines = Self.type(geometry) == wkbLineString ? [geometry] : members(of: geometry)
      if let longest = lines.max(by: { OGR_G_Length($0) < OGR_G_Length($1) }) {
        found = OGR_G_Value(longest, OGR_G_Length(longest) / 2)
      }
    default:
      found = OGR_G_PointOnSurface(geometry)
      if found == nil || OGR_G_IsEmpty(found) != 0 {
        // Rings that cross themselves have no surface for GEOS; the middle of what they span is better than nothing.
        if let found { OGR_G_DestroyGeometry(found) }
        found = OGR_G_CreateGeometry(wkbPoint)
        if OGR_G_Centroid(geometry, found) != 0 { return nil }
      }
    }
    guard let found, OGR_G_IsEmpty(found) == 0 else { return nil }
    let point = ordered(OGR_G_GetX(found, 0), OGR_G_GetY(found, 0))
    return point.x.isFinite && point.y.isFinite ? point : nil
  }
}
