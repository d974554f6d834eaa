import PlaceMatching
import Places
import Postgres

extension StoreTransaction {
  /// Finds what is derived of the staged places (their municipality first), renders their documents and stages both.
  func renderStaged(_ places: [Place]) async throws {
    let rows = try await connection.query(
      """
      select s.ordinal, s.pk, p.version, \(PlaceStore.rfc3339("p.created_time")),
        \(PlaceStore.rfc3339("p.last_modified_time")), p.state, f.code, f.source,
        case when a.publication_status = 'public' then a.id end,
        case when not exists (
            select 1 from place q where q.id = p.operating_successor and q.publication_status <> 'public'
          ) then p.operating_successor end,
        (select r.id from place r where r.pk = p.replaced_by[1]),
        \(PlaceStore.divisions(in: "select l.division from place_division l where l.pk = s.pk"))
      from staged_place s join place p on p.pk = s.pk left join place a on a.pk = p.parent
      cross join lateral (\(Self.municipality("s"))) f
      order by s.ordinal
      """)
    _ = try await connection.copyIn(
      "copy staged_key (pk, municipality, municipality_source, sort_name, sort_street, folded, plain, post_offices, body, "
        + "match_body, match_keys, match_words) from stdin"
    ) { writer in
      var text = CopyText()
      for row in 0..<rows.count {
        guard let ordinal = rows.int(row, 0), places.indices.contains(ordinal) else { continue }
        var place = places[ordinal]
        place.parent = rows.string(row, 8)
        place.operatingStatus.successor = rows.string(row, 9)
        for column in [1, 6, 7] { text.column(rows.string(row, column)) }
        try key(of: place, derived: derived(rows, row), into: &text)
        if text.bytes.count > 1 << 18 {
          try await writer.write(text.bytes)
          text = CopyText()
        }
      }
      try await writer.write(text.bytes)
    }
  }

  /// From the boundary where one is known, else as given, else the postal code's primary one; ended ones by their
  /// successor.
  static func municipality(_ staged: String) -> SQL {
    """
    select c.code, c.source from (
      select municipality_at(ST_SetSRID(ST_MakePoint(\(unescaped: staged).e, \(unescaped: staged).n), 3067)) as code,
        'boundary' as source, 1 as rank
      where \(unescaped: staged).e is not null
      union all
      select (select min(u) from current_municipalities(\(unescaped: staged).given_municipality::text) u), 'given', 2
      where \(unescaped: staged).given_municipality is not null
      union all
      select (select min(u) from postal_code o cross join current_municipalities(o.municipality::text) u
        where o.code = \(unescaped: staged).postal_code), 'postal_code', 3
      where \(unescaped: staged).postal_code is not null
      union all select null, null, 4
    ) c where c.code is not null or c.rank = 4 order by c.rank limit 1
    """
  }

  private func derived(_ rows: Rows, _ row: Int) throws -> DerivedPlace {
    var derived = DerivedPlace()
    derived.version = rows.int(row, 2) ?? 1
    derived.createdTime = rows.string(row, 3) ?? ""
    derived.lastModifiedTime = rows.string(row, 4) ?? ""
    derived.isDeleted = rows.string(row, 5) != "live"
    derived.municipality = try rows.string(row, 6).flatMap { gazetteer.municipalities[try MunicipalityCode($0)] }
    derived.municipalitySource = rows.string(row, 7).flatMap { MunicipalitySource(rawValue: $0) }
    derived.replacedBy = rows.string(row, 10)
    derived.divisions = try PlaceStore.divisions(rows.string(row, 11), besides: derived.municipality)
    return derived
  }

  private func key(of place: Place, derived: DerivedPlace, into text: inout CopyText) throws {
    let names = place.name.values.map(\.text) + place.alternateNames.map(\.name)
    let streets = place.streetAddress?.values.map(\.text) ?? []
    let offices = place.postOffice?.values.map(\.text) ?? []
    let identifiers = [place.id.local] + place.identifiers.map(\.value)
    var seen: Set<String> = []
    let searched = (names + streets + offices + identifiers).map { Folding.fold($0) }
      .filter { !$0.isEmpty && seen.insert($0).inserted }
    let folded = "|" + searched.joined(separator: "|") + "|"
    let plain = "|" + searched.map { Folding.plain($0) }.joined(separator: "|") + "|"
    text.column(Folding.sortKey(place.name.preferred))
    text.column(Folding.sortKey(streets.first ?? ""))
    text.column(folded)
    text.column(plain)
    text.column(offices.map { Folding.fold($0) }.postgresText)
    text.column(PlaceDocument.stored(place, derived).bytes)
    let match = MatchText(place, areas: derived.areaNames)
    text.column(match.stored)
    text.column(match.keys(municipality: derived.municipality?.code).postgresText)
    text.column(match.vocabulary.sorted().postgresText)
    text.endRow()
  }

  /// Writes keys, documents and search rows of the staged places, and a change line for each; a derived line is
  /// written for living places only.
  func writeDerived(_ count: Int, derived: Bool) async throws {
    let columns = [
      "pk", "id", "version", "state", "listed", "publication_status", "kind", "operating_status", "data_source",
      "publisher", "municipality", "municipality_source", "postal_code", "parent", "hours_id", "operating_from",
      "operating_to", "sort_name", "sort_street",
      "modified", "lon", "lat", "e", "n", "ex", "ey", "ez", "geom",
    ]
    let values = """
      p.pk, p.id, p.version, p.state, p.state = 'live' and p.publication_status = 'public', p.publication_status, p.kind,
      p.operating_status, p.data_source, p.publisher, t.municipality, t.municipality_source,
      coalesce(p.postal_code, ''), p.parent, s.effective_id, p.operating_from, p.operating_to, t.sort_name,
      t.sort_street, p.last_modified_time, s.lon, s.lat, s.e, s.n, s.ex, s.ey, s.ez,
      case when s.e is not null then ST_SetSRID(ST_MakePoint(s.e, s.n), 3067) end
      """
    _ = try await connection.query("analyze staged_key")
    let set = columns.dropFirst(2).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    _ = try await connection.query(
      """
      insert into place_key as k (\(unescaped: columns.joined(separator: ", ")))
      select \(unescaped: values)
      from staged_place s join place p on p.pk = s.pk join staged_key t on t.pk = s.pk
      on conflict (pk) do update set \(unescaped: set)
      """)
    _ = try await connection.query(
      """
      insert into place_document as d (pk, srid, x, y, body)
      select s.pk, s.srid, s.x, s.y, t.body from staged_place s join staged_key t on t.pk = s.pk
      on conflict (pk) do update set srid = excluded.srid, x = excluded.x, y = excluded.y, body = excluded.body
      """)
    _ = try await connection.query(
      """
      insert into place_search as d (pk, words, folded, plain, post_offices)
      select t.pk, to_tsvector('simple', replace(t.folded, '|', ' ')) || to_tsvector('finnish', replace(t.folded, '|', ' '))
        || to_tsvector('swedish', replace(t.folded, '|', ' ')) || to_tsvector('simple', replace(t.plain, '|', ' ')),
        t.folded, t.plain, t.post_offices
      from staged_key t
      on conflict (pk) do update set words = excluded.words, folded = excluded.folded, plain = excluded.plain,
        post_offices = excluded.post_offices
      where (d.folded, d.plain, d.post_offices) is distinct from (excluded.folded, excluded.plain, excluded.post_offices)
      """)
    _ = try await connection.query(
      """
      insert into place_match as d (pk, body, keys) select t.pk, t.match_body, t.match_keys from staged_key t
      on conflict (pk) do update set body = excluded.body, keys = excluded.keys
      where (d.body, d.keys) is distinct from (excluded.body, excluded.keys)
      """)
    try await gatherWords()
    let first = takeLines(count)
    let rows = try await connection.query(
      """
      insert into change (tx, ordinal, entity, id, kind, public_kind, replaced_by, version, actor, person, derived)
      select \(number), \(first) + (row_number() over (order by s.ordinal))::int - 1, 'place', p.id,
        coalesce(s.line, 'updated'),
        case when s.line is not null then s.public_line when p.publication_status = 'public' then 'updated' end,
        array(select r.id from unnest(p.replaced_by) with ordinality u (pk, n) join place r on r.pk = u.pk order by u.n),
        p.version, \(author.actor), \(author.person), \(derived)
      from staged_place s join place p on p.pk = s.pk where s.line is not null or p.state = 'live'
      """)
    giveBackLines(count - rows.affected)
  }

  /// Notes the staged places' words that searches don't know yet; they are written at the end, see ``settleWords()``.
  private func gatherWords() async throws {
    if !hasWords {
      try await connection.script(
        """
        create temp table new_word (plain text primary key) on commit drop;
        create temp table new_match_word (plain text collate "C" primary key) on commit drop;
        """)
      hasWords = true
    }
    _ = try await connection.query(
      """
      insert into new_word (plain)
      select distinct w from staged_key t cross join regexp_split_to_table(t.plain, '[| ]+') w
      where length(w) > 3 and not exists (select 1 from search_word o where o.plain = w) on conflict do nothing
      """)
    _ = try await connection.query(
      """
      insert into new_match_word (plain) select distinct w from staged_key t cross join unnest(t.match_words) w
      where not exists (select 1 from match_word o where o.plain = w) on conflict do nothing
      """)
  }

  /// Writes the words that searches are to know, in one order and as late as can be: another transaction that brings the
  /// same word waits for this one's end.
  func settleWords() async throws {
    guard hasWords else { return }
    _ = try await connection.query(
      "insert into search_word (plain) select plain from new_word order by 1 on conflict do nothing")
    _ = try await connection.query(
      "insert into match_word (plain) select plain from new_match_word order by 1 on conflict do nothing")
  }

  /// Renders anew the places that name one which was published or withdrawn: a draft's id is shown to nobody.
  func refreshReferring() async throws {
    guard !published.isEmpty else { return }
    let ids = published
    published = []
    _ = try await refresh(
      where: """
        p.operating_successor = any(\(ids)) or p.parent in (select f.pk from place f where f.id = any(\(ids)))
        """)
  }

  /// Renders anew the places that a condition on `place p` and `place_key k` selects, because something that they are
  /// derived from has changed; no version is made. They are locked, so that nobody's newer version is rendered over.
  /// Returns how many there were.
  func refresh(where condition: SQL) async throws -> Int {
    let keys = try await connection.query(
      """
      select p.pk from place p join place_key k on k.pk = p.pk where \(condition) order by p.id for no key update of p
      """
    ).decode(Int64.self)
    var done = 0
    while done < keys.count {
      let batch = Array(keys[done..<min(done + 5000, keys.count)])
      try await stage()
      _ = try await connection.query(
        """
        insert into staged_place (ordinal, pk, is_new, \(unescaped: PlaceColumns.names.joined(separator: ", ")),
          lon, lat, e, n, ex, ey, ez)
        select (row_number() over (order by p.id))::int - 1, p.pk, false,
          \(unescaped: PlaceColumns.names.map { "p.\($0)" }.joined(separator: ", ")),
          k.lon, k.lat, k.e, k.n, k.ex, k.ey, k.ez
        from place p join place_key k on k.pk = p.pk where p.pk = any(\(batch))
        """)
      let rows = try await connection.query(
        """
        select p.pk, p.version, p.state, \(PlaceColumns.selection) from \(PlaceColumns.tables)
        join staged_place s on s.pk = p.pk order by s.ordinal
        """)
      let places = try (0..<rows.count).map { try PlaceColumns.read(rows, $0, 3) }
      try await stageHours(of: places)
      try await renderStaged(places)
      try await writeDerived(places.count, derived: true)
      done += batch.count
    }
    return keys.count
  }
}
