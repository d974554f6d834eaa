import Places
import Postgres

extension StoreTransaction {
  /// The import session that writes, under which what it changes is kept for its undo; nil for others.
  var geographySession: String? {
    author.actor.hasPrefix("import:") ? String(author.actor.dropFirst("import:".count)) : nil
  }

  /// What a change that was imported ahead `a` is kept as.
  static let imageOfAhead: SQL = """
    case when a.key is not null
      then jsonb_build_object('change', a.change, 'data_source', a.data_source, 'session', a.session) end
    """

  /// What a municipality `m` is kept as, its boundary apart.
  private static let imageOfMunicipality: SQL = """
    case when m.code is not null then jsonb_build_object('row', to_jsonb(m), 'successors',
      array(select r.successor from municipality_successor r where r.code = m.code order by 1)) end
    """

  /// What a division `v` is kept as, its boundary apart.
  private static let imageOfDivision: SQL = """
    case when v.id is not null then jsonb_build_object('type', v.type, 'municipality', v.municipality, 'name', v.name,
      'found_by', v.found_by, 'data_source', v.data_source, 'valid_from', v.valid_from, 'valid_to', v.valid_to,
      'successors', array(select r.successor from division_successor r where r.division = v.id order by 1)) end
    """

  /// Keeps what merged municipalities are before they change.
  func rememberMunicipalities() async throws {
    _ = try await connection.query(
      """
      insert into geography_before (session, entity, key, before, boundary)
      select s.session, 'municipality', s.code, \(Self.imageOfMunicipality), b.geom
      from merged_municipality s left join municipality m using (code) left join municipality_boundary b using (code)
      where s.session is not null and (s.is_new or s.is_described or s.is_succeeded or s.is_moved)
      on conflict do nothing
      """)
  }

  /// Keeps what divisions are before they change; those that do not exist are new.
  func rememberDivisions(_ ids: [String], session: String?) async throws {
    guard let session, !ids.isEmpty else { return }
    _ = try await connection.query(
      """
      insert into geography_before (session, entity, key, before, boundary)
      select \(session), 'division', u.id, \(Self.imageOfDivision), v.geom
      from unnest(\(ids)::text[]) u (id) left join division v on v.ocd_id = u.id
      on conflict do nothing
      """)
  }

  func rememberPostalCodes(_ codes: [String]) async throws {
    guard let session = geographySession else { return }
    _ = try await connection.query(
      """
      insert into geography_before (session, entity, key, before)
      select \(session), 'postal_code', u.code, to_jsonb(o)
      from unnest(\(codes)::text[]) u (code) left join postal_code o on o.code = u.code
      on conflict do nothing
      """)
  }

  /// Keeps the street ranges of municipalities before they are exchanged.
  func rememberStreetRanges(_ municipalities: [String]) async throws {
    guard let session = geographySession else { return }
    _ = try await connection.query(
      """
      insert into geography_before (session, entity, key, before)
      select \(session), 'street_range', u.code,
        coalesce((select jsonb_agg(to_jsonb(r)) from street_range r where r.municipality = u.code), '[]')
      from unnest(\(municipalities)::text[]) u (code)
      on conflict do nothing
      """)
  }

  /// Forgets what older sessions found: it is kept of the last five that changed geography.
  func forgetOldGeography(keeping sessions: Int = 5) async throws {
    guard geographySession != nil else { return }
    _ = try await connection.query(
      """
      delete from geography_before b where b.session not in (
        select session from geography_before group by session order by max(id) desc limit \(sessions))
      """)
  }
}
