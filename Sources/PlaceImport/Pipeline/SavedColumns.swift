import PlaceStore
import Places

extension PlaceStore {
  /// Which column holds which field: as `--map` says now, or said with the source's last file where this one has those
  /// columns too.
  func columns(for header: [String], _ kind: ImportKind, _ options: ImportOptions) async throws -> [String: String] {
    guard options.map.isEmpty else { return options.map }
    let columns = Set(header.map { $0.lowercased() })
    let kept = try await importMapping(options.source, kind: kind.rawValue)?["map"]?.members ?? []
    var map: [String: String] = [:]
    for member in kept {
      guard let column = member.value.stringValue, columns.contains(column.lowercased()),
        !columns.contains(member.key)
      else { continue }
      map[member.key] = column
    }
    return map
  }
}

extension StoreTransaction {
  /// Keeps what `--map` said for the source's next file.
  func keepColumns(_ kind: ImportKind, _ options: ImportOptions) async throws {
    guard !options.map.isEmpty, !options.isDryRun else { return }
    let fields = options.map.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    try await saveMapping(.object([.init("map", .object(fields))]), of: options.source, kind: kind.rawValue)
  }
}
