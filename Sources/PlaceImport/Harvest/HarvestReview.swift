import Places

/// The places that a harvest leaves to a person, as a table to be filled in and given back.
public enum HarvestReview {
  private static let header = ["id", "name", "address", "resolved_id", "resolved_candidates"]

  /// Writes a table as Finnish spreadsheets read it; the column `resolved_id` is empty. Throws ``ImportFailure``.
  public static func write(_ doubts: [HarvestDoubt], to path: String) throws {
    let file = try RowFile(path: path, delimiter: ";", hasMark: true, header: header)
    for doubt in doubts {
      let candidates = doubt.candidates.map(ResolvedCells.candidate).joined(separator: " | ")
      try file.add([doubt.id, doubt.name, doubt.address, "", candidates])
    }
    try file.finish()
  }

  /// What a person said in such a table: by the id there the place's id here, nil where the word none stands; rows with
  /// an empty `resolved_id` are left out. Throws ``ImportFailure``.
  public static func read(_ path: String) throws -> [String: String?] {
    var reader = try CSVReader(TextSource(path: path)) { header.contains($0.lowercased()) }
    let columns = ["id", "resolved_id"].compactMap { name in reader.header.firstIndex { $0.lowercased() == name } }
    guard columns.count == 2 else {
      throw ImportFailure(
        "unknown-column", "\(path) needs the columns id and resolved_id, as --review writes them.", flag: "--decisions")
    }
    var decisions: [String: String?] = [:]
    while let row = try reader.next() {
      if let fault = row.fault { throw ImportFailure(fault.code, fault.detail, line: row.line, flag: "--decisions") }
      let (id, decided) = (row.fields[columns[0]].trimmed, row.fields[columns[1]].trimmed)
      guard !id.isEmpty, !decided.isEmpty else { continue }
      decisions[id] = .some(decided.lowercased() == "none" ? nil : ResourceAddress.id(decided))
    }
    return decisions
  }
}
