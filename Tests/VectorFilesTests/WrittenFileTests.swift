import Glibc
import Places
import Testing
import VectorFiles

@Suite("What is written is what is read")
struct WrittenFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func point(_ x: Double, _ y: Double) -> JSONValue {
    .object([
      .init("type", .string("Point")), .init("coordinates", .array([.number(x), .number(y)])),
    ])
  }

  @Test("A GeoPackage keeps texts, numbers, empty cells, points with all digits and its CRS")
  func geopackage() async throws {
    let path = scratch.file("places.gpkg")
    let columns: [VectorColumn] = [.init("id"), .init("postal_code"), .init("n", .integer), .init("area", .real)]
    let writer = try VectorWriter(
      path: path, format: .geopackage, layer: "places", columns: columns, srid: 3877,
      metadata: [("licence", "CC BY 4.0"), ("attribution", "Turun kaupunki, Åbo")], description: "Places")
    try writer.write(
      cells: ["turku:a", "00100", "9007199254740993", "0.1"], point: (23_460_952.123456787, 6_703_718.4))
    try writer.write(cells: ["turku:b", "", nil, nil])
    try writer.write(cells: ["\u{1F3CA} \"ui\nmala\"", "20100", "-1", "1e300"], point: (23_460_000.5, 6_700_000.5))
    #expect(scratch.contents.allSatisfy { $0.hasPrefix(".") }, "no half-made file has the name")
    try await writer.finish()
    #expect(scratch.contents == ["places.gpkg"])

    let reader = try VectorReader(path: path)
    #expect(reader.head.kind == .geopackage)
    #expect(reader.head.crs?.epsg == 3877)
    #expect(reader.head.columns == ["id", "postal_code", "n", "area"])
    #expect(reader.head.fidColumn == "fid")
    #expect(reader.head.layers.map(\.name) == ["places"] && reader.head.layers.map(\.features) == [3])
    let rows = try reader.rest()
    #expect(
      rows.map(\.cells) == [
        ["turku:a", "00100", "9007199254740993", "0.1"], ["turku:b", "", nil, nil],
        ["\u{1F3CA} \"ui\nmala\"", "20100", "-1", "1e+300"],
      ])
    #expect(
      rows.map(\.geometry) == [
        point(23_460_952.123456787, 6_703_718.4), nil, point(23_460_000.5, 6_700_000.5),
      ])
    #expect(rows.map(\.number) == [1, 2, 3])
    #expect(scratch.contents == ["places.gpkg"], "reading leaves nothing behind")
    let text = String(decoding: try scratch.bytes("places.gpkg"), as: UTF8.self)
    #expect(text.contains("CC BY 4.0") && text.contains("Turun kaupunki, Åbo"))
  }

  @Test("A workbook keeps leading zeros, text that looks like a formula, and a header above nothing but text")
  func workbook() async throws {
    let path = scratch.file("codes.xlsx")
    let writer = try VectorWriter(
      path: path, format: .xlsx, layer: "Osoitteet", columns: [.init("id"), .init("postal_code"), .init("n", .integer)])
    try writer.write(cells: ["a", "00100", "7"])
    try writer.write(cells: ["=HYPERLINK(\"http://127.0.0.1\")", "1.10", nil])
    try writer.write(cells: [" väli ", "2024-01-15", "12"])
    try await writer.finish()
    let reader = try VectorReader(path: path)
    #expect(reader.head.kind == .xlsx)
    #expect(reader.head.columns == ["id", "postal_code", "n"])
    let rows = try reader.rest()
    #expect(
      rows.map(\.cells) == [
        ["a", "00100", "7"], ["=HYPERLINK(\"http://127.0.0.1\")", "1.10", nil], [" väli ", "2024-01-15", "12"],
      ])
    #expect(rows.map(\.fid) == [2, 3, 4], "the numbers of the sheet's rows")
  }

  @Test("A row that can't be written leaves no file, nor does a writer that is dropped")
  func failedWriting() async throws {
    let path = scratch.file("bad.gpkg")
    let writer = try VectorWriter(path: path, format: .geopackage, layer: "x", columns: [.init("n", .integer)])
    try writer.write(cells: ["12"])
    try writer.write(cells: ["twelve"])
    let error = await #expect(throws: VectorFileError.self) { try await writer.finish() }
    #expect(error?.detail.contains("\"twelve\" in n of row 2") == true)
    do {
      let dropped = try VectorWriter(path: path, format: .geopackage, layer: "x", columns: [.init("n", .integer)])
      try dropped.write(cells: ["1"])
    }
    #expect(!scratch.contents.contains("bad.gpkg"))
  }

  @Test("A folder that can't be written to is an error")
  func unwritable() async throws {
    let writer = try VectorWriter(
      path: "/proc/nothing/x.gpkg", format: .geopackage, layer: "x", columns: [.init("n")])
    let error = await #expect(throws: VectorFileError.self) { try await writer.finish() }
    #expect(error?.code == "file-unwritable")
  }

  @Test("A finished file takes the place of an older one; rows beyond the socket's buffer come through in order")
  func replacing() async throws {
    let path = try scratch.write("many.gpkg", "something else")
    let writer = try VectorWriter(
      path: path, format: .geopackage, layer: "many", columns: [.init("id"), .init("text")], srid: 3067)
    let filler = String(repeating: "ä", count: 100)
    for number in 0..<20_000 {
      try writer.write(cells: [String(number), filler], point: (240_000 + Double(number) / 8, 6_711_000))
    }
    try await writer.finish()
    let reader = try VectorReader(path: path)
    var number = 0
    while let row = try reader.next() {
      guard row.cells == [String(number), filler] else {
        Issue.record("row \(number) came as \(row.cells)")
        return
      }
      number += 1
    }
    #expect(number == 20_000)
  }
}
