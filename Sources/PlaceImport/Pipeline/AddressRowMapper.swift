import Geodesy
import PlaceStore
import Places

/// Makes addresses of rows: a million of them, so that whatever comes again (streets, municipalities) is read once.
struct AddressRowMapper {
  let source: DataSourceID
  let columns: AddressColumns
  /// What the file says something about.
  let fields: Set<DeliveredAddress.Field>
  /// Whether rows have ids; else they are known by municipality, street, number and letter.
  let hasIDs: Bool
  let options: ImportOptions
  let crs: Int?
  let engine: CoordinateEngine
  let judge: PositionJudge
  private let gazetteer: Gazetteer
  private let postalCodes: [String: String?]
  /// `--where`: the codes of its municipalities and its postal codes; nil: all.
  private let scope: (municipalities: Set<String>?, postalCodes: Set<String>?)
  private let index: Columns
  private let idColumns: [Int]
  private var foldedStreets: [String: String] = [:]
  private var municipalities: [String: String] = [:]
  /// Hashes of the ids that earlier rows had: 64 bits each.
  private var seen: Set<Int> = []
  /// What is wrong with the row at hand.
  var problems: [ImportProblem] = []

  /// The fields' columns, looked up once.
  private struct Columns {
    let id, building, streetFi, streetSv, number, numberEnd, letter, postalCode, municipality: Int?
    let x, y, srid, lon, lat, wkt: Int?

    init(_ columns: [String: Int]) {
      (id, building, streetFi, streetSv) = (
        columns["id"], columns["building_id"], columns["street_fi"], columns["street_sv"]
      )
      (number, numberEnd, letter) = (columns["number"], columns["number_end"], columns["letter"])
      (postalCode, municipality) = (columns["postal_code"], columns["municipality"])
      (x, y, srid) = (columns["x"], columns["y"], columns["srid"])
      (lon, lat, wkt) = (columns["lon"], columns["lat"], columns["wkt"])
    }
  }

  init(
    header: [String], declaredCRS: DeclaredCRS?, options: ImportOptions, map: [String: String],
    engine: CoordinateEngine, judge: PositionJudge, gazetteer: Gazetteer, postalCodes: [String: String?]
  ) throws {
    source = options.source
    self.options = options
    self.engine = engine
    self.judge = judge
    self.gazetteer = gazetteer
    self.postalCodes = postalCodes
    scope = (
      try options.scope.codes(gazetteer).map { Set($0.map(\.description)) }, options.scope.postalCodes.map { Set($0) }
    )
    crs = options.crs ?? declaredCRS?.epsg
    columns = try AddressColumns(header: header, map: map, hasCRS: crs != nil)
    index = Columns(columns.columns)
    idColumns = try options.idFrom.map { name in
      guard let column = header.firstIndex(where: { $0.lowercased() == name.trimmed.lowercased() }) else {
        throw ImportFailure(
          "header", "--id-from: the file has no column \"\(name)\". Its columns: \(header.joined(separator: ", ")).",
          line: 1, flag: "--id-from")
      }
      return column
    }
    hasIDs = index.id != nil || !idColumns.isEmpty
    var fields: Set<DeliveredAddress.Field> = []
    if index.building != nil { fields.insert(.building) }
    if index.streetFi != nil { fields.insert(.streetFi) }
    if index.streetSv != nil { fields.insert(.streetSv) }
    if index.number != nil { fields.insert(.number) }
    if index.postalCode != nil { fields.insert(.postalCode) }
    if index.municipality != nil { fields.insert(.municipality) }
    if index.x != nil || index.lon != nil || index.wkt != nil { fields.insert(.position) }
    self.fields = fields
  }

  /// Whether `--where` leaves the address out.
  func isOutOfScope(_ address: DeliveredAddress) -> Bool {
    if let codes = scope.postalCodes, !(address.postalCode.map { codes.contains($0) } ?? false) { return true }
    guard let codes = scope.municipalities else { return false }
    let code = address.municipality ?? address.postalCode.flatMap { postalCodes[$0] ?? nil }
    return !(code.map { codes.contains($0) } ?? false)
  }

  /// The row's address, and in ``problems`` what is wrong with it; one that is rejected is not taken.
  mutating func map(_ row: SourceRow) -> DeliveredAddress {
    var address = DeliveredAddress(line: row.line)
    problems.removeAll(keepingCapacity: true)
    for note in row.notes {
      problems.append(ImportProblem(line: row.line, severity: .warning, code: note.code, detail: note.detail))
    }
    if let fault = row.fault {
      problems.append(ImportProblem(line: row.line, fault: fault, value: row.fields.first))
      address.isTaken = false
      return address
    }
    if hasIDs { readID(row, &address) }
    address.building = cell(index.building, row)
    readStreets(row, &address)
    readNumber(row, &address)
    if let code = cell(index.postalCode, row) { address.postalCode = readPostalCode(code, row, address.id) }
    if let text = cell(index.municipality, row) {
      address.municipality = municipality(text)
      if address.municipality == nil {
        error(
          row, address.id, "unknown-municipality", "municipality", text,
          "There is no such municipality: give its three-digit code or its name.")
      }
    }
    if fields.contains(.position), let position = position(row, address.id) {
      address.position = placed(position, row, address)
    }
    if problems.contains(where: { $0.severity == .error }) { address.isTaken = false }
    return address
  }

  /// The trimmed cell; nil when it is empty or the file lacks the column.
  func cell(_ column: Int?, _ row: SourceRow) -> String? {
    guard let column, column < row.fields.count else { return nil }
    let text = row.fields[column]
    guard let first = text.utf8.first else { return nil }
    // Nothing but ASCII letters, digits and signs at both ends: nothing to trim.
    if first > 0x20, first < 0x7F, let last = text.utf8.last, last > 0x20, last < 0x7F { return text }
    let trimmed = text.trimmed
    return trimmed.isEmpty ? nil : trimmed
  }

  mutating func error(
    _ row: SourceRow, _ id: String?, _ code: String, _ field: String, _ value: String?, _ detail: String
  ) {
    problems.append(
      ImportProblem(line: row.line, id: id, code: code, field: field, value: value ?? "", detail: detail))
  }

  // MARK: - The fields

  private mutating func readID(_ row: SourceRow, _ address: inout DeliveredAddress) {
    let local: String
    if idColumns.isEmpty {
      guard let text = cell(index.id, row) else {
        return error(row, nil, "missing-id", "id", "", "The row has no id.")
      }
      local = text
    } else {
      let values = idColumns.map { $0 < row.fields.count ? Folding.fold(row.fields[$0]) : "" }
      guard values.contains(where: { !$0.isEmpty }) else {
        return error(
          row, nil, "missing-id", "id", "", "No id can be made from the columns of --id-from: they are empty.")
      }
      local = values.filter { !$0.isEmpty }.joined(separator: "_").replacing(" ", with: "-")
    }
    guard let id = wholeID(local) else {
      return error(
        row, nil, "id", "id", local,
        "An id has 1–200 characters without space or comma, and before a colon only the source of this import "
          + "(\(source)).")
    }
    address.id = id
    if !seen.insert(id.hashValue).inserted {
      error(row, id, "duplicate-id", "id", id, "An earlier row of this file has this id: give each row its own.")
    }
  }

  /// A local part or a whole id of this source; nil when it is neither.
  private func wholeID(_ text: String) -> String? {
    let isPlain = text.utf8.count <= 200 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C && $0 != 0x3A }
    if isPlain { return "\(source.description):\(text)" }
    if text.contains(":") {
      guard let id = try? PlaceID(text), id.source == source else { return nil }
      return id.description
    }
    return (try? PlaceID(source: source, local: text))?.description
  }

  private mutating func readStreets(_ row: SourceRow, _ address: inout DeliveredAddress) {
    address.streetFi = cell(index.streetFi, row)
    address.streetSv = cell(index.streetSv, row)
    if address.streetFi == nil, address.streetSv == nil {
      error(
        row, address.id, "missing-street", index.streetFi == nil ? "street_sv" : "street_fi", "",
        "The address has no street, neither in Finnish nor in Swedish.")
    }
    address.foldedFi = address.streetFi.map { folded($0) }
    address.foldedSv = address.streetSv.map { folded($0) }
  }

  private mutating func folded(_ street: String) -> String {
    if let known = foldedStreets[street] { return known }
    if foldedStreets.count > 50_000 { foldedStreets.removeAll(keepingCapacity: true) }
    let folded = Folding.fold(street)
    foldedStreets[street] = folded
    return folded
  }

  private mutating func readNumber(_ row: SourceRow, _ address: inout DeliveredAddress) {
    guard let text = cell(index.number, row) else {
      for (field, column) in [("number_end", index.numberEnd), ("letter", index.letter)] {
        guard let value = cell(column, row) else { continue }
        error(row, address.id, "house-number", field, value, "There is no number that this belongs to: fill number.")
      }
      return
    }
    do throws(InvalidValue) {
      var number = try HouseNumber(text)
      if let end = cell(index.numberEnd, row) {
        let parsed = try? HouseNumber(end)
        guard let parsed, parsed.end == nil, parsed.text == nil, parsed.number >= number.number else {
          throw InvalidValue(
            "house-number", value: end, "The end of a range is a number that is not below its beginning (\(text)).")
        }
        if parsed.number != number.number || number.end != nil { number.end = parsed.number }
        if number.letter == nil { number.letter = parsed.letter }
      }
      if let letter = cell(index.letter, row) { number.letter = letter }
      address.number = number
    } catch {
      self.error(row, address.id, error.code, error.value == text ? "number" : "number_end", error.value, error.detail)
    }
  }

  private mutating func readPostalCode(_ text: String, _ row: SourceRow, _ id: String?) -> String? {
    if postalCodes[text] != nil { return text }
    do throws(InvalidValue) {
      let code = try PostalCode(text)
      // A registry without postal codes can't tell.
      if !postalCodes.isEmpty {
        problems.append(
          ImportProblem(
            line: row.line, id: id, severity: .warning, code: "unknown-postal-code", field: "postal_code", value: text,
            detail: "The postal code is not in the register."))
      }
      return code.description
    } catch {
      let isShort = (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      let padded = String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
      if isShort, options.assumptions.leadingZeros {
        problems.append(
          ImportProblem(
            line: row.line, id: id, severity: .warning, code: "assumed-leading-zeros", field: "postal_code",
            value: text, detail: "Taken as \(padded), as assumed."))
        return padded
      }
      let hint =
        isShort
        ? " Did a spreadsheet drop leading zeros? Write \(padded), or give --assume leading-zeros for all such rows."
        : ""
      self.error(row, id, error.code, "postal_code", text, error.detail + hint)
      return nil
    }
  }

  private mutating func municipality(_ text: String) -> String? {
    if let known = municipalities[text] { return known.isEmpty ? nil : known }
    if municipalities.count > 10_000 { municipalities.removeAll(keepingCapacity: true) }
    let found = gazetteer.find(text)?.code.description
    municipalities[text] = found ?? ""
    return found
  }

  // MARK: - The position

  private mutating func position(_ row: SourceRow, _ id: String?) -> DeliveredPosition? {
    let before = problems.count
    var found: [(position: DeliveredPosition, field: String)] = []
    if let (x, y) = pair(row, id, ("x", index.x), ("y", index.y)) {
      if let srid = srid(row, id, "x", "\(x) \(y)") { found.append((DeliveredPosition(srid: srid, x: x, y: y), "x")) }
    }
    if let (x, y) = pair(row, id, ("lon", index.lon), ("lat", index.lat)) {
      found.append((DeliveredPosition(srid: PlacePosition.geographicSRID, x: x, y: y), "lon"))
    }
    if let text = cell(index.wkt, row) {
      do {
        let (point, given) = try WKTPoint.parse(text)
        if let srid = given ?? srid(row, id, "wkt", text) {
          found.append((DeliveredPosition(srid: srid, x: point.x, y: point.y), "wkt"))
        }
      } catch let fault as RowFault {
        error(row, id, fault.code, "wkt", text, fault.detail)
      } catch let failure {
        error(row, id, "coordinates-unreadable", "wkt", text, "\(failure)")
      }
    }
    guard problems.count == before, let first = found.first else { return nil }
    for other in found.dropFirst() where !agree(first.position, other.position) {
      error(
        row, id, "coordinates-disagree", other.field, "\(other.position.x) \(other.position.y)",
        "The row's positions are different points (\(first.field): \(first.position.x) \(first.position.y), "
          + "EPSG:\(first.position.srid)): correct or empty one.")
      return nil
    }
    return first.position
  }

  /// The position in all forms; as it stands, or put right by an assumption, which is a warning.
  private mutating func placed(
    _ given: DeliveredPosition, _ row: SourceRow, _ address: DeliveredAddress
  ) -> PlacePosition? {
    // Nearly all rows lie where they may: who decides of the others is dear.
    if judge.wholeFile == nil, let position = try? PlacePosition(given, engine: engine) { return position }
    let area = judge.areas?.box(
      municipality: address.municipality ?? cell(index.municipality, row), postalCode: address.postalCode)
    var position = given
    switch judge.rule(given, in: area) {
    case .taken: break
    case .mended(let mended, let mend):
      position = mended
      problems.append(
        ImportProblem(
          line: row.line, id: address.id, severity: .warning, code: mend.warningCode, field: "position",
          value: "\(given.x) \(given.y)",
          detail: "Taken as \(mended.x) \(mended.y), EPSG:\(mended.srid): \(mend.words(for: given)), as assumed."))
    case .refused(let code, let detail, let isOfSRID):
      error(
        row, address.id, code, isOfSRID && cell(index.srid, row) != nil ? "srid" : "position",
        isOfSRID ? "EPSG:\(given.srid)" : "\(given.x) \(given.y)", detail)
      return nil
    }
    do { return try PlacePosition(position, engine: engine) } catch let invalid as InvalidValue {
      error(row, address.id, invalid.code, "position", invalid.value, invalid.detail)
    } catch let failure {
      error(
        row, address.id, "coordinates", "position", "\(position.x) \(position.y)",
        "The position can't be transformed: \(failure)")
    }
    return nil
  }

  /// Whether two positions are the same point but for rounding: to a metre, or to five decimals of a degree.
  private func agree(_ a: DeliveredPosition, _ b: DeliveredPosition) -> Bool {
    let metres = PlacePosition.indexSRID
    guard let one = try? engine.transform(Coordinate(x: a.x, y: a.y), from: a.srid, to: metres).coordinate,
      let other = try? engine.transform(Coordinate(x: b.x, y: b.y), from: b.srid, to: metres).coordinate
    else { return false }
    return abs(one.x - other.x) <= 1.2 && abs(one.y - other.y) <= 1.2
  }

  private mutating func srid(_ row: SourceRow, _ id: String?, _ field: String, _ value: String) -> Int? {
    if let text = cell(index.srid, row) {
      if text == "3067" { return 3067 }
      if let code = DeclaredCRS(name: text).epsg { return code }
      error(row, id, "coordinates-unreadable", "srid", text, "The column srid holds an EPSG code, such as 3067.")
      return nil
    }
    if let crs { return crs }
    error(
      row, id, "coordinates-unreadable", field, value,
      "The coordinate reference system is not known: fill the column srid or give --crs EPSG:3067.")
    return nil
  }

  private mutating func pair(
    _ row: SourceRow, _ id: String?, _ first: (field: String, column: Int?), _ second: (field: String, column: Int?)
  ) -> (Double, Double)? {
    guard first.column != nil, second.column != nil else { return nil }
    let one = cell(first.column, row)
    let other = cell(second.column, row)
    guard one != nil || other != nil else { return nil }
    let x = number(row, id, first.field, one)
    let y = number(row, id, second.field, other)
    guard let x, let y else { return nil }
    return (x, y)
  }

  private mutating func number(_ row: SourceRow, _ id: String?, _ field: String, _ text: String?) -> Double? {
    guard let text else {
      error(
        row, id, "coordinates-unreadable", field, "", "One of two coordinates is empty: fill it or empty both.")
      return nil
    }
    if let whole = Int(text), abs(whole) < 1 << 50 { return Double(whole) }
    switch DecimalNumber.parse(text) {
    case .number(let value, _): return value
    case .notFinite: error(row, id, "coordinates-not-finite", field, text, "The coordinate is not a finite number.")
    case .unreadable:
      error(
        row, id, "coordinates-unreadable", field, text,
        "The coordinate is no number: 6711000.5 or 6711000,5, no degrees and minutes.")
    }
    return nil
  }
}
