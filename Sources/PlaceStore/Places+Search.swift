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
    let meanings = try await meanings(words)
    plan.conditions += meanings.map { "s.words @@ \($0.any)::tsquery" }
    plan.score = Self.score(words, exact: meanings.map { "(\($0.exact))" }.joined(separator: " & "))
  }

  /// What a word may stand for, as PostgreSQL's query text: made once here, not for every row.
  private struct Meaning {
    /// The word whole, as a beginning, or inflected.
    let exact: String
    /// That, or any of the at most twenty words of the registry that are like it.
    let any: String
  }

  private func meanings(_ words: [String]) async throws -> [Meaning] {
    let rows = try await quick(
      """
      select (to_tsquery('simple', w.folded || ':*') || plainto_tsquery('finnish', w.folded)
          || plainto_tsquery('swedish', w.folded))::text,
        array(select s.plain from search_word s where s.plain % w.plain and length(w.plain) > 3
          order by similarity(s.plain, w.plain) desc, s.plain limit 20)
      from unnest(\(words)::text[], \(words.map { Folding.plain($0) })::text[]) with ordinality w (folded, plain, ordinal)
      order by w.ordinal
      """
    ).decode((String, [String]).self)
    return zip(words, rows).map { word, row in
      // Words are letters and digits only, so they can't be operators of a tsquery.
      let like = ([Folding.plain(word)] + row.1).map { "'\($0)'" }.joined(separator: " | ")
      // What PostgreSQL takes for no word, such as "½", would leave nothing between the brackets.
      let exact = row.0.isEmpty ? "'\(Folding.plain(word))'" : row.0
      return Meaning(exact: exact, any: "(\(exact)) | \(like)")
    }
  }

  /// What each word of a text may stand for, as PostgreSQL's query text, whatever way it is found.
  func anyMeanings(_ text: String) async throws -> [String] {
    let words = Self.words(text)
    return words.isEmpty ? [] : try await meanings(words).map(\.any)
  }

  /// The folded words of a search.
  private static func words(_ text: String) -> [String] {
    // By bytes: to Swift some letters and the space after them are one character.
    Folding.fold(text).utf8.split(separator: UInt8(ascii: " ")).prefix(PlaceQuery.maximumWords)
      .map { String(String(decoding: $0, as: UTF8.self).prefix(60)) }
  }

  /// Best first: a whole name, a name's beginning, then all words exact before those with typing errors, å, ä and ö
  /// distinct before not, short before long; closed venues after all others.
  private static func score(_ words: [String], exact: String) -> SQL {
    let folded = words.joined(separator: " ")
    let plain = Folding.plain(folded)
    return """
      (case when position(\("|" + folded + "|") in s.folded) > 0 then 4
          when position(\("|" + folded) in s.folded) > 0 then 2.5
          when position(\("|" + plain) in s.plain) > 0 then 2 else 0 end
        + case when s.words @@ \(exact)::tsquery then 1.5 else 0 end
        + case when position(\(folded) in s.folded) > 0 then 0.5 else 0 end
        + 0.4 * least(1.0, \(plain.count)::float8 / length(s.plain))
        - case k.operating_status when 'closed' then 100 else 0 end)::float8
      """
  }
}
