import Geodesy
import PlaceMatching
import Places
import Postgres

extension PlaceStore {
  /// How many places each group of keys may bring, and how many of a question are compared.
  private static let mostOfGroup = 60
  private static let mostOfQuestion = 50
  /// How far from a question's position places are looked for, in metres of the plane (EPSG:3067).
  private static let reach = 400.0

  /// The places that may be what each question means, in the order of the questions; `isLive` names, for each, the ids
  /// that the question itself gives.
  func candidates(_ subjects: inout [MatchSubject], identified: [[String]], viewer: Viewer) async throws
    -> [[MatchCandidate]]
  {
    let searches = subjects.map { MatchSearch($0) }
    var seen: Set<String> = []
    let words = searches.flatMap(\.words).filter { seen.insert($0.plain).inserted }
    let (meanings, known) = try await meanings(of: words)
    for index in subjects.indices { subjects[index].know(known) }
    let hot = try await hotMatchKeys()
    var asked: [Int] = []
    var keys: (first: [Int64], second: [Int64]) = ([], [])
    var weights: [Double] = []
    for (index, search) in searches.enumerated() {
      for group in search.groups(meanings: meanings, isHot: { hot.contains($0) }) {
        asked.append(index)
        keys.first.append(group.first)
        keys.second.append(group.second)
        weights.append(group.weight)
      }
    }
    var near: (asked: [Int], e: [Double], n: [Double]) = ([], [], [])
    for (index, subject) in subjects.enumerated() {
      guard let point = subject.position,
        let metres = try? engine.transform(
          point, from: PlacePosition.geographicSRID, to: PlacePosition.indexSRID
        ).coordinate
      else { continue }
      near.asked.append(index)
      near.e.append(metres.x)
      near.n.append(metres.y)
    }
    let named = identified.enumerated().flatMap { index, ids in ids.map { (index, $0) } }
    let rows = try await query(
      """
      with hit as (
        select g.q, m.pk, g.w from unnest(\(asked)::int[], \(keys.first)::bigint[], \(keys.second)::bigint[],
          \(weights)::float8[]) g (q, first, second, w)
        cross join lateral (
          select m.pk from place_match m where m.keys @> array[g.first, g.second] limit \(Self.mostOfGroup)) m
        union all
        select g.q, k.pk, 4 from unnest(\(near.asked)::int[], \(near.e)::float8[], \(near.n)::float8[]) g (q, e, n)
        cross join lateral (
          select k.pk from place_key k
          where ST_DWithin(k.geom, ST_SetSRID(ST_MakePoint(g.e, g.n), 3067), \(Self.reach))
          order by k.geom <-> ST_SetSRID(ST_MakePoint(g.e, g.n), 3067) limit 20) k
        union all
        select g.q, k.pk, 1000 from unnest(\(named.map(\.0))::int[], \(named.map(\.1))::text[]) g (q, id)
        join place_key k on k.id = g.id
      ),
      best as (
        select q, pk, max(w) as w, row_number() over (partition by q order by sum(w) desc, pk) as rank
        from hit group by q, pk
      )
      select b.q, k.id, b.w = 1000, m.body, p.body, nullif(k.postal_code, ''), k.municipality, k.lon, k.lat,
        k.operating_status = 'closed'
      from best b join place_key k on k.pk = b.pk join place_match m on m.pk = b.pk
      left join place_match p on p.pk = k.parent
      where b.rank <= \(Self.mostOfQuestion) and k.kind in ('venue', 'area') and \(Self.visible(viewer))
      """)
    var found = [[MatchCandidate]](repeating: [], count: subjects.count)
    for row in 0..<rows.count {
      guard let question = rows.int(row, 0), found.indices.contains(question), let id = rows.string(row, 1),
        let body = rows.string(row, 3)
      else { continue }
      var position: Coordinate?
      if let x = rows.double(row, 7), let y = rows.double(row, 8) { position = Coordinate(x: x, y: y) }
      var candidate = MatchCandidate(
        id: id, text: MatchText(stored: body), parent: rows.string(row, 4).map { MatchText(stored: $0) },
        postalCode: rows.string(row, 5).flatMap { try? PostalCode($0) },
        municipality: rows.string(row, 6).flatMap { try? MunicipalityCode($0) }, position: position,
        isClosed: rows.string(row, 9) == "t")
      candidate.isIdentified = rows.string(row, 2) == "t"
      found[question].append(candidate)
    }
    return found
  }
}
