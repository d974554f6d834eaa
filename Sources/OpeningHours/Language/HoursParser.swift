/// Reads rules from tokens, left to right, looking ahead a bounded number of tokens, without recursion.
struct HoursParser {
  /// The longest text read, in bytes; the longest values of OpenStreetMap have 255 characters, those of registries a
  /// few hundred.
  static let longestText = 2000

  let bytes: [UInt8]
  let tokens: [HoursToken]
  var index = 0
  var warnings: [HoursWarning]

  init(_ bytes: [UInt8]) {
    let lexer = HoursLexer(bytes)
    self.bytes = bytes
    tokens = lexer.tokens
    warnings = lexer.warnings
  }

  // MARK: Tokens

  var token: HoursToken { tokens[index] }
  var kind: HoursToken.Kind { tokens[index].kind }

  /// A token further on; the end's where there is none.
  func peek(_ distance: Int) -> HoursToken { tokens[min(index + distance, tokens.count - 1)] }

  /// Moves on if the token is of that kind.
  mutating func take(_ kind: HoursToken.Kind) -> Bool {
    guard token.kind == kind else { return false }
    index += 1
    return true
  }

  // MARK: Rules

  mutating func expression() throws(HoursParseError) -> HoursExpression {
    guard kind != .end else {
      throw failure("Nothing is written.", "Write for instance Mo-Fr 09:00-17:00, or 24/7.")
    }
    var rules: [HoursRule] = []
    var separator = HoursRule.Separator.normal
    while true {
      let start = index
      let rule = try rule(separator)
      if let before = rules.last, start > 0, !Self.isSeparator(tokens[start - 1].kind) {
        try checkMissingSeparator(before, rule, at: tokens[start])
      }
      if rule.separator == .additional, rule.beginsWithTimes, rules.last?.endsInTimes == true {
        // `9-12, closed 12-14`: with the state behind, the times would be those of the rule before.
        rules[rules.count - 1].modifier = .open
      }
      rules.append(rule)
      guard let next = try self.separator(after: rule) else { break }
      separator = next
    }
    warnings.sort { $0.position < $1.position }
    return HoursExpression(rules: rules)
  }

  private static func isSeparator(_ kind: HoursToken.Kind) -> Bool {
    kind == .semicolon || kind == .comma || kind == .fallback
  }

  /// How the next rule joins the one read; nil at the end.
  private mutating func separator(after rule: HoursRule) throws(HoursParseError) -> HoursRule.Separator? {
    switch kind {
    case .end: return nil
    case .dot where peek(1).kind == .end:
      warn(token, "A full stop is left out.")
      return nil
    case .dot where peek(1).isDay && peek(1).spaceBefore && rule.isComplete:
      warn(token, "A full stop between rules is read as a comma.")
      index += 1
      return .additional
    case .fallback:
      index += 1
      if kind == .end { throw failure("After || a rule is missing.", #"Write one, for instance: || "on appointment""#) }
      return .fallback
    case .semicolon:
      let first = token
      index += 1
      while kind == .semicolon { index += 1 }
      if kind == .end || index > 0 && tokens[index - 1].start > first.start {
        warn(first, "A semicolon without a rule after it says nothing.")
      }
      return kind == .end ? nil : .normal
    case .comma:
      let comma = token
      index += 1
      if kind == .end || Self.isSeparator(kind) { throw failure("After the comma nothing is written.", nil, at: comma) }
      guard rule.isComplete else {
        throw failure(
          "It is not clear what the comma joins here: the rule before it has no times and no state.",
          "Write ; between rules, or put the times first.", at: comma)
      }
      return .additional
    case .weekday where rule.endsInTimes && rule.days != nil, .publicHoliday where rule.endsInTimes && rule.days != nil:
      warn(token, "Between the rules a separator is missing; read as a comma.")
      return .additional
    default:
      throw unexpected(after: rule)
    }
  }

  /// Without a separator between them, rules on the same weekday could mean a replacement or an addition, which for a
  /// closed rule is the same; and the months of the first could be meant for the second too.
  private func checkMissingSeparator(_ before: HoursRule, _ rule: HoursRule, at token: HoursToken)
    throws(HoursParseError)
  {
    let first = Self.weekdaySet(before.days)
    let second = Self.weekdaySet(rule.days)
    let isClosed = rule.modifier == .closed || rule.modifier == .off
    let isDisjoint = first.map { second?.isDisjoint(with: $0) == true } == true
    guard isClosed || isDisjoint, before.years.isEmpty, before.dates.isEmpty, before.weeks.isEmpty else {
      throw failure("Between two rules a separator is missing.", "Write ; before “\(text(of: token))”.", at: token)
    }
  }

  private static func weekdaySet(_ days: DaySelector?) -> Set<Int>? {
    guard let days, days.holidays.isEmpty, days.weekdays.allSatisfy(\.nth.isEmpty) else { return nil }
    var set: Set<Int> = []
    for range in days.weekdays {
      var day = range.from
      set.insert(day)
      while day != range.to {
        day = day % 7 + 1
        set.insert(day)
      }
    }
    return set
  }

  private mutating func rule(_ separator: HoursRule.Separator) throws(HoursParseError) -> HoursRule {
    var rule = HoursRule(separator: separator)
    let start = index
    if kind == .comment, peek(1).kind == .colon {
      rule.comment = try comment()
      index += 1
    }
    if kind == .colon {
      throw failure("A colon stands where a rule begins.", "Begin with days or times: Mo-Fr 09:00-17:00.")
    }
    if kind == .modifier, peek(1).beginsSelector {
      warn(token, "The state is read as if it stood behind the days and times.")
      rule.modifier = HoursVocabulary.modifiers[Int(token.value)].0
      index += 1
    }
    try readDates(into: &rule)
    try readDays(into: &rule)
    if isAlwaysAhead {
      if rule.hasDateSelector {
        warn(token, "24/7 beside dates or days is read as 00:00-24:00.")
        rule.times = [TimeSpan(from: .clock(0), to: .clock(1440))]
      } else {
        rule.isAlways = true
      }
      index += 3
    } else {
      try readTimes(into: &rule)
    }
    try readState(into: &rule)
    if index == start { throw unexpected(after: nil) }
    return rule
  }

  /// `24/7` comes next.
  var isAlwaysAhead: Bool {
    kind == .number && token.value == 24 && token.digits == 2 && peek(1).kind == .slash && peek(2).kind == .number
      && peek(2).value == 7
  }

  private mutating func readState(into rule: inout HoursRule) throws(HoursParseError) {
    if kind == .modifier {
      if rule.modifier != .none { throw failure("A rule has one state.", "Write ; between rules.") }
      rule.modifier = HoursVocabulary.modifiers[Int(token.value)].0
      index += 1
      if kind == .modifier {
        throw failure("A rule has one state.", "Write ; between rules.")
      }
    }
    if kind == .unclosedComment || kind == .comment {
      if rule.comment != nil { throw failure("A rule has one comment.", "Write both in one.") }
      rule.comment = try comment()
    }
  }

  private mutating func comment() throws(HoursParseError) -> String {
    guard kind == .comment else {
      throw failure("The quotation mark is not closed.", #"Write " at the end of the comment."#)
    }
    let range = Int(token.start + token.value)..<Int(token.end) - Int(token.digits)
    let text = String(decoding: bytes[range], as: UTF8.self)
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw failure("The comment is empty.", "Leave it out.")
    }
    index += 1
    // Inside other quotation marks the plain one may stand, in the normal form it may not. By bytes: with a combining
    // mark behind it, it would be another character.
    guard text.utf8.contains(UInt8(ascii: "\"")) else { return text }
    return String(decoding: text.utf8.map { $0 == UInt8(ascii: "\"") ? UInt8(ascii: "'") : $0 }, as: UTF8.self)
  }
}

extension HoursRule {
  /// Whether a comma after the rule begins another.
  var isComplete: Bool { isAlways || !times.isEmpty || modifier != .none || comment != nil }
  /// Whether the last thing written is a time.
  var endsInTimes: Bool { !times.isEmpty && modifier == .none && comment == nil }
  /// Whether the first thing written is a time.
  var beginsWithTimes: Bool { !hasDateSelector && !isAlways && !times.isEmpty }
}
