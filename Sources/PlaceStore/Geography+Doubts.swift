import Places
import Postgres

extension StoreTransaction {
  /// How many places in doubt are told.
  private static let toldDoubts = 100

  /// Places whose given municipality is not the one that their position lies in.
  private static let municipalityDoubts: SQL = """
    place p join place_key k on k.pk = p.pk
    where p.state = 'live' and k.municipality_source = 'boundary' and p.given_municipality is not null
      and k.municipality <> p.given_municipality
      and not k.municipality = any (array(select current_municipalities(p.given_municipality)))
    """

  /// Notes the places that are in doubt before municipalities change.
  func noteMunicipalityDoubts() async throws {
    try await connection.script(
      """
      create temp table if not exists doubted_place (pk bigint) on commit drop;
      truncate doubted_place;
      """)
    _ = try await connection.query("insert into doubted_place select p.pk from \(Self.municipalityDoubts)")
  }

  /// Counts the places that are in doubt now and were not before, and tells the first of them.
  func tellMunicipalityDoubts(_ outcome: inout GeographyOutcome) async throws {
    guard changesGeography, outcome.placesChanged > 0 else { return }
    let rows = try await connection.query(
      """
      select k.municipality, p.id, p.given_municipality, (select coalesce(m.name ->> 'fi', m.name ->> 'sv')
        from municipality m where m.code = k.municipality), count(*) over ()
      from \(Self.municipalityDoubts) and not exists (select 1 from doubted_place d where d.pk = p.pk)
      order by p.id limit \(Self.toldDoubts)
      """
    ).decode((String, String, String, String?, Int).self)
    outcome.placesInDoubt += rows.first?.4 ?? 0
    outcome.doubts += try rows.map {
      GeographyDoubt(
        key: $0.0,
        doubt: PlaceDoubt(
          id: try PlaceID($0.1), code: "municipality-disagrees", field: "municipality", value: $0.2,
          detail: "The place \($0.1) lies in \($0.3 ?? "") (\($0.0)) by these boundaries, which is what counts."))
    }
  }

  /// Places whose post office or municipality is not the one of their postal code.
  private static func postalDoubts(_ codes: [String]) -> SQL {
    """
    place p join place_key k on k.pk = p.pk join postal_code o on o.code = p.postal_code
    cross join lateral (values (
      p.post_office ? 'fi' and not exists (
        select 1 from jsonb_each_text(o.post_office) a, jsonb_each_text(p.post_office) b
        where lower(a.value) = lower(b.value)),
      k.municipality_source <> 'postal_code' and o.municipality <> k.municipality
        and not k.municipality = any (array(select current_municipalities(o.municipality)))
    )) d (office, municipality)
    where p.state = 'live' and p.postal_code = any(\(codes)) and (d.office or d.municipality)
    """
  }

  /// Notes the places that are in doubt before these postal codes change.
  func notePostalDoubts(_ codes: [String]) async throws {
    try await connection.script(
      """
      create temp table if not exists doubted_place (pk bigint) on commit drop;
      truncate doubted_place;
      """)
    _ = try await connection.query("insert into doubted_place select p.pk from \(Self.postalDoubts(codes))")
  }

  /// Counts the places that disagree with their postal code now and did not before, and tells the first of them.
  func tellPostalDoubts(_ codes: [String], _ outcome: inout GeographyOutcome) async throws {
    let rows = try await connection.query(
      """
      select p.postal_code, p.id, d.office, coalesce(p.post_office ->> 'fi', ''), coalesce(o.post_office ->> 'fi',
        o.post_office ->> 'sv'), coalesce(k.municipality, ''), coalesce(o.municipality, ''), count(*) over ()
      from \(Self.postalDoubts(codes)) and not exists (select 1 from doubted_place d where d.pk = p.pk)
      order by p.id limit \(Self.toldDoubts)
      """
    ).decode((String, String, Bool?, String, String?, String, String, Int).self)
    outcome.placesInDoubt += rows.first?.7 ?? 0
    outcome.doubts += try rows.map { row in
      let isOffice = row.2 ?? false
      return GeographyDoubt(
        key: row.0,
        doubt: PlaceDoubt(
          id: try PlaceID(row.1), code: isOffice ? "post-office-disagrees" : "municipality-disagrees",
          field: isOffice ? "post_office" : "municipality", value: isOffice ? row.3 : row.5,
          detail: isOffice
            ? "The place \(row.1) has another post office than \(row.4 ?? ""), which \(row.0) now has."
            : "The place \(row.1) lies in \(row.5), but \(row.0) now belongs to \(row.6)."))
    }
  }
}
