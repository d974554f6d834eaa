import Geodesy

/// A question to the address register.
public struct AddressQuery: Sendable, Hashable {
  /// The street in Finnish or Swedish, in any case.
  public var street: String?
  /// The house's number; a range answers for all numbers in it.
  public var number: Int?
  /// The house's letter.
  public var letter: String?
  /// Comes first where several fit: what may be the house's letter or a staircase.
  public var likelyLetter: String?
  /// Five digits; only addresses that have it.
  public var postalCode: String?
  /// Five digits; addresses that have it come first.
  public var likelyPostalCode: String?
  /// Post offices by their names in any language and case, any of them.
  public var postOffices: [String]?
  /// Codes of municipalities, any of them.
  public var municipalities: [MunicipalityCode]?
  /// The point (degrees, WGS 84, longitude as x) that the nearest addresses are asked of.
  public var point: Coordinate?
  /// Ids of addresses, any of them.
  public var ids: [String]?
  /// How the street begins in Finnish or Swedish, in any case.
  public var streetPrefix: String?
  /// The most addresses to answer, 1 to 1,000.
  public var limit: Int
  /// How many addresses to pass over; not with a point alone.
  public var offset = 0

  /// Makes a question without conditions.
  public init(limit: Int = 20) { self.limit = min(max(limit, 1), 1000) }
}

/// How well an address fits what was asked.
public enum AddressMatch: String, Sendable, Hashable {
  /// Street and number (and letter, where one was asked for) are those asked for.
  case exact
  /// The street is; the number is the nearest one that the register has.
  case nearestNumber = "nearest_number"
  /// The street is; no number was asked for, or the address has none.
  case street
}

/// An address of the register as it is answered.
public struct FoundAddress: Sendable, Hashable {
  /// `<source>:<local>`
  public var id: String
  /// The street's names.
  public var streetFi, streetSv: String?
  /// The house's number; nil where the address has none.
  public var number: HouseNumber?
  /// Five digits.
  public var postalCode: String?
  /// The post office of the postal code, as the register writes it.
  public var postOffice: LocalizedText?
  /// The municipality's code; the current one where the address' own has ended.
  public var municipality: MunicipalityCode?
  /// Degrees (WGS 84), longitude as x; nil where it is not known.
  public var position: Coordinate?
  /// Metres from the point asked of.
  public var distance: Double?
  /// How well it fits; nil where no street was asked for.
  public var match: AddressMatch?
  /// Whether the street was found only by forgiving missing dots of å, ä, ö or typing errors.
  public var isCorrected = false
  /// The position as it was delivered.
  public var delivered: DeliveredPosition?

  /// Makes an address with its id.
  public init(id: String) { self.id = id }
}

/// A page of addresses.
public struct AddressPage: Sendable, Hashable {
  /// The addresses, the best first.
  public var addresses: [FoundAddress]
  /// How many there are in all; of a point alone, how many are answered.
  public var count: Int

  /// Makes a page.
  public init(addresses: [FoundAddress], count: Int) {
    self.addresses = addresses
    self.count = count
  }
}
