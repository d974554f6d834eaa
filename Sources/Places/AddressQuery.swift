import Geodesy

/// A question to the address register.
public struct AddressQuery: Sendable, Hashable {
  /// The street in Finnish or Swedish, in any case.
  public var street: String?
  /// The house's number; a range answers for all numbers in it.
  public var number: Int?
  /// The house's letter.
  public var letter: String?
  /// Five digits.
  public var postalCode: String?
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

  /// Makes an address with its id.
  public init(id: String) { self.id = id }
}
