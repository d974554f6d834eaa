import Foundation
import Places

/// A JSON Web Token in its parts (RFC 7519, compact serialization of RFC 7515), not yet believed.
struct JSONWebToken: Sendable {
  /// How it says it was signed.
  let algorithm: String
  /// The key that it says it was signed with.
  let keyID: String?
  /// What it claims.
  let claims: JSONValue
  let signature: [UInt8]
  /// What the signature covers: header and claims as they came.
  let signed: [UInt8]

  /// Longer ones are refused unread.
  private static let maximumLength = 16_384

  /// Nil when the text is no token, or one with conditions that nobody here understands (`crit`).
  init?(_ text: String) {
    guard text.utf8.count <= Self.maximumLength else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
      let signature = Self.decode(parts[2]), let algorithm = header["alg"]?.stringValue, header["crit"] == nil
    else { return nil }
    self.algorithm = algorithm
    keyID = header["kid"]?.stringValue
    self.claims = claims
    self.signature = signature
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  private static func object(_ text: Substring) -> JSONValue? {
    guard let bytes = decode(text), let value = try? JSONParser.parse(bytes, maximumDepth: 16), value.members != nil
    else { return nil }
    return value
  }

  /// base64url without padding (RFC 4648 section 5).
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var base64 = ""
    base64.reserveCapacity(text.utf8.count + 2)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "-": base64 += "+"
      case "_": base64 += "/"
      case "+", "/", "=": return nil
      default: base64.unicodeScalars.append(scalar)
      }
    }
    base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    return Data(base64Encoded: base64).map(Array.init)
  }
}

extension JSONWebToken {
  /// The texts of a claim: its own, or an array's. Dots lead into nested objects (`realm_access.roles`), but a key that
  /// has dots itself comes first (`https://example.fi/roles`).
  static func texts(_ path: String, in claims: JSONValue) -> [String] {
    guard let value = value(path[...], in: claims) else { return [] }
    return (value.arrayValue ?? [value]).compactMap(text)
  }

  private static func value(_ path: Substring, in value: JSONValue) -> JSONValue? {
    if let found = value[String(path)] { return found }
    for dot in path.indices where path[dot] == "." {
      guard let inner = value[String(path[..<dot])], inner.members != nil else { continue }
      if let found = self.value(path[path.index(after: dot)...], in: inner) { return found }
    }
    return nil
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let truth): String(truth)
    default: nil
    }
  }
}
