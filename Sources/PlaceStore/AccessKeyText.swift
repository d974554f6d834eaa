import Crypto

/// A key as its holder has it: `pr_<id>_<secret>`, the secret being 43 letters and digits, which is 256 random bits.
public struct AccessKeyText: Sendable {
  /// The part that names the key and may be shown.
  public let id: String
  /// The whole, which is told once and stored nowhere.
  public let text: String

  private static let prefix = "pr_"
  private static let secretLength = 43
  /// Without letters that are read as others.
  private static let idLetters = Array("abcdefghjkmnpqrstuvwxyz23456789")
  private static let secretLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  /// Makes a new one, from the system's random numbers.
  public init() {
    var random = SystemRandomNumberGenerator()
    func letters(_ count: Int, of alphabet: [Character]) -> String {
      String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
    }
    id = letters(10, of: Self.idLetters)
    text = "\(Self.prefix)\(id)_\(letters(Self.secretLength, of: Self.secretLetters))"
  }

  /// Reads one; nil when the text can't be a key.
  public init?(_ text: String) {
    guard text.hasPrefix(Self.prefix) else { return nil }
    let parts = text.dropFirst(Self.prefix.count).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isID(parts[0]), parts[1].utf8.count == Self.secretLength,
      parts[1].utf8.allSatisfy({ Self.isLower($0) || Self.isDigit($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    id = String(parts[0])
    self.text = text
  }

  /// Whether a text could be the id of a key.
  public static func isID(_ text: some StringProtocol) -> Bool {
    (8...32).contains(text.utf8.count) && text.utf8.allSatisfy { isLower($0) || isDigit($0) }
  }

  /// The SHA-256 of the text, which is what is stored.
  var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// Whether a stored hash, in hexadecimal digits, is this key's; takes as long for a near miss as for any other.
  func matches(hexadecimal stored: String) -> Bool {
    let own = Array(Self.hexadecimal(hash).utf8)
    let other = Array(stored.utf8)
    guard own.count == other.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(own, other) { difference |= a ^ b }
    return difference == 0
  }

  /// The hash in hexadecimal digits.
  var hashText: String { Self.hexadecimal(hash) }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
