/// The forms in which Finnish texts name towns: "Turussa", "Tampereella", "Turun kaupunki".
///
/// After the declensions of nouns in Iso suomen kielioppi (§ 64–§ 85, gradation § 41). Generous: it makes forms that
/// nobody uses, too, none of which is another word's.
enum TownForms {
  /// Inner and outer locatives of a town's folded name; of several words the last one bends.
  static func locatives(of folded: String) -> Set<String> {
    var forms: Set<String> = []
    // The last part of a compound decides its vowels, and nobody marks it: both are made.
    for stem in stems(of: folded) {
      // "Pohjasta" and "Keuruun" are too often other words.
      for ending in ["ssa", "lla", "ssä", "llä"] { forms.insert(stem + ending) }
    }
    if folded == "uusikaupunki" { forms.formUnion(["uudessakaupungissa"]) }
    return forms
  }

  /// Genitives: "turun", "helsingin", "åbo" before "stad".
  static func genitives(of folded: String) -> Set<String> {
    var forms = Set(stems(of: folded).map { $0 + "n" })
    forms.insert(folded)
    forms.insert(folded + "s")
    if folded == "uusikaupunki" { forms.insert("uudenkaupungin") }
    return forms
  }

  /// What case endings may follow.
  private static func stems(of folded: String) -> Set<String> {
    guard folded.count >= 2, let last = folded.last else { return [] }
    var stems: Set<String> = []
    func add(_ stem: String) {
      stems.insert(stem)
      if let weak = weak(stem) { stems.insert(weak) }
    }
    if !"aeiouyäöå".contains(last) {
      // Virrat → Virroilla is left out; Varkaus → Varkaudessa, Nurmes → Nurmeksessa, Kangas → Kankaa-.
      stems.insert(folded + "i")
      if folded.hasSuffix("nen") {
        stems.formUnion([String(folded.dropLast(3)) + "se", String(folded.dropLast(3)) + "si"])
      }
      if folded.hasSuffix("us") || folded.hasSuffix("ys") {
        stems.formUnion([String(folded.dropLast()) + "de", String(folded.dropLast()) + "kse"])
      }
      if folded.hasSuffix("es") || folded.hasSuffix("is") { stems.insert(String(folded.dropLast()) + "kse") }
      if folded.hasSuffix("at") { stems.insert(String(folded.dropLast(2)) + "oi") }
      if folded == "virrat" { stems.insert("virtoi") }
      return stems
    }
    add(folded)
    if last == "i" { add(String(folded.dropLast()) + "e") }
    if last == "e" { stems.insert(folded + "e") }
    return stems
  }

  /// The weak grade of the consonants before the last vowel: "turku" → "turu", "helsinki" → "helsingi".
  private static func weak(_ stem: String) -> String? {
    let head = stem.dropLast()
    guard let vowel = stem.last else { return nil }
    for (strong, weak) in grades where head.hasSuffix(strong) {
      return head.dropLast(strong.count) + weak + String(vowel)
    }
    return nil
  }

  private static let grades: [(String, String)] = [
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("mp", "mm"), ("lt", "ll"), ("rt", "rr"),
    ("sk", "sk"), ("st", "st"), ("ht", "hd"), ("rk", "r"), ("lk", "l"), ("k", ""), ("t", "d"), ("p", "v"),
  ]
}
