import Geodesy
import PlaceStore
import Places

extension GeographyImporter {
  /// Reads administrative divisions. Throws ``ImportFailure`` and ``PlaceStore/StoreError``; then nothing has changed.
  func divisions(_ file: InputFile) async throws -> ImportReport {
    try await run(.divisions) { report, transaction in
      let source = try FeatureSource.open(file, .divisions, options, store)
      return try await loadDivisions(source, transaction, &report)
    }
  }

  /// Takes the divisions of any source of features. What stands in the outcome's refusals is in the report too; its
  /// counts are the caller's to put there.
  public func loadDivisions(
    _ source: FeatureSource, _ transaction: StoreTransaction, _ report: inout ImportReport
  ) async throws -> GeographyOutcome {
    var rows: [(line: Int, value: DivisionFeature)] = []
    var seen: Set<DivisionID> = []
    var unknown: Set<String> = []
    for feature in try source.all(options, &report) {
      unknown.formUnion(DivisionFeature.unknownProperties(feature, map: options.map))
      let (value, problems) = DivisionFeature.read(feature, map: options.map)
      guard let value else {
        report.add(problems)
        continue
      }
      guard seen.insert(value.id).inserted else {
        report.add([
          ImportProblem(
            line: feature.line, id: value.id.description, code: "duplicate-id", field: "ocd_id",
            value: value.id.description, detail: "An earlier row of this file has this OCD id.")
        ])
        continue
      }
      rows.append((feature.line, value))
    }
    report.unknownColumns = unknown.sorted()
    let known = try await transaction.lockDivisions(rows.map(\.value.id) + rows.flatMap { $0.value.successors ?? [] })
    let named = seen.union(known.keys)
    var changes: [DivisionChange] = []
    var lines: [String: Int] = [:]
    for (line, value) in rows {
      let (change, problems) = change(
        value, line: line, known[value.id]?.division, named, transaction.gazetteer, crs: report.crs)
      report.add(problems)
      guard let change else { continue }
      changes.append(change)
      lines[change.id.description] = line
    }
    let outcome = try await transaction.saveDivisions(changes, source: options.source)
    for id in outcome.withoutArea {
      report.add([
        ImportProblem(
          line: lines[id.description] ?? 0, id: id.description, code: "no-area", field: "geometry",
          detail: "The boundary encloses nothing: its points lie on one line.")
      ])
    }
    tell(outcome, lines, &report)
    return outcome
  }

  /// The change that a row asks for; nil, with the errors, when it can't be taken.
  private func change(
    _ value: DivisionFeature, line: Int, _ existing: Division?, _ known: Set<DivisionID>, _ gazetteer: Gazetteer,
    crs: Int?
  ) -> (DivisionChange?, [ImportProblem]) {
    var problems: [ImportProblem] = []
    func problem(
      _ code: String, _ field: String, _ text: String?, _ detail: String, _ severity: ImportProblem.Severity = .error
    ) {
      problems.append(
        ImportProblem(
          line: line, id: value.id.description, severity: severity, code: code, field: field, value: text,
          detail: detail))
    }
    var change = DivisionChange(id: value.id)
    change.type = value.type
    change.name = value.name
    change.validFrom = value.validFrom
    change.validTo = value.validTo
    change.successors = value.successors
    for successor in value.successors ?? [] where !known.contains(successor) || successor == value.id {
      problem(
        "unknown-division", "successor", successor.description,
        "The successor is another division of the registry or of this file: give its whole OCD id.")
    }
    if existing == nil, value.type == nil {
      let types = DivisionType.allCases.map(\.rawValue).joined(separator: ", ")
      problem("missing-type", "type", nil, "The division is new and has no type: give one of \(types).")
    }
    if existing == nil, value.name == nil {
      problem("missing-name", "name_fi", nil, "The division is new and has no name: give name_fi or name_sv.")
    }
    if let text = value.municipality {
      change.municipality = gazetteer.find(text)?.code
      if change.municipality == nil {
        problem(
          "unknown-municipality", "municipality", text,
          "There is no such municipality: give its three-digit code or its name.")
      }
    } else if existing?.municipality == nil, let name = value.id.municipality {
      // The OCD id tells it.
      change.municipality = gazetteer.find(ocdID: "kunta:\(name)")?.code
    }
    switch value.boundary {
    case .absent: break
    case .empty: change.boundary = .removed
    case .polygons(let geometry):
      do { change.boundary = .replaced(by: try metres(geometry, crs: crs)) } catch {
        problem(
          "boundary", "geometry", nil,
          "The boundary can't be carried from EPSG:\(crs ?? PlacePosition.geographicSRID) to Finland's own coordinates "
            + "(\((error as? RowFault)?.detail ?? "\(error)")); give the right --crs.")
      }
    }
    guard !problems.contains(where: { $0.severity == .error }) else { return (nil, problems) }
    if (change.type ?? existing?.type) == .muni, change.municipality ?? existing?.municipality != nil {
      problem(
        "municipality-register", "type", "muni",
        "The register of municipalities answers for this one, its boundary included: use import municipalities.",
        .warning)
    }
    return (change, problems)
  }

  /// The boundary in EPSG:3067, to the millimetre like positions, so that a place on a corner is on it. Throws when it
  /// does not lie in or around Finland.
  private func metres(_ geometry: Geometry, crs: Int?) throws -> String {
    let from = crs ?? PlacePosition.geographicSRID
    let engine = store.engine
    return try geometry.wkt { given in
      let point = try engine.transform(given, from: from, to: PlacePosition.indexSRID).coordinate
      guard (-200_000...1_000_000).contains(point.x), (6_400_000...8_000_000).contains(point.y) else {
        throw RowFault(
          "boundary", "\(given.x) \(given.y) lies outside Finland: are the axes swapped, or is it another CRS?")
      }
      return from == PlacePosition.indexSRID
        ? point : Coordinate(x: (point.x * 1e3).rounded() / 1e3, y: (point.y * 1e3).rounded() / 1e3)
    }
  }
}
