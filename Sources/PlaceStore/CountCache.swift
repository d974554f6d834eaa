import Places
import Synchronization

/// Exact counts by filter, each valid for one state of the registry, told by the change log's head.
final class CountCache<Filter: Hashable & Sendable>: Sendable {
  private let counts = Mutex<[Filter: (sequence: Int, count: Int)]>([:])
  private let limit = 4096

  func count(_ filter: Filter) -> (sequence: Int, count: Int)? {
    counts.withLock { $0[filter] }
  }

  func remember(_ filter: Filter, sequence: Int, count: Int) {
    counts.withLock {
      if $0.count >= limit { $0.removeAll(keepingCapacity: true) }
      $0[filter] = (sequence, count)
    }
  }
}
