import PlaceImport
import Testing

@Suite("DVV's addresses of buildings")
struct DVVReaderTests {
  static func rows(_ bytes: [UInt8], encoding: TextEncoding? = nil) throws -> (DVVReader, [SourceRow]) {
    var reader = try DVVReader(ByteSource(bytes: bytes), encoding: encoding)
    var rows: [SourceRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (reader, rows)
  }

  /// Text as ISO-8859-1.
  static func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  static let row =
    "103058462X;853;02;1;6711000;239500;1;Linnankatu;Slottsgatan;1-4b;20100;001;Äänestysalue;Röstningsområde"

  @Test("Columns are known by their place, northing before easting, and a code 00000 is none")
  func columns() throws {
    let text =
      Self.row + "\r\n\n"
      + Self.row.replacing(";1;Linnankatu;", with: ";2;Läntinen Rantakatu;")
      .replacing("20100", with: "00000") + ";91-401-1;x"
    let (reader, rows) = try Self.rows(Self.latin1(text))
    #expect(reader.encoding == .latin1)
    #expect(
      reader.header == [
        "id", "building_id", "street_fi", "street_sv", "number", "postal_code", "municipality", "x", "y", "srid",
      ])
    #expect(rows.map(\.line) == [1, 3])
    #expect(
      rows[0].fields == [
        "103058462X-1", "103058462X", "Linnankatu", "Slottsgatan", "1-4b", "20100", "853", "239500", "6711000", "3067",
      ])
    #expect(rows[1].fields[0] == "103058462X-2" && rows[1].fields[2] == "Läntinen Rantakatu" && rows[1].fields[5] == "")
  }

  @Test("A file that was saved as UTF-8 is read as that")
  func encoding() throws {
    let (reader, rows) = try Self.rows(Array(Self.row.replacing("Linnankatu", with: "Itäranta").utf8))
    #expect(reader.encoding == .utf8)
    #expect(rows[0].fields[2] == "Itäranta")
  }

  @Test("Rows that are cut off, hold a NUL or have no building are told, the others are read")
  func faults() throws {
    let text =
      "103058462X;853;02\n\(Self.row.replacing("Linnan", with: "L\0"))\n;\(Self.row.dropFirst(11))\n\(Self.row)"
    let (_, rows) = try Self.rows(Self.latin1(text))
    #expect(rows.map { $0.fault?.code } == ["columns", "nul", nil, nil])
    #expect(rows[2].fields[0] == "")
  }

  @Test("What has no line end within 64 KB is no such file")
  func endless() throws {
    #expect(throws: ImportFailure.self) { try Self.rows([UInt8](repeating: 0x41, count: 1 << 20)) }
  }

  @Test("A row that lies across two blocks is one row")
  func blocks() throws {
    let count = 2 * ByteSource.blockSize / Self.row.utf8.count
    let text = (0..<count).map { Self.row.replacing("103058462X", with: "\(1_000_000_000 + $0)") }.joined(
      separator: "\n")
    let (_, rows) = try Self.rows(Self.latin1(text))
    #expect(rows.count == count && rows.allSatisfy { $0.fault == nil })
    #expect(Set(rows.map { $0.fields[0] }).count == count && rows.last?.line == count)
  }
}
