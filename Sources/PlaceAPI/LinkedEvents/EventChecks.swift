import PlaceStore
import Places

/// An edit of an event on its way into the registry.
struct EventDraft {
  let edit: EventEdit
  let existing: StoredEvent?
  /// Where it stands in an array.
  let index: Int?

  func error(_ pointer: String, _ value: String, _ code: String, _ detail: String) -> FieldError {
    inside(FieldError(pointer: pointer, value: value, code: code, detail: detail))
  }

  func inside(_ error: FieldError) -> FieldError { index.map(error.inside) ?? error }
}

extension API {
  /// The checks that need the registry: places, successors, and whether the event lives. Throws ``Problem`` 422 with
  /// everything that is wrong, 410 for a deleted event and 409 for a replaced one.
  func changes(
    _ drafts: [EventDraft], _ found: [FieldError], _ locked: LockedEvents, _ exchange: Exchange
  ) throws -> [EventChange] {
    var errors = found
    var changes: [EventChange] = []
    for draft in drafts {
      errors += draft.edit.reader.errors.map(draft.inside)
      do throws(FieldError) {
        let target = try target(draft, locked, exchange)
        let replacement = try replacement(draft, locked, exchange)
        var event = draft.edit.event
        if draft.edit.location == .some(nil), let existing = draft.existing, hides(existing, exchange) {
          // What was shown as no location is no wish to have none.
          event.location = existing.event.location
        }
        let state: EventState =
          replacement != nil ? .replaced : draft.edit.isDeleted == true ? .deleted : .live
        changes.append(
          EventChange(event, existing: draft.existing, target: target, state: state, replacement: replacement))
      } catch { errors.append(error) }
    }
    guard errors.isEmpty else { throw Problem.fields(errors) }
    for (draft, change) in zip(drafts, changes) { try refuse(draft, change) }
    return changes
  }

  /// Throws what a write to an event that no longer lives is answered, unless it brings it back.
  private func refuse(_ draft: EventDraft, _ change: EventChange) throws {
    guard let stored = draft.existing, stored.state != .live else { return }
    if draft.edit.isDeleted == false || draft.edit.replacedBy == .some(nil) { return }
    if change.state == stored.state, !change.changesAnything { return }
    if let current = stored.replacedBy {
      throw Problem.conflict(
        "moved", id: current,
        "\(stored.event.id) was replaced: write to \(current), or undo that with replaced_by null.")
    }
    throw Problem.eventGone(time: nil, isWithdrawn: false)
  }

  /// The place that the event is to be linked to; nil where the link stays what it is.
  private func target(
    _ draft: EventDraft, _ locked: LockedEvents, _ exchange: Exchange
  ) throws(FieldError) -> LinkTarget? {
    let wasDraft = draft.existing.map { !$0.event.isPublic } ?? false
    guard let id = draft.edit.location.flatMap({ $0 }) else {
      if draft.edit.location == nil, wasDraft, draft.edit.event.isPublic, draft.existing?.isAtDraft == true {
        throw draft.error("/location", draft.existing?.event.location ?? "", "draft-place", Self.draftPlace)
      }
      return nil
    }
    let old = draft.existing?.event.location
    switch locked.locations[id] ?? .unknown {
    case .place(let place):
      guard place.isPublic || exchange.viewer.sees(place.source) || place.id == old else { break }
      let isPublished = draft.edit.event.isPublic && (place.id != old || wasDraft)
      if isPublished, !place.isPublic { throw draft.error("/location", id, "draft-place", Self.draftPlace) }
      return place.id == old ? nil : place
    case .deleted(let current):
      if current == old { return nil }
      throw draft.error(
        "/location", id, "place-deleted", "The place \(current) was deleted: link another one, or null.")
    case .split(let successors):
      throw draft.error(
        "/location", id, "place-split", "The place was split: link \(successors.joined(separator: " or ")).")
    case .unknown: break
    }
    throw draft.error(
      "/location", id, "unknown-place", "There is no place with this id: /v1/place/?text= finds places.")
  }

  private static let draftPlace = "The place is a draft: publish it before a public event is linked to it."

  /// The event that is to take this one's place.
  private func replacement(
    _ draft: EventDraft, _ locked: LockedEvents, _ exchange: Exchange
  ) throws(FieldError) -> StoredEvent? {
    guard let id = draft.edit.replacedBy.flatMap({ $0 }) else { return nil }
    if id == draft.edit.event.id.description {
      throw draft.error("/replaced_by", id, "circle", "An event can't be replaced by itself.")
    }
    guard let key = try? PlaceID(id), let other = locked.events[key], exchange.sees(other) else {
      throw draft.error("/replaced_by", id, "unknown-event", "There is no such event.")
    }
    // Only a living event takes another's place, so there are no circles.
    if let current = other.replacedBy, draft.existing?.replacedBy != id {
      let isCircle = current == draft.edit.event.id.description
      throw draft.error(
        "/replaced_by", id, isCircle ? "circle" : "event-replaced", "\(id) was itself replaced by \(current).")
    }
    if other.state == .deleted {
      throw draft.error("/replaced_by", id, "event-deleted", "\(id) was deleted.")
    }
    if draft.edit.event.isPublic, !other.event.isPublic {
      throw draft.error("/replaced_by", id, "draft-event", "\(id) is a draft: publish it first.")
    }
    return other
  }

  /// Whether the event's place is not shown to the caller.
  private func hides(_ stored: StoredEvent, _ exchange: Exchange) -> Bool {
    stored.isAtDraft && !exchange.viewer.sees(stored.placeSource ?? "")
  }
}

extension Exchange {
  /// Whether the caller may know of an event.
  func sees(_ stored: StoredEvent) -> Bool {
    stored.event.isPublic || viewer.sees(stored.event.id.source.description)
  }
}
