import Geodesy
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
    let before = problems.count
    let candidates = [degrees(), projected(), wellKnownText()].compactMap { $0 }
    guard problems.count == before else { return }
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
    return Candidate(position: position, field: "lon", text: "\(x) \(y)", precision: precision * 111_320)
  }

  private mutating func projected() -> Candidate? {
    guard let (x, y, precision) = pair("x", "y"), let srid = srid(of: "x", "\(x) \(y)") else { return nil }
    let position = DeliveredPosition(srid: srid, x: x, y: y)
    let isDegrees = abs(x) <= 180 && abs(y) <= 90
    return Candidate(
      position: position, field: "x", text: "\(x) \(y)", precision: isDegrees ? precision * 111_320 : precision)
  }

  private mutating func wellKnownText() -> Candidate? {
    guard let text = raw("wkt"), !text.isEmpty else { return nil }
    do {
      let (point, given) = try WKTPoint.parse(text)
      guard let srid = given ?? srid(of: "wkt", text) else { return nil }
      return Candidate(
        position: DeliveredPosition(srid: srid, x: point.x, y: point.y), field: "wkt", text: text, precision: 0)
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
      error(
        "coordinates-unreadable", field, text,
        text.isEmpty
          ? "One of two coordinates is empty: fill it or empty both."
          : "The coordinate is no number: 6711000.5 or 6711000,5, no degrees and minutes.")
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
