import PlaceImport
import Places
import Testing

@Suite struct ImportFileTests {
  private func failure(_ bytes: [UInt8], _ name: String, _ kind: ImportKind = .places) -> ImportFailure? {
    importFailure { _ = try ImportFile.open(bytes: bytes, name: name, kind: kind) }
  }

  @Test func archivesAndForeignFilesAreToldWithTheMend() {
    let zip = Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 22) + [7, 0, 0, 0] + Array("tie.shp".utf8)
    for (bytes, name, code, mend) in [
      ([0x1F, 0x8B, 8], "a.csv.gz", "archive", "gunzip"), (zip, "tiet.shp.zip", "archive", ".shp"),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "r.7z", "archive", "7z"),
      ([0xD0, 0xCF, 0x11, 0xE0], "a.xls", "format-unsupported", ".xlsx"),
      (Array("<!DOCTYPE html><html>".utf8), "a.csv", "format-unsupported", "sign-in"),
      (Array("roskaa".utf8), "a.gpkg", "format-mismatch", ".gpkg"), ([], "a.csv", "file-empty", "empty"),
      (Array("nimi".utf8), "a.geojson", "json", "{"), (Array("nimi".utf8), "a.dbf", "format-unsupported", ".shp"),
    ] as [([UInt8], String, String, String)] {
      let found = failure(bytes, name)
      #expect(found?.code == code, "\(name)")
      #expect(found?.detail.contains(mend) == true, "\(name): \(found?.detail ?? "")")
    }
  }

  @Test func aFileOfAnotherKindIsToldAsWhatItIs() {
    #expect(failure(Array("PONOT20260526".utf8), "a.dat")?.detail.contains("import it as postal-codes") == true)
    #expect(failure(Array("1;2;3".utf8), "Varsinais-Suomi.OPT")?.detail.contains("import it as addresses") == true)
  }

  @Test func aGISFileCannotComeThroughAPipe() {
    #expect(failure(Array("SQLite format 3\u{0}".utf8), "standard input")?.detail.contains("pipe") == true)
    #expect(failure([0, 0, 0x27, 0x0A], "standard input")?.detail.contains("pipe") == true)
    #expect(failure(Array("<gml:x>".utf8), "standard input")?.detail.contains("pipe") == true)
  }

  @Test func contentCountsMoreThanTheName() throws {
    #expect(try ReadRows(#"{"type":"FeatureCollection","features":[]}"#, name: "a.txt").header == [])
    #expect(try ReadRows("id;name_fi\n1;A\n", name: "a.dat").header == ["id", "name_fi"])
    #expect(try ReadRows("id\tname_fi\n1\tA\n", name: "a.tsv").rows[0]["name_fi"] == "A")
  }

  private func utf16(_ text: String, isBig: Bool, mark: Bool) -> [UInt8] {
    ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
      let pair = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
      return isBig ? pair.reversed() : pair
    }
  }

  @Test(arguments: [true, false]) func textInUTF16(_ isBig: Bool) throws {
    let table = "id;name_fi\r\n1;\"Äö\r\ntoinen \u{1F3CA}\"\r\n"
    let read = try ReadRows(
      ImportFile.open(bytes: utf16(table, isBig: isBig, mark: true), name: "a.csv", kind: .places))
    #expect(read.rows == [["id": "1", "name_fi": "Äö\r\ntoinen \u{1F3CA}"]])
    let bare = utf16(table, isBig: isBig, mark: false)
    let refused = failure(bare, "a.csv")
    #expect(refused?.code == "encoding-uncertain")
    #expect(refused?.detail.contains(isBig ? "UTF-16BE" : "UTF-16LE") == true)
    var options = ImportFile.Options()
    options.encoding = isBig ? .utf16BigEndian : .utf16LittleEndian
    #expect(
      try ReadRows(ImportFile.open(bytes: bare, name: "a.csv", kind: .places, options: options)).rows == read.rows)
    let json = utf16(#"[{"koodi":"1","nimi_kieliversiot":{"fi":"Ä"}}]"#, isBig: isBig, mark: true)
    #expect(try ReadRows(ImportFile.open(bytes: json, name: "a.json", kind: .places)).rows[0]["name_fi"] == "Ä")
  }

  @Test func addressesInOneCell() {
    func parts(_ text: String) -> [String?] {
      let line = AddressLine(text)
      return [
        line.street, line.postalCode?.description, line.postOffice, line.streetSwedish, line.postOfficeSwedish,
      ]
    }
    #expect(
      parts("Puolalankatu 8 20100 Turku / Puolalagatan 8 2010 Åbo")
        == ["Puolalankatu 8", "20100", "Turku", "Puolalagatan 8", "Åbo"])
    #expect(
      parts("Puutarhakatu 16 20100 Turku/ Trädgårdsgatan 16 20100 Åbo")
        == ["Puutarhakatu 16", "20100", "Turku", "Trädgårdsgatan 16", "Åbo"])
    #expect(
      parts("Slottsgatan 2, 20100 Åbo / Linnankatu 2, 20100 Turku")
        == ["Linnankatu 2", "20100", "Turku", "Slottsgatan 2", "Åbo"])
    #expect(parts("Katu 3 A/B, 20100 Turku") == ["Katu 3 A/B", "20100", "Turku", nil, nil])
    #expect(parts("Puutori / Trätorget") == ["Puutori / Trätorget", nil, nil, nil, nil])
    #expect(parts("Kuja 1 / 20100 Turku / x") == ["Kuja 1 / 20100 Turku / x", nil, nil, nil, nil])
  }
}
