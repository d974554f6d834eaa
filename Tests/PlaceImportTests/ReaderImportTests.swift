import Foundation
import PlaceImport
import PlaceStore
import Places
import Testing

/// Whole imports of formats other than tables: what the readers give stands in the registry.
@Suite struct ReaderImportTests {
  @Test func unitsOfASourceThatIsItsOwnIdentifierSystem() async throws {
    try await ImportWork.with { work in
      let path = work.path("units.json")
      try Data(
        #"""
        [{"id": 1097, "org_id": "8", "name_fi": "Annala", "latitude": 60.214214, "longitude": 24.981604},
         {"id": 1098, "org_id": "8", "name_fi": "Toinen", "latitude": 60.3, "longitude": 24.9}]
        """#.utf8
      ).write(to: URL(filePath: path))
      for (source, created) in [("tprek", 2), ("tprek", 0)] {
        let options = ImportOptions(source: try DataSourceID(source))
        let report = try await Importer(store: work.store, options: options).run(.places, path: path)
        #expect(report.rejected == 0)
        #expect(report.problems.map(\.description) == [])
        #expect(report.created == created)
        #expect(report.changed == 0)
      }
    }
  }
}
