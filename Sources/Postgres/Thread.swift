import CLibPQ
import Glibc

private final class ThreadBody {
  let name: String
  let run: @Sendable () -> Void
  init(_ name: String, _ run: @escaping @Sendable () -> Void) {
    self.name = name
    self.run = run
  }
}

/// Starts a detached thread for work that blocks; false when the system has no more threads. `name` is cut at the
/// kernel's 15 characters.
func startThread(_ name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  // Signals belong to the rest of the process: a thread inherits the mask of its creator.
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  // Retained here, taken over by the thread.
  let body = Unmanaged.passRetained(ThreadBody(name, run))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument else { return nil }
      let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
      clibpq_name_thread(body.name)
      body.run()
      return nil
    }, body.toOpaque())
  guard status == 0 else {
    body.release()
    return false
  }
  return true
}

/// Nanoseconds on the monotonic clock; never 0, which stands for "no deadline".
func monotonicNow() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
