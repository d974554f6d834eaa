import PlaceStore
import Places

/// Imports a file of any kind as a session of its own.
public struct Importer: Sendable {
  let store: PlaceStore
  let options: ImportOptions

  /// Makes an importer.
  public init(store: PlaceStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  /// Reads a file ("-" is standard input). Throws ``ImportFailure`` when the file as a whole can't be taken, and
  /// ``PlaceStore/StoreError``; then nothing has changed.
  public func run(_ kind: ImportKind, path: String) async throws -> ImportReport {
    let file = try InputFile(path)
    let path = file.path
    return switch kind {
    case .places: try await PlaceImporter(store: store, options: options).run(file)
    case .events: try await EventImporter(store: store, options: options).run(path: path)
    case .municipalities: try await GeographyImporter(store: store, options: options).municipalities(path: path)
    case .divisions: try await GeographyImporter(store: store, options: options).divisions(path: path)
    case .postalCodes: try await GeographyImporter(store: store, options: options).postalCodes(path: path)
    case .addresses: throw ImportFailure("kind", "Addresses can't be imported yet.")
    }
  }
}
