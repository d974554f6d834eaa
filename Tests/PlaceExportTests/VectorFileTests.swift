import Foundation
import PlaceExport
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing
import VectorFiles

@Suite("GeoPackages and workbooks")
struct VectorFileTests {
  @Test("a GeoPackage has its points in the CRS asked for, and every cell")
  func geoPackage() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      let report = try await database.export(.places, .gpkg, to: folder("a.gpkg")) {
        $0.crs = 3877
        $0.query.includesDrafts = true
      }
      #expect(report.rows == 5)
      #expect(try folder.names == ["a.gpkg", "a.gpkg.sha256"])
      #expect(try folder.text("a.gpkg.sha256").hasPrefix(report.sha256))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("a.gpkg")))
      #expect(bytes.prefix(15) == Data("SQLite format 3".utf8))
      #expect(bytes.count == report.bytes)
    }
  }

  @Test("a workbook keeps leading zeros")
  func workbook() async throws {
    try await TestDatabase.with { database in
      let folder = try Folder()
      try await Registry.fill(database)
      let report = try await database.export(.places, .xlsx, to: folder("a.xlsx"))
      #expect(report.rows == 4)
      #expect(try folder.names == ["a.xlsx", "a.xlsx.meta.json", "a.xlsx.sha256"])
      await #expect(throws: ExportFailure.self) { _ = try await database.export(.places, .xlsx, to: "-") }
    }
  }
}
