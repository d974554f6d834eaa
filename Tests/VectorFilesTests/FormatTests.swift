import Glibc
import Places
import Testing
import VectorFiles

@Suite("GIS formats")
struct FormatTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func position(_ feature: VectorFeature?) -> [Double]? {
    feature?.geometry?["coordinates"]?.arrayValue?.compactMap(\.doubleValue)
  }

  static func gml(_ members: String, attributes: String = "") -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" \
    xmlns:GIS="http://example.org/GIS"\(attributes)>\(members)</wfs:FeatureCollection>
    """
  }

  static func member(_ srsName: String, _ position: String) -> String {
    """
    <gml:featureMember><GIS:Osoitteet><GIS:Osoite>Koppelonkatu</GIS:Osoite><GIS:Postinumero>00320</GIS:Postinumero>\
    <GIS:Geometry><gml:Point srsName="\(srsName)"><gml:pos>\(position)</gml:pos></gml:Point></GIS:Geometry>\
    </GIS:Osoitteet></gml:featureMember>
    """
  }

  @Test(
    "A GML's point has its easting first whichever way its srsName means the numbers",
    arguments: [
      ("http://www.opengis.net/gml/srs/epsg.xml#3877", "23464210.875 6703317.03", 3877),
      ("EPSG:3877", "23464210.875 6703317.03", 3877),
      ("urn:ogc:def:crs:EPSG::3877", "6703317.03 23464210.875", 3877),
      ("http://www.opengis.net/def/crs/EPSG/0/3877", "6703317.03 23464210.875", 3877),
      ("urn:ogc:def:crs:EPSG::3067", "23464210.875 6703317.03", 3067),
    ])
  func gmlAxes(srsName: String, position: String, epsg: Int) throws {
    let reader = try VectorReader(
      path: try scratch.write("osoitteet.gml", Self.gml(Self.member(srsName, position))))
    #expect(reader.head.crs?.epsg == epsg)
    let feature = try reader.next()
    #expect(self.position(feature) == [23_464_210.875, 6_703_317.03])
    #expect(feature?.cells.contains("00320") == true, "codes keep their zeros")
    #expect(scratch.contents == ["osoitteet.gml"], "no .gfs is made beside it")
  }

  @Test("A GML area gives its geometry, a point on it, and a word about its heights")
  func gmlArea() throws {
    let ring = "0 0 5 10 0 5 10 1 5 1 1 5 1 9 5 10 9 5 10 10 5 0 10 5 0 0 5"
    let area = """
      <gml:featureMember><GIS:Alue><GIS:nimi>Kupittaa</GIS:nimi><GIS:g><gml:Polygon srsName="EPSG:3067" \
      srsDimension="3"><gml:exterior><gml:LinearRing><gml:posList>\(ring)</gml:posList></gml:LinearRing>\
      </gml:exterior></gml:Polygon></GIS:g></GIS:Alue></gml:featureMember>
      """
    let reader = try VectorReader(path: try scratch.write("alue.gml", Self.gml(area)))
    let feature = try #require(try reader.next())
    #expect(feature.geometry?["type"]?.stringValue == "Polygon")
    #expect(feature.hadHeight)
    let point = try #require(feature.surfacePoint)
    // The area is a C: its centre does not lie on it.
    #expect(point.x < 1 || point.y < 1 || point.y > 9)
    #expect(try reader.next() == nil)
  }

  @Test("The middle of a line lies half its length along it")
  func line() throws {
    let path = try scratch.write(
      "line.mif",
      """
      Version 300
      Charset "WindowsLatin1"
      Delimiter ","
      CoordSys Earth Projection 8, 115, "m", 27, 0, 0.9996, 500000, 0
      Columns 1
        nimi Char(20)
      Data

      Pline 3
      240000 6711000
      240010 6711000
      240010 6711030
      """)
    try scratch.write("line.mid", [UInt8(ascii: "\""), 0x41, 0xE4, UInt8(ascii: "\""), 0x0A])
    let reader = try VectorReader(path: path)
    #expect(reader.head.kind == .mapinfo)
    #expect(reader.head.crs?.epsg == 3067)
    let feature = try #require(try reader.next())
    #expect(feature.cells == ["Aä"])
    #expect(feature.geometry?["type"]?.stringValue == "LineString")
    let middle = try #require(feature.surfacePoint)
    #expect(abs(middle.x - 240_010) < 1e-6 && abs(middle.y - 6_711_010) < 1e-6)
  }

  @Test("A Shapefile is read in the encoding of its .cpg; without one --encoding is asked for")
  func shapefile() throws {
    let path = try writeShapefile()
    try scratch.write("piste.cpg", Array("ISO-8859-1".utf8))
    let reader = try VectorReader(path: path)
    #expect(reader.head.kind == .shapefile)
    #expect(reader.head.crs?.epsg == 3067)
    #expect(reader.head.columns == ["nimi", "postinro"])
    let features = try reader.rest()
    #expect(features.map(\.cells) == [["Ylöjärvi", "00100"]])
    #expect(position(features.first) == [240_000.5, 6_711_000.25])

    unlink(scratch.file("piste.cpg"))
    let error = failure(path)
    #expect(error?.code == "encoding-uncertain" && error?.flag == "--encoding")
    #expect(try VectorReader(path: path, encoding: "ISO-8859-1").rest().map(\.cells) == [["Ylöjärvi", "00100"]])
  }

  /// One point with two texts in ISO-8859-1, and no word on the encoding.
  private func writeShapefile() throws -> String {
    func big(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(value >> (8 * $0) & 0xFF) } }
    func little(_ value: Int, _ count: Int = 4) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    func double(_ value: Double) -> [UInt8] {
      let bits = value.bitPattern
      return (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    }
    let (x, y) = (double(240_000.5), double(6_711_000.25))
    func header(words: Int) -> [UInt8] {
      big(9994) + [UInt8](repeating: 0, count: 20) + big(words) + little(1000) + little(1) + x + y + x + y
        + [UInt8](repeating: 0, count: 32)
    }
    let record = little(1) + x + y
    try scratch.write("piste.shp", header(words: 64) + big(1) + big(10) + record)
    try scratch.write("piste.shx", header(words: 54) + big(50) + big(10))
    func field(_ name: String, _ length: Int) -> [UInt8] {
      Array(name.utf8) + [UInt8](repeating: 0, count: 11 - name.utf8.count) + [UInt8(ascii: "C"), 0, 0, 0, 0]
        + [UInt8(length)] + [UInt8](repeating: 0, count: 15)
    }
    let text: [UInt8] = [0x20, 0x59, 0x6C, 0xF6, 0x6A, 0xE4, 0x72, 0x76, 0x69, 0x20, 0x20] + Array("00100".utf8)
    let dbf: [UInt8] =
      [0x03, 126, 1, 1] + little(1) + little(97, 2) + little(16, 2) + [UInt8](repeating: 0, count: 20)
      + field("nimi", 10) + field("postinro", 5) + [0x0D] + text + [0x1A]
    try scratch.write("piste.dbf", dbf)
    _ = try scratch.write(
      "piste.prj",
      """
      PROJCS["EUREF_FIN_TM35FIN",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,\
      298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],\
      PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",27.0],\
      PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]
      """)
    return scratch.file("piste.shp")
  }

  @Test("FlatGeobuf is read")
  func flatGeobuf() throws {
    let reader = try VectorReader(path: try scratch.write("places.fgb", Fixtures.flatGeobuf))
    #expect(reader.head.kind == .flatgeobuf)
    #expect(reader.head.crs?.epsg == 3067)
    let features = try reader.rest()
    #expect(features.map(\.cells) == [["a1", "Ylöjärvi"], ["a2", "Åbo"]])
    #expect(position(features.last) == [240_001.5, 6_711_001.25])
  }

  @Test("Of several layers that hold something one has to be named")
  func layers() throws {
    let other = """
      <gml:featureMember><GIS:Puisto><GIS:nimi>Kupittaanpuisto</GIS:nimi></GIS:Puisto></gml:featureMember>
      """
    let path = try scratch.write("two.gml", Self.gml(Self.member("EPSG:3877", "23464210 6703317") + other))
    let error = failure(path)
    #expect(error?.code == "several-layers" && error?.flag == "--layer")
    #expect(error?.detail.contains("\"Osoitteet\", \"Puisto\"") == true)
    #expect(try VectorReader(path: path, layer: "puisto").rest().count == 1)
    #expect(failure(path, layer: "Katu")?.code == "unknown-layer")
  }
}
