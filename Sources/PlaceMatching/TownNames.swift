import Places

/// The names of municipalities and post offices, as the reader of addresses looks them up.
public struct TownNames: Sendable {
  /// A town's name, folded, and the municipalities that it may mean: a post office may lie in several.
  private let municipalities: [String: [MunicipalityCode]]
  private let offices: [String: [MunicipalityCode]]
  private let codes: [PostalCode: MunicipalityCode]

  /// Makes an index of living municipalities and of postal codes with their post offices.
  public init(
    municipalities: [(code: MunicipalityCode, names: [String])],
    postalCodes: [(code: PostalCode, names: [String], municipality: MunicipalityCode?)]
  ) {
    var towns: [String: Set<MunicipalityCode>] = [:]
    for town in municipalities {
      for name in town.names { towns[Folding.fold(name), default: []].insert(town.code) }
    }
    var offices: [String: Set<MunicipalityCode>] = [:]
    var codes: [PostalCode: MunicipalityCode] = [:]
    for code in postalCodes {
      codes[code.code] = code.municipality
      for name in code.names {
        offices[Folding.fold(name), default: []].formUnion(code.municipality.map { [$0] } ?? [])
      }
    }
    self.municipalities = towns.mapValues { $0.sorted() }
    self.offices = offices.mapValues { $0.sorted() }
    self.codes = codes
  }

  /// Knows no town.
  public static let none = TownNames(municipalities: [], postalCodes: [])

  /// The municipalities of this name (folded, any language); empty when it is none's.
  public func municipality(named folded: String) -> [MunicipalityCode] { municipalities[folded] ?? [] }

  /// The municipalities in which the post office of this name (folded, any language) delivers; nil when it is none's.
  public func postOffice(named folded: String) -> [MunicipalityCode]? { offices[folded] }

  /// The primary municipality of a postal code.
  public func municipality(of code: PostalCode) -> MunicipalityCode? { codes[code] }
}
