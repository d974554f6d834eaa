import Places
import Postgres

extension PlaceStore {
  /// Carries out what municipalities and divisions are due for: those that begin or end by this day, and changes that
  /// were imported ahead of it. Their places are derived anew, built-in places made and merged. Doing it again does
  /// nothing. `today` (`yyyy-mm-dd`) is Helsinki's date where nil. Returns how many municipalities and divisions began,
  /// ended or changed. Throws ``StoreError``; then nothing has changed.
  public func applyDueGeography(today: String? = nil) async throws -> Int {
    let isDue = try await quick(
      "select d.day < coalesce(\(today)::date, helsinki_today()) from geography_day d"
    ).bool(0, 0)
    guard isDue ?? false else { return 0 }
    return try await write(
      by: Author(actor: "geography", action: "geography due"), statementTimeout: .seconds(3600)
    ) { try await $0.applyDueGeography(today: today) }.0
  }
}

extension StoreTransaction {
  /// Brings the registry to Helsinki's day and keeps it there until this transaction ends: what an import says is
  /// measured against one day.
  func holdDay() async throws {
    _ = try await applyDueGeography(today: nil)
    _ = try await connection.query("select from geography_day for share")
  }

  /// The day that the registry shows.
  func registryDay() async throws -> String {
    try await connection.query("select registry_today()::text").string(0, 0) ?? ""
  }

  fileprivate func applyDueGeography(today: String?) async throws -> Int {
    // The row is the lock: of several processes one carries out a day, the others find it done.
    let days = try await connection.query(
      """
      with old as (
        select d.day from geography_day d where d.day < coalesce(\(today)::date, helsinki_today()) for update)
      update geography_day g set day = coalesce(\(today)::date, helsinki_today()) from old
      returning old.day::text, g.day::text
      """
    ).decode((String, String).self)
    guard let (old, new) = days.first else { return 0 }
    gazetteer = try Gazetteer(await connection.query(PlaceStore.municipalitySQL))
    let turned = try await connection.query(
      """
      select m.code from municipality m
      where m.valid_from > \(old)::date and m.valid_from <= \(new)::date
        or m.valid_to >= \(old)::date and m.valid_to < \(new)::date order by 1
      """
    ).decode(String.self)
    var outcome = GeographyOutcome()
    var described = turned
    var moved = turned
    for day in try await daysAhead("municipality", until: new) {
      try await makeMunicipalityStaging()
      _ = try await connection.query(
        """
        with due as (
          delete from geography_ahead a where a.entity = 'municipality' and a.valid_from = \(day)::date returning *)
        insert into staged_municipality (code, name, alternate_names, region_code, region_name, language_class,
          valid_from, valid_to, successors, geom, data_source, session)
        select a.key, r.name, r.alternate_names, r.region_code, r.region_name, r.language_class, a.valid_from,
          r.valid_to, r.successors, a.boundary, a.data_source, a.session
        from due a join municipality m on m.code = a.key cross join jsonb_to_record(a.change) r (name jsonb, alternate_names text[], region_code text,
          region_name jsonb, language_class text, valid_to date, successors text[])
        """)
      try await refuseStagedMunicipalities(&outcome)
      let (more, other) = try await writeStagedMunicipalities(&outcome)
      described += more
      moved += other
    }
    _ = try await deriveMunicipalities(described: described, moved: moved)
    let divisions = try await applyDueDivisions(from: old, to: new)
    return Set(described + moved).count + divisions
  }

  /// The days up to this one for which something waits, in their order.
  func daysAhead(_ entity: String, until day: String) async throws -> [String] {
    try await connection.query(
      """
      select distinct a.valid_from::text from geography_ahead a
      where a.entity = \(entity) and a.valid_from <= \(day)::date order by 1
      """
    ).decode(String.self)
  }

  /// Takes those of the staged municipalities that begin on a later day, while another form of them holds until then,
  /// out of the stage and keeps them for that day.
  func putAheadStagedMunicipalities(_ outcome: inout GeographyOutcome) async throws {
    let change: SQL = """
      jsonb_strip_nulls(jsonb_build_object('name', s.name, 'alternate_names', s.alternate_names,
        'region_code', s.region_code, 'region_name', s.region_name, 'language_class', s.language_class,
        'valid_to', s.valid_to, 'successors', s.successors))
      """
    let rows = try await connection.query(
      """
      select s.code, a.key is not null and a.change = \(change)
        and coalesce(ST_OrderingEquals(a.boundary, s.geom), num_nulls(a.boundary, s.geom) = 2)
      from staged_municipality s join municipality m using (code)
      left join geography_ahead a on a.entity = 'municipality' and a.key = s.code and a.valid_from = s.valid_from
      where s.valid_from > registry_today() and coalesce(m.valid_from <= registry_today(), true)
      """
    ).decode((String, Bool).self)
    guard !rows.isEmpty else { return }
    let changed = rows.filter { !$0.1 }.map(\.0)
    outcome.changed += changed.count
    outcome.ahead += changed.count
    outcome.unchanged += rows.count - changed.count
    _ = try await connection.query(
      """
      insert into geography_before (session, entity, key, before, boundary)
      select s.session, 'ahead', 'municipality ' || s.code || ' ' || s.valid_from, \(Self.imageOfAhead), a.boundary
      from staged_municipality s left join geography_ahead a
        on a.entity = 'municipality' and a.key = s.code and a.valid_from = s.valid_from
      where s.session is not null and s.code = any(\(changed))
      on conflict do nothing
      """)
    _ = try await connection.query(
      """
      insert into geography_ahead as a (entity, key, valid_from, change, boundary, data_source, session)
      select 'municipality', s.code, s.valid_from, \(change), s.geom, s.data_source, s.session
      from staged_municipality s where s.code = any(\(changed))
      on conflict (entity, key, valid_from) do update set change = excluded.change, boundary = excluded.boundary,
        data_source = excluded.data_source, session = excluded.session
      """)
    _ = try await connection.query("delete from staged_municipality s where s.code = any(\(rows.map(\.0)))")
  }
}
