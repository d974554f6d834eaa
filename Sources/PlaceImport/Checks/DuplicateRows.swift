import Places

/// Finds rows of a file that seem to be the same place as an earlier one though their ids differ. Remembers 64 bits and
/// a line for each row: some 25 MB for a million.
public struct DuplicateRows: Sendable {
  private var lines: [Int: Int32] = [:]

  /// Makes a memory without rows.
  public init() {}

  /// A warning `duplicate-row` when an earlier row had the same folded name, street and postal code (without a street:
  /// the same name, postal code and position); nil for the first of its kind.
  public mutating func check(_ place: Place, line: Int) -> ImportProblem? {
    guard let key = Self.key(place) else { return nil }
    guard let earlier = lines[key] else {
      lines[key] = Int32(clamping: line)
      return nil
    }
    return ImportProblem(
      line: line, id: place.id.description, severity: .warning, code: "duplicate-row", field: "id",
      value: place.id.description,
      detail:
        "\(place.name.preferred) is at the same place on line \(earlier), under another id: leave one of them out "
        + "if they are one.")
  }

  /// Nil when nothing but the name is known, which many places share.
  private static func key(_ place: Place) -> Int? {
    var hasher = Hasher()
    hasher.combine(Folding.fold(place.name.preferred))
    hasher.combine(place.postalCode)
    if let street = place.streetAddress?.values.first?.text {
      hasher.combine(Folding.fold(street))
    } else if let position = place.position {
      hasher.combine(position.srid)
      hasher.combine(position.x)
      hasher.combine(position.y)
    } else {
      return nil
    }
    // A street in one town is none in another.
    if place.postalCode == nil { hasher.combine(place.givenMunicipality ?? nil) }
    return hasher.finalize()
  }
}
