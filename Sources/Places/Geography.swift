/// A municipality: its code, names and place among the others (Statistics Finland's classification).
public struct Municipality: Sendable, Hashable {
  /// The three-digit code.
  public var code: MunicipalityCode
  /// Finnish, Swedish and English names.
  public var name: LocalizedText
  /// Further spellings that are found too (Posti's Swedish, Sámi names).
  public var alternateNames: [String] = []
  /// Region (maakunta) code, two digits.
  public var regionCode: String?
  /// The region's names.
  public var regionName: LocalizedText?
  /// `fi`, `sv`, `fi-sv` or `sv-fi`.
  public var languageClass: String?
  /// First day, `yyyy-mm-dd`; nil: before records.
  public var validFrom: String?
  /// Last day, `yyyy-mm-dd`; nil: still there.
  public var validTo: String?
  /// The municipalities that its area went to.
  public var successors: [MunicipalityCode] = []
  /// The municipalities whose area came to it.
  public var predecessors: [MunicipalityCode] = []
  /// Whether its boundary is known.
  public var hasBoundary = false

  /// Makes a municipality with the two things that each has.
  public init(code: MunicipalityCode, name: LocalizedText) {
    self.code = code
    self.name = name
  }

  /// Whether it exists on a day (`yyyy-mm-dd`).
  public func lasts(on day: String) -> Bool { (validFrom ?? "") <= day && (validTo.map { $0 >= day } ?? true) }

  /// The Open Civic Data id by which Linked Events names it.
  public var ocdID: String {
    let slug = name.preferred.lowercased().replacing(" ", with: "_")
    return "ocd-division/country:fi/kunta:\(slug)"
  }
}

/// How a place's municipality was found.
public enum MunicipalitySource: String, Sendable, Hashable {
  /// The position lies inside its boundary.
  case boundary
  /// The source said so.
  case given
  /// It is the primary municipality of the postal code (Posti).
  case postalCode = "postal_code"
}

/// A postal code with its post office and primary municipality (Posti).
public struct PostalCodeRecord: Sendable, Hashable {
  /// The five digits.
  public var code: PostalCode
  /// The post office's names.
  public var postOffice: LocalizedText
  /// The primary municipality.
  public var municipality: MunicipalityCode?
  /// `normal`, `po_box`, `company`, `other`.
  public var type: String?

  /// Makes a record.
  public init(code: PostalCode, postOffice: LocalizedText, municipality: MunicipalityCode?, type: String?) {
    self.code = code
    self.postOffice = postOffice
    self.municipality = municipality
    self.type = type
  }
}
