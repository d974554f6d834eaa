import Geodesy
import Places

/// What is known of a place that is looked for: a line of text, or fields, or both.
public struct MatchQuery: Sendable, Hashable {
  /// One line: "Kupittaan maauimala, Blombergin aukio 12, Turku".
  public var text: String?
  /// The names that it may go by, in any language.
  public var names: [String]
  /// Street and number, in any language.
  public var streetAddresses: [String]
  /// Five digits.
  public var postalCode: String?
  /// The post office, in any language.
  public var postOffice: String?
  /// A municipality's code, or its name in any language.
  public var municipality: String?
  /// Degrees (WGS 84), longitude as x.
  public var position: Coordinate?
  /// Ids of places and foreign identifiers (`tprek:123`).
  public var identifiers: [String]

  /// Makes a question.
  public init(
    text: String? = nil, names: [String] = [], streetAddresses: [String] = [], postalCode: String? = nil,
    postOffice: String? = nil, municipality: String? = nil, position: Coordinate? = nil, identifiers: [String] = []
  ) {
    self.text = text
    self.names = names
    self.streetAddresses = streetAddresses
    self.postalCode = postalCode
    self.postOffice = postOffice
    self.municipality = municipality
    self.position = position
    self.identifiers = identifiers
  }

  /// Asks whether a place is there already; `position` in degrees. Its own id and identifiers are asked for, too.
  public init(_ place: Place, position: Coordinate?) {
    self.init(
      names: place.name.values.map(\.text) + place.alternateNames.map(\.name),
      streetAddresses: place.streetAddress?.values.map(\.text) ?? [], postalCode: place.postalCode?.description,
      postOffice: place.postOffice?.preferred, municipality: place.givenMunicipality?.description, position: position,
      identifiers: [place.id.description] + place.identifiers.map(\.description))
  }

  /// The text, when it may be an id or a foreign identifier as a whole: `tprek:123`.
  public var textAsIdentifier: String? {
    guard let text, let colon = text.firstIndex(of: ":"), colon != text.startIndex, text.last != ":",
      text.utf8.count <= 200, !text.contains(where: { $0.isWhitespace || $0 == "," })
    else { return nil }
    return text
  }
}
