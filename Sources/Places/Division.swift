import Foundation

/// Linked Events' four types of administrative divisions, from large to small.
public enum DivisionType: String, Sendable, Hashable, CaseIterable {
  /// A municipality.
  case muni
  case district
  case subDistrict = "sub_district"
  case neighborhood
}

/// An Open Civic Data id, `ocd-division/country:fi/kunta:turku/osa-alue:kupittaa`: lower case, composed (NFC).
public struct DivisionID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The whole id.
  public let description: String

  /// Throws ``InvalidValue`` unless the text is `ocd-division/country:xx` followed by one or more `/type:name`, at most
  /// 300 characters without spaces, commas and control characters. Upper case is taken as lower case.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    let id = Self.normal(text)
    let steps = id.split(separator: "/", omittingEmptySubsequences: false)
    let isSound = id.unicodeScalars.allSatisfy {
      $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) && !$0.properties.isWhitespace
        && !",?#%\\".contains(Character($0))
    }
    guard steps.count >= 3, steps[0] == "ocd-division", steps[1].hasPrefix("country:"), isSound,
      id.unicodeScalars.count <= 300,
      steps.dropFirst().allSatisfy({ step in
        let parts = step.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
      })
    else {
      throw InvalidValue(
        "ocd-id", value: String(text),
        "An OCD id is ocd-division/country:fi/ and one or more type:name with / between, without spaces and commas, "
          + "such as ocd-division/country:fi/kunta:turku/osa-alue:kupittaa.")
    }
    description = id
  }

  private static func normal(_ text: some StringProtocol) -> String {
    String(text).precomposedStringWithCanonicalMapping.lowercased()
  }

  /// The name of its municipality in the id (`kunta:turku`), nil where the id has none.
  public var municipality: Substring? {
    description.split(separator: "/").first { $0.hasPrefix("kunta:") }?.dropFirst("kunta:".count)
  }

  /// The id as it is stored for an id that was asked for: short forms are completed (`kunta:turku`), and one without
  /// country and municipality (`osa-alue:kamppi`) stands for every id that ends so.
  public static func completed(_ asked: some StringProtocol) -> String {
    let id = normal(asked)
    if id.hasPrefix("country:") { return "ocd-division/" + id }
    if id.hasPrefix("kunta:") { return "ocd-division/country:fi/" + id }
    return id
  }

  /// What a division is found by: the id, its endings, and its names folded.
  public static func keys(_ id: DivisionID, _ name: LocalizedText) -> [String] {
    let steps = id.description.split(separator: "/").dropFirst(2)
    let endings = steps.indices.map { steps[$0...].joined(separator: "/") }
    let names = name.values.map { Folding.fold($0.text) }.filter { !$0.isEmpty }
    return [id.description] + endings + Set(names).sorted()
  }

  /// The keys that an asked text may be meant as: an id where it has a colon (`S:t Karins` has one too), a name.
  public static func keys(asked: String) -> [String] {
    let name = Folding.fold(asked)
    return (asked.contains(":") ? [completed(asked)] : []) + (name.isEmpty ? [] : [name])
  }

  /// Bytewise.
  public static func < (a: DivisionID, b: DivisionID) -> Bool { a.description < b.description }
}

/// An administrative division: a municipality, or a part of one.
public struct Division: Sendable, Hashable {
  /// The Open Civic Data id.
  public var id: DivisionID
  /// Its type.
  public var type: DivisionType
  /// Its names.
  public var name: LocalizedText
  /// The municipality that it belongs to, or is.
  public var municipality: MunicipalityCode?
  /// Whether its boundary is known.
  public var hasBoundary: Bool
  /// First day, `yyyy-mm-dd`; nil: before records.
  public var validFrom: String?
  /// Last day, `yyyy-mm-dd`; nil: still there.
  public var validTo: String?
  /// The divisions that its area went to.
  public var successors: [DivisionID] = []

  /// Makes a division.
  public init(
    id: DivisionID, type: DivisionType, name: LocalizedText, municipality: MunicipalityCode?, hasBoundary: Bool
  ) {
    self.id = id
    self.type = type
    self.name = name
    self.municipality = municipality
    self.hasBoundary = hasBoundary
  }

  /// Whether it exists on a day (`yyyy-mm-dd`).
  public func lasts(on day: String) -> Bool { (validFrom ?? "") <= day && (validTo.map { $0 >= day } ?? true) }
}
