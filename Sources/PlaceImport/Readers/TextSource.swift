/// A byte source read as UTF-8 text, whatever encoding the file is in.
///
/// What has no character in the file's encoding becomes the byte FF, which no UTF-8 holds: the readers above report the
/// row in which it stands.
public final class TextSource {
  /// The encoding that the file is read in.
  public let encoding: TextEncoding
  /// What messages call the source.
  public var name: String { source.name }
  /// How many bytes were read of the file since it was opened or rewound.
  public var bytesRead: Int { source.bytesRead }
  private let source: ByteSource
  private var isAtStart = true
  private var raw: [UInt8] = []
  private let table: [[UInt8]]
  private var highSurrogate: UInt16?

  /// Reads `source` in `encoding`; nil detects it, looking at the whole file, and throws ``ImportFailure`` naming
  /// `--encoding` when it is not certain.
  public init(_ source: ByteSource, encoding: TextEncoding? = nil) throws {
    self.source = source
    let encoding = try encoding ?? EncodingDetector.detect(source)
    self.encoding = encoding
    switch encoding {
    case .latin1, .latin9, .windows1252:
      table = (0...255).map { byte in encoding.scalar(UInt8(byte)).map { Array(String($0).utf8) } ?? [0xFF] }
    default: table = []
    }
  }

  /// Opens a path (`-`: standard input) in a named or detected encoding.
  public convenience init(path: String, encoding: TextEncoding? = nil) throws {
    try self.init(ByteSource(path: path), encoding: encoding)
  }

  /// Text in memory, for tests and uploads.
  public convenience init(text: String) throws {
    try self.init(ByteSource(bytes: Array(text.utf8)), encoding: .utf8)
  }

  /// Appends the next block as UTF-8; false at the end.
  public func read(into buffer: inout [UInt8]) throws -> Bool {
    guard encoding != .utf8 || isAtStart else { return try source.read(into: &buffer) }
    guard try source.read(into: &raw) else {
      guard !raw.isEmpty || highSurrogate != nil else { return false }
      raw = []
      highSurrogate = nil
      buffer.append(0xFF)
      return true
    }
    var start = 0
    if isAtStart {
      while raw.count < 3, try source.read(into: &raw) {}
      start = try markLength()
      isAtStart = false
    }
    switch encoding {
    case .utf8:
      buffer.append(contentsOf: raw[start...])
      raw = []
    case .utf16LittleEndian, .utf16BigEndian: decodePairs(from: start, into: &buffer)
    default:
      buffer.reserveCapacity(buffer.count + raw.count + raw.count / 8)
      for byte in raw[start...] {
        if byte < 0x80 { buffer.append(byte) } else { buffer.append(contentsOf: table[Int(byte)]) }
      }
      raw.removeAll(keepingCapacity: true)
    }
    return true
  }

  /// Makes a second pass possible (a pipe is copied to a temporary file).
  public func makeRewindable() throws { try source.makeRewindable() }

  /// Goes back to the beginning.
  public func rewind() throws {
    try source.rewind()
    isAtStart = true
    raw = []
    highSurrogate = nil
  }

  private func markLength() throws -> Int {
    guard let mark = TextEncoding.byteOrderMark(raw) else { return 0 }
    if mark.encoding == encoding { return mark.length }
    guard mark.encoding == .utf8 || encoding == .utf16LittleEndian || encoding == .utf16BigEndian else { return 0 }
    throw ImportFailure(
      "encoding-uncertain",
      "\(name) begins with the byte order mark of \(mark.encoding.rawValue), but --encoding says "
        + "\(encoding.rawValue). Leave the flag out.", line: 1, flag: "--encoding")
  }

  private func decodePairs(from start: Int, into buffer: inout [UInt8]) {
    let low = encoding == .utf16LittleEndian ? 0 : 1
    var index = start
    while index + 1 < raw.count {
      let unit = UInt16(raw[index + low]) | UInt16(raw[index + 1 - low]) << 8
      index += 2
      append(unit, to: &buffer)
    }
    raw = Array(raw[index...])
  }

  private func append(_ unit: UInt16, to buffer: inout [UInt8]) {
    if let high = highSurrogate {
      highSurrogate = nil
      if (0xDC00...0xDFFF).contains(unit) {
        let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
        if let scalar = Unicode.Scalar(value) { buffer.append(contentsOf: String(Character(scalar)).utf8) }
        return
      }
      buffer.append(0xFF)
    }
    switch unit {
    case 0..<0x80: buffer.append(UInt8(unit))
    case 0xD800...0xDBFF: highSurrogate = unit
    default:
      if let scalar = Unicode.Scalar(unit) {
        buffer.append(contentsOf: String(Character(scalar)).utf8)
      } else {
        buffer.append(0xFF)
      }
    }
  }
}
