import Foundation
import PlaceImport
import Testing

@Suite struct CSVReaderTests {
  private func rows(_ text: String, delimiter: Character? = nil) throws -> (header: [String], rows: [SourceRow]) {
    var reader = try CSVReader(TextSource(text: text), delimiter: delimiter)
    var rows: [SourceRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (reader.header, rows)
  }

  @Test func quotesNewlinesAndLines() throws {
    let text = "id,name\n1,\"Sali \"\"A\"\", iso\"\n2,\"rivi\nkaksi\r\nkolme\"\n3,x\n"
    let (header, rows) = try rows(text)
    #expect(header == ["id", "name"])
    #expect(rows.map(\.line) == [2, 3, 6])
    #expect(rows[0].fields == ["1", "Sali \"A\", iso"])
    #expect(rows[1].fields == ["2", "rivi\nkaksi\r\nkolme"])
    #expect(rows.allSatisfy { $0.fault == nil })
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func lineEndsAndMissingLastOne(end: String) throws {
    let text = ["id;n", "1;a", "", "2;\"b\(end)c\"", "3;"].joined(separator: end)
    for text in [text, text + end] {
      let rows = try rows(text).rows
      #expect(rows.map(\.line) == [2, 4, 6])
      #expect(rows.map(\.fields) == [["1", "a"], ["2", "b\(end)c"], ["3", ""]])
    }
  }

  @Test(arguments: [",", ";", "\t", "|"] as [Character])
  func delimitersAreDetected(delimiter: Character) throws {
    let text = "id\(delimiter)name\(delimiter)lon\n1\(delimiter)a\(delimiter)22.1\n2\(delimiter)b\(delimiter)22.2\n"
    let reader = try CSVReader(TextSource(text: text))
    #expect(reader.delimiter == delimiter)
    #expect(reader.header.count == 3)
  }

  @Test func decimalCommasDontConfuseTheDetection() throws {
    #expect(try rows("id;lon;lat\n1;22,5;60,4\n2;22,6;60,5\n").header == ["id", "lon", "lat"])
  }

  @Test func uncertainDelimiterIsRefused() throws {
    let text = "a,b;c\n1,2;3\n"
    let failure = #expect(throws: ImportFailure.self) { try CSVReader(TextSource(text: text)) }
    #expect(failure?.flag == "--delimiter")
    #expect(try rows(text, delimiter: ";").header == ["a,b", "c"])
    let reader = try CSVReader(TextSource(text: "id,x;name_fi\n1,2;3\n")) { PlaceField.named($0) == "name_fi" }
    #expect(reader.delimiter == ";")
  }

  @Test func delimiterNames() throws {
    #expect(try CSVReader.delimiter(named: "tab") == "\t")
    #expect(try CSVReader.delimiter(named: "\\t") == "\t")
    #expect(try CSVReader.delimiter(named: ";") == ";")
    #expect(throws: ImportFailure.self) { try CSVReader.delimiter(named: "\"") }
    #expect(throws: ImportFailure.self) { try CSVReader.delimiter(named: "ab") }
  }

  @Test func excelsSeparatorLine() throws {
    let (header, rows) = try rows("sep=;\r\nid;name\r\n1;a,b\r\n")
    #expect(header == ["id", "name"])
    #expect(rows == [SourceRow(line: 3, fields: ["1", "a,b"])])
  }

  @Test func raggedRowsAreFaults() throws {
    let rows = try rows("id,a,b\n1,2\n1,2,3,4\n1,2,3\n").rows
    #expect(rows.map { $0.fault?.code } == ["columns", "columns", nil])
    #expect(rows[0].fault?.detail.contains("2 cells") == true)
  }

  @Test func nulAndBytesThatAreNoText() throws {
    let bytes = Array("id,a\n1,x\0y\n2,".utf8) + [0xFF] + Array("\n3,ok\n".utf8)
    var reader = try CSVReader(TextSource(ByteSource(bytes: bytes), encoding: .utf8))
    #expect(try reader.next()?.fault?.code == "nul")
    #expect(try reader.next()?.fault?.code == "encoding")
    #expect(try reader.next() == SourceRow(line: 4, fields: ["3", "ok"]))
    #expect(try reader.next() == nil)
  }

  @Test func quoteFaults() throws {
    let rows = try rows("id,a\n1,\"x\"y\n2,\"x\" \n3,x\"y\"\n").rows
    #expect(rows.map { $0.fault?.code } == ["quote", nil, nil])
    #expect(rows[1].fields == ["2", "x"])
    #expect(rows[2].fields == ["3", "x\"y\""])
    let failure = #expect(throws: ImportFailure.self) { try self.rows("id,a\n1,b\n2,\"x\n3,y\n") }
    #expect(failure?.code == "quote-unclosed")
    #expect(failure?.line == 3)
  }

  @Test func hugeRows() throws {
    let huge = String(repeating: "a", count: 3 << 20)
    let found = try rows("id,a\n1,\(huge)\n2,b\n").rows
    #expect(found.map { $0.fault?.code } == ["row-length", nil])
    #expect(found[1] == SourceRow(line: 3, fields: ["2", "b"]))
    let quoted = #expect(throws: ImportFailure.self) { try rows("id,a\n1,\"\(huge)\"\n2,b\n") }
    #expect(quoted?.code == "quote-unclosed")
    let large = String(repeating: "å", count: 300_000)
    #expect(try rows("id,a\n1,\"\(large)\"\n2,b\n").rows.first?.fields[1] == large)
  }

  @Test func emptyFileAndBlankRows() throws {
    #expect(throws: ImportFailure.self) { try CSVReader(TextSource(text: "")) }
    #expect(throws: ImportFailure.self) { try CSVReader(TextSource(text: "\n\n")) }
    #expect(try rows("id;a\n;\n").rows.map(\.isBlank) == [true])
    #expect(try rows("id\n1\n").rows == [SourceRow(line: 2, fields: ["1"])])
  }

  @Test func rowsAcrossBlocks() throws {
    var text = "id,name,text\n"
    for number in 0..<30_000 { text += "\(number),Nimi \(number),\"a \"\"\(number)\"\"\r\nb\"\r\n" }
    let rows = try rows(text).rows
    #expect(rows.count == 30_000)
    let isRight = rows.enumerated().allSatisfy { index, row in
      row.line == 2 + index * 2 && row.fields == ["\(index)", "Nimi \(index)", "a \"\(index)\"\r\nb"]
    }
    #expect(isRight)
  }

  @Test func aFileInLatin1() throws {
    let path = NSTemporaryDirectory() + "place-import-\(UInt64.random(in: 0 ... .max)).csv"
    let bytes = "id;nimi\n1;Jyväskylä\n".unicodeScalars.map { UInt8($0.value) }
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var reader = try CSVReader(TextSource(path: path))
    #expect(try reader.next()?.fields == ["1", "Jyväskylä"])
  }
}
