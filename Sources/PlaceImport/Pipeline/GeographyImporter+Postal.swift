import PlaceStore
import Places

extension GeographyImporter {
  /// Takes the postal codes of any reader, or the street ranges of a ``BAFReader``. The outcome's doubts are in the
  /// report too; its counts are the caller's to put there.
  public func loadPostalCodes(
    _ reader: any RowReader, _ transaction: StoreTransaction, _ report: inout ImportReport
  ) async throws -> GeographyOutcome {
    report.encoding = reader.encoding?.rawValue
    if reader.unwrapped is BAFReader { return try await loadStreetRanges(reader, transaction, &report) }
    var reader = reader
    let columns = try PostalColumns(header: reader.header, map: options.map)
    report.unknownColumns = columns.unknown
    var records: [PostalCodeRecord] = []
    var lines: [String: Int] = [:]
    while let row = try reader.next() {
      guard !row.isBlank else { continue }
      report.rows += 1
      do {
        let record = try columns.record(row, transaction.gazetteer)
        guard lines.updateValue(row.line, forKey: record.code.description) == nil else {
          throw InvalidValue(
            "duplicate-id", value: record.code.description, "An earlier row of this file has this postal code.")
        }
        records.append(record)
      } catch let error as InvalidValue {
        report.add([ImportProblem(line: row.line, code: error.code, value: error.value, detail: error.detail)])
      }
    }
    let outcome = try await transaction.savePostalCodes(
      records, source: options.source, keepingCase: reader.unwrapped is PCFReader)
    tell(outcome, lines, &report)
    return outcome
  }

  private func loadStreetRanges(
    _ reader: any RowReader, _ transaction: StoreTransaction, _ report: inout ImportReport
  ) async throws -> GeographyOutcome {
    var reader = reader
    var ranges: [StreetRange] = []
    while let row = try reader.next() {
      report.rows += 1
      do {
        ranges.append(try Self.streetRange(row, transaction.gazetteer))
      } catch let error as InvalidValue {
        report.add([ImportProblem(line: row.line, code: error.code, value: error.value, detail: error.detail)])
      }
    }
    return try await transaction.saveStreetRanges(ranges, source: options.source)
  }

  /// The columns are those of ``BAFReader``.
  private static func streetRange(_ row: SourceRow, _ gazetteer: Gazetteer) throws -> StreetRange {
    if let fault = row.fault { throw InvalidValue(fault.code, value: row.fields.first ?? "", fault.detail) }
    let fields = row.fields
    guard let municipality = gazetteer.find(fields[1]) else {
      throw InvalidValue("unknown-municipality", value: fields[1], "There is no such municipality.")
    }
    var names: [Language: String] = [:]
    names[.fi] = fields[2].isEmpty ? nil : fields[2]
    names[.sv] = fields[3].isEmpty ? nil : fields[3]
    guard let street = LocalizedText(names) else {
      throw InvalidValue("missing-name", value: fields[0], "The row has no street.")
    }
    var range = StreetRange(postalCode: try PostalCode(fields[0]), municipality: municipality.code, street: street)
    guard !fields[4].isEmpty else { return range }
    guard let parity = Int(fields[4]).flatMap({ StreetRange.Parity(rawValue: $0) }), let first = Int(fields[5]),
      let last = Int(fields[7])
    else {
      throw InvalidValue(
        "number-range", value: fields[4...].joined(separator: " "),
        "A range has parity 1 (odd) or 2 (even), a first and a last number.")
    }
    range.parity = parity
    range.first = StreetRange.End(number: first, letter: fields[6])
    range.last = StreetRange.End(number: last, letter: fields[8])
    return range
  }
}

/// Which column of a file of postal codes holds what.
private struct PostalColumns {
  private var columns: [String: Int] = [:]
  let unknown: [String]

  private static let fields: Set<String> =
    Set(Language.allCases.map { "post_office_\($0.rawValue)" }).union(["postal_code", "municipality", "type"])

  init(header: [String], map: [String: String]) throws {
    for (index, name) in header.enumerated() where columns[name.lowercased()] == nil {
      columns[name.lowercased()] = index
    }
    var used = Self.fields
    for (field, column) in map {
      guard Self.fields.contains(field), let index = columns[column.trimmed.lowercased()] else {
        throw ImportFailure(
          "header",
          "--map \(field)=\(column): the fields are \(Self.fields.sorted().joined(separator: ", ")), the file's columns "
            + "\(header.joined(separator: ", ")).", line: 1, flag: "--map")
      }
      columns[field] = index
      used.insert(column.trimmed.lowercased())
    }
    guard columns["postal_code"] != nil else {
      throw ImportFailure("missing-column", "The file has no column postal_code.", line: 1)
    }
    unknown = header.filter { !$0.isEmpty && !used.contains($0.lowercased()) }
  }

  func record(_ row: SourceRow, _ gazetteer: Gazetteer) throws -> PostalCodeRecord {
    func cell(_ name: String) -> String? {
      guard let column = columns[name], column < row.fields.count else { return nil }
      let text = row.fields[column].trimmed
      return text.isEmpty ? nil : text
    }
    if let fault = row.fault { throw InvalidValue(fault.code, value: row.fields.first ?? "", fault.detail) }
    let code = try PostalCode(cell("postal_code") ?? "")
    var names: [Language: String] = [:]
    for language in Language.allCases { names[language] = cell("post_office_\(language.rawValue)") }
    guard let office = LocalizedText(names) else {
      throw InvalidValue("missing-name", value: code.description, "The postal code has no post office.")
    }
    let municipality = try cell("municipality").map { text in
      guard let found = gazetteer.find(text) else {
        throw InvalidValue("unknown-municipality", value: text, "There is no such municipality.")
      }
      return found.code
    }
    let types = ["normal", "po_box", "company", "other"]
    if let type = cell("type"), !types.contains(type) {
      throw InvalidValue("postal-code-type", value: type, "The types are \(types.joined(separator: ", ")).")
    }
    return PostalCodeRecord(code: code, postOffice: office, municipality: municipality, type: cell("type"))
  }
}
