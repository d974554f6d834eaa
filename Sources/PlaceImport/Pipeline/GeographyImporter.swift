import Geodesy
import PlaceStore
import Places

/// Imports municipalities, divisions and postal codes: whole registers, each in one transaction.
public struct GeographyImporter: Sendable {
  let store: PlaceStore
  let options: ImportOptions

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads municipalities. Throws ``ImportFailure`` and ``PlaceStore/StoreError``; then nothing has changed.
  func municipalities(_ file: InputFile) async throws -> ImportReport {
    try await run(.municipalities) { report, transaction in
      let source = try FeatureSource.open(file, .municipalities, options, store)
      return try await loadMunicipalities(source, transaction, &report)
    }
  }

  /// Reads postal codes from CSV or Posti's PCF, or street ranges from Posti's BAF, which are known by their first line.
  func postalCodes(_ file: InputFile) async throws -> ImportReport {
    try await run(.postalCodes) { report, transaction in
      try await loadPostalCodes(file.open(.postalCodes, options, store.engine), transaction, &report)
    }
  }

  func run(
    _ kind: ImportKind, _ body: (inout ImportReport, StoreTransaction) async throws -> GeographyOutcome
  ) async throws -> ImportReport {
    try await store.runImport(kind, options) { transaction, _ in
      try await transaction.ensureSource(options.source)
      var report = ImportReport(kind: kind.rawValue, options: options)
      let outcome = try await body(&report, transaction)
      report.created = outcome.created
      report.changed = outcome.changed
      report.unchanged = outcome.unchanged
      report.placesChanged = outcome.placesChanged
      report.placesInDoubt = outcome.placesInDoubt
      report.retired = outcome.removed
      return report
    }
  }

  /// Takes the municipalities of any source of features. What stands in the outcome's doubts and refusals is in the
  /// report too; its counts are the caller's to put there.
  public func loadMunicipalities(
    _ source: FeatureSource, _ transaction: StoreTransaction, _ report: inout ImportReport
  ) async throws -> GeographyOutcome {
    let features = try source.all(options, &report)
    var rows: [(line: Int, value: MunicipalityFeature)] = []
    var seen: Set<MunicipalityCode> = []
    for feature in features {
      let (value, problems) = MunicipalityFeature.read(feature, map: options.map)
      report.add(problems)
      guard let value else { continue }
      guard seen.insert(value.code).inserted else {
        report.add([
          ImportProblem(
            line: feature.line, id: value.code.description, code: "duplicate-id", field: "code",
            value: value.code.description, detail: "An earlier row of this file has this code.")
        ])
        continue
      }
      rows.append((feature.line, value))
    }
    let known = Set(transaction.gazetteer.municipalities.keys).union(
      rows.filter { $0.value.name != nil }.map(\.value.code))
    var changes: [MunicipalityChange] = []
    var lines: [String: Int] = [:]
    for (line, value) in rows {
      let (change, problems) = change(value, line: line, known: known, crs: report.crs)
      report.add(problems)
      guard let change else { continue }
      changes.append(change)
      lines[value.code.description] = line
    }
    let outcome = try await transaction.saveMunicipalities(changes, source: options.source)
    tell(outcome, lines, &report)
    return outcome
  }

  /// The change that a row asks for; nil, with the errors, when it can't be taken.
  private func change(
    _ value: MunicipalityFeature, line: Int, known: Set<MunicipalityCode>, crs: Int?
  ) -> (MunicipalityChange?, [ImportProblem]) {
    func problem(_ code: String, _ field: String, _ text: String?, _ detail: String) -> [ImportProblem] {
      [ImportProblem(line: line, id: value.code.description, code: code, field: field, value: text, detail: detail)]
    }
    guard known.contains(value.code) else {
      return (
        nil,
        problem("missing-name", "name_fi", nil, "The municipality is new and has no name: give name_fi or name_sv.")
      )
    }
    for successor in value.successors where !known.contains(successor) || successor == value.code {
      return (
        nil,
        problem(
          "unknown-municipality", "successor", successor.description,
          "The successor is another municipality of the register or of this file: give its three-digit code.")
      )
    }
    var change = MunicipalityChange(code: value.code)
    change.name = value.name
    change.alternateNames = value.alternateNames
    change.regionCode = value.regionCode
    change.regionName = value.regionName
    change.languageClass = value.languageClass
    change.validFrom = value.validFrom
    change.validTo = value.validTo
    if !value.successors.isEmpty { change.successors = value.successors }
    do { change.boundary = try value.boundary.map { try boundary($0, crs: crs) } } catch {
      return (
        nil,
        problem(
          "boundary", "geometry", nil,
          "The boundary can't be carried from EPSG:\(crs ?? 4326) to Finland's own coordinates (\(error)); "
            + "give the right --crs.")
      )
    }
    return (change, [])
  }

  func boundary(_ geometry: Geometry, crs: Int?) throws -> String {
    let from = crs ?? PlacePosition.geographicSRID
    let engine = store.engine
    return try geometry.wkt { try engine.transform($0, from: from, to: PlacePosition.indexSRID).coordinate }
  }

  /// Puts what the store refused and the places in doubt into the report, on the lines of their rows.
  func tell(_ outcome: GeographyOutcome, _ lines: [String: Int], _ report: inout ImportReport) {
    for refusal in outcome.refusals {
      report.add([
        ImportProblem(
          line: lines[refusal.key] ?? 0, id: refusal.key, code: refusal.code, field: refusal.field,
          detail: refusal.detail)
      ])
    }
    report.add(
      outcome.doubts.map { found in
        ImportProblem(
          line: lines[found.key] ?? 0, id: found.key, severity: .warning, code: found.doubt.code,
          field: found.doubt.field, value: found.doubt.value, detail: found.doubt.detail)
      })
    report.sortProblems()
  }
}
