import Geodesy
import PlaceStore

/// Reads `POLYGON((…))` and `MULTIPOLYGON(((…)))` (OGC Simple Features, section 7), coordinates x first.
struct WellKnownText {
  /// What is wrong with the text.
  struct Invalid: Error {
    let detail: String
  }

  private var rest: Substring
  private var positions = 0

  /// The polygons, each an outer ring and its holes; rings are closed and have four positions at least.
  static func polygons(_ text: String) throws(Invalid) -> [[[Coordinate]]] {
    var reader = WellKnownText(rest: text[...])
    let name = reader.word()
    let polygons: [[[Coordinate]]]
    switch name {
    case "POLYGON": polygons = [try reader.polygon()]
    case "MULTIPOLYGON":
      polygons = try reader.list { reader throws(Invalid) in try reader.polygon() }
    default: throw Invalid(detail: "Give POLYGON((x y, …)) or MULTIPOLYGON(((x y, …))).")
    }
    reader.skipSpace()
    guard reader.rest.isEmpty else { throw Invalid(detail: "There is text after the last bracket.") }
    return polygons
  }

  private mutating func skipSpace() { while rest.first?.isWhitespace == true { rest.removeFirst() } }

  private mutating func word() -> String {
    skipSpace()
    let word = rest.prefix { $0.isLetter }
    rest = rest.dropFirst(word.count)
    return word.uppercased()
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func list<T>(_ element: (inout WellKnownText) throws(Invalid) -> T) throws(Invalid) -> [T] {
    guard take("(") else { throw Invalid(detail: "A bracket '(' is missing.") }
    var elements: [T] = []
    repeat { elements.append(try element(&self)) } while take(",")
    guard take(")") else { throw Invalid(detail: "A bracket ')' is missing, or a position is no \"x y\".") }
    return elements
  }

  private mutating func polygon() throws(Invalid) -> [[Coordinate]] {
    try list { reader throws(Invalid) in
      let ring = try reader.list { reader throws(Invalid) in try reader.position() }
      guard ring.count >= 4, ring.first == ring.last else {
        throw Invalid(detail: "Each ring has four positions at least and ends where it began.")
      }
      return ring
    }
  }

  private mutating func position() throws(Invalid) -> Coordinate {
    positions += 1
    guard positions <= maximumPolygonPositions else {
      throw Invalid(detail: "A polygon has at most \(maximumPolygonPositions) positions.")
    }
    let x = try number()
    let y = try number()
    return Coordinate(x: x, y: y)
  }

  private mutating func number() throws(Invalid) -> Double {
    skipSpace()
    let text = rest.prefix { $0.isNumber || "+-.eE".contains($0) }
    rest = rest.dropFirst(text.count)
    guard let number = Double(text), number.isFinite else {
      throw Invalid(detail: "A position is two numbers with a space between them.")
    }
    return number
  }
}
