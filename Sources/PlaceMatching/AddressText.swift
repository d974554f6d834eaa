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
  /// Further streets of the text with their numbers: the other language's, or a corner's.
  public var furtherStreets: [String] = []
  /// Further post offices beside ``postOffice``: the other language's.
  public var furtherPostOffices: [String] = []
  /// The built-in place that the text as a whole means, beside municipalities.
  public var elsewhere: Elsewhere?

  /// Where an event is that is at no single place.
  public enum Elsewhere: String, Sendable, Hashable, CaseIterable { case online, various }

  /// Makes an empty address.
  public init() {}

  /// Reads a text of one line or several, parts in any order: `Kupittaan maauimala, Blombergin aukio 12, 20720 Turku`.
  ///
  /// Never fails: what isn't understood goes to ``names``. What says nothing ("None", "Finland", "selviää myöhemmin") and,
  /// beside a place, that one can also take part online, is left out. Of longer texts the first 500 Unicode scalars are
  /// read. The time taken grows with the length.
  public init(_ text: String, towns: TownNames) {
    self = AddressReader(text, towns: towns).address
  }

  /// Reads fields that are known to be what they are; the street's may hold more (`Linnankatu 2 A 14, 2. krs`). The fields
  /// of code, post office and municipality win over what the street's says.
  public init(
    streetAddress: String?, postalCode: String?, postOffice: String?, municipality: String?, towns: TownNames
  ) {
    self = streetAddress.map { AddressReader($0, towns: towns, isField: true).address } ?? AddressText()
    let code = postalCode.flatMap { AddressSegments($0).segments.first?.first }.flatMap { AddressReader.code($0) }
    self.postalCode = code ?? self.postalCode
    if let code, let found = towns.municipality(of: code) { municipalities = [found] }
    if let postOffice, !AddressText.cleaned(postOffice).isEmpty {
      let office = AddressText(postOffice, towns: towns)
      self.postOffice = office.postOffice ?? AddressText.cleaned(postOffice)
      self.postalCode = self.postalCode ?? office.postalCode
      let isNear = Set(towns.postOffice(named: Folding.fold(self.postOffice ?? "")) ?? []).isSuperset(
        of: municipalities)
      if municipalities.isEmpty || !isNear, !office.municipalities.isEmpty { municipalities = office.municipalities }
    }
    if let municipality {
      let number = try? MunicipalityCode(AddressText.cleaned(municipality))
      let found = number.map { [$0] } ?? towns.town(Folding.fold(municipality))?.municipalities ?? []
      if !found.isEmpty { municipalities = found }
    }
  }
}
