import Geodesy
import PlaceStore
import Places

/// Imports municipalities and divisions (GeoJSON in any CRS, or CSV without boundaries) and postal codes (CSV): whole
/// registers, each in one transaction.
public struct GeographyImporter: Sendable {
  let store: PlaceStore
  let options: ImportOptions

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads municipalities from a file ("-" is standard input). Throws ``ImportFailure`` and ``PlaceStore/StoreError``;
  /// then nothing has changed.
  public func municipalities(path: String) async throws -> ImportReport {
    try await run("municipalities") { report, transaction in
      let features = try features(path, &report)
      var changes: [MunicipalityChange] = []
      for feature in features { try take(feature, transaction.gazetteer, &changes, &report) }
      return try await transaction.saveMunicipalities(changes, source: options.source)
    }
  }

  /// Reads postal codes from a CSV file.
  public func postalCodes(path: String) async throws -> ImportReport {
    try await run("postal-codes") { report, transaction in
      let text = try TextSource(path: path, encoding: options.encoding)
      var reader = try CSVReader(text, delimiter: options.delimiter)
      report.encoding = text.encoding.rawValue
      let columns = Dictionary(reader.header.enumerated().map { ($1.lowercased(), $0) }) { a, _ in a }
      guard columns["postal_code"] != nil else {
        throw ImportFailure("missing-column", "The file has no column postal_code.", line: 1)
      }
      var records: [PostalCodeRecord] = []
      while let row = try reader.next() {
        guard !row.isBlank else { continue }
        report.rows += 1
        do {
          records.append(try record(row, columns, transaction.gazetteer))
        } catch let error as InvalidValue {
          report.add([ImportProblem(line: row.line, code: error.code, value: error.value, detail: error.detail)])
        }
      }
      return try await transaction.savePostalCodes(records, source: options.source)
    }
  }

  func run(
    _ kind: String, _ body: (inout ImportReport, StoreTransaction) async throws -> GeographyOutcome
  ) async throws -> ImportReport {
    guard let known = ImportKind(rawValue: kind) else { throw ImportFailure("kind", "There is no kind \(kind).") }
    return try await store.runImport(known, options) { transaction, _ in
      try await transaction.ensureSource(options.source)
      var report = ImportReport(kind: kind, options: options)
      let outcome = try await body(&report, transaction)
      report.created = outcome.created
      report.changed = outcome.changed
      report.unchanged = outcome.unchanged
      report.placesChanged = outcome.placesChanged
      return report
    }
  }

  func features(_ path: String, _ report: inout ImportReport) throws -> [GeoJSONFeature] {
    let text = try TextSource(path: path, encoding: options.encoding)
    report.encoding = text.encoding.rawValue
    var found: [GeoJSONFeature] = []
    if [".csv", ".tsv"].contains(where: path.lowercased().hasSuffix) {
      var reader = try CSVReader(text, delimiter: options.delimiter)
      while let row = try reader.next() {
        if !row.isBlank { found.append(GeoJSONFeature(row: row, header: reader.header)) }
      }
      return found
    }
    var reader = try GeoJSONReader(text)
    while let feature = try reader.next() { found.append(feature) }
    let declared = reader.declaredCRS
    if options.crs == nil, let declared, declared.epsg == nil {
      throw ImportFailure(
        "unknown-crs", "The file names a CRS that isn't an EPSG code: give --crs EPSG:n.", flag: "--crs")
    }
    report.crs = options.crs ?? declared?.epsg ?? PlacePosition.geographicSRID
    return found
  }

  private func take(
    _ feature: GeoJSONFeature, _ gazetteer: Gazetteer, _ changes: inout [MunicipalityChange],
    _ report: inout ImportReport
  ) throws {
    report.rows += 1
    let (value, problems) = MunicipalityFeature.read(feature)
    guard let value else {
      report.add(problems)
      return
    }
    guard !changes.contains(where: { $0.code == value.code }) else {
      report.add([
        ImportProblem(
          line: feature.line, id: value.code.description, code: "duplicate-id", field: "code",
          value: value.code.description, detail: "An earlier row of this file has this code.")
      ])
      return
    }
    if value.name == nil, gazetteer.municipalities[value.code] == nil {
      report.add([
        ImportProblem(
          line: feature.line, id: value.code.description, code: "missing-name", field: "name_fi",
          detail: "The municipality is new and has no name: give name_fi or name_sv.")
      ])
      return
    }
    var change = MunicipalityChange(code: value.code)
    change.name = value.name
    change.regionCode = value.regionCode
    change.regionName = value.regionName
    change.languageClass = value.languageClass
    change.validFrom = value.validFrom
    change.validTo = value.validTo
    if !value.successors.isEmpty { change.successors = value.successors }
    if let names = feature.properties["alternate_names"]?.stringValue, !names.isEmpty {
      change.alternateNames = names.split(separator: "|").map(String.init)
    }
    do { change.boundary = try value.boundary.map { try boundary($0, crs: report.crs) } } catch {
      report.add([
        ImportProblem(
          line: feature.line, id: value.code.description, code: "boundary", field: "geometry",
          detail:
            "The boundary can't be carried from EPSG:\(report.crs ?? 4326) to Finland's own coordinates (\(error)); "
            + "give the right --crs.")
      ])
      return
    }
    changes.append(change)
  }

  func boundary(_ geometry: Geometry, crs: Int?) throws -> String {
    let from = crs ?? PlacePosition.geographicSRID
    let engine = store.engine
    return try geometry.wkt { try engine.transform($0, from: from, to: PlacePosition.indexSRID).coordinate }
  }

  private func record(_ row: SourceRow, _ columns: [String: Int], _ gazetteer: Gazetteer) throws -> PostalCodeRecord {
    func cell(_ name: String) -> String? {
      guard let column = columns[name], column < row.fields.count, !row.fields[column].isEmpty else { return nil }
      return row.fields[column]
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
    return PostalCodeRecord(code: code, postOffice: office, municipality: municipality, type: cell("type"))
  }
}
