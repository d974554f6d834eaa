import Geodesy
import PlaceStore
import Places

/// Decides of one position whether it can be taken as it stands, and if not, what was probably meant.
public struct PositionJudge: Sendable {
  /// How well a position lies.
  enum Fit: Int, Comparable {
    /// Outside Finland, or it can't be transformed.
    case outside
    /// In Finland, but not where the row's municipality or postal code lets expect it.
    case elsewhere
    /// Where it may be.
    case right

    static func < (a: Fit, b: Fit) -> Bool { a.rawValue < b.rawValue }
  }

  /// What is decided of a position.
  enum Ruling {
    /// As it stands.
    case taken
    /// Put right by an assumption of the user's.
    case mended(DeliveredPosition, PositionMend)
    /// The row is rejected; `detail` holds the suggestion, `isOfSRID` tells that the fault is the EPSG code's.
    case refused(code: String, detail: String, isOfSRID: Bool)
  }

  let transform: PlaceRowMapper.Transform
  let areas: ExpectedAreas?
  let assumptions: Assumptions
  let wholeFile: PositionMend?
  /// Whether `wholeFile` moves every position that is given in TM35FIN, also those that lie where they may.
  let movesAll: Bool

  /// Makes a judge.
  /// - Parameters:
  ///   - transform: takes positions from one EPSG code to another, x first; `CoordinateEngine.transform` does.
  ///   - areas: where the municipalities lie; nil: a position anywhere in Finland is as good as another.
  ///   - assumptions: what the user has agreed to.
  ///   - wholeFile: what ``FileVerdict/wholeFile`` says of the file.
  ///   - movesAll: what ``FileVerdict/movesAll`` says of it.
  public init(
    transform: @escaping PlaceRowMapper.Transform, areas: ExpectedAreas? = nil, assumptions: Assumptions = .init(),
    wholeFile: PositionMend? = nil, movesAll: Bool = false
  ) {
    self.transform = transform
    self.areas = areas
    self.assumptions = assumptions
    self.wholeFile = wholeFile
    self.movesAll = movesAll
  }

  /// The same over an engine.
  public init(
    engine: CoordinateEngine, areas: ExpectedAreas? = nil, assumptions: Assumptions = .init(),
    wholeFile: PositionMend? = nil
  ) {
    self.init(
      transform: { try engine.transform($0, from: $1, to: $2).coordinate }, areas: areas, assumptions: assumptions,
      wholeFile: wholeFile)
  }

  /// The same judge with what a first pass found out about the file.
  public func following(_ verdict: FileVerdict) -> PositionJudge {
    PositionJudge(
      transform: transform, areas: areas, assumptions: assumptions, wholeFile: verdict.wholeFile,
      movesAll: verdict.movesAll)
  }

  /// How well a position lies; `area` in EPSG:3067.
  func fit(_ position: DeliveredPosition, in area: BoundingBox?) -> Fit {
    guard let degrees = try? carry(position, to: PlacePosition.geographicSRID),
      PlacePosition.finland.contains(degrees)
    else { return .outside }
    return isExpected(position, area) ? .right : .elsewhere
  }

  private func isExpected(_ position: DeliveredPosition, _ area: BoundingBox?) -> Bool {
    guard let area else { return true }
    guard let metres = try? carry(position, to: PlacePosition.indexSRID) else { return false }
    return area.contains(metres)
  }

  func carry(_ position: DeliveredPosition, to srid: Int) throws -> Coordinate {
    let point = Coordinate(x: position.x, y: position.y)
    return position.srid == srid ? point : try transform(point, position.srid, srid)
  }

  /// The ways that put a position right, the likeliest first; those of the user's assumptions are among them. Where
  /// none leads into the expected area, those are given that the numbers themselves tell: exchanged axes, degrees, a
  /// prefix.
  func mends(
    x: Double, y: Double, srid: Int?, in area: BoundingBox?
  ) -> [PositionMend] {
    let given = DeliveredPosition(srid: srid ?? 0, x: x, y: y)
    var candidates = PositionMend.candidates(x: x, y: y, srid: srid, isPlaced: area != nil)
    for mend in assumed where !candidates.contains(mend) && mend != PositionMend() { candidates.append(mend) }
    var elsewhere: [PositionMend] = []
    var right: [PositionMend] = []
    for mend in candidates {
      guard let position = mend.applied(to: given) else { continue }
      switch fit(position, in: area) {
      case .right: right.append(mend)
      case .elsewhere where !Self.isGuess(mend, given): elsewhere.append(mend)
      case .elsewhere, .outside: break
      }
    }
    return right.isEmpty ? elsewhere : right
  }

  /// Whether only the place that comes out speaks for it, not the numbers.
  private static func isGuess(_ mend: PositionMend, _ given: DeliveredPosition) -> Bool {
    let easting = mend.swapsAxes ? given.y : given.x
    guard case .zone(let srid) = mend.system else { return false }
    return easting < 1e6 && srid != given.srid
  }

  /// All combinations that the user has agreed to.
  private var assumed: [PositionMend] {
    let systems =
      [.asGiven] + assumptions.zones.map { PositionMend.System.zone($0) }
      + assumptions.systems.map { PositionMend.System.crs($0) }
    return systems.flatMap { system in
      [PositionMend(system: system)] + (assumptions.swapped ? [PositionMend(swapsAxes: true, system: system)] : [])
    }
  }

  /// Decides of a position; `area` is where the row lets expect it, in EPSG:3067.
  func rule(_ given: DeliveredPosition, in area: BoundingBox?) -> Ruling {
    var degrees: Coordinate?
    do {
      degrees = try carry(given, to: PlacePosition.geographicSRID)
    } catch let error as GeodesyError {
      switch error {
      case .unknownCRS, .unsupportedCRS:
        return .refused(
          code: "crs-unknown", detail: "\(error). Give a code such as 3067 (ETRS-TM35FIN) or 4326.", isOfSRID: true)
      case .roundTrip where mends(x: given.x, y: given.y, srid: given.srid, in: area).isEmpty:
        return .refused(
          code: "coordinates-inexact", detail: "In EPSG:\(given.srid) \(error): the numbers can't be meant so.",
          isOfSRID: false)
      case .notFinite, .outsideAreaOfUse, .failed, .roundTrip: break
      }
    } catch {}
    if let degrees, PlacePosition.finland.contains(degrees) {
      guard let wholeFile, assumptions.allows(wholeFile), isSubject(given, area),
        let mended = wholeFile.applied(to: given), fit(mended, in: movesAll ? nil : area) == .right
      else { return .taken }
      return .mended(mended, wholeFile)
    }
    let mends = mends(x: given.x, y: given.y, srid: given.srid, in: area)
    if let mend = mends.first(where: assumptions.allows), let mended = mend.applied(to: given) {
      return .mended(mended, mend)
    }
    let place = degrees.map { ", at longitude \(Self.short($0.x)), latitude \(Self.short($0.y))" } ?? ""
    return .refused(
      code: "outside-finland",
      detail: "The position (EPSG:\(given.srid)) lies outside Finland\(place)." + suggestion(mends, given),
      isOfSRID: false)
  }

  /// Whether what was found of the whole file counts for a position in Finland.
  private func isSubject(_ given: DeliveredPosition, _ area: BoundingBox?) -> Bool {
    movesAll ? given.srid == PlacePosition.indexSRID : area == nil || !isExpected(given, area)
  }

  private static func short(_ degrees: Double) -> String { "\((degrees * 1e4).rounded() / 1e4)" }

  /// A sentence with the numbers that were probably meant; empty when nothing fits.
  private func suggestion(_ mends: [PositionMend], _ given: DeliveredPosition) -> String {
    guard let mend = mends.first, let mended = mend.applied(to: given) else {
      return " Correct it, or name its coordinate reference system."
    }
    let words = mend.words(for: given)
    var text = " It fits if \(words): give \(mend.flags), or write \(mended.x) \(mended.y)"
    text += mended.srid == given.srid ? "." : " with srid \(mended.srid)."
    let others = mends.dropFirst().prefix(3)
    if !others.isEmpty { text += " Possible too: \(others.map(\.flags).joined(separator: ", "))." }
    return text
  }
}
