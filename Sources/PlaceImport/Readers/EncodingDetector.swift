/// Finds a file's encoding when it is certain: a byte order mark, valid UTF-8, or bytes for which ISO-8859-1,
/// ISO-8859-15 and Windows-1252 have the same characters. Looks at every byte with flat memory.
struct EncodingDetector {
  private var line = 1
  private var pending = 0
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF
  private var invalid = 0
  private var firstInvalidLine = 0
  private var sequences = 0
  private var zeros = (even: 0, odd: 0)
  private var count = 0
  private var disputed: (byte: UInt8, line: Int)?

  /// Reads the source from its beginning to its end and rewinds it.
  static func detect(_ source: ByteSource) throws -> TextEncoding {
    try source.makeRewindable()
    var detector = EncodingDetector()
    var block: [UInt8] = []
    var isFirst = true
    while try source.read(into: &block) {
      if isFirst, let mark = TextEncoding.byteOrderMark(block) {
        try source.rewind()
        return mark.encoding
      }
      isFirst = false
      block.withUnsafeBufferPointer { detector.look(at: $0) }
      block.removeAll(keepingCapacity: true)
    }
    try source.rewind()
    return try detector.verdict(source.name)
  }

  private mutating func look(at bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      count &+= 1
      if byte < 0x80 {
        if pending > 0 { markInvalid() }
        if byte == 0x0A { line += 1 }
        if byte == 0 {
          if count & 1 == 1 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        continue
      }
      if disputed == nil, TextEncoding.isDisputed(byte) { disputed = (byte, line) }
      if pending > 0 {
        if byte >= lowest, byte <= highest {
          pending -= 1
          lowest = 0x80
          highest = 0xBF
          if pending == 0 { sequences += 1 }
          continue
        }
        markInvalid()
      }
      lead(byte)
    }
  }

  private mutating func lead(_ byte: UInt8) {
    lowest = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80
    highest = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF
    switch byte {
    case 0xC2...0xDF: pending = 1
    case 0xE0...0xEF: pending = 2
    case 0xF0...0xF4: pending = 3
    default: markInvalid()
    }
  }

  private mutating func markInvalid() {
    if invalid == 0 { firstInvalidLine = line }
    invalid += 1
    pending = 0
    lowest = 0x80
    highest = 0xBF
  }

  private mutating func verdict(_ name: String) throws -> TextEncoding {
    if pending > 0 { markInvalid() }
    if zeros.even + zeros.odd > count / 5 {
      let guess = zeros.odd >= zeros.even ? "UTF-16LE" : "UTF-16BE"
      throw ImportFailure(
        "encoding-uncertain",
        "\(name) looks like UTF-16 without a byte order mark. Give --encoding \(guess) if it is.", flag: "--encoding")
    }
    if invalid == 0 { return .utf8 }
    if sequences >= invalid {
      throw ImportFailure(
        "encoding-uncertain",
        "\(name) is UTF-8 in \(sequences) places and something else in \(invalid), first on this line. Repair it, or "
          + "give --encoding to read it all in one way.", line: firstInvalidLine, flag: "--encoding")
    }
    guard let disputed else { return .latin1 }
    let readings = [TextEncoding.windows1252, .latin9, .latin1].map { encoding in
      "\(encoding.rawValue) (\(Self.show(encoding.scalar(disputed.byte))))"
    }
    throw ImportFailure(
      "encoding-uncertain",
      "\(name) is not UTF-8, and its byte \(String(disputed.byte, radix: 16, uppercase: true)) differs between "
        + readings.joined(separator: ", ") + ". Give --encoding with the right one.",
      line: disputed.line, flag: "--encoding")
  }

  private static func show(_ scalar: Unicode.Scalar?) -> String {
    guard let scalar else { return "no character" }
    return scalar.value < 0xA0 ? "a control character" : "\"\(scalar)\""
  }
}
