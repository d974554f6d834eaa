/// Finds the name that was probably meant.
public enum NearestName {
  /// The known name with the fewest edits, nil when none is near.
  public static func find(_ name: String, among known: Set<String>) -> String? {
    let scored = known.map { (name: $0, edits: edits(name.lowercased(), $0)) }
    guard let best = scored.min(by: { ($0.edits, $0.name) < ($1.edits, $1.name) }) else { return nil }
    return best.edits <= max(2, name.count / 2) ? best.name : nil
  }

  private static func edits(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8.prefix(64))
    let b = Array(b.utf8)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
