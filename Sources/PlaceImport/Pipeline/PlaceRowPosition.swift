import Geodesy
import PlaceStore
import Places

extension PlaceRowBuilder {
  private struct Candidate {
    var position: DeliveredPosition
    var field: String
    var text: String
    /// Half of the last decimal given, in metres.
    var precision: Double
  }

  private static let fields = ["lon", "lat", "x", "y", "srid", "wkt", "accuracy"]

  /// `x`, `y`, `lon`, `lat` and `wkt`: where several are given, the one that differs from what is stored is the edit.
  mutating func position(_ place: inout Place) {
    let present = Self.fields.compactMap { field in raw(field).map { (field, $0) } }
    guard present.contains(where: { $0.0 != "srid" && $0.0 != "accuracy" }) else { return }
    guard present.contains(where: { isNew($0.0, $0.1) }) else { return }
    let errors = problems.count { $0.severity == .error }
    let candidates = [degrees(), projected(), wellKnownText()].compactMap { $0 }
    guard problems.count(where: { $0.severity == .error }) == errors else { return }
    guard !candidates.isEmpty else {
      if !mapper.options.emptyKeeps { place.position = nil }
      return
    }
    guard var chosen = choose(candidates, stored: existing?.position) else { return }
    if let text = raw("accuracy") {
      if text.isEmpty {
        if !mapper.options.emptyKeeps { chosen.accuracy = nil }
      } else if case .number(let value, _) = DecimalNumber.parse(text), value >= 0 {
        chosen.accuracy = value
      } else {
        error("coordinates-unreadable", "accuracy", text, "The accuracy is a number of metres.")
      }
    }
    place.position = chosen
  }

  private mutating func degrees() -> Candidate? {
    guard let (x, y, precision) = pair("lon", "lat") else { return nil }
    let position = DeliveredPosition(srid: PlacePosition.geographicSRID, x: x, y: y)
    return candidate(position, "lon", "\(x) \(y)", precision)
  }

  private mutating func projected() -> Candidate? {
    guard let (x, y, precision) = pair("x", "y"), let srid = srid(of: "x", "\(x) \(y)") else { return nil }
    return candidate(DeliveredPosition(srid: srid, x: x, y: y), "x", "\(x) \(y)", precision)
  }

  /// The position as it can be taken: as it stands or put right by an assumption, which is a warning; nil, with an
  /// error, when it lies outside Finland.
  private mutating func candidate(
    _ given: DeliveredPosition, _ field: String, _ text: String, _ precision: Double
  ) -> Candidate? {
    var position = given
    switch judge?.rule(given, in: expectedArea) {
    case nil, .taken: break
    case .mended(let mended, let mend):
      position = mended
      warning(
        mend.warningCode, field, text,
        "Taken as \(mended.x) \(mended.y), EPSG:\(mended.srid): \(mend.words(for: given)), as assumed.")
    case .refused(let code, let detail, let isOfSRID):
      let hasColumn = raw("srid").map { !$0.isEmpty } ?? false
      error(code, isOfSRID && hasColumn ? "srid" : field, isOfSRID ? "EPSG:\(given.srid)" : text, detail)
      return nil
    }
    let isDegrees = abs(position.x) <= 180 && abs(position.y) <= 90
    return Candidate(
      position: position, field: field, text: text, precision: isDegrees ? precision * 111_320 : precision)
  }

  /// Who decides of positions; nil where none can be transformed.
  private var judge: PositionJudge? {
    mapper.options.judge
      ?? mapper.options.transform.map { PositionJudge(transform: $0, assumptions: mapper.options.assumptions) }
  }

  /// Where the row's municipality or postal code lets expect it, in EPSG:3067; nil when that is not known.
  private var expectedArea: BoundingBox? {
    mapper.options.judge?.areas?.box(municipality: raw("municipality"), postalCode: raw("postal_code"))
  }

  private mutating func wellKnownText() -> Candidate? {
    guard let text = raw("wkt"), !text.isEmpty else { return nil }
    do {
      let (point, given) = try WKTPoint.parse(text)
      guard let srid = given ?? srid(of: "wkt", text) else { return nil }
      return candidate(DeliveredPosition(srid: srid, x: point.x, y: point.y), "wkt", text, 0)
    } catch let fault as RowFault {
      error(fault.code, "wkt", text, fault.detail)
    } catch {
      self.error("coordinates-unreadable", "wkt", text, "\(error)")
    }
    return nil
  }

  /// The EPSG code of the row's column `srid`, else of `--crs`.
  private mutating func srid(of field: String, _ value: String) -> Int? {
    if let text = raw("srid"), !text.isEmpty {
      if let code = DeclaredCRS(name: text).epsg { return code }
      error("coordinates-unreadable", "srid", text, "The column srid holds an EPSG code, such as 3067.")
      return nil
    }
    if let crs = mapper.options.crs { return crs }
    error(
      "coordinates-unreadable", field, value,
      "The coordinate reference system is not known: fill the column srid or give --crs EPSG:3067.")
    return nil
  }

  /// Two numbers with the size of half the last decimal of the finer one (zeros at the end may be left out); nil when both cells are empty or something is wrong.
  private mutating func pair(_ first: String, _ second: String) -> (Double, Double, Double)? {
    guard let one = raw(first), let other = raw(second), !(one.isEmpty && other.isEmpty) else { return nil }
    let x = number(first, one)
    let y = number(second, other)
    guard let x, let y else { return nil }
    return (x.0, y.0, min(x.1, y.1))
  }

  private mutating func number(_ field: String, _ text: String) -> (Double, Double)? {
    switch DecimalNumber.parse(text) {
    case .number(let value, let decimals):
      var precision = 0.5
      for _ in 0..<min(decimals, 20) { precision /= 10 }
      return (value, precision)
    case .notFinite:
      error("coordinates-not-finite", field, text, "The coordinate is not a finite number.")
    case .unreadable:
      let detail =
        if text.isEmpty {
          "One of two coordinates is empty: fill it or empty both."
        } else if let decimal = DegreesText.decimal(text) {
          "The coordinate is written in degrees and minutes: write \(decimal)."
        } else {
          "The coordinate is no number: 6711000.5 or 6711000,5, no degrees and minutes."
        }
      error("coordinates-unreadable", field, text, detail)
    }
    return nil
  }

  /// Nil, with an error, when two positions differ from what is stored and from each other.
  private mutating func choose(_ candidates: [Candidate], stored: DeliveredPosition?) -> DeliveredPosition? {
    guard candidates.count > 1 else {
      var position = candidates[0].position
      position.accuracy = stored?.accuracy
      return position
    }
    var edits = candidates
    if let stored {
      edits = candidates.filter { candidate in
        !agree(candidate.position, stored, within: min(candidate.precision, 0.01) + 0.002)
      }
      if edits.isEmpty { return stored }
    }
    edits.sort { $0.precision < $1.precision }
    let best = edits[0]
    for edit in edits.dropFirst() where !agree(edit.position, best.position, within: edit.precision * 2 + 0.005) {
      error(
        "coordinates-disagree", edit.field, edit.text,
        "The row's positions are different points (\(best.field): \(best.text), EPSG:\(best.position.srid)): correct or "
          + "empty one.")
      return nil
    }
    // Of positions that agree the one with its own CRS is what was delivered first: an export tells all forms of it.
    var position =
      edits.first { stored == nil && $0.field == "x" && !(raw("srid") ?? "").isEmpty }?.position ?? best.position
    position.accuracy = stored?.accuracy
    return position
  }

  /// Whether two positions are the same point within a distance in metres; taken to be so when no way to compare is
  /// known.
  private func agree(_ a: DeliveredPosition, _ b: DeliveredPosition, within metres: Double) -> Bool {
    let first = Coordinate(x: a.x, y: a.y)
    let second = Coordinate(x: b.x, y: b.y)
    if a.srid == b.srid, first == second { return true }
    let index = PlacePosition.indexSRID
    if let transform = mapper.options.transform {
      guard let one = try? transform(first, a.srid, index), let other = try? transform(second, b.srid, index) else {
        return false
      }
      return abs(one.x - other.x) <= metres && abs(one.y - other.y) <= metres
    }
    guard a.srid == b.srid else { return true }
    let scale = a.srid == PlacePosition.geographicSRID ? 111_320.0 : 1
    return abs(a.x - b.x) * scale <= metres && abs(a.y - b.y) * scale <= metres
  }
}
