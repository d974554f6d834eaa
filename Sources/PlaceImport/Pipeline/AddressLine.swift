import Places

/// A postal address written in one cell: "Linnankatu 2, 20100 Turku", in two languages "Puolalankatu 8 20100 Turku /
/// Puolalagatan 8 20100 Åbo".
public struct AddressLine: Sendable, Hashable {
  /// Street and number.
  public var street: String?
  /// The five digits.
  public var postalCode: PostalCode?
  /// The post office.
  public var postOffice: String?
  /// `PL 12`, when that stands in the street's place.
  public var postOfficeBox: String?
  /// The street in Swedish, where the line holds both languages.
  public var streetSwedish: String?
  /// The post office in Swedish, where the line holds both languages.
  public var postOfficeSwedish: String?

  /// Separates the parts; what can't be told apart stays in ``street``.
  public init(_ text: String) {
    self = Self.pair(text) ?? Self(one: text)
  }

  /// An address in one language.
  private init(one text: String) {
    var parts = text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    if parts.count > 1, ["finland", "suomi", "fi"].contains(parts[parts.count - 1].lowercased()) { parts.removeLast() }
    guard let last = parts.last else { return }
    let words = last.split(whereSeparator: \.isWhitespace).map(String.init)
    let codes = words.indices.filter { Self.code(words[$0]) != nil }
    if codes.count == 1, words[(codes[0] + 1)...].allSatisfy({ !$0.contains(where: \.isNumber) && $0 != "/" }) {
      postalCode = Self.code(words[codes[0]])
      let office = words[(codes[0] + 1)...].joined(separator: " ")
      postOffice = office.isEmpty ? nil : office
      let before = words[..<codes[0]].joined(separator: " ")
      parts.removeLast()
      if !before.isEmpty { parts.append(before) }
    } else if parts.count > 1, codes.isEmpty, !last.contains(where: { $0.isNumber || $0 == "/" }) {
      postOffice = last
      parts.removeLast()
    }
    let street = parts.joined(separator: ", ")
    if street.wholeMatch(of: /(?i:pl|pb|p\.o\. ?box|postilokero|postbox)\.? ?\d{1,5}/) != nil {
      postOfficeBox = street
    } else if !street.isEmpty {
      self.street = street
    }
  }

  /// Two addresses with a stroke between, when each is whole (street, code, post office). The code of the second may be
  /// mistyped: that of the first counts.
  private static func pair(_ text: String) -> AddressLine? {
    for stroke in text.indices where text[stroke] == "/" {
      let first = AddressLine(one: text[..<stroke].trimmed)
      let rest = text[text.index(after: stroke)...].trimmed
      var second = AddressLine(one: rest)
      if second.postalCode == nil, let match = rest.wholeMatch(of: /(.*\S),? +\d{4,6} +(\D+)/) {
        second = AddressLine(one: String(match.1))
        second.postOffice = String(match.2)
        second.postalCode = first.postalCode
      }
      guard let code = first.postalCode, let street = first.street, let office = first.postOffice,
        let other = second.street, second.postalCode != nil, let otherOffice = second.postOffice
      else { continue }
      let isTurned = isSwedish(street) && !isSwedish(other)
      var line = AddressLine(one: "")
      line.postalCode = isTurned ? second.postalCode ?? code : code
      line.street = isTurned ? other : street
      line.postOffice = isTurned ? otherOffice : office
      line.streetSwedish = isTurned ? street : other
      line.postOfficeSwedish = isTurned ? office : otherOffice
      return line
    }
    return nil
  }

  private static func isSwedish(_ street: String) -> Bool {
    let name = street.lowercased()
    return ["gatan", "vägen", "gränd", "stigen", "torget", "esplanaden", "kajen", "allén", "backen"].contains {
      name.contains($0)
    }
  }

  /// `20100`, also `FI-20100`.
  static func code(_ word: some StringProtocol) -> PostalCode? {
    let digits = word.uppercased().hasPrefix("FI-") ? String(word.dropFirst(3)) : String(word)
    return try? PostalCode(digits)
  }
}
