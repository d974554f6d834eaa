/// How long to leave a server alone that cannot be reached: 100 ms, doubling up to 1 s, each with jitter so that many
/// clients do not come back in step.
struct Backoff {
  private(set) var failures = 0
  /// End of the pause; 0 without one.
  private(set) var retryAt: UInt64 = 0
  private var lastError: PostgresError?

  mutating func failed(_ error: PostgresError, at now: UInt64) {
    failures += 1
    let longest: UInt64 = min(1_000_000_000, 100_000_000 << UInt64(min(failures - 1, 4)))
    retryAt = now + UInt64.random(in: longest / 2...longest)
    lastError = error
  }

  mutating func reset() { self = Backoff() }

  func isPausing(at now: UInt64) -> Bool { now < retryAt }

  func error(at now: UInt64) -> PostgresError? { isPausing(at: now) ? lastError : nil }

  /// True once when the pause is over.
  mutating func expire(at now: UInt64) -> Bool {
    guard retryAt != 0, retryAt <= now else { return false }
    retryAt = 0
    return true
  }
}
