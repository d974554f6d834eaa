/// What stands after a street's name: number, range, letter, staircase, apartment.
struct HouseReader {
  private(set) var number = 0
  private(set) var numberEnd: Int?
  private(set) var letter: String?
  private(set) var staircase: String?
  private(set) var apartment: String?
  /// After the last word that belongs to it.
  private(set) var end: Int

  /// Reads at a word; nil when that is no house number: a postal code, a floor's ordinal, a word.
  init?(_ words: ArraySlice<AddressWord>, at index: Int) {
    guard index < words.endIndex, words[index].isNumber else { return nil }
    end = index + 1
    guard first(words[index], isLast: index + 1 == words.endIndex) else { return nil }
    // "2. krs", "2 krs" and "3 vån" are floors.
    if end < words.endIndex, AddressWords.floors.contains(words[end].folded) { return nil }
    if end + 1 < words.endIndex, words[end].isDash, let last = Self.number(words[end + 1]) {
      if last.number >= number { numberEnd = last.number }
      letter = letter ?? last.letter
      end += 2
    }
    readStaircase(words)
    readApartment(words)
  }

  /// `2`, `2a`, `2-4`, `2a-b`, `1b-3`, `2/4`, `2A14`.
  private mutating func first(_ word: AddressWord, isLast: Bool) -> Bool {
    if word.hasStop, !isLast { return false }
    var scanner = Scanner(word.text)
    guard let number = scanner.digits() else { return false }
    self.number = number
    let attached = scanner.letter()
    if let attached, let apartment = scanner.digits(), scanner.isAtEnd {
      staircase = attached.uppercased()
      self.apartment = String(apartment)
      return true
    }
    letter = attached?.lowercased()
    if scanner.isAtEnd { return true }
    guard scanner.dash() else { return false }
    if let last = scanner.digits() {
      // A range that runs backwards is none: "10-4" may be house 10, part 4.
      if last >= number { numberEnd = last }
      let other = scanner.letter()
      letter = letter ?? other?.lowercased()
    } else if scanner.letter() == nil {
      return scanner.isAtEnd
    }
    return scanner.isAtEnd
  }

  private static func number(_ word: AddressWord) -> (number: Int, letter: String?)? {
    guard !word.hasStop else { return nil }
    var scanner = Scanner(word.text)
    guard let number = scanner.digits() else { return nil }
    let letter = scanner.letter()?.lowercased()
    return scanner.isAtEnd ? (number, letter) : nil
  }

  /// `A`, `a`, `A-B`, `A14`, `A-rappu`, `rappu A`.
  private mutating func readStaircase(_ words: ArraySlice<AddressWord>) {
    guard end < words.endIndex, staircase == nil else { return }
    let word = words[end]
    if AddressWords.staircases.contains(word.folded), end + 1 < words.endIndex, words[end + 1].isLetter {
      staircase = words[end + 1].folded.uppercased()
      end += 2
      return
    }
    var scanner = Scanner(word.text)
    guard let first = scanner.letter() else { return }
    let next = end + 1 < words.endIndex ? words[end + 1] : nil
    if scanner.isAtEnd {
      // "Linnankatu 2 i Åbo"; "2 B krs" is no staircase.
      if let next, word.text == "i" || AddressWords.floors.contains(next.folded) { return }
      end += 1
      if let next, AddressWords.staircases.contains(next.folded) {
        staircase = first.uppercased()
        end += 1
      } else if word.isCapital || next.map({ Self.isApartment($0) }) ?? false {
        staircase = first.uppercased()
      } else if letter == nil {
        letter = first
      } else {
        staircase = first.uppercased()
      }
    } else if let apartment = scanner.digits() {
      guard scanner.isAtEnd, !(next.map { AddressWords.floors.contains($0.folded) } ?? false) else { return }
      staircase = first.uppercased()
      self.apartment = String(apartment)
      end += 1
    } else if scanner.dash() {
      if let other = scanner.letter(), scanner.isAtEnd {
        if word.isCapital { staircase = "\(first)-\(other)".uppercased() } else { letter = letter ?? first }
        end += 1
      } else if let space = word.folded.firstIndex(of: " "),
        AddressWords.staircases.contains(String(word.folded[space...].dropFirst()))
      {
        staircase = first.uppercased()
        end += 1
      }
    }
  }

  /// `14`, `as. 14`, `bst 14`, `as.14`.
  private mutating func readApartment(_ words: ArraySlice<AddressWord>) {
    guard apartment == nil, end < words.endIndex else { return }
    let word = words[end]
    if AddressWords.apartments.contains(word.folded), end + 1 < words.endIndex, words[end + 1].isNumber {
      apartment = AddressText.cleaned(words[end + 1].text)
      end += 2
    } else if staircase != nil || letter != nil, Self.isApartment(word),
      !(end + 1 < words.endIndex && AddressWords.floors.contains(words[end + 1].folded))
    {
      apartment = word.folded
      end += 1
    } else if let prefix = AddressWords.apartments.first(where: { word.folded.hasPrefix($0) }),
      word.folded.utf8.count > prefix.utf8.count,
      word.folded.utf8.dropFirst(prefix.utf8.count).allSatisfy({ (0x30...0x39).contains($0) })
    {
      apartment = String(word.folded.dropFirst(prefix.count))
      end += 1
    }
  }

  /// `14`, `14b`.
  private static func isApartment(_ word: AddressWord) -> Bool {
    guard word.isNumber, !word.hasStop else { return false }
    var scanner = Scanner(word.text)
    guard scanner.digits() != nil else { return false }
    _ = scanner.letter()
    return scanner.isAtEnd
  }

  private struct Scanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) {
      rest = Substring(text).unicodeScalars
      while let last = rest.last, last == "." || last == "," || last == "\"" { rest.removeLast() }
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// One to four digits.
    mutating func digits() -> Int? {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard (1...4).contains(digits.count), let number = Int(String(digits)) else { return nil }
      rest = rest.dropFirst(digits.count)
      return number
    }

    /// One letter that begins no word.
    mutating func letter() -> String? {
      guard let first = rest.first, Self.isLetter(first), !(rest.dropFirst().first.map { Self.isLetter($0) } ?? false)
      else { return nil }
      rest = rest.dropFirst()
      return String(first)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case "a"..."z", "A"..."Z", "å", "ä", "ö", "Å", "Ä", "Ö": true
      default: !scalar.isASCII && scalar.properties.isAlphabetic
      }
    }

    mutating func dash() -> Bool {
      guard let first = rest.first, first == "-" || first == "–" || first == "/" else { return false }
      rest = rest.dropFirst()
      return true
    }
  }
}
