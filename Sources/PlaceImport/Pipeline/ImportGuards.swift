import PlaceStore
import Places

/// What a file does to many places at once and that nobody meant: counted row by row, judged at the end.
struct ImportGuards {
  /// Fewer than so many are never refused.
  static let least = 3
  /// The share that is still taken.
  static let share = 0.1

  private var known = 0
  private var shifted = 0
  private var filled: [String: Int] = [:]
  private var cleared: [String: Int] = [:]

  /// Looks at what a row does to a place that is there.
  mutating func note(_ change: PlaceChange, delivered: Bool) {
    guard let old = change.existing?.place else { return }
    let new = change.place
    known += 1
    for facet in PlaceFacet.all where !facet.text(old).isEmpty {
      filled[facet.name, default: 0] += 1
      if facet.text(new).isEmpty { cleared[facet.name, default: 0] += 1 }
    }
    if Self.differ(old.name, new.name), Self.differ(old.streetAddress, new.streetAddress) { shifted += 1 }
  }

  /// A row that says what it said the last time.
  mutating func noteUnchanged() { known += 1 }

  private static func differ(_ a: LocalizedText?, _ b: LocalizedText?) -> Bool {
    let old = Set((a?.values ?? []).map { Folding.fold($0.text) })
    return !old.isEmpty && old.isDisjoint(with: (b?.values ?? []).map { Folding.fold($0.text) })
  }

  /// What must not be applied without being asked for.
  func refusals(_ options: ImportOptions) -> [ImportFailure] {
    var found: [ImportFailure] = []
    if !options.allowsClear {
      for (field, count) in cleared.sorted(by: { $0.key < $1.key }) {
        let all = max(filled[field] ?? 0, 1)
        guard count >= Self.least, Double(count) > Double(all) * Self.share else { continue }
        found.append(
          ImportFailure(
            "mass-clear",
            "The file clears \(field) on \(count) of the \(all) places that have it. If a column came empty by mistake, mend "
              + "the file or use --empty keep; --allow-clear if it is meant.", flag: "--allow-clear"))
      }
    }
    if !options.allowsReuse, shifted >= Self.least, Double(shifted) > Double(known) * Self.share {
      found.append(
        ImportFailure(
          "ids-shifted",
          "\(shifted) of \(known) known ids come with another name and another address: were the ids given anew or moved by "
            + "a row? --allow-reuse if it is meant.", flag: "--allow-reuse"))
    }
    return found
  }
}

extension ImportOptions {
  /// Why what the file lacks is not retired; nil where it may be.
  func refusal(toRetire missing: Int, of all: Int, rows: Int) -> ImportFailure? {
    if rows == 0, !allowsEmpty {
      return ImportFailure(
        "empty-file", "The file has no rows and would retire \(missing) records. --allow-empty if it is meant.",
        flag: "--allow-empty")
    }
    guard Double(missing) / Double(max(all, 1)) * 100 > maxRetired else { return nil }
    return ImportFailure(
      "max-retired",
      "The file lacks \(missing) of \(all) records, which is more than \(maxRetired) per cent. Raise --max-retired if it "
        + "is meant.", flag: "--max-retired")
  }
}
