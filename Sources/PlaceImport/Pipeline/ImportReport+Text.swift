extension ImportReport {
  /// The report for a person.
  public var text: String {
    var lines = [
      "\(isDryRun ? "dry run: " : "")\(kind) of \(source): \(rows) rows, \(created) new, \(changed) changed, "
        + "\(unchanged) unchanged, \(rejected) rejected, \(warnings) warnings"
    ]
    if skipped > 0 { lines.append("\(skipped) rows are outside --where and were left out") }
    if retired > 0 {
      let linked = retiredPlaces.filter { $0.events > 0 }
      let events = linked.isEmpty ? "" : "; events are linked to \(linked.map(\.description).joined(separator: ", "))"
      lines.append("\(retired) places that the file lacks \(isDryRun ? "would be" : "were") retired\(events)")
    }
    if kept > 0 {
      lines.append("\(kept) fields were kept as somebody had edited them (--overwrite-held takes the file's)")
    }
    if placesChanged > 0 { lines.append("\(placesChanged) places were brought up to date with it") }
    if placesInDoubt > 0 { lines.append("\(placesInDoubt) places disagree with it now") }
    let renamed = columns.filter { $0.field != $0.column.lowercased() }
    if !renamed.isEmpty {
      lines.append("columns read as: \(renamed.map { "\($0.column) → \($0.field)" }.joined(separator: ", "))")
    }
    if !unknownColumns.isEmpty { lines.append("columns left out: \(unknownColumns.joined(separator: ", "))") }
    if !suggestions.isEmpty { lines.append("perhaps: \(suggestions.joined(separator: " "))") }
    lines += remarks
    lines.append(contentsOf: proposals.map { "proposal: \($0.detail)" })
    lines += problemLines
    lines.append(contentsOf: refusals.map { "refused: \($0)" })
    if let session, refusals.isEmpty {
      lines.append("session \(session): placeregistry import undo \(session) takes it back")
    }
    return lines.joined(separator: "\n")
  }

  /// Errors one by one, at most fifty; warnings of a kind together where there are many.
  private var problemLines: [String] {
    let errors = problems.filter { $0.severity == .error }
    var lines = errors.prefix(50).map(\.description)
    if rejected > lines.count, errors.count > 50 {
      lines.append("… \(rejected) rows are rejected in all: --format json lists the first, --rejects FILE keeps all")
    }
    var codes: [String] = []
    for warning in problems where warning.severity == .warning && !codes.contains(warning.code) {
      codes.append(warning.code)
    }
    for code in codes {
      let same = problems.filter { $0.severity == .warning && $0.code == code }
      if same.count <= 3 {
        lines += same.map(\.description)
      } else {
        let count = max(self.codes[code] ?? 0, same.count)
        let numbers = same.prefix(8).map { String($0.line) }.joined(separator: ", ")
        lines.append("warning \(code): \(count) rows, lines \(numbers)\(count > 8 ? " …" : ""); the first:")
        lines.append("  " + same[0].description)
      }
    }
    return lines
  }
}
