import Places
import Postgres

extension PlaceStore {
  /// The living places with these native ids that a viewer may see, in no order; unknown ids are left out. Old and foreign
  /// ids are asked of ``resolve(ids:viewer:)`` first. Throws ``StoreError``.
  public func places(withIDs ids: [String], viewer: Viewer = .public) async throws -> [PlaceRow] {
    guard !ids.isEmpty else { return [] }
    let rows = try await query(
      """
      select \(PlaceRow.columns) from place_key k join place_document d on d.pk = k.pk
      where k.id = any(\(Array(Set(ids)).sorted())) and \(Self.visible(viewer))
      """)
    return (0..<rows.count).map { PlaceRow(rows: rows, index: $0, first: 0) }
  }
}
