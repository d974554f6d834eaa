import Places
import Postgres

extension StoreTransaction {
  /// What the source delivered last of each of these events.
  public func deliveredEvents(_ ids: [PlaceID]) async throws -> [PlaceID: JSONValue] {
    let rows = try await connection.query(
      """
      select v.id, d.fields::text from event v join event_delivered d on d.pk = v.pk
      where v.id = any(\(ids.map(\.description)))
      """)
    var found: [PlaceID: JSONValue] = [:]
    for (id, fields) in try rows.decode((String, String).self) { found[try PlaceID(id)] = try JSONParser.parse(fields) }
    return found
  }

  /// Keeps what was delivered of events, and with the session what was delivered and stored before, so that it can be
  /// taken back. `version_before` of an event that the session only delivered again is its version.
  public func recordEvents(
    _ events: [(id: PlaceID, versionBefore: Int?, fields: JSONValue)], of session: String
  ) async throws {
    guard !events.isEmpty else { return }
    let ids = events.map(\.id.description)
    let before = events.map { $0.versionBefore.map { String($0) } ?? "" }
    let fields = events.map(\.fields.text)
    _ = try await connection.query(
      """
      insert into import_event (session, pk, version, version_before, delivered_before)
      select \(session), v.pk, v.version, nullif(g.before, '')::integer, (select d.fields from event_delivered d where d.pk = v.pk)
      from unnest(\(ids)::text[], \(before)::text[]) g (id, before) join event v on v.id = g.id
      on conflict (session, pk) do update set version = excluded.version
      """)
    _ = try await connection.query(
      """
      insert into event_delivered (pk, fields)
      select v.pk, g.fields::jsonb from unnest(\(ids)::text[], \(fields)::text[]) g (id, fields) join event v on v.id = g.id
      on conflict (pk) do update set fields = excluded.fields
      """)
  }
}
