import Geodesy
import PlaceImport
import Places
import Testing

@Suite struct GeoJSONReaderTests {
  private func read(_ text: String, lookAhead: Bool = true, limit: Int = 1 << 20) throws
    -> (features: [GeoJSONFeature], crs: DeclaredCRS?)
  {
    var reader = try GeoJSONReader(TextSource(text: text), lookAhead: lookAhead, limit: limit)
    var features: [GeoJSONFeature] = []
    while let feature = try reader.next() { features.append(feature) }
    return (features, reader.declaredCRS)
  }

  private func feature(_ code: String) -> String {
    #"{"type":"Feature","id":"\#(code)","properties":{"a":"}]\"{"},"geometry":{"type":"Point","coordinates":[22,60]}}"#
  }

  @Test func oneLineFile() throws {
    let text = #"{"type":"FeatureCollection","features":[\#(feature("1")),\#(feature("2"))]}"#
    let features = try read(text).features
    #expect(features.map(\.id) == [.string("1"), .string("2")])
    #expect(features.map(\.line) == [1, 1])
    #expect(features[0].properties["a"] == .string("}]\"{"))
    #expect(features[0].geometry?["type"] == .string("Point"))
  }

  @Test func prettyPrintedFile() throws {
    let text = """
      {
        "type": "FeatureCollection",
        "features": [
          {
            "type": "Feature",
            "properties": null,
            "geometry": null
          },
          { "type": "Feature", "properties": { "b": 1 } }
        ],
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::3877" } }
      }
      """
    let (features, crs) = try read(text)
    #expect(features.map(\.line) == [4, 9])
    #expect(features.map { $0.fault } == [nil, nil])
    #expect(features[0].geometry == nil)
    #expect(features[0].properties == .object([]))
    #expect(crs == .epsg(3877))
    #expect(try GeoJSONReader(TextSource(text: text)).declaredCRS == .epsg(3877))
    #expect(try GeoJSONReader(TextSource(text: text), lookAhead: false).declaredCRS == nil)
    #expect(try read(text, lookAhead: false).crs == .epsg(3877))
  }

  @Test(
    arguments: [
      ("urn:ogc:def:crs:EPSG::3067", 3067), ("EPSG:3067", 3067), ("epsg:3879", 3879), ("3067", 3067),
      ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326), ("urn:ogc:def:crs:EPSG:9.8:3877", 3877),
      ("http://www.opengis.net/def/crs/EPSG/0/3067", 3067), ("http://www.opengis.net/gml/srs/epsg.xml#3067", 3067),
      ("OGC:CRS84", 4326), ("YKJ", nil), ("urn:ogc:def:crs:OGC:1.3:CRS83", nil), ("", nil),
    ] as [(String, Int?)])
  func namesOfCRS(name: String, code: Int?) { #expect(DeclaredCRS(name: name).epsg == code) }

  @Test func newlineDelimited() throws {
    let text = feature("1") + "\n" + #"{"type":"Feature","properties":{},}"# + "\n\n" + feature("3") + "\n"
    let features = try read(text).features
    #expect(features.map(\.line) == [1, 2, 4])
    #expect(features.map { $0.fault?.code } == [nil, "json", nil])
    let sequence = "\u{1E}" + feature("1") + "\n\u{1E}" + feature("2") + "\n"
    #expect(try read(sequence).features.count == 2)
  }

  @Test func singleFeature() throws {
    #expect(try read(feature("1")).features.count == 1)
    let pretty = "\n{\n\"type\": \"Feature\",\n\"properties\": {}, \"id\": 5, \"geometry\": null}\n"
    let features = try read(pretty).features
    #expect(features.map(\.line) == [2])
    #expect(features.first?.id == .integer(5))
  }

  @Test func garbageAmongFeatures() throws {
    let nested = #"{"type":"FeatureCollection","features":[]}"#
    let text = """
      {"type":"FeatureCollection","features":[
      \(nested),
      null, 12, "x",
      {"type":"Feature","properties":[]},
      {"type":"Feature","properties":{"a":tru}},
      \(feature("9"))
      ]}
      """
    let features = try read(text).features
    #expect(features.map(\.line) == [2, 3, 3, 3, 4, 5, 6])
    #expect(
      features.map { $0.fault?.code } == ["feature", "feature", "feature", "feature", "feature", "json", nil])
    #expect(features[0].fault?.detail.contains("FeatureCollection") == true)
  }

  @Test func emptyCollection() throws {
    #expect(try read(#"{"type":"FeatureCollection","features":[]}"#).features.isEmpty)
  }

  @Test(arguments: [
    "", "[1]", "x", "{", #"{"type":"Topology","objects":{}}"#, #"{"type":"FeatureCollection","features":["#,
    #"{"type":"FeatureCollection","features":[{"type":"Feature""#, #"{"type":"FeatureCollection","features":[{}"#,
    #"{"type":"FeatureCollection","features":[]"#, #"{"type":"FeatureCollection","features":[]} x"#,
    #"{"type":"FeatureCollection","features":[{},]}"#, #"{"type":"FeatureCollection","features":[{} {}]}"#,
  ])
  func unreadableFiles(text: String) {
    #expect(throws: ImportFailure.self) { try read(text) }
    #expect(throws: ImportFailure.self) { try read(text, lookAhead: false) }
  }

  @Test func truncatedFileTellsTheLine() {
    let text = "{\"type\":\"FeatureCollection\",\n\"features\":[\n\(feature("1")),\n{\"type\":\"Feature\",\n\"prop"
    let failure = #expect(throws: ImportFailure.self) { try read(text, lookAhead: false) }
    #expect(failure?.line == 4)
    #expect(failure?.detail.contains("truncated") == true)
  }

  @Test func nestingAndSizeAreBounded() throws {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    let text = #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":\#(deep)}}]}"#
    #expect(try read(text).features.map { $0.fault?.code } == ["json"])
    let large = String(repeating: "a", count: 3 << 20)
    let wide = #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"\#(large)"}}]}"#
    #expect(throws: ImportFailure.self) { try read(wide) }
    #expect(try read(wide, limit: 8 << 20).features.count == 1)
  }

  @Test func manyFeaturesAcrossBlocks() throws {
    let text = #"{"features":["# + (0..<20_000).map { feature("\($0)") }.joined(separator: ",\n") + "]}"
    let features = try read(text).features
    let isRight = features.enumerated().allSatisfy { $1.line == $0 + 1 && $1.id == .string("\($0)") }
    #expect(features.count == 20_000)
    #expect(isRight)
  }
}

@Suite struct GeometryTests {
  private func geometry(_ text: String) throws -> Geometry { try Geometry(geoJSON: JSONParser.parse(text)) }

  @Test func wellKnownText() throws {
    let polygon = try geometry(#"{"type":"Polygon","coordinates":[[[0,0],[1.5,0],[1,1,7],[0,0]]]}"#)
    #expect(try polygon.wkt() == "POLYGON((0.0 0.0,1.5 0.0,1.0 1.0,0.0 0.0))")
    let moved = try polygon.asMultiPolygon?.wkt(srid: 3067) { Coordinate(x: $0.x + 10, y: $0.y) }
    #expect(moved == "SRID=3067;MULTIPOLYGON(((10.0 0.0,11.5 0.0,11.0 1.0,10.0 0.0)))")
    #expect(try geometry(#"{"type":"Point","coordinates":[1,2]}"#).wkt() == "POINT(1.0 2.0)")
    let both = #"{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[1,2],[3,4]]}]}"#
    #expect(try geometry(both).wkt() == "GEOMETRYCOLLECTION(LINESTRING(1.0 2.0,3.0 4.0))")
    #expect(try geometry(#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#).wkt() == "MULTIPOINT(1.0 2.0,3.0 4.0)")
    #expect(throws: RowFault.self) { try polygon.wkt { Coordinate(x: $0.x, y: .infinity) } }
  }

  @Test(arguments: [
    #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#, #"{"type":"Polygon","coordinates":[]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#, #"{"type":"Point","coordinates":[1]}"#,
    #"{"type":"Point","coordinates":["1","2"]}"#, #"{"type":"Circle","coordinates":[1,2]}"#, #"{"type":"Point"}"#,
    #"{"coordinates":[1,2]}"#, #"[1,2]"#,
    #"{"type":"LineString","coordinates":[[1,2]]}"#, #"{"type":"GeometryCollection","geometries":1}"#,
  ])
  func wrongGeometries(text: String) { #expect(throws: RowFault.self) { try geometry(text) } }

  @Test func points() throws {
    let first = try WKTPoint.parse("POINT (22.27 60.45)")
    #expect(first.point == Coordinate(x: 22.27, y: 60.45))
    #expect(first.srid == nil)
    let second = try WKTPoint.parse(" srid=3067; Point Z(240000 6711000 12)")
    #expect(second.point == Coordinate(x: 240_000, y: 6_711_000))
    #expect(second.srid == 3067)
    for text in ["", "POINT EMPTY", "POINT(1)", "POINT(1,2)", "LINESTRING(1 2,3 4)", "POINT(a b)", "POINT(1 2"] {
      #expect(throws: RowFault.self) { try WKTPoint.parse(text) }
    }
    let failure = #expect(throws: RowFault.self) { try WKTPoint.parse("POINT(nan 2)") }
    #expect(failure?.code == "coordinates-not-finite")
  }
}
