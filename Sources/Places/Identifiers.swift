/// Why a text is no value of its type: what was given and what would be right.
public struct InvalidValue: Error, Sendable, Hashable, CustomStringConvertible {
  /// The value as it came.
  public let value: String
  /// What is wrong and how to mend it.
  public let detail: String
  /// A stable code such as `postal-code`.
  public let code: String
  /// The detail.
  public var description: String { detail }

  /// Makes an error about a value.
  public init(_ code: String, value: String, _ detail: String) {
    self.code = code
    self.value = value
    self.detail = detail
  }
}

/// The id of a data source: `[a-z0-9][a-z0-9_.-]{0,63}`.
public struct DataSourceID: Sendable, Hashable, CustomStringConvertible {
  /// The id.
  public let description: String

  /// Throws ``InvalidValue`` for anything but lower-case letters, digits, `_`, `.` and `-`.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    let bytes = text.utf8
    let isAlphanumeric: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    guard let first = bytes.first, isAlphanumeric(first), bytes.count <= 64,
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D })
    else {
      throw InvalidValue(
        "data-source", value: String(text),
        "A data source is 1–64 lower-case letters, digits, '_', '.' or '-', beginning with a letter or digit.")
    }
    description = String(text)
  }
}

/// The id of an organisation: `[a-z0-9][a-z0-9_.:-]{0,63}`, such as `turku` or `ahjo:u021600`.
public struct OrganizationID: Sendable, Hashable, CustomStringConvertible {
  /// The id.
  public let description: String

  /// Throws ``InvalidValue`` for anything but lower-case letters, digits, `_`, `.`, `:` and `-`.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    let isAlphanumeric: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    let bytes = text.utf8
    guard let first = bytes.first, isAlphanumeric(first), bytes.count <= 64,
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x3A || $0 == 0x2D })
    else {
      throw InvalidValue(
        "organization", value: String(text),
        "An organisation is 1–64 lower-case letters, digits, '_', '.', ':' or '-', beginning with a letter or digit.")
    }
    description = String(text)
  }

  /// The data source of the same id; nil when the id has a colon, which a source's may not.
  public var source: DataSourceID? { try? DataSourceID(description) }
}

/// A place's permanent id, `<source>:<local>`; the local part is case-sensitive, 1–200 characters without control
/// characters, space or comma.
public struct PlaceID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The data source before the first colon.
  public let source: DataSourceID
  /// The part after the first colon.
  public let local: String

  /// `<source>:<local>`
  public var description: String { "\(source):\(local)" }

  /// Throws ``InvalidValue`` when the text is no `<source>:<local>`.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    guard let colon = text.firstIndex(of: ":") else {
      throw InvalidValue("id", value: String(text), "An id is <source>:<local>, such as turku:kupittaa-swim.")
    }
    try self.init(source: DataSourceID(text[..<colon]), local: text[text.index(after: colon)...])
  }

  /// Throws ``InvalidValue`` when the local part is empty, too long or has a forbidden character.
  public init(source: DataSourceID, local: some StringProtocol) throws(InvalidValue) {
    guard !local.isEmpty, local.unicodeScalars.count <= 200,
      local.unicodeScalars.allSatisfy({
        $0.value > 0x20 && $0 != "," && !(0x7F...0x9F).contains($0.value) && !$0.properties.isWhitespace
      })
    else {
      throw InvalidValue(
        "id", value: "\(source):\(local)",
        "The part after the colon has 1–200 characters without control characters, space or comma.")
    }
    self.source = source
    self.local = String(local)
  }

  /// By source, then local part.
  public static func < (a: PlaceID, b: PlaceID) -> Bool { a.description < b.description }
}

/// A Finnish postal code: five digits (Posti).
public struct PostalCode: Sendable, Hashable, CustomStringConvertible {
  /// The five digits.
  public let description: String

  /// Throws ``InvalidValue`` unless the text is five digits.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    guard text.utf8.count == 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw InvalidValue("postal-code", value: String(text), "A postal code is five digits, such as 20720.")
    }
    description = String(text)
  }
}

/// A municipality's three-digit code (Statistics Finland).
public struct MunicipalityCode: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The three digits.
  public let description: String

  /// Throws ``InvalidValue`` unless the text is one to three digits; shorter ones are padded with zeros.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw InvalidValue("municipality", value: String(text), "A municipality code is three digits, such as 853.")
    }
    description = String(repeating: "0", count: 3 - text.utf8.count) + String(text)
  }

  /// By number.
  public static func < (a: MunicipalityCode, b: MunicipalityCode) -> Bool { a.description < b.description }
}

/// An identifier that another system gave the place, such as `tprek:12345`.
public struct ForeignIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// The other system, in the form of a data source's id.
  public let scheme: String
  /// Its identifier there.
  public let value: String
  /// `<scheme>:<value>`
  public var description: String { "\(scheme):\(value)" }

  /// Throws ``InvalidValue`` when `<scheme>:<value>` could not be an id.
  public init(scheme: some StringProtocol, value: some StringProtocol) throws(InvalidValue) {
    let id = try PlaceID(source: DataSourceID(scheme), local: value)
    self.scheme = id.source.description
    self.value = id.local
  }
}

/// A web address: http or https with a host (RFC 3986); never `javascript:` and its kind.
public struct WebAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address as given.
  public let description: String

  /// Throws ``InvalidValue`` for anything but `http://host…` or `https://host…` without spaces, 2,000 bytes at most.
  public init(_ text: some StringProtocol) throws(InvalidValue) {
    let lower = text.lowercased()
    let rest = lower.hasPrefix("https://") ? lower.dropFirst(8) : lower.hasPrefix("http://") ? lower.dropFirst(7) : ""
    guard let first = rest.first, first.isLetter || first.isNumber || first == "[", text.utf8.count <= 2000,
      text.unicodeScalars.allSatisfy({
        $0.value > 0x20 && $0 != "<" && $0 != ">" && $0 != "\"" && !(0x7F...0x9F).contains($0.value)
          && !$0.properties.isWhitespace
      })
    else {
      throw InvalidValue(
        "web-address", value: String(text), "A web address begins with http:// or https:// and holds no spaces.")
    }
    description = String(text)
  }
}
