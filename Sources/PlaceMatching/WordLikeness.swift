/// How alike two words are.
enum WordLikeness {
  /// 1 the same, 0.97 but for the dots of å, ä, ö, less for inflections and typing errors, 0 different words.
  static func compare(_ a: NameWord, _ b: NameWord) -> Double {
    if a.plain == b.plain { return a.text == b.text ? 1 : 0.97 }
    guard !a.isNumber, !b.isNumber else { return 0 }
    let shorter = min(a.letters.count, b.letters.count)
    let longer = max(a.letters.count, b.letters.count)
    guard shorter >= 3 else { return 0 }
    if longer - shorter > 2, shorter >= 4, isInflection(a.plain, b.plain) { return 0.93 }
    guard longer - shorter <= 2 else { return 0 }
    let isKnown = a.isKnown || b.isKnown
    let allowed = longer >= 8 || longer >= 5 && !isKnown ? 2 : longer >= 4 ? 1 : 0
    let edits = distance(a.letters, b.letters, most: allowed)
    if edits > 0, shorter >= 4, isInflection(a.plain, b.plain) { return 0.93 }
    guard edits <= allowed else { return 0 }
    let likeness = mistyped(edits, longer)
    return isKnown ? likeness - 0.12 : likeness
  }

  /// The likeness of texts of so many letters with so many typing errors: one of five letters is more than one of twelve.
  static func mistyped(_ edits: Int, _ letters: Int) -> Double {
    max(0, 0.98 - Double(edits) * (0.04 + 0.35 / Double(letters)))
  }

  /// Whether one is an inflected form of the other.
  private static func isInflection(_ a: String, _ b: String) -> Bool {
    guard a.utf8.prefix(2).elementsEqual(b.utf8.prefix(2)) else { return false }
    let (long, short) = a.utf8.count > b.utf8.count ? (a, b) : (b, a)
    return Inflection.bases(long).contains(short)
  }

  /// Damerau's distance with neighbouring letters exchanged (optimal string alignment); more than `most` as `most + 1`.
  static func distance(_ a: [UInt16], _ b: [UInt16], most: Int) -> Int {
    if abs(a.count - b.count) > most { return most + 1 }
    if a == b { return 0 }
    if most == 0 { return 1 }
    // What they begin and end with alike says nothing.
    var start = 0
    while start < a.count, start < b.count, a[start] == b[start] { start += 1 }
    var aEnd = a.count
    var bEnd = b.count
    while aEnd > start, bEnd > start, a[aEnd - 1] == b[bEnd - 1] {
      aEnd -= 1
      bEnd -= 1
    }
    let n = aEnd - start
    let m = bEnd - start
    if n == 0 || m == 0 { return min(max(n, m), most + 1) }
    var before: [Int] = []
    var last = Array(0...m)
    var row = [Int](repeating: 0, count: m + 1)
    for i in 1...n {
      row[0] = i
      var best = i
      for j in 1...m {
        let x = a[start + i - 1]
        let y = b[start + j - 1]
        var value = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1))
        if i > 1, j > 1, x == b[start + j - 2], a[start + i - 2] == y { value = min(value, before[j - 2] + 1) }
        row[j] = value
        best = min(best, value)
      }
      if best > most { return most + 1 }
      before = last
      swap(&last, &row)
    }
    return min(last[m], most + 1)
  }
}
