import Postgres

extension PlaceStore {
  /// Removes the change log's transactions that were committed before a number of days, whole and from the oldest on,
  /// never the newest; readers that still need them are told so from the first moment. Returns the number of lines.
  ///
  /// Deletes in batches, each in a transaction of its own, and takes up where an earlier run was interrupted.
  /// - Parameter batch: lines in a batch.
  public func trimChanges(olderThan days: Int, batch: Int = 20_000) async throws -> Int {
    // The first transaction that stays is looked for from the oldest on, so that only what goes is read.
    let mark = try await query(
      """
      update change_head set trimmed = greatest(trimmed, coalesce(least(
          (select first_seq from change_tx where time >= now() - make_interval(days => \(days)) order by first_seq limit 1),
          (select max(first_seq) from change_tx)), 1) - 1)
      returning trimmed
      """)
    let end = mark.int(0, 0) ?? 0
    var removed = 0
    while let oldest = try await query(
      "select tx from change_tx where first_seq <= \(end) order by first_seq limit 1"
    ).int(0, 0) {
      var isGone = false
      while !isGone {
        removed += try await query(
          """
          delete from change where tx = \(oldest)
            and ordinal = any(array(select ordinal from change where tx = \(oldest) order by ordinal limit \(batch)))
          """
        ).affected
        // Another process may be deleting the same lines.
        isGone = try await query("select 1 from change where tx = \(oldest) limit 1").count == 0
      }
      _ = try await query("delete from change_tx where tx = \(oldest)")
      try Task.checkCancellation()
    }
    return removed
  }
}
