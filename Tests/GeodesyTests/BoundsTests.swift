import Geodesy
import Testing

@Suite("Boxes from one system to another")
struct BoundsTests {
  let engine = Fixture.engine

  /// The bounds of the images of many points on all four edges.
  private func sampled(_ box: BoundingBox, _ from: Int, _ to: Int, count: Int) throws -> BoundingBox {
    var result = BoundingBox(west: .infinity, south: .infinity, east: -.infinity, north: -.infinity)
    for index in 0...count {
      let along = Double(index) / Double(count)
      let x = box.west + along * (box.east - box.west)
      let y = box.south + along * (box.north - box.south)
      for point in [(x, box.south), (x, box.north), (box.west, y), (box.east, y)] {
        let c = try engine.transform(Coordinate(x: point.0, y: point.1), from: from, to: to).coordinate
        result = BoundingBox(
          west: min(result.west, c.x), south: min(result.south, c.y), east: max(result.east, c.x),
          north: max(result.north, c.y))
      }
    }
    return result
  }

  @Test("hold the whole box, and no more", arguments: [(3067, 21), (3877, 21), (3857, 21), (3067, 1), (3067, 200)])
  func holdsTheBox(srid: Int, densify: Int) throws {
    let finland = BoundingBox(west: 19, south: 59.5, east: 31.6, north: 70.1)
    for box in [finland, BoundingBox(west: 22.2, south: 60.4, east: 22.3, north: 60.5)] {
      let bounds = try engine.transform(box, from: 4326, to: srid, densify: densify)
      let truth = try sampled(box, 4326, srid, count: 3000)
      #expect(bounds.west <= truth.west && bounds.east >= truth.east)
      #expect(bounds.south <= truth.south && bounds.north >= truth.north)
      // 3,000 samples on an edge of a whole country miss the extreme by a millimetre or so.
      #expect(truth.west - bounds.west < 0.01 && bounds.east - truth.east < 0.01)
      #expect(truth.south - bounds.south < 0.01 && bounds.north - truth.north < 0.01)
      #expect(try bounds.contains(engine.transform(Turku.degrees, from: 4326, to: srid).coordinate))
    }
  }

  @Test func backToDegreesHoldsTheBoxToo() throws {
    let box = BoundingBox(west: 100_000, south: 6_600_000, east: 700_000, north: 7_700_000)
    let bounds = try engine.transform(box, from: 3067, to: 4326)
    let truth = try sampled(box, 3067, 4326, count: 3000)
    #expect(bounds.contains(Coordinate(x: truth.west, y: truth.south)))
    #expect(bounds.contains(Coordinate(x: truth.east, y: truth.north)))
    #expect(truth.west - bounds.west < 1e-6 && bounds.north - truth.north < 1e-6)
  }

  @Test func cornersAloneWouldNotDo() throws {
    let box = BoundingBox(west: 20, south: 60, east: 31, north: 61)
    let bounds = try engine.transform(box, from: 4326, to: 3067)
    let corner = try engine.transform(Coordinate(x: 20, y: 60), from: 4326, to: 3067).coordinate
    #expect(bounds.south < corner.y - 1000)
  }

  @Test func aSystemToItselfKeepsTheBox() throws {
    let box = BoundingBox(west: 1, south: 2, east: 3, north: 4)
    #expect(try engine.transform(box, from: 3067, to: 3067) == box)
  }

  @Test func otherSystemsAreBoundedByPROJ() throws {
    let bounds = try engine.transform(
      BoundingBox(west: -2, south: 51, east: 0, north: 53), from: 4326, to: 27700)
    let corner = try engine.transform(Coordinate(x: -2, y: 51), from: 4326, to: 27700).coordinate
    #expect(bounds.west <= corner.x + 1 && bounds.south <= corner.y + 1 && bounds.east > bounds.west)
  }

  @Test func aBoxThatCannotBeExpressedIsRefused() throws {
    let world = BoundingBox(west: -180, south: -90, east: 180, north: 90)
    #expect(throws: GeodesyError.self) { try engine.transform(world, from: 4326, to: 3067) }
    let broken = BoundingBox(west: .nan, south: 0, east: 1, north: 1)
    #expect(throws: GeodesyError.notFinite) { try engine.transform(broken, from: 4326, to: 3067) }
  }

  @Test func boxesIntersect() {
    let a = BoundingBox(west: 0, south: 0, east: 2, north: 2)
    #expect(
      a.intersection(BoundingBox(west: 1, south: -1, east: 3, north: 1))
        == BoundingBox(west: 1, south: 0, east: 2, north: 1))
    #expect(a.intersection(BoundingBox(west: 3, south: 0, east: 4, north: 1)) == nil)
  }
}
