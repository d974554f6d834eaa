/// The files that an import writes beside its report: rejected rows, the file with ids, the verdict on each row.
struct ImportFiles {
  /// The column that tells why a row was rejected; read again it means nothing.
  static let reasonColumn = "reject_reason"

  private var rejects: RowFile?
  private var ids: RowFile?
  private var verdicts: RowFile?
  private let width: Int
  /// The EPSG code that the rejects tell in a column of their own, because the file itself told it elsewhere.
  private let srid: String?
  /// Where the id stands in the file with ids; nil: before all others.
  private let idColumn: Int?

  /// Begins those files that were asked for, in the form of what is read.
  init(_ options: ImportOptions, reader: any RowReader, idColumn: Int?) throws {
    let delimiter = (reader.unwrapped as? CSVReader)?.delimiter
    width = reader.header.count
    self.idColumn = idColumn
    let names = Set(reader.header.map { $0.lowercased() })
    let tells = delimiter == nil && names.isSuperset(of: ["x", "y"]) && !names.contains("srid")
    srid = tells ? (options.crs ?? reader.declaredCRS?.epsg).map { String($0) } : nil
    let srid = srid
    rejects = try options.rejectsPath.map {
      try RowFile(
        path: $0, delimiter: delimiter, encoding: reader.encoding,
        header: reader.header + (srid == nil ? [] : ["srid"]) + [Self.reasonColumn])
    }
    ids = try options.idsPath.map {
      try RowFile(
        path: $0, delimiter: delimiter, encoding: reader.encoding,
        header: (idColumn == nil ? ["id"] : []) + reader.header)
    }
    verdicts = try options.verdictsPath.map {
      try RowFile(path: $0, delimiter: ",", encoding: .utf8, header: ["line", "id", "verdict", "fields", "problems"])
    }
  }

  /// Writes a row where it belongs.
  func add(_ row: SourceRow, _ verdict: RowVerdict, _ problems: [ImportProblem]) throws {
    let errors = problems.filter { $0.severity == .error }
    if let rejects, verdict.kind == .rejected {
      let filling = Array(repeating: "", count: max(0, width - row.fields.count))
      try rejects.add(row.fields + filling + (srid.map { [$0] } ?? []) + [Self.told(errors)])
    }
    if let ids, let id = verdict.id, verdict.kind != .rejected {
      var fields = row.fields
      if let idColumn, idColumn < fields.count { fields[idColumn] = id } else { fields.insert(id, at: 0) }
      try ids.add(fields)
    }
    try verdicts?.add([
      String(row.line), verdict.id ?? "", verdict.kind.rawValue, verdict.fields.joined(separator: " "),
      Self.told(problems),
    ])
  }

  private static func told(_ problems: [ImportProblem]) -> String {
    problems.map { problem in
      let place = problem.field.map { field in problem.value.map { "\(field) \"\($0)\": " } ?? "\(field): " } ?? ""
      return "\(problem.code): \(place)\(problem.detail)"
    }.joined(separator: " | ")
  }

  /// Gives the files their names.
  func finish() throws {
    for file in [rejects, ids, verdicts] { try file?.finish() }
  }
}
