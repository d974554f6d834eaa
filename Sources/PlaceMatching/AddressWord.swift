import Places

/// A word of an address, ready to be looked at.
struct AddressWord: Sendable {
  /// As written.
  let text: String
  /// ``Folding/fold(_:)`` of it; two words where a hyphen joins them.
  let folded: String
  /// Whether a full stop ends it: `Linnank.`, `2.`
  let hasStop: Bool

  /// Whether it begins with a digit.
  var isNumber: Bool { folded.utf8.first.map { (0x30...0x39).contains($0) } ?? false }
  /// Whether it is digits only, with or without a full stop.
  var isDigits: Bool { !folded.isEmpty && folded.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  /// Whether it begins with a capital letter.
  var isCapital: Bool { text.unicodeScalars.first?.properties.isUppercase ?? false }
  /// Whether it is `-` or `–` alone, between the numbers of a range.
  var isDash: Bool { text == "-" }
  /// Whether it is one letter: `A`, `b`, `K.`
  var isLetter: Bool {
    guard let first = folded.unicodeScalars.first, folded.unicodeScalars.count == 1 else { return false }
    return first.properties.isAlphabetic
  }

  init(_ scalars: ArraySlice<Unicode.Scalar>) {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    self.text = String(text)
    hasStop = scalars.last == "."
    folded = Self.fold(scalars) ?? Folding.fold(self.text)
  }

  /// What ``Folding/fold(_:)`` says of Finnish, Swedish and English letters, in a tenth of the time; nil for others.
  private static func fold(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
    var folded: [UInt8] = []
    folded.reserveCapacity(scalars.count + 8)
    var isGap = false
    var hasGap = false
    for scalar in scalars {
      let first: UInt8
      var second: UInt8 = 0
      switch scalar {
      case "a"..."z", "0"..."9": first = UInt8(truncatingIfNeeded: scalar.value)
      case "A"..."Z": first = UInt8(truncatingIfNeeded: scalar.value + 0x20)
      case "ä", "Ä": (first, second) = (0xC3, 0xA4)
      case "ö", "Ö": (first, second) = (0xC3, 0xB6)
      case "å", "Å": (first, second) = (0xC3, 0xA5)
      case "'", "’", ":", ".": continue
      case _ where scalar.isASCII, "–", "—", "”", "“", "´":
        isGap = true
        continue
      default: return nil
      }
      if isGap, !folded.isEmpty {
        folded.append(0x20)
        hasGap = true
      }
      isGap = false
      folded.append(first)
      if second != 0 { folded.append(second) }
    }
    let text = String(decoding: folded, as: UTF8.self)
    // "Sankt" may be a part of several.
    if hasGap, text.contains("san") { return nil }
    return text == "sankt" || text == "sanct" ? "st" : text
  }
}

extension ArraySlice<AddressWord> {
  /// The words with a space between, without marks at the ends.
  var joined: String {
    guard count > 1 else { return first.map { AddressText.cleaned($0.text) } ?? "" }
    return AddressText.cleaned(map(\.text).joined(separator: " "))
  }

  /// The folded words with a space between.
  var folded: String {
    guard count > 1 else { return first?.folded ?? "" }
    return lazy.map(\.folded).filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension AddressText {
  /// Without the spaces and marks that stand around a name; brackets and full stops of abbreviations stay.
  static func cleaned(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isEdge($0) && $0 != "." }),
      let last = scalars.lastIndex(where: { !isEdge($0) })
    else { return "" }
    return first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex
      ? text : String(scalars[first...last])
  }

  private static func isEdge(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "!", "+", "&": false
    case "\"", "”", "“", "„", "»", "«", "'", "’", "‘", "´", "`", "-", "–", "—", "*", ":", "/", "\\", "_", "=", "~", "<",
      ">", "#", "?", "•", "·":
      true
    default: scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }
  }
}
