/// The words that a mistyped one may mean.
public enum WordNearness {
  /// At most three of these words that are one or two typing errors away, the likest first.
  public static func nearest(_ plain: String, among words: [String]) -> [String] {
    let letters = Array(plain.utf16)
    let allowed = letters.count >= 5 ? 2 : 1
    let near = words.compactMap { word -> (String, Int)? in
      let edits = WordLikeness.distance(letters, Array(word.utf16), most: allowed)
      return edits > allowed ? nil : (word, edits)
    }
    return near.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
  }
}
