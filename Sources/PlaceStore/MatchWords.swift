import PlaceMatching
import Places
import Postgres
import Synchronization

/// The keys that so many places share that asking for them alone is of no use, from the database's statistics.
final class HotKeys: Sendable {
  /// More places than this make a key hot.
  static let most = 300.0
  private let state = Mutex<(keys: Set<Int64>, loaded: ContinuousClock.Instant)?>(nil)

  func fresh(within age: Duration) -> Set<Int64>? {
    state.withLock { state in
      guard let state, state.loaded.duration(to: .now) < age else { return nil }
      return state.keys
    }
  }

  func store(_ keys: Set<Int64>) { state.withLock { $0 = (keys, .now) } }
}

extension PlaceStore {
  /// The keys that are of no use alone; at most a minute old, and as old as the table's statistics.
  func hotMatchKeys() async throws -> Set<Int64> {
    if let keys = hotKeys.fresh(within: .seconds(60)) { return keys }
    let rows = try await query(
      """
      select u.key from pg_stats s join pg_class c on c.oid = 'place_match'::regclass and c.relname = s.tablename
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
      cross join lateral unnest(s.most_common_elems::text::bigint[], s.most_common_elem_freqs) u (key, share)
      where s.attname = 'keys' and u.key is not null and u.share * c.reltuples > \(HotKeys.most)
      """
    ).decode(Int64.self)
    let keys = Set(rows)
    hotKeys.store(keys)
    return keys
  }

  /// The words of the registry that each word may mean: itself or what it is an inflection of, else those that a typing
  /// error is between, the likest first; and the words that the registry has as they are.
  func meanings(of words: [MatchSearch.Word]) async throws -> (meanings: [String: [String]], known: Set<String>) {
    guard !words.isEmpty else { return ([:], []) }
    let rows = try await query(
      """
      select q.plain, e.found, case when e.found is null then coalesce(
          nullif(array(select m.plain from match_word m where m.near && near_keys(q.plain) limit 40), '{}'),
          array(select m.plain from match_word m where length(q.plain) between 6 and 24
            and m.near && near_keys_wide(q.plain) limit 60)) end
      from unnest(\(words.map(\.plain))::text[], \(words.map { $0.forms.joined(separator: "|") })::text[]) q (plain, forms)
      cross join lateral (
        select array_agg(m.plain) as found from match_word m where m.plain = any(string_to_array(q.forms, '|'))) e
      """
    ).decode((String, [String]?, [String]?).self)
    var meanings: [String: [String]] = [:]
    var known: Set<String> = []
    let order = Dictionary(words.map { ($0.plain, $0.forms) }) { a, _ in a }
    for (plain, found, near) in rows {
      if let found {
        if found.contains(plain) { known.insert(plain) }
        meanings[plain] = (order[plain] ?? []).filter { found.contains($0) }
        if meanings[plain]?.first != plain { meanings[plain]?.append(plain) }
      } else {
        meanings[plain] = WordNearness.nearest(plain, among: near ?? []) + [plain]
      }
    }
    return (meanings, known)
  }
}
