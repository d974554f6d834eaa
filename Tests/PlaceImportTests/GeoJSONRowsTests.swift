import Geodesy
import PlaceImport
import Places
import Testing

@Suite struct GeoJSONRowsTests {
  private func feature(_ properties: String, _ geometry: String, id: String? = nil) -> String {
    #"{"type":"Feature","# + (id.map { "\"id\":\($0)," } ?? "")
      + #""properties":\#(properties),"geometry":\#(geometry)}"#
  }

  private func collection(_ features: String..., crs: String? = nil) -> String {
    let member = crs.map { #","crs":{"type":"name","properties":{"name":"\#($0)"}}"# } ?? ""
    return #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]\#(member)}"#
  }

  private let point = #"{"type":"Point","coordinates":[23460952.7,6703718.412]}"#

  @Test func propertiesOfAllFeaturesAreColumns() throws {
    let read = try ReadRows(
      collection(
        feature(#"{"Nimi":"A","n":1.50,"on":true}"#, point, id: "11"),
        feature(#"{"name":{"fi":"B","sv":"C"},"custom_data":{"a":{"b":[1,2]}},"n":null}"#, "null", id: "\"x\""),
        crs: "urn:ogc:def:crs:EPSG::3877"))
    #expect(read.header == ["Nimi", "n", "on", "name_fi", "name_sv", "custom_data.a.b", "id", "wkt"])
    #expect(
      read.sources[0].fields == ["A", "1.5", "true", "", "", "", "11", "SRID=3877;POINT(23460952.7 6703718.412)"])
    #expect(read.sources[1].fields == ["", "", "", "B", "C", "[1,2]", "x", ""])
    #expect(read.crs == .epsg(3877))
    #expect(read.codes == [])
  }

  @Test func withoutACRSDegreesAreAssumedAndTheUserMaySayOtherwise() throws {
    let read = try ReadRows(collection(feature("{}", point)))
    #expect(read.crs == .epsg(4326))
    #expect(read.rows[0]["wkt"] == "POINT(23460952.7 6703718.412)")
    #expect(try ReadRows(collection(feature("{}", point), crs: "urn:ogc:def:crs:OGC:1.3:CRS84")).crs == .epsg(4326))
    #expect(try ReadRows(collection(feature("{}", point), crs: "Oma")).crs == .unreadable("Oma"))
  }

  @Test func theFeaturesOwnID() throws {
    func header(_ features: String...) throws -> [String] {
      try ReadRows(features.joined(separator: "\n"), name: "a.ndjson").header
    }
    #expect(try header(feature(#"{"id":1}"#, "null", id: "1"), feature(#"{"id":"2"}"#, "null", id: "2")) == ["id"])
    #expect(try header(feature(#"{"id":1}"#, "null", id: "9")) == ["id", "feature_id"])
    #expect(try header(feature(#"{"id":null,"a":1}"#, "null", id: "9")) == ["a", "id"])
    #expect(try header(feature(#"{"id":null,"a":1}"#, "null")) == ["id", "a"])
  }

  @Test func areasAndLinesGetAPointOnThem() throws {
    let area = #"{"type":"MultiPolygon","coordinates":[[[[0,0,5],[4,0,5],[4,4,5],[0,4,5],[0,0,5]]]]}"#
    let read = try ReadRows(
      collection(
        feature("{}", area), feature(#"{"lon":22.1,"lat":60.1}"#, area),
        feature("{}", #"{"type":"LineString","coordinates":[[0,0],[10,0],[10,2]]}"#)))
    #expect(read.rows.map { $0["wkt"] } == ["POINT(2.0 2.0)", "", "POINT(6.0 0.0)"])
    #expect(read.codes == ["height-dropped", "surface-point", "height-dropped", "surface-point"])
    #expect(read.sources[0].geometry?.type == "MultiPolygon")
  }

  @Test func aPointOfAnAreaIsInNoHoleAndInTheLargestPart() throws {
    func point(_ json: String) throws -> Coordinate? { try Geometry(geoJSON: JSONParser.parse(json)).surfacePoint }
    let ring = "[[0,0],[10,0],[10,10],[0,10],[0,0]]"
    let hole = "[[2,1],[7,1],[7,9],[2,9],[2,1]]"
    #expect(try point(#"{"type":"Polygon","coordinates":[\#(ring),\#(hole)]}"#) == Coordinate(x: 8.5, y: 5))
    // A U: the middle of its box lies outside.
    let u = "[[0,0],[9,0],[9,9],[7,9],[7,2],[3,2],[3,9],[0,9],[0,0]]"
    #expect(try point(#"{"type":"Polygon","coordinates":[\#(u)]}"#) == Coordinate(x: 1.5, y: 5.5))
    let small = "[[20,20],[21,20],[21,21],[20,20]]"
    let many = #"{"type":"MultiPolygon","coordinates":[[\#(small)],[\#(ring)]]}"#
    #expect(try point(many) == Coordinate(x: 5, y: 5))
    #expect(try point(#"{"type":"Polygon","coordinates":[[[1,1],[1,1],[1,1],[1,1]]]}"#) == Coordinate(x: 1, y: 1))
    #expect(try point(#"{"type":"LineString","coordinates":[[3,3],[3,3]]}"#) == Coordinate(x: 3, y: 3))
    let mixed = #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[9,9]},\#(many)]}"#
    #expect(try point(mixed) == Coordinate(x: 5, y: 5))
    #expect(try point(#"{"type":"GeometryCollection","geometries":[]}"#) == nil)
  }

  @Test func whatIsWrongWithAFeatureIsItsFault() throws {
    let read = try ReadRows(
      collection(
        feature("{}", #"{"type":"Point","coordinates":["a",1]}"#), feature("[1]", "null"), #"{"type":"Point"}"#, "7",
        feature(#"{"a":1}"#, point)))
    #expect(read.sources.map { $0.fault?.code } == ["geometry", "feature", "feature", "feature", nil])
    #expect(importFailure { _ = try ReadRows(String(collection(feature("{}", point)).dropLast(4))) }?.code == "json")
    let wide = (0..<2001).map { feature(#"{"k\#($0)":1}"#, "null") }.joined(separator: "\n")
    #expect(importFailure { _ = try ReadRows(wide) }?.code == "columns")
  }

  @Test func aMappingByPropertiesKeepsThePosition() throws {
    let read = try ReadRows(
      collection(feature(#"{"Nimi":"A","Nro":3}"#, point), crs: "EPSG:3877"),
      mapping: #"{"fields":{"id":"Nro","name_fi":"Nimi"}}"#)
    #expect(read.header == ["id", "name_fi", "wkt"])
    #expect(read.sources[0].fields == ["3", "A", "SRID=3877;POINT(23460952.7 6703718.412)"])
    let pointed = try ReadRows(
      collection(feature(#"{"Nimi":"A"}"#, point, id: "5")),
      mapping: #"""
        {"rows": "/features", "crs": 3877, "fields": {"id": "/id", "name_fi": "/properties/Nimi",
          "x": "/geometry/coordinates/0", "y": "/geometry/coordinates/1"}}
        """#)
    #expect(pointed.sources[0].fields == ["5", "A", "23460952.7", "6703718.412"])
  }

  @Test func aPropertyCalledAsTheGeometryStepsAside() throws {
    let read = try ReadRows(collection(feature(#"{"wkt":"own"}"#, point)))
    #expect(read.header == ["wkt_1", "wkt"])
    #expect(read.rows[0]["wkt_1"] == "own")
  }
}
