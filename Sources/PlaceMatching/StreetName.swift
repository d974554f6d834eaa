import Places

/// Street names made comparable.
public enum StreetName {
  /// A folded street name with abbreviated street words written out (`blombergin auk` → `blombergin aukio`), the same for
  /// every way of writing one street in one language.
  public static func key(_ street: String) -> String { Folding.fold(street) }
}
