import Geodesy
import Places

/// What a first pass over a file found out about it as a whole.
public struct FileVerdict: Sendable, Hashable {
  /// What could be assumed to put its rows right.
  public internal(set) var proposals: [Proposal]
  /// Why it can't be taken without `--crs`; nil when the systems of its positions are known.
  public let missingCRS: ImportFailure?
  /// What its positions have in common that lie in Finland, but outside the municipalities that their rows name: for
  /// ``PositionJudge``, which applies it when the user has agreed to it.
  public internal(set) var wholeFile: PositionMend?
  /// Whether ``wholeFile`` moves every position, also those that lie in their municipality as given: an old grid that
  /// is taken for the new one moves them by three kilometres only.
  public internal(set) var movesAll = false
  /// Positions taken evenly from the file, for ``lookingForShift(_:judge:)``.
  let sample: PositionSample
}

/// A first pass over the rows of a file of places, before any is mapped: looks at positions and postal codes, and tells
/// what is wrong with the file as a whole. Needs the same memory whatever the file's size.
public struct FileSurvey: Sendable {
  private let mapping: ColumnMapping
  private let crs: Int?
  private let judge: PositionJudge
  /// One survey for each of `x`, `lon` and `wkt`: a file may hold its positions twice.
  private var positions: [PositionSurvey]
  private var shortCodes = 0
  private var codesWithZero = 0
  private var firstShortLines: [Int] = []

  /// Makes a survey. `crs` is the EPSG code of `x`, `y` and `wkt` by the file itself or `--crs`, nil when neither
  /// tells; `map` is `--map`. Throws ``ImportFailure`` when a mapping names no field or column.
  public init(header: [String], map: [String: String] = [:], crs: Int?, judge: PositionJudge) throws {
    mapping = try ColumnMapping(header: header, map: map)
    self.crs = crs
    self.judge = judge
    positions = Array(repeating: PositionSurvey(judge: judge), count: 3)
  }

  /// Takes a row; one that is not well formed is passed over.
  public mutating func add(_ row: SourceRow) {
    guard row.fault == nil else { return }
    func cell(_ field: String) -> String? {
      guard let column = mapping.columns[field], column < row.fields.count else { return nil }
      let text = row.fields[column].trimmed
      return text.isEmpty ? nil : text
    }
    let postalCode = cell("postal_code")
    if let postalCode { note(postalCode, row.line) }
    func add(_ index: Int, _ x: Double, _ y: Double, _ srid: Int?) {
      positions[index].add(
        x: x, y: y, srid: srid, line: row.line, municipality: cell("municipality"), postalCode: postalCode)
    }
    let named = cell("srid")
    let srid = named.map { DeclaredCRS(name: $0).epsg } ?? crs
    if named != nil, srid == nil { return }
    if let x = number(cell("x")), let y = number(cell("y")) { add(0, x, y, srid) }
    if let lon = number(cell("lon")), let lat = number(cell("lat")) { add(1, lon, lat, PlacePosition.geographicSRID) }
    if let text = cell("wkt"), let (point, given) = try? WKTPoint.parse(text) {
      add(2, point.x, point.y, given ?? srid)
    }
  }

  private func number(_ text: String?) -> Double? {
    guard let text, case .number(let value, _) = DecimalNumber.parse(text) else { return nil }
    return value
  }

  private mutating func note(_ code: String, _ line: Int) {
    guard code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
    if code.utf8.count == 5 {
      if code.hasPrefix("0") { codesWithZero += 1 }
    } else if (3...4).contains(code.utf8.count) {
      shortCodes += 1
      if firstShortLines.count < 3 { firstShortLines.append(line) }
    }
  }

  /// What was found.
  public func verdict() -> FileVerdict {
    var proposals: [Proposal] = []
    for survey in positions {
      for found in survey.proposals where !proposals.contains(where: { $0.proposal == found.proposal }) {
        proposals.append(found)
      }
    }
    if shortCodes > 0, codesWithZero == 0 {
      let lines = firstShortLines.map(String.init).joined(separator: ", ")
      proposals.append(
        Proposal(
          "leading-zeros", rows: shortCodes,
          detail: "\(shortCodes) postal codes have three or four digits (lines \(lines)"
            + "\(shortCodes > firstShortLines.count ? " …" : "")) and none begins with a zero: a spreadsheet has "
            + "dropped them. Give --assume leading-zeros."))
    }
    return FileVerdict(
      proposals: proposals, missingCRS: positions.lazy.compactMap(\.missingCRS).first,
      wholeFile: positions.lazy.compactMap(\.wholeFile).first, sample: positions[0].sample)
  }
}
