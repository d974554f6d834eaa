import Places

/// How alike a question's name and a candidate's are.
struct NameLikeness: Sendable {
  /// 1 the same, 0 nothing in common.
  var score = 0.0
  /// The weight of the words that both have: 1 and more tells places apart, less only kinds of places.
  var distinction = 0.0
  /// The question's segments that the name explains.
  var explained: Set<Int> = []
  /// Whether each has a word for every word of the other that tells something.
  var isComplete = false
  /// Words of the question that say of what kind the place is, and that the name lacks.
  var kinds: [String] = []

  /// Compares a name in segments with one name of a candidate; `towns` are the candidate's post offices (folded, without
  /// dots), which a name may begin with or not: "Turun pääkirjasto" in Turku is "Pääkirjasto".
  static func compare(
    _ segments: [[NameWord]], _ name: [NameWord], towns: [String] = [], municipality: MunicipalityCode? = nil
  )
    -> NameLikeness
  {
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

    // "Casa Largo luokka 12": what follows a room's word is that room's.
    var rooms: Set<Int> = []
    for segment in segments.indices {
      let own = words.indices.filter { words[$0].segment == segment }
      guard let first = own.first(where: { words[$0].word.isRoom && ofQuery[$0] == 0 }),
        own.contains(where: { $0 < first && ofQuery[$0] > 0 })
      else { continue }
      rooms.formUnion(own.filter { $0 >= first && ofQuery[$0] == 0 })
    }
    let nameWeights = name.indices.map {
      ofName[$0] == 0 && isTown(name[$0], towns, municipality) ? 0.15 : name[$0].weight
    }
    var found = 0.0
    for index in name.indices {
      found += nameWeights[index] * ofName[index]
      best.distinction += ofName[index] > 0.8 ? name[index].weight : 0
    }
    let coverage = found / nameWeights.reduce(0, +)
    best.isComplete = !name.indices.contains { ofName[$0] == 0 && nameWeights[$0] >= 0.5 }
    // Of the question count the segments that have something in common with the name; others may be halls or quarters.
    var asked = 0.0
    var answered = 0.0
    for segment in segments.indices {
      let own = words.indices.filter { words[$0].segment == segment }
      let weights = own.map {
        rooms.contains($0)
          ? 0.05 : ofQuery[$0] == 0 && isTown(words[$0].word, towns, municipality) ? 0.15 : words[$0].word.weight
      }
      let weight = weights.reduce(0, +)
      let share = zip(own, weights).reduce(0) { $0 + $1.1 * ofQuery[$1.0] }
      guard share > 0.3 * weight else { continue }
      if share > 0.6 * weight { best.explained.insert(segment) }
      asked += weight
      answered += share
      for (index, weight) in zip(own, weights) where ofQuery[index] == 0 && weight >= 0.5 {
        best.isComplete = false
        if words[index].word.isKind { best.kinds.append(words[index].word.plain) }
      }
    }
    if asked > 0 { best.score = 0.55 * coverage + 0.45 * (answered / asked) }
    // "Kenttä 1" is not "Kenttä 2".
    let numbersOfQuery = words.indices.contains {
      words[$0].word.isNumber && ofQuery[$0] == 0 && !rooms.contains($0)
    }
    let numbersOfName = name.indices.contains { name[$0].isNumber && ofName[$0] == 0 }
    if numbersOfName && numbersOfQuery {
      best.score *= 0.5
    } else if numbersOfName || numbersOfQuery {
      best.score *= 0.85
    } else {
      best.compareWhole(segments, name)
    }
    return best
  }

  /// Typing errors between words, or where they begin: the names as they stand, without spaces and the words that both
  /// have.
  private mutating func compareWhole(_ segments: [[NameWord]], _ name: [NameWord]) {
    guard !isComplete || score < 0.9 else { return }
    let all = name.reduce(0) { $0 + $1.letters.count }
    guard all >= 5 else { return }
    for (index, segment) in segments.enumerated() {
      let asked = segment.filter { word in !name.contains { $0.plain == word.plain } }
      let stored = name.filter { word in !segment.contains { $0.plain == word.plain } }
      // Words that the registry has are no typing errors of others.
      guard !asked.isEmpty, !stored.isEmpty, !asked.contains(where: { $0.isKnown && $0.weight > 0.5 }) else { continue }
      let letters = (asked.flatMap(\.letters), stored.flatMap(\.letters))
      let longer = max(letters.0.count, letters.1.count)
      let allowed = longer >= 7 ? 2 : longer >= 4 ? 1 : 0
      let edits = WordLikeness.distance(letters.0, letters.1, most: allowed)
      guard edits <= allowed else { continue }
      let whole = WordLikeness.mistyped(edits, all)
      guard whole > score || !isComplete else { continue }
      score = max(score, whole)
      distinction = max(distinction, name.reduce(0) { $0 + $1.weight } * 0.9)
      explained = [index]
      isComplete = true
      kinds = []
    }
  }

  private static func isTown(_ word: NameWord, _ towns: [String], _ municipality: MunicipalityCode?) -> Bool {
    municipality.map { word.municipalities.contains($0) } ?? false || towns.contains(word.plain)
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
          guard WordLikeness.distance(joined, whole.letters, most: 1) > 1 else {
            (partScores[first], partScores[first + 1], wholeScores[index]) = (0.94, 0.94, 0.94)
            break
          }
          // "Virk. alue" of "virkistysalue".
          guard parts[first].letters.count >= 3, parts[first + 1].letters.count >= 3,
            joined.count + 2 <= whole.letters.count, whole.letters.starts(with: parts[first].letters),
            whole.letters.suffix(parts[first + 1].letters.count).elementsEqual(parts[first + 1].letters)
          else { continue }
          (partScores[first], partScores[first + 1], wholeScores[index]) = (0.86, 0.86, 0.86)
          break
        }
      }
    }
    join(asked, &ofQuery, name, &ofName)
    join(name, &ofName, asked, &ofQuery)
  }
}
