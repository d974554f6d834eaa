import PlaceStore
import Places

extension PlaceBatch {
  /// The id of each row: its own, or with `--match-by` that of the place with its name, street and postal code; a new
  /// one where there is none.
  mutating func identify(
    _ rows: [SourceRow], _ transaction: StoreTransaction
  ) async throws -> [Result<PlaceID, ImportProblem>] {
    var ids = rows.map { mapper.id(of: $0) }
    guard options.matchesByName else { return ids }
    // Stands in for the id that is looked for.
    let unknown = try PlaceID(source: options.source, local: "-")
    var keys: [Int: MatchKey] = [:]
    for index in ids.indices {
      guard case .failure(let problem) = ids[index], problem.code == "missing-id" else { continue }
      if let place = mapper.apply(rows[index], to: nil, id: unknown).place { keys[index] = MatchKey(place) }
    }
    let found = try await transaction.matches(Array(keys.values), in: options.source)
    for (index, key) in keys.sorted(by: { $0.key < $1.key }) {
      let known = found[key.text] ?? minted[key.text.hashValue].map { [$0] } ?? []
      switch known.count {
      case 1: ids[index] = .success(known[0])
      case 0:
        let id = try PlaceID(source: options.source, local: MintedName.local())
        minted[key.text.hashValue] = id
        ids[index] = .success(id)
      default:
        ids[index] = .failure(
          ImportProblem(
            line: rows[index].line, code: "ambiguous-match", field: "name", value: key.name,
            detail: "Several places have this name, street and postal code: "
              + known.map(\.description).joined(separator: ", ") + ". Give the row the id of one of them."))
      }
    }
    return ids
  }
}
