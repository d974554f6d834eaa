import Places
import Postgres

/// Something that a place and a register disagree about.
public struct PlaceDoubt: Sendable, Hashable {
  /// The place.
  public let id: PlaceID
  /// A stable code such as `municipality-disagrees`.
  public let code: String
  /// The field in doubt.
  public let field: String
  /// Its value.
  public let value: String
  /// What the register says.
  public let detail: String
}

extension StoreTransaction {
  /// How far apart two places of the same name may be to be taken for one, in metres.
  static let duplicateDistance = 150.0
  /// How many neighbours, and how many of the same name, are looked at for each place: what keeps an import of a
  /// hundred thousand "Latauspiste" from looking at all pairs of them.
  static let duplicateCandidates = 200

  /// Where the places just saved disagree with the registers or look like another source's: what an import warns of.
  /// Looks at the staged places only, which are new or have changed.
  public func doubts(_ saved: Int) async throws -> [PlaceDoubt] {
    guard saved > 0 else { return [] }
    let checks: [SQL] = [
      Self.municipalityDoubts, Self.unknownPostalCodes, Self.postalCodeMunicipalities, Self.postOfficeDoubts,
      Self.missingSwedishNames, Self.possibleDuplicates,
    ]
    let rows = try await connection.query("\(checks.joined(separator: " union all ")) order by 1, 2")
    let found = try rows.decode((String, String, String, String?, String?).self).map {
      PlaceDoubt(id: try PlaceID($0.0), code: $0.1, field: $0.2, value: $0.3 ?? "", detail: $0.4 ?? "")
    }
    return try await found + streetRangeDoubts(saved)
  }

  /// The position lies outside the municipality given. Only where the codes differ are successors looked up.
  private static var municipalityDoubts: SQL {
    """
    select s.id, 'municipality-disagrees', 'municipality', s.given_municipality::text,
      'The position lies in ' || (select m.name ->> 'fi' from municipality m where m.code = k.municipality) || ' ('
        || k.municipality || '), which is what counts: correct the one that is wrong.'
    from staged_place s join place_key k on k.pk = s.pk
    where k.municipality_source = 'boundary' and s.given_municipality is not null
      and case when k.municipality = s.given_municipality then false
        else not k.municipality = any (array(select current_municipalities(s.given_municipality))) end
    """
  }

  private static var unknownPostalCodes: SQL {
    """
    select s.id, 'unknown-postal-code', 'postal_code', s.postal_code::text, 'The postal code is not in the register.'
    from staged_place s
    where s.postal_code is not null and exists (select 1 from postal_code)
      and not exists (select 1 from postal_code o where o.code = s.postal_code)
    """
  }

  /// Posti's primary municipality is another than where the place lies or is said to be. Six per cent of honest rows
  /// disagree: delivery areas cross boundaries.
  private static var postalCodeMunicipalities: SQL {
    """
    select s.id, 'postal-code-municipality', 'postal_code', s.postal_code::text,
      'The postal code belongs to ' || coalesce(m.name ->> 'fi', o.municipality::text) || ' (' || o.municipality
        || '), the place is in ' || (select h.name ->> 'fi' from municipality h where h.code = k.municipality) || ' ('
        || k.municipality || '): near a boundary both may be right.'
    from staged_place s join place_key k on k.pk = s.pk
    join postal_code o on o.code = s.postal_code join municipality m on m.code = o.municipality
    where k.municipality_source in ('boundary', 'given')
      and case when k.municipality = o.municipality then false
        else not k.municipality = any (array(select current_municipalities(o.municipality))) end
    """
  }

  private static var postOfficeDoubts: SQL {
    """
    select s.id, 'post-office-disagrees', 'post_office', coalesce(s.post_office ->> 'fi', s.post_office ->> 'sv'),
      'The post office of ' || s.postal_code || ' is ' || coalesce(o.post_office ->> 'fi', o.post_office ->> 'sv')
        || '.'
    from staged_place s join postal_code o on o.code = s.postal_code
    where s.post_office ?| array['fi', 'sv'] and not exists (
      select 1 from jsonb_each_text(o.post_office) a, jsonb_each_text(s.post_office) b
      where lower(a.value) = lower(b.value))
    """
  }

  private static var missingSwedishNames: SQL {
    """
    select s.id, 'swedish-name-missing', 'name_sv', null,
      (m.name ->> 'fi') || ' is bilingual: give the Swedish name, too, where there is one.'
    from staged_place s join place_key k on k.pk = s.pk join municipality m on m.code = k.municipality
    where m.language_class in ('fi-sv', 'sv-fi') and not s.name ? 'sv' and s.kind in ('venue', 'area')
    """
  }

  /// A public venue of another source that has the same name and lies within 150 m, or has the same street address in
  /// the same postal code (or municipality, where one of them has none). Two ways of looking, both with an end:
  /// neighbours by place_key_geom, namesakes by place_key_name. Drafts are told to nobody.
  private static var possibleDuplicates: SQL {
    """
    select s.id, 'possible-duplicate', 'name', d.id,
      'This may be the same place as ' || d.id || ' of the source ' || d.data_source || ', which has the same name '
        || case when d.metres <= \(duplicateDistance)::float8 then round(d.metres::numeric) || ' m away'
          else 'and street address' end || ': if so, merge them.'
    from staged_place s join place_key k on k.pk = s.pk
    cross join lateral (
      select c.id, c.data_source, c.metres from (
        select n.id, n.data_source, ST_Distance(n.geom, k.geom) as metres from (
          select o.id, o.data_source, o.sort_name, o.geom, o.listed, o.kind from place_key o
          where k.geom is not null and o.geom && ST_Expand(k.geom, \(duplicateDistance)::float8)
          limit \(duplicateCandidates)
        ) n
        where n.sort_name = k.sort_name and n.data_source <> k.data_source and n.listed and n.kind = 'venue'
          and ST_DWithin(n.geom, k.geom, \(duplicateDistance)::float8)
        union all
        select n.id, n.data_source, null from (
          (\(namesakes("o.id < k.data_source || ':'")))
          union all
          (\(namesakes("o.id >= k.data_source || ';'")))
        ) n
        where n.sort_street = k.sort_street
          and (n.postal_code = k.postal_code and n.postal_code <> ''
            or '' in (n.postal_code, k.postal_code) and n.municipality = k.municipality)
      ) c
      order by c.metres nulls last, c.id limit 1
    ) d
    where k.state = 'live' and k.sort_name <> ''
    """
  }

  /// Those of the same name on one side of the own source's ids, which stand together in the index: a file of many
  /// namesakes would else be all that is looked at.
  private static func namesakes(_ side: SQL) -> SQL {
    """
    select o.id, o.data_source, o.sort_street, o.postal_code, o.municipality from place_key o
    where k.sort_street <> '' and o.sort_name = k.sort_name and \(side) and o.listed and o.kind = 'venue'
    order by o.id limit \(duplicateCandidates)
    """
  }
}
