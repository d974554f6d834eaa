import PlaceMatching
import Places
import Postgres

/// What one step of the search for duplicates did.
public struct DuplicateStep: Sendable, Hashable {
  /// How many places were compared with all others.
  public var compared = 0
  /// How many changes, or places while the whole registry is looked at, have yet to be looked at.
  public var left = 0
  /// Whether nothing was done because another process is at it.
  public var isElsewhere = false
}

extension PlaceStore {
  /// Pairs below this are not kept.
  static let leastDuplicateScore = 30.0
  /// How many of the likest places of each are kept.
  private static let mostLikenesses = 20
  private static let leaseSeconds = 120

  /// Looks at the places that changed since the last step, at most `limit` of them: compares each with all others and
  /// keeps the pairs that may be one place. The first time, and when the change log doesn't reach back far enough, the
  /// whole registry is gone through, place by place. Where it has come to is kept, so that it goes on after a restart;
  /// `holder` names the caller, of which one at a time does this. Throws ``StoreError``.
  public func findDuplicates(holder: String, limit: Int = 200) async throws -> DuplicateStep {
    let leased = try await query(
      """
      update duplicate_progress p set lease = \(holder),
        leased_until = clock_timestamp() + make_interval(secs => \(Self.leaseSeconds))
      where lease is null or lease = \(holder) or leased_until < clock_timestamp()
      returning after_seq, epoch, walked
      """)
    guard leased.count > 0 else { return DuplicateStep(isElsewhere: true) }
    let after = leased.int(0, 0) ?? 0
    let walked = leased.int(0, 2)
    guard let epoch = leased.string(0, 1) else { return try await beginWalk(holder) }
    if let walked { return try await walk(after: Int64(walked), holder, limit) }
    var asked = ChangeQuery(after: after, limit: limit, viewer: .all)
    asked.entities = [.place]
    guard case .page(let page) = try await changes(asked, epoch: epoch) else { return try await beginWalk(holder) }
    // Derived lines tell of counts, mostly, with every event.
    let ids = Set(page.lines.filter { !$0.derived }.map(\.id)).sorted()
    let places = try await query(
      "select p.pk, p.id from place p where p.id = any(\(ids)::text[]) order by p.pk"
    ).decode((Int64, String).self)
    if page.next > after || !places.isEmpty {
      let pairs = try await compare(places)
      try await settle(pairs, of: places.map(\.0), holder, progress: "after_seq = \(page.next)")
    }
    return DuplicateStep(compared: places.count, left: page.head - page.next)
  }

  /// Lets another process go on at once.
  public func leaveDuplicates(holder: String) async throws {
    _ = try await query("update duplicate_progress set lease = null, leased_until = null where lease = \(holder)")
  }

  private func beginWalk(_ holder: String) async throws -> DuplicateStep {
    let left = try await query(
      """
      update duplicate_progress set after_seq = h.seq, epoch = feed_epoch(h.epoch), walked = 0 from change_head h
      where lease = \(holder) returning (select count(*) from place_key k where k.state = 'live')
      """
    ).int(0, 0)
    return DuplicateStep(left: left ?? 0)
  }

  /// The next places in the order of their keys.
  private func walk(after last: Int64, _ holder: String, _ limit: Int) async throws -> DuplicateStep {
    let places = try await query(
      "select k.pk, k.id from place_key k where k.pk > \(last) and k.state = 'live' order by k.pk limit \(limit)"
    ).decode((Int64, String).self)
    guard let end = places.last?.0, places.count == limit else {
      try await settle(try await compare(places), of: places.map(\.0), holder, progress: "walked = null")
      let behind = try await duplicatesBehind()
      return DuplicateStep(compared: places.count, left: behind ?? 0)
    }
    try await settle(try await compare(places), of: places.map(\.0), holder, progress: "walked = \(end)")
    // Nearly: keys have holes. The walk is not over before a step finds too few.
    let left = try await query("select max(pk) - \(end) from place_key").int(0, 0)
    return DuplicateStep(compared: places.count, left: max(left ?? 0, 1))
  }

  private struct Pair {
    var score: Double
    var reasons: [MatchReason]
  }

  private struct Ends: Hashable {
    let low, high: Int64

    init(_ a: Int64, _ b: Int64) {
      low = min(a, b)
      high = max(a, b)
    }
  }

  /// The pairs of these places: what one side finds among its likest counts, also where a crowd of others keeps it from
  /// the other side's.
  private func compare(_ places: [(Int64, String)]) async throws -> [Ends: Pair] {
    guard !places.isEmpty else { return [:] }
    var keys = Dictionary(places.map { ($0.1, $0.0) }) { a, _ in a }
    var pairs: [Ends: Pair] = [:]
    func add(_ found: [String: [ScoredPlace]], where isAsked: (Ends) -> Bool) {
      for (id, likest) in found {
        guard let own = keys[id] else { continue }
        for like in likest where like.score >= Self.leastDuplicateScore {
          guard let other = keys[like.id], other != own else { continue }
          let ends = Ends(own, other)
          guard isAsked(ends), like.score > pairs[ends]?.score ?? 0 else { continue }
          pairs[ends] = Pair(score: like.score, reasons: like.reasons)
        }
      }
    }
    let found = try await likenesses(of: places.map(\.1), limit: Self.mostLikenesses, viewer: .all)
    let others = Set(found.values.flatMap { $0.map(\.id) }).subtracting(keys.keys)
    let known = try await query(
      "select k.id, k.pk from place_key k where k.id = any(\(others.sorted())::text[])"
    ).decode((String, Int64).self)
    for (id, key) in known { keys[id] = key }
    add(found) { _ in true }
    // Those that were pairs before and are missing now are asked from their other side.
    let own = places.map(\.0)
    let former = try await query(
      """
      select d.low, d.high, k.pk, k.id from place_duplicate d
      join place_key k on k.pk = case when d.low = any(\(own)::bigint[]) then d.high else d.low end
      where (d.low = any(\(own)::bigint[]) or d.high = any(\(own)::bigint[])) and d.score > 0 and k.state = 'live'
      """
    ).decode((Int64, Int64, Int64, String).self)
    let missing = former.filter { pairs[Ends($0.0, $0.1)] == nil && !own.contains($0.2) }
    if !missing.isEmpty {
      for (_, _, key, id) in missing { keys[id] = key }
      let asked = Set(missing.map { Ends($0.0, $0.1) })
      add(
        try await likenesses(of: Set(missing.map(\.3)).sorted(), limit: Self.mostLikenesses, viewer: .all),
        where: { asked.contains($0) })
    }
    return pairs
  }

  /// Writes the pairs of these places, and how far it has come: nothing when the lease was lost meanwhile, for then
  /// another process does the same. A place and what is part of it are no duplicates.
  private func settle(_ pairs: [Ends: Pair], of places: [Int64], _ holder: String, progress: SQL) async throws {
    let ordered = pairs.sorted { ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high) }
    let reasons = ordered.map { Self.json($0.value.reasons) }
    try await client.transaction { connection in
      let mine = try await connection.query(
        "update duplicate_progress set \(progress) where lease = \(holder) returning true")
      guard mine.count > 0 else { return }
      // Pairs that somebody decides meanwhile keep what was decided.
      _ = try await connection.query(
        """
        with pair as materialized (
          select v.low, v.high, v.score, v.reasons::jsonb from unnest(\(ordered.map(\.key.low))::bigint[],
            \(ordered.map(\.key.high))::bigint[], \(ordered.map(\.value.score))::float8[], \(reasons)::text[])
            v (low, high, score, reasons)
          join place_key a on a.pk = v.low join place_key b on b.pk = v.high
          where a.state = 'live' and b.state = 'live' and a.parent is distinct from b.pk and b.parent is distinct from a.pk
        ), gone as (
          delete from place_duplicate d
          where (d.low = any(\(places)::bigint[]) or d.high = any(\(places)::bigint[])) and d.state = 'open'
            and not exists (select from pair p where p.low = d.low and p.high = d.high)
        ), faded as (
          update place_duplicate d set score = 0, reasons = '[]', scored_time = now()
          where (d.low = any(\(places)::bigint[]) or d.high = any(\(places)::bigint[])) and d.state = 'distinct'
            and d.score > 0 and not exists (select from pair p where p.low = d.low and p.high = d.high)
        )
        insert into place_duplicate (low, high, score, reasons)
        select p.low, p.high, p.score, p.reasons from pair p order by p.low, p.high
        on conflict (low, high) do update set score = excluded.score, reasons = excluded.reasons, scored_time = now()
        """)
    }
  }

  private static func json(_ reasons: [MatchReason]) -> String {
    var w = JSONWriter()
    w.beginArray()
    for reason in reasons {
      w.beginObject()
      w.member("feature", reason.feature.rawValue)
      w.key("score")
      w.double((reason.score * 1000).rounded() / 1000)
      w.member("detail", reason.detail)
      w.endObject()
    }
    w.endArray()
    return w.string
  }
}
