import Crypto

/// How a receiver knows that a delivery comes from here and was not changed on its way.
public enum WebhookSignature {
  /// The value of `X-Signature-256`: `sha256=` and the HMAC-SHA256 of the body's bytes in lower-case hexadecimal.
  public static func header(_ body: [UInt8], secret: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
    let digits = Array("0123456789abcdef".utf8)
    return "sha256=" + String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
