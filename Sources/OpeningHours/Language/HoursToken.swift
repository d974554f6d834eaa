/// A piece of a text: a number, a word with its meaning, a sign or a comment.
struct HoursToken {
  enum Kind: UInt8 {
    /// `everyDay` becomes weekdays before the parser sees it.
    case number, weekday, everyDay, month, publicHoliday, schoolHoliday, week, easter, sun, dayUnit, modifier
    case comment, unclosedComment
    case colon, dash, comma, semicolon, fallback, plus, slash, dot
    case openParenthesis, closeParenthesis, openBracket, closeBracket
    /// `am` 0, `pm` 1.
    case halfDay
    /// The `h` of `9h`, `9h30`.
    case hourMark
    /// `to`, which is Thursday in Finnish and Swedish and a dash in English; told apart by what stands around it.
    case to
    /// `klo`, `kl`: says nothing.
    case clockWord
    /// A word that is known but cannot be read as one thing; see ``HoursVocabulary/advice``.
    case unclearWord
    case unknownWord, unknownCharacter
    case end
  }

  var kind: Kind
  /// Number, weekday 1–7, month 1–12, sun event or modifier (their places in ``HoursVocabulary``).
  var value: Int32 = 0
  /// How many digits a number is written with.
  var digits: UInt8 = 0
  var spaceBefore = false
  /// Bytes of the text, half-open.
  var start: Int32
  var end: Int32

  var isHoliday: Bool { kind == .publicHoliday || kind == .schoolHoliday }
  var isDay: Bool { kind == .weekday || isHoliday }
  var isYear: Bool { kind == .number && digits == 4 && value >= 1000 }
  /// Years, dates, weeks, days or times begin.
  var beginsSelector: Bool {
    switch kind {
    case .number, .weekday, .month, .publicHoliday, .schoolHoliday, .week, .easter, .sun, .openParenthesis, .clockWord:
      true
    default: false
    }
  }
  var isMonthOrEaster: Bool { kind == .month || kind == .easter }
}
