/// A word, a number or a mark of a text.
struct ProseToken {
  enum Kind: Hashable {
    /// In lower case.
    case word(String)
    /// Its value, and how many digits it has.
    case number(Int, digits: Int)
    case dash
    case mark(Character)
    case newline
  }
  let kind: Kind
  /// Characters of the text.
  let range: Range<Int>
  let hasSpaceBefore: Bool

  var word: String? {
    if case .word(let text) = kind { text } else { nil }
  }

  static func tokens(of text: [Character]) -> [ProseToken] {
    var tokens: [ProseToken] = []
    var index = 0
    var hasSpace = true
    func take(while condition: (Character) -> Bool) -> Range<Int> {
      let start = index
      while index < text.count, condition(text[index]) { index += 1 }
      return start..<index
    }
    while index < text.count {
      let character = text[index]
      let kind: Kind
      let range: Range<Int>
      if character.isASCII, character.isNumber {
        range = take { $0.isASCII && $0.isNumber }
        // Longer numbers are telephone numbers, never times or dates.
        kind =
          range.count <= 4 ? .number(Int(String(text[range])) ?? 0, digits: range.count) : .word(String(text[range]))
      } else if character.isLetter {
        range = take { $0.isLetter || $0 == "'" || $0 == "’" }
        kind = .word(String(text[range]).lowercased())
      } else if character.isWhitespace, !character.isNewline {
        index += 1
        hasSpace = true
        continue
      } else {
        range = index..<index + 1
        index += 1
        kind = character.isNewline ? .newline : "-–—‑−‒".contains(character) ? .dash : .mark(character)
      }
      tokens.append(ProseToken(kind: kind, range: range, hasSpaceBefore: hasSpace))
      hasSpace = false
    }
    return tokens
  }
}

/// What a run of tokens says.
struct ProseItem {
  enum Kind: Hashable {
    case days([Int])
    case publicHolidays
    /// Single days or ranges; on a weekday of theirs only.
    case dates(ProseDates)
    case weeks([WeekRange])
    /// Minutes after midnight; the second where it could also be dates.
    case times(Range<Int>, isAmbiguous: Bool)
    case open, closed
    case appointment(String)
    case always
    case otherwise, except, season, or
    /// Says nothing, or has been taken into account.
    case filler
    case comma, semicolon, stop
    case obstacle
    case unknown
  }
  var kind: Kind
  /// Of the tokens.
  let tokens: Range<Int>
}

/// Dates as they stand in prose.
struct ProseDates: Hashable {
  var ranges: [DateRange]
  /// Several days in a row, not a single one.
  var isPeriod: Bool
  /// The weekday written beside a single date, or that of a named day that moves.
  var weekday: Int?
  /// Told by a name and not by a number.
  var isNamed = false

  var hasYear: Bool { ranges.contains { $0.from.year != nil } }

  /// Whether it is another date each year.
  var isMoving: Bool { weekday != nil || ranges.contains { $0.from.base == .easter } }
}
