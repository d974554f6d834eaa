import Places

/// An address as a row of an import delivers it, checked and in the forms that the register stores.
public struct DeliveredAddress: Sendable {
  /// What a file can say of an address; of what it has no column for it says nothing.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    case building = "building_id"
    case streetFi = "street_fi"
    case streetSv = "street_sv"
    /// Number, end of the range, letter.
    case number
    case postalCode = "postal_code"
    case municipality
    case position = "srid"

    /// The database's columns; the first one tells whether the cell is empty.
    var columns: [String] {
      switch self {
      case .building: ["building_id"]
      case .streetFi: ["street_fi", "folded_fi"]
      case .streetSv: ["street_sv", "folded_sv"]
      case .number: ["number", "number_end", "letter", "number_text"]
      case .postalCode: ["postal_code"]
      case .municipality: ["municipality"]
      case .position: ["srid", "x", "y", "lon", "lat", "e", "n", "geom"]
      }
    }
  }

  /// The physical line on which the row starts.
  public var line: Int
  /// The whole id, `<source>:<local>`; nil where the file has none, and where it can't be read.
  public var id: String?
  /// DVV's permanent building id, or the source's own.
  public var building: String?
  /// The street in Finnish and folded.
  public var streetFi, foldedFi: String?
  /// The street in Swedish and folded.
  public var streetSv, foldedSv: String?
  /// The house's number.
  public var number: HouseNumber?
  /// Five digits.
  public var postalCode: String?
  /// Three digits; nil: to be derived of position or postal code.
  public var municipality: String?
  /// Where it is.
  public var position: PlacePosition?
  /// Whether the row is written; one that was rejected or is out of the import's scope is only noted not to be missing.
  public var isTaken = true

  /// Makes an empty one.
  public init(line: Int) { self.line = line }

  static let stagedColumns = [
    "ordinal", "line", "taken", "id", "building_id", "street_fi", "street_sv", "number", "number_end", "letter",
    "number_text", "postal_code", "municipality", "srid", "x", "y", "lon", "lat", "e", "n", "folded_fi", "folded_sv",
  ]

  func write(to text: inout CopyText, ordinal: Int) {
    text.column(String(ordinal))
    text.column(String(line))
    text.column(isTaken ? "t" : "f")
    text.column(id)
    text.column(building)
    text.column(streetFi)
    text.column(streetSv)
    text.column(number.map { String($0.number) })
    text.column(number?.end.map { String($0) })
    text.column(number?.letter)
    text.column(number?.text)
    text.column(postalCode)
    text.column(municipality)
    if let position {
      let delivered = position.delivered
      text.column(String(delivered.srid))
      for value in [
        delivered.x, delivered.y, position.longitude, position.latitude, position.easting, position.northing,
      ] { text.column("\(value)") }
    } else {
      for _ in 0..<7 { text.column(nil as String?) }
    }
    text.column(foldedFi)
    text.column(foldedSv)
    text.endRow()
  }
}

/// What the import of a file of addresses did.
public struct AddressOutcome: Sendable {
  /// Addresses that are new.
  public var created = 0
  /// Those of which something changed, among them retired ones that came back.
  public var changed = 0
  /// Those that were as the file has them.
  public var unchanged = 0
  /// How many of the rows were known before.
  public var known = 0
  /// How many of those have another street and another number: ids that were given anew, perhaps.
  public var shifted = 0
  /// How many of those lose what a field says, and how many had it; only where at least three lose it.
  public var cleared: [(field: String, cleared: Int, of: Int)] = []
  /// How many new or changed ones lie outside the municipality given.
  public var outside = 0
  /// The first thousand of those that lie outside, by line.
  public var outsideRows: [(line: Int, id: String, municipality: String, found: String?)] = []
  /// The first thousand new or changed ones: which line, which id, what changed (nil: it is new).
  public var written: [(line: Int, id: String, fields: [String]?)] = []
}
