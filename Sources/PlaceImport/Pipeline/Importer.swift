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
    switch kind {
    case .places: return try await PlaceImporter(store: store, options: options).run(file)
    case .addresses: return try await AddressImporter(store: store, options: options).run(file)
    case .events: return try await EventImporter(store: store, options: options).run(path: file.path)
    case .municipalities: return try await GeographyImporter(store: store, options: options).municipalities(file)
    case .divisions: return try await GeographyImporter(store: store, options: options).divisions(file)
    case .postalCodes: return try await GeographyImporter(store: store, options: options).postalCodes(file)
    }
  }
}
