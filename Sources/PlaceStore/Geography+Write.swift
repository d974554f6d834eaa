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
  /// First day, `yyyy-mm-dd`.
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

/// What an import of geography did.
public struct GeographyOutcome: Sendable, Hashable {
  /// Records that are new.
  public var created = 0
  /// Records that changed.
  public var changed = 0
  /// Records that were known so.
  public var unchanged = 0
  /// Places whose municipality, divisions or document changed with it.
  public var placesChanged = 0
  /// The OCD ids of divisions whose boundary encloses nothing: nothing of them was written.
  public var withoutArea: [DivisionID] = []
  /// Makes an empty one.
  public init() {}
}

extension StoreTransaction {
  /// Writes municipalities and their boundaries, makes their built-in places, and derives anew the places that they
  /// touch. A boundary is repaired (`ST_MakeValid`) and cut into small parts for lookups.
  public func saveMunicipalities(_ changes: [MunicipalityChange], source: DataSourceID) async throws -> GeographyOutcome
  {
    var outcome = GeographyOutcome()
    var touched: [String] = []
    for change in changes {
      switch try await save(change, source: source) {
      case .some(true): outcome.created += 1
      case .some(false): outcome.changed += 1
      case .none:
        outcome.unchanged += 1
        continue
      }
      touched.append(change.code.description)
    }
    for change in changes {
      guard let successors = change.successors else { continue }
      let code = change.code.description
      let gone = try await connection.query(
        "delete from municipality_successor where code = \(code) and not successor = any(\(successors.map(\.description)))"
      )
      let added = try await connection.query(
        """
        insert into municipality_successor (code, successor)
        select \(code), c from unnest(\(successors.map(\.description))::text[]) c on conflict do nothing
        """)
      if gone.affected + added.affected > 0 { touched.append(code) }
    }
    guard !touched.isEmpty else { return outcome }
    changesGeography = true
    gazetteer = try Gazetteer(await connection.query(PlaceStore.municipalitySQL))
    try await builtInPlaces()
    outcome.placesChanged = try await refresh(
      where: """
        k.municipality = any(\(touched)) or p.given_municipality = any(\(touched))
        or p.postal_code in (select o.code from postal_code o where o.municipality = any(\(touched)))
        or exists (select 1 from municipality_boundary b
          where b.code = any(\(touched)) and k.geom && b.geom
            and k.municipality is distinct from municipality_at(k.geom))
        or k.pk in (select l.pk from place_division l join division v on v.id = l.division
          where v.municipality = any(\(touched)))
        """)
    return outcome
  }

  /// True: made; false: changed; nil: nothing new.
  private func save(_ change: MunicipalityChange, source: DataSourceID) async throws -> Bool? {
    let code = change.code.description
    let rows = try await connection.query(
      """
      insert into municipality as m (code, name, alternate_names, region_code, region_name, language_class, valid_from,
        valid_to, data_source)
      values (\(code),
        coalesce(\(change.name?.json.text)::jsonb, (select o.name from municipality o where o.code = \(code))),
        coalesce(\(change.alternateNames)::text[], '{}'),
        \(change.regionCode), \(change.regionName?.json.text)::jsonb, \(change.languageClass),
        \(change.validFrom)::date, \(change.validTo)::date, \(source.description))
      on conflict (code) do update set
        name = m.name || coalesce(excluded.name, '{}'), alternate_names = coalesce(\(change.alternateNames)::text[],
        m.alternate_names), region_code = coalesce(excluded.region_code, m.region_code),
        region_name = coalesce(excluded.region_name, m.region_name),
        language_class = coalesce(excluded.language_class, m.language_class),
        valid_from = coalesce(excluded.valid_from, m.valid_from), valid_to = coalesce(excluded.valid_to, m.valid_to)
      where (m.name, m.alternate_names, m.region_code, m.region_name, m.language_class, m.valid_from, m.valid_to)
        is distinct from (m.name || coalesce(excluded.name, '{}'), coalesce(\(change.alternateNames)::text[],
        m.alternate_names), coalesce(excluded.region_code, m.region_code),
        coalesce(excluded.region_name, m.region_name), coalesce(excluded.language_class, m.language_class),
        coalesce(excluded.valid_from, m.valid_from), coalesce(excluded.valid_to, m.valid_to))
      returning xmax = 0
      """)
    let row: Bool? = rows.count > 0 ? rows.bool(0, 0) : nil
    guard let boundary = change.boundary else { return row }
    let written = try await connection.query(
      """
      insert into municipality_boundary as b (code, geom)
      select \(code), ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromEWKT(\(boundary)), 3067)), 3))
      on conflict (code) do update set geom = excluded.geom where not ST_OrderingEquals(b.geom, excluded.geom)
      returning true
      """)
    guard written.count > 0 else { return row }
    _ = try await connection.query("delete from municipality_part where code = \(code)")
    _ = try await connection.query(
      """
      insert into municipality_part (code, geom)
      select code, (ST_Dump(ST_Subdivide(geom, 128))).geom from municipality_boundary where code = \(code)
      """)
    return row ?? false
  }

  /// Each municipality's own place `fi:<code>`, and `fi:online` and `fi:various`: what events without a venue link to.
  public func builtInPlaces() async throws {
    var wanted: [Place] = []
    let points = try await connection.query(
      """
      select code, round(ST_X(p)), round(ST_Y(p)) from municipality_boundary cross join ST_PointOnSurface(geom) p
      """
    ).decode((String, Double, Double).self)
    let positions = Dictionary(points.map { ($0.0, DeliveredPosition(srid: 3067, x: $0.1, y: $0.2)) }) { a, _ in a }
    for municipality in gazetteer.municipalities.values.sorted(by: { $0.code < $1.code })
    where municipality.validTo == nil {
      var place = Place(id: try PlaceID("fi:\(municipality.code)"), name: municipality.name)
      place.kind = .municipality
      place.givenMunicipality = municipality.code
      place.position = positions[municipality.code.description]
      wanted.append(place)
    }
    for (local, names) in [
      ("online", [Language.fi: "Verkossa", .sv: "På nätet", .en: "Online"]),
      ("various", [Language.fi: "Eri paikat", .sv: "Olika platser", .en: "Various places"]),
    ] {
      guard let name = LocalizedText(names) else { continue }
      var place = Place(id: try PlaceID("fi:\(local)"), name: name)
      place.kind = local == "online" ? .online : .area
      wanted.append(place)
    }
    let known = try await lockPlaces(wanted.map(\.id))
    let changes = try wanted.map { try PlaceChange($0, existing: known[$0.id], engine: engine) }
      .filter { $0.existing?.place.name != $0.place.name || $0.existing?.place.position != $0.place.position }
    try await save(changes)
  }

  /// Writes postal codes and derives anew the places whose municipality hangs on one.
  public func savePostalCodes(_ records: [PostalCodeRecord], source: DataSourceID) async throws -> GeographyOutcome {
    _ = try await connection.script(
      """
      create temp table if not exists staged_postal_code
        (code text, post_office jsonb, municipality text, type text) on commit drop;
      truncate staged_postal_code;
      """)
    _ = try await connection.copyIn("copy staged_postal_code from stdin") { writer in
      var text = CopyText()
      for record in records {
        text.column(record.code.description)
        text.column(record.postOffice.json.text)
        text.column(record.municipality?.description)
        text.column(record.type)
        text.endRow()
      }
      try await writer.write(text.bytes)
    }
    let rows = try await connection.query(
      """
      insert into postal_code as o (code, post_office, municipality, type, data_source)
      select code, post_office, municipality, type, \(source.description) from staged_postal_code
      on conflict (code) do update set post_office = excluded.post_office, municipality = excluded.municipality,
        type = excluded.type, data_source = excluded.data_source
      where (o.post_office, o.municipality, o.type) is distinct from
        (excluded.post_office, excluded.municipality, excluded.type)
      returning code, xmax = 0
      """)
    let written = try rows.decode((String, Bool).self)
    var outcome = GeographyOutcome()
    outcome.created = written.count { $0.1 }
    outcome.changed = written.count - outcome.created
    outcome.unchanged = records.count - written.count
    if !written.isEmpty {
      changesGeography = true
      outcome.placesChanged = try await refresh(
        where: """
          p.postal_code = any(\(written.map(\.0))) and (k.municipality is null or k.municipality_source = 'postal_code')
          """)
    }
    return outcome
  }
}
