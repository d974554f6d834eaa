/// A line cut where people separate the parts of an address: at commas, strokes, dashes with spaces, brackets and line
/// ends.
struct AddressSegments {
  /// The longest line that is read, in Unicode scalars; the rest of a longer one is left out.
  static let limit = 500

  /// In the order written, none empty.
  private(set) var segments: [ArraySlice<AddressWord>] = []
  private var words: [AddressWord] = []
  private var start = 0

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars.prefix(Self.limit))
    words.reserveCapacity(16)
    var begin = 0
    var index = 0
    func next(_ offset: Int) -> Unicode.Scalar? {
      let at = index + offset
      return scalars.indices.contains(at) ? scalars[at] : nil
    }
    func isSpace(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { Self.isSpace($0) } ?? true }
    while index < scalars.count {
      let scalar = scalars[index]
      switch Self.kind(scalar) {
      case .letter: break
      case .space:
        word(scalars[begin..<index])
        begin = index + 1
        if endsSentence(before: next(1)) { cut() }
      case .cut:
        word(scalars[begin..<index])
        begin = index + 1
        cut()
      case .stroke, .dash:
        let isLoose = isSpace(next(-1)) || begin == index
        let isSeparator =
          isLoose && isSpace(next(1)) || scalar == "/" && (isLoose || isSpace(next(1)))
          || scalar == "/" && separates(AddressWord(scalars[begin..<index]), before: next(1))
          || isLoose && words.count > start && next(1)?.properties.isUppercase ?? false && scalar != "@"
        guard isSeparator else { break }
        word(scalars[begin..<index])
        begin = index + 1
        if let last = words.last, words.count > start, last.isNumber, last.folded.utf8.count <= 5,
          Self.isNumber(scalars[(index + 1)...])
        {
          words.append(AddressWord(["-"]))
        } else {
          cut()
        }
      case .colon:
        guard isSpace(next(1)) else { break }
        word(scalars[begin..<index])
        begin = index + 1
        // "Osoite:" says nothing.
        if words.count == start + 1, AddressWords.labels.contains(words[start].folded) { words.removeLast() }
        cut()
      }
      index += 1
    }
    word(scalars[begin...])
    cut()
  }

  private enum Kind { case letter, space, cut, stroke, dash, colon }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "å", "ä", "ö", ".": .letter
    case " ": .space
    case ",", ";", "|", "(", ")", "[", "]", "{", "}", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "•", "·":
      .cut
    case "/": .stroke
    case "-", "–", "—", "−", "@": .dash
    case ":": .colon
    default: isSpace(scalar) ? .space : .letter
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\t", "\u{A0}", "\u{200B}", "\u{FEFF}", "\u{0}": true
    case _ where scalar.isASCII: scalar == "\u{B}" || scalar == "\u{C}" || scalar == "\n" || scalar == "\r"
    default: scalar.properties.isWhitespace
    }
  }

  /// Whether the next word is a number of at most four digits, perhaps with a letter: the end of a range.
  private static func isNumber(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    let word = scalars.drop { isSpace($0) && $0 != "\n" }.prefix { kind($0) == .letter || $0 == "-" }
    let digits = word.prefix { ("0"..."9").contains($0) }
    return (1...4).contains(digits.count) && word.count <= digits.count + 1 && word.last != "."
  }

  private mutating func word(_ scalars: ArraySlice<Unicode.Scalar>) {
    guard !scalars.isEmpty else { return }
    let word = AddressWord(scalars)
    if !word.folded.isEmpty || words.count > start && (word.text == "&" || word.text == "+") { words.append(word) }
  }

  /// Whether the last word ends a sentence: a long word with a full stop that is no abbreviation, before a capital.
  private func endsSentence(before next: Unicode.Scalar?) -> Bool {
    guard words.count > start, let last = words.last, last.hasStop, last.folded.utf8.count >= 5, let next else {
      return false
    }
    return next.properties.isUppercase && !last.isNumber && StreetWords.abbreviation(last) == nil
  }

  /// Whether a stroke without spaces stands between two things: after a floor, a hall, a street.
  private func separates(_ word: AddressWord, before next: Unicode.Scalar?) -> Bool {
    guard let next, next.properties.isAlphabetic || word.hasStop, !word.isNumber else { return false }
    return AddressWords.isNumberedRoom(word)
      || word.folded.utf8.count > 5 && StreetWords.match(word)?.kind == .plain
  }

  private mutating func cut() {
    if words.count > start { segments.append(words[start...]) }
    start = words.count
  }
}
