import Places

/// Street names made comparable.
public enum StreetName {
  /// A folded street name with abbreviated street words written out (`blombergin auk` → `blombergin aukio`), the same for
  /// every way of writing one street in one language.
  public static func key(_ street: String) -> String { Folding.fold(street) }

  /// The street and the number of a field that is known to hold a street address.
  public static func split(_ streetAddress: String) -> (street: String, number: HouseNumber?) {
    guard let digit = streetAddress.firstIndex(where: { $0.isNumber }) else { return (streetAddress, nil) }
    return (String(streetAddress[..<digit]), try? HouseNumber(String(streetAddress[digit...])))
  }
}
