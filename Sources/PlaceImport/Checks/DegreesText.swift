import Foundation

/// Degrees as people write them: `60°10'12.5"N`, `60° 10.2′`, `N 60° 10`.
enum DegreesText {
  /// The decimal degrees with seven decimals at most (1 cm), to be told as the mend; nil when the text is nothing of
  /// the kind.
  static func decimal(_ text: String) -> String? {
    let pattern =
      #/
      [NSEWPIL]? \s* (\d{1,3} (?:[.,]\d+)?) \s* [°º:] \s*
      (?: (\d{1,2} (?:[.,]\d+)?) \s* ['′’´:]? \s* )?
      (?: (\d{1,2} (?:[.,]\d+)?) \s* (?: " | ″ | ” | '' | ′′ )? \s* )?
      [NSEWPIL]?
      /#
    guard let match = text.trimmed.uppercased().wholeMatch(of: pattern) else { return nil }
    func number(_ part: Substring?) -> Double? { part.map { Double($0.replacing(",", with: ".")) ?? .nan } }
    guard let degrees = number(match.1), degrees <= 180 else { return nil }
    let minutes = number(match.2) ?? 0
    let seconds = number(match.3) ?? 0
    guard minutes < 60, seconds < 60 else { return nil }
    let value = ((degrees + minutes / 60 + seconds / 3600) * 1e7).rounded() / 1e7
    return "\(value)"
  }
}
