import Places
import Postgres

extension PlaceStore {
  /// `text=`: every word must be there, whole, as a beginning, inflected (PostgreSQL's Finnish and Swedish
  /// dictionaries) or with a typing error (trigrams of the form without dots).
  func search(_ text: String, _ plan: inout ListPlan) {
    plan.searches = true
    let words = Self.words(text)
    guard !words.isEmpty else {
      plan.conditions.append("false")
      return
    }
    for word in words {
      let plain = Folding.plain(word)
      if plain.count < 4 {
        plan.conditions.append("s.words @@ \(Self.tsquery(word))")
      } else {
        plan.conditions.append("(s.words @@ \(Self.tsquery(word)) or \(plain) <% s.plain)")
      }
    }
  }

  /// The folded words of a search, at most twelve.
  private static func words(_ text: String) -> [String] {
    Array(Folding.fold(text).split(separator: " ").prefix(12).map { String($0.prefix(60)) })
  }

  /// Folded words are letters and digits only, so they can't be operators of a tsquery.
  private static func tsquery(_ word: String) -> SQL {
    """
    (to_tsquery('simple', \(word + ":*")) || plainto_tsquery('finnish', \(word)) || plainto_tsquery('swedish', \(word)))
    """
  }

  /// Best first: a whole name, a name's beginning, then likeness; å, ä and ö distinct counting more than not; closed
  /// venues after all others. Rounded, so that a cursor compares exactly.
  static func score(_ text: String) -> SQL {
    let folded = words(text).joined(separator: " ")
    let plain = Folding.plain(text)
    let all = words(text).map { "s.words @@ \(tsquery($0))" as SQL }.joined(separator: " and ")
    return """
      round((
        case when position(\("|" + folded + "|") in s.folded) > 0 then 4
          when position(\("|" + folded) in s.folded) > 0 then 2.5
          when position(\("|" + plain) in s.plain) > 0 then 2 else 0 end
        + case when \(all.text.isEmpty ? "false" : all) then 1.5 else 0 end
        + word_similarity(\(plain), s.plain) + 0.5 * word_similarity(\(folded), s.folded)
        - case k.operating_status when 'closed' then 100 else 0 end)::numeric, 6)::float8
      """
  }
}
