import Glibc
import Synchronization

// The thread sanitizer cannot see into Mutex's slow path, which is in the standard library and not instrumented, and
// reports races on whatever it protects. It knows pthread's mutexes: Scripts/test-postgres-tsan sets the condition.
#if SANITIZE_THREAD
  /// A stand-in for Mutex.
  final class Lock<Value>: @unchecked Sendable {
    private var value: Value
    // On the heap, since its address must not change; freed with the lock.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init(_ value: sending Value) {
      self.value = value
      mutex.initialize(to: pthread_mutex_t())
      pthread_mutex_init(mutex, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value)
    }
  }
#else
  typealias Lock = Mutex
#endif
