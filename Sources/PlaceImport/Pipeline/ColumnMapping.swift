import Places

/// An unknown column that looks like a field.
public struct ColumnSuggestion: Sendable, Hashable, CustomStringConvertible {
  /// The column as the header has it.
  public let column: String
  /// The field that it probably is.
  public let field: String

  /// `--map name_fi=Nimi`
  public var description: String {
    let argument = "\(field)=\(column)"
    return "--map " + (argument.contains { " ()\"'&;|$".contains($0) } ? "'\(argument)'" : argument)
  }
}

/// Which column holds which field.
struct ColumnMapping: Sendable {
  private(set) var columns: [String: Int] = [:]
  private(set) var unknown: [Int] = []
  let header: [String]

  init(header: [String], map: [String: String]) throws {
    self.header = header
    var problems: [String] = []
    var mapped = Set<Int>()
    for (name, column) in map.sorted(by: { $0.key < $1.key }) {
      guard let field = PlaceField.named(name) else {
        let near = PlaceField.suggestion(for: name).map { " Did you mean \($0)?" } ?? ""
        problems.append("--map \(name)=\(column): there is no field \"\(name)\".\(near)")
        continue
      }
      let found = header.indices.filter { header[$0].lowercased() == column.trimmed.lowercased() }
      guard found.count == 1 else {
        let reason = found.isEmpty ? "the file has no column \"\(column)\"" : "\(found.count) columns have this name"
        problems.append("--map \(name)=\(column): \(reason). Its columns: \(header.joined(separator: ", ")).")
        continue
      }
      columns[field] = found[0]
      mapped.insert(found[0])
    }
    let explicit = Set(columns.keys)
    for (index, name) in header.enumerated()
    where !mapped.contains(index) && !name.isEmpty && name.lowercased() != ImportFiles.reasonColumn {
      guard let field = PlaceField.named(name), !explicit.contains(field) else {
        unknown.append(index)
        continue
      }
      if let first = columns[field] {
        problems.append("The columns \(first + 1) and \(index + 1) are both named \"\(name)\": rename or remove one.")
      }
      columns[field] = index
    }
    if !problems.isEmpty { throw ImportFailure("header", problems.joined(separator: " "), line: 1, flag: "--map") }
  }

  func has(_ field: String) -> Bool { columns[field] != nil }

  var suggestions: [ColumnSuggestion] {
    var taken = Set(columns.keys)
    return unknown.compactMap { index in
      guard let field = PlaceField.suggestion(for: header[index]), taken.insert(field).inserted else { return nil }
      return ColumnSuggestion(column: header[index], field: field)
    }
  }

  /// Throws ``ImportFailure`` when the columns can't give places.
  func validate(needsID: Bool, hasCRS: Bool) throws {
    var problems: [String] = []
    var flag = "--map"
    func hint(_ wanted: (String) -> Bool, else text: String) -> String {
      suggestions.first { wanted($0.field) }.map { "Perhaps \($0)?" } ?? text
    }
    if needsID, !has("id") {
      let help = hint({ $0 == "id" }, else: "Name it with --map id=COLUMN")
      problems.append("No column holds the id. \(help) (or --id-from COL,COL).")
    }
    if !columns.keys.contains(where: { $0.hasPrefix("name_") }) {
      let help = hint({ $0.hasPrefix("name_") }, else: "Name it with --map name_fi=COLUMN.")
      problems.append("No column holds the name. \(help)")
    }
    for (one, other) in [("x", "y"), ("y", "x"), ("lon", "lat"), ("lat", "lon")] where has(one) && !has(other) {
      let help = hint({ $0 == other }, else: "Name it with --map \(other)=COLUMN.")
      problems.append("There is a column \(one), but none for \(other). \(help)")
    }
    if has("x"), has("y"), !hasCRS, !has("srid") {
      if problems.isEmpty { flag = "--crs" }
      problems.append(
        "x and y need a coordinate reference system: give --crs EPSG:3067 (or whichever it is) or a column srid.")
    }
    guard problems.isEmpty else {
      let list = header.filter { !$0.isEmpty }.joined(separator: ", ")
      throw ImportFailure(
        flag == "--crs" ? "crs-missing" : "header", problems.joined(separator: " ") + " The file's columns: \(list).",
        line: 1, flag: flag)
    }
  }
}
