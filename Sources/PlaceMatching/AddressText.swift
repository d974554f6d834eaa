import Places

/// A Finnish address (Finnish or Swedish), read from one line of text: what is told apart, and what was left over.
public struct AddressText: Sendable, Hashable {
  /// The street's name without its number, abbreviations written out: `Blombergin aukio`.
  public var street: String?
  /// The house's number, 0–99,999; the lowest of a range.
  public var number: Int?
  /// The range's end: 4 of `1-4`.
  public var numberEnd: Int?
  /// The letter of the house, lower case: `b` of `13b`.
  public var letter: String?
  /// The staircase (porras, rappu), upper case: `A` of `Linnankatu 2 A 14`.
  public var staircase: String?
  /// The apartment (asunto, huoneisto): `14` of `Linnankatu 2 A 14`, `as. 14`, `bst. 14`.
  public var apartment: String?
  /// Five digits.
  public var postalCode: PostalCode?
  /// The post office as written: `Turku`.
  public var postOffice: String?
  /// The number of a post office box: `53455` of `PL 53455`.
  public var postOfficeBox: String?
  /// Whose post it is: `c/o Virtanen` → `Virtanen`.
  public var careOf: String?
  /// The municipalities that the text's town, or its postal code, may mean; empty where none is named.
  public var municipalities: [MunicipalityCode] = []
  /// What may be names of venues, in the order written: `Kupittaan maauimala`.
  public var names: [String] = []
  /// Floors, halls and rooms within a venue: `2. krs`, `sali`.
  public var rooms: [String] = []
  /// The built-in place that the text as a whole means, beside municipalities.
  public var elsewhere: Elsewhere?

  /// Where an event is that is at no single place.
  public enum Elsewhere: String, Sendable, Hashable, CaseIterable { case online, various }

  /// Makes an empty address.
  public init() {}

  /// Reads a line.
  public init(_ text: String, towns: TownNames) {
    self.init()
    names = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
  }
}
