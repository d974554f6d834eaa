/// Finnish case endings taken off: "kirjastolla" → "kirjasto", "Helsingissä" → "helsinki".
///
/// Light and generous: it gives words that may be the base, for others to look up or compare; several of them are no
/// words at all. After the declensions of nouns in Iso suomen kielioppi (§ 64–§ 85, gradation § 41).
public enum Inflection {
  /// The forms that a word (folded, without dots) may be an inflection of, itself left out; at most sixteen.
  public static func bases(_ plain: String) -> [String] {
    guard plain.utf8.count >= 5 else { return [] }
    var found: [String] = []
    func add(_ base: String) {
      if base.utf8.count >= 3, base != plain, !found.contains(base), found.count < 16 { found.append(base) }
    }
    for ending in endings where plain.hasSuffix(ending) {
      let stem = String(plain.dropLast(ending.count))
      guard stem.utf8.count >= 3 else { continue }
      for base in nominatives(stem) { add(base) }
    }
    // Definite forms of Swedish: "biblioteket", "skolan", "hallen".
    for ending in ["arna", "erna", "orna", "en", "et", "an", "n", "t"] where plain.hasSuffix(ending) {
      let stem = String(plain.dropLast(ending.count))
      guard stem.utf8.count >= 4 else { continue }
      add(stem)
      if ending == "an" { add(stem + "a") }
      break
    }
    return found
  }

  /// Longest first. Without dots: ä is a.
  private static let endings = [
    "issa", "ista", "illa", "ilta", "ille", "ssa", "sta", "lla", "lta", "lle", "seen", "hun", "hin", "aan", "een",
    "iin",
    "oon", "uun", "yyn", "ksi", "ien", "jen", "tten", "in", "na", "n",
  ]

  /// Nominatives of an inflected stem: "helsingi" → "helsinki", "kenta" → "kentta", "torneille" → "tornei".
  private static func nominatives(_ stem: String) -> [String] {
    var found = [stem]
    // Strong grades of weak ones, at the last consonants before the last vowel.
    let letters = Array(stem.utf8)
    guard let vowel = letters.lastIndex(where: { vowels.contains($0) }), vowel >= 2 else { return found }
    let head = String(decoding: letters[..<vowel], as: UTF8.self)
    let tail = String(decoding: letters[vowel...], as: UTF8.self)
    for (weak, strong) in grades where head.hasSuffix(weak) {
      found.append(head.dropLast(weak.count) + strong + tail)
    }
    let last = letters.last ?? 0
    if last == UInt8(ascii: "e") {
      // lammen → lampi, talven → talvi, huoneen → huone, rakennuksen → rakennus
      found.append(stem.dropLast() + "i")
      for base in Array(found.dropFirst()) where base.hasSuffix("e") { found.append(base.dropLast() + "i") }
      if stem.hasSuffix("kse") { found += [stem.dropLast(3) + "s", stem.dropLast(3) + "ksi"] }
      if stem.hasSuffix("se") { found.append(stem.dropLast(2) + "nen") }
      if stem.hasSuffix("de") { found += [stem.dropLast(2) + "si", stem.dropLast(2) + "ti"] }
    }
    if stem.hasSuffix("ee") { found.append(String(stem.dropLast())) }
    if last == UInt8(ascii: "i") { found.append(String(stem.dropLast())) }
    if stem.hasSuffix("kaa") || stem.hasSuffix("taa") || stem.hasSuffix("paa") { found.append(stem.dropLast(1) + "s") }
    return found
  }

  private static let vowels = Set("aeiouy".utf8)
  private static let grades: [(String, String)] = [
    ("ng", "nk"), ("mm", "mp"), ("nn", "nt"), ("ll", "lt"), ("rr", "rt"), ("d", "t"), ("v", "p"), ("k", "kk"),
    ("p", "pp"),
    ("t", "tt"), ("r", "rk"), ("l", "lk"), ("u", "uk"), ("r", "rt"),
  ]
}
