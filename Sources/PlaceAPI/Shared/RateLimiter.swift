import Synchronization

/// A token bucket for each key, or address without one: a minute's allowance at once, refilled evenly.
final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var refilled: ContinuousClock.Instant
  }
  private let buckets = Mutex<[String: Bucket]>([:])
  private let perMinute: Double

  init(perMinute: Int) { self.perMinute = Double(perMinute) }

  /// Whether a request of this key or from this address may pass now.
  func admits(_ asker: String) -> Bool {
    let now = ContinuousClock.now
    return buckets.withLock { buckets in
      // Full buckets are as good as none: they are forgotten when there are many.
      if buckets.count > 50_000 {
        buckets = buckets.filter { $0.value.refilled.duration(to: now) < .seconds(60) }
      }
      var bucket = buckets[asker] ?? Bucket(tokens: perMinute, refilled: now)
      let seconds = bucket.refilled.duration(to: now) / .seconds(1)
      bucket.tokens = min(perMinute, bucket.tokens + seconds * perMinute / 60)
      bucket.refilled = now
      let isAdmitted = bucket.tokens >= 1
      if isAdmitted { bucket.tokens -= 1 }
      buckets[asker] = bucket
      return isAdmitted
    }
  }
}
