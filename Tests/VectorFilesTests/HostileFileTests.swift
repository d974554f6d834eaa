import Glibc
import Testing

@testable import VectorFiles

@Suite("Files from outside end in an error, touch nothing else and call nobody")
struct HostileFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func geopackage(rows: Int = 2000) async throws -> String {
    let path = scratch.file("whole.gpkg")
    let writer = try VectorWriter(
      path: path, format: .geopackage, layer: "places", columns: [.init("id"), .init("text")], srid: 3067)
    let filler = String(repeating: "x", count: 500)
    for number in 0..<rows { try writer.write(cells: ["\(number)", filler], point: (240_000, 6_711_000)) }
    try await writer.finish()
    return path
  }

  @Test("A truncated GeoPackage", arguments: [0.02, 0.5, 0.95])
  func truncated(part: Double) async throws {
    _ = try await geopackage()
    let bytes = try scratch.bytes("whole.gpkg")
    let path = try scratch.write("cut.gpkg", Array(bytes.prefix(Int(Double(bytes.count) * part))))
    let error = try #require(failure(path))
    #expect(["file-broken", "no-layers"].contains(error.code), "\(error.code): \(error.detail)")
  }

  @Test("A GeoPackage with bytes changed all over it ends somehow")
  func scrambled() async throws {
    _ = try await geopackage(rows: 200)
    let whole = try scratch.bytes("whole.gpkg")
    var random: UInt64 = 42
    for _ in 0..<10 {
      var bytes = whole
      for _ in 0..<40 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[100 + Int(random >> 33) % (bytes.count - 100)] = UInt8(truncatingIfNeeded: random >> 25)
      }
      let path = try scratch.write("scrambled.gpkg", bytes)
      let error = failure(path, limits: VectorLimits(idleSeconds: 30, cpuSeconds: 30))
      #expect(error?.code != "ogr-idle")
    }
  }

  @Test("A VRT under another name reads no other file")
  func vrt() throws {
    let path = try scratch.write(
      "places.gpkg",
      """
      <OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer>\
      </OGRVRTDataSource>
      """)
    #expect(failure(path)?.code == "format-unknown")
  }

  @Test(
    "Paths of GDAL's own file systems", arguments: ["/vsicurl/http://127.0.0.1:9/x.gpkg", "/vsizip//tmp/x.zip/a.shp"])
  func virtualPath(path: String) {
    #expect(failure(path)?.code == "file-unreadable")
  }

  @Test("What is no file: a folder, a pipe, nothing")
  func noFile() throws {
    #expect(failure(scratch.path)?.code == "file-unreadable")
    #expect(failure(scratch.file("absent.gpkg"))?.code == "file-unreadable")
    mkfifo(scratch.file("pipe.gpkg"), 0o600)
    #expect(failure(scratch.file("pipe.gpkg"))?.code == "file-unreadable")
  }

  @Test("A GML with an external entity is refused")
  func externalEntity() throws {
    let text = FormatTests.gml(FormatTests.member("EPSG:3877", "&secret; 6703317"))
    let path = try scratch.write(
      "entity.gml",
      text.replacing("?>", with: "?><!DOCTYPE x [<!ENTITY secret SYSTEM \"file:///etc/passwd\">]>", maxReplacements: 1))
    #expect(failure(path)?.code == "xml-entities")
  }

  @Test("A schemaLocation is not fetched, files beside the GML are neither read nor made")
  func schemaLocation() throws {
    let listener = try Listener()
    defer { listener.close() }
    let location =
      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://example.org/GIS "
      + "http://127.0.0.1:\(listener.port)/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType&amp;typeName=GIS:Osoitteet\""
    let path = try scratch.write(
      "located.gml",
      FormatTests.gml(FormatTests.member("EPSG:3877", "23464210.875 6703317.03"), attributes: location))
    // A template that would rename the column.
    _ = try scratch.write(
      "located.gfs",
      """
      <GMLFeatureClassList><GMLFeatureClass><Name>Osoitteet</Name><ElementPath>Osoitteet</ElementPath><PropertyDefn>\
      <Name>wrong</Name><ElementPath>Osoite</ElementPath><Type>String</Type></PropertyDefn></GMLFeatureClass>\
      </GMLFeatureClassList>
      """)
    let reader = try VectorReader(path: path)
    #expect(reader.head.columns.contains("Osoite"))
    #expect(try reader.rest().count == 1)
    #expect(!listener.wasCalled)
    #expect(scratch.contents == ["located.gfs", "located.gml"])
  }

  @Test("A workbook that would unpack to more than is read")
  func zipBomb() throws {
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let name = Array("xl/workbook.xml".utf8)
    func archive(unpacked: UInt32) -> [UInt8] {
      let local: [UInt8] =
        [0x50, 0x4B, 3, 4] + little(20, 2) + little(0, 2) + little(8, 2) + little(0, 8) + little(2, 4)
        + little(unpacked, 4) + little(UInt32(name.count), 2) + little(0, 2) + name + [3, 0]
      let folder: [UInt8] =
        [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + little(0, 2) + little(8, 2) + little(0, 8) + little(2, 4)
        + little(unpacked, 4) + little(UInt32(name.count), 2) + little(0, 4) + little(0, 2) + little(0, 2)
        + little(0, 4) + little(0, 4) + name
      let end: [UInt8] =
        [0x50, 0x4B, 5, 6] + little(0, 4) + little(1, 2) + little(1, 2) + little(UInt32(folder.count), 4)
        + little(UInt32(local.count), 4) + little(0, 2)
      return local + folder + end
    }
    #expect(failure(try scratch.write("big.xlsx", archive(unpacked: 3 << 30)))?.code == "unpacked-size")
    #expect(failure(try scratch.write("dense.xlsx", archive(unpacked: 200 << 20)))?.code == "unpacked-size")
    #expect(failure(try scratch.write("small.xlsx", archive(unpacked: 100)))?.code == "file-broken")
    #expect(failure(try scratch.write("cut.xlsx", Array(archive(unpacked: 100).prefix(60))))?.code == "file-broken")
    #expect(failure(try scratch.write("data.zip", archive(unpacked: 100)))?.code == "format-unknown")
  }

  @Test("A workbook that is not read to its end is an error, and not a shorter one")
  func brokenWorkbook() async throws {
    let path = scratch.file("whole.xlsx")
    let writer = try VectorWriter(path: path, format: .xlsx, layer: "t", columns: [.init("id")])
    for number in 0..<100 { try writer.write(cells: ["\(number)"]) }
    try await writer.finish()
    var bytes = try scratch.bytes("whole.xlsx")
    // The folder says that the sheet unpacks to no more than 100 bytes.
    let name = Array("xl/worksheets/sheet1.xml".utf8)
    let entry = try #require(
      bytes.indices.last { bytes[$0...].starts(with: name) && bytes[($0 - 46)...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes.replaceSubrange(entry - 22..<entry - 18, with: [100, 0, 0, 0])
    #expect(failure(try scratch.write("lie.xlsx", bytes))?.code == "file-broken")
  }

  @Test("A GeoPackage that QGIS has open, with its last changes still beside it")
  func unsavedChanges() async throws {
    let path = try await geopackage(rows: 1)
    try scratch.write("whole.gpkg-wal", [1, 2, 3])
    let error = failure(path)
    #expect(error?.code == "file-in-use")
    #expect(error?.detail.contains("QGIS") == true)
  }

  @Test("A child that dies on the way is an error, and one that is no longer wanted dies")
  func death() async throws {
    let path = try await geopackage(rows: 20_000)
    var reader: VectorReader? = try VectorReader(path: path)
    let pid = try #require(reader?.processID)
    _ = try reader?.next()
    kill(pid, SIGKILL)
    let error = #expect(throws: VectorFileError.self) { _ = try reader?.rest() }
    #expect(error?.code == "ogr-crashed")

    reader = try VectorReader(path: path)
    let other = try #require(reader?.processID)
    #expect(kill(other, 0) == 0)
    reader = nil
    #expect(kill(other, 0) == -1)
  }

  @Test("A child that says nothing is ended")
  func idle() throws {
    let path = try scratch.write("program", "#!/bin/sh\nexec sleep 100\n")
    chmod(path, 0o700)
    let error = #expect(throws: VectorFileError.self) {
      _ = try VectorReader(
        path: "x.gpkg", layer: nil, encoding: nil, limits: VectorLimits(idleSeconds: 1), program: path)
    }
    #expect(error?.code == "ogr-idle")
  }

  @Test("A child without enough memory ends in an error")
  func memory() async throws {
    let path = try await geopackage(rows: 1)
    #expect(failure(path, limits: VectorLimits(memoryMegabytes: 10)) != nil)
  }
}

/// A port that nobody should call.
private struct Listener {
  private let descriptor: Int32
  let port: UInt16

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw VectorFileError("listener", "no port") }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  /// Whether a connection waits to be accepted.
  var wasCalled: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  func close() { Glibc.close(descriptor) }
}
