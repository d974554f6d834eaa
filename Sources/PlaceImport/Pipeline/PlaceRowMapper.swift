import Geodesy
import Places

/// What a row makes of a place.
public struct MappedRow: Sendable {
  /// The place; nil when the row is rejected.
  public var place: Place?
  /// What stands in the column `municipality`, a code or a name in any language, for the store to look up; nil when the
  /// column is absent, empty or as it was delivered last.
  public var municipalityText: String?
  /// The cells as delivered, by field, to be kept as the last delivered row.
  public var delivered: JSONValue
  /// All that is wrong with the row.
  public var problems: [ImportProblem]

  /// Whether the row is rejected.
  public var isRejected: Bool { place == nil }

  /// Of a row that was not looked at yet.
  static let empty = MappedRow(place: nil, municipalityText: nil, delivered: .object([]), problems: [])
}

/// Makes places of a CSV file's rows, as CONTRACT section 9 says.
public struct PlaceRowMapper: Sendable {
  /// Takes a position from one EPSG code to another; `CoordinateEngine` does.
  public typealias Transform = @Sendable (Coordinate, _ from: Int, _ to: Int) throws -> Coordinate

  /// What a mapper may be told beside header and source.
  public struct Options: Sendable {
    /// The EPSG code of `x` and `y` (`--crs`).
    public var crs: Int?
    /// Field → column (`--map`).
    public var map: [String: String] = [:]
    /// Columns that the id is made from (`--id-from`).
    public var idFrom: [String] = []
    /// Whether rows go without an id (`--match-by`): `apply` is then given it.
    public var isIDOptional = false
    /// Whether an empty cell keeps what is stored (`--empty keep`).
    public var emptyKeeps = false
    /// Whether unknown columns become custom data (`--keep-unmapped`).
    public var keepsUnmapped = false
    /// Compares positions given in several CRSs in one row; without it only those of one CRS are compared.
    public var transform: Transform?
    /// What the user has agreed to (`--assume`).
    public var assumptions = Assumptions()
    /// Decides of positions; without it every position in Finland is taken.
    public var judge: PositionJudge?

    /// Makes the default options.
    public init() {}
  }

  /// The source that rows come from.
  public let source: DataSourceID
  /// Columns that are no field and not kept, to be named in the report.
  public let unknownColumns: [String]
  /// Unknown columns that look like a field.
  public let suggestions: [ColumnSuggestion]
  let options: Options
  let mapping: ColumnMapping
  let localized: [LocalizedField: [(language: Language, field: String)]]
  let customFields: [(key: String, field: String)]
  let fields: [(name: String, column: Int)]
  private let idColumns: [Int]

  /// Reads the header in any case. Throws ``ImportFailure`` naming `--map` or `--crs` when id, name, half a pair of
  /// coordinates or the CRS is missing.
  public init(header: [String], source: DataSourceID, options: Options = Options()) throws {
    self.source = source
    self.options = options
    mapping = try ColumnMapping(header: header, map: options.map)
    try mapping.validate(needsID: options.idFrom.isEmpty && !options.isIDOptional, hasCRS: options.crs != nil)
    idColumns = try options.idFrom.map { name in
      guard let column = header.firstIndex(where: { $0.lowercased() == name.trimmed.lowercased() }) else {
        throw ImportFailure(
          "header", "--id-from: the file has no column \"\(name)\". Its columns: \(header.joined(separator: ", ")).",
          line: 1, flag: "--id-from")
      }
      return column
    }
    unknownColumns = options.keepsUnmapped ? [] : mapping.unknown.map { header[$0] }
    suggestions = mapping.suggestions
    var localized: [LocalizedField: [(Language, String)]] = [:]
    for field in LocalizedField.allCases {
      let columns = Language.allCases.map { ($0, "\(field.rawValue)_\($0.rawValue)") }
      localized[field] = columns.filter { [mapping] in mapping.has($0.1) }
    }
    self.localized = localized
    var fields = mapping.columns.map { (name: $0.key, column: $0.value) }
    if options.keepsUnmapped {
      fields += mapping.unknown.map { (name: "custom_data.\(header[$0])", column: $0) }
    }
    self.fields = fields.sorted { $0.column < $1.column }
    customFields = self.fields.compactMap { field in
      field.name.hasPrefix("custom_data.") ? (String(field.name.dropFirst(12)), field.name) : nil
    }
  }

  /// The same with `crs` and `map` given one by one.
  public init(header: [String], source: DataSourceID, crs: Int?, map: [String: String] = [:]) throws {
    var options = Options()
    options.crs = crs
    options.map = map
    try self.init(header: header, source: source, options: options)
  }

  /// Whether the file says anything about positions.
  public var hasPosition: Bool { ["x", "lon", "wkt"].contains(where: mapping.has) }

  /// The row's id, or why it has none (`missing-id`, `id`, or the row's own fault).
  public func id(of row: SourceRow) -> Result<PlaceID, ImportProblem> {
    if let fault = row.fault {
      return .failure(ImportProblem(line: row.line, fault: fault, value: row.fields.first))
    }
    if !idColumns.isEmpty { return idFromColumns(row) }
    let text = cell("id", row) ?? ""
    guard !text.isEmpty else {
      return .failure(
        ImportProblem(line: row.line, code: "missing-id", field: "id", value: "", detail: "The row has no id."))
    }
    return Result { try id(text) }.mapError { error in
      ImportProblem(line: row.line, code: "id", field: "id", value: text, detail: "\(error)")
    }
  }

  /// A local part or a whole id of this source.
  private func id(_ text: String) throws -> PlaceID {
    guard let colon = text.firstIndex(of: ":") else { return try PlaceID(source: source, local: text) }
    if text[..<colon] == source.description { return try PlaceID(text) }
    throw InvalidValue(
      "id", value: text,
      "\"\(text[..<colon])\" is not the source of this import (\(source)): import it with its own --source, or write "
        + "\(source):\(text) if this is the part after the source.")
  }

  private func idFromColumns(_ row: SourceRow) -> Result<PlaceID, ImportProblem> {
    let values = idColumns.map { $0 < row.fields.count ? Folding.fold(row.fields[$0]) : "" }
    let local = values.filter { !$0.isEmpty }.joined(separator: "_").replacing(" ", with: "-")
    guard values.contains(where: { !$0.isEmpty }), let id = try? PlaceID(source: source, local: local) else {
      return .failure(
        ImportProblem(
          line: row.line, code: "missing-id", field: "id", value: local,
          detail: "No id can be made from the columns of --id-from: they are empty or too long."))
    }
    return .success(id)
  }

  /// The trimmed text of a field's cell; nil when the file lacks the column.
  func cell(_ field: String, _ row: SourceRow) -> String? {
    guard let column = mapping.columns[field] else { return nil }
    return column < row.fields.count ? row.fields[column].trimmed : nil
  }

  /// Whether the row says what it said when it was delivered last, in every cell.
  func says(_ row: SourceRow, nothingSince last: JSONValue) -> Bool {
    guard row.fault == nil, let members = last.members, members.count == fields.count else { return false }
    return fields.allSatisfy { field in
      let text = field.column < row.fields.count ? row.fields[field.column].trimmed : ""
      return last[field.name]?.stringValue == text
    }
  }

  /// What the row makes of the place that is there: absent columns keep, empty cells clear (kind and publication status
  /// have no empty value and stay).
  ///
  /// `id` takes the place of the row's own, `lastDelivered` is the source's previous row: cells that are as they were
  /// then leave the place alone.
  public func apply(
    _ row: SourceRow, to existing: Place?, id given: PlaceID? = nil, lastDelivered: JSONValue? = nil
  ) -> MappedRow {
    var problems: [ImportProblem] = []
    var id = given ?? existing?.id
    if row.fault != nil || id == nil {
      switch self.id(of: row) {
      case .success(let found): id = id ?? found
      case .failure(let problem):
        problems = [problem]
        if row.fault != nil {
          return MappedRow(place: nil, municipalityText: nil, delivered: .object([]), problems: problems)
        }
      }
    }
    var builder = PlaceRowBuilder(self, row: row, existing: existing, id: id, lastDelivered: lastDelivered)
    builder.build()
    problems += builder.problems
    let isRejected = problems.contains { $0.severity == .error }
    return MappedRow(
      place: isRejected ? nil : builder.place, municipalityText: builder.municipalityText,
      delivered: builder.delivered, problems: problems)
  }
}
