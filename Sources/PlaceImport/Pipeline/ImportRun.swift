import PlaceStore
import Places

extension PlaceStore {
  /// Runs an import of a kind in one transaction, of which a dry run leaves nothing, and times it. Throws what `load`
  /// throws and ``PlaceStore/StoreError``; then nothing has changed.
  func runImport(
    _ kind: String, _ options: ImportOptions, _ load: (StoreTransaction) async throws -> ImportReport
  ) async throws -> ImportReport {
    let start = ContinuousClock.now
    var report: ImportReport
    do {
      let (done, sequence) = try await write(
        by: Author(actor: "import:\(options.source)", action: "import \(kind)"), statementTimeout: .seconds(3600),
        attempts: 1
      ) { transaction in
        let report = try await load(transaction)
        if options.isDryRun { throw DryRunEnd(report: report) }
        return report
      }
      report = done
      report.sequence = sequence
    } catch let end as DryRunEnd {
      report = end.report
    }
    report.seconds = start.duration(to: .now) / .seconds(1)
    return report
  }
}

/// Thrown inside the transaction of a dry run, so that nothing of it stays.
private struct DryRunEnd: Error {
  let report: ImportReport
}
