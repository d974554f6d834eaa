import Places

/// A way to put a position right: other axes, another system, or both.
public struct PositionMend: Sendable, Hashable {
  /// What system the numbers are in.
  public enum System: Sendable, Hashable {
    /// The one that the row says.
    case asGiven
    /// Metres of the GK zone with this EPSG code, to which the easting's prefix is added where it is missing.
    case zone(Int)
    /// The system of this EPSG code; a KKJ easting without its zone's number is given it.
    case crs(Int)
  }

  /// Whether x and y change places.
  public let swapsAxes: Bool
  /// The system that the numbers are in.
  public let system: System

  /// Makes a way; `swapsAxes` first, then the system.
  public init(swapsAxes: Bool = false, system: System = .asGiven) {
    self.swapsAxes = swapsAxes
    self.system = system
  }

  /// The values of `--assume` that apply it: `["swapped", "crs:EPSG:3067"]`.
  public var proposals: [String] {
    var words = swapsAxes ? ["swapped"] : []
    switch system {
    case .asGiven: break
    case .zone(let srid): words.append("zone:\(srid)")
    case .crs(let srid): words.append("crs:EPSG:\(srid)")
    }
    return words
  }

  /// The flags that apply it: `--assume swapped --assume crs:EPSG:3067`.
  public var flags: String { proposals.map { "--assume \($0)" }.joined(separator: " ") }

  /// The code of the warning for a row that it was applied to.
  var warningCode: String {
    switch system {
    case .asGiven: "assumed-swapped"
    case .zone: "assumed-zone"
    case .crs: "assumed-crs"
    }
  }

  /// The position put right, x first; nil when these numbers can't be meant so.
  func applied(to given: DeliveredPosition) -> DeliveredPosition? {
    var position = given
    if swapsAxes { (position.x, position.y) = (given.y, given.x) }
    switch system {
    case .asGiven: break
    case .zone(let srid):
      guard let zone = GKZone(srid: srid), Self.prefix(zone.number, to: &position.x) else { return nil }
      position.srid = srid
    case .crs(let srid):
      if (2391...2394).contains(srid), !Self.prefix(srid - 2390, to: &position.x) { return nil }
      position.srid = srid
    }
    return position
  }

  /// Puts a zone's number before an easting that has none; false when it has another one.
  private static func prefix(_ number: Int, to x: inout Double) -> Bool {
    let millions = (x / 1e6).rounded(.down)
    guard millions != Double(number) else { return true }
    guard millions == 0 else { return false }
    x += Double(number) * 1e6
    return true
  }

  /// What was done or is to be done to these numbers, in words: `exchange x and y`, `metres of ETRS-GK24 …`.
  func words(for given: DeliveredPosition) -> String {
    let easting = swapsAxes ? given.y : given.x
    var text: String
    switch system {
    case .asGiven: return "the axes are exchanged"
    case .zone(let srid):
      let zone = GKZone(srid: srid)?.number ?? 0
      text =
        easting < 1e6
        ? "metres of ETRS-GK\(zone) (EPSG:\(srid)) whose easting lacks the zone's prefix \(zone)"
        : "metres of ETRS-GK\(zone) (EPSG:\(srid)), as the easting's beginning \(zone) tells"
    case .crs(let srid): text = "\(Self.name(of: srid)) (EPSG:\(srid))"
    }
    if swapsAxes { text += ", with the axes exchanged" }
    return "these are " + text
  }

  /// What people call a system.
  static func name(of srid: Int) -> String {
    if let zone = GKZone(srid: srid) { return "metres of ETRS-GK\(zone.number)" }
    switch srid {
    case 4326: return "degrees"
    case 3067: return "metres of ETRS-TM35FIN"
    case 2393: return "metres of YKJ, the old uniform grid"
    case 2391, 2392, 2394: return "metres of KKJ zone \(srid - 2390)"
    case 3857: return "metres of Web Mercator"
    default: return "coordinates"
    }
  }

  /// What these numbers could be, the likeliest first: by their size alone, whether they then fit or not. `srid` is
  /// what the row says of them, nil when it says nothing. `isPlaced`: it is known where the position should lie, so that far
  /// zones can be told from near ones.
  static func candidates(x: Double, y: Double, srid: Int?, isPlaced: Bool) -> [PositionMend] {
    var found: [PositionMend] = []
    for swaps in [false, true] {
      let (easting, northing) = swaps ? (y, x) : (x, y)
      for code in systems(easting, northing, srid, isPlaced) {
        if code == srid, !swaps, !lacksPrefix(easting, code) { continue }
        let system: System =
          if code == srid, !lacksPrefix(easting, code) {
            .asGiven
          } else if GKZone(srid: code) != nil {
            .zone(code)
          } else {
            .crs(code)
          }
        found.append(PositionMend(swapsAxes: swaps, system: system))
      }
    }
    return found
  }

  private static func lacksPrefix(_ easting: Double, _ srid: Int) -> Bool {
    easting < 1e6 && (GKZone(srid: srid) != nil || (2391...2394).contains(srid))
  }

  /// The systems that an easting and a northing could be in, the declared one first.
  private static func systems(
    _ easting: Double, _ northing: Double, _ declared: Int?, _ isPlaced: Bool
  ) -> [Int] {
    if abs(easting) <= 180, abs(northing) <= 90 {
      return [declared == 4258 ? 4258 : 4326]
    }
    if (8.0e6...11.3e6).contains(northing), (2.0e6...3.6e6).contains(easting) { return [3857] }
    guard (6.4e6...7.9e6).contains(northing), easting >= 0 else { return [] }
    let millions = Int((easting / 1e6).rounded(.down))
    if let zone = GKZone(millions: millions) { return [zone.srid] }
    if (1...4).contains(millions) { return [2390 + millions] }
    guard millions == 0 else { return [] }
    // Zones are a degree wide; they are used some way beyond, and a declared one farther still.
    let reach = abs(easting - 500_000)
    var codes: [Int] = []
    if let declared, lacksPrefix(easting, declared), reach <= 200_000 { codes.append(declared) }
    codes.append(3067)
    if isPlaced || reach <= 100_000 {
      // The middle ones first: most of Finland lies there.
      codes += (3873...3885).sorted { abs($0 - 3879) < abs($1 - 3879) }.filter { $0 != declared }
    }
    return codes
  }
}
