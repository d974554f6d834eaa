import Places

/// Street names made comparable.
public enum StreetName {
  /// A folded street name, the same for every way of writing one street in one language: abbreviated street words and
  /// first parts are written out, a street word of its own is joined to the word before it (`Blombergin auk.` →
  /// `blomberginaukio`, `It. Pitkäk.` → `itäinen pitkäkatu`, `S:t Eriks g.` → `st eriksgatan`).
  ///
  /// Pure, and stored in the database: a change here needs a table change.
  public static func key(_ street: String) -> String {
    let words = street.unicodeScalars.prefix(200).split { $0.properties.isWhitespace }.map {
      AddressWord(Array($0)[...])
    }
    .filter { !$0.folded.isEmpty }
    guard let last = words.last else { return "" }
    let isSwedish = isSwedish(last)
    var parts: [Substring] = []
    for (index, word) in words.enumerated() {
      let full =
        index == words.count - 1
        ? written(out: word, isAlone: words.count > 1) : firstPart(word, isSwedish: isSwedish) ?? word.folded
      parts += full.split(separator: " ")
    }
    if let street = parts.last, parts.count > 1, isStreetWord(String(street)) {
      parts.removeLast()
      parts[parts.count - 1] += definite[String(street)] ?? String(street)
    }
    let key = parts.joined(separator: " ")
    return official[key] ?? key
  }

  /// Whether a folded word is a street word alone, Finnish or Swedish: `katu`, `aukio`, `gatan`, `plan`.
  public static func isStreetWord(_ folded: String) -> Bool { StreetWords.isAlone(folded) }

  /// The street and the number of a field that is known to hold a street address: `Linnankatu 2 A 14` → `Linnankatu`,
  /// 2 A 14. The street is the whole text where no number follows it.
  public static func split(_ streetAddress: String) -> (street: String, number: HouseNumber?) {
    let segments = AddressSegments(streetAddress).segments
    for words in segments {
      guard let found = StreetFinder.numbered(words, isField: true) else { continue }
      let street = AddressText.cleaned(words[found.start..<found.house].map(\.text).joined(separator: " "))
      let house = words[found.house..<found.end].map { $0.text }.joined(separator: " ")
      return (street, try? HouseNumber(house))
    }
    let text = segments.first.map { $0.joined } ?? ""
    return (text, nil)
  }

  /// The street with abbreviated street words written out: `Linnank.` → `Linnankatu`, for people to read.
  static func writtenOut(_ street: String) -> String {
    guard street.hasSuffix(".") else { return street }
    let start = street.lastIndex(of: " ").map { street.index(after: $0) } ?? street.startIndex
    let word = AddressWord(Array(street[start...].unicodeScalars)[...])
    guard let full = StreetWords.abbreviation(word) else { return String(street.dropLast()) }
    // The letters as written, as far as they go.
    let stem = street[start...].dropLast()
    let kept = zip(stem.lowercased(), full).prefix { $0 == $1 }.count
    return String(street[..<start] + stem.prefix(kept) + full.dropFirst(kept))
  }

  private static func written(out word: AddressWord, isAlone: Bool) -> String {
    if word.hasStop { return StreetWords.written(out: word.folded) ?? word.folded }
    // "Aleksis Kiven k": one letter is no street's name.
    return isAlone && word.isLetter ? StreetWords.written(out: word.folded) ?? word.folded : word.folded
  }

  private static func firstPart(_ word: AddressWord, isSwedish: Bool) -> String? {
    guard word.hasStop else { return nil }
    return isSwedish ? swedish[word.folded] : finnish[word.folded]
  }

  private static func isSwedish(_ word: AddressWord) -> Bool {
    let folded = StreetWords.abbreviation(word) ?? word.folded
    return ["gatan", "gata", "vägen", "väg", "gränd", "gränden", "stigen", "stig", "en", "et", "plan", "torg"]
      .contains { folded.hasSuffix($0) } && !folded.hasSuffix("linen")
  }

  private static let finnish = [
    "it": "itäinen", "itä": "itäinen", "länt": "läntinen", "läns": "läntinen", "pohj": "pohjoinen", "et": "eteläinen",
    "etel": "eteläinen", "v": "vanha", "vanh": "vanha", "u": "uusi",
  ]
  private static let swedish = [
    "n": "norra", "s": "södra", "ö": "östra", "v": "västra", "st": "stora", "l": "lilla", "g": "gamla",
  ]
  /// Registers write "Topelius gata" for what signs call "Topelius gatan".
  private static let definite = [
    "gata": "gatan", "väg": "vägen", "stig": "stigen", "gränden": "gränd", "plats": "platsen", "torg": "torget",
    "allé": "allén", "kaj": "kajen", "strand": "stranden", "park": "parken", "backe": "backen", "plan": "planen",
  ]
  private static let official = [
    "pohjoinenesplanadi": "pohjoisesplanadi", "eteläinenesplanadi": "eteläesplanadi",
  ]
}
