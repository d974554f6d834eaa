import Places
import Synchronization

/// Exact counts by filter, each valid for one state of the registry.
final class CountCache: Sendable {
  private let counts = Mutex<[PlaceQuery: (state: RegistryState, count: Int)]>([:])
  private static let limit = 4096

  func count(_ filter: PlaceQuery) -> (state: RegistryState, count: Int)? {
    counts.withLock { $0[filter] }
  }

  func remember(_ filter: PlaceQuery, state: RegistryState, count: Int) {
    counts.withLock {
      if $0.count >= Self.limit { $0.removeAll(keepingCapacity: true) }
      $0[filter] = (state, count)
    }
  }
}
