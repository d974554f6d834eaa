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
        ? written(out: word) : firstPart(word, isSwedish: isSwedish) ?? word.folded
      parts += full.split(separator: " ")
    }
    // "Aleksis Kiven k": one letter is no street's name.
    if parts.count > 1, let letter = parts.last, letter.utf8.count == 1 {
      parts[parts.count - 1] = StreetWords.written(out: String(letter)).map { $0[...] } ?? letter
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

  /// The street with abbreviations written out, for people to read: `Linnank.` → `Linnankatu`, `It. Pitkäk.` → `Itäinen
  /// Pitkäkatu`.
  static func writtenOut(_ street: String) -> String {
    var words = street.split(separator: " ").map { String($0) }
    guard let last = words.last, words.contains(where: { $0.hasSuffix(".") || $0.hasSuffix("nk") }) else {
      return street
    }
    let word = AddressWord(Array(last.unicodeScalars)[...])
    if let full = StreetWords.abbreviation(word) {
      // The letters as written, as far as they go.
      let kept = zip(last.lowercased(), full).prefix { $0 == $1 }.count
      words[words.count - 1] = String(last.prefix(kept) + full.dropFirst(kept))
    }
    let isSwedish = isSwedish(word)
    for index in words.indices.dropLast() {
      let part = AddressWord(Array(words[index].unicodeScalars)[...])
      guard let full = firstPart(part, isSwedish: isSwedish) else { continue }
      words[index] = part.isCapital ? full.prefix(1).uppercased() + String(full.dropFirst()) : full
    }
    return words.joined(separator: " ")
  }

  private static func written(out word: AddressWord) -> String {
    if let full = StreetWords.abbreviation(word) { return full }
    return word.folded
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
    "n": "norra", "s": "södra", "ö": "östra", "v": "västra", "l": "lilla", "g": "gamla",
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
