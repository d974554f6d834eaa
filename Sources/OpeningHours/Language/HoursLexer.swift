/// Takes a text apart. What it does not know becomes a token too, so that the parser tells of the first mistake, not of
/// the first odd character.
struct HoursLexer {
  let bytes: [UInt8]
  private(set) var tokens: [HoursToken] = []
  private(set) var warnings: [HoursWarning] = []
  private var index = 0
  private var spaceBefore = false
  private var sawUnclearWord = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    tokens.reserveCapacity(bytes.count / 2 + 2)
    while index < bytes.count { next() }
    tokens.append(
      HoursToken(kind: .end, spaceBefore: spaceBefore, start: Int32(bytes.count), end: Int32(bytes.count)))
    if sawUnclearWord { clearUpWords() }
  }

  /// The character (Unicode scalar) that begins at a byte.
  static func position(ofByte offset: Int, in bytes: [UInt8]) -> Int {
    bytes.prefix(offset).reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  private mutating func next() {
    let byte = bytes[index]
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D:
      index += 1
      spaceBefore = true
    case 0x30...0x39: number()
    case 0x41...0x5A, 0x61...0x7A: word()
    case UInt8(ascii: ":"): sign(.colon)
    case UInt8(ascii: "-"): sign(.dash)
    case UInt8(ascii: ","): sign(.comma)
    case UInt8(ascii: ";"): sign(.semicolon)
    case UInt8(ascii: "+"): sign(.plus)
    case UInt8(ascii: "/"): sign(.slash)
    case UInt8(ascii: "."): sign(.dot)
    case UInt8(ascii: "("): sign(.openParenthesis)
    case UInt8(ascii: ")"): sign(.closeParenthesis)
    case UInt8(ascii: "["): sign(.openBracket)
    case UInt8(ascii: "]"): sign(.closeBracket)
    case UInt8(ascii: "|"):
      if index + 1 < bytes.count, bytes[index + 1] == byte {
        sign(.fallback, length: 2)
      } else {
        sign(.unknownCharacter)
      }
    case UInt8(ascii: "&"):
      warn("& is read as a comma.")
      sign(.comma)
    case UInt8(ascii: "\""): plainComment()
    case 0x80...: beyondASCII()
    default: sign(.unknownCharacter)
    }
  }

  private mutating func sign(_ kind: HoursToken.Kind, length: Int = 1) { append(kind, length: length) }

  private mutating func append(_ kind: HoursToken.Kind, value: Int32 = 0, digits: Int = 0, length: Int) {
    tokens.append(
      HoursToken(
        kind: kind, value: value, digits: UInt8(clamping: digits), spaceBefore: spaceBefore, start: Int32(index),
        end: Int32(index + length)))
    index += length
    spaceBefore = false
  }

  private mutating func warn(_ detail: String, of word: String? = nil) {
    let position = Self.position(ofByte: index, in: bytes)
    let isOther = word.map { !HoursVocabulary.english.contains($0.lowercased()) } ?? false
    warnings.append(HoursWarning(position: position, detail: detail, isOtherLanguage: isOther))
  }

  private mutating func number() {
    var end = index
    var value: Int32 = 0
    while end < bytes.count, case 0x30...0x39 = bytes[end] {
      if value < 100_000_000 { value = value * 10 + Int32(bytes[end] - 0x30) }
      end += 1
    }
    append(.number, value: value, digits: end - index, length: end - index)
  }

  // MARK: Words

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A: true
    // Latin letters with marks, U+00C0–U+024F, and combining marks.
    case 0xC3...0xC9, 0xCC, 0xCD, 0x80...0xBF: true
    default: false
    }
  }

  private mutating func word() {
    var end = index
    while end < bytes.count, Self.isLetter(bytes[end]) { end += 1 }
    // A whole word that the grammar has, or two of them without a space between.
    if let meaning = strict(index..<end) {
      append(meaning, length: end - index)
      return skipAbbreviationDot(meaning)
    }
    let text = String(decoding: bytes[index..<end], as: UTF8.self)
    if let meaning = HoursVocabulary.lenient[text.lowercased()] {
      if meaning.kind == .to || meaning.kind == .unclearWord { sawUnclearWord = true }
      if meaning.kind == .publicHoliday, takesQualifier(end: end) { return }
      if meaning.kind == .everyDay { return everyDay(text, end: end) }
      warnOfSpelling(text, meaning)
      append(meaning, length: end - index)
      return skipAbbreviationDot(meaning)
    }
    for middle in stride(from: end - 2, to: index + 1, by: -1) {
      if let first = strict(index..<middle), let second = strict(middle..<end) {
        append(first, length: middle - index)
        return append(second, length: end - middle)
      }
    }
    append(.unknownWord, length: end - index)
  }

  private func strict(_ range: Range<Int>) -> HoursVocabulary.Meaning? {
    HoursVocabulary.pack(bytes[range]).flatMap { HoursVocabulary.packed[$0] }
  }

  private mutating func append(_ meaning: HoursVocabulary.Meaning, length: Int) {
    append(meaning.kind, value: meaning.value, length: length)
  }

  private mutating func warnOfSpelling(_ text: String, _ meaning: HoursVocabulary.Meaning) {
    guard let spelling = Self.spelling(of: meaning) else { return }
    warn("“\(text)” is read as \(spelling).", of: text)
  }

  /// What the grammar writes for a meaning; nil where nothing needs to be said.
  private static func spelling(of meaning: HoursVocabulary.Meaning) -> String? {
    let place = Int(meaning.value)
    return switch meaning.kind {
    case .weekday: HoursVocabulary.weekdays[place - 1]
    case .month: HoursVocabulary.months[place - 1]
    case .modifier: HoursVocabulary.modifiers[place].1
    case .sun: HoursVocabulary.sunEvents[place].rawValue
    case .publicHoliday: "PH"
    case .schoolHoliday: "SH"
    case .week: "week"
    case .easter: "easter"
    case .dayUnit: "days"
    case .dash: "-"
    case .comma: "a comma"
    case .clockWord: "nothing"
    default: nil
    }
  }

  /// `Mon.`, `klo.`
  private mutating func skipAbbreviationDot(_ meaning: HoursVocabulary.Meaning) {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "."),
      meaning.kind == .weekday || meaning.kind == .month || meaning.kind == .clockWord
    else { return }
    warn("A full stop is left out.")
    index += 1
  }

  /// `daily` becomes the three tokens of `Mo-Su`.
  private mutating func everyDay(_ text: String, end: Int) {
    warn("“\(text)” is read as Mo-Su.", of: text)
    append(.weekday, value: 1, length: end - index)
    let word = tokens[tokens.count - 1]
    for (kind, value) in [(HoursToken.Kind.dash, Int32(0)), (.weekday, 7)] {
      tokens.append(HoursToken(kind: kind, value: value, start: word.start, end: word.end))
    }
  }

  /// `public holidays`, `school holidays`: two words, of which the first is a token already.
  private mutating func takesQualifier(end: Int) -> Bool {
    guard let last = tokens.last, last.kind == .unknownWord else { return false }
    let start = Int(last.start)
    let kinds: [String: HoursToken.Kind] = ["public": .publicHoliday, "school": .schoolHoliday]
    guard let kind = kinds[String(decoding: bytes[start..<Int(last.end)], as: UTF8.self).lowercased()] else {
      return false
    }
    let written = String(decoding: bytes[start..<end], as: UTF8.self)
    tokens.removeLast()
    (index, spaceBefore) = (start, last.spaceBefore)
    warn("“\(written)” is read as \(kind == .publicHoliday ? "PH" : "SH").")
    append(kind, length: end - start)
    return true
  }

  /// Words that mean what their neighbours make of them: `9 to 17` and `Mon to Fri` mean a dash, any other `to`
  /// Thursday; `kesä-elokuu` begins in June, any other `kesä` is a season.
  private mutating func clearUpWords() {
    for place in tokens.indices where tokens[place].kind == .to || tokens[place].kind == .unclearWord {
      let before = place > 0 ? tokens[place - 1] : tokens[tokens.count - 1]
      let after = tokens[place + 1]
      let text = String(decoding: bytes[Int(tokens[place].start)..<Int(tokens[place].end)], as: UTF8.self)
      let reading: String
      if tokens[place].kind == .to {
        let isBetweenTimes = endsTime(before) && beginsTime(after) && !endsSpan(place - 1)
        let isBetweenDays =
          (before.kind == .weekday && after.kind == .weekday && isEnglish(before) && isEnglish(after))
          || (before.kind == .month && after.kind == .month)
        tokens[place].kind = isBetweenTimes || isBetweenDays ? .dash : .weekday
        tokens[place].value = 4
        reading = tokens[place].kind == .dash ? "-" : "Th"
      } else {
        let follows = place + 2 < tokens.count && tokens[place + 2].kind == .month
        guard text.lowercased() == "kesä", after.kind == .dash, follows else { continue }
        tokens[place].kind = .month
        tokens[place].value = 6
        reading = "Jun"
      }
      let position = Self.position(ofByte: Int(tokens[place].start), in: bytes)
      warnings.append(
        HoursWarning(
          position: position, detail: "“\(text)” is read as \(reading).",
          isOtherLanguage: reading != "-" && !HoursVocabulary.english.contains(text.lowercased())))
    }
  }

  /// Whether a time that ends with that token is the second of a span.
  private func endsSpan(_ place: Int) -> Bool {
    var place = place
    while place >= 0 {
      switch tokens[place].kind {
      case .number, .colon, .dot, .halfDay, .hourMark, .sun: place -= 1
      default: return tokens[place].kind == .dash
      }
    }
    return false
  }

  private func endsTime(_ token: HoursToken) -> Bool {
    switch token.kind {
    case .number, .halfDay, .hourMark, .sun, .closeParenthesis: true
    default: false
    }
  }

  private func beginsTime(_ token: HoursToken) -> Bool {
    switch token.kind {
    case .number, .sun, .openParenthesis: true
    default: false
    }
  }

  /// Whether a weekday is spelled so that it cannot be Finnish or Swedish.
  private func isEnglish(_ token: HoursToken) -> Bool {
    let text = String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self).lowercased()
    let english = [
      "mo", "tu", "we", "th", "sa", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
    ]
    return english.contains(text) || text.hasSuffix("day") || text.hasSuffix("days")
  }

  // MARK: Signs beyond ASCII

  /// Spaces, dashes and quotation marks as typesetting has them.
  private mutating func beyondASCII() {
    if begins([0xC2, 0xA0]) || begins([0xEF, 0xBB, 0xBF]) || begins([0xE3, 0x80, 0x80]) || isTypographicSpace {
      warn("A space of an unusual kind is read as a space.")
      index += bytes[index] == 0xC2 ? 2 : 3
      spaceBefore = true
    } else if isTypographicDash {
      warn("A long dash is read as -.")
      sign(.dash, length: 3)
    } else if begins([0xE2, 0x80, 0x9C]) {  // “…”
      comment(opening: 3, closings: [[0xE2, 0x80, 0x9D]])
    } else if begins([0xE2, 0x80, 0x9D]) {  // ”…”
      comment(opening: 3, closings: [[0xE2, 0x80, 0x9D]])
    } else if begins([0xE2, 0x80, 0x9E]) {  // „…“ and „…”
      comment(opening: 3, closings: [[0xE2, 0x80, 0x9C], [0xE2, 0x80, 0x9D]])
    } else if begins([0xC2, 0xAB]) || begins([0xC2, 0xBB]) {  // «…» and »…»
      comment(opening: 2, closings: [[0xC2, 0xBB]])
    } else if Self.isLetter(bytes[index]) {
      word()
    } else {
      var end = index + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      append(.unknownCharacter, length: end - index)
    }
  }

  private func begins(_ pattern: [UInt8], at place: Int? = nil) -> Bool {
    bytes[(place ?? index)...].starts(with: pattern)
  }

  /// U+2000–U+200B, U+202F, U+205F.
  private var isTypographicSpace: Bool {
    guard bytes[index] == 0xE2, index + 2 < bytes.count else { return false }
    let (second, third) = (bytes[index + 1], bytes[index + 2])
    return second == 0x80 && (third <= 0x8B || third == 0xAF) || second == 0x81 && third == 0x9F
  }

  /// U+2010–U+2015, U+2212, U+FF0D.
  private var isTypographicDash: Bool {
    guard index + 2 < bytes.count else { return false }
    switch (bytes[index], bytes[index + 1], bytes[index + 2]) {
    case (0xE2, 0x80, 0x90...0x95), (0xE2, 0x88, 0x92), (0xEF, 0xBC, 0x8D): return true
    default: return false
    }
  }

  private mutating func plainComment() {
    var end = index + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += 1 }
    guard end < bytes.count else { return append(.unclosedComment, length: end - index) }
    append(.comment, value: 1, digits: 1, length: end + 1 - index)
  }

  private mutating func comment(opening: Int, closings: [[UInt8]]) {
    var end = index + opening
    while end < bytes.count {
      if let closing = closings.first(where: { begins($0, at: end) }) {
        warn("Quotation marks of print are read as \".")
        return append(.comment, value: Int32(opening), digits: closing.count, length: end + closing.count - index)
      }
      end += 1
    }
    append(.unclosedComment, length: bytes.count - index)
  }
}
