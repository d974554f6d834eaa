/// What a user takes an import's word for (`--assume`): the proposals of a ``FileSurvey`` that are to be applied.
///
/// A proposal about positions mends only the rows that need it: those that lie outside Finland as they stand, and,
/// where the survey found the whole file to be off (``FileVerdict/wholeFile``), those outside the municipality that
/// they name. Rows that fit as given stay as they are, so a file with three swapped rows among thousands is mended by
/// `--assume swapped` without spoiling the others. Each mended row is told by a warning `assumed-…`.
public struct Assumptions: Sendable, Hashable {
  /// The axes of positions that fit nowhere else were exchanged.
  public var swapped = false
  /// GK zones (EPSG 3873–3885) that metres are in; the easting's prefix is added where it is missing.
  public var zones: [Int] = []
  /// Systems that positions are in, whatever the file or `--crs` says.
  public var systems: [Int] = []
  /// Postal codes of two to four digits have lost their leading zeros.
  public var leadingZeros = false
  /// Opening hours in words mean what is proposed for them.
  public var hours = false

  /// No assumptions.
  public init() {}

  /// Reads the values of `--assume`. Throws ``ImportFailure`` for one that is no proposal, naming the nearest one.
  public init(_ values: [String]) throws {
    for value in values { try add(value) }
  }

  /// Whether nothing is assumed.
  public var isEmpty: Bool { self == Assumptions() }

  /// Adds a value of `--assume`. Throws ``ImportFailure`` for one that is no proposal.
  mutating func add(_ value: String) throws {
    let word = value.trimmed.lowercased()
    switch word {
    case "swapped": swapped = true
    case "leading-zeros": leadingZeros = true
    case "hours": hours = true
    default:
      let code = Int(word.split(separator: ":").last ?? "")
      if word.hasPrefix("zone:"), let code, GKZone(srid: code) != nil {
        if !zones.contains(code) { zones.append(code) }
      } else if word.hasPrefix("crs:"), let code, word == "crs:epsg:\(code)" || word == "crs:\(code)", code > 0 {
        if !systems.contains(code) { systems.append(code) }
      } else {
        throw Self.failure(value, word)
      }
    }
  }

  private static func failure(_ value: String, _ word: String) -> ImportFailure {
    let hint: String
    if word.hasPrefix("zone") {
      hint = "A zone is the EPSG code of one of GK19 to GK31: zone:3873 to zone:3885."
    } else if word.hasPrefix("crs") || word.hasPrefix("epsg") {
      hint = "A system is given by its EPSG code: crs:EPSG:2393."
    } else {
      let near = ["swapped", "leading-zeros", "hours"].first { PlaceField.distance($0, word) <= 2 }
      hint =
        near.map { "Did you mean \($0)?" }
        ?? "The proposals are swapped, zone:3878, crs:EPSG:2393, leading-zeros and hours."
    }
    return ImportFailure("assume-unknown", "--assume \(value): there is no such proposal. \(hint)", flag: "--assume")
  }

  /// Whether the user has agreed to a way of mending positions.
  func allows(_ mend: PositionMend) -> Bool {
    guard !mend.swapsAxes || swapped else { return false }
    switch mend.system {
    case .asGiven: return true
    case .zone(let srid): return zones.contains(srid)
    case .crs(let srid): return systems.contains(srid)
    }
  }
}

/// One of ETRS-GK19 to ETRS-GK31: zones of one degree, whose eastings begin with the zone's number (JHS 197).
struct GKZone: Sendable, Hashable {
  /// 19–31, the central meridian in degrees.
  let number: Int

  /// The zone of an EPSG code; nil for other systems.
  init?(srid: Int) {
    guard (3873...3885).contains(srid) else { return nil }
    number = srid - 3873 + 19
  }

  /// The zone that an easting's millions tell; nil for others.
  init?(millions: Int) {
    guard (19...31).contains(millions) else { return nil }
    number = millions
  }

  var srid: Int { number - 19 + 3873 }
}
