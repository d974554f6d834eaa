import Places
import Synchronization

/// Exact counts by filter, each valid for one state of the registry.
final class CountCache<Filter: Hashable & Sendable>: Sendable {
  private let counts = Mutex<[Filter: (state: RegistryState, count: Int)]>([:])
  private let limit = 4096

  func count(_ filter: Filter) -> (state: RegistryState, count: Int)? {
    counts.withLock { $0[filter] }
  }

  func remember(_ filter: Filter, state: RegistryState, count: Int) {
    counts.withLock {
      if $0.count >= limit { $0.removeAll(keepingCapacity: true) }
      $0[filter] = (state, count)
    }
  }
}
