import Geodesy
import Places

/// A geometry in some CRS, known to be well formed: finite numbers, closed rings of four points or more.
public indirect enum Geometry: Sendable, Hashable {
  case point(Coordinate)
  case multiPoint([Coordinate])
  case lineString([Coordinate])
  case multiLineString([[Coordinate]])
  /// The outer ring, then its holes.
  case polygon([[Coordinate]])
  case multiPolygon([[[Coordinate]]])
  case collection([Geometry])

  /// Reads a GeoJSON geometry; heights are dropped. Throws ``RowFault`` that says where what is wrong.
  public init(geoJSON json: JSONValue) throws {
    try self.init(json, depth: 0)
  }

  private init(_ json: JSONValue, depth: Int) throws {
    guard let type = json["type"]?.stringValue else {
      throw RowFault("geometry", "The geometry has no type.")
    }
    if type == "GeometryCollection" {
      guard depth < 8, let members = json["geometries"]?.arrayValue else {
        throw RowFault("geometry", "The GeometryCollection has no geometries, or is nested too deep.")
      }
      self = .collection(try members.map { try Geometry($0, depth: depth + 1) })
      return
    }
    guard let coordinates = json["coordinates"] else {
      throw RowFault("geometry", "The \(type) has no coordinates.")
    }
    switch type {
    case "Point": self = .point(try Self.position(coordinates, at: "coordinates"))
    case "MultiPoint": self = .multiPoint(try Self.list(coordinates, at: "coordinates", Self.position))
    case "LineString": self = .lineString(try Self.line(coordinates, at: "coordinates"))
    case "MultiLineString": self = .multiLineString(try Self.list(coordinates, at: "coordinates", Self.line))
    case "Polygon": self = .polygon(try Self.rings(coordinates, at: "coordinates"))
    case "MultiPolygon": self = .multiPolygon(try Self.list(coordinates, at: "coordinates", Self.rings))
    default: throw RowFault("geometry", "\"\(type)\" is no type of geometry.")
    }
  }

  private static func list<T>(
    _ json: JSONValue, at path: String, _ element: (JSONValue, String) throws -> T
  ) throws -> [T] {
    guard let values = json.arrayValue, !values.isEmpty else {
      throw RowFault("geometry", "\(path) is no array, or an empty one.")
    }
    var result: [T] = []
    result.reserveCapacity(values.count)
    for (index, value) in values.enumerated() { result.append(try element(value, "\(path)[\(index)]")) }
    return result
  }

  private static func position(_ json: JSONValue, at path: String) throws -> Coordinate {
    guard let numbers = json.arrayValue, numbers.count >= 2, let x = numbers[0].doubleValue,
      let y = numbers[1].doubleValue
    else { throw RowFault("geometry", "\(path) is no position: two numbers are needed.") }
    guard x.isFinite, y.isFinite else {
      throw RowFault("coordinates-not-finite", "\(path) holds a number that is not finite.")
    }
    return Coordinate(x: x, y: y)
  }

  private static func positions(_ json: JSONValue, at path: String) throws -> [Coordinate] {
    guard let values = json.arrayValue else { throw RowFault("geometry", "\(path) is no array.") }
    var result: [Coordinate] = []
    result.reserveCapacity(values.count)
    for value in values {
      if case .array(let numbers) = value, numbers.count >= 2, let x = numbers[0].doubleValue,
        let y = numbers[1].doubleValue, x.isFinite, y.isFinite
      {
        result.append(Coordinate(x: x, y: y))
      } else {
        result.append(try position(value, at: "\(path)[\(result.count)]"))
      }
    }
    return result
  }

  private static func line(_ json: JSONValue, at path: String) throws -> [Coordinate] {
    let points = try positions(json, at: path)
    guard points.count >= 2 else { throw RowFault("geometry", "\(path) is a line of fewer than two points.") }
    return points
  }

  private static func rings(_ json: JSONValue, at path: String) throws -> [[Coordinate]] {
    try list(json, at: path, ring)
  }

  private static func ring(_ json: JSONValue, at path: String) throws -> [Coordinate] {
    let points = try positions(json, at: path)
    guard points.count >= 4 else {
      throw RowFault("geometry", "The ring \(path) has \(points.count) points: four or more are needed.")
    }
    guard points.first == points.last else {
      throw RowFault("geometry", "The ring \(path) is not closed: its last point must be its first.")
    }
    return points
  }
}
