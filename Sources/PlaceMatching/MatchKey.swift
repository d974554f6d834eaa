import Places

/// The cheap keys by which candidates are found: numbers that two texts share exactly when they have a word, a word in a
/// municipality, a whole name or a house in common. Stored with each place, so their making must not change without a
/// table change.
public enum MatchKey {
  /// A word of a name (folded, without the dots of å, ä, ö).
  public static func word(_ plain: some StringProtocol) -> Int64 { hash(1, plain, "") }

  /// A word of a name in a municipality.
  public static func word(_ plain: some StringProtocol, in municipality: MunicipalityCode) -> Int64 {
    hash(2, municipality.description, plain)
  }

  /// A whole name, its words in any order.
  public static func name(_ plainWords: [String]) -> Int64 { hash(3, plainWords.sorted().joined(separator: " "), "") }

  /// A house: ``StreetName/key(_:)`` without dots, and a number.
  public static func house(_ plainStreet: some StringProtocol, _ number: Int) -> Int64 {
    hash(4, plainStreet, String(number))
  }

  /// A whole name in a municipality.
  public static func name(_ plainWords: [String], in municipality: MunicipalityCode) -> Int64 {
    hash(5, municipality.description, plainWords.sorted().joined(separator: " "))
  }

  /// A street in a municipality.
  public static func street(_ plainStreet: some StringProtocol, in municipality: MunicipalityCode) -> Int64 {
    hash(6, municipality.description, plainStreet)
  }

  /// FNV-1a, 64 bits (Fowler, Noll, Vo), of the kind and the texts with a zero between.
  private static func hash(_ kind: UInt8, _ first: some StringProtocol, _ second: some StringProtocol) -> Int64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    add(kind)
    for byte in first.utf8 { add(byte) }
    add(0)
    for byte in second.utf8 { add(byte) }
    return Int64(bitPattern: value)
  }
}
