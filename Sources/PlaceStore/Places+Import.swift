import Places
import Postgres

extension StoreTransaction {
  /// What the source delivered last of each of these places.
  public func delivered(_ ids: [PlaceID]) async throws -> [PlaceID: JSONValue] {
    let rows = try await connection.query(
      """
      select p.id, d.fields::text from place p join place_delivered d on d.pk = p.pk and d.data_source = p.data_source
      where p.id = any(\(ids.map(\.description)))
      """)
    var found: [PlaceID: JSONValue] = [:]
    for (id, fields) in try rows.decode((String, String).self) { found[try PlaceID(id)] = try JSONParser.parse(fields) }
    return found
  }

  /// Makes the list of what the import has met and of what it wrote, once in a transaction.
  public func beginImport() async throws {
    try await connection.script(
      """
      create temp table met_place (id text primary key) on commit drop;
      create temp table written_place (
        pk bigint primary key, version integer, version_before integer, delivered_before jsonb
      ) on commit drop;
      """)
  }

  /// Notes places that the file has a row for, taken or not: they are not missing.
  public func noteMet(_ ids: [PlaceID]) async throws {
    _ = try await connection.query(
      "insert into met_place select unnest(\(ids.map(\.description))::text[]) on conflict do nothing")
  }

  /// Writes an import's batch of places and notes what stood there before, so that it can be taken back.
  public func saveImported(_ changes: [PlaceChange]) async throws {
    guard !changes.isEmpty else { return }
    let known = changes.compactMap(\.existing?.pk)
    _ = try await connection.query(
      """
      insert into written_place (pk, version_before, delivered_before)
      select p.pk, p.version, (select d.fields from place_delivered d where d.pk = p.pk and d.data_source = p.data_source)
      from place p where p.pk = any(\(known)) on conflict do nothing
      """)
    try await save(changes)
    _ = try await connection.query(
      """
      insert into written_place as w (pk, version) select s.pk, p.version from staged_place s join place p on p.pk = s.pk
      on conflict (pk) do update set version = excluded.version
      """)
  }

  /// Keeps what was delivered of places that did not change by it. What stood there before is noted like a change: a
  /// session that is undone forgets what it delivered.
  public func keepDelivered(_ delivered: [(id: PlaceID, fields: JSONValue)]) async throws {
    guard !delivered.isEmpty else { return }
    let ids = delivered.map(\.id.description)
    let fields = delivered.map(\.fields.text)
    _ = try await connection.query(
      """
      insert into written_place (pk, version, version_before, delivered_before)
      select p.pk, p.version, p.version, (select d.fields from place_delivered d where d.pk = p.pk and d.data_source = p.data_source)
      from place p where p.id = any(\(ids)) on conflict do nothing
      """)
    _ = try await connection.query(
      """
      insert into place_delivered (pk, data_source, fields)
      select p.pk, p.data_source, g.fields::jsonb
      from unnest(\(ids)::text[], \(fields)::text[]) g (id, fields) join place p on p.id = g.id
      on conflict (pk, data_source) do update set fields = excluded.fields, delivered_time = now()
      """)
  }

  /// Where the source's places that the file lacks are to be looked for.
  public struct MissingScope: Sendable, Hashable {
    /// The data source.
    public var source: DataSourceID
    /// Municipalities, any of them; nil: all places.
    public var municipalities: [MunicipalityCode]?
    /// Postal codes, any of them; nil: all places.
    public var postalCodes: [String]?

    /// Makes a scope of a whole source.
    public init(source: DataSourceID) { self.source = source }

    fileprivate var condition: SQL {
      var sql: SQL = "k.data_source = \(source.description) and k.state = 'live'"
      if let municipalities {
        sql += " and k.municipality = any(\(municipalities.map(\.description)))"
      }
      if let postalCodes { sql += " and k.postal_code = any(\(postalCodes))" }
      return sql
    }
  }

  /// How many living places of the scope imports have delivered, and how many of those the file lacks.
  public func missing(_ scope: MissingScope) async throws -> (all: Int, missing: Int) {
    let rows = try await connection.query(
      """
      select count(*), count(*) filter (where not exists (select 1 from met_place m where m.id = k.id))
      from place_key k where \(scope.condition) and exists (select 1 from place_delivered d where d.pk = k.pk)
      """)
    return (rows.int(0, 0) ?? 0, rows.int(0, 1) ?? 0)
  }

  /// Retires the places of the scope that the file lacks: a soft delete with a reason. Tells the ids and how many
  /// events are linked to each, in the order of the ids.
  public func retireMissing(_ scope: MissingScope, reason: String) async throws -> [(id: PlaceID, events: Int)] {
    let ids = try await connection.query(
      """
      select k.id, k.n_events from place_key k
      where \(scope.condition) and exists (select 1 from place_delivered d where d.pk = k.pk)
        and not exists (select 1 from met_place m where m.id = k.id) order by k.id
      """
    ).decode((String, Int).self)
    let retired = try ids.map { (id: try PlaceID($0.0), events: $0.1) }
    var done = 0
    while done < retired.count {
      let batch = retired[done..<min(done + 5000, retired.count)].map(\.id)
      let stored = try await lockPlaces(batch)
      try await saveImported(
        try batch.compactMap { stored[$0] }.map { place in
          var change = try PlaceChange(place.place, existing: place, engine: engine)
          change.life = .deleted(reason: reason)
          return change
        })
      done += batch.count
    }
    return retired
  }

  /// Keeps with the session which places it wrote; called once, at its end.
  public func recordPlaces(of session: String) async throws {
    _ = try await connection.query(
      """
      insert into import_place (session, pk, version, version_before, delivered_before)
      select \(session), pk, version, version_before, delivered_before from written_place
      """)
  }

  /// The living places at the ends of the chains of merged and split ones.
  public func survivors(of places: [StoredPlace]) async throws -> [PlaceID: [String]] {
    guard !places.isEmpty else { return [:] }
    var found: [PlaceID: [String]] = [:]
    let rows = try await connection.query(
      """
      with recursive chain (id, pk, path) as (
        select p.id, p.pk, array[p.pk] from place p where p.pk = any(\(places.map(\.pk)))
        union all
        select c.id, r.pk, c.path || r.pk from chain c join place f on f.pk = c.pk and f.state in ('merged', 'split')
        cross join unnest(f.replaced_by) as r (pk) where not r.pk = any (c.path)
      )
      select distinct c.id, p.id from chain c join place p on p.pk = c.pk where p.state = 'live' order by 1, 2
      """)
    for (id, survivor) in try rows.decode((String, String).self) {
      found[try PlaceID(id), default: []].append(survivor)
    }
    return found
  }

  /// The municipality that counts for each of these positions, given municipalities and postal codes: what `--where` asks.
  public func municipalities(
    of rows: [(easting: Double?, northing: Double?, given: MunicipalityCode?, postalCode: PostalCode?)]
  ) async throws -> [MunicipalityCode?] {
    let found = try await connection.query(
      """
      select f.code from unnest(\(rows.map(\.easting))::float8[], \(rows.map(\.northing))::float8[],
        \(rows.map { $0.given?.description })::text[], \(rows.map { $0.postalCode?.description })::text[])
        with ordinality s (e, n, given_municipality, postal_code, ordinal)
      cross join lateral (\(Self.municipality("s"))) f order by s.ordinal
      """)
    return try found.decode(String?.self).map { try $0.map { try MunicipalityCode($0) } }
  }

  /// The places of a source by normalised name, street and postal code, among those whose names these are: what
  /// `--match-by` looks in. The key is ``MatchKey/text``.
  public func matches(_ keys: [MatchKey], in source: DataSourceID) async throws -> [String: [PlaceID]] {
    let names = Set(keys.map(\.name)).sorted()
    let rows = try await connection.query(
      """
      select k.id, k.sort_name, k.sort_street, k.postal_code from place_key k
      where k.data_source = \(source.description) and k.sort_name = any(\(names)) order by k.state <> 'live', k.id
      """)
    var found: [String: [PlaceID]] = [:]
    for (id, name, street, code) in try rows.decode((String, String, String, String).self) {
      found[MatchKey(name: name, street: street, postalCode: code).text, default: []].append(try PlaceID(id))
    }
    return found
  }
}

/// Name, street and postal code, normalised: what a row without an id is known by.
public struct MatchKey: Sendable, Hashable {
  /// The name as it is sorted by.
  public let name: String
  /// The street address as it is sorted by; empty where there is none.
  public let street: String
  /// The postal code; empty where there is none.
  public let postalCode: String

  init(name: String, street: String, postalCode: String) {
    self.name = name
    self.street = street
    self.postalCode = postalCode
  }

  /// The key of a place.
  public init(_ place: Place) {
    name = Folding.sortKey(place.name.preferred)
    street = Folding.sortKey(place.streetAddress?.values.first?.text ?? "")
    postalCode = place.postalCode?.description ?? ""
  }

  /// One text.
  public var text: String { "\(name)\u{1F}\(street)\u{1F}\(postalCode)" }
}
