import Geodesy
import Places

/// The cells of one object under the registry's names of columns, and what is to be told of it.
struct ShapedCells {
  /// Column → cell; a column that is absent here is empty in the row.
  private(set) var values: [String: String] = [:]
  /// Columns in the order in which they came.
  private(set) var columns: [String] = []
  var notes: [RowFault] = []
  var fault: RowFault?
  /// Why the object makes no row, where that is no mistake: told once for all such.
  var leftOut: String?

  subscript(column: String) -> String {
    get { values[column] ?? "" }
    set { if values.updateValue(newValue, forKey: column) == nil { columns.append(column) } }
  }

  mutating func note(_ code: String, _ detail: String) { notes.append(RowFault(code, detail)) }

  /// Sets a column for each language that is known here; others are told.
  mutating func localized(_ field: String, _ texts: [(language: String, text: String)]) {
    for (language, text) in texts where !text.isEmpty {
      guard let known = Language(rawValue: language.lowercased().replacing("-", with: "_")) else {
        note("language", "\(field) in the language \"\(language)\" is left out: \(text.prefix(100))")
        continue
      }
      self["\(field)_\(known.rawValue)"] = text
    }
  }
}

/// A known form of JSON, recognised by an object's keys. A new one is one file in `Shapes/`.
struct JSONShape: Sendable {
  /// What messages call it.
  let name: String
  /// What its objects are.
  let kind: ImportKind
  /// The columns that the format always has: what an object lacks is emptied.
  let header: [String]
  /// Whether objects may bring further columns (languages, custom data): the file is then gone through beforehand.
  var hasMoreColumns = true
  let recognises: @Sendable (JSONValue) -> Bool
  let cells: @Sendable (JSONValue, Surroundings) -> ShapedCells

  /// What stands round the objects.
  struct Surroundings: Sendable {
    /// Text members of the document before the objects.
    var envelope: [String: String] = [:]
    /// Takes a position to another CRS; nil: positions are not compared.
    var transform: PlaceRowMapper.Transform?
  }

  static let all: [JSONShape] = [.ptv, .turkuServicePoints, .turkuAddresses, .tprek, .linkedEvents]

  /// The columns of addresses.
  static let addressFields = [
    "id", "building_id", "street_fi", "street_sv", "number", "number_end", "letter", "postal_code", "municipality", "x",
    "y", "srid", "lon", "lat", "wkt",
  ]

  /// `name_fi`, `name_sv`, `name_en`
  static func columns(_ fields: String...) -> [String] {
    fields.flatMap { field in ["fi", "sv", "en"].map { "\(field)_\($0)" } }
  }
}

extension JSONValue {
  /// The trimmed text or number of a member; empty where there is none.
  func text(_ keys: String...) -> String {
    var value = self
    for key in keys {
      guard let member = value[key] else { return "" }
      value = member
    }
    return value.isNested ? "" : value.cell.trimmed
  }

  /// The elements of a member that is an array.
  func list(_ key: String) -> [JSONValue] { self[key]?.arrayValue ?? [] }

  /// The texts of an object by language, such as `{"fi": …, "sv": …}`.
  func texts(_ key: String) -> [(language: String, text: String)] {
    (self[key]?.members ?? []).filter { !$0.value.isNested }.map { ($0.key, $0.value.cell.trimmed) }
  }
}
