extension HoursParser {
  /// An error at a token, the present one if none is given.
  func failure(_ detail: String, _ suggestion: String? = nil, at token: HoursToken? = nil) -> HoursParseError {
    HoursParseError(
      position: HoursLexer.position(ofByte: Int((token ?? self.token).start), in: bytes), detail: detail,
      suggestion: suggestion)
  }

  mutating func warn(_ token: HoursToken, _ detail: String) {
    warnings.append(HoursWarning(position: HoursLexer.position(ofByte: Int(token.start), in: bytes), detail: detail))
  }

  /// The characters of a token, shortened.
  func text(of token: HoursToken) -> String {
    let text = String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    return text.count > 30 ? text.prefix(29) + "…" : text
  }

  /// What is wrong with the present token where `expected` should stand.
  func expected(_ expected: String, _ suggestion: String? = nil) -> HoursParseError {
    if let advised = adviceOnWord { return advised }
    return kind == .end
      ? failure("The text ends where \(expected) should stand.", suggestion)
      : failure("“\(text(of: token))” stands where \(expected) should stand.", suggestion)
  }

  /// What is wrong with a token that continues no rule.
  func unexpected(after rule: HoursRule?) -> HoursParseError {
    if let advised = adviceOnWord { return advised }
    switch kind {
    case .end: return failure("The text ends where a rule should stand.")
    case .semicolon where rule == nil, .fallback where rule == nil, .comma where rule == nil:
      return failure("Before “\(text(of: token))” a rule is missing.", "Write one, or leave “\(text(of: token))” out.")
    case .unclosedComment: return failure("The quotation mark is not closed.", #"Write " at the end of the comment."#)
    case .openParenthesis:
      return failure(
        "Parentheses stand only around times of the sun.",
        "Put remarks into quotation marks, months before days: Jun-Aug Mo-Fr.")
    case .dot:
      return failure("A full stop is out of place here.", "Write ; between rules, and remarks into quotation marks.")
    case .week where rule?.endsInTimes == true, .month where rule?.endsInTimes == true,
      .easter where rule?.endsInTimes == true:
      return failure("Between two rules a separator is missing.", "Write ; before “\(text(of: token))”.")
    case .dash:
      return failure("A dash is out of place here.", "It stands between two times, weekdays or dates: Dec 24-Jan 06.")
    case .colon:
      return failure(
        "A colon is out of place here.", "It stands in times, 09:00, and may stand once after months or weeks.")
    case .slash:
      return failure("A slash is out of place here.", "Steps are possible for years and weeks: week 01-53/2.")
    case .week where rule != nil, .month where rule != nil, .easter where rule != nil:
      return failure(
        "“\(text(of: token))” is out of place here.",
        "Write years, dates, weeks, days and times in this order, ; between rules.")
    case .weekday where rule != nil, .publicHoliday where rule != nil, .schoolHoliday where rule != nil:
      return failure(
        "“\(text(of: token))” is out of place here.",
        "Write days before times, a comma between days and ; between rules: Mo,We 09:00-17:00; Fr 09:00-15:00.")
    case .number where token.isYear && rule?.dates.isEmpty == false:
      return failure("The year stands behind the date.", "Write it before: \(text(of: token)) Dec 24.")
    case .number where rule != nil:
      return failure("“\(text(of: token))” is out of place here.", "Write a comma between times and ; between rules.")
    case .number where token.digits <= 2:
      return failure("“\(text(of: token))” alone says nothing.", "Write a span of times: 09:00-17:00.")
    default: return failure("“\(text(of: token))” is not understood here.")
    }
  }

  /// What to write instead of a word that is unclear or unknown; nil where the token is something else.
  private var adviceOnWord: HoursParseError? {
    let word = text(of: token)
    switch kind {
    case .unclearWord:
      return failure("“\(word)” is not clear enough.", HoursVocabulary.advice[word.lowercased()])
    case .unknownWord:
      let nearest = HoursVocabulary.nearest(to: word)
      return failure(
        "“\(word)” is not a word of the language.",
        nearest.map { "Write \($0)?" } ?? "Put remarks into quotation marks: \"…\".")
    default: return nil
    }
  }

  /// What is wrong with a number that is a day rather than a time: `24.12.`, `24 Dec`.
  var failureOfDay: HoursParseError? {
    let day = token
    var distance = 1
    if peek(distance).kind == .dot { distance += 1 }
    let month = peek(distance)
    if month.kind == .month {
      return failure(
        "The day stands before the month.", "Write \(HoursVocabulary.months[Int(month.value) - 1]) \(text(of: day)).")
    }
    guard distance == 2 else { return nil }
    if month.kind == .dash { return failure("A date lacks its month.", "Write for instance Dec 24-26.") }
    guard month.kind == .number, 1...12 ~= month.value, 1...31 ~= day.value, peek(3).kind == .dot else { return nil }
    let name = HoursVocabulary.months[Int(month.value) - 1]
    return failure("Dates are written otherwise here.", "Write \(name) \(text(of: day)).")
  }
}
