import Foundation

/// Text made comparable: lower case, one form of each letter, words separated by one space.
public enum Folding {
  /// Lower case, punctuation to spaces, apostrophes and inner colons and full stops dropped (`S:t` → `st`), `sankt` →
  /// `st`. The Finnish and Swedish letters å, ä and ö stay what they are.
  public static func fold(_ text: some StringProtocol) -> String {
    fold(text, keepingNordic: true)
  }

  /// Like ``fold(_:)``, but å and ä become a, ö becomes o: the forgiving form, always ranked below the distinct one.
  public static func plain(_ text: some StringProtocol) -> String {
    fold(text, keepingNordic: false)
  }

  private static func fold(_ text: some StringProtocol, keepingNordic: Bool) -> String {
    var words: [String] = []
    var word = ""
    func finish() {
      if !word.isEmpty { words.append(word == "sankt" || word == "sanct" ? "st" : word) }
      word = ""
    }
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        word.append(contentsOf: letter(character, keepingNordic: keepingNordic))
      } else if character == "'" || character == "’" || character == ":" || character == "." {
        // "S:t", "P.O.", "Myllyn'" are one word; at a word's end the mark changes nothing.
      } else {
        finish()
      }
    }
    finish()
    return words.joined(separator: " ")
  }

  private static func letter(_ character: Character, keepingNordic: Bool) -> String {
    switch character {
    case "å": keepingNordic ? "å" : "a"
    case "ä", "æ": keepingNordic ? "ä" : "a"
    case "ö", "ø": keepingNordic ? "ö" : "o"
    case "ß": "ss"
    default:
      character.isASCII
        ? String(character)
        : String(String.UnicodeScalarView(character.decomposedBase))
    }
  }

  /// A key that sorts bytewise (`collate "C"`) as Finnish and Swedish do: digits, a–z, then å, ä, ö; ü as y.
  public static func sortKey(_ text: some StringProtocol) -> String {
    var key = ""
    var space = false
    for character in text.lowercased() {
      guard character.isLetter || character.isNumber else {
        space = space || character.isWhitespace || character == "-"
        continue
      }
      if space, !key.isEmpty { key.append(" ") }
      space = false
      switch character {
      case "å": key.append("{")
      case "ä", "æ": key.append("|")
      case "ö", "ø": key.append("}")
      case "ü": key.append("y")
      default: key.append(contentsOf: letter(character, keepingNordic: true))
      }
    }
    return key
  }
}

extension Character {
  /// A Latin letter without its marks: é → e. Letters of other scripts stay what they are: й is not и. Some of those
  /// take the sign after them into one character: signs are no letters and are left out.
  fileprivate var decomposedBase: [Unicode.Scalar] {
    let bases = String(self).decomposedStringWithCanonicalMapping.unicodeScalars
      .filter { $0.properties.canonicalCombiningClass == .notReordered }.map { Decomposition.base(of: $0) }
    let isLatin = bases.allSatisfy { $0.value < 0x250 }
    let letters = isLatin ? bases : Array(String(self).precomposedStringWithCanonicalMapping.unicodeScalars)
    return letters.filter { !$0.isASCII || $0.properties.isAlphabetic || $0.properties.numericType != nil }
  }
}

extension String.UnicodeScalarView {
  fileprivate init(_ scalars: [Unicode.Scalar]) {
    self.init()
    append(contentsOf: scalars)
  }
}
