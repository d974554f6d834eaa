import Geodesy
import Testing

@Suite("Positions from one system to another")
struct TransformationTests {
  @Test("agree with others' software", arguments: Fixture.transformations)
  func agreesWithOthers(row: Fixture.Row) throws {
    let engine = row.net == "no" ? Fixture.bare : Fixture.engine
    // Where PROJ itself was installed with the triangulation there is no answer without it.
    if row.net == "no" && engine.triangulationInUse { return }
    let answer = try engine.transform(row.given, from: row.from, to: row.to)
    let off = Fixture.metres(answer.coordinate, row.expected, degrees: try engine.crs(row.to).unit == .degree)
    #expect(off <= (row.net == "-" ? 0.001 : 0.002), "off by \(off) m: \(answer)")
  }

  @Test func theTableIsLargeEnough() {
    #expect(Fixture.transformations.count >= 100)
    #expect(Set(Fixture.transformations.map(\.to)).isSuperset(of: Array(3873...3885) + [2391, 2392, 2393, 2394]))
  }

  @Test func thereAndBackIsTheSamePlace() throws {
    for srid in Array(3873...3885) + [3067, 3046, 3047, 3048, 3857, 4258, 2391, 2392, 2393, 2394, 32634] {
      let there = try Fixture.engine.transform(Turku.degrees, from: 4326, to: srid).coordinate
      let back = try Fixture.engine.transform(there, from: srid, to: 4326).coordinate
      #expect(Geodesic.distance(back, Turku.degrees) < 0.0001, "EPSG:\(srid)")
    }
  }

  @Test func aSystemToItselfChangesNothing() throws {
    let same = try Fixture.engine.transform(Turku.gk23, from: 3877, to: 3877)
    #expect(same.coordinate == Turku.gk23)
    #expect(same.accuracy == 0)
    #expect(same.operation == "no change")
  }

  @Test func theOperationAndItsAccuracyAreTold() throws {
    let projection = try Fixture.engine.transform(Turku.gk23, from: 3877, to: 3067)
    #expect(projection.operation == "Inverse of Finland Gauss-Kruger zone 23 + TM35FIN")
    #expect(projection.accuracy == 0)
    let datum = try Fixture.engine.transform(Turku.degrees, from: 4326, to: 3877)
    #expect(datum.operation == "ETRS89 to WGS 84 (1) + Finland Gauss-Kruger zone 23")
    #expect(datum.accuracy == 1)
    let british = try Fixture.engine.transform(Coordinate(x: -1.5, y: 52), from: 4326, to: 27700)
    #expect(british.operation.contains("British National Grid"))
    #expect((british.accuracy ?? 0) > 0)
  }

  @Test func aTransformerGivesWhatTheEngineGives() throws {
    let lent = try Fixture.engine.withTransformer(from: 4326, to: 3877) { transformer throws(GeodesyError) in
      #expect(transformer.from.srid == 4326)
      #expect(transformer.to.srid == 3877)
      let (x, y) = try transformer.transform(Turku.degrees.x, Turku.degrees.y)
      return Coordinate(x: x, y: y)
    }
    #expect(lent == (try Fixture.engine.transform(Turku.degrees, from: 4326, to: 3877)).coordinate)
  }

  @Test func manyTasksAtOnceGetTheSameAnswers() async throws {
    let engine = CoordinateEngine(gridDirectory: Fixture.grids)
    engine.warm([(4326, 3067), (3067, 4326), (1, 2)])
    let targets = [3067, 3877, 3885, 2393, 3857, 27700]
    let places = (0..<200).map { Coordinate(x: 20 + Double($0) * 0.05, y: 60 + Double($0) * 0.04) }
    func all(_ target: Int) -> [Coordinate?] {
      places.map { try? engine.transform($0, from: 4326, to: target).coordinate }
    }
    let alone = targets.map(all)
    try await withThrowingTaskGroup(of: (Int, [Coordinate?]).self) { group in
      for round in 0..<60 {
        let index = round % targets.count
        group.addTask { (index, all(targets[index])) }
      }
      for try await (index, answers) in group { #expect(answers == alone[index]) }
    }
  }
}
