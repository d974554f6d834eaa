import Geodesy
import PlaceStore
import Places

/// What the registry holds of the places of a batch, and of what they refer to.
struct PlaceBatchWork {
  let stored: [PlaceID: StoredPlace]
  /// What the source delivered last.
  let delivered: [PlaceID: JSONValue]
  /// Where merged and split places went.
  let survivors: [PlaceID: [String]]
  /// Living places among those referred to; grows with each row taken.
  var known: Set<String> = []
  /// Who holds which id or identifier, the rows taken so far among them.
  var holders: [String: PlaceID] = [:]
  /// The same before the batch.
  var taken: [String: PlaceID] = [:]

  init(_ ids: [PlaceID], _ transaction: StoreTransaction) async throws {
    stored = try await transaction.lockPlaces(ids)
    delivered = try await transaction.delivered(Array(stored.keys))
    survivors = try await transaction.survivors(of: stored.values.filter { ["merged", "split"].contains($0.state) })
  }

  /// Looks up what the rows refer to.
  mutating func look(_ entries: [PlaceBatch.Entry], _ transaction: StoreTransaction) async throws {
    let places = entries.compactMap(\.result.place)
    // A parent that is itself rejected is none.
    known = try await transaction.known(Set(places.compactMap(\.parent)))
    let identifiers = Set(places.flatMap { $0.identifiers.map(\.description) })
    let new = entries.filter { stored[$0.id] == nil }.map(\.id.description)
    taken = try await transaction.holders(of: Array(identifiers) + new)
    // A row that gives an identifier up frees it for another row of the same batch.
    for place in places {
      let kept = Set(place.identifiers.map(\.description))
      for identifier in stored[place.id]?.place.identifiers ?? [] where !kept.contains(identifier.description) {
        if taken[identifier.description] == place.id { taken[identifier.description] = nil }
      }
    }
    holders = taken
    for place in places where identifiers.contains(place.id.description) { holders[place.id.description] = place.id }
  }
}

extension PlaceBatch {
  /// The checks that need the registry: the place's state, municipality, parent, identifiers, position. Nil when nothing
  /// is to be written; the row's problems say why.
  func check(_ entry: inout Entry, _ work: inout PlaceBatchWork) -> PlaceChange? {
    let existing = work.stored[entry.id]
    let id = entry.id.description
    if let existing, let problem = isGone(existing, entry.row.line, work.survivors[entry.id]) {
      entry.problems = [problem]
      entry.verdict = .unchanged
      return nil
    }
    var problems: [ImportProblem] = []
    func reject(_ code: String, _ field: String, _ value: String, _ detail: String) {
      problems.append(
        ImportProblem(line: entry.row.line, id: id, code: code, field: field, value: value, detail: detail))
    }
    if existing == nil, let holder = work.taken[id] {
      reject("id-taken", "id", id, "\(holder) has this as an identifier: it is that place, or give the row another id.")
    }
    defer { entry.problems += problems }
    guard var place = entry.result.place else { return nil }
    if let text = entry.result.municipalityText {
      if let municipality = gazetteer.find(text) {
        place.givenMunicipality = municipality.code
      } else {
        reject(
          "unknown-municipality", "municipality", text,
          "There is no such municipality: give its three-digit code or its name.")
      }
    }
    if let parent = place.parent, !work.known.contains(parent) || parent == id {
      reject("unknown-parent", "parent", parent, "There is no place with this id, here or in the file.")
    }
    if let old = existing?.place {
      let columns = Set(mapper.fields.map(\.name))
      let kept = PlaceFacet.keepHeld(in: &place, existing: old, columns: columns, overwrites: options.overwritesHeld)
      for (facet, file, stays) in kept {
        entry.result.keep(facet, from: work.delivered[entry.id])
        problems.append(
          ImportProblem(
            line: entry.row.line, id: id, severity: .warning, code: "kept", field: facet.name, value: file,
            detail:
              "Edited by hand and left as it is: \"\(stays)\". Take the file's with --overwrite-held, or let go of the "
              + "field with PATCH {\"held\": []}."))
      }
    }
    for identifier in place.identifiers {
      if let holder = work.holders[identifier.description], holder != place.id {
        reject(
          "identifier-taken", "identifiers", identifier.description, "\(holder) has this id or identifier already.")
      }
    }
    var change: PlaceChange?
    do {
      change = try PlaceChange(place, existing: existing, delivered: entry.result.delivered, engine: engine)
    } catch let error as InvalidValue {
      reject(error.code, "position", error.value, error.detail)
    } catch {
      reject(
        "coordinates", "position", place.position.map { "\($0.x) \($0.y)" } ?? "",
        "The position can't be transformed: \(error)")
    }
    guard !problems.contains(where: { $0.severity == .error }) else { return nil }
    for identifier in place.identifiers { work.holders[identifier.description] = place.id }
    return change
  }

  /// Why a row is not applied to a place that no longer lives; nil where it lives, or comes back because an import
  /// retired it.
  private func isGone(_ existing: StoredPlace, _ line: Int, _ survivors: [String]?) -> ImportProblem? {
    let id = existing.place.id.description
    func warning(_ code: String, _ detail: String) -> ImportProblem {
      ImportProblem(line: line, id: id, severity: .warning, code: code, field: "id", value: id, detail: detail)
    }
    switch existing.state {
    case "live": return nil
    case "deleted":
      if existing.actor.hasPrefix("import:") { return nil }
      return warning(
        "deleted",
        "\(existing.actor) deleted the place; it stays so and the row was left out. PATCH {\"deleted\": false} "
          + "brings it back.")
    default:
      let now = survivors?.joined(separator: ", ") ?? "nothing that lives"
      return warning("moved-id", "The place was \(existing.state) into \(now); the row was left out.")
    }
  }
}

extension MappedRow {
  /// Leaves the last delivered cells of a facet as they were: the source's word was not taken.
  mutating func keep(_ facet: PlaceFacet, from last: JSONValue?) {
    var members = (delivered.members ?? []).filter { !facet.holds($0.key) }
    members += (last?.members ?? []).filter { facet.holds($0.key) }
    delivered = .object(members)
  }
}
