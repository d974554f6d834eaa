/// The character encodings that files come in.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case latin1 = "ISO-8859-1"
  case latin9 = "ISO-8859-15"
  case windows1252 = "Windows-1252"

  /// Reads the name given with `--encoding`, in any case and with its usual aliases. Throws ``ImportFailure``.
  public init(name: String) throws {
    let key = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    switch key {
    case "utf8", "utf8sig", "utf8bom", "ascii", "usascii": self = .utf8
    case "utf16le", "utf16", "unicode", "ucs2", "ucs2le": self = .utf16LittleEndian
    case "utf16be", "ucs2be": self = .utf16BigEndian
    case "iso88591", "latin1", "l1", "88591", "cp819": self = .latin1
    case "iso885915", "latin9", "l9", "885915", "latin0": self = .latin9
    case "windows1252", "cp1252", "win1252", "1252", "ansi", "mswin1252": self = .windows1252
    default:
      throw ImportFailure(
        "encoding-unknown",
        "\"\(name)\" is no encoding known here; --encoding takes "
          + Self.allCases.map(\.rawValue).joined(separator: ", ") + ".", flag: "--encoding")
    }
  }

  /// The length of the byte order mark that `bytes` begin with and the encoding that it stands for.
  static func byteOrderMark(_ bytes: some Collection<UInt8>) -> (encoding: TextEncoding, length: Int)? {
    let start = Array(bytes.prefix(3))
    if start == [0xEF, 0xBB, 0xBF] { return (.utf8, 3) }
    if start.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if start.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// Whether the one-byte encodings give different characters for this byte.
  static func isDisputed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x80...0x9F, 0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC...0xBE: true
    default: false
    }
  }

  /// The character of one byte in a one-byte encoding; nil where it has none.
  func scalar(_ byte: UInt8) -> Unicode.Scalar? {
    switch self {
    case .windows1252 where (0x80...0x9F).contains(byte):
      let value = Self.windowsScalars[Int(byte) - 0x80]
      return value == 0 ? nil : Unicode.Scalar(value)
    case .latin9:
      return Self.latin9Scalars[byte].flatMap { Unicode.Scalar($0) } ?? Unicode.Scalar(byte)
    default:
      return Unicode.Scalar(byte)
    }
  }

  private static let latin9Scalars: [UInt8: UInt16] = [
    0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
  ]

  private static let windowsScalars: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
  ]
}
