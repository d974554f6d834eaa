import Geodesy
import Glibc
import Places
import Testing
import VectorFiles

@testable import PlaceImport

@Suite("GIS files as rows")
struct OGRReaderTests {
  private func withFile<T>(_ name: String, _ body: (String) async throws -> T) async throws -> T {
    var template = Array("/tmp/placeregistry-ogr-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      unlink("\(folder)/\(name)")
      rmdir(folder)
    }
    return try await body("\(folder)/\(name)")
  }

  @Test("The position of a feature is the column wkt, beside the columns that tell where it was")
  func geopackage() async throws {
    try await withFile("places.gpkg") { path in
      let writer = try VectorWriter(
        path: path, format: .geopackage, layer: "places",
        columns: [.init("id"), .init("x", .real), .init("y", .real), .init("srid", .integer)], srid: 3067)
      try writer.write(
        cells: ["turku:a", "240000.25", "6711000.125", "3067"], point: (240_000.123456789, 6_711_000.125))
      try writer.write(cells: ["turku:b", nil, nil, nil])
      try await writer.finish()
      var reader = try OGRReader(path: path)
      #expect(reader.header == ["id", "x", "y", "srid", "wkt"])
      #expect(reader.declaredCRS == .epsg(3067))
      #expect(reader.featureCount == 2)
      let first = try #require(try reader.next())
      #expect(first.line == 1)
      #expect(
        first.fields
          == ["turku:a", "240000.25", "6711000.125", "3067", "SRID=3067;POINT(240000.123456789 6711000.125)"])
      #expect(first.geometry == nil && first.notes.isEmpty)
      let (point, srid) = try WKTPoint.parse(first.fields[4])
      #expect(point == Coordinate(x: 240_000.123456789, y: 6_711_000.125) && srid == 3067)
      #expect(try reader.next()?.fields == ["turku:b", "", "", "", ""])
      #expect(try reader.next() == nil)
    }
  }

  @Test("A table without ids gives the GeoPackage's own numbers; a workbook's lines are the sheet's rows")
  func numbers() async throws {
    try await withFile("plain.gpkg") { path in
      let writer = try VectorWriter(path: path, format: .geopackage, layer: "t", columns: [.init("nimi")])
      try writer.write(cells: ["Aura"])
      try await writer.finish()
      var reader = try OGRReader(path: path)
      #expect(reader.header == ["nimi", "fid"])
      #expect(try reader.next()?.fields == ["Aura", "1"])
    }
    try await withFile("plain.xlsx") { path in
      let writer = try VectorWriter(path: path, format: .xlsx, layer: "t", columns: [.init("nimi")])
      try writer.write(cells: ["Aura"])
      try await writer.finish()
      var reader = try OGRReader(path: path)
      #expect(reader.header == ["nimi"])
      #expect(reader.declaredCRS == nil)
      #expect(try reader.next()?.line == 2)
    }
  }

  @Test("An area comes with its geometry, a point on it, and warnings for the point and its heights")
  func area() async throws {
    try await withFile("area.gml") { path in
      let text = """
        <wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml">\
        <gml:featureMember><Alue><wkt>own</wkt><g><gml:Polygon srsName="EPSG:3067" srsDimension="3"><gml:exterior>\
        <gml:LinearRing><gml:posList>0 0 5 10 0 5 10 10 5 0 0 5</gml:posList></gml:LinearRing></gml:exterior>\
        </gml:Polygon></g></Alue></gml:featureMember></wfs:FeatureCollection>
        """
      let stream = try #require(fopen(path, "w"))
      fputs(text, stream)
      fclose(stream)
      var reader = try OGRReader(path: path)
      #expect(Array(reader.header.suffix(2)) == ["wkt_1", "wkt"])
      let row = try #require(try reader.next())
      #expect(row.notes.map(\.code) == ["height-dropped", "surface-point"])
      guard case .polygon(let rings) = row.geometry else {
        Issue.record("no polygon: \(String(describing: row.geometry))")
        return
      }
      #expect(rings[0].count == 4)
      let (point, srid) = try WKTPoint.parse(row.fields.last ?? "")
      #expect(srid == 3067 && point.y > 0 && point.y < point.x && point.x < 10)
    }
  }

  @Test("What the child refuses is an import failure with its flag")
  func failure() async throws {
    try await withFile("nothing.gpkg") { path in
      let error = #expect(throws: ImportFailure.self) { _ = try OGRReader(path: path) }
      #expect(error?.code == "file-unreadable")
    }
  }
}
