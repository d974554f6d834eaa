import Places
import Postgres

extension PlaceStore {
  /// Harvested places of which nobody has said yet whether they are here already: id and object as delivered, in the
  /// order of the ids. Throws ``StoreError``.
  public func harvestDoubts(_ key: HarvestKey) async throws -> [(id: String, object: JSONValue)] {
    try await query("select id, object from harvest_doubt where \(key.condition) order by id")
      .decode((String, String).self).map { ($0.0, try JSONParser.parse($0.1)) }
  }

  /// The places among these that this harvest made itself. Throws ``StoreError``.
  public func made(by actor: String, among ids: [String]) async throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    return Set(
      try await query(
        """
        select p.id from place p where p.id = any(\(ids)) and \(actor) = coalesce(
          (select h.actor from place_history h where h.pk = p.pk order by h.version limit 1), p.actor)
        """
      ).decode(String.self))
  }
}

extension StoreTransaction {
  /// Keeps harvested places that a person has to look at; a newer object takes the place of an older one.
  public func keepDoubts(_ doubts: [(id: PlaceID, object: JSONValue)], _ key: HarvestKey) async throws {
    guard !doubts.isEmpty else { return }
    _ = try await connection.query(
      """
      insert into harvest_doubt (url, source, kind, id, object)
      select \(key.url), \(key.source.description), \(key.kind.rawValue), g.id, g.object
      from unnest(\(doubts.map(\.id.description))::text[], \(doubts.map(\.object.text))::text[]) g (id, object)
      on conflict (url, source, kind, id) do update set object = excluded.object
      """)
  }

  /// Forgets doubts that are settled.
  public func dropDoubts(_ ids: [PlaceID], _ key: HarvestKey) async throws {
    guard !ids.isEmpty else { return }
    _ = try await connection.query(
      "delete from harvest_doubt where \(key.condition) and id = any(\(ids.map(\.description)))")
  }

  /// The ids among these that wait for a person, as the same harvest's places.
  public func doubted(_ ids: Set<String>, _ key: HarvestKey) async throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    let places = HarvestKey(url: key.url, source: key.source, kind: .place)
    return Set(
      try await connection.query(
        "select id from harvest_doubt where \(places.condition) and id = any(\(Array(ids)))"
      ).decode(String.self))
  }

  /// Forgets what these objects waited for.
  public func forget(_ relation: HarvestLink.Relation, of ids: [PlaceID], _ key: HarvestKey) async throws {
    guard !ids.isEmpty else { return }
    _ = try await connection.query(
      """
      delete from harvest_link where \(key.condition) and relation = \(relation.rawValue)
        and id = any(\(ids.map(\.description)))
      """)
  }
}
