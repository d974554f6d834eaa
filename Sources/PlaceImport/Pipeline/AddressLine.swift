import Places

/// A postal address written in one cell: "Linnankatu 2, 20100 Turku".
public struct AddressLine: Sendable, Hashable {
  /// Street and number.
  public var street: String?
  /// The five digits.
  public var postalCode: PostalCode?
  /// The post office.
  public var postOffice: String?
  /// `PL 12`, when that stands in the street's place.
  public var postOfficeBox: String?

  /// Separates the parts; what can't be told apart stays in ``street``.
  public init(_ text: String) {
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

  /// `20100`, also `FI-20100`.
  static func code(_ word: some StringProtocol) -> PostalCode? {
    let digits = word.uppercased().hasPrefix("FI-") ? String(word.dropFirst(3)) : String(word)
    return try? PostalCode(digits)
  }
}
