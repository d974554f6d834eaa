import PlaceImport
import Testing

@Suite struct EncodingTests {
  private func decode(_ bytes: [UInt8], _ encoding: TextEncoding? = nil) throws -> (TextEncoding, [UInt8]) {
    let text = try TextSource(ByteSource(bytes: bytes), encoding: encoding)
    var result: [UInt8] = []
    while try text.read(into: &result) {}
    return (text.encoding, result)
  }

  private func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  @Test(
    arguments: [
      ("utf-8", TextEncoding.utf8), ("UTF8", .utf8), ("latin1", .latin1), ("ISO-8859-1", .latin1),
      ("iso8859_15", .latin9), ("Latin-9", .latin9), ("cp1252", .windows1252), ("WINDOWS-1252", .windows1252),
      ("utf-16le", .utf16LittleEndian), ("UTF-16BE", .utf16BigEndian),
    ] as [(String, TextEncoding)])
  func names(name: String, encoding: TextEncoding) throws {
    #expect(try TextEncoding(name: name) == encoding)
  }

  @Test func unknownNameIsRefusedWithTheKnownOnes() {
    let failure = #expect(throws: ImportFailure.self) { try TextEncoding(name: "koi8-r") }
    #expect(failure?.flag == "--encoding")
    #expect(failure?.detail.contains("ISO-8859-15") == true)
  }

  @Test func utf8WithAndWithoutMark() throws {
    #expect(try decode(Array("Åbo €".utf8)) == (.utf8, Array("Åbo €".utf8)))
    #expect(try decode([0xEF, 0xBB, 0xBF] + Array("Åbo".utf8)) == (.utf8, Array("Åbo".utf8)))
    #expect(try decode([0xEF, 0xBB, 0xBF] + Array("Åbo".utf8), .utf8).1 == Array("Åbo".utf8))
    #expect(try decode([]).0 == .utf8)
  }

  @Test func utf16WithMark() throws {
    let units = Array("Äänekoski 🏟".utf16)
    let little: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let big: [UInt8] = [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    #expect(try decode(little) == (.utf16LittleEndian, Array("Äänekoski 🏟".utf8)))
    #expect(try decode(big) == (.utf16BigEndian, Array("Äänekoski 🏟".utf8)))
    #expect(throws: ImportFailure.self) { try decode(big, .utf16LittleEndian) }
    let failure = #expect(throws: ImportFailure.self) { try decode(Array(little.dropFirst(2))) }
    #expect(failure?.detail.contains("UTF-16LE") == true)
  }

  @Test func utf16BrokenPairsBecomeBytesThatNoTextHas() throws {
    #expect(try decode([0x41, 0x00, 0x00, 0xD8, 0x42, 0x00], .utf16LittleEndian).1 == [0x41, 0xFF, 0x42])
    #expect(try decode([0x41, 0x00, 0x42], .utf16LittleEndian).1 == [0x41, 0xFF])
  }

  @Test func undisputedLatinIsCertain() throws {
    #expect(try decode(latin1("Hämeenlinna, Åbo, Öja, é")) == (.latin1, Array("Hämeenlinna, Åbo, Öja, é".utf8)))
  }

  @Test(arguments: [0x80, 0x9F, 0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE] as [UInt8])
  func disputedBytesAreRefused(byte: UInt8) throws {
    let failure = #expect(throws: ImportFailure.self) { try decode(latin1("a\nä ") + [byte]) }
    #expect(failure?.code == "encoding-uncertain")
    #expect(failure?.flag == "--encoding")
    #expect(failure?.line == 2)
  }

  @Test func disputedBytesWithTheFlag() throws {
    #expect(try decode([0x80, 0xA4], .windows1252).1 == Array("€¤".utf8))
    #expect(try decode([0xA4, 0xBE, 0xA8], .latin9).1 == Array("€Ÿš".utf8))
    #expect(try decode([0xA4], .latin1).1 == Array("¤".utf8))
    #expect(try decode([0x81], .windows1252).1 == [0xFF])
  }

  @Test func latinFarBehindTheFirstBlockIsFound() throws {
    let bytes = [UInt8](repeating: 0x61, count: 700_000) + latin1("ö")
    #expect(try decode(bytes).0 == .latin1)
    let disputed = [UInt8](repeating: 0x0A, count: 700_000) + [0x80]
    #expect(throws: ImportFailure.self) { try decode(disputed) }
  }

  @Test func brokenUTF8IsNotTakenForLatin() {
    let failure = #expect(throws: ImportFailure.self) {
      try decode(Array("å öö\nö".utf8) + [0xE5, 0x0A])
    }
    #expect(failure?.line == 2)
    #expect(throws: ImportFailure.self) { try decode(Array(Array("öååö".utf8).dropLast())) }
  }

  @Test func aMissingFileIsNamed() {
    let failure = #expect(throws: ImportFailure.self) { try ByteSource(path: "/nowhere/places.csv") }
    #expect(failure?.detail.contains("/nowhere/places.csv") == true)
    #expect(throws: ImportFailure.self) { try ByteSource(path: "/tmp") }
  }
}
