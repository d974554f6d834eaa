import Geodesy
import PlaceStore
import Places

/// Positions in TM35FIN taken evenly from a file, with the municipalities that their rows name: some thousands at most,
/// whatever the file's size.
struct PositionSample: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    let municipality: MunicipalityCode
    let point: Coordinate
  }

  static let capacity = 4000
  private(set) var entries: [Entry] = []
  private var step = 1
  private var count = 0

  mutating func add(_ point: Coordinate, in municipality: MunicipalityCode) {
    defer { count += 1 }
    guard count.isMultiple(of: step) else { return }
    entries.append(Entry(municipality: municipality, point: point))
    guard entries.count == Self.capacity else { return }
    // Every second one stays, and half as many come.
    entries = stride(from: 0, to: entries.count, by: 2).map { entries[$0] }
    step *= 2
  }
}

extension FileVerdict {
  /// How many positions must lie in their municipality only by the other system, and how many times as many as those
  /// that do only as given.
  static let leastShifted = (rows: 10, ratio: 10)

  /// The verdict after a look at the boundaries: KKJ's uniform grid without its leading 3, and ETRS-GK27 without its
  /// prefix, look like TM35FIN and lie some three kilometres north of the truth, mostly in the right municipality
  /// still. Where many positions lie in it only by one of them, and hardly any only as given, that is proposed.
  public func lookingForShift(_ store: PlaceStore, judge: PositionJudge) async throws -> FileVerdict {
    guard wholeFile == nil, sample.entries.count >= Self.leastShifted.rows else { return self }
    let asGiven = try await store.areInside(sample.entries.map { ($0.municipality, $0.point) })
    var best: (mend: PositionMend, gained: Int)?
    var others: [PositionMend] = []
    for mend in [PositionMend(system: .crs(2393)), PositionMend(system: .zone(3881))] {
      let moved = sample.entries.map { entry in
        let given = DeliveredPosition(srid: PlacePosition.indexSRID, x: entry.point.x, y: entry.point.y)
        return mend.applied(to: given).flatMap { try? judge.carry($0, to: PlacePosition.indexSRID) } ?? entry.point
      }
      let inside = try await store.areInside(zip(sample.entries, moved).map { ($0.municipality, $1) })
      let gained = zip(asGiven, inside).count { !$0 && $1 }
      let lost = zip(asGiven, inside).count { $0 && !$1 }
      guard gained >= Self.leastShifted.rows, gained >= Self.leastShifted.ratio * lost else { continue }
      if best == nil || gained > best?.gained ?? 0 {
        best.map { others.append($0.mend) }
        best = (mend, gained)
      } else {
        others.append(mend)
      }
    }
    guard let best, let example = sample.entries.first?.point else { return self }
    let given = DeliveredPosition(srid: PlacePosition.indexSRID, x: example.x, y: example.y)
    var verdict = self
    verdict.wholeFile = best.mend
    verdict.movesAll = true
    var detail =
      "Of \(sample.entries.count) positions \(asGiven.count { !$0 }) lie outside the municipality that their row "
      + "names, \(best.gained) of them some three kilometres north of it. They fit if \(best.mend.words(for: given)): give "
      + "\(best.mend.flags), which then holds for all positions in TM35FIN of the file."
    if let other = others.first { detail += " Possible too: \(other.flags)." }
    verdict.proposals.append(
      Proposal(best.mend.proposals.joined(separator: " "), rows: asGiven.count { !$0 }, detail: detail))
    return verdict
  }
}
