import Places
import Postgres

/// Why an import of geography can't be undone.
public struct GeographyUndoRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// What stands on it: the first hundred.
  public let reasons: [String]

  /// All of them.
  public var description: String { reasons.joined(separator: " ") }
}

extension PlaceStore {
  /// Puts back all values of municipalities, divisions, postal codes and street ranges that an import session changed,
  /// takes away what it made, and derives their places anew. Throws ``GeographyUndoRefusal`` and ``StoreError``; then
  /// nothing has changed.
  public func undoGeography(session: String, by author: Author) async throws -> UndoOutcome {
    try await write(by: author, statementTimeout: .seconds(3600)) { transaction in
      let outcome = try await transaction.undoGeography(of: session)
      if !outcome.reasons.isEmpty { throw GeographyUndoRefusal(reasons: outcome.reasons) }
      return outcome
    }.0
  }
}

extension StoreTransaction {
  /// Puts back what an import session changed in municipalities, divisions, postal codes and street ranges, exactly, and
  /// takes away what it made; places that this touches are derived anew. With reasons in the outcome it is refused, and
  /// the transaction must be thrown away.
  public func undoGeography(of session: String) async throws -> UndoOutcome {
    var outcome = UndoOutcome()
    try await holdDay()
    _ = try await connection.query("lock table geography_before in share row exclusive mode")
    for reason in try await obstacles(to: session) { outcome.refuse(reason) }
    guard outcome.reasons.isEmpty else { return outcome }
    let images = try await connection.query(
      "select entity, key, before is null from geography_before where session = \(session) order by id"
    ).decode((String, String, Bool).self)
    guard !images.isEmpty else {
      let wrote = try await connection.query(
        """
        select coalesce((s.report ->> 'created')::int + (s.report ->> 'changed')::int, 0) > 0
        from import_session s where s.id = \(session)
        """
      ).bool(0, 0)
      if wrote ?? false {
        outcome.refuse("What it changed is no longer kept: only the last five imports of geography can be taken back.")
      }
      return outcome
    }
    outcome.restored = images.count { !$0.2 }
    outcome.removed = images.count { $0.2 }
    func keys(_ entity: String, made: Bool) -> [String] { images.filter { $0.0 == entity && $0.2 == made }.map(\.1) }
    try await putBackAhead(session)
    let codes = keys("postal_code", made: false) + keys("postal_code", made: true)
    if !codes.isEmpty {
      try await putBackPostalCodes(session)
      _ = try await derivePostalCodes(codes)
    }
    try await putBackStreetRanges(session)
    let divisions = keys("division", made: false)
    let madeDivisions = keys("division", made: true)
    if !divisions.isEmpty || !madeDivisions.isEmpty {
      try await putBackDivisions(session, old: divisions, made: madeDivisions)
    }
    let municipalities = keys("municipality", made: false)
    let made = keys("municipality", made: true)
    if !municipalities.isEmpty || !made.isEmpty {
      do { try await putBackMunicipalities(session, old: municipalities, made: made) } catch let refusal
        as GeographyUndoRefusal
      {
        for reason in refusal.reasons { outcome.refuse(reason) }
        return outcome
      }
      _ = try await deriveMunicipalities(described: municipalities + made, moved: municipalities + made)
    }
    _ = try await connection.query("delete from geography_before where session = \(session)")
    return outcome
  }

  /// What stands on a session's records: later sessions, and what refers to those that it made.
  private func obstacles(to session: String) async throws -> [String] {
    try await connection.query(
      """
      with own as (select * from geography_before where session = \(session)),
      made as (select key from own where entity = 'municipality' and before is null),
      made_division as (select v.id, v.ocd_id from own join division v on v.ocd_id = own.key
        where own.entity = 'division' and own.before is null)
      select initcap(replace(o.entity, '_', ' ')) || ' ' || o.key || ' was changed again by the import session '
        || min(b.session) || ': undo that first.'
      from own o join geography_before b on b.entity = o.entity and b.key = o.key and b.id > o.id
        and b.session <> o.session
      group by o.entity, o.key
      union all
      select 'Municipality ' || p.given_municipality || ' is new with it, and ' || count(*) || ' places name it, such as '
        || min(p.id) || '.'
      from place p where p.given_municipality in (select key from made)
        and not (p.data_source = 'fi' and p.kind = 'municipality') group by p.given_municipality
      union all
      select 'Municipality ' || o.municipality || ' is new with it, and postal code ' || min(o.code) || ' lies in it.'
      from postal_code o where o.municipality in (select key from made) and not exists (
        select 1 from own w where w.entity = 'postal_code' and w.key = o.code) group by o.municipality
      union all
      select 'Municipality ' || r.municipality || ' is new with it, and has street ranges.'
      from street_range r where r.municipality in (select key from made) and not exists (
        select 1 from own w where w.entity = 'street_range' and w.key = r.municipality) group by r.municipality
      union all
      select 'Municipality ' || v.municipality || ' is new with it, and the division ' || min(v.ocd_id) || ' lies in it.'
      from division v where v.municipality in (select key from made) and not exists (
        select 1 from own w where w.entity = 'division' and w.key = v.ocd_id) group by v.municipality
      union all
      select 'Municipality ' || r.successor || ' is new with it, and succeeds ' || min(r.code) || '.'
      from municipality_successor r where r.successor in (select key from made) and not exists (
        select 1 from own w where w.entity = 'municipality' and w.key = r.code) group by r.successor
      union all
      select 'The division ' || d.ocd_id || ' is new with it, and succeeds ' || min(v.ocd_id) || '.'
      from division_successor r join made_division d on d.id = r.successor join division v on v.id = r.division
      where not exists (select 1 from own w where w.entity = 'division' and w.key = v.ocd_id) group by d.ocd_id
      order by 1
      """
    ).decode(String.self)
  }

  private func putBackAhead(_ session: String) async throws {
    let record: SQL =
      "split_part(b.key, ' ', 1) = a.entity and split_part(b.key, ' ', 2) = a.key and split_part(b.key, ' ', 3)::date = a.valid_from"
    _ = try await connection.query(
      """
      delete from geography_ahead a using geography_before b
      where b.session = \(session) and b.entity = 'ahead' and b.before is null and \(record)
      """)
    _ = try await connection.query(
      """
      update geography_ahead a set change = b.before -> 'change', boundary = b.boundary,
        data_source = b.before ->> 'data_source', session = b.before ->> 'session'
      from geography_before b where b.session = \(session) and b.entity = 'ahead' and b.before is not null and \(record)
      """)
  }

  private func putBackPostalCodes(_ session: String) async throws {
    _ = try await connection.query(
      """
      delete from postal_code o using geography_before b
      where b.session = \(session) and b.entity = 'postal_code' and b.before is null and o.code = b.key
      """)
    _ = try await connection.query(
      """
      update postal_code o set post_office = r.post_office, municipality = r.municipality, type = r.type,
        data_source = r.data_source
      from geography_before b cross join jsonb_populate_record(null::postal_code, b.before) r
      where b.session = \(session) and b.entity = 'postal_code' and b.before is not null and o.code = b.key
      """)
  }

  private func putBackStreetRanges(_ session: String) async throws {
    _ = try await connection.query(
      """
      delete from street_range r using geography_before b
      where b.session = \(session) and b.entity = 'street_range' and r.municipality = b.key
      """)
    _ = try await connection.query(
      """
      insert into street_range select r.* from geography_before b
      cross join jsonb_populate_recordset(null::street_range, b.before) r
      where b.session = \(session) and b.entity = 'street_range'
      """)
  }

  private func putBackMunicipalities(_ session: String, old: [String], made: [String]) async throws {
    _ = try await connection.query(
      """
      update municipality m set name = r.name, alternate_names = r.alternate_names, region_code = r.region_code,
        region_name = r.region_name, language_class = r.language_class, valid_from = r.valid_from,
        valid_to = r.valid_to, data_source = r.data_source
      from geography_before b cross join jsonb_populate_record(null::municipality, b.before -> 'row') r
      where b.session = \(session) and b.entity = 'municipality' and b.before is not null and m.code = b.key
      """)
    _ = try await connection.query("delete from municipality_successor where code = any(\(old + made))")
    _ = try await connection.query(
      """
      insert into municipality_successor (code, successor)
      select b.key, u.code from geography_before b cross join jsonb_array_elements_text(b.before -> 'successors') u (code)
      where b.session = \(session) and b.entity = 'municipality' and b.before is not null
      """)
    _ = try await connection.query(
      """
      delete from municipality_boundary o using geography_before b
      where b.session = \(session) and b.entity = 'municipality' and b.boundary is null and o.code = b.key
      """)
    _ = try await connection.query(
      """
      insert into municipality_boundary as o (code, geom)
      select b.key, b.boundary from geography_before b
      where b.session = \(session) and b.entity = 'municipality' and b.boundary is not null
      on conflict (code) do update set geom = excluded.geom where not ST_OrderingEquals(o.geom, excluded.geom)
      """)
    try await cutMunicipalities(old + made)
    guard !made.isEmpty else { return }
    // What had been merged into the places of the new ones goes back first.
    gazetteer = try Gazetteer(await connection.query(PlaceStore.municipalitySQL))
    try await builtInPlaces()
    try await deleteBuiltIn(made)
    _ = try await connection.query(
      "delete from geography_ahead where entity = 'municipality' and key = any(\(made))")
    _ = try await connection.query("delete from municipality where code = any(\(made))")
  }

  /// The built-in places of municipalities that are taken away answer 410; their ids stay.
  private func deleteBuiltIn(_ codes: [String]) async throws {
    let used = try await connection.query(
      """
      select 'The place ' || p.id || ' of a municipality that is new with it has events or children.' from place p
      where p.id = any(\(codes.map { "fi:\($0)" })) and (exists (select 1 from event_key v where v.place = p.pk)
        or exists (select 1 from place c where c.parent = p.pk and c.state = 'live'))
      order by 1
      """
    ).decode(String.self)
    guard used.isEmpty else { throw GeographyUndoRefusal(reasons: used) }
    let places = try await lockPlaces(codes.map { try PlaceID("fi:\($0)") })
    var changes: [PlaceChange] = []
    for stored in places.values.sorted(by: { $0.place.id < $1.place.id }) where stored.place.kind == .municipality {
      var gone = try change(stored) { $0.givenMunicipality = nil }
      gone.life =
        switch stored.state {
        case "merged": stored.replacedBy.first.map { .merged(into: $0) } ?? .live
        case "split": .split(into: stored.replacedBy)
        default: .deleted(reason: Self.undoneReason)
        }
      changes.append(gone)
    }
    try await save(changes)
  }

  private func putBackDivisions(_ session: String, old: [String], made: [String]) async throws {
    let keys = try await connection.query(
      "select id from division where ocd_id = any(\(old)) order by ocd_id for no key update"
    ).decode(Int64.self)
    let gone = try await connection.query("select id from division where ocd_id = any(\(made))").decode(Int64.self)
    let members = try await connection.query(
      "select distinct pk from place_division where division = any(\(keys + gone))"
    ).decode(Int64.self)
    _ = try await connection.query("delete from division_successor where division = any(\(keys + gone))")
    _ = try await connection.query(
      "delete from geography_ahead where entity = 'division' and key = any(\(made))")
    _ = try await connection.query("delete from division where id = any(\(gone))")
    _ = try await connection.query(
      """
      update division v set type = r.type, municipality = r.municipality, name = r.name, found_by = r.found_by,
        data_source = r.data_source, valid_from = r.valid_from, valid_to = r.valid_to, geom = b.boundary
      from geography_before b cross join jsonb_to_record(b.before) r (type text, municipality text, name jsonb,
        found_by text[], data_source text, valid_from date, valid_to date)
      where b.session = \(session) and b.entity = 'division' and b.before is not null and v.ocd_id = b.key
      """)
    _ = try await connection.query(
      """
      insert into division_successor (division, successor)
      select v.id, u.id::bigint from geography_before b join division v on v.ocd_id = b.key
      cross join jsonb_array_elements_text(b.before -> 'successors') u (id)
      where b.session = \(session) and b.entity = 'division' and b.before is not null
      on conflict do nothing
      """)
    changesGeography = true
    movedDivisions += keys
    _ = try await deriveDivisions(keys, alsoRendering: members)
  }
}
