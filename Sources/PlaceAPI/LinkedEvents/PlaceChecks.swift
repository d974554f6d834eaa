import Geodesy
import PlaceStore
import Places

/// An edit on its way into the registry.
struct PlaceDraft {
  var edit: PlaceEdit
  let existing: StoredPlace?
  /// Where it stands in an array.
  let index: Int?
  let life: PlaceLife

  func error(_ pointer: String, _ value: String, _ code: String, _ detail: String) -> FieldError {
    placed([FieldError(pointer: pointer, value: value, code: code, detail: detail)])[0]
  }

  /// Errors where the edit stands.
  func placed(_ errors: [FieldError]) -> [FieldError] {
    errors.map { error in index.map(error.inside) ?? error }
  }
}

extension API {
  /// The checks that need the registry: parents, successors, publishers, positions, identifiers. Throws ``Problem`` 422
  /// with everything that is wrong, and 409 for an identifier that another living place has.
  func check(
    _ drafts: [PlaceDraft], _ found: [FieldError], _ transaction: StoreTransaction, _ caller: Caller
  ) async throws -> [PlaceChange] {
    var errors = found
    for draft in drafts { errors += draft.placed(draft.edit.reader.errors) }
    let places = drafts.map(\.edit.place)
    let own = Dictionary(places.map { ($0.id.description, $0) }) { a, _ in a }
    let referred = Set(places.compactMap(\.parent) + places.compactMap(\.operatingStatus.successor))
    let ends = try await transaction.ends(of: referred.subtracting(own.keys))
    let organizations = try await transaction.organizations(Set(places.compactMap(\.publisher)))
    var changes: [PlaceChange] = []
    for draft in drafts {
      var place = draft.edit.place
      let old = draft.existing?.place
      if let parent = place.parent, parent != old?.parent {
        errors += try await check(parent: parent, of: &place, draft, ends, own, transaction)
      }
      if let successor = place.operatingStatus.successor, successor != old?.operatingStatus.successor {
        if let end = ends[successor] {
          place.operatingStatus.successor = end.id
        } else if own[successor] == nil {
          errors.append(
            draft.error(
              "/operating_status/successor", successor, "unknown-place", "There is no place with this id."))
        }
      }
      if let publisher = place.publisher, publisher != old?.publisher {
        if !organizations.contains(publisher) {
          errors.append(draft.error("/publisher", publisher, "unknown-organization", "There is no such organisation."))
        } else if caller.role != .admin, publisher != caller.organization {
          errors.append(
            draft.error(
              "/publisher", publisher, "publisher", "Only an admin names another organisation than the key's own."))
        }
      }
      do {
        if let (one, other) = draft.edit.pair {
          let agree = try agree(one, other)
          if agree { place.position = other } else { errors += draft.placed(PlaceEdit.disagreement) }
        }
        var change = try PlaceChange(place, existing: draft.existing, engine: store.engine)
        change.life = draft.life
        changes.append(change)
      } catch {
        let pointer = draft.edit.edited.contains("coordinates") ? "/coordinates" : "/position"
        let value = place.position.map { "\($0.x) \($0.y)" } ?? ""
        let invalid = error as? InvalidValue
        errors.append(
          draft.error(
            pointer, value, invalid?.code ?? "coordinates",
            invalid?.detail ?? "The position can't be transformed: \(error)"))
      }
    }
    guard errors.isEmpty else { throw Problem.fields(errors) }
    try await check(identifiers: changes, transaction, caller)
    return changes
  }

  private func check(
    parent: String, of place: inout Place, _ draft: PlaceDraft, _ ends: [String: IDEnd], _ own: [String: Place],
    _ transaction: StoreTransaction
  ) async throws -> [FieldError] {
    let id = place.id.description
    if own[parent] != nil, parent != id { return [] }
    guard let end = ends[parent], parent != id, end.id != id else {
      return [
        draft.error(
          "/parent", parent, parent == id || ends[parent]?.id == id ? "circle" : "unknown-place",
          parent == id || ends[parent]?.id == id
            ? "A place can't be part of itself." : "There is no place with this id.")
      ]
    }
    guard end.state == "live" else {
      return [draft.error("/parent", parent, "place-\(end.state)", "\(end.id) was \(end.state).")]
    }
    if draft.existing != nil, try await transaction.isBelow(end.id, place.id) {
      return [draft.error("/parent", parent, "circle", "\(end.id) is itself part of \(id).")]
    }
    place.parent = end.id
    return []
  }

  private func agree(_ one: DeliveredPosition, _ other: DeliveredPosition) throws -> Bool {
    let index = PlacePosition.indexSRID
    let a = try store.engine.transform(Coordinate(x: one.x, y: one.y), from: one.srid, to: index).coordinate
    let b = try store.engine.transform(Coordinate(x: other.x, y: other.y), from: other.srid, to: index).coordinate
    return abs(a.x - b.x) <= 0.02 && abs(a.y - b.y) <= 0.02
  }

  /// One identifier stands on one living place only.
  private func check(
    identifiers changes: [PlaceChange], _ transaction: StoreTransaction, _ caller: Caller
  ) async throws {
    let all = changes.flatMap { $0.place.identifiers.map(\.description) }
    let holders = try await transaction.holders(of: Array(Set(all)), livingOnly: true)
    var mine: [String: PlaceID] = [:]
    for change in changes {
      for identifier in change.place.identifiers.map(\.description) {
        let holder = mine[identifier] ?? holders[identifier]
        mine[identifier] = change.place.id
        guard let holder, holder != change.place.id else { continue }
        throw Problem.conflict(
          "identifier-taken", id: holder.description,
          "\(holder) has \(identifier) already: one identifier stands on one living place only. Merge the two, or take it "
            + "away there first.")
      }
    }
  }
}
