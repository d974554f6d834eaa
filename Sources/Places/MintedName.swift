/// Names that are made here: short, and of characters that nobody takes for another.
public enum MintedName {
  /// 11 characters of 31: 54 random bits.
  public static func local() -> String {
    let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")
    return String((0..<11).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
  }
}
