/// How alike a question's name and a candidate's are.
struct NameLikeness: Sendable {
  /// 1 the same, 0 nothing in common.
  var score = 0.0
  /// The weight of the words that both have: 1 and more tells places apart, less only kinds of places.
  var distinction = 0.0
  /// The question's segments that the name explains.
  var explained: Set<Int> = []

  /// Compares a name in segments with one name of a candidate; `towns` are the candidate's post offices (folded, without
  /// dots), which a name may begin with or not: "Turun pääkirjasto" in Turku is "Pääkirjasto".
  static func compare(_ segments: [[NameWord]], _ name: [NameWord], towns: [String] = []) -> NameLikeness {
    var best = NameLikeness()
    guard !name.isEmpty else { return best }
    let words = segments.enumerated().flatMap { index, words in words.map { (segment: index, word: $0) } }
    var pairs: [(q: Int, c: Int, likeness: Double)] = []
    for (q, word) in words.enumerated() {
      for (c, other) in name.enumerated() {
        let likeness = alike(word.word, other)
        if likeness > 0 { pairs.append((q, c, likeness)) }
      }
    }
    pairs.sort { ($0.likeness, -$0.q, -$0.c) > ($1.likeness, -$1.q, -$1.c) }
    var ofQuery = [Double](repeating: 0, count: words.count)
    var ofName = [Double](repeating: 0, count: name.count)
    for pair in pairs where ofQuery[pair.q] == 0 && ofName[pair.c] == 0 {
      ofQuery[pair.q] = pair.likeness
      ofName[pair.c] = pair.likeness
    }
    joinCompounds(words.map(\.word), name, &ofQuery, &ofName)

    var said = 0.0
    var found = 0.0
    for (index, word) in name.enumerated() {
      let weight = ofName[index] == 0 && isTown(word, towns) ? min(word.weight, 0.15) : word.weight
      said += weight
      found += weight * ofName[index]
      best.distinction += ofName[index] > 0.8 ? word.weight : 0
    }
    let coverage = found / said
    // Of the question count the segments that have something in common with the name; others may be halls or quarters.
    var asked = 0.0
    var answered = 0.0
    for segment in segments.indices {
      let own = words.indices.filter { words[$0].segment == segment }
      let weight = own.reduce(0) {
        let word = words[$1].word
        return $0 + (ofQuery[$1] == 0 && isTown(word, towns) ? min(word.weight, 0.15) : word.weight)
      }
      let share = own.reduce(0) { $0 + words[$1].word.weight * ofQuery[$1] }
      guard share > 0.3 * weight else { continue }
      if share > 0.6 * weight { best.explained.insert(segment) }
      asked += weight
      answered += share
    }
    guard asked > 0 else { return best }
    best.score = 0.55 * coverage + 0.45 * (answered / asked)
    // "Kenttä 1" is not "Kenttä 2".
    let numbersOfQuery = words.indices.contains { words[$0].word.isNumber && ofQuery[$0] == 0 }
    let numbersOfName = name.indices.contains { name[$0].isNumber && ofName[$0] == 0 }
    if numbersOfName && numbersOfQuery {
      best.score *= 0.5
    } else if numbersOfName || numbersOfQuery {
      best.score *= 0.85
    }
    return best
  }

  private static func isTown(_ word: NameWord, _ towns: [String]) -> Bool {
    towns.contains(word.plain)
      || word.plain.utf8.last == UInt8(ascii: "n") && !towns.isEmpty
        && Inflection.bases(word.plain).contains { towns.contains($0) }
  }

  /// Likeness of words, abbreviations included: "psto", "Urheilup.", "P." of "Pyhän".
  private static func alike(_ asked: NameWord, _ other: NameWord) -> Double {
    let likeness = WordLikeness.compare(asked, other)
    if likeness > 0 || asked.isNumber || other.isNumber { return likeness }
    if let whole = abbreviations[asked.plain], other.plain.hasSuffix(whole) { return 0.85 }
    if let whole = abbreviations[other.plain], asked.plain.hasSuffix(whole) { return 0.85 }
    let (short, long) = asked.letters.count < other.letters.count ? (asked, other) : (other, asked)
    guard long.letters.count >= short.letters.count + 3 else { return 0 }
    if long.letters.starts(with: short.letters) {
      return short.letters.count == 1 ? 0.6 : short.letters.count >= 3 ? 0.7 : 0
    }
    // The end of a compound is what it is a kind of: "uimala" of "maauimala".
    return short.letters.count >= 5 && long.letters.suffix(short.letters.count).elementsEqual(short.letters) ? 0.55 : 0
  }

  private static let abbreviations = [
    "psto": "puisto", "srk": "seurakunta", "kk": "keskus", "keskk": "keskuskoulu", "urh": "urheilu", "kirj": "kirjasto",
    "bibl": "bibliotek", "lpk": "leikkipuisto", "pk": "paivakoti", "lp": "leikkipuisto", "yo": "yliopisto",
    "kult": "kulttuuri", "sk": "seurakuntakeskus",
  ]

  /// "Maa-uimala" and "maauimala", "Tampere-talo" and "Tamperetalo".
  private static func joinCompounds(
    _ asked: [NameWord], _ name: [NameWord], _ ofQuery: inout [Double], _ ofName: inout [Double]
  ) {
    func join(_ parts: [NameWord], _ partScores: inout [Double], _ wholes: [NameWord], _ wholeScores: inout [Double]) {
      guard parts.count > 1 else { return }
      for (index, whole) in wholes.enumerated() where wholeScores[index] < 0.9 && whole.letters.count >= 6 {
        for first in 0..<(parts.count - 1) where partScores[first] < 0.9 && partScores[first + 1] < 0.9 {
          let joined = parts[first].letters + parts[first + 1].letters
          guard WordLikeness.distance(joined, whole.letters, most: 1) <= 1 else { continue }
          (partScores[first], partScores[first + 1], wholeScores[index]) = (0.94, 0.94, 0.94)
          break
        }
      }
    }
    join(asked, &ofQuery, name, &ofName)
    join(name, &ofName, asked, &ofQuery)
  }
}
