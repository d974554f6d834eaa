import CLibPQ
import Glibc
import Synchronization

/// What the loop serves besides jobs. All calls come from the loop's thread.
protocol EventLoopClient: AnyObject {
  /// After a round of jobs and events: the place for batching.
  func turnEnded()
  /// When `expire` is wanted next; 0 for never.
  func nextDeadline() -> UInt64
  func expire(now: UInt64)
}

/// A descriptor's owner; called from the loop's thread.
protocol EventHandler: AnyObject {
  func ready(readable: Bool, writable: Bool)
}

/// One thread around epoll. It owns every connection, so that no cooperative thread ever blocks in libpq and libpq
/// objects need no locks: state marked "loop thread only" is touched by jobs and events alone.
final class EventLoop: @unchecked Sendable {
  private enum Phase { case idle, running, ended }

  private struct Inbox {
    var jobs: [@Sendable () -> Void] = []
    var phase = Phase.idle
    // Only a loop that sleeps in epoll_wait is woken; a busy one looks at the inbox by itself.
    var sleeping = false
  }

  private let inbox = Lock(Inbox())

  // Written before the thread starts, then loop thread only; closed by the thread at its end.
  private var poll: Int32 = -1
  // Written before the thread starts, then only read; closed with this object.
  private var wakeup: Int32 = -1
  private var handlers: [UInt64: any EventHandler] = [:]
  private var lastHandler: UInt64 = 0
  private var stopping = false
  private var client: (any EventLoopClient)?
  private var endings: [Promise<Void>] = []
  /// The time at the start of the turn. Loop thread only.
  private(set) var now: UInt64 = 0

  /// Runs `job` on the loop's thread, which starts with the first job. False once the loop has ended (or could not
  /// start); the job is then dropped.
  func submit(for client: any EventLoopClient & Sendable, _ job: @escaping @Sendable () -> Void) -> Bool {
    enum Action { case none, wake, refuse }
    let action: Action = inbox.withLock { inbox in
      switch inbox.phase {
      case .ended: return .refuse
      case .idle:
        guard start(client) else { return .refuse }
        inbox.phase = .running
      case .running: break
      }
      inbox.jobs.append(job)
      guard inbox.sleeping else { return .none }
      inbox.sleeping = false
      return .wake
    }
    // Outside the lock: the loop wakes at once, and would only spin for a lock whose holder is still in the kernel. The
    // descriptor lives as long as this object.
    if action == .wake { eventfd_write(wakeup, 1) }
    return action != .refuse
  }

  /// Ends a loop that never started; true when there is nothing to wait for.
  func endIfIdle() -> Bool {
    inbox.withLock { inbox in
      if inbox.phase == .idle { inbox.phase = .ended }
      return inbox.phase == .ended
    }
  }

  private func start(_ client: any EventLoopClient & Sendable) -> Bool {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
    if poll >= 0, wakeup >= 0, epoll_ctl(poll, EPOLL_CTL_ADD, wakeup, &event) == 0 {
      self.client = client
      // The thread keeps loop and client alive until it ends.
      if startThread("postgres-loop", { self.run() }) { return true }
      self.client = nil
    }
    closePoll()
    return false
  }

  deinit {
    if wakeup >= 0 { close(wakeup) }
    if poll >= 0 { close(poll) }
  }

  private func closePoll() {
    if poll >= 0 { close(poll) }
    poll = -1
  }

  // MARK: Loop thread only

  /// Leaves the loop at the end of the turn.
  func stop() { stopping = true }

  /// `promise` is kept when the loop has ended.
  func whenEnded(_ promise: Promise<Void>) { endings.append(promise) }

  /// Starts watching a descriptor; returns the registration, nil when epoll refuses.
  func register(_ descriptor: Int32, _ handler: any EventHandler) -> UInt64? {
    lastHandler += 1
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: lastHandler))
    guard epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { return nil }
    handlers[lastHandler] = handler
    return lastHandler
  }

  func watch(_ descriptor: Int32, _ registration: UInt64, writable: Bool) {
    let events = EPOLLIN.rawValue | (writable ? EPOLLOUT.rawValue : 0)
    var event = epoll_event(events: events, data: epoll_data_t(u64: registration))
    epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event)
  }

  /// Stops watching. The descriptor may be closed already.
  func unregister(_ descriptor: Int32, _ registration: UInt64) {
    handlers[registration] = nil
    if descriptor >= 0 {
      var unused = epoll_event()
      epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &unused)
    }
  }

  private func run() {
    now = monotonicNow()
    while !stopping {
      // A few rounds before looking at the sockets, so that requests that arrive together travel together.
      var idle = false
      for _ in 0..<4 where !idle && !stopping {
        idle = runJobs(sleepIfNone: false)
      }
      client?.turnEnded()
      if stopping { break }
      let asleep = runJobs(sleepIfNone: true)
      if !asleep { client?.turnEnded() }
      let deadline = client?.nextDeadline() ?? 0
      waitForEvents(asleep ? milliseconds(until: deadline) : 0)
      if deadline != 0, deadline <= now { client?.expire(now: now) }
    }
    finish()
  }

  /// Returns true when there were no jobs (and announces sleep if wanted).
  private func runJobs(sleepIfNone: Bool) -> Bool {
    let jobs = inbox.withLock { inbox in
      let jobs = inbox.jobs
      inbox.jobs = []
      inbox.sleeping = jobs.isEmpty && sleepIfNone
      return jobs
    }
    for job in jobs { job() }
    return jobs.isEmpty
  }

  private func milliseconds(until deadline: UInt64) -> Int32 {
    if deadline == 0 { return -1 }
    if deadline <= now { return 0 }
    // Rounded up, lest the loop spins through the last millisecond.
    return Int32(min((deadline - now) / 1_000_000 + 1, 60_000))
  }

  private func waitForEvents(_ timeout: Int32) {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      guard let base = events.baseAddress else { return }
      let count = epoll_wait(poll, base, 64, timeout)
      now = monotonicNow()
      guard count > 0 else { return }
      for event in events[..<Int(count)] {
        if event.data.u64 == 0 {
          var value: eventfd_t = 0
          eventfd_read(wakeup, &value)
        } else {
          // Gone when an earlier event of this round has closed it.
          handlers[event.data.u64]?.ready(
            readable: event.events & ~EPOLLOUT.rawValue != 0, writable: event.events & EPOLLOUT.rawValue != 0)
        }
      }
    }
  }

  private func finish() {
    let leftovers = inbox.withLock { inbox in
      inbox.phase = .ended
      closePoll()
      let jobs = inbox.jobs
      inbox.jobs = []
      return jobs
    }
    // Their callers are answered: everything they address is closed by now.
    for job in leftovers { job() }
    client = nil
    handlers = [:]
    for ending in endings { ending.succeed(()) }
    endings = []
  }
}
