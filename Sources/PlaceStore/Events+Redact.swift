import Places
import Postgres

extension StoreTransaction {
  /// Takes personal data out of an event, whatever its state: out of each of its versions, and wherever else the
  /// registry has kept it. Versions, their numbers and times stay; one `updated` line is written.
  ///
  /// - Parameter fields: nil: ``RedactedField/ofEvents(_:)``.
  /// - Returns: nil when there is no such event.
  public func redact(event id: PlaceID, fields: [RedactedField]?, reason: String) async throws -> RedactionOutcome? {
    guard let stored = try await lockEvents([id]).events[id] else { return nil }
    var redactor = Redactor(time: try await time())
    let versions = try await versions(of: stored)
    var events = versions.map(\.event)
    var redacted: [(pointer: String, versions: [Int])] = []
    for field in fields ?? RedactedField.ofEvents(events) {
      let numbers = versions.indices.filter { redactor.redact(field, in: &events[$0]) }.map { versions[$0].version }
      if !numbers.isEmpty { redacted.append((field.pointer, numbers)) }
    }
    guard !redacted.isEmpty else { return RedactionOutcome(versions: 0, fields: [], others: []) }

    let reason = redactor.cleaned(reason)
    let changed = zip(versions, events).map { old, new in
      RedactedVersion(
        version: old.version,
        columns: EventColumns.all.compactMap { column in
          let text = column.text(new)
          return text == column.text(old.event) ? nil : (column.name, column.type, text)
        })
    }
    try await overwrite(changed, of: stored.pk, live: stored.version, "event")
    try await note("event", id, redacted, reason: reason)
    if let index = versions.firstIndex(where: { $0.version == stored.version }) {
      try await stageEvents()
      try await copyStaged([EventChange(events[index], existing: stored, state: stored.state)])
      try await writeEventKeys()
    }
    try await forgetDeliveredEvent(redactor, redacted.map(\.pointer), pk: stored.pk)
    try await forgetImports(redactor, "event", id, pk: stored.pk)
    try await forgetDecisions(redactor, [])
    try await tellRedacted(stored)
    try await forget(redactor.sought, redactor.mark, in: "event", [id.description])
    let outcome = RedactionOutcome(
      versions: Set(redacted.flatMap(\.versions)).count, fields: redacted.map(\.pointer), others: [])
    tellAudit("event", id, outcome.fields, others: [], reason: reason)
    return outcome
  }

  /// All versions of an event, newest first.
  private func versions(of stored: StoredEvent) async throws -> [(version: Int, event: EventLink)] {
    let rows = try await connection.query(
      """
      select v.version, \(EventColumns.selection)
      from (select \(EventColumns.row) from event_history where pk = \(stored.pk)
        union all select \(EventColumns.rowOfEvent) from event v where v.pk = \(stored.pk)) v
      left join place l on l.pk = v.location order by v.version desc
      """)
    return try (0..<rows.count).map { (rows.int($0, 0) ?? 1, try EventColumns.read(rows, $0, 1)) }
  }

  private func tellRedacted(_ stored: StoredEvent) async throws {
    let first = takeLines(1)
    _ = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, public_kind, replaced_by, version, actor, person, derived)
      select \(number), \(first), 'event', v.id, 'updated',
        case when v.publication_status = 'public' then 'updated' end,
        (select array[r.id] from event r where r.pk = v.replaced_by), v.version, \(author.actor), \(author.person), true
      from event v where v.pk = \(stored.pk)
      """)
  }
}
