/// The number of a house on its street as registers write it: `3`, `1-4`, `13b`, `1-4b`, `3 A/B`.
///
/// What the parts can't say is kept in ``text``, so that nothing of what was delivered is lost.
public struct HouseNumber: Sendable, Hashable, CustomStringConvertible {
  /// The number, 0–99,999; the lowest one of a range.
  public var number: Int
  /// The range's end: 4 of `1-4`.
  public var end: Int?
  /// The letter as written: `b` of `13b` and of `1-4b`.
  public var letter: String?
  /// The whole as it was written, where number, end and letter say less: `2a-4`, `3 A/B`, `5 A 12`.
  public var text: String?

  /// Makes a number of its parts.
  public init(_ number: Int, end: Int? = nil, letter: String? = nil, text: String? = nil) {
    self.number = number
    self.end = end
    self.letter = letter
    self.text = text
  }

  /// Reads a number. Throws ``InvalidValue`` when the text doesn't begin with a number of at most five digits.
  public init(_ given: String) throws(InvalidValue) {
    var scanner = Scanner(given.utf8)
    scanner.skipSpaces()
    guard let first = scanner.digits() else {
      throw InvalidValue(
        "house-number", value: given,
        "A house number begins with one to five digits: 3, 13b, 1-4, 1-4b. Empty the cell if the address has none.")
    }
    number = first
    if scanner.isAtEnd { return }
    letter = scanner.letter()
    if scanner.isAtEnd, letter != nil { return }
    if scanner.dash(), let last = scanner.digits() {
      let lastLetter = scanner.letter()
      // A range that runs backwards is none: "10-4" may be house 10, part 4.
      if scanner.isAtEnd, last >= first {
        end = last
        if letter == nil {
          letter = lastLetter
          return
        }
      }
    }
    text = String(given.unicodeScalars.trimmingSpaces())
  }

  /// `1-4b`, or the text as it was written.
  public var description: String { text ?? "\(number)\(end.map { "-\($0)" } ?? "")\(letter ?? "")" }

  /// Looks at UTF-8 without making strings of it.
  private struct Scanner {
    private let bytes: String.UTF8View
    private var position: String.Index

    init(_ bytes: String.UTF8View) {
      self.bytes = bytes
      position = bytes.startIndex
    }

    private var next: UInt8? { position == bytes.endIndex ? nil : bytes[position] }

    mutating func skipSpaces() {
      while next == 0x20 || next == 0x09 { position = bytes.index(after: position) }
    }

    /// Whether only spaces follow.
    var isAtEnd: Bool {
      mutating get {
        skipSpaces()
        return next == nil
      }
    }

    /// One to five digits, with nothing but them between here and a letter, a space or a sign.
    mutating func digits() -> Int? {
      skipSpaces()
      var at = position
      var value = 0
      var count = 0
      while at != bytes.endIndex, (0x30...0x39).contains(bytes[at]) {
        count += 1
        guard count <= 5 else { return nil }
        value = value * 10 + Int(bytes[at] - 0x30)
        at = bytes.index(after: at)
      }
      guard count > 0 else { return nil }
      position = at
      return value
    }

    /// One letter that is no part of a word.
    mutating func letter() -> String? {
      skipSpaces()
      // Enough for a letter with its marks.
      let tail = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
      guard let first = tail.first, first.isLetter, !(tail.dropFirst().first?.isLetter ?? false) else { return nil }
      position = bytes.index(position, offsetBy: String(first).utf8.count)
      return String(first)
    }

    /// `-` or `–`.
    mutating func dash() -> Bool {
      skipSpaces()
      if next == 0x2D {
        position = bytes.index(after: position)
        return true
      }
      guard bytes[position...].starts(with: [0xE2, 0x80, 0x93]) else { return false }
      position = bytes.index(position, offsetBy: 3)
      return true
    }
  }
}

extension String.UnicodeScalarView {
  fileprivate func trimmingSpaces() -> SubSequence {
    guard let first = firstIndex(where: { !$0.properties.isWhitespace }),
      let last = lastIndex(where: { !$0.properties.isWhitespace })
    else { return self[endIndex...] }
    return self[first...last]
  }
}
