import Geodesy
import Places

extension Geometry {
  /// Takes each point to another CRS, say; edges stay edges (nothing is densified).
  public typealias PointTransform = (Coordinate) throws -> Coordinate

  /// Well-known text for PostGIS, `SRID=3067;MULTIPOLYGON(…)` when an `srid` is given. Throws what `transform` throws
  /// and ``RowFault`` when it makes a number that is not finite.
  public func wkt(srid: Int? = nil, transform: PointTransform? = nil) throws -> String {
    var writer = Writer(transform: transform)
    if let srid { writer.text = "SRID=\(srid);" }
    try writer.write(self)
    return writer.text
  }

  /// A polygon as a multipolygon of one; nil unless this is one or the other.
  public var asMultiPolygon: Geometry? {
    switch self {
    case .polygon(let rings): .multiPolygon([rings])
    case .multiPolygon: self
    default: nil
    }
  }

  /// GeoJSON's name of the type.
  public var type: String {
    switch self {
    case .point: "Point"
    case .multiPoint: "MultiPoint"
    case .lineString: "LineString"
    case .multiLineString: "MultiLineString"
    case .polygon: "Polygon"
    case .multiPolygon: "MultiPolygon"
    case .collection: "GeometryCollection"
    }
  }

  private struct Writer {
    let transform: PointTransform?
    var text = ""

    mutating func write(_ geometry: Geometry) throws {
      text += geometry.type.uppercased()
      switch geometry {
      case .point(let point): try list([point]) { try $0.point($1) }
      case .multiPoint(let points), .lineString(let points): try self.points(points)
      case .multiLineString(let lines), .polygon(let lines): try list(lines) { try $0.points($1) }
      case .multiPolygon(let polygons):
        try list(polygons) { writer, rings in try writer.list(rings) { try $0.points($1) } }
      case .collection(let members):
        guard !members.isEmpty else {
          text += " EMPTY"
          return
        }
        try list(members) { try $0.write($1) }
      }
    }

    mutating func points(_ points: [Coordinate]) throws { try list(points) { try $0.point($1) } }

    mutating func point(_ given: Coordinate) throws {
      let point = try transform?(given) ?? given
      guard point.isFinite else {
        throw RowFault("coordinates-not-finite", "\(given.x) \(given.y) becomes a number that is not finite.")
      }
      text += "\(point.x) \(point.y)"
    }

    mutating func list<T>(_ elements: [T], _ element: (inout Writer, T) throws -> Void) throws {
      text += "("
      var isFirst = true
      for value in elements {
        if !isFirst { text += "," }
        isFirst = false
        try element(&self, value)
      }
      text += ")"
    }
  }
}

/// Reads a point's well-known text: `POINT (22.27 60.45)`, `SRID=3067;POINT Z(240000 6711000 3)`.
public enum WKTPoint {
  /// The position and the EPSG code that stands before it; heights are dropped. Throws ``RowFault``.
  public static func parse(_ text: String) throws -> (point: Coordinate, srid: Int?) {
    func unreadable() -> RowFault {
      RowFault("coordinates-unreadable", "This is no well-known text of a point, such as POINT (22.27 60.45).")
    }
    var rest = Substring(text.trimmed.uppercased())
    var srid: Int?
    if rest.hasPrefix("SRID=") {
      guard let end = rest.firstIndex(of: ";"), let code = Int(rest[rest.index(rest.startIndex, offsetBy: 5)..<end])
      else { throw unreadable() }
      srid = code
      rest = Substring(rest[rest.index(after: end)...].trimmed)
    }
    guard rest.hasPrefix("POINT"), let open = rest.firstIndex(of: "("), rest.last == ")" else { throw unreadable() }
    let flag = rest[rest.index(rest.startIndex, offsetBy: 5)..<open].trimmed
    guard ["", "Z", "M", "ZM"].contains(flag) else { throw unreadable() }
    let numbers = rest[rest.index(after: open)...].dropLast().split(whereSeparator: \.isWhitespace)
    guard (2...4).contains(numbers.count) else { throw unreadable() }
    let values = try numbers.map { number in
      switch DecimalNumber.parse(String(number), acceptsComma: false) {
      case .number(let value, _): return value
      case .notFinite: throw RowFault("coordinates-not-finite", "The point holds a number that is not finite.")
      case .unreadable: throw unreadable()
      }
    }
    return (Coordinate(x: values[0], y: values[1]), srid)
  }
}

/// Reads numbers as people and programs write them in tables.
enum DecimalNumber {
  enum Result: Equatable {
    /// The number and how many decimals it was given with.
    case number(Double, decimals: Int)
    case notFinite
    case unreadable
  }

  /// Takes a decimal point or, if wanted, a decimal comma, and spaces between thousands.
  static func parse(_ text: String, acceptsComma: Bool = true) -> Result {
    var digits = ""
    var decimals: Int?
    var hasExponent = false
    for scalar in text.trimmed.unicodeScalars {
      switch scalar {
      case "0"..."9":
        digits.unicodeScalars.append(scalar)
        if !hasExponent, let count = decimals { decimals = count + 1 }
      case "+", "-", "\u{2212}":
        digits += scalar == "+" ? "+" : "-"
      case "e", "E":
        hasExponent = true
        digits += "e"
      case ".", ",":
        guard decimals == nil, scalar == "." || acceptsComma else { return .unreadable }
        decimals = 0
        digits += "."
      case " ", "\u{A0}", "\u{202F}", "\u{2009}":
        guard acceptsComma, decimals == nil else { return .unreadable }
      default:
        let word = text.trimmed.lowercased().filter { $0 != "-" && $0 != "+" }
        return ["nan", "inf", "infinity", "#num!", "#n/a", "#value!", "1.#inf"].contains(word)
          ? .notFinite : .unreadable
      }
    }
    if digits.hasSuffix(".") { digits += "0" }
    guard let value = Double(digits) else { return .unreadable }
    return value.isFinite ? .number(value, decimals: decimals ?? 0) : .notFinite
  }
}
