import Synchronization
import Testing

@testable import PlaceStore

struct TurnstileTests {
  private final class Log: Sendable {
    private let state = Mutex((now: 0, most: 0, names: [Int]()))

    func begin() {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
      }
    }

    func end(_ name: Int) {
      state.withLock { state in
        state.now -= 1
        state.names.append(name)
      }
    }

    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }
    var names: [Int] { state.withLock { $0.names } }
  }

  @Test("Never more than the limit at a time, and all in the end")
  func limits() async throws {
    let (turnstile, log) = (Turnstile(limit: 3), Log())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          try await turnstile.pass {
            log.begin()
            await Task.yield()
            log.end(number)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(log.names.sorted() == Array(0..<200) && log.now == 0)
    #expect((1...3).contains(log.most) && turnstile.waiting == 0)
  }

  @Test("Who came first goes first; who is cancelled gives the place up")
  func order() async throws {
    let (turnstile, log) = (Turnstile(limit: 1), Log())
    let (blocked, release) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await turnstile.pass {
        log.begin()
        for await _ in blocked {}
        log.end(-1)
      }
    }
    while log.now == 0 { await Task.yield() }
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<5 {
      tasks.append(Task { try await turnstile.pass { log.end(number) } })
      while turnstile.waiting < number + 1 { await Task.yield() }
    }
    tasks[2].cancel()
    let cancelled = tasks[2]
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(turnstile.waiting == 4)
    release.finish()
    try await holder.value
    for (number, task) in tasks.enumerated() where number != 2 { try await task.value }
    #expect(log.names == [-1, 0, 1, 3, 4])
  }

  @Test("Who is cancelled before coming waits for nothing")
  func cancelledBefore() async throws {
    let (turnstile, log) = (Turnstile(limit: 1), Log())
    try await turnstile.pass {
      let late = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await turnstile.pass { log.end(1) }
      }
      await #expect(throws: CancellationError.self) { try await late.value }
    }
    #expect(log.names == [] && turnstile.waiting == 0)
  }

  @Test("Work that fails leaves its place to the next")
  func failures() async throws {
    struct Failure: Error {}
    let turnstile = Turnstile(limit: 1)
    for _ in 0..<3 { await #expect(throws: Failure.self) { try await turnstile.pass { throw Failure() } } }
    let next = try await turnstile.pass { 1 }
    #expect(next == 1)
  }
}
