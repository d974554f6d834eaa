/// A file of places in which some rows are wrong in every way that an import rejects: seeded, so that it is the same
/// each time.
struct WrongRows {
  /// One way to be wrong.
  struct Kind: Sendable {
    let name: String
    /// The code of the error, and the field that it names; nil: the row as a whole.
    let code: String
    let field: String?
    /// A part of the advice that the row must get.
    let advice: String
    /// The cells that are wrong, and what puts them right. A cell without a mend becomes the honest row's again.
    var cells: [String: String] = [:]
    var mend: [String: String] = [:]
    var damage = Damage.none

    init(
      _ name: String, _ code: String, _ field: String?, _ advice: String, _ cells: [String: String] = [:],
      mend: [String: String] = [:], damage: Damage = .none
    ) {
      self.name = name
      self.code = code
      self.field = field
      self.advice = advice
      self.cells = cells
      self.mend = mend
      self.damage = damage
    }
  }

  /// What is done to the row's bytes rather than its cells.
  enum Damage: Sendable {
    case none, extraCell, missingCell, textAfterQuote, noText, zero, tooLong
  }

  /// A wrong row in the file.
  struct Row: Sendable {
    let kind: Kind
    /// The physical line on which it starts.
    let line: Int
    /// All cells once it is mended.
    let mended: [String]
  }

  static let header = [
    "id", "name_fi", "name_sv", "description_fi", "street_address_fi", "postal_code", "municipality", "x", "y", "srid",
    "lon", "lat", "wkt", "parent", "identifiers", "opening_hours", "info_url_fi", "urls", "kind", "operating_status",
    "operating_status_from", "operating_status_to", "verified_time", "status",
  ]

  /// The file, UTF-8 but for the rows that are no text.
  private(set) var bytes: [UInt8] = []
  /// The wrong rows in their order.
  private(set) var wrong: [Row] = []
  /// How many rows there are, header not counted.
  private(set) var count = 0
  private var line = 1
  private var random: UInt64

  /// Makes a file with each kind once to three times.
  init(rows: Int = 10_000, seed: UInt64 = 5) {
    random = seed
    append(Self.header.joined(separator: ","))
    var places: [Int: Kind] = [:]
    for kind in Self.kinds {
      for _ in 0..<(1 + next(3)) {
        // The first rows are honest: later ones refer to them.
        var at = 10 + next(rows - 10)
        while places[at] != nil { at = 10 + next(rows - 10) }
        places[at] = kind
      }
    }
    for index in 0..<rows { add(index, places[index]) }
  }

  /// The wrong rows, mended, as a file of their own.
  var mendedFile: [UInt8] {
    var file = self
    file.bytes = []
    file.append(Self.header.joined(separator: ","))
    for row in wrong { file.append(Self.text(row.mended)) }
    return file.bytes
  }

  private mutating func add(_ index: Int, _ kind: Kind?) {
    count += 1
    let honest = honestRow(index)
    guard let kind else { return append(Self.text(Self.header.map { honest[$0] ?? "" })) }
    func fill(_ text: String) -> String { text.replacing("#", with: "\(index)") }
    let spoilt = honest.merging(kind.cells.mapValues(fill)) { _, cell in cell }
    let mended = honest.merging(kind.mend.mapValues(fill)) { _, cell in cell }
    wrong.append(Row(kind: kind, line: line, mended: Self.header.map { mended[$0] ?? "" }))
    append(Self.header.map { spoilt[$0] ?? "" }, kind.damage)
  }

  private mutating func honestRow(_ index: Int) -> [String: String] {
    var row = [
      "id": "p\(index)", "name_fi": "Paikka \(index)", "postal_code": ["20100", "20540", "00100"][next(3)],
      "municipality": ["853", "Turku", "Åbo", "202"][next(4)],
    ]
    row["street_address_fi"] = "Katu, raput \"\(index % 90)\" \(1 + next(80))"
    if next(3) > 0 { row["name_sv"] = "Plats \(index)" }
    // Several lines in one cell: the lines told are those of the file, not numbers of rows.
    if next(40) == 0 { row["description_fi"] = "Kaksi\nriviä" }
    switch next(4) {
    case 0: break
    case 1:
      row["lon"] = "22.\(200 + next(99))"
      row["lat"] = "60,4\(1000 + next(900))"
    default:
      row["x"] = "\(230_000 + next(20_000)).5"
      row["y"] = "67\(10 + next(9)) \(100 + next(900)),25"
      row["srid"] = "3067"
    }
    if next(5) == 0 { row["identifiers"] = "tprek=\(index);ptv=a-\(index)" }
    if next(5) == 0 { row["parent"] = index % 2 == 0 ? "p1" : "test:p2" }
    if next(4) == 0 { row["opening_hours"] = "Mo-Fr 09:00-17:00; Sa 10:00-14:00" }
    if next(9) == 0 { row["info_url_fi"] = "https://example.org/\(index)?a=1" }
    if next(9) == 0 { row["operating_status_from"] = "1.6.2026" }
    if index == 0 { row["identifiers"] = "tprek=first" }
    return row
  }

  private static func text(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { ",\"\n".contains($0) } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }.joined(separator: ",")
  }

  private mutating func append(_ cells: [String], _ damage: Damage) {
    var cells = cells
    switch damage {
    case .none: append(Self.text(cells))
    case .extraCell: append(Self.text(cells + ["more"]))
    case .missingCell: append(Self.text(cells.dropLast(2)))
    case .tooLong:
      cells[3] = String(repeating: "pitkä ", count: 200_000)
      append(Self.text(cells))
    case .textAfterQuote, .noText, .zero:
      cells[1] = "@"
      let parts = Self.text(cells).utf8.split(separator: UInt8(ascii: "@"), maxSplits: 1)
      let name: [UInt8] =
        switch damage {
        case .textAfterQuote: Array("\"Sali\" 2".utf8)
        case .noText: Array("S".utf8) + [0xE4, 0x6C, 0xE4]
        default: Array("Sa".utf8) + [0] + Array("li".utf8)
        }
      bytes += Array(parts[0]) + name + Array(parts[1]) + [0x0A]
      line += 1 + parts[1].count { $0 == 0x0A }
    }
  }

  private mutating func append(_ text: String) {
    bytes += Array(text.utf8) + [0x0A]
    line += 1 + text.utf8.count { $0 == 0x0A }
  }

  /// SplitMix64.
  private mutating func next(_ bound: Int) -> Int {
    random &+= 0x9E37_79B9_7F4A_7C15
    var z = random
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

extension WrongRows {
  private static func at(
    x: String = "", y: String = "", srid: String = "", lon: String = "", lat: String = "", wkt: String = ""
  ) -> [String: String] {
    ["x": x, "y": y, "srid": srid, "lon": lon, "lat": lat, "wkt": wkt]
  }

  /// Kupittaa in Turku.
  private static let metres = at(x: "240972.6", y: "6710068.2", srid: "3067")
  private static let gk23 = at(x: "23460952.7", y: "6703718.4", srid: "3877")
  private static let degrees = at(lon: "22.2907", lat: "60.4437")

  /// Every kind; `#` in a cell is the row's number.
  static let kinds: [Kind] = rowKinds + positionKinds + fieldKinds

  private static let rowKinds: [Kind] = [
    Kind("no id", "missing-id", "id", "no id", ["id": ""]),
    Kind("an id with a space", "id", "id", "without control characters, space or comma", ["id": "a b"]),
    Kind("an id of another source", "id", "id", "not the source of this import", ["id": "other:#"]),
    Kind("an earlier row's id", "duplicate-id", "id", "give each row its own", ["id": "p3"]),
    Kind("no name", "missing-name", "name_fi", "no name", ["name_fi": "", "name_sv": ""]),
    Kind("a cell too many", "columns", nil, "not quoted", damage: .extraCell),
    Kind("cells missing", "columns", nil, "cut off", damage: .missingCell),
    Kind("text behind a quote", "quote", nil, "written twice", damage: .textAfterQuote),
    Kind("bytes that are no text", "encoding", nil, "no text in UTF-8", damage: .noText),
    Kind("a NUL", "nul", nil, "Remove it", damage: .zero),
    Kind("a row of a megabyte", "row-length", nil, "longer than 1 MB", damage: .tooLong),
  ]

  private static let positionKinds: [Kind] = [
    Kind(
      "x alone", "coordinates-unreadable", "y", "fill it or empty both", at(x: "240972", srid: "3067"), mend: metres),
    Kind(
      "no number", "coordinates-unreadable", "x", "no number", at(x: "24O972", y: "6710068", srid: "3067"), mend: metres
    ),
    Kind(
      "degrees and minutes", "coordinates-unreadable", "lat", "write 60.4436667",
      at(lon: "22.29", lat: "60°26'37.2\"N"),
      mend: degrees),
    Kind("not a number", "coordinates-not-finite", "lon", "finite", at(lon: "NaN", lat: "60.4"), mend: degrees),
    Kind("infinite", "coordinates-not-finite", "y", "finite", at(x: "1", y: "1e999", srid: "3067"), mend: metres),
    Kind(
      "no point", "coordinates-unreadable", "wkt", "POINT (22.27 60.45)", at(srid: "4326", wkt: "POINT(22)"),
      mend: degrees),
    Kind(
      "no system", "coordinates-unreadable", "srid", "EPSG code", at(x: "23460952", y: "6703718", srid: "gk23"),
      mend: gk23),
    Kind(
      "an unknown system", "crs-unknown", "srid", "3067", at(x: "23460952", y: "6703718", srid: "99999"), mend: gk23),
    Kind("Stockholm", "outside-finland", "lon", "outside Finland", at(lon: "18.06", lat: "59.33"), mend: degrees),
    Kind(
      "swapped axes", "outside-finland", "x", "--assume swapped, or write 240972.6 6710068.2.",
      at(x: "6710068.2", y: "240972.6", srid: "3067"), mend: metres),
    Kind(
      "latitude first", "outside-finland", "lon", "--assume swapped, or write 22.2907 60.4437.",
      at(lon: "60.4437", lat: "22.2907"), mend: degrees),
    Kind(
      "the wrong zone", "outside-finland", "x", "--assume zone:3877", at(x: "23460952.7", y: "6703718.4", srid: "3879"),
      mend: gk23),
    Kind(
      "no zone prefix", "outside-finland", "x", "lacks the zone's prefix 23",
      at(x: "460952.7", y: "6703718.4", srid: "3877"), mend: gk23),
    Kind(
      "degrees in columns of metres", "outside-finland", "x", "--assume crs:EPSG:4326",
      at(x: "22.2907", y: "60.4437", srid: "3067"), mend: degrees),
    Kind(
      "metres in columns of degrees", "outside-finland", "lon", "--assume crs:EPSG:3067",
      at(lon: "240972.6", lat: "6710068.2"), mend: metres),
    Kind(
      "the old grid as the new one", "outside-finland", "x", "--assume crs:EPSG:2393",
      at(x: "3241036", y: "6712988", srid: "3067"), mend: at(x: "3241036", y: "6712988", srid: "2393")),
    Kind(
      "two positions", "coordinates-disagree", "lon", "different points",
      metres.merging(["lon": "22.5", "lat": "60.5"]) { $1 }, mend: metres),
  ]

  private static let fieldKinds: [Kind] = [
    Kind("four digits", "postal-code", "postal_code", "Write 02010", ["postal_code": "2010"]),
    Kind("letters", "postal-code", "postal_code", "five digits", ["postal_code": "2O100"]),
    Kind("an unknown code", "unknown-municipality", "municipality", "three-digit code", ["municipality": "999"]),
    Kind("an unknown name", "unknown-municipality", "municipality", "its name", ["municipality": "Atlantis"]),
    Kind("no municipality", "municipality", "municipality", "three digits", ["municipality": "20100"]),
    Kind("an unknown parent", "unknown-parent", "parent", "no place with this id", ["parent": "nowhere"]),
    Kind("its own parent", "parent", "parent", "empty the cell", ["parent": "p#"]),
    Kind("no id of a parent", "parent", "parent", "the id of another place", ["parent": "a b"]),
    Kind("no identifier", "identifier", "identifiers", "scheme=value", ["identifiers": "tprek"]),
    Kind(
      "another's identifier", "identifier-taken", "identifiers", "test:p0 has this", ["identifiers": "tprek=first"]),
    Kind(
      "no opening hours", "opening-hours", "opening_hours", "not a word of the language",
      ["opening_hours": "katso verkkosivuilta"]),
    Kind("no web address", "web-address", "info_url_fi", "Write https://", ["info_url_fi": "www.example.org"]),
    Kind("no kind of address", "web-address", "urls", "one of website", ["urls": "web=https://example.org"]),
    Kind("no kind", "kind", "kind", "venue", ["kind": "hall"]),
    Kind("no operating status", "operating-status", "operating_status", "one of open", ["operating_status": "shut"]),
    Kind(
      "no day", "operating-status", "operating_status_from", "yyyy-mm-dd", ["operating_status_from": "31.2.2026"]),
    Kind(
      "the end first", "operating-status", "operating_status_to", "before the first",
      ["operating_status_from": "2026-06-01", "operating_status_to": "2026-05-31"]),
    Kind("no time", "verified-time", "verified_time", "A time is", ["verified_time": "eilen"]),
    Kind("no publication status", "publication-status", "status", "public or draft", ["status": "julkinen"]),
  ]
}
