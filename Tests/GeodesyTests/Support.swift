import Foundation
import Geodesy
import Testing

/// The engines that all tests share, and the tables that they read.
enum Fixture {
  private static let here = URL(filePath: #filePath).deletingLastPathComponent()
  static let grids = here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "Seeds/proj").path

  /// With the NLS triangulation.
  static let engine = CoordinateEngine(gridDirectory: grids)
  /// With whatever PROJ was installed with: without the triangulation, ordinarily.
  static let bare = CoordinateEngine(gridDirectory: nil)

  struct Row: Sendable, CustomTestStringConvertible {
    let place: String
    let net: String
    let from: Int
    let to: Int
    let given: Coordinate
    let expected: Coordinate
    var testDescription: String { "\(place), EPSG:\(from) → \(to), net \(net)" }
  }

  static let transformations: [Row] = table("transformations.tsv").map { fields in
    Row(
      place: fields[0], net: fields[1], from: Int(fields[2])!, to: Int(fields[3])!,
      given: Coordinate(x: Double(fields[4])!, y: Double(fields[5])!),
      expected: Coordinate(x: Double(fields[6])!, y: Double(fields[7])!))
  }

  static let geodesics: [[Double]] = table("geodesics.tsv").map { $0.map { Double($0)! } }

  /// The rows of a table beneath its comment and its header.
  private static func table(_ name: String) -> [[String]] {
    let text = try! String(contentsOf: here.appending(path: "Fixtures/\(name)"), encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map {
      $0.split(separator: "\t").map(String.init)
    }
  }

  /// How far apart two positions of the same system are, in metres.
  static func metres(_ a: Coordinate, _ b: Coordinate, degrees: Bool) -> Double {
    degrees ? Geodesic.distance(a, b) : ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }
}

/// Turku's market square in some of the systems that it is met in.
enum Turku {
  static let degrees = Coordinate(x: 22.2666, y: 60.4518)
  static let gk23 = Coordinate(x: 23_459_636.1205, y: 6_704_635.3599)
  static let tm35fin = Coordinate(x: 239_742.3381, y: 6_711_088.9866)
  static let ykj = Coordinate(x: 3_239_806.2443, y: 6_713_907.5464)
}
