import Places
import Postgres

extension PlaceStore {
  /// The least likeness (share of common trigrams) of a word to one that was perhaps meant.
  static let nearness = 0.35

  /// `text=`: every word must be there, whole, as a beginning, inflected (PostgreSQL's Finnish and Swedish
  /// dictionaries) or with a typing error. Errors are looked for in the table of all words, so that one index of words
  /// finds everything: trigrams over a million places took a second where this takes milliseconds.
  func search(_ text: String, _ plan: inout ListPlan) async throws {
    plan.searches = true
    let words = Self.words(text)
    guard !words.isEmpty else {
      plan.conditions.append("false")
      return
    }
    let near = try await nearWords(words)
    for (word, near) in zip(words, near) {
      // Folded words are letters and digits only, so they can't be operators of a tsquery.
      let meant = near.isEmpty ? "" : " | " + near.joined(separator: " | ")
      plan.conditions.append("s.words @@ (\(Self.exact(word)) || to_tsquery('simple', \(Folding.plain(word) + meant)))")
    }
  }

  /// For each word those of the registry that are like it, at most twenty.
  private func nearWords(_ words: [String]) async throws -> [[String]] {
    let rows = try await quick(
      """
      select w.ordinal, n.plain
      from unnest(\(words.map { Folding.plain($0) })::text[]) with ordinality w (plain, ordinal)
      cross join lateral (
        select s.plain from search_word s where s.plain % w.plain and length(w.plain) > 3
        order by similarity(s.plain, w.plain) desc, s.plain limit 20) n
      """
    ).decode((Int, String).self)
    var near = words.map { _ in [String]() }
    for (ordinal, word) in rows { near[ordinal - 1].append(word) }
    return near
  }

  /// The folded words of a search, at most twelve.
  private static func words(_ text: String) -> [String] {
    Array(Folding.fold(text).split(separator: " ").prefix(12).map { String($0.prefix(60)) })
  }

  /// A word whole, as a beginning, or inflected.
  private static func exact(_ word: String) -> SQL {
    """
    (to_tsquery('simple', \(word + ":*")) || plainto_tsquery('finnish', \(word)) || plainto_tsquery('swedish', \(word)))
    """
  }

  /// Best first: a whole name, a name's beginning, then all words exact before those with typing errors, å, ä and ö
  /// distinct before not, short before long; closed venues after all others.
  static func score(_ text: String) -> SQL {
    let words = words(text)
    let folded = words.joined(separator: " ")
    let plain = Folding.plain(folded)
    let allExact = words.map { "s.words @@ \(exact($0))" as SQL }.joined(separator: " and ")
    return """
      (case when position(\("|" + folded + "|") in s.folded) > 0 then 4
          when position(\("|" + folded) in s.folded) > 0 then 2.5
          when position(\("|" + plain) in s.plain) > 0 then 2 else 0 end
        + case when \(words.isEmpty ? "false" : allExact) then 1.5 else 0 end
        + case when position(\(folded) in s.folded) > 0 then 0.5 else 0 end
        + 0.4 * least(1.0, \(plain.count)::float8 / length(s.plain))
        - case k.operating_status when 'closed' then 100 else 0 end)::float8
      """
  }
}
