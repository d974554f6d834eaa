import PlaceStore
import Places

/// `--where`: which rows of a file are taken, and which places may be missing from it.
public struct ImportScope: Sendable, Hashable {
  /// Codes or names of municipalities, any of them; nil: all.
  public var municipalities: [String]?
  /// Postal codes, any of them; nil: all.
  public var postalCodes: [String]?

  /// Makes the scope of a whole file.
  public init() {}

  /// Whether every row is taken.
  public var isWhole: Bool { municipalities == nil && postalCodes == nil }

  /// Adds a condition such as `municipality=853,202`. Throws ``ImportFailure`` for what can't be asked.
  public mutating func add(_ condition: String) throws {
    let parts = condition.split(separator: "=", maxSplits: 1).map(\.trimmed)
    let values = parts.count == 2 ? parts[1].split(separator: ",").map(\.trimmed).filter { !$0.isEmpty } : []
    guard parts.count == 2, !values.isEmpty else {
      throw ImportFailure(
        "scope", "--where \(condition): give municipality=853,202 or postal_code=20100,20200.", flag: "--where")
    }
    switch parts[0].lowercased() {
    case "municipality": municipalities = (municipalities ?? []) + values
    case "postal_code":
      for value in values where (try? PostalCode(value)) == nil {
        throw ImportFailure("scope", "--where postal_code: \"\(value)\" is not five digits.", flag: "--where")
      }
      postalCodes = (postalCodes ?? []) + values
    default:
      throw ImportFailure(
        "scope", "--where \(parts[0]): rows can be chosen by municipality and postal_code.", flag: "--where")
    }
  }

  /// The municipalities' codes, what they became among them. Throws ``ImportFailure`` for one that nobody knows.
  func codes(_ gazetteer: Gazetteer) throws -> [MunicipalityCode]? {
    try municipalities?.flatMap { text in
      guard let found = gazetteer.find(text) else {
        throw ImportFailure("unknown-municipality", "--where municipality: there is no \"\(text)\".", flag: "--where")
      }
      return gazetteer.current(found.code) + [found.code]
    }
  }
}
