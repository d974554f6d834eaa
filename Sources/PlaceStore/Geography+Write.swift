import Places
import Postgres

/// A municipality to be written; what is nil is kept as it is.
public struct MunicipalityChange: Sendable {
  /// The code.
  public var code: MunicipalityCode
  /// Its names; languages that are absent stay.
  public var name: LocalizedText?
  /// Further spellings; nil: as they are.
  public var alternateNames: [String]?
  /// Region code, two digits.
  public var regionCode: String?
  /// The region's names.
  public var regionName: LocalizedText?
  /// `fi`, `sv`, `fi-sv` or `sv-fi`.
  public var languageClass: String?
  /// First day, `yyyy-mm-dd`. A later one than today over a municipality that exists: the whole change waits for it.
  public var validFrom: String?
  /// Last day, `yyyy-mm-dd`.
  public var validTo: String?
  /// Where its area went; nil: as they are.
  public var successors: [MunicipalityCode]?
  /// The boundary as EWKT or WKT of a polygon or multipolygon in EPSG:3067.
  public var boundary: String?

  /// Makes a change that changes nothing.
  public init(code: MunicipalityCode) { self.code = code }
}

/// A row of geography that could not be taken, found only where it met what is stored.
public struct GeographyRefusal: Sendable, Hashable {
  /// The code or OCD id.
  public let key: String
  /// A stable code such as `no-area`.
  public let code: String
  /// The field concerned.
  public let field: String
  /// What is wrong and how to mend it.
  public let detail: String
}

/// A place that an import of geography put in doubt.
public struct GeographyDoubt: Sendable, Hashable {
  /// The municipality or postal code, whose row put it there.
  public let key: String
  /// The doubt.
  public let doubt: PlaceDoubt
}

/// What an import of geography did.
public struct GeographyOutcome: Sendable, Hashable {
  /// Records that are new.
  public var created = 0
  /// Records that changed.
  public var changed = 0
  /// Records that were known so.
  public var unchanged = 0
  /// Records that went because the file, which holds the whole, lacks them (street ranges).
  public var removed = 0
  /// Of those new or changed: how many take effect on a later day only.
  public var ahead = 0
  /// Places whose municipality, divisions or document changed with it.
  public var placesChanged = 0
  /// Places that agreed with the registers before and don't now.
  public var placesInDoubt = 0
  /// The first hundred of them.
  public var doubts: [GeographyDoubt] = []
  /// Rows that could not be taken.
  public var refusals: [GeographyRefusal] = []
  /// The OCD ids of divisions whose boundary encloses nothing: nothing of them was written.
  public var withoutArea: [DivisionID] = []
  /// Makes an empty one.
  public init() {}
}

extension StoreTransaction {
  /// Writes municipalities and their boundaries, makes, moves and merges their built-in places, and derives anew the
  /// places that they touch. A boundary is repaired (`ST_MakeValid`) and cut into small parts for lookups. What begins
  /// on a later day waits for ``PlaceStore/applyDueGeography(today:)``. Codes must not repeat.
  public func saveMunicipalities(_ changes: [MunicipalityChange], source: DataSourceID) async throws -> GeographyOutcome
  {
    var outcome = GeographyOutcome()
    try await holdDay()
    try await stageMunicipalities(changes, source: source)
    try await refuseStagedMunicipalities(&outcome)
    try await putAheadStagedMunicipalities(&outcome)
    let (described, moved) = try await writeStagedMunicipalities(&outcome)
    outcome.placesChanged = try await deriveMunicipalities(described: described, moved: moved)
    try await tellMunicipalityDoubts(&outcome)
    try await forgetOldGeography()
    return outcome
  }

  /// Puts municipalities beside what is stored; boundaries are repaired on the way.
  private func stageMunicipalities(_ changes: [MunicipalityChange], source: DataSourceID) async throws {
    try await makeMunicipalityStaging()
    _ = try await connection.copyIn(
      """
      copy staged_municipality (code, name, alternate_names, region_code, region_name, language_class, valid_from,
        valid_to, successors, given, data_source, session) from stdin
      """
    ) { writer in
      var text = CopyText()
      for change in changes {
        text.column(change.code.description)
        text.column(change.name?.json.text)
        text.column(change.alternateNames?.postgresText)
        text.column(change.regionCode)
        text.column(change.regionName?.json.text)
        text.column(change.languageClass)
        text.column(change.validFrom)
        text.column(change.validTo)
        text.column(change.successors.map { Set($0.map(\.description)).sorted() }?.postgresText)
        text.column(change.boundary)
        text.column(source.description)
        text.column(geographySession)
        text.endRow()
        if text.bytes.count > 1 << 18 {
          try await writer.write(text.bytes)
          text = CopyText()
        }
      }
      try await writer.write(text.bytes)
    }
    _ = try await connection.query(
      """
      update staged_municipality s
      set geom = ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromEWKT(s.given), 3067)), 3))
      where s.given is not null
      """)
  }

  func makeMunicipalityStaging() async throws {
    try await connection.script(
      """
      create temp table if not exists staged_municipality (
        code text primary key, name jsonb, alternate_names text[], region_code text, region_name jsonb,
        language_class text, valid_from date, valid_to date, successors text[], given text, geom geometry,
        data_source text, session text) on commit drop;
      create temp table if not exists merged_municipality (
        code text primary key, name jsonb, alternate_names text[], region_code text, region_name jsonb,
        language_class text, valid_from date, valid_to date, successors text[], geom geometry, data_source text,
        session text, is_new boolean, is_described boolean, is_succeeded boolean, is_moved boolean) on commit drop;
      truncate staged_municipality, merged_municipality;
      """)
  }

  /// Takes out what can't be.
  func refuseStagedMunicipalities(_ outcome: inout GeographyOutcome) async throws {
    let rows = try await connection.query(
      """
      with refused as (
        select s.code, 'no-area' as reason, 'geometry' as field,
          'The boundary encloses nothing: its points lie on one line.' as detail
        from staged_municipality s where ST_IsEmpty(s.geom)
        union all
        select s.code, 'dates', 'valid_to', 'It would end (' || coalesce(s.valid_to, m.valid_to)::text
          || ') before it begins (' || coalesce(s.valid_from, m.valid_from)::text || '): give both dates.'
        from staged_municipality s left join municipality m using (code)
        where coalesce(s.valid_from, m.valid_from) > coalesce(s.valid_to, m.valid_to)
      ), gone as (delete from staged_municipality s where s.code in (select code from refused))
      select distinct on (code) code, reason, field, detail from refused order by code, reason
      """
    ).decode((String, String, String, String).self)
    outcome.refusals += rows.map { GeographyRefusal(key: $0.0, code: $0.1, field: $0.2, detail: $0.3) }
  }

  /// Merges the staged municipalities into what is stored and tells the codes of those of which a name, date or
  /// successor changed (new ones among them) and those whose boundary did.
  func writeStagedMunicipalities(_ outcome: inout GeographyOutcome) async throws -> (
    described: [String], moved: [String]
  ) {
    _ = try await connection.query(
      """
      select from municipality m where m.code in (select code from staged_municipality) order by m.code
      for no key update
      """)
    _ = try await connection.query(
      """
      insert into merged_municipality
      select s.code, coalesce(m.name::jsonb, '{}') || coalesce(s.name, '{}'),
        coalesce(s.alternate_names, m.alternate_names, '{}'), coalesce(s.region_code, m.region_code),
        coalesce(s.region_name, m.region_name), coalesce(s.language_class, m.language_class),
        coalesce(s.valid_from, m.valid_from), coalesce(s.valid_to, m.valid_to), s.successors, s.geom, s.data_source,
        s.session, m.code is null,
        (m.name, m.alternate_names, m.region_code, m.region_name, m.language_class, m.valid_from, m.valid_to)
          is distinct from (coalesce(m.name::jsonb, '{}') || coalesce(s.name, '{}'),
          coalesce(s.alternate_names, m.alternate_names), coalesce(s.region_code, m.region_code),
          coalesce(s.region_name, m.region_name), coalesce(s.language_class, m.language_class),
          coalesce(s.valid_from, m.valid_from), coalesce(s.valid_to, m.valid_to)),
        s.successors is not null and s.successors <> array(
          select r.successor::text from municipality_successor r where r.code = s.code order by 1),
        s.geom is not null and not coalesce(ST_OrderingEquals(b.geom, s.geom), false)
      from staged_municipality s left join municipality m using (code) left join municipality_boundary b using (code)
      """)
    let rows = try await connection.query(
      """
      select code, is_new, is_new or is_described or is_succeeded, is_moved from merged_municipality order by code
      """
    ).decode((String, Bool, Bool, Bool).self)
    outcome.created += rows.count { $0.1 }
    outcome.changed += rows.count { !$0.1 && ($0.2 || $0.3) }
    outcome.unchanged += rows.count { !$0.2 && !$0.3 }
    let described = rows.filter(\.2).map(\.0)
    let moved = rows.filter(\.3).map(\.0)
    guard !described.isEmpty || !moved.isEmpty else { return ([], []) }
    try await noteMunicipalityDoubts()
    try await rememberMunicipalities()
    try await writeMergedMunicipalities()
    try await cutMunicipalities(moved)
    return (described, moved)
  }

  private func writeMergedMunicipalities() async throws {
    _ = try await connection.query(
      """
      insert into municipality as m (code, name, alternate_names, region_code, region_name, language_class, valid_from,
        valid_to, data_source)
      select code, name, alternate_names, region_code, region_name, language_class, valid_from, valid_to, data_source
      from merged_municipality where is_new or is_described order by code
      on conflict (code) do update set name = excluded.name, alternate_names = excluded.alternate_names,
        region_code = excluded.region_code, region_name = excluded.region_name,
        language_class = excluded.language_class, valid_from = excluded.valid_from, valid_to = excluded.valid_to
      """)
    _ = try await connection.query(
      """
      delete from municipality_successor r using merged_municipality s
      where s.is_succeeded and r.code = s.code and not r.successor = any (s.successors)
      """)
    _ = try await connection.query(
      """
      insert into municipality_successor (code, successor)
      select s.code, u.code from merged_municipality s cross join unnest(s.successors) u (code)
      join municipality m on m.code = u.code where s.is_succeeded and u.code <> s.code
      on conflict do nothing
      """)
    _ = try await connection.query(
      """
      insert into municipality_boundary as b (code, geom)
      select s.code, s.geom from merged_municipality s where s.is_moved
      on conflict (code) do update set geom = excluded.geom
      """)
  }

  /// Cuts the boundaries of these municipalities into the parts that lookups read.
  func cutMunicipalities(_ codes: [String]) async throws {
    guard !codes.isEmpty else { return }
    _ = try await connection.query("delete from municipality_part where code = any(\(codes))")
    _ = try await connection.query(
      """
      insert into municipality_part (code, geom)
      select b.code, (ST_Dump(ST_Subdivide(b.geom, 128))).geom from municipality_boundary b where b.code = any(\(codes))
      """)
  }

  /// Derives anew what hangs on these municipalities: built-in places, and the places whose document names one of the
  /// `described` or whose municipality is another one by the `moved` boundaries. Returns how many those were.
  func deriveMunicipalities(described: [String], moved: [String]) async throws -> Int {
    guard !described.isEmpty || !moved.isEmpty else { return 0 }
    changesGeography = true
    gazetteer = try Gazetteer(await connection.query(PlaceStore.municipalitySQL))
    try await builtInPlaces()
    let byBoundary: SQL =
      "municipality_at(k.geom) is distinct from case when k.municipality_source = 'boundary' then k.municipality end"
    return try await refresh(
      where: """
        k.municipality = any(\(described)) or p.given_municipality = any(\(described))
        or p.postal_code in (select o.code from postal_code o where o.municipality = any(\(described)))
        or k.municipality = any(\(moved)) and k.municipality_source = 'boundary' and \(byBoundary)
        or exists (select 1 from municipality_boundary b where b.code = any(\(moved)) and k.geom && b.geom)
          and \(byBoundary)
        or k.pk in (select l.pk from place_division l join division v on v.id = l.division
          where v.municipality = any(\(described)))
        """)
  }
}
