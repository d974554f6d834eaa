import Places
import Postgres

extension StoreTransaction {
  /// Gives the addresses that a session changed or retired all their former values and retires those that it made; one
  /// line in the change log. Nothing is done, and the reasons are told, where later sessions changed the same rows, or
  /// where the session is none of the last five of its source that changed something.
  public func undoAddresses(of session: String) async throws -> UndoOutcome {
    var outcome = UndoOutcome()
    let found = try await connection.query(
      "select data_source from address_session where session = \(session) for update")
    guard let text = found.string(0, 0) else {
      outcome.refuse(
        "The session \(session) wrote no addresses, was undone, or is none of the last five of its source, for which "
          + "former values are kept.")
      return outcome
    }
    let source = try DataSourceID(text)
    let later = try await connection.query(
      """
      select count(*) over (), b.id || ' was changed since by import:' || b.changed_by
      from address_before b where b.session = \(session) and b.changed_by <> \(session) order by b.id limit 100
      """
    ).decode((Int, String).self)
    for reason in later { outcome.refuse(reason.1) }
    guard later.isEmpty else {
      outcome.reasonCount = later[0].0
      return outcome
    }
    outcome.removed = try await connection.query(
      """
      update address a set state = 'retired', modified_time = now()
      where \(Self.isOf(source)) and a.session = \(session)
        and not exists (select 1 from address_before b where b.changed_by = \(session) and b.pk = a.pk)
      """
    ).affected
    let columns = Self.addressColumns.filter {
      !["pk", "id", "data_source", "created_time", "modified_time"].contains($0)
    }
    let sets = columns.map { "\($0) = b.\($0)" }.joined(separator: ", ")
    outcome.restored = try await connection.query(
      """
      update address a set \(unescaped: sets), modified_time = now()
      from address_before b where b.changed_by = \(session) and b.pk = a.pk
      """
    ).affected
    _ = try await connection.query("delete from address_session where session = \(session)")
    try await tellAddresses(
      source,
      detail: """
        jsonb_build_object('session', \(session)::text, 'undone', true, 'restored', \(outcome.restored)::int,
          'retired', \(outcome.removed)::int)
        """)
    return outcome
  }
}
